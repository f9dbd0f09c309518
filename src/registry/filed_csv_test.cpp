#include "registry/filed_csv.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "base/text.hpp"
#include "registry/filed.hpp"
#include "registry/sample_for_test.hpp"

namespace beian::registry::test {
namespace {

std::vector<CsvRecord> read(const std::string& csv) {
  std::istringstream in(csv);
  std::vector<CsvRecord> out;
  const auto status = read_filed_csv(in, [&](CsvRecord record) {
    out.push_back(std::move(record));
    return true;
  });
  EXPECT_TRUE(status) << status.error().front().field;
  return out;
}

const std::string kHeader =
    "province,entity_id,entity_number,entity_name,nature,certificate_type,certificate_number,"
    "service_id,service_number,service_name,domains,accesses\n";

TEST(FiledCsv, ALineIsAService) {
  const auto records =
      read(kHeader +
           "440305,7,粤ICP备2026000001号,样例公司,4,1,91990000MA0000000X,70,粤ICP备2026000001号-1,"
           "样例网站,\"1:yangli-example.cn 2:yangli-2-example.cn\",5:900001\n"
           "440305,7,,,,,,71,粤ICP备2026000001号-2,样例网站二,3:yangli-3-example.cn,6:900002\n"
           "330000,7,浙ICP备2026000001号,样例公司乙,,1,91990000MA0000001X,72,,样例,4:a-example.cn,"
           "7:9\n");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].line, 2);
  EXPECT_EQ(records[1].line, 4);
  EXPECT_TRUE(records[0].problems.empty() && records[1].problems.empty());
  const auto filed = read_filed(records[0].record).value();
  EXPECT_EQ(filed.province, 440000);
  EXPECT_EQ(filed.certificate_number, "91990000MA0000000X");
  ASSERT_EQ(filed.services.size(), 2u);
  EXPECT_EQ(filed.services[0].domains[1].name, "yangli-2-example.cn");
  EXPECT_EQ(filed.services[1].accesses[0].provider, 900002);
}

TEST(FiledCsv, FaultsAreOfTheirRecord) {
  const auto records = read(kHeader +
                            "440000,7,粤ICP备2026000001号,样例,4,1,9,70,,样例,1:a.cn,5:900001\n"
                            "440000,8,粤ICP备2026000002号,样例,x,1,9,71,,样例,a.cn,5:here\n"
                            "440000,9,粤ICP备2026000003号,样例,4,1,9,72,,样例,3:c.cn,7:900001\n");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_TRUE(records[0].problems.empty() && records[2].problems.empty());
  std::string fields;
  for (const auto& problem : records[1].problems)
    fields += problem.field + problem.args.front().second + " ";
  EXPECT_EQ(fields, "nature3 domains3 accesses3 ");
  EXPECT_NE(records[1].lines.find(",a.cn,5:here"), std::string::npos);
}

std::string told(const CsvRecord& record) {
  std::string out;
  for (const auto& problem : record.problems) {
    out += std::string(spec_of(problem.code).name) + " " + problem.field;
    for (const auto& [name, value] : problem.args) out += " " + value;
    out += "; ";
  }
  return out;
}

std::string line_of(const std::string& entity_id, const std::string& name,
                    const std::string& domains, const std::string& province = "440000",
                    const std::string& nature = "4") {
  return province + "," + entity_id + ",粤ICP备2026000001号," + name + "," + nature + ",1,9," +
         "70,,样例," + domains + ",5:900001\n";
}

TEST(FiledCsv, WhatNobodyCanHaveFiledIsTold) {
  for (const auto& [line, wanted] : std::vector<std::pair<std::string, std::string>>{
           {line_of("7", "样例", "\"1:a.cn,2:b.cn\""), "bad_domain domains 2 a.cn,2:b.cn; "},
           {line_of("7", "样例", "1:com.cn"), "bad_domain domains 2 com.cn; "},
           {line_of("7", "样例", "1:203.0.113.4"), "bad_domain domains 2 203.0.113.4; "},
           {line_of("7", "样例", "1:样例"), "bad_domain domains 2 样例; "},
           {line_of("7", "样例", "0:a.cn"), "bad_format domains 2; "},
           {line_of("-3", "样例", "1:a.cn"), "bad_format entity_id 2; "},
           {line_of("7", "样例", "1:a.cn", "999999"), "code_unknown province 2 999999; "},
           {line_of("7", "样例", "1:a.cn", "440000", "99"), "code_unknown nature 2 99; "},
           {line_of("7", "样例", "1:例子.中国"), ""}}) {
    const auto records = read(kHeader + line);
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(told(records[0]), wanted);
  }
}

// A byte that is no character, of one line only: the others go in, and nobody's name changes.
TEST(FiledCsv, WrongBytesAreAFaultOfTheirLine) {
  const auto gbk = [](const std::string& utf8) { return text::to_gbk(utf8).value(); };
  const std::string first = line_of("7", "样例甲", "1:a.cn"),
                    last = line_of("9", "样例丙", "3:c.cn");
  for (const auto& [csv, problem] : std::vector<std::pair<std::string, std::string>>{
           {kHeader + first + line_of("8", "样\xFF例", "2:b.cn") + last,
            "bad_encoding entity_name 3 UTF-8; "},
           {kHeader + first + line_of("8", std::string("样\0例", 7), "2:b.cn") + last,
            "bad_encoding entity_name 3 UTF-8; "},
           {kHeader + gbk(first) + gbk(line_of("8", "样", "2:b.cn")).replace(30, 1, "\xFF") +
                gbk(last),
            "bad_encoding entity_name 3 GBK; "}}) {
    const auto records = read(csv);
    ASSERT_EQ(records.size(), 3u);
    EXPECT_EQ(told(records[0]), "");
    EXPECT_EQ(records[0].record["entity"]["name"].as_string(), "样例甲");
    EXPECT_EQ(told(records[1]), problem);
    EXPECT_TRUE(text::is_utf8(records[1].lines)) << records[1].lines;
    EXPECT_NE(records[1].lines.find("2:b.cn"), std::string::npos);
    EXPECT_EQ(records[2].record["entity"]["name"].as_string(), "样例丙");
  }
}

// Nobody asks for what stands behind the last column.
TEST(FiledCsv, CellsWithoutAColumnAreNotRead) {
  std::string line = line_of("7", "样例", "1:a.cn");
  line.insert(line.size() - 1, ",more,\xFF");
  const auto records =
      read(kHeader + line_of("6", "样例", "2:b.cn") + line + line_of("8", "样例", "3:c.cn"));
  ASSERT_EQ(records.size(), 3u);
  for (const auto& record : records) EXPECT_EQ(told(record), "");
}

TEST(FiledCsv, AFileOfAnotherKindIsRefused) {
  for (const std::string& csv : {std::string(), std::string("domain,number\n"),
                                 kHeader + "\"440000", std::string("province,entity_id\n")}) {
    std::istringstream in(csv);
    EXPECT_FALSE(read_filed_csv(in, [](const CsvRecord&) { return true; })) << csv;
  }
  // All that is wrong with the first line at once.
  std::istringstream in(
      "province,what,province,entity_id,entity_name,certificate_type,service_id\n");
  const auto refused = read_filed_csv(in, [](const CsvRecord&) { return true; });
  ASSERT_FALSE(refused);
  std::string fields;
  for (const auto& problem : refused.error()) fields += problem.field + " ";
  EXPECT_EQ(fields, "what province certificate_number service_name domains accesses ");
}

TEST(FiledCsv, GbkIsRead) {
  const auto gbk = text::to_gbk(
      kHeader + "440000,7,粤ICP备2026000001号,样例,4,1,9,70,,样例网站,1:a-example.cn,5:900001\n");
  const auto records = read(*gbk);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].record["services"].at(0)["name"].as_string(), "样例网站");
}

RC_GTEST_PROP(FiledCsvProperty, WhatIsWrittenIsReadToTheSame, ()) {
  const auto text = [] {
    return *rc::gen::element<std::string>("样例", "=1+2", "'=1", "a,b", "\"q\"", " x ", "二\n行",
                                          "'", "-");
  };
  std::vector<Json> records;
  std::string csv = filed_csv_header();
  for (int64_t id = 1, most = *rc::gen::inRange(1, 4); id <= most; ++id) {
    EntitySample entity;
    entity.id = id;
    entity.name = text();
    entity.nature = *rc::gen::element<int64_t>(4, 5);
    std::vector<ServiceSample> services;
    for (int64_t n = *rc::gen::inRange(1, 4); n > 0; --n) {
      ServiceSample service;
      service.id = id * 10 + n;
      service.domains = {{service.id, "yangli-example.cn"}, {service.id + 1000, text()}};
      service.accesses = {{service.id, kOwn}, {service.id + 1000, kOther}};
      services.push_back(std::move(service));
    }
    records.push_back(record_of(entity, services));
    for (auto& service : records.back().find("services")->items()) service.set("name", text());
    csv += filed_csv_lines(records.back()).value();
  }
  const auto got = read(csv);
  RC_ASSERT(got.size() == records.size());
  for (size_t i = 0; i < got.size(); ++i) {
    RC_ASSERT(got[i].problems.empty());
    RC_ASSERT(to_string(got[i].record) == to_string(records[i]));
  }
}

}  // namespace
}  // namespace beian::registry::test
