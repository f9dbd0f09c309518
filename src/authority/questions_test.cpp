// Status query and password check: the client's operations, the limit of code 22, the routes.
#include <gtest/gtest.h>

#include "authority/client.hpp"
#include "authority/link_world_for_tests.hpp"
#include "authority/trace.hpp"
#include "orders/ports.hpp"

namespace beian::authority {
namespace {

using testing::World;
using Fault = testing::FakeAuthority::Fault;
using Kind = Fault::Kind;
using Verdict4 = orders::PasswordVerdict::Kind;

constexpr auto kNumber = "粤ICP备2026000001号";

class Questions : public ::testing::TestWithParam<std::string> {
 protected:
  World world_{GetParam()};

  Verdict4 check(const std::string& password, const std::string& number = kNumber) {
    return world_.service->password("gd", number, Secret(password)).kind;
  }
  http::Response post(const std::string& path, const std::string& body,
                      const std::string& scope = "authority:ask") {
    http::Router router;
    router.add(world_.service->routes());
    http::Authorizer one;
    one.authorize = [&](const http::Request&, http::Scope wanted) -> Result<http::Caller> {
      if (wanted.name() != scope) return fail(ProblemCode::forbidden);
      http::Caller caller;
      caller.account_id = "reviewer-1";
      return caller;
    };
    one.identify = [](const http::Request&) { return http::Caller{}; };
    router.set_authorizer(std::move(one));
    http::Request request;
    request.method = "POST";
    request.path = request.target = "/api/v1/authority/links/" + path;
    request.body = body;
    return router.handle(std::move(request));
  }
  std::vector<ledger::Trace> traces() {
    return world_.storage.database->read_value(
        [&](db::Tx& tx) { return ledger::traces_of_link(tx, "gd", 100); });
  }
  int checks() { return world_.authority.calls("isp_verifybamm"); }
};
INSTANTIATE_TEST_SUITE_P(Backends, Questions, ::testing::ValuesIn(beian::testing::backends()));

// Covers operation:isp_verifybamm operation:isp_querybeianstatus code:0
TEST_P(Questions, ThePasswordIsRightOrWrongInBothSpellings) {
  for (const char* spelling : {"ispID", "ispId"}) {
    world_.authority.set_spelling(spelling);
    world_.restart();
    EXPECT_EQ(check("Sample-Filing-1"), Verdict4::right);
    EXPECT_EQ(world_.authority.seen_parameters(),
              (std::vector<std::string>{spelling, "userName", "randVal", "pwdHash", "hashAlgorithm",
                                        "baxh", "bamm"}));
    EXPECT_EQ(check("wrong"), Verdict4::wrong);
    EXPECT_EQ(world_.service->domain("gd", "yangli-example.cn").kind,
              orders::FilingStatus::Kind::not_filed);
    EXPECT_EQ(world_.authority.seen_parameters().front(), spelling);
  }
}

// Covers operation:isp_verifybamm code:22
TEST_P(Questions, AfterTooManyChecksNothingIsAskedUntilTheLimitEnds) {
  world_.authority.fault("isp_verifybamm",
                         {Kind::code, 22, {}, "备案密码校验超过5次，请仔细核对备案密码"});
  const auto first = world_.service->password("gd", kNumber, Secret("x"));
  EXPECT_EQ(first.kind, Verdict4::limited);
  EXPECT_EQ(first.until, world_.clock.now() + std::chrono::hours{24});
  EXPECT_NE(first.reason.find("5次"), std::string::npos);
  ASSERT_EQ(checks(), 1);
  // Also under a service's number and after a restart; other entities are asked for.
  world_.restart();
  world_.clock.advance(std::chrono::hours{24} - Millis{1});
  EXPECT_EQ(check("Sample-Filing-1", std::string(kNumber) + "-1"), Verdict4::limited);
  EXPECT_EQ(checks(), 1);
  EXPECT_EQ(check("Sample-Filing-1", "粤ICP备2026000002号"), Verdict4::right);
  world_.clock.advance(Millis{1});
  EXPECT_EQ(check("Sample-Filing-1"), Verdict4::right);
  EXPECT_EQ(checks(), 3);
}

TEST_P(Questions, WhatTheAuthorityDoesNotAnswerIsUnknown) {
  world_.authority.fault("isp_verifybamm", {Kind::lost_before});
  const auto lost = world_.service->password("gd", kNumber, Secret("x"));
  EXPECT_EQ(lost.kind, Verdict4::unknown);
  EXPECT_FALSE(lost.reason.empty());
  world_.authority.fault("isp_verifybamm", {Kind::code, 901});
  EXPECT_EQ(check("x"), Verdict4::unknown);
  EXPECT_EQ(check("x", "not a number"), Verdict4::unknown);
  EXPECT_EQ(world_.service->password("nowhere", kNumber, Secret("x")).kind, Verdict4::unknown);
  const int before = checks();
  world_.config.verify_wsdl_url.clear();
  world_.restart();
  EXPECT_EQ(check("x"), Verdict4::unknown);
  EXPECT_EQ(checks(), before);
}

TEST_P(Questions, ReviewersAskByTheApiAndLeaveATraceWithoutSecrets) {
  world_.authority.set_filed(true);
  const auto domain = post("gd/status-query", R"({"domain": "Yangli-Example.cn"})");
  ASSERT_EQ(domain.status, 200) << domain.body;
  EXPECT_EQ(parse_json(domain.body).value()["kind"].as_string(), "filed");
  const auto certificate = post("gd/status-query",
                                R"({"certificate_type": 2,
                                    "certificate_number": "999999190001010011"})");
  EXPECT_EQ(certificate.status, 200) << certificate.body;
  const auto password = post("gd/password-check", R"({"number": "粤ICP备2026000001号-1",
                                                       "password": "Sample-Filing-1"})");
  ASSERT_EQ(password.status, 200) << password.body;
  EXPECT_EQ(parse_json(password.body).value()["result"].as_string(), "right");

  ASSERT_EQ(traces().size(), 3u);
  for (const auto& trace : traces()) {
    EXPECT_EQ(trace.actor, "reviewer-1");
    EXPECT_EQ(trace.text.find("Sample-Filing-1"), std::string::npos);
    EXPECT_EQ(trace.text.find("999999190001010011"), std::string::npos);
  }
  EXPECT_EQ(post("gd/status-query", R"({})").status, 422);
  EXPECT_EQ(post("gd/status-query", R"({"domain": "not a domain"})").status, 422);
  EXPECT_EQ(post("gd/status-query", R"({"certificate_type": 1})").status, 422);
  EXPECT_EQ(post("gd/password-check", R"({"number": "x"})").status, 422);
  EXPECT_EQ(post("nowhere/status-query", R"({"domain": "yangli-example.cn"})").status, 404);
  EXPECT_EQ(post("gd/status-query", R"({"domain": "yangli-example.cn"})", "orders:read").status,
            403);
}

TEST_P(Questions, AnAccountAsksNoMoreThanItMay) {
  const std::string body = R"({"number": "粤ICP备2026000001号", "password": "wrong"})";
  for (int i = 0; i < 10; ++i) EXPECT_EQ(post("gd/password-check", body).status, 200);
  EXPECT_EQ(post("gd/password-check", body).status, 429);
  EXPECT_EQ(checks(), 10);
  world_.clock.advance(Millis{600'000});
  EXPECT_EQ(post("gd/password-check", body).status, 200);
}

}  // namespace
}  // namespace beian::authority
