// Records as the API shows them.
#pragma once

#include "addresses/store.hpp"

namespace beian::addresses {

// Contacts of people are told whole to officers only (`whole`), else masked.
Json record_json(const Record& record, bool whole);
Json history_json(const std::vector<HistoryEntry>& history);
Json finding_json(const CheckFinding& finding);
// A finding of check(), about `records[finding.record]`.
Json finding_json(const Finding& finding, const std::vector<Placed>& records, Language language);

}  // namespace beian::addresses
