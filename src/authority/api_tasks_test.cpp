// The routes of tasks and synchronisations, through the router, without sockets.
#include <gtest/gtest.h>

#include "accounts/accounts.hpp"
#include "authority/filed_sample_for_tests.hpp"
#include "authority/link_world_for_tests.hpp"

namespace beian::authority {
namespace {

using testing::filed_sample;
using testing::icp_document;
using testing::World;
using Query = std::vector<std::pair<std::string, std::string>>;

class TasksApi : public ::testing::TestWithParam<std::string> {
 protected:
  http::Response call(const std::string& method, const std::string& path, const Query& query = {},
                      const std::string& body = {}) {
    http::Router router;
    router.add(world_.service->routes());
    http::Authorizer officers;
    officers.authorize = [](const http::Request&, http::Scope scope) -> Result<http::Caller> {
      if (scope.name() != "officer") return fail(ProblemCode::forbidden);
      http::Caller caller;
      caller.account_id = "officer-1";
      caller.role = "officer";
      return caller;
    };
    officers.identify = [](const http::Request&) { return http::Caller{}; };
    router.set_authorizer(std::move(officers));
    http::Request request;
    request.method = method;
    request.path = request.target = path;
    request.query = query;
    request.body = body;
    return router.handle(std::move(request));
  }
  Json get(const std::string& path, const Query& query = {}) {
    const auto response = call("GET", path, query);
    EXPECT_EQ(response.status, 200) << response.body;
    return parse_json(response.body).value();
  }
  int status(const std::string& method, const std::string& path, const Json& body) {
    return call(method, path, {}, to_string(body)).status;
  }
  void hand_down_three() {
    Json sites = Json::array();
    for (int n = 1; n <= 3; ++n)
      sites.push(Json::object({{"id", n},
                               {"domain", "yangli-" + std::to_string(n) + "-example.cn"},
                               {"address", int64_t{3405803777}},
                               {"carrier", 12}}));
    world_.authority.hand_down(icp_document("unfiled_sites", sites));
    world_.run(1);
  }

  World world_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Backends, TasksApi, ::testing::ValuesIn(beian::testing::backends()));

TEST_P(TasksApi, ListedFilteredAndOpenlyOverdue) {
  hand_down_three();
  Json list = get("/api/v1/authority/tasks");
  EXPECT_EQ(list["tasks"].size(), 3u);
  EXPECT_EQ(list["open"].as_int(), 3);
  EXPECT_EQ(list["overdue"].as_int(), 0);
  EXPECT_EQ(list["tasks"].at(0)["number"].as_int(), 3);
  EXPECT_EQ(list["tasks"].at(0)["body"], Json());
  EXPECT_EQ(get("/api/v1/authority/tasks", {{"limit", "1"}})["tasks"].size(), 1u);
  EXPECT_EQ(get("/api/v1/authority/tasks", {{"before", "3"}})["tasks"].size(), 2u);
  EXPECT_EQ(get("/api/v1/authority/tasks", {{"kind", "rectification"}})["tasks"].size(), 0u);
  EXPECT_EQ(call("GET", "/api/v1/authority/tasks", {{"limit", "x"}}).status, 422);
  world_.clock.advance(std::chrono::days{6});
  EXPECT_EQ(status("POST", "/api/v1/authority/tasks/1/close", Json::object()), 422);
  EXPECT_EQ(status("POST", "/api/v1/authority/tasks/1/close",
                   Json::object({{"reason", "样例：重复登记"}})),
            200);
  EXPECT_EQ(status("POST", "/api/v1/authority/tasks/1/close", Json::object({{"reason", "样例"}})),
            409);
  list = get("/api/v1/authority/tasks", {{"overdue", "1"}});
  EXPECT_EQ(list["tasks"].size(), 2u);
  EXPECT_EQ(list["overdue"].as_int(), 2);
  EXPECT_TRUE(list["tasks"].at(0)["overdue"].as_bool());
  const Json closed = get("/api/v1/authority/tasks/1");
  EXPECT_EQ(closed["state"].as_string(), "closed");
  EXPECT_EQ(closed["reason"].as_string(), "样例：重复登记");
  EXPECT_EQ(closed["answered_by"].as_string(), "officer-1");
}

TEST_P(TasksApi, AnsweredOnceAndReported) {
  hand_down_three();
  const std::string path = "/api/v1/authority/tasks/2";
  EXPECT_EQ(get(path)["body"]["domain"].as_string(), "yangli-2-example.cn");
  EXPECT_EQ(status("POST", path + "/answer", Json::object({{"result", 1}})), 422);
  EXPECT_EQ(status("POST", path + "/answer",
                   Json::object({{"result", 1}, {"opinion", "样例：已关闭接入"}})),
            200);
  EXPECT_EQ(get(path)["state"].as_string(), "answered");
  EXPECT_EQ(status("POST", path + "/answer",
                   Json::object({{"result", 1}, {"opinion", "样例：已关闭接入"}})),
            409);
  for (const auto* wrong : {"/api/v1/authority/tasks/99", "/api/v1/authority/tasks/x"})
    EXPECT_EQ(call("GET", wrong).status, 404);
}

TEST_P(TasksApi, OnlyAnOfficerIsAssigned) {
  hand_down_three();
  const auto officer =
      accounts::create_account(*world_.storage.database, world_.clock.now(), "officer-sample",
                               Secret("a long sample sentence"), "officer")
          .value();
  const auto applicant =
      accounts::create_account(*world_.storage.database, world_.clock.now(), "applicant-sample",
                               Secret("a long sample sentence"), "applicant")
          .value();
  const std::string path = "/api/v1/authority/tasks/1/assignee";
  EXPECT_EQ(status("PUT", path, Json::object({{"account", officer.id}})), 200);
  EXPECT_EQ(status("PUT", path, Json::object({{"account", applicant.id}})), 404);
  EXPECT_EQ(get("/api/v1/authority/tasks", {{"assigned", officer.id}})["tasks"].size(), 1u);
  EXPECT_EQ(status("PUT", path, Json::object({{"account", ""}})), 200);
  EXPECT_EQ(get("/api/v1/authority/tasks/1")["assigned"].as_string(), "");
}

TEST_P(TasksApi, SynchronisationsAreReported) {
  world_.authority.hand_down(Json::object(
      {{"synchronisation",
        Json::object({{"filed", Json::array({filed_sample(1, world_.config.provider_id),
                                             filed_sample(2, world_.config.provider_id)})}})}}));
  world_.run(1);
  const Json list = get("/api/v1/authority/synchronisations");
  ASSERT_EQ(list["synchronisations"].size(), 1u);
  const Json& told = list["synchronisations"].at(0);
  EXPECT_EQ(told["added"].as_int(), 2);
  EXPECT_TRUE(told["finished"].is_string());
  const std::string path = "/api/v1/authority/synchronisations/" + told["source"].as_string();
  Json page = get(path, {{"what", "added"}, {"limit", "1"}});
  ASSERT_EQ(page["items"].size(), 1u);
  EXPECT_EQ(page["items"].at(0)["subject"].as_string(), "粤ICP备2026000001号");
  page = get(path, {{"what", "added"}, {"after", page["items"].at(0)["key"].as_string()}});
  EXPECT_EQ(page["items"].size(), 1u);
  EXPECT_EQ(call("GET", "/api/v1/authority/synchronisations/d99").status, 404);
}

}  // namespace
}  // namespace beian::authority
