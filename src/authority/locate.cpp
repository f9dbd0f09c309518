#include "authority/locate.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "authority/faults.hpp"
#include "authority/mapping.hpp"
#include "base/text.hpp"

namespace beian::authority {
namespace {

constexpr size_t kShortestToken = 4;  // an unquoted "1" or "com" means nothing

struct Quotes {
  std::string_view open, close;
};
constexpr auto kQuotes = std::to_array<Quotes>(
    {{"“", "”"}, {"\"", "\""}, {"「", "」"}, {"《", "》"}, {"【", "】"}, {"‘", "’"}, {"'", "'"}});

void quoted(std::string_view text, const Quotes& quotes, std::vector<std::string>& out) {
  for (size_t from = text.find(quotes.open); from != std::string_view::npos;) {
    const size_t begin = from + quotes.open.size();
    const size_t end = text.find(quotes.close, begin);
    if (end == std::string_view::npos) return;
    if (const auto value = text::trim(text.substr(begin, end - begin)); !value.empty())
      out.emplace_back(value);
    from = text.find(quotes.open, end + quotes.close.size());
  }
}

bool is_token_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-' || c == '_' || c == ':' || c == '/' || c == '@';
}

// Runs of ASCII that a domain, address, URL, number or mail address is made of.
void tokens(std::string_view text, std::vector<std::string>& out) {
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && is_token_char(text[end])) ++end;
    auto token = text.substr(i, end - i);
    while (!token.empty() && (token.back() == '.' || token.back() == ':')) token.remove_suffix(1);
    if (token.size() >= kShortestToken) out.emplace_back(token);
    i = std::max(end, i + 1);
  }
}

bool holds(const Json& range, const std::string& value) {
  const auto from = ipv4_number(range["from"].as_string());
  const auto to = ipv4_number(range["to"].as_string());
  const auto asked = ipv4_number(value);
  return from && to && asked && *from <= *asked && *asked <= *to;
}

void find_all(const Json& json, const std::string& value, const std::string& at,
              std::vector<std::string>& out) {
  if (json.is_string() && text::upper_ascii(text::trim(json.as_string())) == value)
    out.push_back(at);
  for (size_t i = 0; json.is_array() && i < json.size(); ++i)
    find_all(json.at(i), value, at + "/" + std::to_string(i), out);
  if (json.is_object() && json.find("from") && holds(json, value)) {
    out.push_back(at);
    return;
  }
  for (const auto& [name, member] : json.members())
    find_all(member, value, std::string(at).append("/").append(name), out);
}

// "/services/1" of "/services/1/domains/0"; "" of others.
std::string site_of(const std::string& pointer) {
  static constexpr std::string_view kServices = "/services/";
  if (!pointer.starts_with(kServices)) return {};
  return pointer.substr(0, pointer.find('/', kServices.size()));
}

bool is_site_name(const std::string& pointer) {
  return !site_of(pointer).empty() && pointer == site_of(pointer) + "/name";
}

// Whether a pointer lies where the hint says, whichever service it is.
bool fits(const std::string& pointer, std::string_view hint) {
  const std::string site = site_of(pointer);
  const std::string hinted_site = site_of(std::string(hint));
  if (site.empty() != hinted_site.empty()) return false;
  return std::string_view(pointer).substr(site.size()).starts_with(hint.substr(hinted_site.size()));
}

void narrow(std::vector<std::string>& pointers, const auto& wanted) {
  if (pointers.size() > 1 && std::ranges::any_of(pointers, wanted))
    std::erase_if(pointers, [&](const std::string& p) { return !wanted(p); });
}

// The one place, or the site that all of them belong to.
std::string agreed(std::vector<std::string> pointers) {
  std::ranges::sort(pointers);
  const auto twice = std::ranges::unique(pointers);
  pointers.erase(twice.begin(), twice.end());
  if (pointers.empty()) return {};
  if (pointers.size() == 1) return pointers.front();
  const auto site = site_of(pointers.front());
  const bool same = std::ranges::all_of(
      pointers, [&](const std::string& pointer) { return site_of(pointer) == site; });
  return same ? site : std::string();
}

}  // namespace

std::string locate(const Json& document, std::string_view text, std::string_view hint) {
  std::vector<std::string> values;
  for (const auto& quotes : kQuotes) quoted(text, quotes, values);
  tokens(text, values);

  std::vector<std::vector<std::string>> found;  // for each value that stands in the document
  for (const auto& value : values) {
    std::vector<std::string> pointers;
    find_all(document, text::upper_ascii(value), "", pointers);
    if (!pointers.empty()) found.push_back(std::move(pointers));
  }
  std::string site;
  for (const auto& pointers : found)
    if (pointers.size() == 1 && is_site_name(pointers.front())) site = site_of(pointers.front());

  std::vector<std::string> names, others;
  for (auto& pointers : found) {
    if (!site.empty()) narrow(pointers, [&](const auto& p) { return site_of(p) == site; });
    if (!hint.empty()) narrow(pointers, [&](const auto& p) { return fits(p, hint); });
    const auto place = agreed(pointers);
    if (place.empty()) continue;
    (is_site_name(place) ? names : others).push_back(place);
  }
  return agreed(others.empty() ? names : others);
}

std::string field_of_result(const Json& document, int code, std::string_view text) {
  const auto usual = field_of_fault(code, 1);
  auto place = locate(document, text, usual);
  const auto site = site_of(place);
  // The text names no more than the site: the code says what of it.
  if (!site.empty() && (place == site || is_site_name(place)) && !site_of(usual).empty())
    return site + usual.substr(site_of(usual).size());
  if (!place.empty()) return place;
  const auto field = field_of_fault(code, std::max<size_t>(1, document["services"].size()));
  // An access to what is filed stands alone.
  if (document.find("access") && field.ends_with("/accesses")) return "/access";
  // A body that names what is filed has no such field.
  const auto owner = field.substr(0, field.find("/materials/"));
  return document.pointer(owner) || document["entity"].find("certificate") ? field : std::string();
}

}  // namespace beian::authority
