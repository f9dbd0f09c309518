// What the services of an order stand on, through the use cases, on both databases.
#include "orders/several_for_test.hpp"

namespace beian::orders {
namespace {

using namespace test;
using Lines = std::vector<std::string>;

class StandsOn : public SeveralWorld {
 protected:
  Lines submitted_with(const std::string& id) { return faults(submit_now("a1", id)); }
};
INSTANTIATE_TEST_SUITE_P(Backends, StandsOn, ::testing::ValuesIn(testing::backends()));

TEST_P(StandsOn, DemandedOnceTheProviderHasToldOfAny) {
  const auto first = draft("a1", several(1, 2));
  EXPECT_EQ(submitted_with(first), Lines{});
  keep("i-1", "a1", 5);
  const auto second = draft("a1", several(2, 2));
  EXPECT_EQ(submitted_with(second), (Lines{"resource_required@/services/0/resource",
                                           "resource_required@/services/1/resource"}));
  context_.options.resource_required = false;
  EXPECT_EQ(submitted_with(second), Lines{});
}

TEST_P(StandsOn, EachServiceTakesItsOwn) {
  keep("i-1", "a1", 2);
  keep("i-2", "a1", 5);
  const auto code = codes("a1", "i-2", 1).front();
  auto document = several(1, 3);
  stand(document, 0, "i-1");
  stand(document, 1, "i-2");
  stand_on_code(document, 2, code.code);
  const auto id = draft("a1", document);
  ASSERT_EQ(submitted_with(id), Lines{});
  EXPECT_EQ(taken("i-1"), 1);
  EXPECT_EQ(taken("i-2"), 2);
  EXPECT_EQ(state_of(code), "in_filing");
  // Handed in once more with another resource: the old one is free, the new one taken.
  ASSERT_TRUE(act_now("a1", id, Event::withdraw));
  EXPECT_EQ(taken("i-1"), 1);  // withdrawn, it keeps what it has
  stand(document, 0, "i-2");
  stand(document, 2, "i-2");
  ASSERT_TRUE(save_now("a1", id, document));
  ASSERT_EQ(submitted_with(id), Lines{});
  EXPECT_EQ(taken("i-1"), 0);
  EXPECT_EQ(taken("i-2"), 4);
  EXPECT_EQ(state_of(code), "unused");
  expect_counts_right();
}

TEST_P(StandsOn, WhatDoesNotHoldIsToldBeforeAndWhenItIsHandedIn) {
  keep("i-1", "a1", 1);
  keep("i-2", "a1", 5, "203.0.113.99");
  keep("i-of-other", "a2", 5);
  auto document = several(1, 6);
  stand(document, 0, "i-1");
  stand(document, 1, "i-1");
  stand(document, 2, "i-2");
  stand(document, 3, "i-of-other");
  stand_on_code(document, 4, "7777-7777");
  document.find("services")
      ->items()[5]
      .set("resource", Json::object({{"source_id", "i-1"}, {"code", "7"}}));
  const Lines wrong = {"filing_code_unknown@/services/4/resource", "not_found@/services/3/resource",
                       "quota_exhausted@/services/1/resource",
                       "resource_unfit@/services/2/accesses/0/addresses/0",
                       "unknown_field@/services/5/resource/code"};
  const auto id = draft("a1", document);
  EXPECT_EQ(submitted_with(id), wrong);
  EXPECT_EQ(taken("i-1"), 0);
  EXPECT_EQ(load(id).state, State::draft);
}

TEST_P(StandsOn, CodesSayWhyTheyAreNotTaken) {
  keep("i-1", "a1", 9);
  const auto made = codes("a1", "i-1", 4);
  const auto use = [&](int n, const Lines& wanted) {
    auto document = several(n, 2);
    stand_on_code(document, 0, made[0].code);
    stand_on_code(document, 1, made[1].code);
    EXPECT_EQ(submitted_with(draft("a1", document)), wanted);
  };
  use(1, {});
  use(2, {"filing_code_taken@/services/0/resource", "filing_code_taken@/services/1/resource"});
  const auto revoked = resources::revoke(*resources_, caller("a1"), made[2].id);
  ASSERT_TRUE(revoked);
  auto document = several(3, 2);
  stand_on_code(document, 0, made[2].code);
  stand_on_code(document, 1, made[3].code);
  EXPECT_EQ(submitted_with(draft("a1", document)), Lines{"filing_code_void@/services/0/resource"});
  EXPECT_EQ(faults(submit_now("a2", draft("a2", several(4, 1),
                                          [&](Json& d) { stand_on_code(d, 0, made[3].code); }))),
            Lines{"filing_code_foreign@/services/0/resource"});
  // One code, two services of one order.
  document = several(5, 2);
  stand_on_code(document, 0, made[3].code);
  stand_on_code(document, 1, made[3].code);
  EXPECT_EQ(submitted_with(draft("a1", document)), Lines{"filing_code_taken@/services/1/resource"});
  EXPECT_EQ(state_of(made[3]), "unused");
  expect_counts_right();
}

TEST_P(StandsOn, AServiceThatChangesItsPlaceKeepsItsCodeAndItsPictures) {
  keep("i-1", "a1", 5);
  const auto made = codes("a1", "i-1", 2);
  auto document = several(1, 3);
  stand_on_code(document, 0, made[0].code);
  stand_on_code(document, 1, made[1].code);
  stand(document, 2, "i-1");
  const auto id = draft("a1", document);
  ASSERT_EQ(submitted_with(id), Lines{});
  ASSERT_TRUE(act_now("a1", id, Event::withdraw));
  const auto before = picture(id, 4, "/services/2");
  auto& services = document.find("services")->items();
  services.erase(services.begin());  // the first goes, the others move up
  ASSERT_TRUE(save_now("a1", id, document));
  EXPECT_EQ(picture(id, 4, "/services/1"), before);
  EXPECT_EQ(picture(id, 4, "/services/2"), "");
  ASSERT_EQ(submitted_with(id), Lines{});
  EXPECT_EQ(state_of(made[0]), "unused");
  EXPECT_EQ(state_of(made[1]), "in_filing");
  EXPECT_EQ(taken("i-1"), 3);  // two codes and the service
  // Two services change places: so do their pictures.
  ASSERT_TRUE(act_now("a1", id, Event::withdraw));
  const auto first = picture(id, 4, "/services/0"), second = picture(id, 4, "/services/1");
  std::swap(services[0], services[1]);
  ASSERT_TRUE(save_now("a1", id, document));
  EXPECT_EQ(picture(id, 4, "/services/0"), second);
  EXPECT_EQ(picture(id, 4, "/services/1"), first);
  ASSERT_EQ(submitted_with(id), Lines{});
  expect_counts_right();
}

TEST_P(StandsOn, WhatWasFiledBeforeTheRestWasRefusedStaysUsed) {
  keep("i-1", "a1", 5);
  auto document = several(1, 2);
  stand(document, 0, "i-1");
  stand(document, 1, "i-1");
  const auto id = draft("a1", document);
  ASSERT_EQ(submitted_with(id), Lines{});
  db_.database->write([&](db::Tx& tx) {
    store_.set_service_numbers(tx, id, Json::array({"粤ICP备2026000001号-1", Json()}));
  });
  EXPECT_EQ(load(id).service_numbers, Json::array({"粤ICP备2026000001号-1", Json()}));
  // The rest is handed in anew, alone.
  ASSERT_TRUE(act_now("a1", id, Event::withdraw));
  auto& services = document.find("services")->items();
  services.erase(services.begin());
  ASSERT_TRUE(save_now("a1", id, document));
  ASSERT_EQ(submitted_with(id), Lines{});
  EXPECT_EQ(taken("i-1"), 2);
  EXPECT_EQ(load(id).service_numbers, Json());
  db_.database->write([&](db::Tx& tx) { resources::give_up(*resources_, tx, id); });
  EXPECT_EQ(taken("i-1"), 1);
  expect_counts_right();
}

TEST_P(StandsOn, SeveralServicesAreLimitedAndToldApart) {
  context_.options.services_per_order = 2;
  EXPECT_EQ(submitted_with(draft("a1", several(1, 3))), Lines{"services_per_order@/services"});
  EXPECT_EQ(submitted_with(draft("a1", several(2, 2))), Lines{});
  auto document = several(3, 2);
  auto& services = document.find("services")->items();
  services[1].set("name", services[0]["name"]);
  services[1].set("domains", services[0]["domains"]);
  services[1].set("home_url", services[0]["home_url"]);
  EXPECT_EQ(submitted_with(draft("a1", document)),
            (Lines{"duplicate@/services/1/domains/0", "duplicate@/services/1/name"}));
}

// Each asks for what the other holds first, were they not to take in one order.
TEST_P(StandsOn, DomainsOfEveryServiceAreClaimed) {
  ASSERT_EQ(submitted_with(draft("a1", several(1, 3))), Lines{});
  auto document = several(2, 2);
  document.find("services")->items()[1].set("domains", Json::array({domain_of(1, 2)}));
  document.find("services")->items()[1].set("home_url", domain_of(1, 2));
  EXPECT_EQ(faults(submit_now("a2", draft("a2", document))),
            Lines{"domain_in_open_order@/services/1/domains/0"});
}

TEST_P(StandsOn, AuditorsSeeNoCodes) {
  auto document = several(1, 1);
  stand_on_code(document, 0, "ABCD-EFGH-JKMN-PQRS");
  const Json shown = masked(document);
  EXPECT_EQ(to_string(shown).find("EFGH-JKMN"), std::string::npos);
}

}  // namespace
}  // namespace beian::orders
