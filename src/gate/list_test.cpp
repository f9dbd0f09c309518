#include "gate/list.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "base/text.hpp"

namespace beian::gate {
namespace {

struct Read {
  ListReport report;
  std::string lines;
};

Read read(const std::string& text) {
  Read out;
  std::istringstream in(text);
  out.report = read_list(in, [&](const Entry& entry) {
    if (entry.name == "bad") return HostKind::no_suffix;
    out.lines += list_line(entry);
    return HostKind::name;
  });
  return out;
}

TEST(Lists, WithAndWithoutHeader) {
  EXPECT_EQ(
      read("a.cn\r\n\nb.cn,粤ICP备2026000001号-1,cancelled,500000000,2026-01-02,exact").lines,
      "a.cn,,filed,,,below\nb.cn,粤ICP备2026000001号-1,cancelled,500000000,1767283200,exact\n");
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "domain,until,number\na.cn,700000000,\n\"b.cn\", 900000000 ,\"粤B2-20090059\"\n")
                .lines,
            "a.cn,,filed,,700000000,below\nb.cn,粤B2-20090059,filed,,900000000,below\n");
  EXPECT_EQ(read(text::to_gbk("例子.中国,粤ICP备2026000001号\n").value()).lines,
            "例子.中国,粤ICP备2026000001号,filed,,,below\n");
}

TEST(Lists, WhatIsPrintedIsReadAgain) {
  const std::string lines =
      list_header() + "a.cn,粤ICP备2026000001号-3X,grace,1700000000,1700000001,exact\n";
  EXPECT_EQ(list_header() + read(lines).lines, lines);
}

TEST(Lists, BadLinesAreTold) {
  const Read got = read(
      "a.cn\nbad\nb.cn,nonsense\nc.cn,,gone\nd.cn,,,x\ne.cn,,,,2026-02-30\nf.cn,,,,,up\n\"g\nh.cn\n"
      "i.cn,,grace,,20261231\nj.cn,,grace,,0\nk.cn,,grace,2026-02-01,2026-02-01\n");
  EXPECT_EQ(got.lines, "a.cn,,filed,,,below\nh.cn,,filed,,,below\n");
  EXPECT_EQ(got.report.taken, 2u);
  EXPECT_EQ(got.report.refused, 10u);
  std::string bad;
  for (const BadLine& one : got.report.bad)
    bad += std::to_string(one.line) + one.reason + '=' + one.text + ' ';
  EXPECT_EQ(bad,
            "2no_suffix=bad 3number=nonsense 4standing=gone 5from=x 6until=2026-02-30 7scope=up "
            "8columns= 10until=20261231 11until=0 12until=2026-02-01 ");
  EXPECT_FALSE(got.report.unread);
  const Read other = read("domain,what\na.cn\n");
  EXPECT_EQ(other.report.taken, 0u);
  EXPECT_TRUE(other.report.unread);
  EXPECT_EQ(other.report.bad.front().text, "domain,what");
}

}  // namespace
}  // namespace beian::gate
