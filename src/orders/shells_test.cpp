// Entities without a service, services without an access, and how many services an individual has.
#include <gtest/gtest.h>

#include <algorithm>

#include "orders/world_for_test.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;
using registry::test::kOwn;

class Shells : public OrdersWorld {
 protected:
  // An entity of the account with that many services, each with a domain and an access here.
  void file(int64_t nature, int services) {
    const Json sample = sample_document(1)["entity"];
    registry::test::EntitySample entity;
    entity.nature = nature;
    entity.certificate_type = nature == 5 ? 2 : 1;
    entity.certificate = nature == 5 ? sample["manager"]["certificate_number"].as_string()
                                     : sample["certificate"]["number"].as_string();
    std::vector<registry::test::ServiceSample> list;
    for (int64_t n = 1; n <= services; ++n)
      list.push_back({n,
                      entity.number + "-" + std::to_string(n),
                      {{n, "filed-" + std::to_string(n) + "-example.cn"}},
                      {{n, kOwn}}});
    number_ = entity.number;
    Json record = registry::test::record_of(entity, list);
    Json& owner = *record.find("entity");
    owner.set("location", sample["location"]);
    owner.find("certificate")->set("address", "广东省广州市天河区样例大道1号");
    const auto done = db_.database->write_result([&](db::Tx& tx) {
      return registry::record(tx, clock_.now(), cipher_, "a1", kOwn, record);
    });
    ASSERT_TRUE(done);
  }
  void cancel(registry::Cancel what, int64_t id) {
    const auto done = db_.database->write_result(
        [&](db::Tx& tx) { return registry::cancel(tx, clock_.now(), what, {440000}, id); });
    ASSERT_TRUE(done);
  }
  Json added() {
    const auto made = send("POST", "/api/v1/orders", "a1",
                           to_string(Json::object({{"kind", "add_service"}, {"entity", number_}})));
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made);
  }
  // What the rules of the province say of the order, as text.
  std::string rules_of(const Json& order) {
    return to_string(json(send("POST", "/api/v1/orders/" + order["id"].as_string() + "/rehearsal",
                               "a1", "{}"))["rules"]);
  }
  std::string number_;
};
INSTANTIATE_TEST_SUITE_P(Backends, Shells, ::testing::ValuesIn(testing::backends()));

TEST_P(Shells, AnEntityWithoutServicesMeetsTheRuleOfItsProvince) {
  file(4, 2);
  constexpr auto kRule = "shell-entity-add-service";
  EXPECT_EQ(rules_of(added()).find(kRule), std::string::npos);
  // A service without any access is a service all the same.
  cancel(registry::Cancel::access, 1);
  cancel(registry::Cancel::service, 2);
  EXPECT_EQ(rules_of(added()).find(kRule), std::string::npos);
  cancel(registry::Cancel::service, 1);
  const std::string told = rules_of(added());
  EXPECT_NE(told.find(kRule), std::string::npos) << told;
}

TEST_P(Shells, TheDetectionSaysThatItIsOne) {
  file(4, 1);
  const Json question = Json::object({{"province", 440000},
                                      {"nature", 4},
                                      {"certificate", sample_document(1)["entity"]["certificate"]},
                                      {"domains", Json::array({"yangli-7-example.cn"})}});
  const auto explained = [&] {
    return json(send("POST", "/api/v1/orders/detect", "a1", to_string(question)))["explanation"]
        .as_string();
  };
  EXPECT_EQ(explained().find("空壳主体"), std::string::npos);
  cancel(registry::Cancel::service, 1);
  EXPECT_NE(explained().find("空壳主体"), std::string::npos);
}

TEST_P(Shells, AnIndividualHasSoManyServices) {
  file(5, 5);
  const Json order = added();
  Json document = order["document"];
  Json service = sample_document(9)["services"].at(0);
  service.find("manager")->erase("office_phone");
  document.set("services", Json::array({service}));
  const std::string path = "/api/v1/orders/" + order["id"].as_string();
  const auto saved =
      send("PUT", path, "a1", to_string(Json::object({{"document", document}, {"version", 1}})));
  ASSERT_EQ(saved.status, 200) << saved.body;
  for (const int purpose : {1, 4, 5, 11}) {
    const std::string owner = purpose == 11 ? "/entity" : "/services/0";
    auto stored = materials::prepare(*blobs_, clock_.now(), order["id"].as_string(), purpose, owner,
                                     "", sample_picture());
    ASSERT_TRUE(stored);
    db_.database->write([&](db::Tx& tx) { materials::insert(tx, *stored); });
  }
  // The province asks other things of an individual as well.
  const auto too_many = [&] {
    const auto told = errors(send("POST", path + "/submit", "a1"));
    return std::ranges::count(told, "services_of_entity@/services");
  };
  EXPECT_EQ(too_many(), 1);
  cancel(registry::Cancel::service, 3);
  EXPECT_EQ(too_many(), 0);
}

}  // namespace
}  // namespace beian::orders
