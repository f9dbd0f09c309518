#include "authority/reporting_hours.hpp"

#include <gtest/gtest.h>

namespace beian::authority {
namespace {

using Window = ReportingHours::Window;

TimePoint at(const std::string& rfc3339) {
  return parse_rfc3339(rfc3339).value();
}

TEST(ReportingHours, AreReadAsAuthoritiesWriteThem) {
  struct Case {
    const char* text;
    std::vector<Window> windows;
    bool workdays;
  };
  const Case cases[] = {
      {"请您在规定的时间段内进行报备，报备时间为：9:00-17:30", {{540, 1050}}, false},
      {"报备时间为：09：00至18：00", {{540, 1080}}, false},
      {"报备时间为：每日8点到17点半", {{480, 1050}}, false},
      {"报备时间为：9-17时", {{540, 1020}}, false},
      {"报备时间为：上午9点到下午5点", {{540, 1020}}, false},
      {"报备时间为：08:30:00~11:30:00，14:00:00~17:30:00", {{510, 690}, {840, 1050}}, false},
      {"报备时间为：周一至周五 9时00分至17时30分", {{540, 1050}}, true},
      {"报备时间为：工作日 0:00-24:00", {{0, 1440}}, true},
      {"报备时间为：22:00-06:00", {{1320, 360}}, false},
      {"管局返回 20：请在规定的时间段内报备，报备时间为：9:00-17:30", {{540, 1050}}, false},
  };
  for (const auto& one : cases) {
    const auto read = read_reporting_hours(one.text);
    ASSERT_TRUE(read) << one.text;
    EXPECT_EQ(read->windows, one.windows) << one.text;
    EXPECT_EQ(read->workdays, one.workdays) << one.text;
  }
}

TEST(ReportingHours, WhatNamesNoHoursIsNotGuessed) {
  for (const char* text : {"", "报备时间为：", "报备时间为：9:00 以后", "报备时间为：26:00-27:00",
                           "报备时间为：9:75-10:00", "报备时间为：9:00-9:00", "请稍后"})
    EXPECT_FALSE(read_reporting_hours(text)) << text;
}

TEST(ReportingHours, OpenInBeijingTime) {
  const auto hours = *read_reporting_hours("9:00-12:00，14:00-18:00");
  EXPECT_EQ(next_opening(hours, at("2026-11-25T00:00:00Z")), at("2026-11-25T01:00:00Z"));
  EXPECT_EQ(next_opening(hours, at("2026-11-25T01:00:00Z")), at("2026-11-25T01:00:00Z"));
  EXPECT_EQ(next_opening(hours, at("2026-11-25T04:00:00Z")), at("2026-11-25T06:00:00Z"));
  EXPECT_EQ(next_opening(hours, at("2026-11-25T10:00:00Z")), at("2026-11-26T01:00:00Z"));
}

TEST(ReportingHours, StayShutOverTheWeekendAndOpenOverMidnight) {
  const auto office = *read_reporting_hours("工作日 9:00-17:00");
  // A Friday evening.
  EXPECT_EQ(next_opening(office, at("2026-11-27T10:00:00Z")), at("2026-11-30T01:00:00Z"));
  const auto night = *read_reporting_hours("22:00-06:00");
  EXPECT_EQ(next_opening(night, at("2026-11-24T21:00:00Z")), at("2026-11-24T21:00:00Z"));
  EXPECT_EQ(next_opening(night, at("2026-11-24T22:30:00Z")), at("2026-11-25T14:00:00Z"));
}

}  // namespace
}  // namespace beian::authority
