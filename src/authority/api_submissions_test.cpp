// What officers see and do about submissions.
#include <gtest/gtest.h>

#include "authority/bodies_for_tests.hpp"
#include "authority/link_world_for_tests.hpp"
#include "base/encoding.hpp"
#include "testing/pictures.hpp"

namespace beian::authority {
namespace {

using testing::sample_body;
using testing::World;

class SubmissionRoutes : public ::testing::Test {
 protected:
  http::Response call(const std::string& method, const std::string& path,
                      const std::vector<std::pair<std::string, std::string>>& query = {},
                      const std::string& body = {}) {
    http::Router router;
    router.add(world_.service->routes());
    http::Authorizer officers;
    officers.authorize = [](const http::Request&, http::Scope scope) -> Result<http::Caller> {
      if (scope.name() != "officer") return fail(ProblemCode::forbidden);
      http::Caller caller;
      caller.account_id = "officer-1";
      return caller;
    };
    officers.identify = [](const http::Request&) { return http::Caller{}; };
    router.set_authorizer(std::move(officers));
    http::Request request;
    request.method = method;
    request.path = request.target = kRoot + path;
    request.query = query;
    request.body = body;
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
  World world_{"sqlite"};
};

TEST_F(SubmissionRoutes, WhatIsSubmittedIsReportedAndCanBeFollowed) {
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

TEST_F(SubmissionRoutes, TheBodyIsShownWithoutTheFilingPassword) {
  const auto number = post("icp/new_accesses");
  const auto response = call("GET", "/" + std::to_string(number) + "/body");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.find("example-password"), std::string::npos);
  EXPECT_EQ(parse_json(response.body).value()["service"]["authority_service_id"].as_int(), 80001);
  EXPECT_EQ(http::header_of(response.headers, "Cache-Control"), "no-store");
}

TEST_F(SubmissionRoutes, AllProblemsAreToldAtOnceAndNothingIsQueued) {
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

TEST_F(SubmissionRoutes, APictureThatIsNoneIsToldAtItsPlace) {
  Json body = sample_body("icp/verification_attachments", false);
  Json& one = body.find("attachments")->items()[0];
  one.erase("blob");
  one.set("content", base64_encode("no picture"));
  const auto response = call("POST", "", {}, asked("icp/verification_attachments", body));
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(fields(response), (std::vector<std::string>{"/body/attachments/0"}));
}

TEST_F(SubmissionRoutes, APictureIsKeptAsAJpegWithinTheLimit) {
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

TEST_F(SubmissionRoutes, ListsAreNarrowedAndPaged) {
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

TEST_F(SubmissionRoutes, WithdrawnWhileItWaitsAndNotAfter) {
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
