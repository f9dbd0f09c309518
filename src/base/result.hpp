// What a person can mend is a value, never an exception: Result<T> holds a T or one or more
// Problems. What no caller can mend (a broken disk, a bug) is thrown; platform/http turns it into a
// bare `internal` with a request id.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/problem_codes.hpp"

namespace beian {

struct Problem {
  ProblemCode code;
  // JSON pointer into the input (RFC 6901), e.g. "/services/0/domains/1"; empty: the whole input.
  std::string field;
  // Values that the text of the code names in braces, e.g. {"max", "100"}.
  std::vector<std::pair<std::string, std::string>> args;

  bool operator==(const Problem&) const = default;
};

using Problems = std::vector<Problem>;

template <class T>
using Result = std::expected<T, Problems>;
using Status = Result<void>;

// `return fail(ProblemCode::stale_version, "/version");`
[[nodiscard]] inline std::unexpected<Problems> fail(
    ProblemCode code, std::string field = {},
    std::vector<std::pair<std::string, std::string>> args = {}) {
  Problems problems;
  problems.push_back(Problem{code, std::move(field), std::move(args)});
  return std::unexpected(std::move(problems));
}

// Hands the problems of a failed Result on: `if (!r) return fail(r);`
template <class T>
[[nodiscard]] std::unexpected<Problems> fail(const Result<T>& failed) {
  return std::unexpected(failed.error());
}

// ok() when nothing was collected. Validators collect into a Problems and end with this.
[[nodiscard]] inline Status status_of(Problems problems) {
  if (problems.empty()) return {};
  return std::unexpected(std::move(problems));
}

// Problems of a part, told about the whole: every field gets `prefix` before it.
void append_under(Problems& into, std::string_view prefix, Problems part);

}  // namespace beian
