// What the authority said about one record, before it is known whether that is an order or a
// submission.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/submission.hpp"

namespace beian::authority {

struct Answer {
  std::string kind;    // as in authority_results: fault, success, decision, filed, cancelled
  std::string words;   // all of it, Chinese
  std::string reason;  // the line in an order's history
  Json details;
  // Fields are filled in from the texts when the document is known.
  std::vector<Outcome> outcomes;
  // The authority's id of an access whose cancellation it granted.
  std::optional<int64_t> ended_access = {};

  bool refuses() const { return has("reject"); }
  bool grants() const { return has("pass") && !refuses(); }

 private:
  bool has(std::string_view verdict) const {
    return std::ranges::any_of(outcomes, [&](const Outcome& o) { return o.verdict == verdict; });
  }
};

}  // namespace beian::authority
