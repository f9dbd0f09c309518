// Orders about apps, mini programs and quick apps, through the routes: how their kind is found,
// what is locked, who else may have the same one, and what is reported.
#include <gtest/gtest.h>

#include <algorithm>

#include "orders/app_sample_for_test.hpp"
#include "orders/report_body.hpp"
#include "orders/rule_facts.hpp"
#include "registry/registry.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;
constexpr const char* kNumber = "粤ICP备2026000001号";

class AppOrders : public OrdersWorld {
 protected:
  http::Response detect(int entity, const Json& service, const std::string& account = "a1",
                        const Json& more = Json::object()) {
    const Json owner = sample_document(entity)["entity"];
    Json body = Json::object({{"province", 440000},
                              {"nature", 4},
                              {"certificate", owner["certificate"]},
                              {"kind", service["kind"]}});
    if (const Json* domains = service.find("domains")) body.set("domains", *domains);
    body.set("app", asked(service["app"]));
    for (const auto& [name, value] : more.members()) body.set(name, value);
    return send("POST", "/api/v1/orders/detect", account, to_string(body));
  }
  // Of an app what tells it apart.
  static Json asked(const Json& app) {
    Json out = Json::object();
    for (const auto* name : {"applet_id", "host_platform"})
      if (const Json* value = app.find(name)) out.set(name, *value);
    if (!app.find("platforms")) return out;
    Json platforms = Json::array();
    for (const auto& platform : app["platforms"].items())
      platforms.push(Json::object(
          {{"platform", platform["platform"]}, {"package_id", platform["package_id"]}}));
    out.set("platforms", std::move(platforms));
    return out;
  }
  Json draft(const Json& found, const std::string& account = "a1") {
    const auto made = send("POST", "/api/v1/orders", account,
                           to_string(Json::object({{"detection", found["detection"]}})));
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made);
  }
  http::Response save(const Json& order, const Json& document, const std::string& account = "a1") {
    return send("PUT", "/api/v1/orders/" + order["id"].as_string(), account,
                to_string(Json::object(
                    {{"document", document}, {"version", version(order["id"].as_string())}})));
  }
  http::Response submit(const Json& order, const std::string& account = "a1") {
    return send("POST", "/api/v1/orders/" + order["id"].as_string() + "/submit", account);
  }
  void attach(const Json& order, int purpose, const std::string& owner) {
    static const std::string kIcon = image::draw_sample(image::Format::png, 256, 256, "样例");
    auto stored = materials::prepare(*blobs_, clock_.now(), order["id"].as_string(), purpose, owner,
                                     "", purpose == 7 ? kIcon : sample_picture());
    ASSERT_TRUE(stored);
    db_.database->write([&](db::Tx& tx) { materials::insert(tx, *stored); });
  }
  // Which Guangdong asks for with every order but cancellations.
  void attach_letter(const Json& order) { attach(order, 11, "/entity"); }
  void attach_all(const Json& order, bool whole, bool icon) {
    attach_letter(order);
    for (const int purpose : {1, 4, 5}) attach(order, purpose, "/services/0");
    if (whole)
      for (const int purpose : {2, 3}) attach(order, purpose, "/entity");
    if (icon) attach(order, 7, "/services/0/app");
  }
  // The sample's entity with an app and a mini program, as the authority tells of them.
  void file(const std::string& account = "a1", int64_t provider = kOwn) {
    const Json document = sample_document(1);
    Json entity = document["entity"];
    entity.set("authority_entity_id", 1);
    entity.set("filing_number", kNumber);
    entity.find("manager")->erase("emergency_mobile");
    Json app = sample_app(1);
    app.set("authority_service_id", 10);
    app.set("filing_number", std::string(kNumber) + "-1A");
    app.set(
        "domains",
        Json::array({Json::object({{"authority_domain_id", 11}, {"name", app["domains"].at(0)}})}));
    const int64_t address = 3405803786;  // 203.0.113.10
    app.set("accesses",
            Json::array({Json::object(
                {{"authority_access_id", 12},
                 {"provider", provider},
                 {"locations", Json::array({1})},
                 {"methods", Json::array({1})},
                 {"addresses",
                  Json::array({Json::object(
                      {{"authority_address_id", 13}, {"from", address}, {"to", address}})})}})}));
    Json& wire = *app.find("app");
    wire.set("kind", 6);
    wire.set("provides_sdk", 0);
    wire.set("uses_sdk", 1);
    wire.set("icon", Json::object({{"format", 1}, {"content", "5qC35L6L"}}));
    Json applet = sample_applet("mini_program", 1);
    applet.set("authority_service_id", 20);
    applet.set("provider_service_id", 200);
    applet.set("filing_number", std::string(kNumber) + "-2X");
    applet.find("app")->set("kind", 7);
    for (auto* service : {&app, &applet}) {
      service->erase("kind");
      service->find("manager")->erase("emergency_mobile");
    }
    const auto done = db_.database->write_result([&](db::Tx& tx) {
      return registry::record(
          tx, clock_.now(), cipher_, account, kOwn,
          Json::object({{"entity", entity}, {"services", Json::array({app, applet})}}));
    });
    ASSERT_TRUE(done) << done.error().front().field;
  }
  Json body(const Json& order) { return report_body(load(order["id"].as_string())); }
};
INSTANTIATE_TEST_SUITE_P(Backends, AppOrders, ::testing::ValuesIn(testing::backends()));

TEST_P(AppOrders, AnAppOfANewEntityIsAFirstFiling) {
  const auto answer = detect(1, sample_app(1));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json found = json(answer);
  EXPECT_EQ(found["kind"].as_string(), "first");
  EXPECT_NE(found["explanation"].as_string().find("App"), std::string::npos);
  const Json order = draft(found);
  const Json& begun = order["document"]["services"].at(0);
  EXPECT_EQ(begun["kind"].as_string(), "app");
  EXPECT_EQ(begun["app"], asked(sample_app(1)["app"]));
  EXPECT_EQ(begun["domains"], sample_app(1)["domains"]);

  Json document = sample_document(1);
  document.set("services", Json::array({sample_app(2)}));
  EXPECT_EQ(errors(save(order, document)), (Lines{"verified_locked@/document/services/0/app",
                                                  "verified_locked@/document/services/0/domains"}));
  document.set("services", Json::array({sample_app(1)}));
  ASSERT_EQ(save(order, document).status, 200);
  attach_all(order, true, true);
  const auto submitted = submit(order);
  ASSERT_EQ(submitted.status, 200) << submitted.body;
  EXPECT_EQ(body(order)["services"].at(0), sample_app(1));
  const Json names = json(submitted)["code_names"];
  EXPECT_EQ(names["app_service_content"]["33"].as_string(), "效率工具");
  EXPECT_EQ(names["sdk_type"]["1"].as_string(), "支付");
}

TEST_P(AppOrders, MiniProgramsAndQuickAppsAreAskedForTheirPlatform) {
  for (const auto* kind : {"mini_program", "quick_app"}) {
    const std::string account = std::string("of ") + kind;
    const int n = kind == std::string("quick_app") ? 3 : 2;
    const auto answer = detect(n, sample_applet(kind, n), account);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Json order = draft(json(answer), account);
    EXPECT_EQ(order["document"]["services"].at(0).find("domains"), nullptr);
    Json document = sample_document(n);
    document.set("services", Json::array({sample_applet(kind, n)}));
    ASSERT_EQ(save(order, document, account).status, 200);
    attach_all(order, true, false);
    const auto submitted = submit(order, account);
    EXPECT_EQ(submitted.status, 200) << submitted.body;
  }
}

TEST_P(AppOrders, TwoOpenOrdersCannotHaveOneApp) {
  for (const auto& [account, n] : {std::pair{"a1", 1}, {"a2", 2}}) {
    Json app = sample_app(1);
    app.set("domains", sample_app(n)["domains"]);
    app.find("app")->find("platforms")->items()[0].erase("domains");
    app.find("manager")->set("mobile", sample_app(n)["manager"]["mobile"]);
    const Json order = draft(json(detect(n, app, account)), account);
    Json document = sample_document(n);
    document.set("services", Json::array({app}));
    ASSERT_EQ(save(order, document, account).status, 200);
    attach_all(order, true, true);
    const auto submitted = submit(order, account);
    if (n == 1) {
      ASSERT_EQ(submitted.status, 200) << submitted.body;
    } else {
      EXPECT_EQ(errors(submitted), (Lines{"app_filed@/services/0/app/platforms/0/package_id",
                                          "app_filed@/services/0/app/platforms/1/package_id"}));
    }
  }
}

TEST_P(AppOrders, AnAuthorityWithoutWordsForAppsTakesNone) {
  directory_.apps = false;
  const Json order = draft(json(detect(1, sample_app(1))));
  Json document = sample_document(1);
  document.set("services", Json::array({sample_app(1)}));
  ASSERT_EQ(save(order, document).status, 200);
  attach_all(order, true, true);
  EXPECT_EQ(errors(submit(order)), Lines{"service_kind_not_taken@/services/0/kind"});
  directory_.apps = true;
  EXPECT_EQ(submit(order).status, 200);
}

TEST_P(AppOrders, WhatIsFiledDecidesTheKind) {
  file();
  // The same app again; a part of it.
  EXPECT_EQ(errors(detect(1, sample_app(1))), (Lines{"app_filed@/app/platforms/0/package_id",
                                                     "app_filed@/app/platforms/1/package_id"}));
  EXPECT_EQ(errors(detect(1, sample_applet("mini_program", 1))), Lines{"app_filed@/app/applet_id"});
  // Somebody else's.
  EXPECT_EQ(errors(detect(2, sample_app(1), "a2")),
            (Lines{"app_filed@/app/platforms/0/package_id", "app_filed@/app/platforms/1/package_id",
                   "filed_elsewhere@/domains/0"}));
  // Another app and a website may share its domain, under the same entity.
  Json second = sample_app(2);
  second.set("domains", sample_app(1)["domains"]);
  const Json found = json(detect(1, second));
  EXPECT_EQ(found["kind"].as_string(), "add_service");
  EXPECT_EQ(found["entity_number"].as_string(), kNumber);
  Json website = Json::object({{"province", 440000},
                               {"nature", 4},
                               {"certificate", sample_document(1)["entity"]["certificate"]},
                               {"domains", sample_app(1)["domains"]}});
  EXPECT_EQ(
      json(send("POST", "/api/v1/orders/detect", "a1", to_string(website)))["kind"].as_string(),
      "add_service");
}

TEST_P(AppOrders, AnAppServedElsewhereGetsAnAccess) {
  file("a1", 900002);
  const Json found = json(detect(1, sample_app(1)));
  EXPECT_EQ(found["kind"].as_string(), "add_access");
  EXPECT_EQ(found["service_number"].as_string(), std::string(kNumber) + "-1A");
  EXPECT_TRUE(found["filing_password"].as_bool());
  // One that only its owner knows of.
  const Json told = json(
      detect(5, sample_app(5), "a5", Json::object({{"service_number", "粤ICP备2026000005号-7A"}})));
  EXPECT_EQ(told["kind"].as_string(), "add_access");
  const Json order = draft(told, "a5");
  Json document = order["document"];
  EXPECT_EQ(document["service_number"].as_string(), "粤ICP备2026000005号-7A");
  document.find("services")->items()[0].set("accesses", sample_app(5)["accesses"]);
  document.set("filing_password", "Sample-Filing-1");
  ASSERT_EQ(save(order, document, "a5").status, 200);
  attach_all(order, false, false);
  const auto submitted = submit(order, "a5");
  ASSERT_EQ(submitted.status, 200) << submitted.body;
  EXPECT_EQ(body(order)["service"]["filing_number"].as_string(), "粤ICP备2026000005号-7A");
  EXPECT_EQ(errors(detect(5, sample_app(5), "a5",
                          Json::object({{"service_number", "粤ICP备2026000005号-7X"}}))),
            Lines{"bad_filing_number@/service_number"});
}

TEST_P(AppOrders, AQuestionMustTellTheAppApart) {
  const auto told = [&](const char* change) {
    Json question = *parse_json(
        R"({"province": 440000, "nature": 4, "kind": "app",
            "app": {"platforms": [{"platform": "android", "package_id": "cn.yangli.app"}]}})");
    question.set("certificate", sample_document(1)["entity"]["certificate"]);
    const Json members = *parse_json(change);
    for (const auto& [name, value] : members.members()) question.set(name, value);
    return errors(send("POST", "/api/v1/orders/detect", "a1", to_string(question)));
  };
  EXPECT_EQ(told("{}"), Lines{});
  EXPECT_EQ(told(R"({"kind": "fax"})"), (Lines{"kind_not_served@/kind", "required@/domains"}));
  EXPECT_EQ(told(R"({"kind": 6})"), (Lines{"required@/domains", "wrong_type@/kind"}));
  EXPECT_EQ(told(R"({"kind": "website", "domains": ["yangli-example.cn"]})"),
            Lines{"not_applicable@/app"});
  EXPECT_EQ(told(R"({"kind": "mini_program"})"), Lines{"required@/app/applet_id"});
  EXPECT_EQ(told(R"({"kind": "mini_program", "domains": ["yangli-example.cn"],
                     "app": {"applet_id": "wx1", "host_platform": "样例平台"}})"),
            Lines{"not_applicable@/domains"});
  EXPECT_EQ(told(R"({"app": null})"), Lines{"required@/app"});
  EXPECT_EQ(told(R"({"app": {"platforms": []}})"), Lines{"required@/app/platforms"});
  EXPECT_EQ(told(R"({"app": {"platforms": [{"platform": "android"}]}})"),
            Lines{"required@/app/platforms/0/package_id"});
  EXPECT_EQ(told(R"({"app": {"secret": 1}})"), Lines{"unknown_field@/app/secret"});
}

TEST_P(AppOrders, AChangeMayBringAPlatformADomainOrAnIcon) {
  file();
  const auto made = send("POST", "/api/v1/orders", "a1",
                         to_string(Json::object({{"kind", "change_service"},
                                                 {"service", std::string(kNumber) + "-1A"}})));
  ASSERT_EQ(made.status, 201) << made.body;
  const Json order = json(made);
  Json document = order["document"];
  Json& app = document.find("services")->items()[0];
  EXPECT_EQ(app["kind"].as_string(), "app");
  EXPECT_EQ(app["app"]["uses_sdk"], Json(true));
  EXPECT_EQ(app["app"].find("icon"), nullptr);
  attach_letter(order);
  EXPECT_EQ(errors(submit(order)), Lines{"nothing_changed@"});

  app.set("domains", Json::array({app["domains"].at(0), Json("yangli-more-example.cn")}));
  Json harmony = app["app"]["platforms"].at(0);
  harmony.set("platform", "harmonyos");
  harmony.erase("domains");
  app.find("app")->find("platforms")->push(harmony);
  ASSERT_EQ(save(order, document).status, 200);
  attach(order, 1, "/services/0");
  const auto submitted = submit(order);
  ASSERT_EQ(submitted.status, 200) << submitted.body;
  const Json reported = body(order)["services"].at(0);
  EXPECT_EQ(reported["authority_service_id"].as_int(), 10);
  EXPECT_EQ(reported["app"]["platforms"].size(), 3u);
  EXPECT_EQ(reported["app"]["icon"]["content"].as_string(), "5qC35L6L");
  EXPECT_EQ(reported["domains"].at(0)["authority_domain_id"].as_int(), 11);
  EXPECT_EQ(reported["domains"].at(1).find("authority_domain_id"), nullptr);
}

TEST_P(AppOrders, ANewIconIsAChange) {
  file();
  const Json order =
      json(send("POST", "/api/v1/orders", "a1",
                to_string(Json::object(
                    {{"kind", "change_service"}, {"service", std::string(kNumber) + "-1A"}}))));
  attach_letter(order);
  attach(order, 7, "/services/0/app");
  const auto submitted = submit(order);
  ASSERT_EQ(submitted.status, 200) << submitted.body;
  EXPECT_EQ(report_owner(load(order["id"].as_string()), "/services/0/app"), "/services/0/app");
}

TEST_P(AppOrders, AChangeCannotTakeAnothersApp) {
  file();
  const Json order =
      json(send("POST", "/api/v1/orders", "a1",
                to_string(Json::object(
                    {{"kind", "change_service"}, {"service", std::string(kNumber) + "-2X"}}))));
  Json document = order["document"];
  Json& applet = document.find("services")->items()[0];
  EXPECT_EQ(applet.find("accesses"), nullptr);
  applet.set("kind", "quick_app");
  EXPECT_EQ(errors(save(order, document)), Lines{"verified_locked@/document/services/0/kind"});
  applet.set("kind", "mini_program");
  applet.set("name", "样例改名小程序");
  ASSERT_EQ(save(order, document).status, 200);
  attach_letter(order);
  attach(order, 1, "/services/0");
  EXPECT_EQ(submit(order).status, 200);
  // The access of what has none cannot end.
  const auto made = send("POST", "/api/v1/orders", "a1",
                         to_string(Json::object({{"kind", "cancel_access"},
                                                 {"service", std::string(kNumber) + "-2X"}})));
  EXPECT_EQ(errors(made), Lines{"not_found@/service"});
}

TEST_P(AppOrders, RulesSeeTheApp) {
  file("a9");
  Order order = first_order(sample_document(2));
  Json app = sample_app(1);
  order.document.set("services", Json::array({app}));
  // The room's own context is not at hand: facts need no more than this.
  const Context context{db_.database, *blobs_,    clock_, cipher_, status_,
                        passwords_,   directory_, {},     {}};
  const auto facts =
      db_.database->read_value([&](db::Tx& tx) { return rule_facts(context, tx, order); });
  ASSERT_EQ(facts.services.size(), 1u);
  const auto& service = facts.services[0];
  EXPECT_EQ(service.kind, "app");
  ASSERT_TRUE(service.platforms);
  ASSERT_EQ(service.platforms->size(), 2u);
  EXPECT_EQ(service.platforms->at(0).name, "android");
  EXPECT_EQ(service.platforms->at(0).id, "cn.yangli.example.app1");
  EXPECT_EQ(service.domains.back().name, "api.yangli-app-1-example.cn");
  EXPECT_EQ(service.domains.back().at, "/services/0/app/platforms/0/domains/0");
  EXPECT_EQ(service.name_elsewhere, std::optional(true));
  app.set("name", "样例别名");
  order.document.set("services", Json::array({app}));
  const auto other =
      db_.database->read_value([&](db::Tx& tx) { return rule_facts(context, tx, order); });
  EXPECT_EQ(other.services[0].name_elsewhere, std::nullopt);
}

}  // namespace
}  // namespace beian::orders
