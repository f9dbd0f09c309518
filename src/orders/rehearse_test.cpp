// All that would be found wrong, on both databases.
#include "orders/rehearse.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "domains/facts.hpp"
#include "orders/rule_facts.hpp"
#include "orders/world_for_test.hpp"
#include "platform/http/server.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;

class RehearseTest : public OrdersWorld {
 protected:
  std::string draft(const Json& document) {
    const auto made = send("POST", "/api/v1/orders", "a1",
                           to_string(Json::object({{"kind", "first"}, {"document", document}})));
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made)["id"].as_string();
  }
  http::Response rehearse_as(const std::string& order, const std::string& account = "a1") {
    return send("POST", "/api/v1/orders/" + order + "/rehearsal", account);
  }
  static std::vector<int64_t> codes(const Json& rehearsal) {
    std::vector<int64_t> out;
    for (const Json& one : rehearsal["authority"].items()) out.push_back(one["code"].as_int());
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, RehearseTest, ::testing::ValuesIn(testing::backends()));

TEST_P(RehearseTest, ASoundOrderIsReadyAndStaysADraft) {
  const std::string order = complete_draft("a1", sample_document());
  const int64_t before = version(order);
  const auto answer = rehearse_as(order);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json found = json(answer);
  EXPECT_TRUE(found["ready"].as_bool()) << answer.body;
  EXPECT_EQ(found["problems"].size(), 0u);
  EXPECT_EQ(found["authority"].size(), 0u);
  EXPECT_EQ(version(order), before);
  EXPECT_EQ(load(order).state, State::draft);
  EXPECT_EQ(rehearse_as(order, "a2").status, 404);
}

TEST_P(RehearseTest, ForeseesWhatTheAuthorityWouldAnswer) {
  Json document = sample_document();
  document.find("entity")->find("certificate")->set("number", "91440300MA5SAMPL00");
  document.find("services")->items()[0].set("home_url", "www.elsewhere-example.cn");
  const Json found = json(rehearse_as(draft(document)));
  EXPECT_FALSE(found["ready"].as_bool());
  const auto foreseen = codes(found);
  EXPECT_NE(std::ranges::find(foreseen, 1008), foreseen.end());
  EXPECT_NE(std::ranges::find(foreseen, 1041), foreseen.end());
  EXPECT_EQ(foreseen_code({ProblemCode::blacklisted, "/services/0/domains/0", {}}), 1064);
  EXPECT_EQ(foreseen_code({ProblemCode::blacklisted, "/entity/name", {}}), 1065);
  EXPECT_EQ(foreseen_code({ProblemCode::material_missing, "/entity/materials/2", {}}), 0);
}

TEST_P(RehearseTest, AnEmptyDraftHasNoRulesYet) {
  const Json found = json(rehearse_as(draft(Json::object())));
  EXPECT_FALSE(found["ready"].as_bool());
  EXPECT_TRUE(found["rules"].is_null());
  EXPECT_GT(found["problems"].size(), 0u);
}

TEST_P(RehearseTest, TheProvincesRulesNameTheirSource) {
  const Json found = json(rehearse_as(complete_draft("a1", sample_document())));
  const Json& rules = found["rules"];
  EXPECT_GT(rules["checklist"].size() + rules["questions"].size() + rules["demands"].size(), 0u);
  for (const Json& demand : rules["demands"].items())
    EXPECT_FALSE(demand["material"].as_string().empty());
  for (const std::string_view list : {"findings", "cannot_tell"})
    for (const Json& one : rules[list].items()) {
      EXPECT_FALSE(one["kind"].as_string().empty());
      EXPECT_FALSE(one["text"].as_string().empty());
    }
}

// What a registry tells of a domain reaches the rules.
TEST_P(RehearseTest, DomainsAreLookedUp) {
  http::Server registry({}, [](const http::Request&) {
    http::Response response;
    response.status = 200;
    response.body = R"({"objectClassName":"domain","events":[
      {"eventAction":"registration","eventDate":"2020-01-01T00:00:00Z"},
      {"eventAction":"expiration","eventDate":"2035-01-01T00:00:00Z"}]})";
    return response;
  });
  domains::Options options;
  options.rdap_url = registry.origin();
  options.resolve = false;
  auto known =
      std::make_shared<domains::Context>(domains::Context{db_.database, clock_, cipher_, options});
  const Order order = load(draft(sample_document()));
  Options with;
  with.domains = known;
  const Context context{db_.database, *blobs_,    clock_, cipher_, status_,
                        passwords_,   directory_, with,   {}};
  ASSERT_TRUE(rehearse(context, order, Language::zh));
  const auto facts =
      db_.database->read_value([&](db::Tx& tx) { return rule_facts(context, tx, order); });
  ASSERT_EQ(facts.services.size(), 1u);
  ASSERT_TRUE(facts.services[0].domains[0].expires);
  EXPECT_EQ(*facts.services[0].domains[0].expires,
            std::chrono::sys_days(std::chrono::year(2035) / 1 / 1));
  EXPECT_FALSE(facts.services[0].domains[0].holder);
  EXPECT_EQ(facts.persons.size(), 2u);
}

}  // namespace
}  // namespace beian::orders
