// Every ICP operation's way through the authority, on both databases: what the library becomes and
// who is told what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/parties_for_tests.hpp"
#include "sandbox/tasks.hpp"

namespace beian::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr int64_t kA = 20001;
constexpr int64_t kB = 20002;

// What a provider was told, in short words: "1062", "1001", "granted 4", "filed 2", "cancelled 0".
std::vector<std::string> words_of(const std::vector<Json>& documents) {
  std::vector<std::string> words;
  for (const auto& document : documents) {
    for (const auto& result : document["results"]["records"].items())
      for (const auto& outcome : result["outcomes"].items())
        words.push_back(std::to_string(outcome["code"].as_int()) + " of " +
                        std::to_string(result["operation"].as_int()));
    for (const auto& decision : document["results"]["decisions"].items())
      words.push_back((decision["result"].as_int() == 1 ? "granted " : "refused ") +
                      std::to_string(decision["operation"].as_int()));
    for (const auto& filed : document["filed"].items())
      words.push_back("filed " + std::to_string(filed["services"].size()));
    for (const auto& gone : document["cancelled"].items())
      words.push_back("cancelled " + std::to_string(gone["kind"].as_int()));
  }
  return words;
}

class Operations : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    p.add(kA, "miit-3.0");
    p.add(kB, "miit-3.0");
    entity = p.file(kA, 1);
    service = p.services(entity.id).at(0);
    p.fetch(kA);
  }
  void share() {  // B serves the first website too
    p.filed(kB, "new_accesses", samples::new_access(service, 50, p.md5(1)));
    p.fetch(kA);
    p.fetch(kB);
  }
  Parties p{GetParam()};
  LibraryEntity entity;
  LibraryService service;
};
INSTANTIATE_TEST_SUITE_P(Backends, Operations, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

// Covers upload:ICP/XZWZ
TEST_P(Operations, AServiceIsAdded) {
  p.send(kA, "new_services", {samples::new_service(entity, 2)});
  const auto waiting = p.fetch(kA);
  EXPECT_THAT(words_of(waiting), ElementsAre("1062 of 2"));
  EXPECT_EQ(waiting[0]["results"]["records"].at(0)["mark"].as_string(), entity.number);
  p.approve_last();
  const auto told = p.fetch(kA);
  EXPECT_THAT(words_of(told), ElementsAre("1001 of 2", "granted 2", "filed 1"));
  EXPECT_EQ(told[0]["results"]["decisions"].at(0)["record_id"].as_int(), 21);
  const Json& filed = told[1]["filed"].at(0);
  EXPECT_EQ(filed["entity"]["provider_entity_id"].as_int(), 10);
  EXPECT_EQ(filed["services"].at(0)["filing_number"].as_string(), entity.number + "-2");
  EXPECT_EQ(filed["services"].at(0)["provider_service_id"].as_int(), 21);
  EXPECT_EQ(p.services(entity.id).size(), 2u);
}

TEST_P(Operations, AnotherProviderAddsAServiceWithThePassword) {
  Json record = samples::new_service(entity, 2);
  p.send(kB, "new_services", {record});
  EXPECT_THAT(words_of(p.fetch(kB)), ElementsAre("1018 of 2"));
  record.set("icp_password_md5", p.md5(1));
  p.filed(kB, "new_services", record);
  const auto told = p.fetch(kB);
  EXPECT_THAT(words_of(told), ElementsAre("1062 of 2", "1001 of 2", "granted 2", "filed 1"));
  // The entity is not B's: no number of B's system stands there.
  EXPECT_EQ(told.back()["filed"].at(0)["entity"].find("provider_entity_id"), nullptr);
  EXPECT_TRUE(p.fetch(kA).empty());
}

// Covers upload:ICP/XZJR
TEST_P(Operations, AnAccessIsAdded) {
  const Json record = samples::new_access(service, 50, p.md5(1));
  p.filed(kB, "new_accesses", record);
  const auto told = p.fetch(kB);
  EXPECT_THAT(words_of(told), ElementsAre("1062 of 3", "1001 of 3", "granted 3", "filed 1"));
  EXPECT_EQ(told[0]["results"]["records"].at(0)["mark"].as_string(), "503");
  const Json& accesses = told.back()["filed"].at(0)["services"].at(0)["accesses"];
  ASSERT_EQ(accesses.size(), 2u);
  EXPECT_EQ(accesses.at(0).find("provider_access_id"), nullptr);
  EXPECT_EQ(accesses.at(1)["provider_access_id"].as_int(), 503);
  // The password itself is kept nowhere.
  EXPECT_EQ(p.last_record()["operation"].as_string(), "new_access");
  p.read([&](db::Tx& tx) {
    const auto row = tx.query_one("SELECT model FROM records WHERE operation = 'new_access'");
    EXPECT_EQ(row->text("model").find(p.md5(1)), std::string::npos);
    return 0;
  });
}

// Covers upload:ICP/BGBA download:ICP/BASJ
TEST_P(Operations, AChangeIsToldToEveryProviderWithAnAccess) {
  share();
  Json record = samples::change(p.document(entity.id, kA), kA);
  record.find("entity")->set("name", "样例公司改名");
  Json& changed = record.find("services")->items()[0];
  changed.set("name", "样例网站改名");
  changed.erase("home_url");
  // One domain goes, another comes; the address too.
  changed.set(
      "domains",
      Json::array({Json::object({{"provider_domain_id", 777}, {"name", samples::domain(60)}})}));
  Json& address = changed.find("accesses")->items()[0].find("addresses")->items()[0];
  address.set("to", address["from"]);
  p.filed(kA, "changes", record);
  EXPECT_THAT(words_of(p.fetch(kA)), ElementsAre("1062 of 4", "1001 of 4", "granted 4", "filed 1"));
  const auto told = p.fetch(kB);
  EXPECT_THAT(words_of(told), ElementsAre("filed 1"));
  const Json& filed = told[0]["filed"].at(0);
  EXPECT_EQ(filed["entity"]["name"].as_string(), "样例公司改名");
  EXPECT_EQ(filed["entity"]["filing_number"].as_string(), entity.number);
  const Json& site = filed["services"].at(0);
  EXPECT_EQ(site["filing_number"].as_string(), service.number);
  EXPECT_EQ(site["domains"].at(0)["name"].as_string(), samples::domain(60));
  EXPECT_EQ(site.find("home_url"), nullptr);
  EXPECT_EQ(site["accesses"].size(), 2u);
  p.read([&](db::Tx& tx) {
    EXPECT_FALSE(service_with_domain(tx, samples::domain(1)));
    EXPECT_EQ(service_with_domain(tx, samples::domain(60)), service.id);
    return 0;
  });
}

// Covers upload:ICP/ZXBA
TEST_P(Operations, AnAccessIsCancelledAndTheOthersGetTheRest) {
  share();
  const auto accesses = p.accesses(service.id);
  ASSERT_EQ(accesses.size(), 2u);
  p.filed(kB, "cancellations", samples::cancellation(2, accesses[1].id, 4));
  const auto told = p.fetch(kB);
  EXPECT_THAT(words_of(told), ElementsAre("1001 of 5", "granted 5"));
  EXPECT_EQ(told[0]["results"]["records"].at(0)["mark"].as_string(),
            std::to_string(accesses[1].id));
  const auto rest = p.fetch(kA);
  EXPECT_THAT(words_of(rest), ElementsAre("filed 1"));
  EXPECT_EQ(rest[0]["filed"].at(0)["services"].at(0)["accesses"].size(), 1u);
}

TEST_P(Operations, TheLastAccessLeavesAShellInLaterPractice) {
  const int64_t access = p.accesses(service.id).at(0).id;
  p.send(kA, "cancellations", {samples::cancellation(2, access, 4)});
  EXPECT_THAT(words_of(p.fetch(kA)), ElementsAre("1025 of 5"));
  p.add(kA, "openbeian-3.1");
  p.filed(kA, "cancellations", samples::cancellation(2, access, 4));
  EXPECT_THAT(words_of(p.fetch(kA)), ElementsAre("1001 of 5", "granted 5"));
  EXPECT_EQ(p.services(entity.id).size(), 1u);
  EXPECT_TRUE(p.accesses(service.id).empty());
  p.read([&](db::Tx& tx) {  // a shell has no form in BASJ
    EXPECT_FALSE(filed_document(tx, *entity_by_id(tx, entity.id), 0));
    return 0;
  });
  // Its domain stays filed, and an access makes it whole again.
  p.filed(kB, "new_accesses", samples::new_access(service, 50, p.md5(1)));
  EXPECT_EQ(p.accesses(service.id).size(), 1u);
}

// Covers upload:ICP/ZXBA download:ICP/ZXSJ
TEST_P(Operations, AServiceIsCancelledForEverybody) {
  share();
  p.filed(kA, "cancellations", samples::cancellation(1, service.id, 1));
  EXPECT_THAT(words_of(p.fetch(kA)), UnorderedElementsAre("1001 of 7", "granted 7", "cancelled 1"));
  const auto told = p.fetch(kB);
  EXPECT_THAT(words_of(told), ElementsAre("cancelled 1"));
  EXPECT_EQ(told[0]["cancelled"].at(0)["record_id"].as_int(), service.id);
  EXPECT_TRUE(p.services(entity.id).empty());
  const Json filed = p.s.json("GET", "/manage/filed");
  ASSERT_EQ(filed.size(), 1u);  // a shell entity
  EXPECT_EQ(filed.at(0)["id"].as_int(), entity.id);
  EXPECT_EQ(filed.at(0)["services"].size(), 0u);
  // Its domain is free, its number is not given again.
  p.filed(kA, "new_services", samples::new_service(entity, 1));
  EXPECT_EQ(p.services(entity.id).at(0).number, entity.number + "-2");
}

// Covers upload:ICP/ZXBA download:ICP/ZXSJ
TEST_P(Operations, AnEntityIsCancelledWithAllItsServices) {
  share();
  p.filed(kA, "new_services", samples::new_service(entity, 2));
  p.fetch(kA);
  p.filed(kA, "cancellations", samples::cancellation(0, entity.id, 1, p.md5(1)));
  EXPECT_THAT(words_of(p.fetch(kA)), UnorderedElementsAre("1001 of 6", "granted 6", "cancelled 0"));
  EXPECT_THAT(words_of(p.fetch(kB)), ElementsAre("cancelled 0"));
  p.read([&](db::Tx& tx) {
    EXPECT_TRUE(entity_by_id(tx, entity.id)->cancelled);
    EXPECT_FALSE(service_with_domain(tx, samples::domain(2)));
    return 0;
  });
  // The certificate may be filed anew, under a new number.
  const auto again = p.file(kA, 1);
  EXPECT_NE(again.number, entity.number);
  const auto gone = p.call(kA, "isp_verifybamm", {{"baxh", entity.number}, {"bamm", "x"}});
  EXPECT_EQ(gone.msg_code, 999);
}

// Covers upload:ICP/XZHYD
TEST_P(Operations, AttachmentsAloneAreAnsweredAtOnce) {
  Json record =
      samples::attachment(1, Json::object({{"kind", 2}, {"filing_number", service.number}}));
  p.send(kA, "verification_attachments", {record});
  const auto told = p.fetch(kA);
  EXPECT_THAT(words_of(told), ElementsAre("1060 of 4"));
  const Json& result = told[0]["results"]["records"].at(0);
  // V.3.0 cannot say Czlx 35, and no change may be taken for it.
  EXPECT_EQ(result.find("mark"), nullptr);
  EXPECT_EQ(result["remark"].as_string(), "XZHYD " + service.number);
  EXPECT_EQ(p.last_record()["state"].as_string(), "approved");
}

// Covers upload:ICP/HSJG upload:ICP/WBACLJG
TEST_P(Operations, TasksAreAnsweredOnce) {
  const Json result = samples::verification_result(p.document(entity.id, kA), kA);
  p.send(kA, "verification_results", {result});
  EXPECT_THAT(words_of(p.fetch(kA)), ElementsAre("1016 of 4"));
  p.s.database.database->write([&](db::Tx& tx) {
    open_task(tx, kA, TaskKind::verification, std::to_string(entity.id), 1);
    open_task(tx, kA, TaskKind::unfiled_site, unfiled_subject(samples::domain(80), 3405803777), 1);
  });
  p.send(kA, "verification_results", {result});
  EXPECT_THAT(words_of(p.fetch(kA)), ElementsAre("1001 of 4"));
  const Json action = samples::unfiled_action(samples::domain(80), 3405803777, kA);
  p.send(kA, "unfiled_site_actions", {action, action});
  EXPECT_THAT(words_of(p.fetch(kA)), ElementsAre("1001 of 4", "5006 of 4"));
  const auto tasks = p.read([&](db::Tx& tx) { return tasks_of(tx, kA); });
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_EQ(tasks[0].answer["opinion"].as_string(), "已关闭接入");
  EXPECT_EQ(tasks[1].answer["verifier"].as_string(), "样例核实人");
}

TEST_P(Operations, OneFileHoldsSeveral) {
  wire::UploadBuilder services(wire::Profile::named("miit-3.0").value(), "icp", "new_services", kA);
  services.add(samples::new_service(entity, 2)).value();
  std::string xml = services.finish();
  wire::UploadBuilder filings(wire::Profile::named("miit-3.0").value(), "icp", "new_filings", kA);
  filings.add(samples::record(3)).value();
  const std::string other = filings.finish();
  const size_t from = other.find("<XZBA>");
  const size_t end = other.find("</XZBA>") + 7;
  xml.insert(xml.find("<XZWZ>"), other.substr(from, end - from));
  p.send_xml(kA, xml);
  EXPECT_THAT(words_of(p.fetch(kA)), ElementsAre("1062 of 1", "1062 of 2"));
}

TEST_P(Operations, PersonsOfWhatIsFiledVerifyByPhone) {
  p.add(kA, "openbeian-3.1");
  p.send(kA, "cancellations", {samples::cancellation(1, service.id, 1)});
  const auto tasks = p.fetch(kA);
  ASSERT_EQ(tasks.size(), 1u);
  const Json& persons = tasks[0]["sms_verifications"];
  ASSERT_EQ(persons.size(), 2u);
  EXPECT_EQ(persons.at(0).find("provider_entity_id"), nullptr);
  EXPECT_EQ(persons.at(0)["operation"].as_int(), 7);
  EXPECT_EQ(persons.at(0)["mark"].as_string(), std::to_string(service.id));
  EXPECT_EQ(persons.at(1)["provider_service_id"].as_int(), 11);
  for (const int person : {2, 3})
    EXPECT_EQ(p.s.enter(samples::mobile(person), samples::identity(person).substr(12),
                        p.s.code_for(samples::mobile(person))),
              200);
  EXPECT_EQ(p.last_record()["state"].as_string(), "at_authority");
  // Nobody but the provider is asked about its own access.
  p.decide(p.last_record()["id"].as_int(), false);
  p.send(kA, "cancellations", {samples::cancellation(2, p.accesses(service.id).at(0).id, 4)});
  EXPECT_EQ(p.last_record()["state"].as_string(), "at_authority");
}

// Whose entity a record is about is known over the verification.
TEST_P(Operations, WhatPersonsVerifiedIsFiled) {
  p.add(kA, "openbeian-3.1");
  p.add(kB, "openbeian-3.1");
  p.s.json("PUT", "/manage/settings", Json::object({{"auto_sms", true}}));
  const auto filed = [&](int64_t provider, const std::string& operation, const Json& record) {
    p.send(provider, operation, {record});
    p.s.sandbox->run_due();
    EXPECT_EQ(p.last_record()["state"].as_string(), "at_authority") << operation;
    p.approve_last();
    EXPECT_EQ(p.last_record()["state"].as_string(), "approved") << operation;
  };
  filed(kA, "new_services", samples::new_service(entity, 2));
  ASSERT_EQ(p.services(entity.id).size(), 2u);
  filed(kB, "new_accesses", samples::new_access(service, 50, p.md5(1)));
  EXPECT_EQ(p.accesses(service.id).size(), 2u);
  p.fetch(kB);
  filed(kA, "changes", samples::change(p.document(entity.id, kA), kA));
  EXPECT_THAT(words_of(p.fetch(kB)), ElementsAre("filed 1"));
  filed(kA, "cancellations", samples::cancellation(1, p.services(entity.id).at(1).id, 1));
  EXPECT_EQ(p.services(entity.id).size(), 1u);
  filed(kA, "cancellations", samples::cancellation(0, entity.id, 1, p.md5(1)));
  EXPECT_TRUE(p.services(entity.id).empty());
}

TEST_P(Operations, ARefusedFileNamesItsRecords) {
  wire::UploadBuilder builder(wire::Profile::named("miit-3.0").value(), "icp", "cancellations", kA);
  builder.add(samples::cancellation(0, 123, 1, "x")).value();
  builder.add(samples::cancellation(2, 456, 1)).value();
  std::string xml = builder.finish();
  xml.insert(xml.find("</Zx_xx>"), "<Fremd>1</Fremd>");
  p.send_xml(kA, xml);
  const auto told = p.fetch(kA);
  EXPECT_THAT(words_of(told), ElementsAre("5001 of 6", "5001 of 5"));
  EXPECT_EQ(told[0]["results"]["records"].at(1)["mark"].as_string(), "456");
}

}  // namespace
}  // namespace beian::sandbox
