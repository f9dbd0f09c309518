#include "rules/params.hpp"

#include <algorithm>

namespace beian::rules {

const Json* Params::find(std::string_view name) {
  asked_.emplace(name);
  const Json* value = json_.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool Params::has(std::string_view name) {
  return find(name) != nullptr;
}

bool Params::flag(std::string_view name, bool otherwise) {
  return maybe_flag(name).value_or(otherwise);
}

std::optional<bool> Params::maybe_flag(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  return value->as_bool();
}

std::optional<int64_t> Params::integer(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  return value->as_int();
}

std::string Params::word(std::string_view name, List allowed) {
  const Json* value = find(name);
  if (value == nullptr) return {};
  if (std::ranges::find(allowed, value->as_string()) == allowed.end()) fault(name);
  return value->as_string();
}

std::vector<std::string> Params::words(std::string_view name, List allowed) {
  auto out = texts(name);
  for (size_t i = 0; i < out.size(); ++i)
    if (std::ranges::find(allowed, out[i]) == allowed.end())
      fault(std::string(name) + "/" + std::to_string(i));
  return out;
}

std::string Params::text(std::string_view name) {
  const Json* value = find(name);
  return value == nullptr ? std::string{} : value->as_string();
}

std::vector<std::string> Params::texts(std::string_view name) {
  std::vector<std::string> out;
  if (const Json* value = find(name)) {
    if (value->is_string()) out.push_back(value->as_string());
    for (const auto& item : value->items()) out.push_back(item.as_string());
  }
  return out;
}

const Json& Params::json(std::string_view name) {
  static const Json kNull;
  const Json* value = find(name);
  return value == nullptr ? kNull : *value;
}

void Params::fault(std::string_view name) {
  problems_.push_back({ProblemCode::not_found, "/" + std::string(name), {}});
}

void Params::told(Words names) {
  for (const auto name : names) asked_.emplace(name);
}

void Params::end() {
  for (const auto& [name, value] : json_.members())
    if (!asked_.contains(name)) problems_.push_back({ProblemCode::unknown_field, "/" + name, {}});
}

}  // namespace beian::rules
