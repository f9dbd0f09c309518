// The service as the process runs it: threads, stop, status queries, what officers see.
#include "authority/service.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "authority/link_world_for_tests.hpp"
#include "testing/poll.hpp"

namespace beian::authority {
namespace {

using testing::FakeAuthority;
using testing::World;
using Fault = FakeAuthority::Fault;
using Kind = Fault::Kind;
using Kindness = orders::FilingStatus::Kind;

class Service : public ::testing::Test {
 protected:
  http::Response call(const std::string& method, const std::string& path,
                      const std::string& query = {}, const std::string& body = {}) {
    http::Router router;
    router.add(world_.service->routes());
    http::Authorizer everybody;
    everybody.authorize = [](const http::Request&, http::Scope scope) -> Result<http::Caller> {
      if (scope.name() != "officer") return fail(ProblemCode::forbidden);
      http::Caller caller;
      caller.account_id = "officer-1";
      caller.role = "officer";
      return caller;
    };
    everybody.identify = [](const http::Request&) { return http::Caller{}; };
    router.set_authorizer(std::move(everybody));
    http::Request request;
    request.method = method;
    request.path = request.target = path;
    request.body = body;
    if (const auto eq = query.find('='); eq != query.npos)
      request.query = {{query.substr(0, eq), query.substr(eq + 1)}};
    return router.handle(std::move(request));
  }
  Json get(const std::string& path, const std::string& query = {}) {
    const auto response = call("GET", path, query);
    EXPECT_EQ(response.status, 200) << response.body;
    return parse_json(response.body).value();
  }

  World world_{"sqlite"};
};

TEST_F(Service, WorksByItselfAndStopsWhileTheAuthorityHangs) {
  SystemClock clock;
  auto fast = world_.config;
  fast.poll = Millis{20};
  AuthorityService service(world_.storage.database, *world_.blobs, clock, world_.cipher, {fast});
  world_.authority.when_uploaded(
      [&](const Json& record) { world_.authority.hand_down(testing::filed_document(record, 1)); });
  service.start();
  const auto id = world_.add_ready_order(1);
  service.nudge();
  ASSERT_TRUE(beian::testing::eventually([&] { return world_.state(id) == "completed"; }));

  world_.authority.fault("isp_upload", {Kind::hang_after});
  const int before = world_.authority.calls("isp_upload");
  world_.add_ready_order(2);
  service.nudge();
  ASSERT_TRUE(
      beian::testing::eventually([&] { return world_.authority.calls("isp_upload") > before; }));
  const auto begun = std::chrono::steady_clock::now();
  service.stop(Millis{100});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(8));
}

TEST_F(Service, OneSlowAuthorityNeverHoldsUpAnother) {
  SystemClock clock;
  FakeAuthority slow;
  slow.fault("isp_querypreviousupload", {Kind::hang_after});
  auto here = world_.config;
  auto there = slow.link("js");
  there.provinces = {320000};
  AuthorityService service(world_.storage.database, *world_.blobs, clock, world_.cipher,
                           {there, here});
  EXPECT_EQ(service.for_province(440300), "gd");
  EXPECT_EQ(service.for_province(320000), "js");
  EXPECT_EQ(service.for_province(110000), "");
  const auto id = world_.add_ready_order(1);
  service.start();
  EXPECT_TRUE(beian::testing::eventually([&] { return world_.state(id) == "at_authority"; }));
  EXPECT_EQ(slow.calls("isp_querypreviousupload"), 1);
  service.stop(Millis{0});
}

TEST_F(Service, FilingStatusHasThreeValues) {
  auto& service = *world_.service;
  EXPECT_EQ(service.domain("gd", "yangli-example.cn").kind, Kindness::not_filed);
  world_.authority.set_filed(true);
  const auto filed = service.certificate("gd", 1, "SAMPLE1");
  EXPECT_EQ(filed.kind, Kindness::filed);
  EXPECT_EQ(filed.entity_number, "粤ICP备2026000001号");
  world_.authority.fault("isp_querybeianstatus", {Kind::lost_before});
  const auto lost = service.domain("gd", "yangli-example.cn");
  EXPECT_EQ(lost.kind, Kindness::unknown);
  EXPECT_FALSE(lost.reason.empty());
  world_.authority.fault("isp_querybeianstatus", {Kind::code, 901});
  EXPECT_EQ(service.domain("gd", "yangli-example.cn").kind, Kindness::unknown);
  EXPECT_EQ(service.domain("nowhere", "yangli-example.cn").kind, Kindness::unknown);
  EXPECT_EQ(service.certificate("gd", 12, "X").kind, Kindness::unknown);
}

TEST_F(Service, RefusesLinksThatCannotWork) {
  const auto make = [&](LinkConfig link) {
    AuthorityService service(world_.storage.database, *world_.blobs, world_.clock, world_.cipher,
                             {std::move(link)});
  };
  auto link = world_.config;
  link.keys.key = Secret("short");
  EXPECT_THROW(make(link), std::invalid_argument);
  link = world_.config;
  link.profile = "none";
  EXPECT_THROW(make(link), std::invalid_argument);
  link = world_.config;
  link.provider_id = 0;
  EXPECT_THROW(make(link), std::invalid_argument);
  EXPECT_THROW(AuthorityService(world_.storage.database, *world_.blobs, world_.clock, world_.cipher,
                                {world_.config, world_.config}),
               std::invalid_argument);
}

TEST_F(Service, OfficersSeeLinksAndLedger) {
  world_.authority.when_uploaded(
      [&](const Json& record) { world_.authority.hand_down(testing::filed_document(record, 1)); });
  const auto id = world_.add_ready_order(1);
  world_.run(1);
  world_.authority.fault("isp_upload", {Kind::code, 13});
  world_.add_ready_order(2);
  world_.run(0);

  const Json links = get("/api/v1/authority/links");
  ASSERT_EQ(links["links"].size(), 1u);
  const Json& link = links["links"].at(0);
  EXPECT_EQ(link["state"].as_string(), "blocked");
  EXPECT_EQ(link["code"].as_int(), 13);
  EXPECT_EQ(link["last_sequence"].as_int(), 1);
  EXPECT_EQ(link["open_file"]["sequence"].as_int(), 2);
  EXPECT_TRUE(link["next_attempt"].is_string());

  const Json mine = get("/api/v1/authority/ledger", "order=" + id);
  ASSERT_EQ(mine["entries"].size(), 2u);
  EXPECT_EQ(mine["entries"].at(0)["direction"].as_string(), "down");  // the newest
  EXPECT_EQ(mine["entries"].at(1)["direction"].as_string(), "up");
  const std::string upload = mine["entries"].at(1)["id"].as_string();
  const std::string download = mine["entries"].at(0)["id"].as_string();
  EXPECT_EQ(get("/api/v1/authority/ledger/" + upload)["record_list"].at(0)["order"].as_string(),
            id);
  EXPECT_EQ(get("/api/v1/authority/ledger/" + download)["results"].at(0)["effect"].as_string(),
            "applied");
  const auto bytes = call("GET", "/api/v1/authority/ledger/" + upload + "/bytes");
  EXPECT_EQ(bytes.status, 200);
  EXPECT_TRUE(bytes.body.starts_with("<?xml"));
  const auto sealed = call("GET", "/api/v1/authority/ledger/" + upload + "/bytes", "part=envelope");
  EXPECT_EQ(sealed.status, 200);
  EXPECT_NE(sealed.body, bytes.body);

  EXPECT_EQ(call("GET", "/api/v1/authority/ledger/u99").status, 404);
  EXPECT_EQ(call("GET", "/api/v1/authority/ledger/nonsense").status, 404);
  EXPECT_EQ(call("GET", "/api/v1/authority/ledger", "limit=0").status, 422);
  EXPECT_EQ(call("POST", "/api/v1/authority/ledger/" + download + "/apply").status, 409);
  EXPECT_EQ(call("POST", "/api/v1/authority/links/nowhere/retry").status, 404);
  EXPECT_EQ(call("POST", "/api/v1/authority/links/gd/retry").status, 204);
  world_.service->run_due();
  EXPECT_EQ(get("/api/v1/authority/links")["links"].at(0)["last_sequence"].as_int(), 2);
}

TEST_F(Service, APersonSettlesNumbersThatDiverged) {
  const auto first = world_.add_ready_order(1);
  world_.run(1);
  world_.authority.take_foreign(2);
  const auto second = world_.add_ready_order(2);
  world_.restart();
  world_.run(1);
  EXPECT_EQ(get("/api/v1/authority/links")["links"].at(0)["state"].as_string(), "blocked");
  const std::string path = "/api/v1/authority/links/gd/sequence";
  EXPECT_EQ(call("PUT", path, {}, R"({"last": "2"})").status, 422);
  EXPECT_EQ(call("PUT", path, {}, R"({"last": 0})").status, 409);
  EXPECT_EQ(call("PUT", path, {}, R"({"last": 2})").status, 204);
  world_.run(1);
  EXPECT_EQ(world_.state(second), "at_authority");
  EXPECT_EQ(world_.uploads().back().sequence, 3);
}

TEST_F(Service, AnOpenFileUnderAForeignNumberIsGivenUpByAPersonsWord) {
  world_.run(0);
  world_.authority.fault("isp_upload", {Kind::lost_before});
  const auto id = world_.add_ready_order(1);
  world_.service->run_due();
  world_.authority.take_foreign(1);
  world_.run(1);
  EXPECT_EQ(world_.link_row().state, "blocked");
  EXPECT_EQ(world_.state(id), "reporting");
  const std::string path = "/api/v1/authority/links/gd/sequence";
  EXPECT_EQ(call("PUT", path, {}, R"({"last": 0})").status, 409);
  EXPECT_EQ(call("PUT", path, {}, R"({"last": 1})").status, 204);
  world_.run(1);
  EXPECT_EQ(world_.state(id), "at_authority");
  EXPECT_EQ(world_.uploads().back().sequence, 2);
}

}  // namespace
}  // namespace beian::authority
