// Regions, code tables, addresses.
#include <gtest/gtest.h>

#include <set>

#include "china/codes.hpp"
#include "china/ip.hpp"
#include "china/mobile_area.hpp"
#include "china/regions.hpp"

#include <rapidcheck/gtest.h>

namespace beian::china {
namespace {

TEST(Regions, TheListIsATree) {
  EXPECT_EQ(regions_under(0).size(), 34u);
  for (const Region& region : regions()) {
    if (region.level == RegionLevel::province) continue;
    const Region* parent = find_region(region.parent);
    ASSERT_NE(parent, nullptr) << region.code;
    EXPECT_EQ(static_cast<int>(parent->level) + 1, static_cast<int>(region.level)) << region.code;
    EXPECT_EQ(parent->code % 10000 == 0 ? 0 : province_of(parent->code), parent->parent);
    EXPECT_FALSE(region.name.empty());
    // Statistical zones are dropped.
    EXPECT_FALSE(region.code % 100 >= 70 && region.code % 100 <= 79) << region.code;
  }
}

TEST(Regions, Finds) {
  ASSERT_NE(find_region(440305), nullptr);
  EXPECT_EQ(find_region(440305)->name, "南山区");
  EXPECT_EQ(find_region(440305)->level, RegionLevel::county);
  EXPECT_EQ(find_region(440305)->parent, 440300);
  EXPECT_EQ(find_region(810000)->name, "香港特别行政区");
  EXPECT_EQ(find_region(999999), nullptr);
  EXPECT_EQ(find_region(0), nullptr);
  EXPECT_EQ(find_region(-1), nullptr);
  EXPECT_EQ(find_region(130171), nullptr);
}

TEST(Regions, Within) {
  EXPECT_TRUE(is_within(440305, 440300));
  EXPECT_TRUE(is_within(440305, 440000));
  EXPECT_TRUE(is_within(440305, 440305));
  EXPECT_FALSE(is_within(440000, 440300));
  EXPECT_FALSE(is_within(440305, 450000));
  EXPECT_FALSE(is_within(440399, 440300));
}

TEST(Regions, FullNames) {
  EXPECT_EQ(full_name(440305), "广东省深圳市南山区");
  EXPECT_EQ(full_name(110101), "北京市东城区");
  EXPECT_EQ(full_name(110100), "北京市");
  EXPECT_EQ(full_name(429004), "湖北省仙桃市");
  EXPECT_EQ(full_name(659001), "新疆维吾尔自治区石河子市");
  EXPECT_EQ(full_name(1), "");
}

std::string place(int64_t province, int64_t city, std::optional<int64_t> county = {}) {
  std::string out;
  for (const Problem& problem : check_place(province, city, county))
    out += std::string(spec_of(problem.code).name) + problem.field + " ";
  return out;
}

TEST(Regions, Places) {
  EXPECT_EQ(place(440000, 440300, 440305), "");
  EXPECT_EQ(place(440000, 440300), "");
  EXPECT_EQ(place(110000, 110100, 110101), "");
  EXPECT_EQ(place(500000, 500200, 500229), "");
  EXPECT_EQ(place(420000, 429000, 429004), "");
  EXPECT_EQ(place(440000, 441900), "");
  EXPECT_EQ(place(440000, 441900, 441900), "");
  EXPECT_EQ(place(440000, 440300, 440300), "unknown_region/county ");
  EXPECT_EQ(place(440000, 450100, 440305), "region_mismatch/city region_mismatch/county ");
  EXPECT_EQ(place(440000, 440300, 440103), "region_mismatch/county ");
  EXPECT_EQ(place(450000, 440300, 440305), "region_mismatch/city region_mismatch/county ");
  EXPECT_EQ(place(999999, 999999, 999999),
            "unknown_region/province unknown_region/city unknown_region/county ");
  EXPECT_EQ(place(440300, 440000, 440305), "unknown_region/province unknown_region/city ");
  EXPECT_EQ(place(0, 440300, 440305), "unknown_region/province ");
}

TEST(Regions, Prefixes) {
  std::set<std::string> prefixes;
  for (const Region* province : regions_under(0)) {
    if (province->filing_prefix.empty()) continue;
    prefixes.insert(province->filing_prefix);
    EXPECT_EQ(province_with_prefix(province->filing_prefix), province->code);
    EXPECT_EQ(filing_prefix_of(province->code), province->filing_prefix);
  }
  EXPECT_EQ(prefixes.size(), 31u);
  EXPECT_EQ(province_with_prefix("蜀"), 510000);
  EXPECT_EQ(province_with_prefix(""), std::nullopt);
  EXPECT_EQ(filing_prefix_of(440300), "");
}

TEST(Codes, EveryTableIsSound) {
  EXPECT_EQ(code_tables().size(), 40u);
  for (const CodeTable& table : code_tables()) {
    EXPECT_FALSE(table.title().empty()) << table.name();
    EXPECT_FALSE(table.rows().empty()) << table.name();
    std::set<int64_t> codes;
    for (const CodeRow& row : table.rows()) {
      EXPECT_TRUE(row.more["code"].is_int()) << table.name();
      EXPECT_TRUE(codes.insert(row.code).second) << table.name() << " " << row.code;
      EXPECT_FALSE(row.zh.empty()) << table.name() << " " << row.code;
      EXPECT_FALSE(row.en.empty()) << table.name() << " " << row.code;
      EXPECT_EQ(table.find(row.code), &row);
    }
  }
  EXPECT_THROW(code_table("nosuch"), std::logic_error);
}

TEST(Codes, PointAtEachOther) {
  const auto all_in = [](const CodeRow& row, const char* key, const char* table) {
    for (const Json& code : row.more[key].items())
      EXPECT_NE(code_table(table).find(code.as_int()), nullptr) << table << " " << code.as_int();
  };
  for (const CodeRow& row : code_table("entity_nature").rows()) {
    all_in(row, "certificates", "certificate_type");
    EXPECT_GT(row.more["certificates"].size(), 0u) << row.code;
    EXPECT_TRUE(row.more["individual"].is_bool()) << row.code;
  }
  for (const CodeRow& row : code_table("certificate_type").rows())
    all_in(row, "natures", "entity_nature");
  for (const CodeRow& row : code_table("cancel_reason").rows())
    all_in(row, "categories", "cancel_category");
  for (const CodeRow& row : code_table("service_content").rows()) {
    if (row.more["group"].is_null()) continue;  // the newer ones stand in no group
    EXPECT_NE(code_table("service_content_group").find(row.more["group"].as_int()), nullptr);
  }
  for (const CodeRow& row : code_table("attachment_purpose").rows())
    EXPECT_NE(code_table("attachment_owner").find(row.more["owner"].as_int()), nullptr);
  for (const CodeRow& row : code_table("server_location").rows()) {
    const Region* region = find_region(row.more["region"].as_int());
    ASSERT_NE(region, nullptr) << row.code;
    EXPECT_EQ(region->filing_prefix, row.more["number_prefix"].as_string()) << row.code;
  }
}

TEST(Codes, Checks) {
  EXPECT_TRUE(check_code("entity_nature", 4));
  EXPECT_EQ(code_text("entity_nature", 4), "企业");
  EXPECT_EQ(code_text("entity_nature", 77), "77");
  const auto retired = check_code("entity_nature", 8, "/entity/nature");
  ASSERT_FALSE(retired);
  EXPECT_EQ(retired.error()[0].code, ProblemCode::code_unknown);
  EXPECT_EQ(retired.error()[0].field, "/entity/nature");
  EXPECT_FALSE(check_code("language", 0));
  EXPECT_TRUE(certificate_fits(4, 1));
  EXPECT_FALSE(certificate_fits(4, 2));
  EXPECT_FALSE(certificate_fits(77, 2));
  EXPECT_EQ(certificates_of_nature(4).front(), 1);
  EXPECT_TRUE(is_individual(5));
  EXPECT_FALSE(is_individual(4));
  EXPECT_TRUE(is_person_certificate(2));
  EXPECT_FALSE(is_person_certificate(1));
}

TEST(Tables, NamesArePrivateUnlessTheyAreSurelyNoPersons) {
  EXPECT_TRUE(name_is_private(5, 2));
  EXPECT_TRUE(name_is_private(5, 1));  // an individual, whatever was shown
  EXPECT_TRUE(name_is_private(4, 2));  // an identity card, whatever the nature says
  EXPECT_TRUE(name_is_private(0, 8));  // 军官证, on old records only
  EXPECT_TRUE(name_is_private(99, 2));
  EXPECT_TRUE(name_is_private(0, 0));
  EXPECT_TRUE(name_is_private(99, 99));
  EXPECT_FALSE(name_is_private(4, 1));
  EXPECT_FALSE(name_is_private(0, 1));
  EXPECT_FALSE(name_is_private(4, 0));
  EXPECT_FALSE(name_is_private(99, 3));
}

TEST(Ip, Forms) {
  EXPECT_EQ(parse_ip(" 203.0.113.1 ")->to_u32(), 3405803777u);
  EXPECT_EQ(ip_from_number(3405803777)->text(), "203.0.113.1");
  EXPECT_EQ(parse_ip("2001:DB8:0:0::1")->text(), "2001:db8::1");
  EXPECT_EQ(parse_ip("2001:db8::1")->to_u32(), std::nullopt);
  EXPECT_FALSE(ip_from_number(-1));
  EXPECT_FALSE(ip_from_number(4294967296));
  for (const std::string& text :
       {std::string(""), std::string("1.2.3"), std::string("1.2.3.256"), std::string("1.2.3.04"),
        std::string("1.2.3.4."), std::string("[::1]"), std::string("fe80::1%eth0"),
        std::string(":::"), std::string("1.2.3.4\0", 8), std::string("0x7f.1.1.1")})
    EXPECT_FALSE(parse_ip(text)) << text;
}

TEST(Ip, Kinds) {
  const auto kind = [](const char* text) { return kind_of(parse_ip(text).value()); };
  EXPECT_EQ(kind("8.8.8.8"), IpKind::global);
  EXPECT_EQ(kind("10.1.2.3"), IpKind::private_use);
  EXPECT_EQ(kind("172.31.255.255"), IpKind::private_use);
  EXPECT_EQ(kind("172.32.0.0"), IpKind::global);
  EXPECT_EQ(kind("192.168.0.1"), IpKind::private_use);
  EXPECT_EQ(kind("100.127.255.255"), IpKind::shared);
  EXPECT_EQ(kind("127.0.0.1"), IpKind::loopback);
  EXPECT_EQ(kind("169.254.1.1"), IpKind::link_local);
  EXPECT_EQ(kind("203.0.113.9"), IpKind::documentation);
  EXPECT_EQ(kind("224.0.0.1"), IpKind::multicast);
  EXPECT_EQ(kind("255.255.255.255"), IpKind::reserved);
  EXPECT_EQ(kind("0.0.0.0"), IpKind::unspecified);
  EXPECT_EQ(kind("::"), IpKind::unspecified);
  EXPECT_EQ(kind("::1"), IpKind::loopback);
  EXPECT_EQ(kind("fd00::1"), IpKind::private_use);
  EXPECT_EQ(kind("2001:db8::1"), IpKind::documentation);
  EXPECT_EQ(kind("2400::1"), IpKind::global);
  EXPECT_EQ(kind("::ffff:10.0.0.1"), IpKind::reserved);
  EXPECT_TRUE(is_servable(parse_ip("203.0.113.9").value()));
  EXPECT_FALSE(is_servable(parse_ip("10.0.0.1").value()));
  EXPECT_EQ(title_of(IpKind::private_use), "内网地址");
}

TEST(IpRange, Forms) {
  const auto range = parse_ip_range("203.0.113.1", "203.0.113.9").value();
  EXPECT_EQ(range.size(), 9u);
  EXPECT_EQ(range.text(), "203.0.113.1-203.0.113.9");
  EXPECT_EQ(parse_ip_range("203.0.113.0/24")->text(), "203.0.113.0-203.0.113.255");
  EXPECT_EQ(parse_ip_range("203.0.113.7/32")->text(), "203.0.113.7");
  EXPECT_EQ(parse_ip_range("0.0.0.0/0")->size(), 4294967296u);
  EXPECT_EQ(parse_ip_range("2001:db8::/127")->text(), "2001:db8::-2001:db8::1");
  EXPECT_EQ(parse_ip_range("2001:db8::/32")->size(), UINT64_MAX);
  EXPECT_EQ(parse_ip_range("2001:db8::/64")->size(), UINT64_MAX);  // 2^64, capped
  EXPECT_EQ(parse_ip_range("2001:db8::/65")->size(), uint64_t{1} << 63);
  EXPECT_EQ(parse_ip_range("2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::1")->size(), 3u);
  EXPECT_EQ(parse_ip_range("203.0.113.1 - 203.0.113.2")->size(), 2u);
  EXPECT_EQ(parse_ip_range("203.0.113.1")->size(), 1u);
  for (const char* text : {"203.0.113.1/24", "203.0.113.0/33", "203.0.113.0/-1", "203.0.113.0/",
                           "2001:db8::/129", "a-b", ""})
    EXPECT_FALSE(parse_ip_range(text)) << text;
}

TEST(IpRange, NothingSetAsideInside) {
  const auto servable = [](const char* text) { return is_servable(parse_ip_range(text).value()); };
  EXPECT_TRUE(servable("203.0.113.0/24"));
  EXPECT_TRUE(servable("203.0.112.0-203.0.114.255"));
  EXPECT_FALSE(servable("9.255.255.255-11.0.0.0"));  // all of 10/8 between two public ends
  EXPECT_FALSE(servable("10.0.0.0-11.0.0.0"));
  EXPECT_FALSE(servable("9.0.0.0-10.0.0.0"));
  EXPECT_TRUE(servable("2001:db8::/32"));
  EXPECT_FALSE(servable("2400::-fe00::"));
  EXPECT_FALSE(servable("1000::-2400::"));
}

TEST(IpRange, EndsAreNamed) {
  const auto both = parse_ip_range("x", "y");
  ASSERT_FALSE(both);
  ASSERT_EQ(both.error().size(), 2u);
  EXPECT_EQ(both.error()[0].field, "/from");
  EXPECT_EQ(both.error()[1].field, "/to");
  EXPECT_EQ(parse_ip_range("203.0.113.2", "203.0.113.1").error()[0].code,
            ProblemCode::bad_ip_range);
  EXPECT_EQ(parse_ip_range("203.0.113.2", "2001:db8::").error()[0].code, ProblemCode::bad_ip_range);
}

RC_GTEST_PROP(IpProperty, RoundTrip, (uint32_t number, const std::array<uint8_t, 16>& bytes)) {
  const IpAddress four = IpAddress::v4(number), six = IpAddress::v6(bytes);
  RC_ASSERT((parse_ip(four.text()) == four));
  RC_ASSERT(four.to_u32() == number);
  RC_ASSERT((parse_ip(six.text()) == six));
  RC_ASSERT(four < six);
}

RC_GTEST_PROP(IpProperty, RangesContainTheirEndsAndNoMore, (uint32_t a, uint32_t b, uint32_t c)) {
  const auto range =
      parse_ip_range(IpAddress::v4(std::min(a, b)).text(), IpAddress::v4(std::max(a, b)).text());
  RC_ASSERT(range.has_value());
  RC_ASSERT(range->size() == uint64_t{std::max(a, b)} - std::min(a, b) + 1);
  RC_ASSERT(range->contains(IpAddress::v4(c)) == (c >= std::min(a, b) && c <= std::max(a, b)));
  RC_ASSERT(range->overlaps(IpRange{IpAddress::v4(a), IpAddress::v4(a)}));
  RC_ASSERT((parse_ip_range(range->text()) == *range));
}

TEST(MobileArea, ByTheFirstSevenDigits) {
  EXPECT_EQ(mobile_province("13000000000"), 370000);        // the first segment of all
  EXPECT_EQ(mobile_province("13800138000"), 110000);        // as the package's own test has it
  EXPECT_EQ(mobile_province("19999999999"), std::nullopt);  // younger than the data
  EXPECT_EQ(mobile_province("1300000000"), std::nullopt);
  EXPECT_EQ(mobile_province("1300000000x"), std::nullopt);
  EXPECT_EQ(mobile_province(""), std::nullopt);
}

}  // namespace
}  // namespace beian::china
