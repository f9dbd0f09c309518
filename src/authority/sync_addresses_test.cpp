// The authority's library of IP addresses, taken in on both databases.
#include <gtest/gtest.h>

#include "addresses/edit.hpp"
#include "addresses/sample_for_test.hpp"
#include "authority/link_world_for_tests.hpp"
#include "authority/sync.hpp"

namespace beian::authority {
namespace {

using addresses::Block;
using addresses::State;
using testing::World;
using Lines = std::vector<std::string>;
namespace samples = addresses::test;

constexpr int64_t kNet = 3405803776;  // 203.0.113.0

class SynchronisingAddresses : public ::testing::TestWithParam<std::string> {
 protected:
  Json record(int64_t id, int64_t from, int64_t to, int64_t unit) const {
    return Json::object({{"id", id},
                         {"provider_record_id", id + 400},
                         {"reporting_unit", unit},
                         {"from", from},
                         {"to", to}});
  }
  Json source(int64_t id, int64_t from, int64_t to) const {
    return source_of(id, from, to, world_.config.provider_id);
  }
  Json source_of(int64_t id, int64_t from, int64_t to, int64_t unit) const {
    return samples::with(record(id, from, to, unit), Json::object({{"source_unit", 1001}}));
  }
  Json own(int64_t id) const {
    Json out = record(id, 3325256704, 3325256767, world_.config.provider_id);
    out = samples::with(out, samples::unit_fields());
    return samples::with(out, Json::object({{"redirect_server", 0},
                                            {"manner", 1},
                                            {"assigned", "2026-03-01"},
                                            {"gateway", 3325256705},
                                            {"gateway_address", "样例机房"},
                                            {"source_kind", 0},
                                            {"source_name", "样例来源单位"}}));
  }
  SyncReport take(const Json& lists) {
    world_.authority.hand_down(Json::object({{"synchronisation", Json::object({{"ip", lists}})}}));
    world_.run(2);
    const auto number = world_.downloads().back().number;
    EXPECT_TRUE(world_.downloads().back().applied) << world_.downloads().back().problem;
    return world_.storage.database->read_value([&](db::Tx& tx) { return sync_report(tx, number); })
        .value();
  }
  Lines items(const std::string& what) {
    const auto number = world_.downloads().back().number;
    return world_.storage.database->read_value([&](db::Tx& tx) {
      Lines out;
      for (const auto& item : sync_items(tx, number, what, "", 100))
        out.push_back(item.key + " " + item.subject);
      return out;
    });
  }
  std::vector<addresses::Record> all() {
    return world_.storage.database->read_value(
        [&](db::Tx& tx) { return addresses::Store(world_.cipher).list(tx, {}, {}, 100); });
  }

  World world_{GetParam()};
  addresses::Context context_{world_.storage.database,
                              world_.clock,
                              world_.cipher,
                              {{world_.config.id, world_.config.provider_id}},
                              {}};
};
INSTANTIATE_TEST_SUITE_P(Backends, SynchronisingAddresses,
                         ::testing::ValuesIn(beian::testing::backends()));

// Covers download:SJTB/IP
TEST_P(SynchronisingAddresses, OursAreTakenInAndOthersPassedOver) {
  const Json lists = Json::object(
      {{"sources",
        Json::array({source(1, kNet, kNet + 255),
                     source_of(2, kNet + 256, kNet + 511, world_.config.provider_id + 1)})},
       {"own_addresses", Json::array({own(1)})}});
  const auto told = take(lists);
  EXPECT_EQ(told.kind, "ip");
  EXPECT_EQ(told.added, 2);
  EXPECT_EQ(told.unchanged, 1);
  EXPECT_EQ(told.faulty, 0);
  EXPECT_EQ(items("missing_here"), (Lines{"own_addresses-1 198.51.100.0-198.51.100.63",
                                          "sources-1 203.0.113.0-203.0.113.255"}));
  const auto records = all();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].document["gateway"].as_string(), "198.51.100.1");
  EXPECT_EQ(records[0].provider_record_id, 401);
  for (const auto& record : records) {
    EXPECT_EQ(record.standing.state, State::filed);
    EXPECT_EQ(record.authority_id, 1);
    EXPECT_EQ(record.filed, record.document);
    // What came can be reported again.
    EXPECT_TRUE(
        addresses::validate(record.block, record.document, world_.config.provider_id).empty());
  }
  EXPECT_EQ(take(lists).unchanged, 3);
}

TEST_P(SynchronisingAddresses, WhatTheAuthorityDoesNotHaveIsToldAndLeft) {
  take(Json::object(
      {{"sources", Json::array({source(1, kNet, kNet + 127), source(2, kNet + 128, kNet + 255)})},
       {"own_addresses", Json::array({own(1)})}}));
  // A draft is no business of the authority's.
  ASSERT_TRUE(addresses::create(context_, "o", "", Block::source,
                                samples::source("192.0.2.0", "192.0.2.255")));
  const auto told =
      take(Json::object({{"sources", Json::array({source(2, kNet + 128, kNet + 191)})}}));
  EXPECT_EQ(told.changed, 1);
  EXPECT_EQ(items("changed"), Lines{"sources-2 203.0.113.128-203.0.113.191"});
  // The list of brought-along ranges was perhaps not asked for.
  EXPECT_EQ(items("missing_there"), Lines{"sources-1 203.0.113.0-203.0.113.127"});
  EXPECT_EQ(all().size(), 4u);
}

TEST_P(SynchronisingAddresses, ADraftThatIsThereAlreadyIsFiled) {
  const auto draft = addresses::create(context_, "o", "", Block::source, samples::source());
  ASSERT_TRUE(draft);
  EXPECT_EQ(
      take(Json::object(
               {{"sources", Json::array({samples::with(source(7, kNet, kNet + 255),
                                                       Json::object({{"remark", "样例来源"}}))})}}))
          .changed,
      1);
  const auto records = all();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].id, draft->id);
  EXPECT_EQ(records[0].standing.state, State::filed);
  EXPECT_EQ(records[0].authority_id, 7);
}

}  // namespace
}  // namespace beian::authority
