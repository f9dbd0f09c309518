// Orders with several services through both real sides: three services, two domains on one of them,
// on two resources and one authorization code, to three numbers; a change of two of them; the end.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/filing_walk.hpp"
#include "base/embedded.hpp"
#include "base/encoding.hpp"
#include "platform/image/image.hpp"
#include "testing/poll.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

class SeveralServices : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    sides_.start_authority();
    sides_.start_provider();
    for (const auto* name : {"applicant-sample", "friend-sample"})
      sides_.create_account(name, "applicant");
    ASSERT_TRUE(applicant_.sign_in("applicant-sample", sides_.password()));
    ASSERT_TRUE(friend_.sign_in("friend-sample", sides_.password()));
    ASSERT_TRUE(reviewer_.sign_in(TwoSides::kReviewer, sides_.password()));
    ASSERT_TRUE(officer_.sign_in(TwoSides::kOfficer, sides_.password()));
    // A website of the time before 2019 may have two domains: an administrator lets it pass.
    sides_.create_account("admin-sample", "admin");
    app::ApiUser admin(sides_.provider_url());
    ASSERT_TRUE(admin.sign_in("admin-sample", sides_.password()));
    read(admin.put("/api/v1/rules/overrides/two-domains",
                   Json::object({{"rule", "one-domain-per-website"},
                                 {"severity", "warn"},
                                 {"reason", "样例：2019年前的网站"}})));
  }

  static Json read(const Result<Json>& answer) {
    EXPECT_TRUE(answer) << app::describe(answer.error());
    return answer ? *answer : Json();
  }
  static std::vector<std::string> faults(const Result<Json>& answer) {
    std::vector<std::string> out;
    if (answer) return out;
    for (const auto& p : answer.error())
      out.push_back(std::string(spec_of(p.code).name) + "@" + p.field);
    std::ranges::sort(out);
    return out;
  }
  void resource(const std::string& source, const std::string& owner, const std::string& addresses,
                int64_t quota) {
    read(officer_.put("/api/v1/resources/" + source,
                      Json::object({{"account", owner},
                                    {"product", "cloud_server"},
                                    {"region", "样例-华南1"},
                                    {"billing", "subscription"},
                                    {"from", "2026-01-01"},
                                    {"addresses", Json::array({addresses})},
                                    {"quota", quota}})));
  }
  int64_t left(app::ApiUser& owner, const std::string& source) {
    return read(owner.get("/api/v1/resources/" + source))["left"].as_int();
  }
  std::string code_state() {
    return read(friend_.get("/api/v1/filing-codes"))["codes"].at(0)["state"].as_string();
  }
  std::string reason(const std::string& host) {
    return read(applicant_.get("/api/v1/access?host=" + host))["reason"].as_string();
  }
  Json entity() { return read(applicant_.get("/api/v1/registry/entities"))["entities"].at(0); }
  Json order(const std::string& id) { return read(applicant_.get("/api/v1/orders/" + id)); }

  // The sample entity with three websites, the second with two domains.
  static Json document() {
    Json out = parse_json(embedded::file("data/demo/first-website.json")).value()["document"];
    Json services = Json::array();
    for (int n = 1; n <= 3; ++n) {
      Json service = out["services"].at(0);
      const std::string end = std::to_string(n) + "-example.cn";
      service.set("name", "样例第" + std::to_string(n) + "网站");
      Json domains = Json::array({"yangli-a" + end});
      if (n == 2) domains.push("yangli-b" + end);
      service.set("domains", std::move(domains));
      service.set("home_url", "www.yangli-a" + end);
      const std::string address = "203.0.113." + std::to_string(10 * n);
      service.find("accesses")
          ->items()[0]
          .set("addresses", Json::array({Json::object({{"from", address}, {"to", address}})}));
      services.push(std::move(service));
    }
    out.set("services", std::move(services));
    return out;
  }
  static void stand(Json& document, size_t service, const std::string& how,
                    const std::string& what) {
    document.find("services")->items()[service].set("resource", Json::object({{how, what}}));
  }
  void save(const std::string& id, const Json& document) {
    read(applicant_.put("/api/v1/orders/" + id,
                        Json::object({{"document", document}, {"version", order(id)["version"]}})));
  }
  std::string begin(const Json& body) {
    return read(applicant_.post("/api/v1/orders", body))["id"].as_string();
  }
  void attach(const std::string& id, int purpose, const std::string& owner) {
    static const std::string kPicture =
        image::draw_sample(image::Format::jpeg, 800, 560, "样例材料");
    read(applicant_.post_bytes("/api/v1/orders/" + id +
                                   "/materials?purpose=" + std::to_string(purpose) +
                                   "&owner=" + percent_encode(owner) + "&name=a.jpg",
                               "image/jpeg", kPicture));
  }
  Result<Json> submit(const std::string& id) {
    return applicant_.post("/api/v1/orders/" + id + "/submit", Json::object());
  }
  // Through review and authority.
  Json finish(const std::string& id) {
    read(submit(id));
    const auto passed = app::pass_review(reviewer_, id);
    EXPECT_TRUE(passed) << app::describe(passed.error());
    Json now;
    EXPECT_TRUE(testing::eventually(
        [&] {
          now = order(id);
          const std::string& state = now["state"].as_string();
          return state == "completed" || state == "authority_rejected";
        },
        std::chrono::seconds(20)));
    EXPECT_EQ(now["state"].as_string(), "completed")
        << to_string(now["findings"]) << sides_.log_end();
    return now;
  }
  template <class Condition>
  void becomes(Condition condition) {
    EXPECT_TRUE(testing::eventually(condition)) << to_string(entity()) << sides_.log_end();
  }
  std::string granted_code() {
    const Json made = read(friend_.post("/api/v1/resources/i-friend/codes",
                                        Json::object({{"count", 1}})))["codes"]
                          .at(0);
    read(friend_.put(
        "/api/v1/filing-codes/" + made["id"].as_string() + "/grant",
        Json::object({{"account", "applicant-sample"}, {"password", sides_.password().reveal()}})));
    return made["code"].as_string();
  }

  TwoSides sides_{{.backend = GetParam(), .auto_sms = true, .auto_decide_after_ms = 0}};
  app::ApiUser applicant_{sides_.provider_url()}, friend_{sides_.provider_url()};
  app::ApiUser reviewer_{sides_.provider_url()}, officer_{sides_.provider_url()};
};
INSTANTIATE_TEST_SUITE_P(Backends, SeveralServices, ::testing::ValuesIn(testing::backends()));

TEST_P(SeveralServices, FromThreeServicesToTheirEnd) {
  resource("i-one", "applicant-sample", "203.0.113.10", 1);
  resource("i-two", "applicant-sample", "203.0.113.20", 1);
  resource("i-friend", "friend-sample", "203.0.113.30", 2);
  const std::string code = granted_code();

  Json wanted = document();
  Json question = Json::object({{"province", wanted["entity"]["location"]["province"]},
                                {"nature", wanted["entity"]["nature"]},
                                {"certificate", wanted["entity"]["certificate"]},
                                {"domains", Json::array()}});
  for (const auto& service : wanted["services"].items())
    for (const auto& domain : service["domains"].items()) question.find("domains")->push(domain);
  const Json found = read(applicant_.post("/api/v1/orders/detect", question));
  EXPECT_EQ(found["kind"].as_string(), "first");
  std::string id = begin(Json::object({{"detection", found["detection"]}, {"document", wanted}}));
  for (const int purpose : {2, 3, 11}) attach(id, purpose, "/entity");
  for (const auto* owner : {"/services/0", "/services/1", "/services/2"})
    for (const int purpose : {1, 4, 5}) attach(id, purpose, owner);
  EXPECT_EQ(faults(submit(id)),
            (std::vector<std::string>{"resource_required@/services/0/resource",
                                      "resource_required@/services/1/resource",
                                      "resource_required@/services/2/resource"}));
  // Each on the wrong one first.
  stand(wanted, 0, "source_id", "i-two");
  stand(wanted, 1, "source_id", "i-two");
  stand(wanted, 2, "source_id", "i-friend");
  save(id, wanted);
  EXPECT_EQ(faults(submit(id)),
            (std::vector<std::string>{"not_found@/services/2/resource",
                                      "resource_unfit@/services/0/accesses/0/addresses/0"}));
  stand(wanted, 0, "source_id", "i-one");
  stand(wanted, 2, "code", code);
  save(id, wanted);
  const Json filed = finish(id);
  const std::string number = filed["filing_number"].as_string();
  EXPECT_EQ(filed["service_numbers"], Json::array({number + "-1", number + "-2", number + "-3"}));
  for (const auto* host : {"www.yangli-a1-example.cn", "yangli-b2-example.cn",
                           "yangli-a2-example.cn", "yangli-a3-example.cn"})
    EXPECT_EQ(reason(host), "filed") << host;
  // Used for good, by the job that follows the event.
  becomes([&] { return code_state() == "used"; });
  EXPECT_EQ(left(applicant_, "i-one"), 0);
  EXPECT_EQ(left(applicant_, "i-two"), 0);
  EXPECT_EQ(left(friend_, "i-friend"), 1);

  // A change of two of the three.
  id = begin(Json::object({{"kind", "change_both"},
                           {"entity", number},
                           {"services", Json::array({number + "-2", number + "-3"})}}));
  Json changed = order(id)["document"];
  ASSERT_EQ(changed["services"].size(), 2u);
  auto& services = changed.find("services")->items();
  services[0].set("domains", Json::array({"yangli-a2-example.cn"}));
  services[1].set("name", "样例改名网站");
  save(id, changed);
  for (const auto* owner : {"/services/0", "/services/1"}) attach(id, 1, owner);
  attach(id, 11, "/entity");
  EXPECT_EQ(finish(id)["service_numbers"], Json::array({number + "-2", number + "-3"}));
  becomes([&] { return reason("yangli-b2-example.cn") == "cancelled"; });
  becomes([&] { return entity()["services"].at(2)["name"].as_string() == "样例改名网站"; });
  EXPECT_EQ(entity()["services"].at(0)["name"].as_string(), "样例第1网站");

  // The end of all three, one by one: a shell stays, and what they stood on stays used.
  for (const auto* end : {"-1", "-2", "-3"}) {
    id = begin(Json::object({{"kind", "cancel_service"}, {"service", number + end}}));
    save(id, Json::object({{"reason", 1}, {"remark", "样例：不再运营"}}));
    EXPECT_EQ(finish(id)["filed"]["leaves"].as_string(),
              std::string(end) == "-3" ? "shell_entity" : "");
  }
  EXPECT_EQ(reason("yangli-a1-example.cn"), "cancelled");
  EXPECT_TRUE(entity()["shell"].as_bool());
  EXPECT_EQ(left(applicant_, "i-one"), 0);
  EXPECT_EQ(left(friend_, "i-friend"), 1);
  EXPECT_EQ(code_state(), "used");

  // What the province makes of a new service of a shell is foreseen.
  Json next = read(applicant_.post("/api/v1/orders",
                                   Json::object({{"kind", "add_service"}, {"entity", number}})));
  const Json rehearsed = read(
      applicant_.post("/api/v1/orders/" + next["id"].as_string() + "/rehearsal", Json::object()));
  EXPECT_NE(to_string(rehearsed["rules"]).find("空壳主体"), std::string::npos)
      << to_string(rehearsed);
}

// An order that is given up frees what it holds.
TEST_P(SeveralServices, GivenUpFreesResourcesAndCodes) {
  resource("i-one", "applicant-sample", "203.0.113.0/24", 2);
  resource("i-friend", "friend-sample", "203.0.113.0/24", 1);
  Json wanted = document();
  stand(wanted, 0, "source_id", "i-one");
  stand(wanted, 1, "source_id", "i-one");
  stand(wanted, 2, "code", granted_code());
  const std::string id = begin(Json::object({{"kind", "first"}, {"document", wanted}}));
  for (const int purpose : {2, 3, 11}) attach(id, purpose, "/entity");
  for (const auto* owner : {"/services/0", "/services/1", "/services/2"})
    for (const int purpose : {1, 4, 5}) attach(id, purpose, owner);
  read(submit(id));
  EXPECT_EQ(left(applicant_, "i-one"), 0);
  EXPECT_EQ(code_state(), "in_filing");
  const std::string path = "/api/v1/orders/" + id;
  read(applicant_.post(path + "/withdraw", Json::object()));
  EXPECT_EQ(left(applicant_, "i-one"), 0);
  read(applicant_.post(path + "/abandon", Json::object()));
  becomes([&] { return left(applicant_, "i-one") == 2 && code_state() == "granted"; });
}

}  // namespace
}  // namespace beian::tests
