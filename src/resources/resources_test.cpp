// What the provider tells about its customers' resources, on both databases.
#include "resources/world_for_test.hpp"

namespace beian::resources {
namespace {

using namespace test;
using Lines = std::vector<std::string>;

class ResourcesTest : public ResourcesWorld {};
INSTANTIATE_TEST_SUITE_P(Backends, ResourcesTest, ::testing::ValuesIn(testing::backends()));

TEST_P(ResourcesTest, KeepsChangesAndRepeats) {
  const auto made = keep("i-sample-1");
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->created);
  EXPECT_EQ(load("i-sample-1").quota, 5);
  EXPECT_FALSE(keep("i-sample-1")->changed);
  EXPECT_EQ(load("i-sample-1").version, 1);
  const auto changed = keep("i-sample-1", Json::object({{"quota", 2}, {"until", "2028-12-31"}}));
  EXPECT_TRUE(changed->changed);
  EXPECT_FALSE(changed->created);
  EXPECT_EQ(load("i-sample-1").until_day, "2028-12-31");
  EXPECT_EQ(load("i-sample-1").version, 2);
}

TEST_P(ResourcesTest, TellsEverythingThatIsWrongAndKeepsNothing) {
  EXPECT_EQ(faults(keep("a b", Json::object({{"account", "nobody-sample"}}))),
            (Lines{"bad_format@/source_id"}));
  EXPECT_EQ(faults(keep("i-1", Json::object({{"account", "nobody-sample"}}))),
            (Lines{"not_found@/account"}));
  EXPECT_EQ(faults(keep("i-1", Json::object({{"product", "teapot"},
                                             {"billing", "gift"},
                                             {"from", "2026-02-30"},
                                             {"addresses", Json::array({"203.0.113.7", "here"})},
                                             {"quota", -1},
                                             {"colour", "red"}}))),
            (Lines{"code_unknown@/product", "out_of_range@/quota", "code_unknown@/billing",
                   "bad_format@/from", "bad_ip_address@/addresses/1", "unknown_field@/colour"}));
  EXPECT_EQ(faults(keep("i-1", Json::object({{"from", "2027-01-01"}, {"until", "2026-01-01"}}))),
            (Lines{"out_of_range@/until"}));
  EXPECT_TRUE(
      db.database->read_value([&](db::Tx& tx) { return context.store.list(tx, "", "", 10); })
          .empty());
}

TEST_P(ResourcesTest, ToldWhyAResourceEntitlesToNothing) {
  const auto reasons = [&](const Json& with) {
    const auto kept = keep("i-1", with);
    EXPECT_TRUE(kept);
    return unfit(kept->resource, context.limits, "2026-11-20");
  };
  EXPECT_EQ(reasons(Json::object()), Lines{});
  EXPECT_EQ(reasons(Json::object({{"billing", "pay_as_you_go"}, {"until", nullptr}})),
            (Lines{"按量付费的资源不能用于备案，需包年包月"}));
  // 90 days: from the first to the last, both counted.
  EXPECT_EQ(reasons(Json::object({{"from", "2026-10-01"}, {"until", "2026-12-29"}})), Lines{});
  EXPECT_EQ(reasons(Json::object({{"from", "2026-10-01"}, {"until", "2026-12-28"}})),
            (Lines{"购买时长不足 90 天"}));
  EXPECT_EQ(reasons(Json::object({{"until", "2026-11-19"}})), (Lines{"资源已于 2026-11-19 到期"}));
  EXPECT_EQ(reasons(Json::object({{"until", "2026-11-20"}})), Lines{});
  EXPECT_EQ(reasons(Json::object({{"from", "2026-11-21"}})), (Lines{"资源自 2026-11-21 起生效"}));
  EXPECT_EQ(reasons(Json::object({{"mainland", false}})), (Lines{"资源不在中国内地"}));
  EXPECT_EQ(reasons(Json::object({{"product", "cdn"}})), (Lines{"内容分发不能作为备案资源"}));
  EXPECT_EQ(reasons(Json::object({{"addresses", Json::array({"10.0.0.1"})}})),
            (Lines{"资源没有公网地址"}));
}

TEST_P(ResourcesTest, ImportTellsEachLine) {
  const std::string csv =
      "实例,账号,产品,地域,计费,开始,到期,地址,次数\r\n"
      "i-1,owner-sample,cloud_server,样例-华南1,subscription,2026-01-01,2027-12-31,"
      "203.0.113.7;203.0.113.9,\r\n"
      "i-2,nobody-sample,cloud_server,样例-华南1,subscription,2026-01-01,,203.0.113.8,3\r\n"
      "i-3,other-sample,virtual_host,样例-华北2,subscription,2026-01-01,,203.0.113.8,zwei\r\n"
      "i-4,other-sample,virtual_host,样例-华北2,subscription,2026-01-01,,203.0.113.8,3\r\n";
  const auto run = [&](bool dry_run) {
    std::istringstream in(csv);
    return import_csv(context, "officer-1", in, dry_run).value();
  };
  for (const bool dry_run : {true, false}) {
    const auto report = run(dry_run);
    EXPECT_EQ(report.created, 2);
    EXPECT_EQ(report.bad, 2);
    ASSERT_EQ(report.lines.size(), 4u);
    EXPECT_EQ(report.lines[1].line, 3);
    EXPECT_EQ(faults(Status(std::unexpected(report.lines[1].problems))),
              (Lines{"not_found@/account"}));
    EXPECT_EQ(faults(Status(std::unexpected(report.lines[2].problems))),
              (Lines{"wrong_type@/quota"}));
  }
  EXPECT_EQ(load("i-1").addresses, (Lines{"203.0.113.7", "203.0.113.9"}));
  EXPECT_EQ(load("i-4").quota, 3);
  EXPECT_EQ(run(false).unchanged, 2);

  // A byte that is no character costs its line.
  std::istringstream wrong(csv.substr(0, csv.find("i-2")) +
                           "i-5\xFF,owner-sample,cloud_server,样例-\xFF,,,,,\r\n");
  const auto report = import_csv(context, "officer-1", wrong, true).value();
  EXPECT_EQ(report.unchanged, 1);
  EXPECT_EQ(faults(Status(std::unexpected(report.lines.at(1).problems))),
            (Lines{"bad_encoding@/source_id", "bad_encoding@/region"}));

  std::istringstream bad("实例,账号,颜色,账号\r\n");
  EXPECT_EQ(
      faults(import_csv(context, "officer-1", bad, false)),
      (Lines{"unknown_field@/header/颜色", "duplicate@/header/账号", "required@/header/product",
             "required@/header/region", "required@/header/billing", "required@/header/from",
             "required@/header/addresses"}));
}

}  // namespace
}  // namespace beian::resources
