// Reads a JSON object field by field and collects what is wrong with it; a field that nobody asked
// for is unknown_field.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::accounts {

class Body {
 public:
  explicit Body(const Json& object) : object_(object) {}

  // Empty (and a problem) when absent or of another type.
  std::string text(std::string_view key);
  std::optional<std::string> optional_text(std::string_view key);
  std::optional<bool> optional_bool(std::string_view key);
  std::optional<int64_t> optional_int(std::string_view key, int64_t min, int64_t max);
  // Texts of an array of at most `max` items, none of them twice.
  std::vector<std::string> texts(std::string_view key, size_t max);

  // Of a thing that its maker names, in the address: a to z, digits and hyphens, 1 to `most` of
  // them; bad_format at /id.
  void check_id(std::string_view id, size_t most);

  void add(ProblemCode code, std::string field,
           std::vector<std::pair<std::string, std::string>> args = {});
  // Everything wrong so far, unknown fields included.
  Status finish();

 private:
  const Json* take(std::string_view key, bool required);
  const Json& object_;
  std::vector<std::string> known_;
  Problems problems_;
};

}  // namespace beian::accounts
