// The one list of problems (base/problems.def) as an enum and a table.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace beian {

enum class ProblemCode {
#define PROBLEM(name, status, zh, en, advice_zh, advice_en, help) name,
#include "base/problems.def"
#undef PROBLEM
};

struct ProblemSpec {
  ProblemCode code;
  std::string_view name;  // as in API answers: "stale_version"
  int http_status;
  std::string_view zh, en;                // text; {arg} is replaced by the problem's argument
  std::string_view advice_zh, advice_en;  // what to do next
  std::string_view help;                  // help topic, may be empty
};

const ProblemSpec& spec_of(ProblemCode code);
std::span<const ProblemSpec> all_problems();

enum class Language { zh, en };

// The text with {names} replaced by `args`.
std::string problem_text(ProblemCode code,
                         const std::vector<std::pair<std::string, std::string>>& args,
                         Language language);
// What to do next, likewise.
std::string advice_text(ProblemCode code,
                        const std::vector<std::pair<std::string, std::string>>& args,
                        Language language);

}  // namespace beian
