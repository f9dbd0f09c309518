// Migrations (迁移备案) through the routes, on a real registry: when the detection names one and
// why not, whose agreement it needs, what is reported of its two parts, and that the website is
// closed neither between them nor kept open when the second one never comes.
#include "orders/migrate.hpp"

#include <gtest/gtest.h>

#include "orders/consent.hpp"
#include "orders/expire.hpp"
#include "orders/report_body.hpp"
#include "orders/world_for_test.hpp"
#include "registry/registry.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;
const Json kMoved = Json::array({"filed-2-1-example.cn", "second-filed-2-1-example.cn"});

class Migrations : public OrdersWorld {
 protected:
  // 粤ICP备2026000002号-1 of the account a2 is what moves; the sample 1 is where it goes.
  // It has two domains, which the province let pass.
  Migrations() {
    file("a2", {kOwn}, 2);
    const auto passed = send("PUT", "/api/v1/rules/overrides/two-domains", "admin-1",
                             R"({"rule": "one-domain-per-website", "severity": "off",
                                 "reason": "样例：管局个案同意"})",
                             {}, "admin");
    EXPECT_EQ(passed.status, 201) << passed.body;
  }

  http::Response detect(const Json& edits = {}, const std::string& account = "a1") {
    Json question = Json::object({{"province", 440000},
                                  {"nature", 4},
                                  {"certificate", sample_document(1)["entity"]["certificate"]},
                                  {"domains", kMoved}});
    for (const auto& [name, value] : edits.members()) question.set(name, value);
    return send("POST", "/api/v1/orders/detect", account, to_string(question));
  }
  // Why the website cannot come over.
  std::string obstacle(const Json& edits, const std::string& account = "a1") {
    const Json told = json(detect(edits, account));
    for (const auto& error : told["errors"].items())
      if (error["code"].as_string() == "migration_not_taken") return error["detail"].as_string();
    return to_string(told);
  }
  Json begun() {
    const Json found = json(detect());
    EXPECT_EQ(found["kind"].as_string(), "migrate") << to_string(found);
    const auto made = send("POST", "/api/v1/orders", "a1",
                           to_string(Json::object({{"detection", found["detection"]}})));
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made);
  }
  http::Response save(const std::string& id, const Json& document) {
    return send("PUT", "/api/v1/orders/" + id, "a1",
                to_string(Json::object({{"document", document}, {"version", version(id)}})));
  }
  static Json service() {
    Json service = sample_document(1)["services"].at(0);
    service.set("domains", kMoved);
    service.set("home_url", "www.filed-2-1-example.cn");
    return service;
  }
  // An order with everything but the old holder's agreement.
  std::string complete(const Json& edits = {}) {
    const Json order = begun();
    const std::string id = order["id"].as_string();
    Json document = order["document"];
    if (!order["filed"].find("entity_number") || order["filed"]["entity_number"].is_null())
      document.set("entity", sample_document(1)["entity"]);
    document.set("services", Json::array({service()}));
    for (const auto& [name, value] : edits.members()) document.set(name, value);
    const auto saved = save(id, document);
    EXPECT_EQ(saved.status, 200) << saved.body;
    upload_all("a1", id);
    return id;
  }
  http::Response submit(const std::string& id) {
    return send("POST", "/api/v1/orders/" + id + "/submit", "a1");
  }
  http::Response decide(const std::string& id, const std::string& word,
                        const std::string& account = "a2") {
    return send("POST", "/api/v1/migrations/" + id + "/" + word, account);
  }
  std::string handed_in(const Json& edits = {}) {
    const std::string id = complete(edits);
    EXPECT_EQ(decide(id, "agree").status, 200);
    const auto submitted = submit(id);
    EXPECT_EQ(submitted.status, 200) << submitted.body;
    return id;
  }
  void steps(const std::string& id, std::initializer_list<std::pair<Event, Actor>> events) {
    for (const auto& [event, actor] : events)
      EXPECT_TRUE(apply(id, event, actor)) << name_of(event);
  }
  // The old filing is cancelled, the new one is under way.
  std::string half_done() {
    const std::string id = handed_in();
    steps(id, {{Event::review_pass, Actor::reviewer},
               {Event::report, Actor::system},
               {Event::accept, Actor::authority},
               {Event::next_part, Actor::authority}});
    return id;
  }
  // Who was told what; the clock stands still, so the jobs have no order.
  Lines told() {
    Lines out;
    db_.database->read([&](db::Tx& tx) {
      for (const auto& row :
           tx.query("SELECT payload FROM jobs WHERE kind = 'notices.tell' ORDER BY id")) {
        const Json payload = parse_json(row.text("payload")).value();
        out.push_back(payload["account"].as_string() + " " + payload["kind"].as_string());
      }
    });
    std::ranges::sort(out);
    return out;
  }
  std::string reason_of(const std::string& host) {
    return db_.database->read_value([&](db::Tx& tx) { return registry::access(tx, host).reason; });
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Migrations, ::testing::ValuesIn(testing::backends()));

TEST_P(Migrations, TheDetectionSaysWhyNot) {
  EXPECT_EQ(errors(detect(Json::object({{"domains", Json::array({"filed-2-1-example.cn"})}}))),
            (Lines{"filed_elsewhere@/domains/0", "migration_not_taken@/domains/0"}));
  EXPECT_NE(obstacle(Json::object({{"domains", Json::array({"filed-2-1-example.cn"})}}))
                .find("second-filed-2-1-example.cn"),
            std::string::npos);
  const Json person = sample_document(1)["entity"]["manager"];
  EXPECT_NE(obstacle(Json::object(
                         {{"nature", 5},
                          {"certificate",
                           Json::object({{"type", 2}, {"number", person["certificate_number"]}})}}))
                .find("个人"),
            std::string::npos);
  EXPECT_NE(obstacle(Json(), "a2").find("本账号"), std::string::npos);
  Json mixed = kMoved;
  mixed.push("yangli-free-example.cn");
  EXPECT_EQ(errors(detect(Json::object({{"domains", mixed}}))),
            (Lines{"filed_elsewhere@/domains/0", "filed_elsewhere@/domains/1",
                   "migration_not_taken@/domains/2"}));
  file("a2", {kOther}, 3);
  const Json others = Json::array({"filed-3-1-example.cn", "second-filed-3-1-example.cn"});
  EXPECT_NE(obstacle(Json::object({{"domains", others}})).find("其他接入商"), std::string::npos);
}

TEST_P(Migrations, OnlyWhereTheProvinceTakesThem) {
  directory_.also = {110000};
  EXPECT_NE(obstacle(Json::object({{"province", 110000}})).find("不能跨省"), std::string::npos);
  Json location = sample_document(4)["entity"]["location"];
  location.set("province", 110000);
  file("a2", {kOwn}, 4,
       Json::object({{"filing_number", "京ICP备2026000004号"}, {"location", location}}));
  const Json there = Json::object(
      {{"province", 110000},
       {"domains", Json::array({"filed-4-1-example.cn", "second-filed-4-1-example.cn"})}});
  EXPECT_EQ(errors(detect(there)),
            (Lines{"filed_elsewhere@/domains/0", "filed_elsewhere@/domains/1",
                   "migration_not_taken@/domains/0"}));
  EXPECT_NE(obstacle(there).find("未见北京市支持网站迁移的规定"), std::string::npos);
  // What only the authority knows is another provider's.
  FilingStatus filed;
  filed.kind = FilingStatus::Kind::filed;
  filed.entity_number = "粤ICP备2026000009号";
  filed.service_number = "粤ICP备2026000009号-1";
  status_.known["yangli-9-example.cn"] = filed;
  EXPECT_NE(obstacle(Json::object({{"domains", Json::array({"yangli-9-example.cn"})}}))
                .find("其他接入商"),
            std::string::npos);
}

TEST_P(Migrations, TwoPartsAreReportedOneAfterTheOther) {
  const std::string id = handed_in();
  EXPECT_EQ(report_body(load(id)),
            Json::object({{"service", Json::object({{"authority_service_id", 210},
                                                    {"filing_number", "粤ICP备2026000002号-1"}})},
                          {"reason", 3},
                          {"remark", "网站迁移"}}));
  EXPECT_EQ(report_owner(load(id), "/services/0"), "");
  steps(id, {{Event::review_pass, Actor::reviewer},
             {Event::report, Actor::system},
             {Event::accept_with_sms, Actor::authority}});
  EXPECT_FALSE(apply(id, Event::approve, Actor::authority));  // not by the first part alone
  steps(id, {{Event::next_part, Actor::authority}});
  EXPECT_EQ(load(id).state, State::ready_to_report);
  EXPECT_EQ(load(id).parts, 1);
  const Json reported = report_body(load(id));
  EXPECT_EQ(reported["entity"]["name"].as_string(), "样例科技1有限公司");
  EXPECT_EQ(reported["services"].at(0)["domains"], kMoved);
  EXPECT_EQ(report_owner(load(id), "/services/0"), "/services/0");
  const Json shown = json(send("GET", "/api/v1/orders/" + id, "a1"));
  EXPECT_EQ(shown["parts"].at(0)["state"].as_string(), "done");
  EXPECT_EQ(shown["parts"].at(1)["state"].as_string(), "waiting");
  EXPECT_EQ(shown["filed"]["from"]["service_number"].as_string(), "粤ICP备2026000002号-1");
  EXPECT_EQ(shown["filed"]["from"]["agrees"].as_string(), "account");
  // What is cancelled already does not become a draft again.
  EXPECT_EQ(shown["allowed"], Json::array());
  EXPECT_EQ(send("POST", "/api/v1/orders/" + id + "/withdraw", "a1").status, 409);
  steps(id, {{Event::report, Actor::system}, {Event::accept, Actor::authority}});
  EXPECT_FALSE(apply(id, Event::next_part, Actor::authority));
  EXPECT_EQ(reason_of("filed-2-1-example.cn"), "filed");
  steps(id, {{Event::approve, Actor::authority}});
}

TEST_P(Migrations, AnEntityThatIsFiledGetsAService) {
  file("a1", {kOwn}, 1);
  const std::string id = complete();
  Json document = load(id).document;
  document.find("entity")->set("name", "样例别名有限公司");
  EXPECT_EQ(errors(save(id, document)), Lines{"verified_locked@/document/entity/name"});
  document = load(id).document;
  document.find("services")->items()[0].set("domains", Json::array({"filed-2-1-example.cn"}));
  EXPECT_EQ(errors(save(id, document)), Lines{"verified_locked@/document/services/0/domains"});
  ASSERT_EQ(decide(id, "agree").status, 200);
  ASSERT_EQ(submit(id).status, 200);
  Order second = load(id);
  second.parts = 1;
  EXPECT_EQ(report_body(second)["entity"],
            Json::object({{"authority_entity_id", 1}, {"filing_number", "粤ICP备2026000001号"}}));
}

TEST_P(Migrations, TheOldHolderAgreesFirst) {
  const std::string id = complete();
  EXPECT_EQ(errors(submit(id)), Lines{"migration_not_taken@/services/0/domains/0"});
  EXPECT_EQ(decide(id, "agree", "a3").status, 404);
  EXPECT_EQ(decide(id, "agree", "a1").status, 404);
  const Json asked = json(send("GET", "/api/v1/migrations", "a2"))["migrations"];
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked.at(0)["state"].as_string(), "asked");
  EXPECT_EQ(asked.at(0)["to"]["name"].as_string(), "样例科技1有限公司");
  EXPECT_EQ(asked.at(0)["domains"], kMoved);
  EXPECT_EQ(json(send("GET", "/api/v1/migrations", "a1"))["migrations"], Json::array());
  ASSERT_EQ(decide(id, "decline").status, 200);
  const auto refused = submit(id);
  EXPECT_EQ(errors(refused), Lines{"migration_not_taken@/services/0/domains/0"});
  EXPECT_NE(refused.body.find("不同意"), std::string::npos);
  ASSERT_EQ(decide(id, "agree").status, 200);
  ASSERT_EQ(submit(id).status, 200);
  EXPECT_EQ(decide(id, "decline").status, 409);
  EXPECT_EQ(told(), (Lines{"a1 migration.agreed", "a1 migration.declined", "a2 migration.asked"}));
  // Page by page: an older order asks the same account.
  Order older = load(id);
  older.id = "01AAAAAAAAAAAAAAAAAAAAAAAA";
  db_.database->write([&](db::Tx& tx) {
    store_.insert(tx, older, {Actor::applicant, "a1", {}, {}});
    ask_consent(tx, clock_.now(), older);
  });
  const Json page = json(send("GET", "/api/v1/migrations?limit=1", "a2"));
  ASSERT_EQ(page["migrations"].size(), 1u);
  EXPECT_EQ(page["migrations"].at(0)["order"].as_string(), id);
  const Json rest =
      json(send("GET", "/api/v1/migrations?limit=1&before=" + page["next"].as_string(), "a2"));
  ASSERT_EQ(rest["migrations"].size(), 1u);
  EXPECT_EQ(rest["migrations"].at(0)["order"].as_string(), older.id);
  EXPECT_TRUE(rest["next"].is_null());
}

TEST_P(Migrations, WithoutAnAccountTheOldPasswordAgrees) {
  file("", {kOwn}, 5);
  const Json there = Json::object(
      {{"domains", Json::array({"filed-5-1-example.cn", "second-filed-5-1-example.cn"})}});
  const Json found = json(detect(there));
  const Json order = json(send("POST", "/api/v1/orders", "a1",
                               to_string(Json::object({{"detection", found["detection"]}}))));
  const std::string id = order["id"].as_string();
  EXPECT_EQ(order["filed"]["from"]["agrees"].as_string(), "password");
  Json website = service();
  website.set("domains", there["domains"]);
  website.erase("home_url");
  Json document = Json::object(
      {{"entity", sample_document(1)["entity"]}, {"services", Json::array({website})}});
  ASSERT_EQ(save(id, document).status, 200);
  upload_all("a1", id);
  EXPECT_EQ(errors(submit(id)), Lines{"required@/old_filing_password"});
  document.set("old_filing_password", "Sample-Wrong-1");
  const auto saved = save(id, document);
  EXPECT_EQ(saved.body.find("Sample-Wrong-1"), std::string::npos);
  EXPECT_EQ(errors(submit(id)), Lines{"filing_password_wrong@/old_filing_password"});
  document.set("old_filing_password", "Sample-Filing-1");
  ASSERT_EQ(save(id, document).status, 200);
  ASSERT_EQ(submit(id).status, 200);
  EXPECT_EQ(passwords_.asked.back(), "粤ICP备2026000005号");
  EXPECT_EQ(report_body(load(id))["filing_password"].as_string(), "Sample-Filing-1");
  Order second = load(id);
  second.parts = 1;
  EXPECT_EQ(to_string(report_body(second)).find("Sample-Filing-1"), std::string::npos);
}

TEST_P(Migrations, NeitherSideHasAnotherOrder) {
  const std::string id = complete();
  ASSERT_EQ(decide(id, "agree").status, 200);
  const Json cancel = json(send(
      "POST", "/api/v1/orders", "a2",
      to_string(Json::object({{"kind", "cancel_service"}, {"service", "粤ICP备2026000002号-1"}}))));
  const std::string other = cancel["id"].as_string();
  ASSERT_EQ(send("PUT", "/api/v1/orders/" + other, "a2", R"({"version":1,"document":{"reason":1}})")
                .status,
            200);
  const auto submit_other = [&] {
    return send("POST", "/api/v1/orders/" + other + "/submit", "a2");
  };
  ASSERT_EQ(submit_other().status, 200);
  // The rule of the province says so before the claims do.
  EXPECT_EQ(errors(submit(id)), Lines{"rule_refuses@/entity"});
  ASSERT_EQ(send("POST", "/api/v1/orders/" + other + "/withdraw", "a2").status, 200);
  ASSERT_EQ(submit(id).status, 200);
  const auto held = errors(submit_other());
  EXPECT_EQ(held.at(2), "open_order_exists@/entity/certificate/number");
}

TEST_P(Migrations, WhatIsCancelledAndGivenUpIsClosed) {
  const std::string id = half_done();
  EXPECT_EQ(reason_of("filed-2-1-example.cn"), "filed");
  steps(id, {{Event::report, Actor::system}, {Event::refuse, Actor::authority}});
  EXPECT_EQ(reason_of("filed-2-1-example.cn"), "filed");
  // The rest can be handed in again: what is cancelled already is not looked at any more.
  ASSERT_EQ(submit(id).status, 200);
  steps(id, {{Event::review_pass, Actor::reviewer},
             {Event::report, Actor::system},
             {Event::refuse, Actor::authority}});
  ASSERT_EQ(send("POST", "/api/v1/orders/" + id + "/abandon", "a1").status, 200);
  EXPECT_EQ(reason_of("filed-2-1-example.cn"), "cancelled");
}

TEST_P(Migrations, BeforeTheCancellationGivingUpChangesNothing) {
  const std::string id = complete();
  ASSERT_EQ(send("POST", "/api/v1/orders/" + id + "/abandon", "a1").status, 200);
  EXPECT_EQ(reason_of("filed-2-1-example.cn"), "filed");
}

TEST_P(Migrations, AnOldCancellationIsClosedInTime) {
  const std::string id = half_done();
  steps(id, {{Event::report, Actor::system}, {Event::refuse, Actor::authority}});
  const Context context{db_.database, *blobs_,    clock_,    cipher_, status_,
                        passwords_,   directory_, Options{}, [] {}};
  clock_.advance(Millis{44LL * 24 * 3600 * 1000});
  EXPECT_EQ(close_overdue(context), 0u);
  clock_.advance(Millis{2LL * 24 * 3600 * 1000});
  EXPECT_EQ(close_overdue(context), 1u);
  EXPECT_EQ(reason_of("filed-2-1-example.cn"), "cancelled");
  EXPECT_EQ(close_overdue(context), 0u);
  // And an order that expires.
  EXPECT_EQ(load(id).state, State::authority_rejected);
}

TEST_P(Migrations, AnExpiredOneIsClosedToo) {
  const std::string id = half_done();
  steps(id, {{Event::report, Actor::system}, {Event::refuse, Actor::authority}});
  const Context context{db_.database, *blobs_,    clock_,    cipher_, status_,
                        passwords_,   directory_, Options{}, [] {}};
  clock_.advance(Millis{46LL * 24 * 3600 * 1000});
  EXPECT_EQ(expire_untouched(context), 1u);
  EXPECT_EQ(reason_of("filed-2-1-example.cn"), "cancelled");
}

TEST_P(Migrations, WhoIsFasterKeepsIt) {
  const std::string id = complete();
  ASSERT_EQ(decide(id, "agree").status, 200);
  const auto gone = db_.database->write_result([&](db::Tx& tx) {
    return registry::cancel(tx, clock_.now(), registry::Cancel::service, {440000}, 210);
  });
  ASSERT_TRUE(gone);
  EXPECT_EQ(errors(submit(id)), Lines{"migration_not_taken@/services/0/domains/0"});
}

TEST(Refusals, SayWhatIsLeft) {
  Order order;
  order.kind = "migrate";
  order.filed =
      parse_json(R"({"from":{"service":{"filing_number":"粤ICP备2026000002号-1"}}})").value();
  EXPECT_NE(refusal_words(order).find("不受影响"), std::string::npos);
  order.parts = 1;
  EXPECT_NE(refusal_words(order).find("已经注销而新备案没有核准"), std::string::npos);
}

}  // namespace
}  // namespace beian::orders
