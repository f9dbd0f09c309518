// Orders with several services: what the authority says of one of them reaches that one.
#include <gtest/gtest.h>

#include "authority/filed_sample_for_tests.hpp"
#include "authority/link_world_for_tests.hpp"
#include "authority/samples_for_tests.hpp"
#include "base/ids.hpp"
#include "registry/registry.hpp"

namespace beian::authority {
namespace {

using testing::icp_document;
using testing::World;

const std::string kNumber = "粤ICP备2026000001号";

Json two_services() {
  Json services = testing::sample_document(1)["services"];
  Json second = testing::sample_document(2)["services"].at(0);
  services.push(std::move(second));
  return services;
}

class SeveralServices : public ::testing::TestWithParam<std::string> {
 protected:
  // An order that the authority has taken.
  std::string reported(const std::string& kind, const Json& document, const Json& filed = {}) {
    orders::Order order;
    order.id = new_id(world_.clock.now());
    order.account_id = "account-1";
    order.kind = kind;
    order.document = document;
    order.filed = filed;
    order.created = order.updated = world_.clock.now();
    world_.write([&](db::Tx& tx) {
      store_.insert(tx, order, {orders::Actor::applicant, order.account_id, "样例", {}});
      store_.set_authority(tx, order.id, "gd");
      for (const auto& [event, actor] :
           {std::pair{orders::Event::submit, orders::Actor::applicant},
            std::pair{orders::Event::review_pass, orders::Actor::reviewer}})
        EXPECT_TRUE(store_.apply(tx, world_.clock.now(), order.id, event, {actor, "a", "", {}}));
    });
    world_.run(1);
    EXPECT_EQ(world_.state(order.id), "at_authority");
    return order.id;
  }
  Json record_of(const std::string& operation) { return world_.authority.records(operation)[0]; }
  void hand(const Json& document) {
    world_.authority.hand_down(document);
    world_.run(1);
  }
  // Fields of the order's findings.
  std::vector<std::string> found(const std::string& id) {
    std::vector<std::string> out;
    const auto order = world_.order(id);
    for (const auto& finding : order.findings.items()) out.push_back(finding["field"].as_string());
    return out;
  }
  // The document as it is filed under other names.
  static Json as_filed(const Json& document) {
    Json filed = document;
    filed.find("entity")->set("authority_entity_id", 1);
    filed.find("entity")->set("filing_number", kNumber);
    auto& services = filed.find("services")->items();
    for (size_t i = 0; i < services.size(); ++i) {
      services[i].set("authority_service_id", static_cast<int64_t>(i + 1));
      services[i].set("filing_number", kNumber + "-" + std::to_string(i + 1));
      services[i].set("name", "样例旧名" + std::to_string(i));
      services[i]
          .find("accesses")
          ->items()[0]
          .set("authority_access_id", static_cast<int64_t>(i + 1));
    }
    return filed;
  }
  static Json only(const Json& filed, size_t service) {
    Json out = filed;
    Json& record = out.find("icp")->find("filed")->items()[0];
    record.set("services", Json::array({record["services"].at(service)}));
    return out;
  }

  World world_{GetParam()};
  orders::OrderStore store_{world_.cipher};
};
INSTANTIATE_TEST_SUITE_P(Backends, SeveralServices,
                         ::testing::ValuesIn(beian::testing::backends()));

TEST_P(SeveralServices, TheOrderIsCompletedWhenTheWholeCame) {
  Json document = testing::sample_document(1);
  document.set("services", two_services());
  const auto id = reported("first", document);
  const Json record = record_of("icp/new_filings");
  ASSERT_EQ(record["services"].size(), 2u);
  const Json filed = testing::filed_document(record, 1);
  hand(only(filed, 1));
  EXPECT_EQ(world_.state(id), "at_authority");
  EXPECT_EQ(world_.order(id).service_numbers, Json::array({Json(), kNumber + "-2"}));
  EXPECT_EQ(world_.events(id).back(), "note");
  const auto events = world_.events(id).size();
  // What is filed is filed.
  const auto reason = [&](const std::string& host) {
    return world_.storage.database->read_value(
        [&](db::Tx& tx) { return registry::access(tx, host).reason; });
  };
  EXPECT_EQ(reason("yangli-example2.cn"), "filed");
  EXPECT_EQ(reason("yangli-example1.cn"), "not_filed");
  hand(only(filed, 1));  // told again: nothing new
  EXPECT_EQ(world_.events(id).size(), events);
  hand(only(filed, 0));
  EXPECT_EQ(world_.state(id), "completed");
  EXPECT_EQ(world_.order(id).service_numbers, Json::array({kNumber + "-1", kNumber + "-2"}));
  EXPECT_EQ(world_.order(id).filing_number, kNumber);
  EXPECT_EQ(reason("yangli-example1.cn"), "filed");
}

TEST_P(SeveralServices, EachRefusedServiceHasItsFinding) {
  const Json named = Json::object(
      {{"entity", Json::object({{"authority_entity_id", 1}, {"filing_number", kNumber}})},
       {"services", Json::array()}});
  Json document = testing::sample_document(1);
  document.set("services", two_services());
  const auto id = reported("add_service", document, named);
  const Json record = record_of("icp/new_services");
  Json decisions = Json::array();
  for (const auto& service : record["services"].items())
    decisions.push(testing::decision_document(2, service["provider_service_id"].as_int(), false,
                                              "样例：名称不规范")["icp"]["results"]["decisions"]
                       .at(0));
  hand(icp_document("results", Json::object({{"decisions", decisions}})));
  EXPECT_EQ(world_.state(id), "authority_rejected");
  EXPECT_EQ(found(id), (std::vector<std::string>{"/services/0", "/services/1"}));
  const auto rows = world_.results(world_.downloads().back().number);
  EXPECT_EQ(rows.size(), 2u);
}

TEST_P(SeveralServices, AFaultNamedByAServicesNumberIsThatServices) {
  Json document = testing::sample_document(1);
  document.set("services", two_services());
  const Json filed = as_filed(document);
  const auto id = reported("change_both", document, filed);
  ASSERT_EQ(record_of("icp/changes")["services"].size(), 2u);
  hand(testing::result_document(4, kNumber + "-2", {{1020, "样例"}}));
  EXPECT_EQ(world_.state(id), "authority_rejected");
  EXPECT_EQ(found(id), std::vector<std::string>{"/services/1/name"});
}

// Of a change only what differs is reported, and counted.
TEST_P(SeveralServices, AFaultThatCountsIsOfTheOneThatItCounted) {
  Json document = testing::sample_document(1);
  document.set("services", two_services());
  Json filed = as_filed(document);
  filed.find("services")->items()[0].set("name", document["services"].at(0)["name"]);
  const auto id = reported("change_both", document, filed);
  ASSERT_EQ(record_of("icp/changes")["services"].size(), 1u);
  hand(testing::result_document(4, kNumber, {{1034, "服务内容错误（网站1）"}}));
  EXPECT_EQ(found(id), std::vector<std::string>{"/services/1/contents"});
}

}  // namespace
}  // namespace beian::authority
