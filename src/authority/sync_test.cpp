// Full synchronisations: in batches, each once, whatever is killed when.
#include <gtest/gtest.h>

#include <algorithm>

#include "authority/filed_sample_for_tests.hpp"
#include "authority/link_world_for_tests.hpp"
#include "authority/sync.hpp"
#include "registry/codes.hpp"
#include "registry/registry.hpp"

namespace beian::authority {
namespace {

using testing::filed_sample;
using testing::icp_document;
using testing::World;
using Lines = std::vector<std::string>;

class Synchronising : public ::testing::TestWithParam<std::string> {
 protected:
  static void prepare(World& world) {
    world.config.sync_batch = 2;
    world.restart();
  }
  static Json document(const World& world, const std::vector<int64_t>& own,
                       const std::vector<int64_t>& others = {}) {
    Json list = Json::array();
    for (const int64_t n : own) list.push(filed_sample(n, world.config.provider_id));
    for (const int64_t n : others) list.push(filed_sample(n, world.config.provider_id + 1));
    return Json::object({{"synchronisation", Json::object({{"filed", list}})}});
  }
  static SyncReport report(World& world) {
    const auto downloads = world.downloads();
    return world.storage.database
        ->read_value([&](db::Tx& tx) { return sync_report(tx, downloads.back().number); })
        .value();
  }
  static Lines items(World& world, const std::string& what) {
    const auto number = world.downloads().back().number;
    return world.storage.database->read_value([&](db::Tx& tx) {
      Lines out;
      for (const auto& item : sync_items(tx, number, what, "", 100)) out.push_back(item.subject);
      return out;
    });
  }
  static int64_t count(World& world, const std::string& sql) {
    return world.storage.database->read_value([&](db::Tx& tx) { return tx.query_i64(sql); });
  }
  static std::string reason(World& world, const std::string& host) {
    return world.storage.database->read_value(
        [&](db::Tx& tx) { return registry::access(tx, host).reason; });
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Synchronising, ::testing::ValuesIn(beian::testing::backends()));

// Covers download:SJTB/ICP
TEST_P(Synchronising, TheRegistryBecomesTheAuthoritysAndTheReportTellsHow) {
  World world{GetParam()};
  prepare(world);
  Json known = Json::array({filed_sample(1, world.config.provider_id),
                            filed_sample(2, world.config.provider_id),
                            filed_sample(9, world.config.provider_id)});
  world.authority.hand_down(icp_document("filed", known));
  world.run(1);
  Json sync = document(world, {1, 3}, {4});
  Json changed = filed_sample(2, world.config.provider_id, "样例改名有限公司");
  sync.find("synchronisation")->find("filed")->push(changed);
  world.authority.hand_down(sync);
  world.run(2);
  const auto told = report(world);
  EXPECT_EQ(told.kind, "icp");
  EXPECT_EQ(told.records, 4);
  EXPECT_EQ(told.added, 2);
  EXPECT_EQ(told.changed, 1);
  EXPECT_EQ(told.unchanged, 1);
  EXPECT_EQ(told.faulty, 0);
  EXPECT_EQ(items(world, "added"), (Lines{"粤ICP备2026000003号", "粤ICP备2026000004号"}));
  EXPECT_EQ(items(world, "changed"), Lines{"粤ICP备2026000002号"});
  EXPECT_EQ(items(world, "missing_here"), Lines{"粤ICP备2026000003号"});
  // Told, and left as it is.
  EXPECT_EQ(items(world, "missing_there"), Lines{"粤ICP备2026000009号-1"});
  EXPECT_EQ(reason(world, "yangli-9-example.cn"), "filed");
  EXPECT_EQ(reason(world, "yangli-3-example.cn"), "filed");
  EXPECT_EQ(reason(world, "yangli-4-example.cn"), "no_access_here");
  EXPECT_TRUE(world.downloads().back().applied);
  EXPECT_EQ(world.downloads().back().items, 4);
  EXPECT_EQ(count(world, "SELECT COUNT(*) AS n FROM authority_sync_seen"), 0);
  // The same once more changes nothing.
  world.authority.hand_down(sync);
  world.run(1);
  EXPECT_EQ(report(world).unchanged, 4);
}

// Killed at every write, before and after its commit: nothing is lost and nothing is done twice.
TEST_P(Synchronising, AKilledRunGoesOnWhereItWas) {
  for (const bool after : {false, true}) {
    for (int n = 1; n < 40; ++n) {
      World world{GetParam()};
      prepare(world);
      world.authority.hand_down(document(world, {1, 2, 3, 4, 5}));
      world.database->die_at_write(n, after);
      bool died = false;
      try {
        world.run(2);
      } catch (const testing::Crash&) {
        died = true;
      }
      world.restart();
      world.run(3);
      const auto told = report(world);
      ASSERT_TRUE(world.downloads().back().applied) << n;
      ASSERT_GT(to_ms(told.finished), 0) << n;
      ASSERT_EQ(told.records, 5) << n;
      ASSERT_EQ(told.added + told.unchanged, 5) << n;
      ASSERT_EQ(told.added, 5) << n;
      ASSERT_EQ(count(world, "SELECT COUNT(*) AS n FROM registry_changes"), 5) << n;
      if (!died) break;
    }
  }
}

TEST_P(Synchronising, ADocumentWithAFaultAppliesNothing) {
  World world{GetParam()};
  prepare(world);
  Json sync = document(world, {1, 2, 3});
  const auto profile = *wire::Profile::named("miit-3.0");
  auto xml = wire::encode(*profile, "DownloadData", sync).value();
  const auto end = xml.rfind("</Baxx>");
  ASSERT_NE(end, std::string::npos);
  xml.insert(end, "<Nonsense/>");
  world.authority.hand_down_bytes("broken", xml);
  world.run(1);
  const auto download = world.downloads().back();
  EXPECT_FALSE(download.applied);
  EXPECT_FALSE(download.problem.empty());
  EXPECT_EQ(count(world, "SELECT COUNT(*) AS n FROM registry_entities"), 0);
  EXPECT_EQ(report(world).records, 0);
  EXPECT_EQ(to_ms(report(world).finished), 0);
}

// Covers download:SJTB/JCDM
TEST_P(Synchronising, CodesAreInForceWhenTheWholeHasCome) {
  World world{GetParam()};
  prepare(world);
  Json rows = Json::array();
  for (int n = 1; n <= 5; ++n)
    rows.push(
        Json::object({{"id", n}, {"mask", n}, {"name", "样例" + std::to_string(n)}, {"valid", 1}}));
  const Json sync = Json::object(
      {{"synchronisation",
        Json::object({{"base_codes",
                       Json::object({{"codes", Json::object({{"service_contents", rows}})}})}})}});
  world.authority.hand_down(sync);
  world.run(1);
  EXPECT_EQ(report(world).kind, "codes");
  world.storage.database->read([&](db::Tx& tx) {
    const auto current = registry::current_codes(tx, "service_content");
    EXPECT_EQ(current->version.version, 2);
    EXPECT_EQ(current->table.rows().size(), 5u);
  });
}

// Covers download:SJTB/YM
TEST_P(Synchronising, DomainNamesAreKept) {
  World world{GetParam()};
  prepare(world);
  Json names = Json::array();
  for (int n = 1; n <= 3; ++n) names.push(testing::domain_name_sample(n));
  const Json sync = Json::object({{"synchronisation", Json::object({{"domain_names", names}})}});
  world.authority.hand_down(sync);
  world.run(1);
  EXPECT_EQ(report(world).added, 3);
  names.items().pop_back();
  world.authority.hand_down(
      Json::object({{"synchronisation", Json::object({{"domain_names", names}})}}));
  world.run(2);
  EXPECT_EQ(report(world).unchanged, 2);
  EXPECT_EQ(items(world, "missing_there"), Lines{"yangli-3-example.cn"});
  world.storage.database->read([&](db::Tx& tx) {
    for (const auto& row : tx.query("SELECT document FROM authority_domain_records"))
      EXPECT_EQ(row.text("document").find("样例甲"), std::string::npos);
  });
}

}  // namespace
}  // namespace beian::authority
