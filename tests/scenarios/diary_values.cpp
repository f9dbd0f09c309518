#include "diary_values.hpp"

#include <algorithm>
#include <stdexcept>

#include "app/filing_walk.hpp"
#include "base/embedded.hpp"
#include "base/text.hpp"

namespace beian::diary {
namespace {

// The sample filing of the demo, the n-th of its kind: another enterprise for each n.
Json sample(int64_t n) {
  static const Json kScenario = parse_json(embedded::file("data/demo/first-website.json")).value();
  return app::variation(kScenario, static_cast<int>(n))["document"];
}

const Json& named(const std::string& reference, const Names& names) {
  const size_t slash = std::min(reference.find('/'), reference.size());
  const auto found = names.find(reference.substr(0, slash));
  if (found == names.end()) throw std::invalid_argument("nothing is called $" + reference);
  const Json* value = found->second.pointer(reference.substr(slash));
  if (!value) throw std::invalid_argument("nothing at $" + reference);
  return *value;
}

bool is_reference(std::string_view text) {
  return text.size() > 1 && text[0] == '$' && text[1] != '{';
}

size_t index_of(const std::string& part, size_t size) {
  int64_t index = 0;
  if (!text::parse_i64(part, index) || index < 0 || static_cast<size_t>(index) >= size)
    throw std::invalid_argument("no item " + part);
  return static_cast<size_t>(index);
}

// The value that holds the pointer's last part; made when `make`.
Json& holder(Json& root, std::string_view pointer, std::string& last, bool make) {
  if (!pointer.starts_with('/'))
    throw std::invalid_argument("not a pointer: " + std::string(pointer));
  Json* at = &root;
  for (;;) {
    pointer.remove_prefix(1);
    const size_t end = std::min(pointer.find('/'), pointer.size());
    last = pointer.substr(0, end);
    pointer.remove_prefix(end);
    if (pointer.empty()) return *at;
    if (at->is_array()) {
      at = &at->items()[index_of(last, at->size())];
      continue;
    }
    if (make && !at->find(last)) at->set(last, Json::object());
    Json* next = at->find(last);
    if (!next) throw std::invalid_argument("nothing at " + last);
    at = next;
  }
}

Json changed(Json value, const Json& how, const Names& names) {
  for (const auto& pointer : how["erase"].items()) erase_at(value, pointer.as_string());
  for (const auto& [pointer, what] : how["set"].members())
    put_at(value, filled_text(pointer, names), filled(what, names));
  return value;
}

bool contains(const Json& found, const Json& wanted) {
  if (found.is_string()) return found.as_string().contains(wanted.as_string());
  return std::ranges::find(found.items(), wanted) != found.items().end();
}

std::string like(const Json& found, const Json& members) {
  for (const auto& [name, expected] : members.members())
    if (const auto why = differs(found.find(name), expected); !why.empty())
      return "/" + name + " " + why;
  return {};
}

std::string but(const Json* found) {
  return ", found " + (found ? to_string(*found) : std::string("nothing"));
}

}  // namespace

void put_at(Json& into, std::string_view pointer, Json value) {
  std::string last;
  Json& at = holder(into, pointer, last, true);
  if (!at.is_array()) {
    at.set(last, std::move(value));
  } else if (last == "-") {
    at.push(std::move(value));
  } else {
    at.items()[index_of(last, at.size())] = std::move(value);
  }
}

void erase_at(Json& from, std::string_view pointer) {
  std::string last;
  Json& at = holder(from, pointer, last, false);
  if (at.is_array())
    at.items().erase(at.items().begin() + static_cast<ptrdiff_t>(index_of(last, at.size())));
  else
    at.erase(last);
}

std::string filled_text(const std::string& text, const Names& names) {
  std::string out;
  size_t from = 0;
  for (;;) {
    const size_t open = text.find("${", from);
    const size_t close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return out + text.substr(from);
    const Json& value = named(text.substr(open + 2, close - open - 2), names);
    out += text.substr(from, open - from);
    out += value.is_string() ? value.as_string() : to_string(value);
    from = close + 1;
  }
}

Json filled(const Json& value, const Names& names) {
  if (value.is_string()) {
    const std::string& text = value.as_string();
    return is_reference(text) ? named(text.substr(1), names) : Json(filled_text(text, names));
  }
  if (value.is_array()) {
    Json out = Json::array();
    for (const auto& item : value.items()) out.push(filled(item, names));
    return out;
  }
  if (!value.is_object()) return value;
  if (const Json* n = value.find("$sample"))
    return changed(sample(filled(*n, names).as_int()), value, names);
  if (const Json* base = value.find("$of")) return changed(filled(*base, names), value, names);
  Json out = Json::object();
  for (const auto& [name, member] : value.members()) out.set(name, filled(member, names));
  return out;
}

std::string differs(const Json* found, const Json& expected) {
  static const Json kNothing;
  const Json& value = found ? *found : kNothing;
  if (!expected.is_object() || expected.size() != 1 ||
      !expected.members().front().first.starts_with('$'))
    return found && value == expected ? "" : "is not " + to_string(expected) + but(found);
  const auto& [how, what] = expected.members().front();
  if (how == "$absent") return found ? "is there" + but(found) : "";
  if (how == "$not") return value == what ? "is " + to_string(what) : "";
  if (how == "$size")
    return found && value.size() == static_cast<size_t>(what.as_int())
               ? ""
               : "has not " + to_string(what) + " items" + but(found);
  if (how == "$has") return contains(value, what) ? "" : "lacks " + to_string(what) + but(found);
  if (how == "$like") return found ? like(value, what) : "is not there";
  if (how == "$any") {
    const bool any = std::ranges::any_of(value.items(), [&](const Json& item) {
      return what.is_object() && !what.members().empty() &&
                     !what.members().front().first.starts_with('$')
                 ? like(item, what).empty()
                 : differs(&item, what).empty();
    });
    return any ? "" : "has no item like " + to_string(what) + but(found);
  }
  throw std::invalid_argument("unknown expectation " + how);
}

}  // namespace beian::diary
