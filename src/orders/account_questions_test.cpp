// The six questions about accounts and entities, each answered both ways.
#include <gtest/gtest.h>

#include "accounts/identity.hpp"
#include "domains/facts.hpp"
#include "orders/account_questions.hpp"
#include "orders/filed_for_test.hpp"
#include "registry/holders.hpp"

namespace beian::orders {
namespace {

class AccountQuestion : public HoldersWorld {
 protected:
  AccountQuestion() : HoldersWorld(Options{}) {
    account("chief");
    account("other-one");
  }
  void ask(const AccountQuestions& questions) {
    Options options;
    options.accounts = questions;
    options.domains = domains_;
    restart(options);
  }
  // What the domain's registry told, as if it had been asked now.
  void held(const std::string& domain, const std::string& holder,
            const std::string& registered = "") {
    domains::Registration r;
    r.kind = domains::Registration::Kind::registered;
    r.holder = holder;
    r.registered = registered;
    r.asked = clock_.now();
    db_.database->write([&](db::Tx& tx) {
      tx.exec(
          "INSERT INTO domain_registrations (domain, document, asked) VALUES (:d, :j, :t) "
          "ON CONFLICT (domain) DO UPDATE SET document = excluded.document",
          {{"d", domain},
           {"j", cipher_.seal(to_string(domains::to_json(r)), "domains.registration:" + domain)},
           {"t", to_ms(r.asked)}});
    });
  }
  std::string text(const http::Response& response) {
    return json(response)["errors"].at(0)["detail"].as_string();
  }

  static domains::Options nobody_asked() {
    domains::Options options;
    options.resolve = false;
    return options;
  }
  std::shared_ptr<const domains::Context> domains_ = std::make_shared<domains::Context>(
      domains::Context{db_.database, clock_, cipher_, nobody_asked()});
};
INSTANTIATE_TEST_SUITE_P(Backends, AccountQuestion, ::testing::ValuesIn(testing::backends()));

TEST_P(AccountQuestion, ADomainRegisteredAfterItsFilingIsAFormerHolders) {
  ask({});
  file("chief", 1);
  const Json domains = Json::array({"filed-1-example.cn"});
  const auto former = [&] {
    const Json found = json(detect("other-one", 2, domains));
    EXPECT_EQ(found["kind"].as_string(), "migrate");
    return found["explanation"].as_string().find("从前的持有者") != std::string::npos;
  };
  EXPECT_FALSE(former());  // nobody tells when it was registered
  held("filed-1-example.cn", "", "2019-01-01");
  EXPECT_FALSE(former());
  held("filed-1-example.cn", "", "2026-01-01");
  EXPECT_TRUE(former());
}

TEST_P(AccountQuestion, AnAccountFilesOneEntity) {
  file("chief", 1);
  const Lines wanted = {"account_has_entity@/certificate/number"};
  const auto refused = detect("chief", 2);
  EXPECT_EQ(errors(refused), wanted);
  EXPECT_NE(text(refused).find("样例科技1有限公司"), std::string::npos) << refused.body;
  // A draft that names no entity yet may be made; the entity cannot be saved into it.
  const std::string draft = json(send("POST", "/api/v1/orders", "chief", "{}"))["id"].as_string();
  EXPECT_EQ(errors(save("chief", draft, sample_document(2))),
            (Lines{"account_has_entity@/document/entity/certificate/number"}));
  // The entity that it has is no other one.
  EXPECT_EQ(detect("chief", 1).status, 200);
  ask({.entities_per_account = 2});
  EXPECT_EQ(detect("chief", 2).status, 200);
  EXPECT_EQ(save("chief", draft, sample_document(2)).status, 200);
}

TEST_P(AccountQuestion, AnEntityOnItsWayCountsToo) {
  submitted("chief", sample_document(1));
  const std::string second = complete_draft("chief", sample_document(2));
  const auto refused = submit("chief", second);
  EXPECT_EQ(errors(refused), (Lines{"account_has_entity@/entity/certificate/number"}));
  EXPECT_NE(text(refused).find("样例科技1有限公司"), std::string::npos) << refused.body;
  ask({.entities_per_account = 2});
  EXPECT_EQ(submit("chief", second).status, 200);
}

TEST_P(AccountQuestion, AnEntityBelongsToOneAccount) {
  file("chief", 1);
  const Lines wanted = {"entity_of_other_account@/certificate/number"};
  EXPECT_EQ(errors(detect("other-one", 1)), wanted);
  const std::string draft = complete_draft("other-one", sample_document(1));
  EXPECT_EQ(errors(submit("other-one", draft)),
            (Lines{"entity_of_other_account@/entity/certificate/number"}));
  ask({.accounts_per_entity = 2});
  // Filed as far as the other account is concerned elsewhere: it proves itself by the password.
  const Json found = json(detect("other-one", 1));
  EXPECT_EQ(found["kind"].as_string(), "add_service");
  EXPECT_TRUE(found["filing_password"].as_bool());
  // What it files makes it a holder beside the first, and then the entity is full.
  file("other-one", 1);
  EXPECT_FALSE(json(detect("other-one", 1))["filing_password"].as_bool());
  EXPECT_EQ(begin_change("other-one", 1).status, 201);
  EXPECT_EQ(begin_change("chief", 1).status, 201);
  account("third-one");
  EXPECT_EQ(errors(detect("third-one", 1)), wanted);
}

TEST_P(AccountQuestion, TheIdentityMayDifferUnlessAsked) {
  const Json certificate = sample_document(1)["entity"]["certificate"];
  EXPECT_EQ(detect("chief", 1).status, 200);
  ask({.identity_is_entity = true});
  const Lines wanted = {"identity_differs@/certificate/number"};
  EXPECT_EQ(errors(detect("chief", 1)), wanted) << "nobody verified it";
  const auto verify = [&](int n) {
    const Json entity = sample_document(n)["entity"];
    const auto set =
        accounts::set_identity(*db_.database, clock_.now(), cipher_, "officer", "chief",
                               {"organization",
                                entity["name"].as_string(),
                                entity["certificate"]["type"].as_int(),
                                entity["certificate"]["number"].as_string(),
                                {}},
                               "");
    EXPECT_TRUE(set);
  };
  verify(2);
  EXPECT_EQ(errors(detect("chief", 1)), wanted);
  const std::string draft = complete_draft("chief", sample_document(1));
  EXPECT_EQ(errors(submit("chief", draft)), (Lines{"identity_differs@/entity/certificate/number"}));
  EXPECT_EQ(errors(save("chief", draft, sample_document(1))),
            (Lines{"identity_differs@/document/entity/certificate/number"}));
  verify(1);
  EXPECT_EQ(detect("chief", 1).status, 200);
  EXPECT_EQ(submit("chief", draft).status, 200);
}

TEST_P(AccountQuestion, TheDomainIsTheEntitysOrWhomTheProvinceAdmits) {
  const std::string domain = "yangli-1-example.cn", at = "/services/0/domains/0";
  const std::string draft = complete_draft("chief", sample_document(1));
  ask({});
  const auto findings = [&] {
    Lines out;
    const Json answer = json(send("GET", "/api/v1/orders/" + draft + "/findings", "chief"));
    for (const auto& problem : answer["problems"].items())
      out.push_back(problem["code"].as_string() + "@" + problem["field"].as_string());
    return out;
  };
  EXPECT_EQ(findings(), Lines{}) << "unknown refuses nothing";
  const Lines wanted = {"domain_holder_differs@" + at};
  held(domain, "样例贸易有限公司");
  EXPECT_EQ(findings(), wanted);
  const auto refused = submit("chief", draft);
  EXPECT_EQ(errors(refused), wanted);
  EXPECT_NE(text(refused).find("样例贸易有限公司"), std::string::npos) << refused.body;
  // Guangdong admits the legal representative, who may be anybody with a person's name.
  held(domain, "样例甲");
  EXPECT_EQ(findings(), Lines{});
  ask({.domain_holder = AccountQuestions::DomainHolder::entity});
  EXPECT_EQ(findings(), wanted);
  held(domain, " 样例科技1有限公司 ");
  EXPECT_EQ(findings(), Lines{});
  held(domain, "样例贸易有限公司");
  ask({.domain_holder = AccountQuestions::DomainHolder::anyone});
  EXPECT_EQ(submit("chief", draft).status, 200);
}

TEST_P(AccountQuestion, TheOtherAccountIsToldMaskedOrNot) {
  file("chief", 1);
  const auto masked = detect("other-one", 1);
  EXPECT_NE(text(masked).find(mask_name("chief")), std::string::npos) << masked.body;
  EXPECT_EQ(masked.body.find("chief"), std::string::npos);
  EXPECT_NE(json(masked)["errors"].at(0)["advice"].as_string().find("转移备案"), std::string::npos);
  ask({.tell_other_account = false});
  const auto hidden = detect("other-one", 1);
  EXPECT_EQ(errors(hidden), (Lines{"entity_of_other_account@/certificate/number"}));
  EXPECT_EQ(text(hidden).find(mask_name("chief")), std::string::npos) << hidden.body;
}

TEST_P(AccountQuestion, OneOpenOrderOfAnEntityOrOfAnAccount) {
  ask({.entities_per_account = 5});
  submitted("chief", sample_document(1));
  EXPECT_EQ(errors(detect("chief", 1)), (Lines{"open_order_exists@/certificate/number"}));
  EXPECT_EQ(errors(detect("other-one", 1)), (Lines{"open_order_exists@/certificate/number"}));
  EXPECT_EQ(detect("chief", 2).status, 200);
  const std::string second = complete_draft("chief", sample_document(2));
  ask({.entities_per_account = 5, .one_open_order = true});
  EXPECT_EQ(errors(detect("chief", 2)), (Lines{"open_order_exists@/certificate/number"}));
  EXPECT_EQ(errors(send("POST", "/api/v1/orders", "chief", "{}")), (Lines{"open_order_exists@"}));
  EXPECT_EQ(errors(submit("chief", second)),
            (Lines{"open_order_exists@/entity/certificate/number"}));
  EXPECT_EQ(send("POST", "/api/v1/orders", "other-one", "{}").status, 201);
  ask({.entities_per_account = 5});
  EXPECT_EQ(submit("chief", second).status, 200);
}

TEST_P(AccountQuestion, MembersShareTheAccountsOrders) {
  const auto made = send("POST", "/api/v1/orders", "chief/member-1", "{}");
  ASSERT_EQ(made.status, 201);
  const std::string id = json(made)["id"].as_string();
  EXPECT_EQ(json(made)["account_id"].as_string(), "chief");
  EXPECT_EQ(send("POST", "/api/v1/orders/" + id + "/abandon", "chief/member-2").status, 200);
  const Json history =
      json(send("GET", "/api/v1/orders/" + id + "/history", "chief/member-1"))["history"];
  EXPECT_EQ(history.at(0)["actor_id"].as_string(), "member-1");
  EXPECT_EQ(history.at(1)["actor_id"].as_string(), "member-2");
  EXPECT_EQ(send("GET", "/api/v1/orders/" + id, "other-one").status, 404);
}

}  // namespace
}  // namespace beian::orders
