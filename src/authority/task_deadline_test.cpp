#include <gtest/gtest.h>

#include "authority/task.hpp"

namespace beian::authority {
namespace {

std::string told(const std::string& words) {
  // Wednesday, 25 November 2026, 18:00 in Beijing.
  const auto now = parse_rfc3339("2026-11-25T10:00:00Z").value();
  const auto deadline = deadline_in(words, now);
  return deadline ? china_datetime(*deadline) : "";
}

TEST(TaskDeadline, DaysAndSpans) {
  const std::pair<const char*, const char*> cases[] = {
      {"请于2026年12月10日前完成整改", "2026-12-10 23:59:59"},
      {"2026年11月20日检查发现问题，请于2026年12月1日之前改正", "2026-12-01 23:59:59"},
      {"截止时间2026-12-05（含）前", "2026-12-05 23:59:59"},
      {"12月3日前报送", "2026-12-03 23:59:59"},
      {"1月15日以前报送", "2027-01-15 23:59:59"},
      {"请在15日内整改", "2026-12-10 23:59:59"},
      {"三十天内整改完毕", "2026-12-25 23:59:59"},
      {"十五日内", "2026-12-10 23:59:59"},
      {"收到通知后5个工作日内", "2026-12-02 23:59:59"},
      {"十个工作日以内", "2026-12-09 23:59:59"},
      {"2027年2月30日前", ""},
      {"请尽快整改", ""},
      {"0日内", ""},
      {"9999日内", ""},
      {"已于2026年11月1日检查", ""},
      {"", ""}};
  for (const auto& [words, expected] : cases) EXPECT_EQ(told(words), expected) << words;
}

}  // namespace
}  // namespace beian::authority
