// What follows a first filing, reported by an officer through the API of the real provider to the
// real sandbox authority: services and accesses are added, changed and cancelled. After each step
// the provider's registry and the authority's library say the same, id by id.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "app/filing_walk.hpp"
#include "base/embedded.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/image/image.hpp"
#include "provider_side.hpp"
#include "testing/poll.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

using std::chrono::seconds;

constexpr const char* kAuditor = "auditor-sample";
constexpr const char* kApplicant = "applicant-sample";
constexpr const char* kShop = "yangli-shop-example.cn";

class Submissions : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    sides_.start_authority();
    sides_.start_provider();
    sides_.create_account(kAuditor, "auditor");
    sides_.create_account(kApplicant, "applicant");
    ASSERT_TRUE(officer_.sign_in(TwoSides::kOfficer, sides_.password()));
    ASSERT_TRUE(auditor_.sign_in(kAuditor, sides_.password()));
    file_first();
  }

  // The demo's filing, by the applicant and the reviewer.
  void file_first() {
    app::ApiUser applicant(sides_.provider_url()), reviewer(sides_.provider_url());
    ASSERT_TRUE(applicant.sign_in(kApplicant, sides_.password()));
    ASSERT_TRUE(reviewer.sign_in(TwoSides::kReviewer, sides_.password()));
    const auto made = applicant.post(
        "/api/v1/orders", Json::object({{"kind", "first"}, {"document", scenario_["document"]}}));
    ASSERT_TRUE(made) << app::describe(made.error());
    const auto id = (*made)["id"].as_string();
    ASSERT_TRUE(app::complete_order(applicant, id, scenario_));
    ASSERT_TRUE(app::pass_review(reviewer, id));
    ASSERT_TRUE(soon([&] {
      return read(applicant.get("/api/v1/orders/" + id))["state"].as_string() == "completed";
    })) << sides_.log_end();
    agree();
    own_ = mirror().at(0);
  }

  // Another provider's filing at the same authority.
  Json file_elsewhere() {
    auto account = account_of(2, "openbeian-3.1");
    manage("/manage/providers", Json::object({{"provider_id", account.provider_id},
                                              {"user_name", account.user_name},
                                              {"password", account.password.reveal()},
                                              {"profile", account.profile},
                                              {"encryption", account.encryption},
                                              {"key", account.key.reveal()},
                                              {"iv", account.iv.reveal()}}));
    auto link = link_of("gd", 2, sides_.authority_url(), "openbeian-3.1");
    link.poll = Millis{50};
    link.poll_soon = Millis{20};
    ProviderSide other(GetParam(), clock_);
    other.restart({link});
    const auto order = other.add_ready_order(8, "gd");
    other.service->start();
    EXPECT_TRUE(soon([&] { return other.state(order) == "completed"; })) << sides_.log_end();
    other.service->stop();
    const Json filed = library();
    for (const auto& entity : filed.items())
      if (entity["entity"] != own_["entity"]) return entity;
    ADD_FAILURE() << "the other provider's filing is not in the library";
    return {};
  }

  static Json read(const Result<Json>& answer) {
    EXPECT_TRUE(answer) << app::describe(answer.error());
    return answer ? *answer : Json();
  }
  Json manage(const std::string& path, const Json& body) {
    return read(authority_.post(path, body));
  }
  template <class Condition>
  static bool soon(Condition condition) {
    return testing::eventually(condition, seconds(20));
  }

  // One form for both sides: what is filed now, with the authority's ids.
  static Json sorted(const Json& names) {
    std::set<std::string> all;
    for (const auto& name : names.items()) all.insert(name.as_string());
    Json out = Json::array();
    for (const auto& name : all) out.push(name);
    return out;
  }
  static Json entity_of(const Json& id, const Json& number, const Json& name) {
    return Json::object(
        {{"entity", id}, {"number", number}, {"name", name}, {"services", Json::array()}});
  }
  static void add_service(Json& entity, const Json& id, const Json& number, const Json& service) {
    Json accesses = Json::array();
    for (const auto& access : service["accesses"].items()) {
      const bool ours = access.find("authority_access_id") != nullptr;
      accesses.push(Json::object({{"access", access[ours ? "authority_access_id" : "id"]},
                                  {"provider", access[ours ? "provider" : "provider_id"]},
                                  {"addresses", access["addresses"]}}));
    }
    entity.find("services")
        ->push(Json::object({{"service", id},
                             {"number", number},
                             {"name", service["name"]},
                             {"domains", sorted(service["domains"])},
                             {"accesses", std::move(accesses)}}));
  }
  Json mirror() {
    Json out = Json::array();
    const Json list = read(auditor_.get("/api/v1/registry/entities"));
    for (const auto& entity : list["entities"].items()) {
      if (entity["cancelled"].as_bool()) continue;
      Json one = entity_of(entity["authority_entity_id"], entity["filing_number"], entity["name"]);
      for (const auto& service : entity["services"].items())
        if (!service["cancelled"].as_bool())
          add_service(one, service["authority_service_id"], service["filing_number"], service);
      out.push(std::move(one));
    }
    return out;
  }
  Json library() {
    Json out = Json::array();
    const Json list = read(authority_.get("/manage/filed"));
    for (const auto& entity : list.items()) {
      Json one = entity_of(entity["id"], entity["entity_number"], entity["entity_name"]);
      for (const auto& service : entity["services"].items())
        add_service(one, service["id"], service["number"], service);
      out.push(std::move(one));
    }
    return out;
  }
  // Both sides come to say the same.
  void agree() {
    EXPECT_TRUE(soon([&] { return mirror() == library(); }))
        << "provider  " << to_string(mirror()) << "\nauthority " << to_string(library()) << "\n"
        << sides_.log_end();
  }
  Json own_now() {
    const Json filed = library();
    for (const auto& entity : filed.items())
      if (entity["entity"] == own_["entity"]) return entity;
    return {};
  }
  bool becomes(const std::string& host, const std::string& reason) {
    return soon([&] {
      return read(officer_.get("/api/v1/access?host=" + host))["reason"].as_string() == reason;
    });
  }

  // The authority tells the manager's phone the password of a filing.
  std::string password_of(const Json& number) {
    const auto mobile = scenario_["document"]["entity"]["manager"]["mobile"].as_string();
    const std::string before = number.as_string() + "，备案密码 ";
    const Json messages = read(authority_.get("/manage/phones/" + mobile + "/messages"));
    for (const auto& message : messages.items()) {
      const auto& text = message["text"].as_string();
      if (const auto at = text.find(before); at != std::string::npos)
        return text.substr(at + before.size(),
                           text.find("，", at + before.size()) - at - before.size());
    }
    ADD_FAILURE() << "no password was told for " << number.as_string();
    return {};
  }

  // Submits, and waits until it has come to that state.
  Json report(const std::string& operation, Json body, const std::string& state) {
    const auto made = officer_.post(
        "/api/v1/authority/submissions",
        Json::object({{"link", "gd"}, {"operation", operation}, {"body", std::move(body)}}));
    if (!made) {
      ADD_FAILURE() << operation << " " << app::describe(made.error());
      return {};
    }
    const auto at = "/api/v1/authority/submissions/" + std::to_string((*made)["number"].as_int());
    Json shown;
    EXPECT_TRUE(soon([&] {
      shown = read(officer_.get(at));
      return shown["state"].as_string() == state;
    })) << to_string(shown)
        << sides_.log_end();
    return shown;
  }
  void done(const std::string& operation, Json body) {
    report(operation, std::move(body), "done");
    agree();
  }
  // Refused with just this code at this field, and nothing is filed otherwise than before.
  void refused(const std::string& operation, Json body, int code, const std::string& field) {
    SCOPED_TRACE(operation + " " + std::to_string(code));
    const Json before = library();
    const Json shown = report(operation, std::move(body), "refused");
    Json told = Json::array();
    for (const auto& outcome : shown["outcomes"].items())
      if (outcome["verdict"].as_string() == "reject")
        told.push(Json::object({{"code", outcome["code"]}, {"field", outcome["field"]}}));
    Json wanted = Json::object({{"code", code}, {"field", field.empty() ? Json() : Json(field)}});
    EXPECT_EQ(to_string(told), to_string(Json::array({std::move(wanted)}))) << to_string(shown);
    EXPECT_EQ(to_string(library()), to_string(before));
    EXPECT_EQ(to_string(mirror()), to_string(before));
  }

  static Json with_addresses(Json access, const std::string& address) {
    access.set("addresses", Json::array({Json::object({{"from", address}, {"to", address}})}));
    return access;
  }
  Json access_at(const std::string& address) {
    return with_addresses(scenario_["document"]["services"].at(0)["accesses"].at(0), address);
  }
  Json shop() {
    Json service = scenario_["document"]["services"].at(0);
    service.set("name", "样例企业商城");
    service.set("domains", Json::array({kShop}));
    service.set("home_url", std::string("www.") + kShop);
    service.set("accesses", Json::array({access_at("203.0.113.11")}));
    return service;
  }
  static Json attachments(const std::string& owner, const std::vector<int>& purposes) {
    static const std::string picture =
        base64_encode(image::draw_sample(image::Format::jpeg, 800, 560, "样例材料"));
    Json list = Json::array();
    for (const int purpose : purposes)
      list.push(Json::object({{"purpose", purpose}, {"owner", owner}, {"content", picture}}));
    return list;
  }
  Json named_entity() {
    return Json::object(
        {{"authority_entity_id", own_["entity"]}, {"filing_number", own_["number"]}});
  }
  static Json named(const Json& service) {
    return Json::object(
        {{"authority_service_id", service["service"]}, {"filing_number", service["number"]}});
  }
  Json new_shop(const Json& service) {
    return Json::object({{"entity", named_entity()},
                         {"services", Json::array({service})},
                         {"attachments", attachments("/services/0", {1, 4, 5})},
                         {"filing_password", password_of(own_["number"])}});
  }
  Json new_access(const Json& to, const std::string& password) {
    return Json::object({{"service", Json::object({{"filing_number", to["number"]}})},
                         {"access", access_at("203.0.113.77")},
                         {"attachments", attachments("/service", {1})},
                         {"filing_password", password}});
  }
  // All of the entity and of a service as they are filed, to be changed.
  Json change_of(const Json& filed, Json service) {
    Json entity = scenario_["document"]["entity"];
    const Json names = named_entity(), service_names = named(filed);
    for (const auto& [name, value] : names.members()) entity.set(name, value);
    for (const auto& [name, value] : service_names.members()) service.set(name, value);
    service.find("accesses")
        ->items()[0]
        .set("authority_access_id", filed["accesses"].at(0)["access"]);
    return Json::object({{"entity", std::move(entity)},
                         {"services", Json::array({std::move(service)})},
                         {"filing_password", password_of(own_["number"])}});
  }
  static Json end_of(const std::string& what, const std::string& id_name, const Json& id) {
    return Json::object({{what, Json::object({{id_name, id}})}, {"reason", 5}});
  }

  SystemClock clock_;
  TwoSides sides_{{.backend = GetParam(), .auto_sms = true, .auto_decide_after_ms = 20}};
  Json scenario_ = parse_json(embedded::file("data/demo/first-website.json")).value();
  app::ApiUser officer_{sides_.provider_url()};
  app::ApiUser auditor_{sides_.provider_url()};
  app::ApiUser authority_{sides_.authority_url()};
  Json own_;
};
INSTANTIATE_TEST_SUITE_P(Backends, Submissions, ::testing::ValuesIn(testing::backends()));

// Covers upload:ICP/XZWZ upload:ICP/BGBA upload:ICP/ZXBA download:ICP/BASJ download:ICP/BAJG
// Covers download:ICP/ZXSJ code:1001
TEST_P(Submissions, AServiceIsAddedChangedAndCancelled) {
  ASSERT_TRUE(becomes(kShop, "not_filed"));
  done("icp/new_services", new_shop(shop()));
  EXPECT_TRUE(becomes(kShop, "filed"));
  ASSERT_EQ(own_now()["services"].size(), 2u);
  const Json added = own_now()["services"].at(1);
  EXPECT_EQ(added["number"].as_string(), own_["number"].as_string() + "-2");

  // The service: name, domains and addresses.
  Json service = shop();
  service.set("name", "样例企业新商城");
  service.set("domains", Json::array({"yangli-mall-example.cn", kShop}));
  service.set("accesses", Json::array({access_at("203.0.113.12")}));
  done("icp/changes", change_of(added, service));
  EXPECT_TRUE(becomes("yangli-mall-example.cn", "filed"));
  Json changed = own_now()["services"].at(1);
  EXPECT_EQ(changed["service"], added["service"]);
  EXPECT_EQ(changed["name"].as_string(), "样例企业新商城");
  EXPECT_EQ(changed["domains"].size(), 2u);
  EXPECT_EQ(changed["accesses"].at(0)["access"], added["accesses"].at(0)["access"]);
  EXPECT_EQ(changed["accesses"].at(0)["addresses"].at(0)["from"].as_string(), "203.0.113.12");

  // The entity, and a domain goes.
  service.set("domains", Json::array({"yangli-mall-example.cn"}));
  service.set("home_url", "www.yangli-mall-example.cn");
  Json change = change_of(changed, service);
  change.find("entity")->set("name", "样例新科技（广州）有限公司");
  done("icp/changes", change);
  EXPECT_TRUE(becomes(kShop, "cancelled"));
  EXPECT_EQ(own_now()["name"].as_string(), "样例新科技（广州）有限公司");
  EXPECT_EQ(own_now()["services"].at(1)["domains"].size(), 1u);

  // The only access goes: a shell is left, which is served here no more.
  done("icp/cancellations",
       end_of("access", "authority_access_id", changed["accesses"].at(0)["access"]));
  EXPECT_EQ(own_now()["services"].at(1)["accesses"].size(), 0u);
  EXPECT_TRUE(becomes("yangli-mall-example.cn", "no_access_here"));
  done("icp/cancellations", end_of("service", "authority_service_id", added["service"]));
  EXPECT_EQ(own_now()["services"].size(), 1u);
  EXPECT_TRUE(becomes("yangli-mall-example.cn", "cancelled"));
  Json end = end_of("entity", "authority_entity_id", own_["entity"]);
  end.set("filing_password", password_of(own_["number"]));
  done("icp/cancellations", end);
  EXPECT_EQ(library().size(), 0u);
  EXPECT_TRUE(becomes("yangli-example.cn", "cancelled"));
}

// Covers upload:ICP/XZJR upload:ICP/ZXBA code:1047
TEST_P(Submissions, AServiceOfAnotherProviderGetsAnAccessHereAndLosesIt) {
  const Json other = file_elsewhere();
  const Json service = other["services"].at(0);
  const auto host = service["domains"].at(0).as_string();
  EXPECT_EQ(mirror().size(), 1u);
  EXPECT_TRUE(becomes(host, "not_filed"));

  done("icp/new_accesses", new_access(service, password_of(other["number"])));
  EXPECT_EQ(mirror().size(), 2u);
  EXPECT_TRUE(becomes(host, "filed"));
  const Json accesses = library().at(1)["services"].at(0)["accesses"];
  ASSERT_EQ(accesses.size(), 2u);
  EXPECT_EQ(accesses.at(0)["provider"].as_int(), 1002);
  EXPECT_EQ(accesses.at(1)["provider"].as_int(), 1001);
  EXPECT_EQ(accesses.at(1)["addresses"].at(0)["from"].as_string(), "203.0.113.77");

  refused("icp/cancellations", end_of("access", "authority_access_id", accesses.at(0)["access"]),
          1047, "");
  done("icp/cancellations", end_of("access", "authority_access_id", accesses.at(1)["access"]));
  EXPECT_EQ(library().at(1)["services"].at(0)["accesses"].size(), 1u);
  EXPECT_TRUE(becomes(host, "no_access_here"));
  // Its own service is served as before.
  EXPECT_TRUE(becomes("yangli-example.cn", "filed"));
}

// Covers code:1002 code:1005 code:1016 code:1018 code:1026 code:1029
TEST_P(Submissions, WhatIsRefusedChangesNothing) {
  const Json service = own_["services"].at(0);
  Json taken = shop();
  taken.set("domains", Json::array({kShop, "yangli-example.cn"}));
  refused("icp/new_services", new_shop(taken), 1005, "/services/0/domains/1");
  refused("icp/new_accesses", new_access(service, "wrong"), 1018, "/filing_password");
  Json again = new_access(service, password_of(own_["number"]));
  again.set("access", access_at("203.0.113.10"));
  refused("icp/new_accesses", again, 1029, "/access");
  Json end = end_of("service", "authority_service_id", service["service"]);
  end.set("reason", 9);
  refused("icp/cancellations", end, 1026, "/reason");
  refused("icp/cancellations", end_of("access", "authority_access_id", 999), 1016, "");
  // By the officer, of what the program let pass.
  manage("/manage/scenario",
         parse_json(R"({"name": "refuse", "title": "样例", "steps": [{"when": {"record": "*"},
             "then": {"decision": {"approve": false, "opinion": "样例：材料不清晰"}}}]})")
             .value());
  Json shown =
      report("icp/changes", change_of(service, scenario_["document"]["services"].at(0)), "refused");
  EXPECT_EQ(shown["outcomes"].items().back()["code"].as_int(), 1002);
  EXPECT_EQ(shown["outcomes"].items().back()["text"].as_string(), "样例：材料不清晰");
  EXPECT_EQ(to_string(library()), to_string(Json::array({own_})));
  agree();
}

// Results of these have no operation number in V.3.0: the authority's answer names them by words.
// Covers upload:ICP/XZHYD upload:ICP/WBACLJG code:1055 code:1060 code:5005
TEST_P(Submissions, AnswersWithoutANumberFindWhatTheyAreAbout) {
  const auto attachment = [&](const Json& names, int purpose) {
    return Json::object({{"service", names}, {"attachments", attachments("/service", {purpose})}});
  };
  const Json service = own_["services"].at(0);
  const Json by_id = Json::object({{"authority_service_id", service["service"]}});
  const Json by_number = Json::object({{"filing_number", service["number"]}});
  for (const auto& names : {by_id, by_number}) {
    const Json shown = report("icp/verification_attachments", attachment(names, 1), "done");
    EXPECT_EQ(shown["outcomes"].at(0)["code"].as_int(), 1060) << to_string(shown);
  }
  // The number of an entity names no service.
  refused("icp/verification_attachments",
          attachment(Json::object({{"filing_number", own_["number"]}}), 1), 1055, "");
  refused("icp/unfiled_site_actions",
          Json::object({{"domain", "yangli-unfiled-example.cn"},
                        {"address", "203.0.113.9"},
                        {"carrier", 12},
                        {"province", 440000},
                        {"result", 1},
                        {"opinion", "样例：已关闭接入"},
                        {"listed", "2026-11-20"},
                        {"due", "2026-11-25"}}),
          5005, "/domain");
}

}  // namespace
}  // namespace beian::tests
