// Rules of filing as data (data/rules): national defaults and one overlay for each province.
//
// A rule belongs to a kind ("manager-min-age"), which says what the rule may name (params) and
// where it has its place: judged by a program, a demanded material, a question to the applicant, a
// line of the reviewer's checklist, kept by another part of the system, or only told.
//
// A province's rule of a kind overrides the national ones of that kind key by key: params that it
// names replace the national values, the others stay in force (but see Kind::together). What is
// found by a param is told with severity, text and source of the rule that names it. Rules of one
// province add up. At most one national rule of a kind fits a case: a test sees to it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::rules {

enum class Place { judged, material, question, checklist, system, told };
std::string_view name_of(Place place);
std::string_view chinese_of(Place place);

enum class Severity { refuse, warn, material };
std::string_view name_of(Severity severity);
std::string_view chinese_of(Severity severity);

// high: a page of 2023 or later, or two independent sources; low: old, undated, or a copy.
enum class Confidence { high, medium, low };
std::string_view name_of(Confidence confidence);
std::string_view chinese_of(Confidence confidence);

struct Param {
  std::string name;
  std::vector<std::string> types;  // boolean, integer, text, integers, texts, object, objects, null
};

struct Kind {
  std::string id, title_zh, title_en;
  std::vector<Place> places;
  std::string kept_by;  // the room, where a place is `system`
  std::vector<Param> params;
  // Params that say one thing together: a province that names one of them replaces them all.
  std::vector<std::vector<std::string>> together;
  // The param that says whom a rule is about, and those that there are: what a province says of
  // some leaves the national rule in force for the others.
  std::string about;
  std::vector<std::string> each;
};

// Empty: all. entity: organization (everybody but individuals), government, public_institution,
// sole_proprietor, individual. order: first, add_service, add_access, change, cancel, migrate.
// service: website, app, mini_program, quick_app.
struct AppliesTo {
  std::vector<std::string> entity, order, service;
};

struct Rule {
  const Kind* kind = nullptr;
  int64_t province = 0;  // 0: national
  AppliesTo applies_to;
  Json params;
  Severity severity = Severity::refuse;
  std::string material;  // what is demanded; empty: nothing
  std::string text_zh, text_en;
  std::string source;
  std::string as_of;  // of the newest source: 2025-09-24, 2022, or empty where it is undated
  Confidence confidence = Confidence::low;
  std::string note_zh, note_en;  // where sources disagree; empty: they do not
};

struct RuleBook {
  int64_t province = 0;
  std::string name, authority;
  std::vector<const Kind*> silent;  // no word of this province was found: the national rule applies
  std::vector<Rule> rules;
};

class RuleSet {
 public:
  // The embedded data/rules, read once. Throws std::logic_error when they are wrong or an evaluator
  // does not understand them.
  static const RuleSet& builtin();

  std::span<const Kind> kinds() const { return kinds_; }
  const Kind* kind(std::string_view id) const;  // nullptr: none
  const RuleBook& national() const { return books_.at(0); }
  const RuleBook* book(int64_t province) const;  // six-digit code; nullptr: none
  const std::map<int64_t, RuleBook>& books() const { return books_; }

  // From the texts of kinds.json and of the books. Everything that is wrong, as problems at
  // "NAME/rules/3/params/max": unknown_field, required, wrong_type, bad_format, not_found,
  // conflict.
  struct File {
    std::string name;
    std::string_view text;
  };
  static bool is_book(std::string_view name);  // national.json, 440000.json
  static Result<RuleSet> read(std::string_view kinds, std::span<const File> books);

  RuleSet() = default;
  RuleSet(const RuleSet&) = delete;  // rules point to kinds
  RuleSet& operator=(const RuleSet&) = delete;
  RuleSet(RuleSet&&) = default;
  RuleSet& operator=(RuleSet&&) = default;

 private:
  std::vector<Kind> kinds_;
  std::map<int64_t, RuleBook> books_;
};

}  // namespace beian::rules
