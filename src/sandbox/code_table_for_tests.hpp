// The table of result codes that a scenario of judgements decides, for docs/conformance.md.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "testing/golden.hpp"

namespace beian::sandbox {

// One row for each code of these kinds (data/wire/result-codes.json). Every code is decided by a
// case of the scenario, which `test` plays, or by another test, or not at all with a reason; and
// every operation that is refused in a case is accepted in another.
inline Json code_table(const Json& all, const std::vector<std::string>& kinds,
                       const std::string& test) {
  std::map<int64_t, std::set<std::string>> operations;
  std::set<std::string> accepted;
  for (const auto& example : all["cases"].items()) {
    const std::string& operation = example["operation"].as_string();
    for (const auto& code : example["codes"].items()) operations[code.as_int()].insert(operation);
    if (example["codes"].size() == 0) accepted.insert(operation);
  }
  Json table = Json::array();
  const Json codes = parse_json(testing::tree_file("data/wire/result-codes.json")).value();
  for (const auto& code : codes["codes"].items()) {
    if (std::ranges::find(kinds, code["kind"].as_string()) == kinds.end()) continue;
    const std::string key = std::to_string(code["code"].as_int());
    Json row = Json::object({{"code", code["code"]}, {"text", code["zh"]}});
    const Json* other = all["by_other_tests"].find(key);
    const Json* reason = all["not_decided"].find(key);
    const auto found = operations.find(code["code"].as_int());
    const bool decided = other != nullptr || found != operations.end();
    EXPECT_NE(decided, reason != nullptr) << key;
    row.set("decided", decided);
    if (reason != nullptr) row.set("reason", *reason);
    if (found != operations.end()) {
      Json list = Json::array();
      for (const auto& operation : found->second) {
        list.push(operation);
        EXPECT_TRUE(accepted.contains(operation)) << operation << " has no case without codes";
      }
      row.set("operations", std::move(list));
      row.set("test", test);
    }
    if (other != nullptr) row.set("test", *other);
    table.push(std::move(row));
  }
  return table;
}

}  // namespace beian::sandbox
