// A rule's params, read by the evaluator of its kind when the rules are loaded: what an evaluator
// does not know is a fault then, and not a surprise when an order is judged.
#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::rules {

class Params {
 public:
  using Words = std::initializer_list<std::string_view>;
  using List = std::span<const std::string_view>;

  // `json` must outlive this. Faults go to `problems`, at "/NAME": not_found for a word that is not
  // in the list, unknown_field for a param that nobody read. Types were checked by the reader.
  Params(const Json& json, Problems& problems) : json_(json), problems_(problems) {}

  // null counts as absent.
  bool has(std::string_view name);
  bool flag(std::string_view name, bool otherwise = false);
  std::optional<bool> maybe_flag(std::string_view name);
  std::optional<int64_t> integer(std::string_view name);
  // One of the words; empty when absent.
  std::string word(std::string_view name, List allowed);
  std::string word(std::string_view name, Words allowed) { return word(name, List(allowed)); }
  // Words of the list, each.
  std::vector<std::string> words(std::string_view name, List allowed);
  std::vector<std::string> words(std::string_view name, Words allowed) {
    return words(name, List(allowed));
  }
  // Free texts: names, words to look for.
  std::string text(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  const Json& json(std::string_view name);
  void fault(std::string_view name);  // not_found there
  // Params that only tell people something.
  void told(Words names);
  // Names the members that were not read.
  void end();

 private:
  const Json* find(std::string_view name);

  const Json& json_;
  Problems& problems_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace beian::rules
