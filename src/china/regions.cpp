#include "china/regions.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/embedded.hpp"
#include "base/json.hpp"

namespace beian::china {

namespace {

std::vector<Region> load() {
  const auto json = parse_json(embedded::file("data/codes/regions.json"));
  if (!json) throw std::logic_error("data/codes/regions.json is not JSON");
  std::vector<Region> out;
  for (const Json& row : (*json)["rows"].items()) {
    Region region;
    region.code = row.at(0).as_int();
    region.name = row.at(1).as_string();
    region.filing_prefix = row.at(2).as_string();
    if (region.code % 10000 == 0) {
      region.level = RegionLevel::province;
    } else if (region.code % 100 == 0) {
      region.level = RegionLevel::city;
      region.parent = province_of(region.code);
    } else {
      region.level = RegionLevel::county;
      region.parent = city_of(region.code);
    }
    out.push_back(std::move(region));
  }
  std::ranges::sort(out, {}, &Region::code);
  return out;
}

// Rows that only complete the tree and that nobody writes in an address.
bool is_filler(const Region& region) {
  return region.level == RegionLevel::city && (region.name == "市辖区" || region.name == "县" ||
                                               region.name.find("直辖县级") != std::string::npos);
}

const Region* find_at(int64_t code, RegionLevel level) {
  const Region* region = find_region(code);
  return region != nullptr && region->level == level ? region : nullptr;
}

}  // namespace

std::span<const Region> regions() {
  static const std::vector<Region> kRegions = load();
  return kRegions;
}

const Region* find_region(int64_t code) {
  const auto all = regions();
  const auto it = std::ranges::lower_bound(all, code, {}, &Region::code);
  return it != all.end() && it->code == code ? &*it : nullptr;
}

std::vector<const Region*> regions_under(int64_t parent) {
  std::vector<const Region*> out;
  for (const Region& region : regions()) {
    if (region.parent == parent) out.push_back(&region);
  }
  return out;
}

bool is_within(int64_t code, int64_t ancestor) {
  if (find_region(ancestor) == nullptr) return false;
  for (const Region* at = find_region(code); at != nullptr; at = find_region(at->parent)) {
    if (at->code == ancestor) return true;
  }
  return false;
}

Problems check_place(int64_t province, int64_t city, std::optional<int64_t> county) {
  Problems problems;
  const auto tell = [&problems](ProblemCode code, const char* field) {
    problems.push_back(Problem{code, field, {}});
  };
  const bool province_known = find_at(province, RegionLevel::province) != nullptr;
  const bool city_known = find_at(city, RegionLevel::city) != nullptr;
  if (!province_known) tell(ProblemCode::unknown_region, "/province");
  if (!city_known) {
    tell(ProblemCode::unknown_region, "/city");
  } else if (province_known && !is_within(city, province)) {
    tell(ProblemCode::region_mismatch, "/city");
  }
  if (!county) return problems;
  if (*county == city && city_known && regions_under(city).empty()) return problems;
  if (find_at(*county, RegionLevel::county) == nullptr) {
    tell(ProblemCode::unknown_region, "/county");
  } else if ((city_known && !is_within(*county, city)) ||
             (province_known && !is_within(*county, province))) {
    tell(ProblemCode::region_mismatch, "/county");
  }
  return problems;
}

std::string full_name(int64_t code) {
  std::string out;
  for (const Region* at = find_region(code); at != nullptr; at = find_region(at->parent)) {
    if (!is_filler(*at)) out.insert(0, at->name);
  }
  return out;
}

std::optional<int64_t> province_with_prefix(std::string_view prefix) {
  // Asked for each number that is read: the provinces alone, not all the regions.
  static const std::vector<const Region*> provinces = regions_under(0);
  if (prefix.empty()) return {};
  for (const Region* province : provinces) {
    if (province->filing_prefix == prefix) return province->code;
  }
  return {};
}

std::string_view filing_prefix_of(int64_t province) {
  const Region* region = find_region(province);
  return region == nullptr ? std::string_view() : std::string_view(region->filing_prefix);
}

std::vector<int64_t> filing_provinces() {
  std::vector<int64_t> out;
  for (const Region* region : regions_under(0))
    if (!region->filing_prefix.empty()) out.push_back(region->code);
  return out;
}

}  // namespace beian::china
