#include "platform/sheet/sheet.hpp"

#include <gtest/gtest.h>
#include <zip.h>

#include <map>

namespace beian::sheet {
namespace {

using Rows = std::vector<std::vector<std::string>>;
using Parts = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kRels =
    R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)"
    R"(<Relationship Id="rId1" Type="http://x/officeDocument" Target="xl/workbook.xml"/>)"
    "</Relationships>";
constexpr const char* kBookRels =
    "<Relationships>"
    R"(<Relationship Id="rId2" Type="http://x/worksheet" Target="worksheets/second.xml"/>)"
    R"(<Relationship Id="rId1" Type="http://x/worksheet" Target="/xl/worksheets/first.xml"/>)"
    R"(<Relationship Id="rId3" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>)"
    "</Relationships>";
constexpr const char* kBook =
    R"(<workbook xmlns:r="http://x/r"><sheets><sheet name="一" sheetId="7" r:id="rId1"/>)"
    R"(<sheet name="二" sheetId="8" r:id="rId2"/></sheets></workbook>)";

std::string archive(const Parts& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const auto& [name, text] : parts)
    zip_file_add(zip, name.c_str(), zip_source_buffer(zip, text.data(), text.size(), 0), 0);
  EXPECT_EQ(zip_close(zip), 0);
  EXPECT_EQ(zip_source_open(target), 0);
  std::string out;
  char chunk[4096];
  for (zip_int64_t n = 0; (n = zip_source_read(target, chunk, sizeof chunk)) > 0;)
    out.append(chunk, static_cast<size_t>(n));
  zip_source_close(target);
  zip_source_free(target);
  zip_error_fini(&error);
  return out;
}

Parts parts_of(const std::string& sheet, const std::string& strings = "<sst/>") {
  return {{"_rels/.rels", kRels},
          {"xl/workbook.xml", kBook},
          {"xl/_rels/workbook.xml.rels", kBookRels},
          {"xl/worksheets/second.xml", "<worksheet/>"},
          {"xl/worksheets/first.xml", sheet},
          {"xl/sharedStrings.xml", strings}};
}

std::string data(const std::string& rows) {
  return "<worksheet><sheetData>" + rows + "</sheetData></worksheet>";
}

Rows rows_of(const std::string& bytes, std::vector<int64_t>* lines = nullptr) {
  Rows out;
  const auto status = read_xlsx(bytes, [&](Row&& row) {
    if (lines) lines->push_back(row.line);
    out.push_back(std::move(row.cells));
    return true;
  });
  EXPECT_TRUE(status);
  return out;
}

std::string refusal(const std::string& bytes, const Limits& limits = {}) {
  const auto status = read_xlsx(
      bytes, [](Row&&) { return true; }, limits);
  if (status) return "";
  EXPECT_EQ(status.error().front().code, ProblemCode::bad_spreadsheet);
  return status.error().front().args.front().second;
}

TEST(Sheet, WhatIsWrittenIsReadAgain) {
  const Rows rows = {{"样例科技有限公司", "44010619000101001X", "=1+1", ""},
                     {"", "第一行\n第二行", "<&>\"'", "00123"},
                     {"13800000000"}};
  size_t at = 0;
  const std::string bytes = write_xlsx({{"数据",
                                         {"名称", "号码", "公式"},
                                         {40},
                                         [&](std::vector<std::string>& row) {
                                           if (at == rows.size()) return false;
                                           row = rows[at++];
                                           return true;
                                         }},
                                        {"说明", {"列"}, {}, {}}});
  EXPECT_TRUE(looks_like_xlsx(bytes));
  const Rows read = rows_of(bytes);
  ASSERT_EQ(read.size(), 4u);
  EXPECT_EQ(read[0], (std::vector<std::string>{"名称", "号码", "公式"}));
  EXPECT_EQ(read[1], (std::vector<std::string>{rows[0][0], rows[0][1], "=1+1"}));
  EXPECT_EQ(read[2], rows[1]);
  EXPECT_EQ(read[3], rows[2]);
}

TEST(Sheet, CellsAsPeopleReadThem) {
  std::vector<int64_t> lines;
  const Rows rows = rows_of(
      archive(parts_of(
          data(
              R"(<row r="2"><c r="A2" t="s"><v>1</v></c><c r="C2"><v>13800000000</v></c>)"
              R"(<c r="D2"><v>1.38E+10</v></c><c r="E2" t="b"><v>1</v></c></row>)"
              R"(<row r="3"><c r="A3"/></row>)"
              R"(<row><c t="inlineStr"><is><r><t>样</t></r><r><t>例</t></r></is></c>)"
              R"(<c t="str"><f>A1</f><v>算出的</v></c><c t="e"><v>#N/A</v></c>)"
              R"(<c><v>4.4010619000101E+17</v></c><c t="n"><v>2.50</v></c><c><v>4.0</v></c></row>)"),
          R"(<sst><si><t>x</t></si><si><t>北</t><rPh sb="0" eb="1"><t>bei</t></rPh><r><t>京</t></r></si></sst>)")),
      &lines);
  EXPECT_EQ(rows, (Rows{{"北京", "", "13800000000", "13800000000", "1"},
                        {"样例", "算出的", "", "4.4010619000101E+17", "2.50", "4"}}));
  EXPECT_EQ(lines, (std::vector<int64_t>{2, 4}));
}

TEST(Sheet, StopsWhenTold) {
  int seen = 0;
  const auto status = read_xlsx(
      archive(parts_of(data("<row><c><v>1</v></c></row><row><c><v>2</v></c></row>"))), [&](Row&&) {
        ++seen;
        return false;
      });
  EXPECT_TRUE(status);
  EXPECT_EQ(seen, 1);
}

TEST(Sheet, RefusesWhatIsNone) {
  EXPECT_EQ(refusal("name,number\r\n"), "不是 xlsx 文件，或已加密、已损坏");
  EXPECT_EQ(refusal(""), "不是 xlsx 文件，或已加密、已损坏");
  EXPECT_EQ(refusal(archive({{"a.txt", "a"}})), "缺少 _rels/.rels");
  Parts parts = parts_of(data(""));
  parts.erase(parts.begin() + 4);
  EXPECT_EQ(refusal(archive(parts)), "没有工作表");
  parts = parts_of(data(""));
  parts[1].second = "<workbook/>";
  EXPECT_EQ(refusal(archive(parts)), "没有工作表");
  const std::string whole = archive(parts_of(data("<row><c><v>1</v></c></row>")));
  EXPECT_EQ(refusal(whole.substr(0, whole.size() / 2)), "不是 xlsx 文件，或已加密、已损坏");
}

TEST(Sheet, RefusesHostileOnes) {
  const auto sheet = [](const std::string& rows) { return archive(parts_of(data(rows))); };
  EXPECT_EQ(
      refusal(archive(parts_of("<!DOCTYPE a [<!ENTITY e \"x\">]><worksheet>&e;</worksheet>"))),
      "xl/worksheets/first.xml 不是正确的 XML");
  EXPECT_EQ(refusal(sheet("<row><c></row>")), "xl/worksheets/first.xml 不是正确的 XML");
  EXPECT_EQ(refusal(sheet(R"(<row><c t="s"><v>9</v></c></row>)")), "引用了不存在的文本");
  EXPECT_EQ(refusal(sheet(R"(<row><c t="s"><v>-1</v></c></row>)")), "引用了不存在的文本");
  EXPECT_EQ(refusal(sheet(R"(<row><c r="XFD1"><v>9</v></c></row>)")), "列过多");
  EXPECT_EQ(refusal(sheet(R"(<row><c r="AAAAAAAAAA1"><v>9</v></c></row>)")), "列过多");
  EXPECT_EQ(refusal(sheet("<row><c t=\"str\"><v>" + std::string(40'000, 'x') + "</v></c></row>")),
            "单元格内容过长");
  // A small file that unpacks to hundreds of megabytes.
  const std::string bomb = sheet(std::string(20'000'000, ' '));
  EXPECT_LT(bomb.size(), 100'000u);
  EXPECT_EQ(refusal(bomb, {.max_unpacked = 1'000'000}), "解压后过大");
}

}  // namespace
}  // namespace beian::sheet
