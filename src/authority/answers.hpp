// What the authority said about one record, before it is known whether that is an order or a
// submission.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "authority/ledger.hpp"
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
  // Of each outcome the service that it is about, where the authority names just one:
  // "/services/1". May be shorter than outcomes.
  std::vector<std::string> sites = {};
  std::string mark = {};  // by which it named the record

  bool refuses() const { return has("reject"); }
  bool grants() const { return has("pass") && !refuses(); }

 private:
  bool has(std::string_view verdict) const {
    return std::ranges::any_of(outcomes, [&](const Outcome& o) { return o.verdict == verdict; });
  }
};

// A decision (Gjsh), or several refusals of one record.
struct Ruling {
  std::vector<std::string> items;  // of the file
  std::optional<int64_t> id;
  int64_t operation = 0;
  std::optional<ledger::UploadRecord> record;
  Answer answer;

  void add(Ruling other) {
    items.push_back(other.items.front());
    if (other.answer.words != answer.words) answer.words += "；" + other.answer.words;
    answer.reason = answer.words;
    answer.sites.resize(answer.outcomes.size());
    std::ranges::move(other.answer.sites, std::back_inserter(answer.sites));
    std::ranges::move(other.answer.outcomes, std::back_inserter(answer.outcomes));
  }
};

}  // namespace beian::authority
