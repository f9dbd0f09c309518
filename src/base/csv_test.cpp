#include "base/csv.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "base/text.hpp"

namespace beian {
namespace {

using Lines = std::vector<std::string>;

TEST(Csv, CellsAsSpreadsheetsWriteThem) {
  std::istringstream in("a,\"b,\"\"c\"\"\",\"d\r\ne\"\r\n\r\n\n\"\"\nlast,");
  csv::Reader reader(in);
  csv::Record record;
  ASSERT_EQ(reader.next(record), csv::Reader::Got::record);
  EXPECT_EQ(record.cells, (Lines{"a", "b,\"c\"", "d\r\ne"}));
  ASSERT_EQ(reader.next(record), csv::Reader::Got::record);
  EXPECT_EQ(record.cells, Lines{""});
  EXPECT_EQ(record.line, 5);
  ASSERT_EQ(reader.next(record), csv::Reader::Got::record);
  EXPECT_EQ(record.cells, (Lines{"last", ""}));
  EXPECT_EQ(reader.next(record), csv::Reader::Got::end);
}

TEST(Csv, AnEndlessQuoteEndsTheReading) {
  std::istringstream in("a\n\"b\nc");
  csv::Reader reader(in);
  csv::Record record;
  ASSERT_EQ(reader.next(record), csv::Reader::Got::record);
  EXPECT_EQ(reader.next(record), csv::Reader::Got::unclosed);
  EXPECT_EQ(record.line, 2);
  std::istringstream endless("\"" + std::string(csv::kMostRecordBytes + 1, 'x'));
  csv::Reader other(endless);
  EXPECT_EQ(other.next(record), csv::Reader::Got::too_long);
}

TEST(Csv, WrittenCellsReadTheSame) {
  const Lines cells = {"", "a,b", "\"", "x\r\ny", "=1+1", "'-", "样例", "-"};
  std::istringstream in(csv::line_of(cells));
  csv::Reader reader(in);
  csv::Record record;
  ASSERT_EQ(reader.next(record), csv::Reader::Got::record);
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] == "'-") continue;  // an apostrophe of somebody else's spreadsheet goes too
    EXPECT_EQ(csv::plain_cell(record.cells[i]), cells[i]);
  }
  EXPECT_EQ(record.cells[4], "'=1+1");
}

TEST(Csv, SniffsAcrossChunks) {
  // A character of three bytes at every place of a chunk's end.
  for (size_t pad = 0; pad < 4; ++pad) {
    std::istringstream in(std::string(64 * 1024 - pad, 'x') + "样例");
    EXPECT_EQ(csv::sniff(in), csv::Encoding::utf8) << pad;
    std::istringstream gbk(std::string(64 * 1024 - pad, 'x') + *text::to_gbk("样例"));
    EXPECT_EQ(csv::sniff(gbk), csv::Encoding::gbk) << pad;
  }
}

TEST(Csv, MostLinesSayHowAFileIsWritten) {
  const auto sniffed = [](const std::string& text) {
    std::istringstream in(text);
    return csv::sniff(in);
  };
  const std::string gbk = text::to_gbk("样例\n").value();
  EXPECT_EQ(sniffed("样例\n样例\n\xFF\n"), csv::Encoding::utf8);
  EXPECT_EQ(sniffed("样例\n" + gbk), csv::Encoding::gbk);
  EXPECT_EQ(sniffed("a\nb\nc\n" + gbk), csv::Encoding::gbk) << "ASCII says nothing";
  EXPECT_EQ(sniffed("\xEF\xBB\xBF" + gbk), csv::Encoding::utf8);
  csv::Record record{1, {"样\xFF例", std::string("\0a", 2), "样例", "\xE6\xA0"}};
  EXPECT_EQ(csv::to_utf8(record, csv::Encoding::utf8), (std::vector<size_t>{0, 1, 3}));
  EXPECT_EQ(record.cells, (Lines{"样\uFFFD例", "\uFFFDa", "样例", "\uFFFD\uFFFD"}));
  record.cells = {text::to_gbk("样例").value(), "\xFF"};
  EXPECT_EQ(csv::to_utf8(record, csv::Encoding::gbk), std::vector<size_t>{1});
  EXPECT_EQ(record.cells, (Lines{"样例", "\uFFFD"}));
}

}  // namespace
}  // namespace beian
