// Overrides, and drafts judged again when the rules changed; on both databases.
#include "orders/rejudge.hpp"

#include <gmock/gmock.h>

#include "accounts/store.hpp"
#include "orders/overrides.hpp"
#include "orders/world_for_test.hpp"

namespace beian::orders {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Lines = std::vector<std::string>;

const std::string kOverrides = "/api/v1/rules/overrides";

class Rejudged : public OrdersWorld {
 protected:
  http::Response put(const std::string& id, const Json& body) {
    return send("PUT", kOverrides + "/" + id, "admin-1", to_string(body), {}, "admin");
  }
  http::Response remove(const std::string& id) {
    return send("DELETE", kOverrides + "/" + id, "admin-1", "", {}, "admin");
  }
  Json list() { return json(send("GET", kOverrides, "admin-1", "", {}, "admin"))["overrides"]; }
  static Json one_domain(const std::string& severity) {
    return Json::object({{"rule", "one-domain-per-website"},
                         {"severity", severity},
                         {"reason", "样例：管局个案同意"}});
  }
  static Json two_domains(int n = 1) {
    Json document = sample_document(n);
    const std::string number = std::to_string(n);
    document.find("services")
        ->items()[0]
        .set("domains", Json::array({"yangli-" + number + "-example.cn",
                                     "yangli-" + number + "-two-example.cn"}));
    return document;
  }
  http::Response submit(const std::string& order) {
    return send("POST", "/api/v1/orders/" + order + "/submit", "a1");
  }
  std::vector<HistoryEntry> notes(const std::string& order) {
    auto all = db_.database->read_value([&](db::Tx& tx) { return store_.history(tx, order); });
    std::erase_if(all, [](const HistoryEntry& entry) { return entry.event != "note"; });
    return all;
  }
  Context context() {
    return {db_.database, *blobs_, clock_, cipher_, status_, passwords_, directory_, options_, {}};
  }
  Lines events() {
    const Json found =
        db_.database->read_value([&](db::Tx& tx) { return accounts::store::list_events(tx, {}); });
    Lines out;
    for (const Json& one : found.items()) out.push_back(one["kind"].as_string());
    return out;
  }
  Options options_;
};
INSTANTIATE_TEST_SUITE_P(Backends, Rejudged, ::testing::ValuesIn(testing::backends()));

TEST_P(Rejudged, AnOverrideLetsPassAndIsNamed) {
  const std::string order = complete_draft("a1", two_domains());
  EXPECT_EQ(submit(order).status, 422);
  ASSERT_EQ(put("two-domains", one_domain("warn")).status, 201);
  const Json found = json(send("GET", "/api/v1/orders/" + order + "/findings", "a1"));
  EXPECT_TRUE(found["complete"].as_bool());
  bool named = false;
  for (const Json& one : found["warnings"].items())
    named = named ||
            one["detail"].as_string().find("管理员已放行：样例：管局个案同意") != std::string::npos;
  EXPECT_TRUE(named);
  const Json rehearsal = json(send("POST", "/api/v1/orders/" + order + "/rehearsal", "a1"));
  Json overridden;
  for (const Json& one : rehearsal["rules"]["findings"].items())
    if (one.find("overridden")) overridden = one;
  EXPECT_EQ(overridden["kind"].as_string(), "one-domain-per-website");
  EXPECT_EQ(overridden["overridden"]["id"].as_string(), "two-domains");
  EXPECT_EQ(overridden["severity"].as_string(), "refuse");
  EXPECT_EQ(submit(order).status, 200);
}

TEST_P(Rejudged, SwitchedOffIsNotEvenAWarning) {
  const std::string order = complete_draft("a1", two_domains());
  ASSERT_EQ(put("off", one_domain("off")).status, 201);
  const Json found = json(send("GET", "/api/v1/orders/" + order + "/findings", "a1"));
  for (const Json& one : found["warnings"].items())
    EXPECT_NE(one["field"].as_string(), "/services/0/domains");
  EXPECT_EQ(submit(order).status, 200);
}

TEST_P(Rejudged, LimitsOfAnOverrideHold) {
  const std::string one = complete_draft("a1", two_domains(1));
  const std::string other = complete_draft("a1", two_domains(2));
  Json body = one_domain("off");
  body.set("order", one);
  ASSERT_EQ(put("case", body).status, 201);
  EXPECT_EQ(submit(other).status, 422);
  body.set("province", 110000);
  ASSERT_EQ(put("case", body).status, 200);
  EXPECT_EQ(submit(one).status, 422);
  body.set("province", 440000);
  body.set("until", china_date(clock_.now()));
  ASSERT_EQ(put("case", body).status, 200);
  clock_.advance(Millis{24LL * 3600 * 1000});
  EXPECT_EQ(submit(one).status, 422);
  body.set("until", china_date(clock_.now()));
  ASSERT_EQ(put("case", body).status, 200);
  EXPECT_EQ(submit(one).status, 200);
}

TEST_P(Rejudged, OverridesAreKeptWithWhoAndWhy) {
  EXPECT_EQ(put("two-domains", one_domain("warn")).status, 201);
  EXPECT_EQ(put("two-domains", one_domain("off")).status, 200);
  ASSERT_EQ(list().size(), 1u);
  EXPECT_EQ(list().at(0)["severity"].as_string(), "off");
  EXPECT_EQ(list().at(0)["account_id"].as_string(), "admin-1");
  EXPECT_EQ(list().at(0)["reason"].as_string(), "样例：管局个案同意");
  EXPECT_EQ(remove("two-domains").status, 204);
  EXPECT_EQ(remove("two-domains").status, 404);
  EXPECT_EQ(list().size(), 0u);
  EXPECT_THAT(events(),
              ::testing::UnorderedElementsAre("rule_override_made", "rule_override_changed",
                                              "rule_override_removed"));
  for (const std::string role : {"applicant", "reviewer", "officer"}) {
    EXPECT_EQ(send("PUT", kOverrides + "/x", "a1", to_string(one_domain("off")), {}, role).status,
              403);
    EXPECT_EQ(send("GET", kOverrides, "a1", "", {}, role).status, 403);
  }
}

TEST_P(Rejudged, WhatAnOverrideMayNotBe) {
  EXPECT_EQ(errors(put("x", Json::object({{"severity", "off"}, {"reason", "样例"}}))),
            Lines{"required@/rule"});
  EXPECT_EQ(errors(put("x", Json::object({{"rule", "nobody"},
                                          {"province", 1},
                                          {"severity", "perhaps"},
                                          {"order", "nobody"},
                                          {"until", "2000-13-01"},
                                          {"reason", " "},
                                          {"colour", 1}}))),
            (Lines{"bad_format@/until", "code_unknown@/severity", "not_found@/order",
                   "not_found@/province", "not_found@/rule", "required@/reason",
                   "unknown_field@/colour"}));
  Json past = one_domain("off");
  past.set("until", "2000-01-01");
  EXPECT_EQ(errors(put("x", past)), Lines{"out_of_range@/until"});
  EXPECT_EQ(errors(put("X_y", one_domain("off"))), Lines{"bad_format@/id"});
  EXPECT_EQ(list().size(), 0u);
}

TEST_P(Rejudged, OnlyThoseConcernedAreTold) {
  const std::string one = complete_draft("a1", two_domains(1));
  const std::string other = complete_draft("a1", sample_document(2));
  const std::string before = load(one).rules_hash;
  EXPECT_FALSE(before.empty());
  EXPECT_EQ(json(send("GET", "/api/v1/orders/" + one, "a1"))["rules_hash"].as_string(), before);
  EXPECT_EQ(rejudge_drafts(context()), 0u);
  ASSERT_EQ(put("two-domains", one_domain("off")).status, 201);
  const TimePoint updated = load(one).updated;
  clock_.advance(Millis{60'000});
  EXPECT_EQ(rejudge_drafts(context(), 1), 1u);
  EXPECT_EQ(rejudge_drafts(context(), 1), 1u);
  EXPECT_EQ(rejudge_drafts(context(), 1), 0u);
  ASSERT_EQ(notes(one).size(), 1u);
  EXPECT_THAT(notes(one)[0].reason, HasSubstr("不再要求：一站一域名"));
  EXPECT_EQ(notes(one)[0].actor, Actor::system);
  EXPECT_EQ(notes(one)[0].details["rules"]["gone"].at(0)["field"].as_string(),
            "/services/0/domains");
  EXPECT_THAT(notes(other), IsEmpty());
  EXPECT_NE(load(one).rules_hash, before);
  EXPECT_EQ(load(one).rules_hash, load(other).rules_hash);
  // Nobody touched the order: it expires when it would have.
  EXPECT_EQ(load(one).updated, updated);
  ASSERT_EQ(remove("two-domains").status, 204);
  EXPECT_EQ(rejudge_drafts(context()), 2u);
  ASSERT_EQ(notes(one).size(), 2u);
  EXPECT_THAT(notes(one)[1].reason, HasSubstr("新增要求：一站一域名"));
  EXPECT_EQ(load(one).rules_hash, before);
}

TEST_P(Rejudged, AnotherProgramJudgesAgainAndTellsNobodyWhenItSaysTheSame) {
  const std::string draft = complete_draft("a1", two_domains(1));
  const std::string handed_in = submitted("a1", sample_document(2));
  options_.program = "样例 2.0";
  EXPECT_EQ(rejudge_drafts(context()), 1u);
  EXPECT_THAT(notes(draft), IsEmpty());
  EXPECT_NE(load(draft).rules_hash, load(handed_in).rules_hash);
}

// What is saved between two rules is compared with what was said of it as it is.
TEST_P(Rejudged, ASaveIsJudgedAtOnce) {
  const std::string order = complete_draft("a1", two_domains(1));
  EXPECT_THAT(load(order).rules_said,
              HasSubstr("refuse one-domain-per-website /services/0/domains"));
  const auto saved = send(
      "PUT", "/api/v1/orders/" + order, "a1",
      to_string(Json::object({{"version", version(order)}, {"document", sample_document(1)}})));
  ASSERT_EQ(saved.status, 200) << saved.body;
  EXPECT_THAT(load(order).rules_said, Not(HasSubstr("one-domain-per-website")));
  // A letter that is demanded is, whether it is there or not.
  EXPECT_THAT(load(order).rules_said, HasSubstr("demand filing-commitment-letter /entity"));
}

}  // namespace
}  // namespace beian::orders
