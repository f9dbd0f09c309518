// Files of an authority's library, in and out again.
#include "app/import_filed.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "app/export_filed.hpp"
#include "authority/filed_sample_for_tests.hpp"
#include "registry/filed_records.hpp"
#include "registry/registry.hpp"
#include "testing/database.hpp"
#include "wire/codec.hpp"
#include "wire/zip_write.hpp"

namespace beian::app {
namespace {

using registry::test::kOwn;

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// A library of entities first … last; that of `broken` has a field that nobody knows.
std::string library(int64_t first, int64_t last, int64_t broken = 0) {
  Json records = Json::array();
  for (int64_t n = first; n <= last; ++n) records.push(authority::testing::filed_sample(n, kOwn));
  const Json model = Json::object({{"synchronisation", Json::object({{"filed", records}})}});
  auto xml = wire::encode(**wire::Profile::named("miit-3.0"), "DownloadData", model).value();
  if (broken != 0) {
    size_t at = 0;
    for (int64_t n = first; n <= broken; ++n) at = xml.find("</Baxx>", at + 1);
    xml.insert(at, "<Fremd/>");
  }
  return xml;
}

class Importing : public ::testing::TestWithParam<std::string> {
 protected:
  struct Place {
    testing::TestDatabase db;
    FakeClock clock;
    std::vector<std::string> records() {
      std::vector<std::string> out;
      db.database->read([&](db::Tx& tx) {
        registry::each_filed_record(tx, cipher(), [&](const Json& record) {
          out.push_back(to_string(record));
          return true;
        });
      });
      return out;
    }
    int64_t changes() {
      return db.database->read_value(
          [](db::Tx& tx) { return tx.query_i64("SELECT COUNT(*) FROM registry_changes"); });
    }
  };
  static const crypto::ColumnCipher& cipher() {
    static const crypto::ColumnCipher one{Secret(std::string(32, 'k'))};
    return one;
  }
  static ImportDeps deps(Place& place) {
    ImportDeps out{*place.db.database, place.clock, cipher(), "", [](int64_t) { return kOwn; }, {}};
    out.batch = 7;
    return out;
  }
  Place place() { return {testing::make_database(GetParam()), FakeClock()}; }
  Result<registry::Import> import(Place& place, const std::string& bytes) {
    write_file(folder_.path("file"), bytes);
    return import_filed(deps(place), folder_.path("file"), *format_of(folder_.path("file")));
  }
  std::string exported(Place& place, const std::string& format) {
    std::string out;
    const auto write = [&](std::string_view part) { return out.append(part), true; };
    place.db.database->read([&](db::Tx& tx) {
      const auto done = format == "csv" ? export_csv(tx, cipher(), write)
                                        : export_library(tx, cipher(), "miit-3.0", write);
      EXPECT_EQ(done->unfit, 0);
    });
    return out;
  }
  testing::TempFolder folder_;
};
INSTANTIATE_TEST_SUITE_P(Backends, Importing, ::testing::ValuesIn(testing::backends()));

TEST_P(Importing, ALibraryIsWhatTheSameRecordsOneByOneAre) {
  auto imported = place(), recorded = place();
  const auto done = import(imported, library(1, 40));
  ASSERT_TRUE(done) << done.error().front().field;
  EXPECT_EQ(done->read, 40);
  EXPECT_EQ(done->added, 40);
  recorded.db.database->write([&](db::Tx& tx) {
    const auto sound =
        wire::decode(**wire::Profile::named("miit-3.0"), "DownloadData", library(1, 40));
    for (const auto& record : (*sound)["synchronisation"]["filed"].items())
      ASSERT_TRUE(registry::record(tx, recorded.clock.now(), cipher(), "", kOwn, record));
  });
  EXPECT_EQ(imported.records(), recorded.records());
  EXPECT_EQ(imported.changes(), recorded.changes());
}

TEST_P(Importing, ZippedAndOverAgain) {
  auto there = place();
  const auto xml = library(1, 20);
  const auto again = import(there, xml);
  ASSERT_TRUE(again);
  const auto zipped = import(there, wire::zip_of("data.xml", xml));
  ASSERT_TRUE(zipped) << zipped.error().front().field;
  EXPECT_EQ(zipped->unchanged, 20);
  EXPECT_EQ(there.changes(), 20);
}

TEST_P(Importing, AFaultyRecordIsRefusedAndTheRestIsTaken) {
  auto there = place();
  write_file(folder_.path("file"), library(1, 30, 11));
  std::vector<registry::Refused> refused;
  auto with = deps(there);
  with.refused = [&](const registry::Refused& one) { refused.push_back(one); };
  const auto done = import_filed(with, folder_.path("file"), FiledFormat::sjtb);
  ASSERT_TRUE(done) << done.error().front().field;
  EXPECT_EQ(done->added, 29);
  EXPECT_EQ(done->refused, 1);
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].record, 11);
  EXPECT_EQ(refused[0].place, "/SJTB/ICP/Baxx[11]");
  EXPECT_NE(refused[0].reason.find("Fremd"), std::string::npos) << refused[0].reason;
}

TEST_P(Importing, WhateverIsEndedWhenGoesOn) {
  auto whole = place();
  ASSERT_TRUE(import(whole, library(1, 60, 33)));
  struct Killed {};
  auto there = place();
  write_file(folder_.path("file"), library(1, 60, 33));
  for (int turn = 0; turn < 4; ++turn) {
    auto with = deps(there);
    with.batch = 5;
    int left = turn;  // transactions until it is ended
    with.progress = [&](const registry::Import&) {
      if (left-- == 0) throw Killed{};
    };
    EXPECT_THROW(static_cast<void>(import_filed(with, folder_.path("file"), FiledFormat::sjtb)),
                 Killed)
        << turn;
  }
  const auto done = import_filed(deps(there), folder_.path("file"), FiledFormat::sjtb);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->read, 60);
  EXPECT_EQ(done->added, 59);
  EXPECT_EQ(there.records(), whole.records());
  EXPECT_EQ(there.changes(), 59);
}

TEST_P(Importing, ABrokenFileKeepsWhatStandsBefore) {
  auto there = place();
  const auto xml = library(1, 30);
  const auto cut = import(there, xml.substr(0, xml.size() * 2 / 3));
  EXPECT_FALSE(cut);
  EXPECT_GT(there.records().size(), 10u);
  ASSERT_TRUE(import(there, xml));
  EXPECT_EQ(there.records().size(), 30u);
  EXPECT_EQ(there.changes(), 30);
}

TEST_P(Importing, WhatIsExportedComesBackTheSame) {
  auto there = place();
  ASSERT_TRUE(import(there, library(1, 30)));
  there.db.database->write([&](db::Tx& tx) {
    for (const auto& [what, id] :
         {std::pair{registry::Cancel::entity, 3}, {registry::Cancel::access, 5}})
      ASSERT_TRUE(registry::cancel(tx, there.clock.now(), what, {440000}, id));
  });
  for (const std::string format : {"csv", "sjtb"}) {
    auto back = place();
    const auto done = import(back, exported(there, format));
    ASSERT_TRUE(done) << done.error().front().field;
    EXPECT_EQ(done->refused, 0);
    EXPECT_EQ(back.records().size(), 28u);
    EXPECT_EQ(back.records(), there.records()) << format;
  }
}

}  // namespace
}  // namespace beian::app
