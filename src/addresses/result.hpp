// What the authority says becomes rows: results of reports (BAJG), findings of its checks (HCJG),
// its library (SJTB). Called by room authority, in the transaction of the download.
#pragma once

#include "addresses/store.hpp"

namespace beian::addresses {

struct Answer {
  Operation operation = Operation::add;
  bool accepted = false;
  std::optional<int64_t> provider_record_id = {};  // IspId of the report
  std::optional<int64_t> authority_id = {};        // Id
  Json findings = Json::array();  // of a refusal: [{"field","code","text","ranges":[…]}]
  std::string words = {};         // for the history
};
// The effect, as authority_results names it: applied, or late (the record does not wait for it).
std::string apply_answer(db::Tx& tx, TimePoint now, const Store& store, const std::string& id,
                         const Answer& answer);

// The field that a result code (2001 to 2056) is about, as a pointer into the document; "" when it
// is about none.
std::string field_of_code(Block block, int64_t code);

// A record of the authority's library: what is not known here is taken in as filed, what is known
// gets the authority's id and document; what a person is changing stays as the person left it.
enum class Synced {
  added,
  changed,
  unchanged,  // nothing new, or deleted here
  faulty,     // it has no range of IPv4
};
struct Synchronised {
  std::string link;
  Block block = Block::source;
  int64_t authority_id = 0;
  int64_t provider_record_id = 0;
  Json document;
};
Synced synchronise(db::Tx& tx, TimePoint now, const Store& store, const Synchronised& theirs);

}  // namespace beian::addresses
