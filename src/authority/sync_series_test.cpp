// Libraries that come in several files: what the authority did not name is told of the whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "authority/filed_sample_for_tests.hpp"
#include "authority/link_world_for_tests.hpp"
#include "authority/sync.hpp"

namespace beian::authority {
namespace {

using testing::domain_name_sample;
using testing::filed_sample;
using testing::World;
using Kind = testing::FakeAuthority::Fault::Kind;
using Ids = std::vector<int64_t>;
using Lines = std::set<std::string>;

Json library(const std::string& part, Json body) {
  Json synchronisation = Json::object();
  synchronisation.set(part, std::move(body));
  return Json::object({{"synchronisation", std::move(synchronisation)}});
}

// One kind of library: a file of it, and what a record that is missing is called.
struct Sort {
  std::string name;
  Json (*file)(const Ids& ids, int64_t provider);
  std::string (*subject)(int64_t id);
};

Json filed_file(const Ids& ids, int64_t provider) {
  Json list = Json::array();
  for (const int64_t id : ids) list.push(filed_sample(id, provider));
  return library("filed", std::move(list));
}
std::string filed_subject(int64_t id) {
  return "粤ICP备202600000" + std::to_string(id) + "号-1";
}

Json domains_file(const Ids& ids, int64_t /*provider*/) {
  Json list = Json::array();
  for (const int64_t id : ids) list.push(domain_name_sample(id));
  return library("domain_names", std::move(list));
}
std::string domain_subject(int64_t id) {
  return "yangli-" + std::to_string(id) + "-example.cn";
}

// Address n is 203.0.113.n.
Json sources_file(const Ids& ids, int64_t provider) {
  constexpr int64_t kNet = 3405803776;
  Json list = Json::array();
  for (const int64_t id : ids)
    list.push(Json::object({{"id", id},
                            {"provider_record_id", id + 400},
                            {"reporting_unit", provider},
                            {"from", kNet + id},
                            {"to", kNet + id},
                            {"source_unit", 1001}}));
  return library("ip", Json::object({{"sources", std::move(list)}}));
}
std::string source_subject(int64_t id) {
  return "203.0.113." + std::to_string(id);
}

const std::vector<Sort> kSorts = {{"icp", filed_file, filed_subject},
                                  {"domains", domains_file, domain_subject},
                                  {"ip", sources_file, source_subject}};

class Library : public ::testing::TestWithParam<std::tuple<std::string, size_t>> {
 protected:
  Library() : sort_(kSorts.at(std::get<1>(GetParam()))), world_(std::get<0>(GetParam())) {
    world_.config.sync_batch = 2;
    world_.restart();
  }

  void hand_down(const Ids& ids) {
    world_.authority.hand_down(sort_.file(ids, world_.config.provider_id));
  }
  // Known here from a library that ended.
  void know(const Ids& ids) {
    hand_down(ids);
    world_.run(2);
  }
  std::vector<SyncReport> reports() {
    auto out = world_.storage.database->read_value(
        [&](db::Tx& tx) { return sync_reports(tx, world_.config.id, 100); });
    std::ranges::reverse(out);
    return out;
  }
  // Of every file.
  std::map<int64_t, Lines> missing() {
    std::map<int64_t, Lines> out;
    for (const auto& report : reports())
      world_.storage.database->read([&](db::Tx& tx) {
        const auto items = sync_items(tx, report.download, "missing_there", "", 100);
        EXPECT_EQ(report.missing_there, static_cast<int64_t>(items.size()));
        for (const auto& item : items) out[report.download].insert(item.subject);
      });
    return out;
  }
  Lines subjects(const Ids& ids) const {
    Lines out;
    for (const int64_t id : ids) out.insert(sort_.subject(id));
    return out;
  }
  int64_t last() { return world_.downloads().back().number; }
  int64_t seen() {
    return world_.storage.database->read_value(
        [](db::Tx& tx) { return tx.query_i64("SELECT COUNT(*) AS n FROM authority_sync_seen"); });
  }

  Sort sort_;
  World world_;
};
INSTANTIATE_TEST_SUITE_P(Backends, Library,
                         ::testing::Combine(::testing::ValuesIn(beian::testing::backends()),
                                            ::testing::Range(size_t{0}, kSorts.size())));

TEST_P(Library, IsJudgedAsAWholeInWhateverOrderItsFilesCome) {
  know({1, 2, 3, 4, 5, 6});
  // 6 is gone; in the second library 5 too.
  std::vector<Ids> files = {{1, 2}, {3}, {4, 5}};
  Ids gone = {6};
  for (int round = 0; round < 4; ++round) {
    const auto before = missing();
    for (const auto& file : files) hand_down(file);
    world_.run(1);
    const auto all = reports();
    ASSERT_GE(all.size(), files.size());
    EXPECT_EQ(missing(), before) << round;
    for (size_t i = all.size() - files.size(); i < all.size(); ++i) {
      EXPECT_GT(to_ms(all[i].finished), 0);
      EXPECT_EQ(to_ms(all[i].closed), 0);
      EXPECT_EQ(all[i].series, all[all.size() - files.size()].download);
    }
    world_.run(1);
    auto expected = before;
    expected[last()] = subjects(gone);
    EXPECT_EQ(missing(), expected) << round;
    EXPECT_TRUE(reports().back().whole);
    EXPECT_EQ(seen(), 0);
    std::ranges::rotate(files, files.begin() + 1);
    if (round == 1) files = {{4}, {3, 1}, {2}};
    if (round == 1) gone = {5, 6};
  }
}

TEST_P(Library, ThatGivesAFileTwiceIsTheSame) {
  know({1, 2, 3, 4, 5});
  hand_down({1, 2});
  hand_down({3});
  hand_down({1, 2});  // the same under another name
  world_.authority.repeat_last();
  hand_down({2, 4});
  world_.run(4);
  EXPECT_EQ(missing(), (std::map<int64_t, Lines>{{last(), subjects({5})}}));
  // Under its old name it is no file of a new library.
  world_.authority.repeat_last();
  world_.run(4);
  EXPECT_EQ(missing(), (std::map<int64_t, Lines>{{last(), subjects({5})}}));
}

TEST_P(Library, IsNotWholeWhileTheAuthorityHasMoreOrSaysNothing) {
  know({1, 2, 3});
  hand_down({1});
  world_.run(1, Millis{1'000});
  world_.run(1, Millis{60'000});
  ASSERT_EQ(reports().size(), 2u);
  for (int i = 0; i < 6; ++i) world_.authority.fault("isp_download", {Kind::code, 3, {}, {}});
  for (int i = 0; i < 2; ++i) world_.authority.fault("isp_download", {Kind::lost_before});
  world_.run(4);
  EXPECT_TRUE(missing().empty());
  hand_down({2});
  world_.run(4);
  // The pause was too long: this is another library, and nothing can be told of the first.
  EXPECT_FALSE(reports()[1].whole);
  EXPECT_GT(to_ms(reports()[1].closed), 0);
  EXPECT_EQ(missing(), (std::map<int64_t, Lines>{{last(), subjects({1, 3})}}));
}

TEST_P(Library, ThatLacksAFileIsNotJudgedUntilItIsApplied) {
  know({1, 2, 3, 4});
  hand_down({1});
  const auto profile = *wire::Profile::named("miit-3.0");
  auto xml =
      wire::encode(*profile, "DownloadData", sort_.file({2, 3}, world_.config.provider_id)).value();
  const std::string whole = xml;
  xml.insert(xml.rfind("</SJTB>"), "<Nonsense/>");
  world_.authority.hand_down_bytes("broken", xml);
  hand_down({1});
  world_.run(6);
  EXPECT_TRUE(missing().empty());
  EXPECT_EQ(to_ms(reports().back().closed), 0);
  EXPECT_EQ(to_ms(reports()[2].finished), 0);
  // Mended: as if a newer version of this software could read it.
  world_.write([&](db::Tx& tx) {
    tx.exec("UPDATE authority_downloads SET blob = :blob, retry_at = 0 WHERE applied = 0",
            {{"blob", world_.blobs->put(whole)}});
  });
  world_.run(1);
  EXPECT_EQ(missing(), (std::map<int64_t, Lines>{{last(), subjects({4})}}));
}

TEST_P(Library, ThatStaysBrokenIsOvertakenByTheNext) {
  know({1, 2, 3});
  hand_down({1});
  world_.authority.hand_down_bytes("broken", "<DownloadData version=\"V.3.0\"><Nonsense/>");
  world_.run(3);
  EXPECT_EQ(to_ms(reports().back().closed), 0);
  hand_down({1, 2});
  world_.run(3);
  const auto all = reports();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_FALSE(all[1].whole);
  EXPECT_GT(to_ms(all[1].closed), 0);
  EXPECT_EQ(missing(), (std::map<int64_t, Lines>{{last(), subjects({3})}}));
  EXPECT_EQ(seen(), 0);
}

class FiledLibrary : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Backends, FiledLibrary, ::testing::ValuesIn(beian::testing::backends()));

// The authority wrote its library before it filed that one.
TEST_P(FiledLibrary, DoesNotMissWhatWasFiledSinceItBegan) {
  World world{GetParam()};
  world.authority.hand_down(filed_file({1}, world.config.provider_id));
  world.authority.hand_down(
      testing::icp_document("filed", Json::array({filed_sample(2, world.config.provider_id)})));
  world.run(3);
  world.storage.database->read([&](db::Tx& tx) {
    const auto report = sync_reports(tx, world.config.id, 1).at(0);
    EXPECT_TRUE(report.whole);
    EXPECT_EQ(report.missing_there, 0);
  });
}

// Killed at every write from the first file to the judgement.
TEST_P(FiledLibrary, IsJudgedOnceWhateverIsKilledWhen) {
  for (const bool after : {false, true})
    for (int n = 1; n < 60; ++n) {
      World world{GetParam()};
      const auto give = [&](const Ids& ids) {
        world.authority.hand_down(filed_file(ids, world.config.provider_id));
      };
      give({1, 2, 3});
      world.run(2);
      give({1});
      give({3});
      world.database->die_at_write(n, after);
      bool died = false;
      try {
        world.run(3);
      } catch (const testing::Crash&) {
        died = true;
      }
      world.restart();
      world.run(4);
      world.storage.database->read([&](db::Tx& tx) {
        Lines told;
        for (const auto& report : sync_reports(tx, world.config.id, 10))
          for (const auto& item : sync_items(tx, report.download, "missing_there", "", 10))
            told.insert(item.subject);
        EXPECT_EQ(told, Lines{filed_subject(2)}) << n << (after ? " after" : " before");
        EXPECT_EQ(tx.query_i64("SELECT SUM(missing_there) AS n FROM authority_syncs"), 1);
      });
      if (!died) break;
    }
}

}  // namespace
}  // namespace beian::authority
