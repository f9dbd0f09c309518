// Every kind but a first filing, through the routes: how it begins, what it fixes, what it asks and
// what is reported of it.
#include <gtest/gtest.h>

#include <algorithm>

#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "orders/report_body.hpp"
#include "orders/world_for_test.hpp"
#include "registry/registry.hpp"
#include "rules/materials.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;

class OrderKinds : public OrdersWorld {
 protected:
  OrderKinds() { file("a1", {kOwn, kOwn}); }

  http::Response create(const Json& body, const std::string& account = "a1") {
    return send("POST", "/api/v1/orders", account, to_string(body));
  }
  // A draft of a kind about the sample's entity or one of its services.
  Json begun(const std::string& kind, const std::string& number = "粤ICP备2026000001号") {
    const bool service = find_kind(kind)->target == Target::service;
    const auto made =
        create(Json::object({{"kind", kind}, {service ? "service" : "entity", number}}));
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made);
  }
  http::Response save(const Json& order, const Json& document) {
    return send("PUT", "/api/v1/orders/" + order["id"].as_string(), "a1",
                to_string(Json::object(
                    {{"document", document}, {"version", version(order["id"].as_string())}})));
  }
  http::Response submit(const Json& order) {
    return send("POST", "/api/v1/orders/" + order["id"].as_string() + "/submit", "a1");
  }
  void attach(const Json& order, int purpose, const std::string& owner) {
    auto stored = materials::prepare(*blobs_, clock_.now(), order["id"].as_string(), purpose, owner,
                                     "", sample_picture());
    ASSERT_TRUE(stored);
    db_.database->write([&](db::Tx& tx) { materials::insert(tx, *stored); });
  }
  // Which Guangdong asks for with every order but cancellations.
  void attach_letter(const Json& order) { attach(order, 11, "/entity"); }
  Json body(const Json& order) { return report_body(load(order["id"].as_string())); }
  static Json new_service(int n) {
    Json service = sample_document(n)["services"].at(0);
    service.set("name", "样例新网站");
    return service;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, OrderKinds, ::testing::ValuesIn(testing::backends()));

TEST_P(OrderKinds, ANewServiceStartsWithItsEntityFixed) {
  const Json question = Json::object({{"province", 440000},
                                      {"nature", 4},
                                      {"certificate", sample_document(1)["entity"]["certificate"]},
                                      {"domains", Json::array({"yangli-7-example.cn"})}});
  const Json found = json(send("POST", "/api/v1/orders/detect", "a1", to_string(question)));
  EXPECT_EQ(found["kind"].as_string(), "add_service");
  EXPECT_EQ(found["entity_number"].as_string(), "粤ICP备2026000001号");
  EXPECT_FALSE(found["filing_password"].as_bool());
  const Json order = json(create(Json::object({{"detection", found["detection"]}})));
  EXPECT_EQ(order["kind_title"].as_string(), "新增互联网信息服务");
  Json document = order["document"];
  EXPECT_EQ(document["entity"]["name"].as_string(), "样例科技1有限公司");
  EXPECT_EQ(document["services"].at(0)["domains"], Json::array({"yangli-7-example.cn"}));

  Json changed = document;
  changed.find("entity")->find("manager")->set("mobile", "13800000099");
  EXPECT_EQ(errors(save(order, changed)), Lines{"verified_locked@/document/entity/manager/mobile"});
  document.set("services", Json::array({new_service(7)}));
  ASSERT_EQ(save(order, document).status, 200);
  EXPECT_EQ(errors(submit(order)), (Lines{"material_missing@/entity/materials/11",
                                          "material_missing@/services/0/materials/1",
                                          "material_missing@/services/0/materials/4",
                                          "material_missing@/services/0/materials/5"}));
  for (const int purpose : {1, 4, 5}) attach(order, purpose, "/services/0");
  attach_letter(order);
  const auto submitted = submit(order);
  ASSERT_EQ(submitted.status, 200) << submitted.body;
  const Json reported = body(order);
  EXPECT_EQ(reported["entity"],
            (Json::object({{"authority_entity_id", 1}, {"filing_number", "粤ICP备2026000001号"}})));
  EXPECT_EQ(reported["services"], document["services"]);
  // One open order of an entity, whatever its kind.
  const Json other = begun("change_entity");
  Json moved = other["document"];
  moved.find("entity")->find("location")->set("address", "样例大道2号");
  ASSERT_EQ(save(other, moved).status, 200);
  attach_letter(other);
  EXPECT_EQ(errors(submit(other)), Lines{"open_order_exists@/entity/certificate/number"});
}

TEST_P(OrderKinds, AnEntityFiledElsewhereIsNamedWithItsPassword) {
  FilingStatus filed;
  filed.kind = FilingStatus::Kind::filed;
  filed.entity_number = "粤ICP备2026000008号";
  status_.known[sample_document(8)["entity"]["certificate"]["number"].as_string()] = filed;
  const Json question = Json::object({{"province", 440000},
                                      {"nature", 4},
                                      {"certificate", sample_document(8)["entity"]["certificate"]},
                                      {"domains", Json::array({"yangli-8-example.cn"})}});
  const Json found = json(send("POST", "/api/v1/orders/detect", "a1", to_string(question)));
  const Json order = json(create(Json::object({{"detection", found["detection"]}})));
  Json document = order["document"];
  EXPECT_EQ(document["entity_number"].as_string(), "粤ICP备2026000008号");
  document.set("services", Json::array({new_service(8)}));
  ASSERT_EQ(save(order, document).status, 200);
  for (const int purpose : {1, 4, 5}) attach(order, purpose, "/services/0");
  attach_letter(order);
  EXPECT_EQ(errors(submit(order)), Lines{"required@/filing_password"});
  EXPECT_TRUE(passwords_.asked.empty());

  document.set("filing_password", "Sample-Wrong-1");
  const auto wrong = save(order, document);
  ASSERT_EQ(wrong.status, 200);
  EXPECT_EQ(wrong.body.find("Sample-Wrong-1"), std::string::npos);
  EXPECT_TRUE(json(wrong)["filing_password_given"].as_bool());
  EXPECT_EQ(errors(submit(order)), Lines{"filing_password_wrong@/filing_password"});
  passwords_.verdict = PasswordVerdict{PasswordVerdict::Kind::limited, "稍后再试", {}, {}};
  EXPECT_EQ(errors(submit(order)), Lines{"filing_password_limited@/filing_password"});
  passwords_.verdict.reset();
  document.set("filing_password", "Sample-Filing-1");
  ASSERT_EQ(save(order, document).status, 200);
  document.erase("filing_password");  // as the answer showed it
  document.find("services")->items()[0].set("remark", "样例");
  ASSERT_EQ(save(order, document).status, 200);
  const auto submitted = submit(order);
  ASSERT_EQ(submitted.status, 200) << submitted.body;
  EXPECT_EQ(passwords_.asked.back(), "粤ICP备2026000008号");
  const Json reported = body(order);
  EXPECT_EQ(reported["entity"], Json::object({{"filing_number", "粤ICP备2026000008号"}}));
  EXPECT_EQ(reported["filing_password"].as_string(), "Sample-Filing-1");
}

TEST_P(OrderKinds, ANewAccessNamesTheService) {
  file("", {kOther}, 4);
  const Json question = Json::object({{"province", 440000},
                                      {"nature", 4},
                                      {"certificate", sample_document(4)["entity"]["certificate"]},
                                      {"domains", Json::array({"filed-4-1-example.cn"})}});
  const Json found = json(send("POST", "/api/v1/orders/detect", "a1", to_string(question)));
  EXPECT_EQ(found["kind"].as_string(), "add_access");
  const Json order = json(create(Json::object({{"detection", found["detection"]}})));
  Json document = order["document"];
  EXPECT_EQ(document["service_number"].as_string(), "粤ICP备2026000004号-1");
  Json other = document;
  other.set("service_number", "粤ICP备2026000004号-2");
  EXPECT_EQ(errors(save(order, other)), Lines{"verified_locked@/document/service_number"});
  const Json access = sample_document(4)["services"].at(0)["accesses"].at(0);
  document.find("services")->items()[0].set("accesses", Json::array({access}));
  document.set("filing_password", "Sample-Filing-1");
  ASSERT_EQ(save(order, document).status, 200);
  for (const int purpose : {1, 4, 5}) attach(order, purpose, "/services/0");
  attach_letter(order);
  const auto submitted = submit(order);
  ASSERT_EQ(submitted.status, 200) << submitted.body;
  EXPECT_EQ(body(order),
            Json::object({{"service", Json::object({{"filing_number", "粤ICP备2026000004号-1"}})},
                          {"access", access},
                          {"filing_password", "Sample-Filing-1"}}));
  EXPECT_EQ(report_owner(load(order["id"].as_string()), "/services/0"), "/service");
}

TEST_P(OrderKinds, AChangedEntityKeepsProvinceAndNumber) {
  const Json order = begun("change_entity");
  Json document = order["document"];
  EXPECT_EQ(document["services"], Json());
  attach_letter(order);
  EXPECT_EQ(errors(submit(order)), Lines{"nothing_changed@"});
  // What no authority is told is no change there.
  Json details = document;
  details.find("entity")->set("business_scope", "软件开发（样例）");
  details.find("entity")->find("manager")->set("certificate_until", "long_term");
  ASSERT_EQ(save(order, details).status, 200);
  EXPECT_EQ(errors(submit(order)), Lines{"nothing_changed@"});
  document.find("entity")->find("certificate")->set("number", "91440106MA0000007K");
  document.find("entity")->find("location")->set("province", 110000);
  EXPECT_EQ(errors(save(order, document)),
            (Lines{"verified_locked@/document/entity/certificate/number",
                   "verified_locked@/document/entity/location/province"}));
  document = order["document"];
  document.find("entity")->set("name", "样例科技新名称有限公司");
  const auto saved = save(order, document);
  ASSERT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(json(saved)["changed"], Json::array({"/entity/name"}));
  // Papers of what changed, no others; and the proof of renaming that the rules ask for.
  const int proof = rules::material_kind("name-change-proof")->purposes.front();
  EXPECT_EQ(errors(submit(order)),
            (Lines{"material_missing@/entity/materials/2",
                   "material_missing@/entity/materials/" + std::to_string(proof)}));
  attach(order, 2, "/entity");
  attach(order, proof, "/entity");
  const auto submitted = submit(order);
  ASSERT_EQ(submitted.status, 200) << submitted.body;
  const Json reported = body(order);
  EXPECT_EQ(reported["entity"]["authority_entity_id"].as_int(), 1);
  // The interface wants a service along.
  EXPECT_EQ(reported["services"].size(), 1u);
  EXPECT_EQ(reported["services"].at(0)["authority_service_id"].as_int(), 110);
  EXPECT_EQ(reported["services"].at(0)["domains"].at(0)["authority_domain_id"].as_int(), 110);
}

TEST_P(OrderKinds, AChangedServiceMayLoseDomainsAndGetNone) {
  const Json order = begun("change_service", "粤ICP备2026000001号-2");
  Json document = order["document"];
  Json* service = document.find("services")->items().data();
  EXPECT_EQ((*service)["accesses"].at(0)["addresses"].at(0)["from"].as_string(), "203.0.113.10");
  service->set("domains", Json::array({"filed-1-2-example.cn", "yangli-9-example.cn"}));
  service->set("accesses", Json::array());
  document.find("entity")->set("name", "样例");
  EXPECT_EQ(
      errors(save(order, document)),
      (Lines{"domain_added@/document/services/0/domains/1", "verified_locked@/document/entity/name",
             "verified_locked@/document/services/0/accesses"}));
  document = order["document"];
  service = document.find("services")->items().data();
  service->set("domains", Json::array({"filed-1-2-example.cn"}));
  service->set("name", "样例改名网站");
  ASSERT_EQ(save(order, document).status, 200);
  attach(order, 1, "/services/0");
  attach_letter(order);
  const auto submitted = submit(order);
  ASSERT_EQ(submitted.status, 200) << submitted.body;
  const Json reported = body(order)["services"].at(0);
  EXPECT_EQ(reported["authority_service_id"].as_int(), 120);
  EXPECT_EQ(reported["filing_number"].as_string(), "粤ICP备2026000001号-2");
  EXPECT_EQ(reported["domains"], Json::array({Json::object({{"name", "filed-1-2-example.cn"},
                                                            {"authority_domain_id", 120}})}));
  EXPECT_EQ(reported["accesses"].at(0)["authority_access_id"].as_int(), 120);
  EXPECT_EQ(reported["accesses"].at(0)["addresses"].at(0)["authority_address_id"].as_int(), 120);
}

TEST_P(OrderKinds, OfAChangeOfBothOnlyWhatDiffersIsReported) {
  const Json order = begun("change_both");
  Json document = order["document"];
  ASSERT_EQ(document["services"].size(), 2u);
  document.find("services")->items()[1].set("name", "样例改名网站");
  document.find("entity")->find("location")->set("address", "样例大道9号");
  const auto saved = save(order, document);
  EXPECT_EQ(json(saved)["changed"], Json::array({"/entity/location/address", "/services/1/name"}));
  attach_letter(order);
  EXPECT_EQ(errors(submit(order)), Lines{"material_missing@/services/1/materials/1"});
  attach(order, 1, "/services/1");
  ASSERT_EQ(submit(order).status, 200);
  const Json reported = body(order);
  ASSERT_EQ(reported["services"].size(), 1u);
  EXPECT_EQ(reported["services"].at(0)["name"].as_string(), "样例改名网站");
  const Order stored = load(order["id"].as_string());
  EXPECT_EQ(report_owner(stored, "/services/1"), "/services/0");
  EXPECT_EQ(report_owner(stored, "/services/0"), "");
}

TEST_P(OrderKinds, CancellationsAskForAReasonAndTellWhatIsLeft) {
  const Json access = begun("cancel_access", "粤ICP备2026000001号-1");
  EXPECT_EQ(access["filed"]["leaves"].as_string(), "shell_service");
  EXPECT_EQ(errors(submit(access)), Lines{"required@/reason"});
  ASSERT_EQ(save(access, Json::object({{"reason", 1}})).status, 200);
  EXPECT_EQ(errors(submit(access)), Lines{"code_unknown@/reason"});  // of services, not of accesses
  ASSERT_EQ(save(access, Json::object({{"reason", 4}, {"remark", "样例"}})).status, 200);
  EXPECT_EQ(errors(save(access, Json::object({{"entity", Json::object()}}))),
            Lines{"unknown_field@/document/entity"});
  ASSERT_EQ(submit(access).status, 200);
  EXPECT_EQ(body(access), Json::object({{"access", Json::object({{"authority_access_id", 110}})},
                                        {"reason", 4},
                                        {"remark", "样例"}}));
  const Json list = json(send("GET", "/api/v1/orders", "a1"));
  EXPECT_EQ(list["orders"].at(0)["domains"].at(0).as_string(), "filed-1-1-example.cn");

  EXPECT_EQ(begun("cancel_service", "粤ICP备2026000001号-1")["filed"]["leaves"], Json());
  const Json entity = begun("cancel_entity");
  EXPECT_EQ(entity["filed"]["services"].size(), 2u);
  ASSERT_EQ(save(entity, Json::object({{"reason", 1}})).status, 200);
  EXPECT_EQ(errors(submit(entity)), Lines{"required@/filing_password"});
  ASSERT_EQ(
      save(entity, Json::object({{"reason", 1}, {"filing_password", "Sample-Filing-1"}})).status,
      200);
  EXPECT_EQ(errors(submit(entity)), (Lines{"domain_in_open_order@/services/0/domains/0",
                                           "domain_in_open_order@/services/0/domains/1",
                                           "open_order_exists@/entity/certificate/number"}));
  ASSERT_EQ(send("POST", "/api/v1/orders/" + access["id"].as_string() + "/withdraw", "a1").status,
            200);
  ASSERT_EQ(submit(entity).status, 200);
  EXPECT_EQ(body(entity)["entity"]["authority_entity_id"].as_int(), 1);

  file("a2", {kOwn}, 2);
  const auto last = create(
      Json::object({{"kind", "cancel_service"}, {"service", "粤ICP备2026000002号-1"}}), "a2");
  EXPECT_EQ(json(last)["filed"]["leaves"].as_string(), "shell_entity");
}

TEST_P(OrderKinds, OnlyTheOwnIsTouched) {
  file("a2", {kOwn, kOther}, 2);
  for (const auto& kind : order_kinds()) {
    if (kind.target == Target::nothing) continue;
    const bool service = kind.target == Target::service;
    const auto field = service ? "service" : "entity";
    EXPECT_EQ(errors(create(Json::object(
                  {{"kind", kind.name},
                   {field, service ? "粤ICP备2026000002号-1" : "粤ICP备2026000002号"}}))),
              Lines{std::string("not_found@/") + field})
        << kind.name;
  }
  // Another provider's access is not ours to change or end.
  for (const auto* kind : {"change_service", "cancel_access", "cancel_service"})
    EXPECT_EQ(
        errors(create(Json::object({{"kind", kind}, {"service", "粤ICP备2026000002号-2"}}), "a2")),
        Lines{"not_found@/service"})
        << kind;
  // The entity of another account: its masked name, and the way out.
  const Json question = Json::object({{"province", 440000},
                                      {"nature", 4},
                                      {"certificate", sample_document(2)["entity"]["certificate"]},
                                      {"domains", Json::array({"yangli-7-example.cn"})}});
  EXPECT_EQ(errors(send("POST", "/api/v1/orders/detect", "a1", to_string(question))),
            Lines{"entity_of_other_account@/certificate/number"});
}

TEST_P(OrderKinds, WhatIsGoneMeanwhileIsToldAtSubmission) {
  const Json order = begun("cancel_service", "粤ICP备2026000001号-1");
  ASSERT_EQ(save(order, Json::object({{"reason", 1}})).status, 200);
  const auto gone = db_.database->write_result([&](db::Tx& tx) {
    return registry::cancel(tx, clock_.now(), registry::Cancel::service, {440000}, 110);
  });
  ASSERT_TRUE(gone);
  EXPECT_EQ(errors(submit(order)), Lines{"not_found@/services/0"});
}

TEST(OrderKindTable, EveryKindHasOneRow) {
  for (const auto& kind : order_kinds()) {
    EXPECT_EQ(find_kind(kind.name), &kind);
    EXPECT_NE(kinds_table().find(kind.title), std::string::npos);
  }
  EXPECT_EQ(find_kind("transfer"), nullptr);
}

}  // namespace
}  // namespace beian::orders
