// Address records through the reporting worker and back, on both databases.
#include <gtest/gtest.h>

#include "addresses/edit.hpp"
#include "addresses/report.hpp"
#include "addresses/result.hpp"
#include "authority/address_samples_for_tests.hpp"
#include "authority/link_world_for_tests.hpp"

namespace beian::authority {
namespace {

using addresses::Block;
using addresses::State;
using testing::World;
namespace samples = addresses::test;

class ReportingAddresses : public ::testing::TestWithParam<std::string> {
 protected:
  std::string add(Block block, const Json& document) {
    world_.clock.advance(Millis(1));
    const auto made = addresses::create(context_, "officer-1", "", block, document);
    EXPECT_TRUE(made);
    return made->id;
  }
  void report() {
    ASSERT_TRUE(addresses::report(context_, "officer-1", "", {}));
    world_.run(2);
  }
  addresses::Record load(const std::string& id) {
    return *world_.storage.database->read_value(
        [&](db::Tx& tx) { return addresses::Store(world_.cipher).load(tx, id); });
  }
  State state(const std::string& id) { return load(id).standing.state; }
  // The last file's records, as in its document's block IP: {"new_filings": {"sources": […]}}.
  Json last_upload() {
    const auto file = world_.authority.files().rbegin()->second;
    const auto list = file.operation.rfind('/'), kind = file.operation.find('/') + 1;
    Json records = Json::array();
    for (const auto& record : file.records) records.push(record);
    return Json::object({{file.operation.substr(kind, list - kind),
                          Json::object({{file.operation.substr(list + 1), records}})}});
  }

  // Answers with result codes; `id`: the authority's.
  void answer(const std::string& list, int64_t operation, const std::string& name, int64_t number,
              const std::vector<int>& codes, std::optional<int64_t> id = {}) {
    Json outcomes = Json::array();
    for (const int code : codes) {
      Json outcome = Json::object({{"code", code}, {"text", "样例结果"}});
      if (code == 2056)
        outcome.set(
            "conflicts",
            Json::array({Json::object({{"id", 8}, {"from", 3405803777}, {"to", 3405803778}})}));
      outcomes.push(std::move(outcome));
    }
    Json item = Json::object({{"outcomes", std::move(outcomes)}, {"operation", operation}});
    item.set(name, number);
    if (id) item.set("id", *id);
    const Json results = Json::object({{list, Json::array({item})}});
    world_.authority.hand_down(Json::object({{"ip", Json::object({{"results", results}})}}));
    world_.run(2);
  }
  std::string effect_of_last() {
    const auto all = world_.results(world_.downloads().back().number);
    return all.empty() ? "" : all.back().effect;
  }
  std::string filed_source() {
    const auto id = add(Block::source, samples::source());
    report();
    answer("sources", 1, "provider_record_id",
           last_upload()["new_filings"]["sources"].at(0)["provider_record_id"].as_int(), {2998},
           9001);
    EXPECT_EQ(state(id), State::filed);
    return id;
  }

  World world_{GetParam()};
  addresses::Context context_{world_.storage.database,
                              world_.clock,
                              world_.cipher,
                              {{world_.config.id, world_.config.provider_id}},
                              {}};
};
INSTANTIATE_TEST_SUITE_P(Backends, ReportingAddresses,
                         ::testing::ValuesIn(beian::testing::backends()));

// Covers upload:IP/XZBA download:IP/BAJG code:2998 code:2012 code:2056
TEST_P(ReportingAddresses, TheSourceGoesFirstAndEachAnswerFindsItsRecord) {
  const auto source = add(Block::source, samples::source());
  const auto part = add(Block::assignment, samples::assignment());
  report();
  const Json first = last_upload()["new_filings"];
  ASSERT_EQ(first["sources"].size(), 1u);
  EXPECT_EQ(first["sources"].at(0)["from"].as_int(), 3405803776);
  EXPECT_EQ(world_.authority.files().size(), 1u);
  EXPECT_EQ(state(source), State::reporting);
  EXPECT_EQ(state(part), State::queued);

  const int64_t number = first["sources"].at(0)["provider_record_id"].as_int();
  answer("sources", 1, "provider_record_id", number, {2998}, 9001);
  EXPECT_EQ(effect_of_last(), "applied");
  EXPECT_EQ(state(source), State::filed);
  EXPECT_EQ(load(source).authority_id, 9001);
  EXPECT_EQ(load(source).provider_record_id, number);

  const Json second = last_upload()["new_filings"]["assignments"];
  ASSERT_EQ(second.size(), 1u);
  answer("assignments", 1, "provider_record_id", second.at(0)["provider_record_id"].as_int(),
         {2012, 2056});
  EXPECT_EQ(state(part), State::refused);
  const Json findings = load(part).findings;
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings.at(0)["field"].as_string(), "/contact_phone");
  EXPECT_EQ(findings.at(1)["conflicts"].at(0)["range"].as_string(), "203.0.113.1-203.0.113.2");

  // The same answer once more moves nothing.
  answer("sources", 1, "provider_record_id", number, {2998}, 9001);
  EXPECT_EQ(effect_of_last(), "late");
}

// Covers upload:IP/XGBA upload:IP/SCBA download:IP/BAJG
TEST_P(ReportingAddresses, WhatIsFiledIsChangedAndDeletedByTheAuthoritysId) {
  const auto id = filed_source();
  ASSERT_TRUE(
      addresses::change(context_, "o", id, {}, samples::source("203.0.113.0", "203.0.113.127")));
  report();
  const Json changed = last_upload()["changes"]["sources"];
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed.at(0)["id"].as_int(), 9001);
  EXPECT_EQ(changed.at(0)["to"].as_int(), 3405803776 + 127);
  answer("sources", 2, "id", 9001, {2998});
  EXPECT_EQ(state(id), State::filed);

  ASSERT_TRUE(addresses::act(context_, "o", id, {}, addresses::Event::remove));
  report();
  EXPECT_EQ(last_upload()["deletions"]["sources"].at(0)["id"].as_int(), 9001);
  answer("sources", 3, "id", 9001, {2055});
  EXPECT_EQ(state(id), State::refused);
  ASSERT_TRUE(addresses::report(context_, "o", "", {id}));
  world_.run(2);
  answer("sources", 3, "id", 9001, {2998});
  EXPECT_EQ(state(id), State::deleted);
}

// Covers code:20?? code:2999
TEST_P(ReportingAddresses, EveryRefusalIsShownOnItsRecord) {
  const auto id = add(Block::source, samples::source());
  report();
  std::vector<int> codes;
  for (int code = 2001; code <= 2056; ++code) codes.push_back(code);
  codes.push_back(2999);
  answer("sources", 1, "provider_record_id",
         last_upload()["new_filings"]["sources"].at(0)["provider_record_id"].as_int(), codes);
  EXPECT_EQ(effect_of_last(), "applied");
  const auto record = load(id);
  EXPECT_EQ(record.standing.state, State::refused);
  ASSERT_EQ(record.findings.size(), codes.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    const Json& finding = record.findings.at(i);
    EXPECT_EQ(finding["code"].as_int(), codes[i]);
    EXPECT_EQ(finding["text"].as_string(), "样例结果");
    EXPECT_EQ(finding["field"].as_string(), addresses::field_of_code(Block::source, codes[i]));
  }
}

TEST_P(ReportingAddresses, AnAnswerThatIsNobodysIsFlagged) {
  filed_source();
  answer("sources", 1, "provider_record_id", 12345, {2998}, 5);
  EXPECT_EQ(effect_of_last(), "unknown");
  answer("broadcasts", 2, "id", 9001, {2998});
  EXPECT_EQ(effect_of_last(), "unknown");
}

// Covers download:IP/HCJG
TEST_P(ReportingAddresses, FindingsOfTheAuthoritysCheckAreShownOnTheirRecord) {
  const auto id = filed_source();
  const Json check = Json::object(
      {{"out_of_range", Json::array({Json::object({{"record_id", 9001},
                                                   {"from", 3405803776},
                                                   {"to", 3405804031},
                                                   {"kind", 1},
                                                   {"excess_from", 3405804000},
                                                   {"excess_to", 3405804031}})})},
       {"overlaps", Json::array({Json::object({{"own_from", 3405803776},
                                               {"own_to", 3405804031},
                                               {"other_unit", 1009},
                                               {"other_from", 3405803800},
                                               {"other_to", 3405803900},
                                               {"kind", 1}})})},
       {"unreported",
        Json::array({Json::object({{"from", 3325256704}, {"to", 3325256719}, {"kind", 2}})})}});
  world_.authority.hand_down(Json::object({{"ip", Json::object({{"check_results", check}})}}));
  world_.run(2);
  const auto found = world_.storage.database->read_value([&](db::Tx& tx) {
    return addresses::Store(world_.cipher).findings(tx, world_.config.id, "", true, 0, 10);
  });
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[2].kind, "out_of_range");
  EXPECT_EQ(found[2].record_id, id);
  EXPECT_EQ(found[1].kind, "overlap");
  EXPECT_EQ(found[1].record_id, id);
  EXPECT_EQ(found[0].kind, "unreported");
  EXPECT_EQ(found[0].record_id, "");
  EXPECT_EQ(addresses::text_of(found[0].ends), "198.51.100.0-198.51.100.15");
}

TEST_P(ReportingAddresses, AWithdrawnSubmissionGivesTheRecordBack) {
  const auto id = add(Block::source, samples::source());
  ASSERT_TRUE(addresses::report(context_, "o", "", {}));
  EXPECT_EQ(submit_addresses(*world_.storage.database, world_.cipher, world_.clock.now(),
                             world_.config.id),
            1u);
  EXPECT_EQ(state(id), State::reporting);
  const int64_t submission = load(id).submission.value();
  world_.storage.database->write(
      [&](db::Tx& tx) { EXPECT_TRUE(withdraw(tx, world_.clock.now(), submission)); });
  world_.run(1);
  EXPECT_EQ(state(id), State::draft);
  EXPECT_TRUE(world_.authority.files().empty());
}

TEST_P(ReportingAddresses, AFullFileGoesOnInTheNext) {
  world_.config.max_records = 2;
  world_.restart();
  for (int i = 0; i < 5; ++i) {
    const std::string at = "203.0.113." + std::to_string(i);
    add(Block::source, samples::source(at, at));
  }
  report();
  EXPECT_EQ(world_.authority.files().size(), 3u);
  EXPECT_EQ(world_.authority.violations(), 0);
}

}  // namespace
}  // namespace beian::authority
