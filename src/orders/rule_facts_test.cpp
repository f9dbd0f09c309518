// What an order tells the rules, on both databases.
#include "orders/rule_facts.hpp"

#include <gmock/gmock.h>

#include "base/day.hpp"
#include "orders/world_for_test.hpp"
#include "registry/registry.hpp"

namespace beian::orders {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RuleFacts : public OrdersWorld {
 protected:
  rules::Facts facts(const Order& order) {
    const Context context{db_.database, *blobs_,    clock_, cipher_, status_,
                          passwords_,   directory_, {},     {}};
    return db_.database->read_value([&](db::Tx& tx) { return rule_facts(context, tx, order); });
  }
  static Order order_of(const std::string& kind, const Json& document) {
    Order order = first_order(document);
    order.id = "o";
    order.kind = kind;
    return order;
  }
  // As the authority would tell it.
  void file(const Json& document, int64_t id) {
    const std::string number = "粤ICP备202600000" + std::to_string(id) + "号";
    Json entity = document["entity"];
    entity.set("authority_entity_id", id);
    entity.set("filing_number", number);
    Json service = document["services"].at(0);
    service.set("authority_service_id", id);
    service.set("filing_number", number + "-1");
    Json domains = Json::array(), accesses = Json::array();
    int64_t domain_id = id * 10;
    for (const Json& name : document["services"].at(0)["domains"].items())
      domains.push(Json::object({{"authority_domain_id", domain_id++}, {"name", name}}));
    accesses.push(Json::object({{"authority_access_id", id},
                                {"provider", 1001},
                                {"locations", Json::array({1})},
                                {"methods", Json::array({1})},
                                {"addresses", Json::array()}}));
    service.set("domains", std::move(domains));
    service.set("accesses", std::move(accesses));
    const Json filed =
        Json::object({{"entity", std::move(entity)}, {"services", Json::array({service})}});
    db_.database->write([&](db::Tx& tx) {
      const auto recorded = registry::record(tx, clock_.now(), cipher_, "a1", 1001, filed);
      ASSERT_TRUE(recorded);
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, RuleFacts, ::testing::ValuesIn(testing::backends()));

TEST_P(RuleFacts, WhatIsFiledOfTheEntityIsCounted) {
  const rules::Facts before = facts(order_of("first", sample_document(1)));
  EXPECT_EQ(before.entity.filed_here, std::optional(false));
  EXPECT_FALSE(before.entity.filed_services);
  EXPECT_FALSE(before.entity.shell);
  file(sample_document(1), 1);
  const rules::Facts after = facts(order_of("add_service", sample_document(1)));
  EXPECT_EQ(after.entity.filed_here, std::optional(true));
  EXPECT_EQ(after.entity.entity_numbers, std::optional<int64_t>(1));
  EXPECT_EQ(after.entity.filed_services, std::optional<int64_t>(1));
  ASSERT_TRUE(after.entity.filed_domains);
  EXPECT_THAT(*after.entity.filed_domains, ElementsAre("yangli-1-example.cn"));
  EXPECT_EQ(after.entity.shell, std::optional(false));
  EXPECT_EQ(after.carries_change, std::optional(false));
  db_.database->write([&](db::Tx& tx) {
    ASSERT_TRUE(registry::cancel(tx, clock_.now(), registry::Cancel::service, {440000}, 1));
  });
  EXPECT_EQ(facts(order_of("add_service", sample_document(1))).entity.shell, std::optional(true));
}

TEST_P(RuleFacts, WhatOnlyTheProviderAsksForIsKnownWhenTold) {
  Json document = sample_document(1);
  const rules::Facts before = facts(order_of("first", document));
  EXPECT_EQ(before.entity.certificate_until, std::nullopt);
  EXPECT_EQ(before.entity.legal_representative, std::nullopt);
  EXPECT_EQ(before.entity.business_scope, std::nullopt);
  EXPECT_EQ(before.persons.at(0).certificate_until, std::nullopt);
  Json& entity = *document.find("entity");
  entity.find("certificate")->set("until", "long_term");
  entity.set("legal_representative", entity["manager"]["name"]);
  entity.set("business_scope", "软件开发（样例）");
  entity.find("manager")->set("certificate_until", "2036-02-29");
  const rules::Facts known = facts(order_of("first", document));
  EXPECT_EQ(known.entity.certificate_until, std::optional(rules::Day::max()));
  EXPECT_EQ(known.entity.legal_representative, entity["manager"]["name"].as_string());
  EXPECT_EQ(known.entity.business_scope, std::optional<std::string>("软件开发（样例）"));
  EXPECT_EQ(known.persons.at(0).certificate_until, parse_day("2036-02-29"));
  // One that has ended is refused.
  entity.find("manager")->set("certificate_until", "2026-01-31");
  const std::string draft = complete_draft("a1", document);
  const auto refused = send("POST", "/api/v1/orders/" + draft + "/submit", "a1");
  EXPECT_THAT(errors(refused), ElementsAre("rule_refuses@/entity/manager/certificate_number"));
}

TEST_P(RuleFacts, WhoElseUsesAPhoneIsKnown) {
  Json document = sample_document(2);
  Json& manager = *document.find("entity")->find("manager");
  const Json other = sample_document(1)["entity"]["manager"];
  manager.set("mobile", other["mobile"]);
  Order order = order_of("first", document);
  EXPECT_EQ(facts(order).persons.at(0).mobile_elsewhere, std::optional(false));
  file(sample_document(1), 1);
  const rules::Facts known = facts(order);
  EXPECT_EQ(known.persons.at(0).mobile_elsewhere, std::optional(true));
  EXPECT_EQ(known.persons.at(0).email_elsewhere, std::optional(false));
  EXPECT_EQ(known.persons.at(1).mobile_elsewhere, std::optional(false));
  EXPECT_EQ(known.persons.at(1).organizations, std::optional<int64_t>(0));
  // Its own phone is its own.
  EXPECT_EQ(facts(order_of("add_service", sample_document(1))).persons.at(0).mobile_elsewhere,
            std::optional(false));
  // Guangdong refuses it.
  const std::string draft = complete_draft("a1", document);
  const auto refused = send("POST", "/api/v1/orders/" + draft + "/submit", "a1");
  EXPECT_THAT(errors(refused), ElementsAre("rule_refuses@/entity/manager/mobile"));
}

TEST_P(RuleFacts, ADomainOfAnotherEntityIsFiledElsewhere) {
  file(sample_document(1), 1);
  Json document = sample_document(2);
  document.find("services")->items()[0].set("domains", Json::array({"yangli-1-example.cn"}));
  EXPECT_EQ(facts(order_of("first", document)).services.at(0).domains.at(0).filed_elsewhere,
            std::optional(true));
  EXPECT_EQ(facts(order_of("add_service", sample_document(1)))
                .services.at(0)
                .domains.at(0)
                .filed_elsewhere,
            std::optional(false));
  EXPECT_FALSE(
      facts(order_of("first", sample_document(3))).services.at(0).domains.at(0).filed_elsewhere);
}

TEST_P(RuleFacts, AChangeIsComparedWithWhatIsFiled) {
  Order order = order_of("change_service", sample_document(1));
  order.filed = Json::object(
      {{"entity", sample_document(1)["entity"]}, {"services", sample_document(1)["services"]}});
  order.document.find("entity")->set("name", "样例改名有限公司");
  const rules::Facts known = facts(order);
  ASSERT_TRUE(known.filed);
  EXPECT_EQ(known.filed->name, "样例科技1有限公司");
  EXPECT_EQ(known.filed->manager_certificate,
            sample_document(1)["entity"]["manager"]["certificate_number"].as_string());
  EXPECT_EQ(known.filed->service_manager_certificate,
            sample_document(1)["services"].at(0)["manager"]["certificate_number"].as_string());
  ASSERT_TRUE(known.services.at(0).filed_domains);
  EXPECT_THAT(*known.services.at(0).filed_domains, ElementsAre("yangli-1-example.cn"));
}

TEST_P(RuleFacts, ServersStandInProvincesAndMaterialsHaveTheirNames) {
  Order order = order_of("first", sample_document(1));
  EXPECT_THAT(facts(order).services.at(0).provinces, ElementsAre(340000));  // 1: Anhui
  order.id = complete_draft("a1", sample_document(1));
  const auto known = facts(order);
  ASSERT_TRUE(known.materials);
  std::vector<std::string> ids;
  for (const auto& material : *known.materials) ids.push_back(material.id + material.at);
  EXPECT_THAT(ids, ::testing::UnorderedElementsAre(
                       "verification-sheet/services/0", "entity-certificate/entity",
                       "personal-id/entity", "personal-id/services/0", "live-photo/services/0",
                       "filing-commitment-letter/entity"));
}

}  // namespace
}  // namespace beian::orders
