#include "sandbox/judge_places.hpp"

#include <chrono>
#include <optional>

#include "base/text.hpp"
#include "china/regions.hpp"

namespace beian::sandbox {
namespace {

std::optional<int64_t> code_at(const Json& record, std::string_view field) {
  const Json* value = record.find(field);
  if (value == nullptr) return std::nullopt;
  return value->as_int();
}

bool is_level(int64_t code, china::RegionLevel level) {
  const auto* region = china::find_region(code);
  return region != nullptr && region->level == level;
}

}  // namespace

void judge_place(Judge& judge, const Json& record, std::string_view where) {
  const auto province = code_at(record, "province"), city = code_at(record, "city"),
             county = code_at(record, "county");
  const bool good_province = !province || is_level(*province, china::RegionLevel::province);
  const bool good_city = !city || is_level(*city, china::RegionLevel::city);
  const bool good_county = !county || china::find_region(*county) != nullptr;
  judge.unless(good_province, 2024, where);
  judge.unless(good_city, 2025, where);
  judge.unless(good_county, 2026, where);
  if (good_province && good_city && good_county && province && city)
    judge.unless(china::check_place(*province, *city, county).empty(), 2011, where);
}

bool is_place(int64_t province, int64_t city) {
  return china::check_place(province, city).empty();
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto digits = [&](size_t at, size_t length) -> int {
    int64_t number = -1;
    const auto part = text.substr(at, length);
    return text::all_digits(part) && text::parse_i64(part, number) ? static_cast<int>(number) : -1;
  };
  const int year = digits(0, 4), month = digits(5, 2), day = digits(8, 2);
  if (year < 0 || month < 0 || day < 0) return false;
  return std::chrono::year_month_day{std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day))}
      .ok();
}

}  // namespace beian::sandbox
