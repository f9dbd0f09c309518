// What the authority said about one record, before it is known whether that is an order or a
// submission.
#pragma once

#include <algorithm>
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

  bool refuses() const {
    return std::ranges::any_of(outcomes, [](const Outcome& o) { return o.verdict == "reject"; });
  }
};

}  // namespace beian::authority
