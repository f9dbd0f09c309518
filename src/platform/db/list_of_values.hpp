// Lists as SQL parameters: ":n0, :n1, …" and their values.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "platform/db/db.hpp"

namespace beian::db {

// `names` outlives what refers to it, so the list must outlive the statement's parameters.
struct List {
  template <class Values>
  explicit List(const Values& values) {
    for (size_t i = 0; i < values.size(); ++i) names.push_back("n" + std::to_string(i));
    size_t i = 0;
    for (const auto& value : values) {
      text += (i == 0 ? ":" : ", :") + names[i];
      params.emplace_back(names[i], Value(value));
      ++i;
    }
    // PostgreSQL has no empty list: a query of the same type without rows.
    if constexpr (std::is_convertible_v<typename Values::value_type, std::string_view>) {
      if (text.empty()) text = "SELECT '' WHERE 1 = 0";
    } else {
      if (text.empty()) text = "SELECT 0 WHERE 1 = 0";
    }
  }
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  std::vector<std::string> names;
  std::string text;
  Params params;
};

}  // namespace beian::db
