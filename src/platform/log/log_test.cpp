#include "platform/log/log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace beian {
namespace {

struct Log : ::testing::Test {
  void SetUp() override {
    log::set_sink([this](std::string_view line) { lines.emplace_back(line); });
  }
  void TearDown() override {
    log::set_sink({});
    log::set_level(log::Level::info);
  }
  std::vector<std::string> lines;
};

TEST_F(Log, WritesOneJsonObjectALine) {
  log::warn("order.saved", {{"order", "01H"}, {"note", "a\n\"b\""}});
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].find('\n'), std::string::npos);
  const auto json = parse_json(lines[0]);
  ASSERT_TRUE(json) << lines[0];
  EXPECT_EQ((*json)["level"].as_string(), "warn");
  EXPECT_EQ((*json)["event"].as_string(), "order.saved");
  EXPECT_EQ((*json)["note"].as_string(), "a\n\"b\"");
  EXPECT_TRUE(parse_rfc3339((*json)["time"].as_string()));
}

TEST_F(Log, LeavesOutWhatIsBelowTheLevel) {
  log::debug("quiet");
  EXPECT_TRUE(lines.empty());
  log::set_level(log::Level::error);
  log::warn("quiet");
  EXPECT_TRUE(lines.empty());
  log::error("loud");
  EXPECT_EQ(lines.size(), 1u);
}

TEST_F(Log, StaysJsonWithBytesThatAreNotText) {
  log::info("bytes", {{"b", "x\xff\xc3"}});
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(parse_json(lines[0])) << lines[0];
}

TEST_F(Log, KnowsItsLevels) {
  auto level = log::Level::info;
  EXPECT_TRUE(log::parse_level("error", level));
  EXPECT_EQ(level, log::Level::error);
  EXPECT_FALSE(log::parse_level("loud", level));
  EXPECT_EQ(level, log::Level::error);
}

}  // namespace
}  // namespace beian
