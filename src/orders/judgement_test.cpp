// A submission judged by the rules of its province, on both databases.
#include "orders/judgement.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "orders/world_for_test.hpp"
#include "rules/materials.hpp"

namespace beian::orders {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Lines = std::vector<std::string>;

constexpr const char* kLetter = "/entity/materials/11";

class Judged : public OrdersWorld {
 protected:
  Json findings(const std::string& order) {
    return json(send("GET", "/api/v1/orders/" + order + "/findings", "a1"));
  }
  http::Response submit(const std::string& order) {
    return send("POST", "/api/v1/orders/" + order + "/submit", "a1");
  }
  static Lines lines(const Json& list) {
    Lines out;
    for (const Json& one : list.items())
      out.push_back(one["code"].as_string() + "@" + one["field"].as_string());
    return out;
  }
  static Json find(const Json& list, const std::string& field) {
    for (const Json& one : list.items())
      if (one["field"].as_string() == field) return one;
    return {};
  }
  void remove_letter(const std::string& order) {
    const Json list =
        json(send("GET", "/api/v1/orders/" + order + "/materials", "a1"))["materials"];
    for (const Json& one : list.items())
      if (one["purpose"].as_int() == 11) {
        EXPECT_EQ(
            send("DELETE", "/api/v1/orders/" + order + "/materials/" + one["id"].as_string(), "a1")
                .status,
            204);
      }
  }
  // Two domains of one website: refused nationwide.
  static Json two_domains() {
    Json document = sample_document();
    document.find("services")
        ->items()[0]
        .set("domains", Json::array({"yangli-1-example.cn", "yangli-two-example.cn"}));
    return document;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Judged, ::testing::ValuesIn(testing::backends()));

TEST_P(Judged, WhatARuleRefusesIsRefusedWithItsSource) {
  const std::string order = complete_draft("a1", two_domains());
  const auto refused = submit(order);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(errors(refused), Lines{"rule_refuses@/services/0/domains"});
  const Json error = json(refused)["errors"].at(0);
  EXPECT_THAT(error["detail"].as_string(), HasSubstr("一个网站只能有1个域名"));
  EXPECT_THAT(error["detail"].as_string(), HasSubstr("全国规则 one-domain-per-website，依据："));
  EXPECT_EQ(load(order).state, State::draft);
  // The same where findings are shown, and in the rehearsal.
  EXPECT_EQ(lines(findings(order)["problems"]), Lines{"rule_refuses@/services/0/domains"});
  const Json rehearsal = json(send("POST", "/api/v1/orders/" + order + "/rehearsal", "a1"));
  EXPECT_FALSE(rehearsal["ready"].as_bool());
  EXPECT_EQ(lines(rehearsal["problems"]), Lines{"rule_refuses@/services/0/domains"});
}

TEST_P(Judged, RulesAreToldBesideWhatTheProviderFinds) {
  Json document = two_domains();
  document.find("entity")->find("manager")->set("mobile", "12");
  const auto refused = submit(complete_draft("a1", document));
  EXPECT_EQ(errors(refused),
            (Lines{"bad_mobile@/entity/manager/mobile", "rule_refuses@/services/0/domains",
                   "too_short@/entity/manager/mobile"}));
}

TEST_P(Judged, WhatARuleAdvisesIsAWarningAndIsTaken) {
  Json document = sample_document();
  // Guangdong says nothing of it, and nationally a door number is only advised.
  document.find("entity")->find("location")->set("address", "样例大道");
  const std::string order = complete_draft("a1", document);
  const Json found = findings(order);
  EXPECT_THAT(lines(found["problems"]), IsEmpty());
  EXPECT_THAT(lines(found["warnings"]), Contains("rule_refuses@/entity/location/address"));
  EXPECT_EQ(submit(order).status, 200);
}

TEST_P(Judged, AMaterialThatARuleDemandsHasToBeThere) {
  const std::string order = complete_draft("a1", sample_document());
  remove_letter(order);
  const auto refused = submit(order);
  EXPECT_EQ(errors(refused), Lines{std::string("material_missing@") + kLetter});
  EXPECT_THAT(json(refused)["errors"].at(0)["detail"].as_string(),
              HasSubstr("互联网信息服务备案承诺书（"));
  // To where the problem points, as any other material.
  const auto stored = send("POST", "/api/v1/orders/" + order + "/materials?purpose=11", "a1",
                           sample_picture(), {{"Content-Type", "image/jpeg"}});
  EXPECT_EQ(stored.status, 201) << stored.body;
  EXPECT_EQ(json(stored)["owner"].as_string(), "/entity");
  EXPECT_EQ(submit(order).status, 200);
}

TEST_P(Judged, OwnMaterialsHaveTheirOwnOwners) {
  const std::string order = complete_draft("a1", sample_document());
  const auto put = [&](int purpose, const std::string& owner) {
    return errors(send("POST",
                       "/api/v1/orders/" + order + "/materials?purpose=" + std::to_string(purpose) +
                           "&owner=" + owner,
                       "a1", sample_picture(), {{"Content-Type", "image/jpeg"}}));
  };
  const int certificate = rules::material_kind("domain-certificate")->purposes.front();
  const int statement = rules::material_kind("service-content-statement")->purposes.front();
  EXPECT_THAT(put(certificate, "/services/0/domains/0"), IsEmpty());
  EXPECT_EQ(put(certificate, "/services/0/domains/1"), Lines{"material_owner@/owner"});
  EXPECT_EQ(put(certificate, "/entity"), Lines{"material_owner@/owner"});
  EXPECT_THAT(put(statement, "/services/0"), IsEmpty());
  EXPECT_EQ(put(statement, "/services/1"), Lines{"material_owner@/owner"});
  EXPECT_EQ(put(7, "/entity"), Lines{"material_owner@/owner"});
  EXPECT_EQ(put(12, "/entity"), Lines{"code_unknown@/purpose"});
  EXPECT_EQ(put(99, "/entity"), Lines{"code_unknown@/purpose"});
}

// Every province can be filed in; whatever a rule asks for can be uploaded where it is missed.
TEST_P(Judged, WhatIsMissedCanBeUploadedInEveryProvince) {
  const auto context = std::make_shared<Context>(
      Context{db_.database, *blobs_, clock_, cipher_, status_, passwords_, directory_, {}, {}});
  for (const auto& [province, book] : rules::RuleSet::builtin().books()) {
    if (province == 0) continue;
    for (const int64_t nature : {4, 5, 3}) {
      Order order = first_order(sample_document());
      order.id = "o";
      Json& entity = *order.document.find("entity");
      entity.find("location")->set("province", province);
      entity.set("nature", nature);
      const auto verdict =
          db_.database->read_value([&](db::Tx& tx) { return judge_by_rules(*context, tx, order); });
      ASSERT_TRUE(verdict);
      Findings findings;
      add_rule_findings(order, *verdict, {}, findings);
      for (const auto& problem : findings.problems) {
        if (problem.code != ProblemCode::material_missing) continue;
        const size_t at = problem.field.rfind("/materials/");
        ASSERT_NE(at, std::string::npos) << problem.field;
        const int purpose = std::stoi(problem.field.substr(at + 11));
        // The scan of an approval belongs to one that the document names first.
        if (purpose == 6) continue;
        EXPECT_TRUE(check_material_owner(order, purpose, problem.field.substr(0, at)))
            << province << " " << problem.field;
      }
      // All demanded are told, none of them has no name.
      for (const auto& demand : verdict->demands)
        EXPECT_NE(rules::material_kind(demand.material), nullptr) << demand.material;
    }
  }
}

TEST_P(Judged, WhatIsFiledAndStaysIsNotHeldAgainstAChange) {
  Order order;
  order.id = "o";
  order.kind = "change_service";
  const Json whole = two_domains();
  order.filed = Json::object({{"entity", whole["entity"]}, {"services", whole["services"]}});
  order.document = whole;
  rules::Verdict verdict;
  const auto* rule = &rules::RuleSet::builtin().national().rules.front();
  const auto finding = [&](const std::string& at) {
    verdict.findings.push_back({rule, rules::Severity::refuse, at, "样例", {}, {}});
  };
  finding("/entity/name");             // as filed
  finding("/services/0/home_url");     // changed
  finding("/services/0");              // the service as a whole
  finding("/services/0/platforms/0");  // no field of the form
  order.document.find("services")->items()[0].set("home_url", "yangli-1-example.cn");
  Findings found;
  add_rule_findings(order, verdict, {}, found);
  Lines problems, warnings;
  for (const auto& p : found.problems) problems.push_back(p.field);
  for (const auto& p : found.warnings) warnings.push_back(p.field);
  EXPECT_THAT(problems, ElementsAre("/services/0/home_url", "/services/0"));
  EXPECT_THAT(warnings, ElementsAre("/entity/name"));
}

}  // namespace
}  // namespace beian::orders
