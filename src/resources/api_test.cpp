// The routes, through the router, without sockets.
#include "resources/api.hpp"
#include "platform/http/router.hpp"
#include "resources/world_for_test.hpp"

namespace beian::resources {
namespace {

using namespace test;

class ResourcesApiTest : public ResourcesWorld {
 protected:
  ResourcesApiTest() {
    router_.add(api_.routes());
    http::Authorizer authorizer;
    authorizer.authorize = [this](const http::Request&, http::Scope scope) -> Result<http::Caller> {
      http::Caller caller{who_, role_, "s", {}};
      for (const auto& held : accounts::scopes_of(role_)) caller.scopes.emplace_back(held.name());
      if (!accounts::holds(caller, scope)) return fail(ProblemCode::forbidden);
      return caller;
    };
    authorizer.identify = [](const http::Request&) { return http::Caller{}; };
    router_.set_authorizer(std::move(authorizer));
  }
  http::Response send(const std::string& method, const std::string& target,
                      const std::string& body = {}) {
    http::Request request;
    request.method = method;
    EXPECT_TRUE(http::set_target(request, target));
    request.body = body;
    return router_.handle(std::move(request));
  }
  static Json json(const http::Response& response) {
    return parse_json(response.body).value_or(Json());
  }
  void as(const std::string& role, const std::string& who = "staff-1") {
    role_ = role;
    who_ = who;
  }

  std::string role_ = "officer", who_ = "staff-1";
  ResourcesApi api_{db.database, clock, cipher, {}};
  http::Router router_;
};
INSTANTIATE_TEST_SUITE_P(Backends, ResourcesApiTest, ::testing::ValuesIn(testing::backends()));

TEST_P(ResourcesApiTest, FromTheProvidersWordToAGrantedCode) {
  EXPECT_EQ(send("PUT", "/api/v1/resources/i-1", to_string(body())).status, 201);
  EXPECT_EQ(send("PUT", "/api/v1/resources/i-1", to_string(body())).status, 200);
  EXPECT_EQ(json(send("GET", "/api/v1/resources"))["resources"].size(), 1u);

  as("applicant", other);
  EXPECT_EQ(send("PUT", "/api/v1/resources/i-2", to_string(body())).status, 403);
  EXPECT_EQ(send("GET", "/api/v1/resources/i-1").status, 404);
  EXPECT_EQ(send("GET", "/api/v1/resources/i-1/history").status, 404);
  EXPECT_EQ(json(send("GET", "/api/v1/resources"))["resources"].size(), 0u);

  as("applicant", owner);
  const Json resource = json(send("GET", "/api/v1/resources/i-1"));
  EXPECT_TRUE(resource["usable"].as_bool());
  EXPECT_EQ(resource["left"].as_int(), 5);
  const auto made = send("POST", "/api/v1/resources/i-1/codes", R"({"count":2})");
  ASSERT_EQ(made.status, 201) << made.body;
  const Json code = json(made)["codes"].at(0);
  EXPECT_EQ(code["code"].as_string().size(), 34u);
  EXPECT_EQ(code["state"].as_string(), "unused");
  const std::string path = "/api/v1/filing-codes/" + code["id"].as_string();
  EXPECT_EQ(send("PUT", path + "/grant", R"({"account":"other-sample"})").status, 422);
  const auto granted = send("PUT", path + "/grant",
                            R"({"account":"other-sample","password":"Sample-Password-2026"})");
  ASSERT_EQ(granted.status, 200) << granted.body;
  EXPECT_EQ(json(granted)["granted_to"].as_string(), "other-sample");

  as("applicant", other);
  const Json seen = json(send("GET", "/api/v1/filing-codes"));
  ASSERT_EQ(seen["codes"].size(), 1u);
  EXPECT_EQ(seen["codes"].at(0)["code"], code["code"]);
  EXPECT_EQ(send("DELETE", path).status, 404);

  as("applicant", owner);
  EXPECT_EQ(json(send("DELETE", path))["state"].as_string(), "void");
  EXPECT_EQ(send("DELETE", path).status, 409);
  EXPECT_EQ(json(send("GET", "/api/v1/resources/i-1"))["left"].as_int(), 4);
  const Json history = json(send("GET", "/api/v1/resources/i-1/history"));
  EXPECT_EQ(history["history"].size(), 5u);

  as("officer");
  EXPECT_TRUE(json(send("DELETE", "/api/v1/resources/i-1"))["released"].as_bool());
}

TEST_P(ResourcesApiTest, ImportAnswersEachLine) {
  const auto done =
      send("POST", "/api/v1/resources/import",
           "source_id,account,product,region,billing,from,addresses\n"
           "i-1,owner-sample,cdn,样例-华南1,subscription,2026-01-01,203.0.113.7\n"
           "i-2,owner-sample,teapot,样例-华南1,subscription,2026-01-01,203.0.113.7\n");
  ASSERT_EQ(done.status, 200) << done.body;
  const Json report = json(done);
  EXPECT_EQ(report["created"].as_int(), 1);
  EXPECT_EQ(report["lines"].at(1)["problems"].at(0)["code"].as_string(), "code_unknown");
  EXPECT_FALSE(json(send("GET", "/api/v1/resources/i-1"))["usable"].as_bool());
}

}  // namespace
}  // namespace beian::resources
