// JSON values. Objects keep their order, so that golden files and hashes are stable. Parsing and
// printing are Boost.JSON's (json.cpp); no third-party type here.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace beian {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;  // null
  Json(std::nullptr_t) {}
  Json(bool b) : value_(b) {}
  Json(int n) : value_(static_cast<int64_t>(n)) {}
  Json(unsigned n) : value_(static_cast<int64_t>(n)) {}
  Json(int64_t n) : value_(n) {}
  Json(long long n) : value_(static_cast<int64_t>(n)) {}
  Json(uint64_t n) : value_(static_cast<int64_t>(n)) {}
  Json(double d) : value_(d) {}
  Json(const char* s) : value_(std::string(s)) {}
  Json(std::string_view s) : value_(std::string(s)) {}
  Json(std::string s) : value_(std::move(s)) {}

  static Json array(Array items = {}) {
    Json j;
    j.value_ = std::move(items);
    return j;
  }
  // Json::object({{"a", 1}, {"b", "x"}})
  static Json object(Object members = {}) {
    Json j;
    j.value_ = std::move(members);
    return j;
  }

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_int() const { return std::holds_alternative<int64_t>(value_); }
  bool is_number() const { return is_int() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  // The value, or the given one when this has another type.
  bool as_bool(bool otherwise = false) const;
  int64_t as_int(int64_t otherwise = 0) const;
  double as_double(double otherwise = 0) const;
  const std::string& as_string() const&;  // empty string when not a string
  // Items and members; empty when this is not an array or object.
  const Array& items() const&;
  const Object& members() const&;
  Array& items() &;  // logic_error when this is none, also members()
  Object& members() &;
  // Of one that is about to end its parts are given away, not lent. A loop over the items of what a
  // function returns would outlive it: only compilers that know P2718 keep it, GCC 12 does not.
  std::string as_string() &&;
  Array items() &&;
  Object members() &&;

  // Member by name; nullptr when absent or not an object.
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);
  // Member by name; the null value when absent.
  const Json& operator[](std::string_view key) const&;
  Json operator[](std::string_view key) &&;
  const Json& at(size_t index) const&;  // null when out of range
  Json at(size_t index) &&;
  size_t size() const;  // items or members
  // Sets or replaces a member; null becomes an object, anything else is a bug (throws logic_error).
  Json& set(std::string_view key, Json value);
  void erase(std::string_view key);
  void push(Json value);  // null becomes an array

  // RFC 6901; nullptr when nothing is there.
  const Json* pointer(std::string_view path) const;

  bool operator==(const Json&) const = default;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> value_;
};

// malformed_json with line, column and reason; depth is limited to 64. Repeated names and U+0000
// are refused.
Result<Json> parse_json(std::string_view text);
std::string to_string(const Json& json);         // compact
std::string to_pretty_string(const Json& json);  // two blanks, line ends, for files and people

}  // namespace beian
