#include "domains/suffix.hpp"

#include <set>
#include <stdexcept>
#include <string>

#include "base/embedded.hpp"
#include "base/json.hpp"
#include "china/domain.hpp"

namespace beian::domains {
namespace {

std::set<std::string, std::less<>> read_suffixes() {
  const auto json = parse_json(embedded::file("data/domains/suffixes.json"));
  if (!json) throw std::logic_error("data/domains/suffixes.json is not JSON");
  std::set<std::string, std::less<>> out;
  for (const Json& word : (*json)["suffixes"].items()) {
    // A top level alone is no domain name: normalised as the end of one.
    const auto name = china::normalise_domain("a." + word.as_string());
    if (!name) throw std::logic_error("data/domains/suffixes.json: " + word.as_string());
    out.insert(name->substr(2));
  }
  return out;
}

}  // namespace

bool is_approved_suffix(std::string_view domain) {
  static const auto kSuffixes = read_suffixes();
  return kSuffixes.contains(domain.substr(domain.rfind('.') + 1));
}

}  // namespace beian::domains
