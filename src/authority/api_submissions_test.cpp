// What officers see and do about submissions.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "authority/bodies_for_tests.hpp"
#include "authority/link_world_for_tests.hpp"
#include "base/encoding.hpp"
#include "testing/pictures.hpp"

namespace beian::authority {
namespace {

using testing::sample_body;
using testing::World;

class SubmissionRoutes : public ::testing::TestWithParam<std::string> {
 protected:
  http::Response call(const std::string& method, const std::string& path,
                      const std::vector<std::pair<std::string, std::string>>& query = {},
                      const std::string& body = {}) {
    http::Router router;
    router.add(world_.service->routes());
    http::Authorizer officers;
    officers.authorize = [this](const http::Request&, http::Scope scope) -> Result<http::Caller> {
      if (scope.name() != "officer") return fail(ProblemCode::forbidden);
      http::Caller caller;
      caller.account_id = account_;
      return caller;
    };
    officers.identify = [](const http::Request&) { return http::Caller{}; };
    router.set_authorizer(std::move(officers));
    http::Request request;
    request.method = method;
    request.path = request.target = kRoot + path;
    request.query = query;
    request.body = body;
    if (!key_.empty()) request.headers.emplace_back("Idempotency-Key", key_);
    return router.handle(std::move(request));
  }
  Json get(const std::string& path,
           const std::vector<std::pair<std::string, std::string>>& query = {}) {
    const auto response = call("GET", path, query);
    EXPECT_EQ(response.status, 200) << response.body;
    return parse_json(response.body).value();
  }
  static std::string asked(const std::string& operation, Json body) {
    return to_string(
        Json::object({{"link", "gd"}, {"operation", operation}, {"body", std::move(body)}}));
  }
  int64_t post(const std::string& operation, bool full = false) {
    const auto body = testing::put_blobs(sample_body(operation, full), *world_.blobs);
    const auto response = call("POST", "", {}, asked(operation, body));
    EXPECT_EQ(response.status, 201) << response.body;
    return parse_json(response.body).value()["number"].as_int();
  }
  std::vector<std::string> fields(const http::Response& response) {
    std::vector<std::string> out;
    const Json body = parse_json(response.body).value();
    for (const auto& error : body["errors"].items()) out.push_back(error["field"].as_string());
    return out;
  }

  static constexpr const char* kRoot = "/api/v1/authority/submissions";
  World world_{GetParam()};
  std::string key_;  // Idempotency-Key, when there is one
  std::string account_ = "officer-1";
};
INSTANTIATE_TEST_SUITE_P(Backends, SubmissionRoutes,
                         ::testing::ValuesIn(beian::testing::backends()));

TEST_P(SubmissionRoutes, WhatIsSubmittedIsReportedAndCanBeFollowed) {
  const auto number = post("icp/changes", true);
  const auto at = "/" + std::to_string(number);
  EXPECT_EQ(get(at)["state"].as_string(), "queued");
  world_.run(1);
  Json shown = get(at);
  EXPECT_EQ(shown["state"].as_string(), "accepted");
  EXPECT_EQ(shown["title"].as_string(), "变更备案");
  EXPECT_EQ(shown["subject"]["id"].as_string(), "officer-1");
  EXPECT_EQ(shown["uploads"].at(0).as_string(), "u1");
  EXPECT_EQ(shown.find("body"), nullptr);
  world_.authority.hand_down(testing::result_document(4, "70001", {{1017, "备案变更中"}}));
  world_.run(1);
  shown = get(at);
  EXPECT_EQ(shown["state"].as_string(), "refused");
  EXPECT_EQ(shown["outcomes"].at(0)["text"].as_string(), "备案变更中");
  EXPECT_EQ(call("GET", "/999").status, 404);
  EXPECT_EQ(call("GET", "/x").status, 404);
}

TEST_P(SubmissionRoutes, TheBodyIsShownWithoutTheFilingPassword) {
  const auto number = post("icp/new_accesses");
  const auto response = call("GET", "/" + std::to_string(number) + "/body");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.find("example-password"), std::string::npos);
  EXPECT_EQ(parse_json(response.body).value()["service"]["authority_service_id"].as_int(), 80001);
  EXPECT_EQ(http::header_of(response.headers, "Cache-Control"), "no-store");
}

TEST_P(SubmissionRoutes, AllProblemsAreToldAtOnceAndNothingIsQueued) {
  using Fields = std::vector<std::string>;
  const auto bad = call("POST", "", {}, R"({"link": "xx", "operation": "icp/new_filings",
                                            "body": 1, "more": 2})");
  EXPECT_EQ(bad.status, 422);
  EXPECT_EQ(fields(bad), (Fields{"/link", "/operation", "/body", "/more"}));
  Json access = sample_body("icp/new_accesses", false);
  access.erase("filing_password");
  access.find("service")->erase("authority_service_id");
  EXPECT_EQ(fields(call("POST", "", {}, asked("icp/new_accesses", access))),
            (Fields{"/body/service/authority_service_id", "/body/filing_password"}));
  Json change = sample_body("icp/changes", false);
  change.find("services")->items()[0].set("name", std::string(600, 'x'));
  EXPECT_EQ(fields(call("POST", "", {}, asked("icp/changes", change))),
            (Fields{"/body/services/0/name"}));
  EXPECT_EQ(get("")["submissions"].size(), 0u);
}

TEST_P(SubmissionRoutes, APictureThatIsNoneIsToldAtItsPlace) {
  Json body = sample_body("icp/verification_attachments", false);
  Json& one = body.find("attachments")->items()[0];
  one.erase("blob");
  one.set("content", base64_encode("no picture"));
  const auto response = call("POST", "", {}, asked("icp/verification_attachments", body));
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(fields(response), (std::vector<std::string>{"/body/attachments/0"}));
}

TEST_P(SubmissionRoutes, APictureIsKeptAsAJpegWithinTheLimit) {
  Json body = sample_body("icp/verification_attachments", false);
  Json& one = body.find("attachments")->items()[0];
  one.erase("blob");
  one.set("content", base64_encode(beian::testing::png()));
  one.set("format", 2);
  const auto response = call("POST", "", {}, asked("icp/verification_attachments", body));
  EXPECT_EQ(response.status, 201) << response.body;
  world_.run(1);
  const auto record = world_.authority.records("icp/verification_attachments").at(0);
  const auto bytes = base64_decode(record["content"].as_string()).value();
  EXPECT_EQ(record["format"].as_int(), 1);
  EXPECT_TRUE(bytes.starts_with("\xFF\xD8"));
  EXPECT_LE(bytes.size(), 100u * 1024);
}

TEST_P(SubmissionRoutes, TheSameRequestUnderTheSameKeyIsOneSubmission) {
  const auto send = [&](const std::string& key, const std::string& operation) {
    key_ = key;
    const auto body = testing::put_blobs(sample_body(operation, false), *world_.blobs);
    return call("POST", "", {}, asked(operation, body));
  };
  const auto first = send("key-1", "icp/cancellations");
  EXPECT_EQ(first.status, 201) << first.body;
  const auto again = send("key-1", "icp/cancellations");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(http::header_of(again.headers, "Location"), http::header_of(first.headers, "Location"));
  // Something else under the key is told, and what was refused does not use it up.
  const auto other = send("key-1", "icp/changes");
  EXPECT_EQ(other.status, 422);
  EXPECT_NE(other.body.find("idempotency_key_reused"), std::string::npos);
  key_ = "key-2";
  EXPECT_EQ(call("POST", "", {}, asked("icp/cancellations", Json::object({{"reason", 1}}))).status,
            422);
  EXPECT_EQ(send("key-2", "icp/cancellations").status, 201);
  EXPECT_EQ(fields(send(std::string(201, 'k'), "icp/changes")),
            (std::vector<std::string>{"/Idempotency-Key"}));
  // Without a key every request is a new one, and a key is an account's own.
  EXPECT_EQ(send("", "icp/cancellations").status, 201);
  account_ = "officer-2";
  EXPECT_EQ(send("key-1", "icp/cancellations").status, 201);
  key_.clear();
  EXPECT_EQ(get("")["submissions"].size(), 4u);
  world_.run(1);
  EXPECT_EQ(world_.authority.records("icp/cancellations").size(), 4u);
  // It is the same submission also when it has gone on, until the key is forgotten.
  account_ = "officer-1";
  const auto later = send("key-1", "icp/cancellations");
  EXPECT_EQ(later.status, 200);
  EXPECT_EQ(parse_json(later.body).value()["state"].as_string(), "accepted");
  world_.clock.advance(Millis{8LL * 24 * 3600 * 1000});
  world_.service->run_due();
  EXPECT_EQ(send("key-1", "icp/cancellations").status, 201);
}

TEST_P(SubmissionRoutes, OfTwoRequestsAtOnceOneSubmits) {
  const auto body =
      asked("icp/cancellations",
            testing::put_blobs(sample_body("icp/cancellations", false), *world_.blobs));
  key_ = "key-1";
  std::vector<int> statuses(8);
  {
    std::vector<std::jthread> threads;
    for (auto& status : statuses)
      threads.emplace_back([&] { status = call("POST", "", {}, body).status; });
  }
  EXPECT_EQ(std::ranges::count(statuses, 201), 1);
  EXPECT_EQ(std::ranges::count(statuses, 200), 7);
  EXPECT_EQ(get("")["submissions"].size(), 1u);
}

TEST_P(SubmissionRoutes, ListsAreNarrowedAndPaged) {
  const auto first = post("icp/cancellations");
  const auto second = post("icp/changes");
  const auto numbers = [&](const std::vector<std::pair<std::string, std::string>>& query) {
    std::vector<int64_t> out;
    const auto list = get("", query);
    for (const auto& row : list["submissions"].items()) out.push_back(row["number"].as_int());
    return out;
  };
  using Numbers = std::vector<int64_t>;
  EXPECT_EQ(numbers({}), (Numbers{second, first}));
  EXPECT_EQ(numbers({{"operation", "icp/changes"}}), (Numbers{second}));
  EXPECT_EQ(numbers({{"before", std::to_string(second)}}), (Numbers{first}));
  EXPECT_EQ(numbers({{"limit", "1"}}), (Numbers{second}));
  EXPECT_EQ(numbers({{"subject_kind", "manual"}, {"subject", "officer-1"}}),
            (Numbers{second, first}));
  EXPECT_EQ(numbers({{"subject_kind", "order"}}), Numbers{});
  EXPECT_EQ(numbers({{"state", "done"}}), Numbers{});
  EXPECT_EQ(call("GET", "", {{"limit", "0"}}).status, 422);
  EXPECT_EQ(call("GET", "", {{"before", "x"}}).status, 422);
}

TEST_P(SubmissionRoutes, WithdrawnWhileItWaitsAndNotAfter) {
  const auto number = post("icp/cancellations");
  const auto at = "/" + std::to_string(number) + "/withdraw";
  EXPECT_EQ(call("POST", at).status, 204);
  EXPECT_EQ(call("POST", at).status, 409);
  world_.run(1);
  EXPECT_TRUE(world_.authority.files().empty());
  const auto sent = post("icp/cancellations");
  world_.run(1);
  EXPECT_EQ(call("POST", "/" + std::to_string(sent) + "/withdraw").status, 409);
}

}  // namespace
}  // namespace beian::authority
