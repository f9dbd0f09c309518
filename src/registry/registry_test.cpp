#include <gtest/gtest.h>

#include <thread>

#include "base/text.hpp"
#include "registry/api.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"
#include "testing/database.hpp"

namespace beian::registry::test {
namespace {

class Registry : public ::testing::TestWithParam<std::string> {
 protected:
  testing::TestDatabase db = testing::make_database(GetParam());
  FakeClock clock;
  crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};

  Result<Recorded> put(const Json& json, const std::string& account = "") {
    clock.advance(Millis(1));
    return db.database->write_result([&](db::Tx& tx) -> Result<Recorded> {
      return record(tx, clock.now(), cipher, account, kOwn, json);
    });
  }
  AccessAnswer ask(const std::string& host) {
    return db.database->read_value([&](db::Tx& tx) { return access(tx, host); });
  }
  std::string reason(const std::string& host) { return ask(host).reason; }
  std::optional<FiledDomain> domain(const std::string& name) {
    return db.database->read_value([&](db::Tx& tx) { return find_domain(tx, name); });
  }
  std::vector<Change> changes(int64_t after = 0) {
    return db.database->read_value([&](db::Tx& tx) { return changes_after(tx, after, 1000); });
  }
  std::optional<std::string> entity(int64_t type, const std::string& number) {
    return db.database->read_value(
        [&](db::Tx& tx) { return find_entity(tx, cipher, type, number); });
  }
  // Everything that the tables hold, as text.
  std::string dump() {
    return db.database->read_value([&](db::Tx& tx) {
      std::string all;
      for (const auto& row : tx.query("SELECT display_name, document, certificate_index, "
                                      "fingerprint FROM registry_entities"))
        all += row.text("display_name") + row.text("document") + row.text("certificate_index") +
               row.text("fingerprint");
      for (const auto& row : tx.query("SELECT document, fingerprint, name FROM registry_services"))
        all += row.text("document") + row.text("fingerprint") + row.text("name");
      for (const auto& row : tx.query("SELECT document FROM registry_accesses"))
        all += row.text("document");
      return all;
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Registry, ::testing::ValuesIn(testing::backends()));

TEST_P(Registry, ACompletedFilingOpensItsDomain) {
  EXPECT_EQ(reason("yangli-example.cn"), "not_filed");
  const auto recorded = put(record_of({}, {{}}), "account-1");
  ASSERT_TRUE(recorded);
  EXPECT_EQ(recorded->entity_number, "粤ICP备2026000001号");
  EXPECT_EQ(recorded->service_numbers, (std::vector<std::string>{"粤ICP备2026000001号-1"}));
  EXPECT_EQ(recorded->domains, (std::vector<std::string>{"yangli-example.cn"}));
  EXPECT_TRUE(recorded->changed);

  for (const char* host : {"yangli-example.cn", "www.yangli-example.cn", "a.b.YANGLI-example.cn.",
                           "yangli-example.cn:8080", " yangli-example.cn "}) {
    const auto answer = ask(host);
    EXPECT_TRUE(answer.allow) << host;
    EXPECT_EQ(answer.answer, "allow");
    EXPECT_EQ(answer.reason, "filed");
    EXPECT_EQ(answer.domain, "yangli-example.cn");
    EXPECT_EQ(answer.filing_number, "粤ICP备2026000001号-1");
  }
  const auto filed = domain("Yangli-Example.cn");
  ASSERT_TRUE(filed);
  EXPECT_EQ(filed->entity_name, "样例科技有限公司");
  EXPECT_EQ(filed->account_id, "account-1");
  EXPECT_TRUE(filed->access_here);
  EXPECT_FALSE(domain("other-example.cn"));
}

TEST_P(Registry, HostsThatAreNone) {
  for (const char* host : {"", ":", ":80", "localhost", "192.0.2.1", "192.0.2.1:80", "[::1]:80",
                           "cn", "com.cn", "a..cn", "http://yangli-example.cn/", "\xff.cn",
                           "yangli-example.cn:99999999", "yangli-example.nosuchsuffix", "%"}) {
    EXPECT_EQ(reason(host), "bad_host") << host;
    EXPECT_FALSE(ask(host).allow);
    EXPECT_EQ(ask(host).answer, "deny");
  }
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "a.";
  EXPECT_EQ(reason(deep + "cn"), "not_filed");
}

TEST_P(Registry, InternationalNamesHaveOneForm) {
  ServiceSample service;
  service.domains = {{1, "样例网站.中国"}};
  ASSERT_TRUE(put(record_of({}, {service})));
  EXPECT_EQ(ask("www.样例网站.中国").reason, "filed");
  EXPECT_TRUE(ask("www.样例网站.中国").domain.starts_with("xn--"));
  EXPECT_EQ(reason(ask("样例网站.中国").domain), "filed");
  EXPECT_TRUE(domain("样例网站.中国"));
}

TEST_P(Registry, GovernmentNamesFileEachLevel) {
  ServiceSample service;
  service.domains = {{1, "yangli-example.gov.cn"}};
  put(record_of({}, {service}));
  EXPECT_EQ(reason("yangli-example.gov.cn"), "filed");
  EXPECT_EQ(reason("bm.yangli-example.gov.cn"), "not_filed");
}

TEST_P(Registry, AccessElsewhereIsNotAccessHere) {
  ServiceSample service;
  service.accesses = {{1, kOther}};
  put(record_of({}, {service}));
  const auto answer = ask("yangli-example.cn");
  EXPECT_FALSE(answer.allow);
  EXPECT_EQ(answer.reason, "no_access_here");
  EXPECT_EQ(answer.filing_number, "粤ICP备2026000001号-1");
  EXPECT_FALSE(domain("yangli-example.cn")->access_here);
  // Another access comes, then this one goes again.
  service.accesses = {{1, kOther}, {2, kOwn}};
  put(record_of({}, {service}));
  EXPECT_EQ(reason("yangli-example.cn"), "filed");
  service.accesses = {{1, kOther}};
  put(record_of({}, {service}));
  EXPECT_EQ(reason("yangli-example.cn"), "no_access_here");
}

TEST_P(Registry, ARemovedDomainIsCancelledAndMayComeBack) {
  ServiceSample service;
  service.domains = {{1, "yangli-example.cn"}, {2, "second-example.cn"}};
  put(record_of({}, {service}));
  service.domains = {{1, "yangli-example.cn"}};
  put(record_of({}, {service}));
  EXPECT_EQ(reason("www.second-example.cn"), "cancelled");
  EXPECT_FALSE(domain("second-example.cn"));
  EXPECT_EQ(reason("yangli-example.cn"), "filed");
  // Filed anew by another entity, with a new id.
  EntitySample entity_b{.id = 2, .number = "粤ICP备2026000002号", .certificate = "B"};
  ServiceSample service_b{2, "粤ICP备2026000002号-1", {{3, "second-example.cn"}}, {{9, kOwn}}};
  put(record_of(entity_b, {service_b}));
  EXPECT_EQ(ask("second-example.cn").filing_number, "粤ICP备2026000002号-1");
}

TEST_P(Registry, TheNarrowestFiledNameDecides) {
  put(record_of({}, {{}}));
  EntitySample entity_b{.id = 2, .number = "京ICP备2026000002号", .certificate = "B"};
  ServiceSample service_b{
      2, "京ICP备2026000002号-1", {{2, "sub.yangli-example.cn"}}, {{9, kOther}}};
  put(record_of(entity_b, {service_b}));
  EXPECT_EQ(reason("yangli-example.cn"), "filed");
  EXPECT_EQ(ask("a.sub.yangli-example.cn").reason, "no_access_here");
  EXPECT_EQ(ask("a.sub.yangli-example.cn").domain, "sub.yangli-example.cn");
}

TEST_P(Registry, TheSameRecordTwiceChangesNothing) {
  const auto json = record_of({}, {{}});
  put(json, "account-1");
  const auto before = dump();
  const auto again = put(json, "account-1");
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(again->domains.size(), 1u);
  EXPECT_EQ(dump(), before);
  EXPECT_EQ(changes().size(), 1u);
}

TEST_P(Registry, AnEntityKeepsItsAccount) {
  const auto json = record_of({}, {{}});
  put(json);
  EXPECT_EQ(domain("yangli-example.cn")->account_id, "");
  EXPECT_TRUE(put(json, "account-1")->changed);
  EXPECT_EQ(domain("yangli-example.cn")->account_id, "account-1");
  EXPECT_FALSE(put(json, "account-2")->changed);
  put(record_of({.name = "样例改名有限公司"}, {{}}), "account-2");
  EXPECT_EQ(domain("yangli-example.cn")->account_id, "account-1");
  EXPECT_EQ(domain("yangli-example.cn")->entity_name, "样例改名有限公司");
  put(record_of({}, {{}}));
  EXPECT_EQ(domain("yangli-example.cn")->account_id, "account-1");
}

TEST_P(Registry, OtherServicesOfTheEntityStay) {
  put(record_of({}, {{}}));
  ServiceSample second{2, "粤ICP备2026000001号-2", {{2, "second-example.cn"}}, {{2, kOwn}}};
  put(record_of({}, {second}));
  EXPECT_EQ(reason("yangli-example.cn"), "filed");
  EXPECT_EQ(ask("second-example.cn").filing_number, "粤ICP备2026000001号-2");
}

TEST_P(Registry, ProvincesGiveTheSameIds) {
  put(record_of({}, {{}}));
  EntitySample beijing{.number = "京ICP备2026000001号", .province = 110000, .certificate = "OTHER"};
  ServiceSample service{1, "京ICP备2026000001号-1", {{1, "beijing-example.cn"}}, {{1, kOther}}};
  put(record_of(beijing, {service}));
  EXPECT_EQ(ask("yangli-example.cn").filing_number, "粤ICP备2026000001号-1");
  EXPECT_EQ(ask("yangli-example.cn").reason, "filed");
  EXPECT_EQ(reason("beijing-example.cn"), "no_access_here");
}

TEST_P(Registry, EntitiesAreFoundByCertificate) {
  put(record_of({}, {{}}));
  EXPECT_EQ(entity(1, "91990000MA0000000X"), "粤ICP备2026000001号");
  EXPECT_EQ(entity(1, " 91990000ma0000000x "), "粤ICP备2026000001号");
  EXPECT_EQ(entity(2, "91990000MA0000000X"), std::nullopt);
  EXPECT_EQ(entity(1, "91990000MA0000000%"), std::nullopt);
  EXPECT_EQ(entity(1, ""), std::nullopt);
}

TEST_P(Registry, PersonalDataIsSealed) {
  put(record_of(
      {.nature = 5, .name = "样例乙某", .certificate_type = 2, .certificate = "999999190001010022"},
      {{}}));
  const auto all = dump();
  EXPECT_EQ(domain("yangli-example.cn")->entity_name, "样***");
  for (const char* secret : {"样例乙某", "样例甲", "13800000001", "999999190001010022",
                             "999999190001010014", "sample@", "样例路"})
    EXPECT_EQ(all.find(secret), std::string::npos) << secret;
  // It is all there, for who has the key.
  db.database->read([&](db::Tx& tx) {
    const auto row = tx.query_one("SELECT document FROM registry_entities");
    const auto text = cipher.open(row->text("document"), "registry.entity.440000-1");
    EXPECT_NE(text.find("999999190001010022"), std::string::npos);
  });
}

TEST_P(Registry, WhatIsMissingIsToldAndNothingWritten) {
  auto json = record_of({}, {{}});
  json.find("entity")->erase("authority_entity_id");
  json.find("entity")->find("certificate")->set("number", 5);
  json.find("services")->items()[0].find("domains")->items()[0].erase("name");
  json.find("services")->items()[0].set("accesses", Json::array());
  const auto recorded = put(json);
  ASSERT_FALSE(recorded);
  std::vector<std::string> fields;
  for (const auto& problem : recorded.error()) fields.push_back(problem.field);
  EXPECT_EQ(fields,
            (std::vector<std::string>{"/entity/authority_entity_id", "/entity/certificate/number",
                                      "/services/0/domains/0/name", "/services/0/accesses"}));
  EXPECT_EQ(dump(), "");
  EXPECT_FALSE(put(Json::array()));
  EXPECT_FALSE(put(Json::object()));
  EXPECT_FALSE(put(Json::object({{"entity", 1}, {"services", Json::array({Json(1)})}})));
  EXPECT_TRUE(changes().empty());
}

TEST_P(Registry, NumbersComeFromTheServiceWhenTheEntityHasNone) {
  auto json = record_of({}, {{}});
  json.find("entity")->erase("filing_number");
  EXPECT_EQ(put(json)->entity_number, "粤ICP备2026000001号");
  json.find("services")->items()[0].erase("filing_number");
  EXPECT_EQ(put(json).error().front().field, "/entity/filing_number");
}

TEST_P(Registry, TheJournalTellsEveryTurn) {
  ServiceSample service;
  put(record_of({}, {service}));
  service.accesses = {{1, kOther}};
  put(record_of({}, {service}));
  service.domains = {{1, "renamed-example.cn"}};
  put(record_of({}, {service}));
  service.domains = {{2, "new-example.cn"}};
  put(record_of({}, {service}));
  std::vector<std::string> told;
  for (const auto& change : changes())
    told.push_back(std::to_string(change.number) + " " + change.domain + " " + change.what);
  EXPECT_EQ(told, (std::vector<std::string>{
                      "1 yangli-example.cn filed", "2 yangli-example.cn no_access_here",
                      "3 renamed-example.cn no_access_here", "4 yangli-example.cn not_filed",
                      "5 new-example.cn no_access_here", "6 renamed-example.cn cancelled"}));
  EXPECT_EQ(changes(4).size(), 2u);
}

TEST_P(Registry, ARolledBackRecordLeavesNoTrace) {
  EXPECT_THROW(db.database->write([&](db::Tx& tx) {
    ASSERT_TRUE(record(tx, clock.now(), cipher, "", kOwn, record_of({}, {{}})));
    throw std::runtime_error("the caller fails");
  }),
               std::runtime_error);
  EXPECT_EQ(reason("yangli-example.cn"), "not_filed");
  EXPECT_TRUE(changes().empty());
  put(record_of({}, {{}}));
  EXPECT_EQ(changes().front().number, 1);
}

TEST_P(Registry, WritersAtOnceLoseNothing) {
  // Four nodes record the same and different entities at once.
  std::vector<std::thread> nodes;
  for (int n = 0; n < 4; ++n) {
    nodes.emplace_back([&] {
      for (int64_t i = 1; i <= 10; ++i) {
        EntitySample e{.id = i,
                       .number = "粤ICP备" + std::to_string(2026000000 + i) + "号",
                       .certificate = "C" + std::to_string(i)};
        ServiceSample s{
            i, e.number + "-1", {{i, "n" + std::to_string(i) + "-example.cn"}}, {{i, kOwn}}};
        const auto done = db.database->write_result([&](db::Tx& tx) -> Result<Recorded> {
          return record(tx, clock.now(), cipher, "", kOwn, record_of(e, {s}));
        });
        EXPECT_TRUE(done);
      }
    });
  }
  for (auto& node : nodes) node.join();
  for (int i = 1; i <= 10; ++i) EXPECT_EQ(reason("n" + std::to_string(i) + "-example.cn"), "filed");
  const auto all = changes();
  ASSERT_EQ(all.size(), 10u);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].number, static_cast<int64_t>(i + 1));
}

class RegistryApi : public Registry {
 protected:
  RegistryApi() {
    router.add(routes(db.database, cipher));
    http::Authorizer authorizer;
    authorizer.authorize = [this](const http::Request&, http::Scope) -> Result<http::Caller> {
      return caller;
    };
    authorizer.identify = [](const http::Request&) { return http::Caller{}; };
    router.set_authorizer(authorizer);
  }
  std::pair<int, Json> get(const std::string& target) {
    http::Request request;
    request.method = "GET";
    EXPECT_TRUE(http::set_target(request, target));
    const auto response = router.handle(request);
    return {response.status, parse_json(response.body).value_or(Json())};
  }
  http::Router router;
  http::Caller caller{"account-1", "applicant", "s", {"orders:read"}};
};
INSTANTIATE_TEST_SUITE_P(Backends, RegistryApi, ::testing::ValuesIn(testing::backends()));

TEST_P(RegistryApi, AnswersForAHost) {
  put(record_of({}, {{}}), "account-1");
  EXPECT_EQ(to_string(get("/api/v1/access?host=www.yangli-example.cn%3A443").second),
            R"({"answer":"allow","reason":"filed","domain":"yangli-example.cn",)"
            R"("filing_number":"粤ICP备2026000001号-1"})");
  EXPECT_EQ(to_string(get("/api/v1/access?host=other-example.cn").second),
            R"({"answer":"deny","reason":"not_filed","domain":"other-example.cn",)"
            R"("filing_number":""})");
  EXPECT_EQ(get("/api/v1/access?host=%FF%00").second["reason"].as_string(), "bad_host");
  const auto [status, problem] = get("/api/v1/access");
  EXPECT_EQ(status, 422);
  EXPECT_EQ(problem["errors"].at(0)["field"].as_string(), "?host");
}

TEST_P(RegistryApi, EntitiesAreTheCallersOwn) {
  put(record_of({}, {{}}), "account-1");
  EntitySample foreign{.id = 2, .number = "粤ICP备2026000002号", .certificate = "B"};
  ServiceSample service{2, "粤ICP备2026000002号-1", {{2, "b-example.cn"}}, {{2, kOther}}};
  put(record_of(foreign, {service}), "account-2");

  const auto own = get("/api/v1/registry/entities").second;
  ASSERT_EQ(own["entities"].size(), 1u);
  EXPECT_EQ(own["entities"].at(0)["filing_number"].as_string(), "粤ICP备2026000001号");
  EXPECT_EQ(own["entities"].at(0)["services"].at(0)["domains"].at(0).as_string(),
            "yangli-example.cn");
  EXPECT_TRUE(own["next"].is_null());
  // The ids that a change or a cancellation names.
  EXPECT_EQ(own["entities"].at(0)["authority_entity_id"].as_int(), 1);
  EXPECT_EQ(own["entities"].at(0)["services"].at(0)["authority_service_id"].as_int(), 1);
  EXPECT_EQ(to_string(own["entities"].at(0)["services"].at(0)["accesses"]),
            R"([{"authority_access_id":1,"provider":900001,"here":true,)"
            R"("addresses":[{"from":"203.0.113.1","to":"203.0.113.1"}]}])");
  EXPECT_EQ(to_string(own).find("13800000001"), std::string::npos);
  caller = {"auditor-1", "auditor", "s", {"audit"}};
  EXPECT_EQ(get("/api/v1/registry/entities").second["entities"].size(), 2u);
  EXPECT_EQ(get("/api/v1/registry/entities?after=440000-1").second["entities"].size(), 1u);
  EXPECT_EQ(get("/api/v1/registry/entities?after=x").first, 422);
  // Only synchronised entities belong to nobody, not to a caller without account.
  caller = {"account-3", "applicant", "s", {"orders:read"}};
  EXPECT_EQ(get("/api/v1/registry/entities").second["entities"].size(), 0u);
}

TEST_P(RegistryApi, DomainsTellPublicFacts) {
  put(record_of({}, {{}}), "account-1");
  auto [status, json] = get("/api/v1/registry/domains/YANGLI-example.cn");
  EXPECT_EQ(status, 200);
  EXPECT_EQ(json["entity_number"].as_string(), "粤ICP备2026000001号");
  EXPECT_TRUE(json["own"].as_bool());
  EXPECT_EQ(json["account_id"], Json());
  caller.account_id = "account-2";
  EXPECT_FALSE(get("/api/v1/registry/domains/yangli-example.cn").second["own"].as_bool());
  EXPECT_EQ(get("/api/v1/registry/domains/no-example.cn").first, 404);
  EXPECT_EQ(get("/api/v1/registry/domains/%FF").first, 404);
}

}  // namespace
}  // namespace beian::registry::test
