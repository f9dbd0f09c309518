#include "china/mobile_area.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/embedded.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace beian::china {
namespace {

// Of the four digits after the first three: where a run begins, and its province (first two digits
// of the region code; 0: not known).
struct Run {
  int64_t from = 0, province = 0;
};
using Runs = std::vector<Run>;

int64_t number(std::string_view digits) {
  int64_t n = 0;
  if (!text::parse_i64(digits, n))
    throw std::logic_error("data/codes/mobile-areas.json: " + std::string(digits));
  return n;
}

Runs read_runs(std::string_view text) {
  Runs runs;
  int64_t from = 0;
  for (const std::string& part : text::split(text, ' ')) {
    const size_t star = part.find('*');
    runs.push_back({from, number(std::string_view(part).substr(0, star))});
    from += star == std::string::npos ? 1 : number(std::string_view(part).substr(star + 1));
  }
  if (from != 10'000) throw std::logic_error("data/codes/mobile-areas.json: a prefix has a gap");
  return runs;
}

std::map<std::string, Runs, std::less<>> read_prefixes() {
  const auto json = parse_json(embedded::file("data/codes/mobile-areas.json"));
  if (!json) throw std::logic_error("data/codes/mobile-areas.json is not JSON");
  std::map<std::string, Runs, std::less<>> out;
  for (const auto& [prefix, runs] : (*json)["prefixes"].members())
    out.emplace(prefix, read_runs(runs.as_string()));
  return out;
}

}  // namespace

std::optional<int64_t> mobile_province(std::string_view mobile) {
  static const auto kPrefixes = read_prefixes();
  if (mobile.size() != 11 || !text::all_digits(mobile)) return std::nullopt;
  const auto found = kPrefixes.find(mobile.substr(0, 3));
  if (found == kPrefixes.end()) return std::nullopt;
  const int64_t segment = number(mobile.substr(3, 4));
  const auto after = std::ranges::upper_bound(found->second, segment, {}, &Run::from);
  const int64_t province = std::prev(after)->province;
  if (province == 0) return std::nullopt;
  return province * 10'000;
}

}  // namespace beian::china
