// CSV in and out, on both databases.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>

#include "addresses/world_for_test.hpp"
#include "base/sanitized.hpp"
#include "base/text.hpp"

namespace beian::addresses {
namespace {

using namespace test;
using Lines = std::vector<std::string>;

class AddressImport : public AddressWorld {
 protected:
  static Lines told(const ImportReport& report) {
    Lines out;
    for (const auto& p : report.problems)
      out.push_back(std::to_string(p.line) + " " + p.column + " " +
                    std::string(spec_of(p.problem.code).name));
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, AddressImport, ::testing::ValuesIn(testing::backends()));

const std::string kMixed =
    "类别,起始IP,终止IP,来源单位,分配使用方式,使用方式,分配日期,备注\r\n"
    "来源,203.0.113.0/24,,1001,,,,\"含逗号,和\"\"引号\"\"\"\r\n"
    "assignment,3405803776,203.0.113.15,,自用,静态,2026/3/1,\r\n"
    "分配,203.0.113.16,203.0.113.255,,4,,,\r\n";

TEST_P(AddressImport, ReadsWhatPeopleWriteAndWritesItBack) {
  const auto report = import(kMixed);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->applied) << (told(*report).empty() ? "" : told(*report)[0]);
  EXPECT_EQ(report->lines, 3);
  EXPECT_EQ(report->created, 3);
  const auto records =
      db.database->read_value([&](db::Tx& tx) { return store.list(tx, {}, {}, 9); });
  EXPECT_EQ(
      to_string(records[0].document),
      R"({"from":"203.0.113.0","to":"203.0.113.15","use":3,"manner":1,"assigned":"2026-03-01"})");
  EXPECT_EQ(records[2].document["remark"].as_string(), "含逗号,和\"引号\"");

  // The same again, and what was exported again: nothing changes.
  for (const auto& csv : {kMixed, exported()}) {
    const auto again = import(csv);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->applied);
    EXPECT_EQ(again->unchanged, 3);
    EXPECT_EQ(again->created + again->changed, 0);
  }
  EXPECT_EQ(count(), 3u);
}

TEST_P(AddressImport, AllFourBlocksSurviveTheRoundTrip) {
  made(Block::source, source());
  for (const auto& [use, at] :
       std::vector<std::pair<int64_t, std::string>>{{kUsed, "203.0.113.1"},
                                                    {kPassedOn, "203.0.113.2"},
                                                    {kSelfUsed, "203.0.113.3"},
                                                    {kReserved, "203.0.113.4"}})
    made(Block::assignment, assignment(use, at, at));
  made(Block::broadcast, with(broadcast(), Json::object({{"remark", "=样例+公式"}})));
  made(Block::own, own(kFromElsewhere, "198.51.100.0", "198.51.100.7"));
  made(Block::own, own(kFromReportingUnit, "198.51.100.8", "198.51.100.15"));
  for (const auto encoding : {csv::Encoding::utf8, csv::Encoding::gbk}) {
    const auto csv = exported({}, encoding);
    EXPECT_EQ(csv.find(",=样"), std::string::npos);  // no formula for a spreadsheet
    const auto report = import(csv);
    ASSERT_TRUE(report) << codes(report.error())[0];
    EXPECT_EQ(report->encoding, encoding);
    EXPECT_EQ(told(*report), Lines{});
    EXPECT_EQ(report->unchanged, 8);
  }
  // Into an empty system, without the numbers of this one.
  std::string csv = exported();
  const auto other = testing::make_database(GetParam());
  Context elsewhere{other.database, clock, cipher, context.links, {}};
  size_t at = csv.find("编号");
  csv.replace(at, std::string("编号").size(), "备案标识x");
  csv.replace(csv.find("备案标识x"), std::string("备案标识x").size(), "state");
  csv.replace(csv.rfind("状态"), std::string("状态").size(), "provider_record_id");
  csv.replace(csv.find(",备案标识"), std::string(",备案标识").size(), ",");
  std::istringstream in(csv);
  const auto report = import_csv(elsewhere, in, {});
  ASSERT_TRUE(report) << codes(report.error())[0];
  EXPECT_EQ(report->created, 8);
  EXPECT_EQ(told(*report), Lines{});
}

TEST_P(AddressImport, EveryLineIsToldAndNothingLandsUnlessAllIsGood) {
  const std::string csv =
      "from,to,source_unit\n"
      "203.0.113.0,203.0.113.9,1001\n"
      "203.0.113.20,203.0.113.10,x\n"
      "\n"
      "203.0.113.0,203.0.113.9,1002\n"
      "203.0.113.30,203.0.113.39,1001,7\n";
  const auto all = import(csv, {.block = Block::source});
  ASSERT_TRUE(all);
  EXPECT_FALSE(all->applied);
  EXPECT_EQ(told(*all), (Lines{"3 source_unit wrong_type", "3 to bad_ip_range", "5 from duplicate",
                               "6  too_many"}));
  EXPECT_EQ(all->bad, 3);
  EXPECT_EQ(count(), 0u);

  const auto dry = import(csv, {.block = Block::source, .dry_run = true, .good_lines = true});
  EXPECT_FALSE(dry->applied);
  EXPECT_EQ(dry->created, 1);
  EXPECT_EQ(count(), 0u);

  const auto good = import(csv, {.block = Block::source, .good_lines = true});
  EXPECT_TRUE(good->applied);
  EXPECT_EQ(good->created, 1);
  EXPECT_EQ(good->bad, 3);
  EXPECT_EQ(count(), 1u);
}

TEST_P(AddressImport, ALineMayNameItsRecord) {
  const auto record = made(Block::source, source());
  const auto moved = import("编号,类别,起始IP,终止IP,来源单位\n" + record.id +
                            ",来源,203.0.113.0,203.0.113.63,1001\n");
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->changed, 1);
  EXPECT_EQ(text_of(load(record.id).ends), "203.0.113.0-203.0.113.63");
  EXPECT_EQ(told(*import("编号,类别,起始IP,终止IP,来源单位\nX,来源,203.0.113.0,203.0.113.9,1\n")),
            Lines{"2 编号 not_found"});
  // What is on its way stays as it is.
  ASSERT_TRUE(report(context, "o", "", {}));
  hand_over();
  EXPECT_EQ(told(*import("类别,起始IP,终止IP,来源单位\n来源,203.0.113.0,203.0.113.63,1002\n")),
            Lines{"2  event_not_allowed"});
}

TEST_P(AddressImport, EncodingsAndHeaders) {
  const std::string utf8 =
      "类别,起始IP,终止IP,来源单位,备注\n来源,203.0.113.0,203.0.113.9,1001,样例\n";
  const auto gbk = import(*text::to_gbk(utf8));
  ASSERT_TRUE(gbk);
  EXPECT_EQ(gbk->encoding, csv::Encoding::gbk);
  EXPECT_EQ(gbk->created, 1);
  EXPECT_EQ(import("\xEF\xBB\xBF" + utf8)->unchanged, 1);
  EXPECT_EQ(import(utf8)->unchanged, 1);
  const auto broken = import("\xEF\xBB\xBF" + utf8 + "来源,203.0.113.10,203.0.113.19,1001,\xFF\n");
  ASSERT_TRUE(broken);
  EXPECT_EQ(told(*broken), Lines{"3 备注 bad_encoding"});
  // One wrong byte costs its line, mark or none, and is told as what it is.
  const auto one = import(utf8 + "来源,203.0.113.10,203.0.113.19,1001,\xFF\n");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->encoding, csv::Encoding::utf8);
  EXPECT_EQ(told(*one), Lines{"3 备注 bad_encoding"});

  EXPECT_EQ(codes(import("").error()), Lines{"required@/header"});
  EXPECT_EQ(
      codes(import("起始IP,颜色,from\n").error()),
      (Lines{"unknown_field@/header/颜色", "duplicate@/header/from", "required@/header/类别"}));
  EXPECT_EQ(told(*import("类别,起始IP\n别的,203.0.113.1\n")), Lines{"2 类别 code_unknown"});
  EXPECT_EQ(told(*import("类别,起始IP\n来源,\"203.0.113.1\n来源,x\n")), Lines{"2  bad_format"});
}

constexpr bool kMemoryIsKnown = !BEIAN_SANITIZED;

int64_t allocated_mib() {
  const auto now = mallinfo2();
  return static_cast<int64_t>((now.uordblks + now.hblkhd) >> 20);
}

// With all its lines larger than what an HTTP request may bring (16 MiB).
void write_file(const std::string& path, int64_t lines) {
  std::ofstream out(path, std::ios::binary);
  out << "类别,起始IP,终止IP,分配使用方式,备注\n";
  std::string remark;
  for (int i = 0; i < 25; ++i) remark += "样例";
  for (int64_t i = 0; i < lines; ++i) {
    const int64_t at = 0x14000000 + i * 256;
    out << "分配," << at << "," << at + 255 << ",4," << remark << "\n";
  }
}

// The largest file there may be, on SQLite; PostgreSQL's round trips would take minutes, and so
// would a sanitizer, under which its memory cannot be measured.
TEST_P(AddressImport, AHundredThousandLines) {
  const int64_t largest = kMemoryIsKnown ? kMostLines : 20'000;
  const int64_t lines = GetParam() == "sqlite" ? largest : 2'000;
  const testing::TempFolder folder;
  const std::string path = folder.path() + "/addresses.csv";
  write_file(path, lines);
  const int64_t before = allocated_mib();
  int64_t most = 0;
  ImportOptions options;
  options.progress = [&](int64_t) { most = std::max(most, allocated_mib() - before); };
  std::ifstream in(path, std::ios::binary);
  const auto start = std::chrono::steady_clock::now();
  const auto report = import_csv(context, in, options);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  std::cout << GetParam() << ": " << lines << " lines in " << took.count() << " ms, at most "
            << most << " MiB" << std::endl;
  ASSERT_TRUE(report);
  EXPECT_EQ(report->created, lines);
  EXPECT_TRUE(report->applied);
  // SQLite's page caches and 80 bytes a line; the lines themselves would be more, were they kept.
  EXPECT_TRUE(!kMemoryIsKnown || most < 40) << most << " MiB";
}

TEST_P(AddressImport, OneLineTooManyWritesNothing) {
  const testing::TempFolder folder;
  const std::string path = folder.path() + "/addresses.csv";
  write_file(path, kMostLines + 1);
  for (const bool good_lines : {false, true}) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_EQ(codes(import_csv(context, in, {.good_lines = good_lines}).error()),
              Lines{"too_many@/file"});
  }
  EXPECT_EQ(count(), 0u);
}

}  // namespace
}  // namespace beian::addresses
