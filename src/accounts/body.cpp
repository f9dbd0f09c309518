#include "accounts/body.hpp"

#include <algorithm>

namespace beian::accounts {

namespace {

std::string pointer_to(std::string_view key) {
  std::string out = "/";
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

}  // namespace

void Body::check_id(std::string_view id, size_t most) {
  const bool good = !id.empty() && id.size() <= most && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!good) add(ProblemCode::bad_format, "/id");
}

void Body::add(ProblemCode code, std::string field,
               std::vector<std::pair<std::string, std::string>> args) {
  problems_.push_back({code, std::move(field), std::move(args)});
}

const Json* Body::take(std::string_view key, bool required) {
  known_.emplace_back(key);
  const Json* value = object_.find(key);
  if (required && (value == nullptr || value->is_null())) {
    add(ProblemCode::required, pointer_to(key));
    return nullptr;
  }
  return value;
}

std::string Body::text(std::string_view key) {
  const Json* value = take(key, true);
  if (value == nullptr) return {};
  if (!value->is_string())
    add(ProblemCode::wrong_type, pointer_to(key), {{"expected", "string"}});
  else if (value->as_string().empty())
    add(ProblemCode::required, pointer_to(key));
  return value->as_string();
}

std::optional<std::string> Body::optional_text(std::string_view key) {
  const Json* value = take(key, false);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->as_string();
  add(ProblemCode::wrong_type, pointer_to(key), {{"expected", "string"}});
  return std::nullopt;
}

std::optional<bool> Body::optional_bool(std::string_view key) {
  const Json* value = take(key, false);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->as_bool();
  add(ProblemCode::wrong_type, pointer_to(key), {{"expected", "boolean"}});
  return std::nullopt;
}

std::optional<int64_t> Body::optional_int(std::string_view key, int64_t min, int64_t max) {
  const Json* value = take(key, false);
  if (value == nullptr) return std::nullopt;
  if (!value->is_int()) {
    add(ProblemCode::wrong_type, pointer_to(key), {{"expected", "integer"}});
    return std::nullopt;
  }
  if (value->as_int() < min || value->as_int() > max) {
    add(ProblemCode::out_of_range, pointer_to(key),
        {{"min", std::to_string(min)}, {"max", std::to_string(max)}});
    return std::nullopt;
  }
  return value->as_int();
}

std::vector<std::string> Body::texts(std::string_view key, size_t max) {
  const Json* value = take(key, true);
  if (value == nullptr) return {};
  const std::string field = pointer_to(key);
  if (!value->is_array()) {
    add(ProblemCode::wrong_type, field, {{"expected", "array"}});
    return {};
  }
  if (value->size() > max) {
    add(ProblemCode::too_many, field, {{"max", std::to_string(max)}});
    return {};
  }
  if (value->size() == 0) add(ProblemCode::required, field);
  std::vector<std::string> out;
  for (const auto& item : value->items()) {
    const std::string at = field + "/" + std::to_string(out.size());
    if (!item.is_string())
      add(ProblemCode::wrong_type, at, {{"expected", "string"}});
    else if (std::ranges::find(out, item.as_string()) != out.end())
      add(ProblemCode::duplicate, at);
    out.push_back(item.as_string());
  }
  return out;
}

Status Body::finish() {
  for (const auto& [key, value] : object_.members()) {
    if (std::ranges::find(known_, key) == known_.end())
      add(ProblemCode::unknown_field, pointer_to(key));
  }
  return status_of(std::move(problems_));
}

}  // namespace beian::accounts
