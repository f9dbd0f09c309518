// Records are put into the queue and handed over to the reporting worker (room authority, which
// calls `ready` and `handed_over`). Sources go before what stands on them, and what stands on them
// leaves before they do, as the interface demands: until then a record waits in the queue.
#pragma once

#include "addresses/store.hpp"

namespace beian::addresses {

struct ReportRefusal {
  std::string id;
  Problems problems;
};
struct Reported {
  int64_t queued = 0;
  std::vector<ReportRefusal> refused;  // at most kMostRefusals of them
  int64_t refused_count = 0;
};
inline constexpr size_t kMostRefusals = 1000;

// Puts these records (all that wait for a person, when `ids` is empty) of a link into the queue.
// Refused are those with an error of check() (address_overlap, …), of validate(), or in a state
// that has nothing to report (event_not_allowed); not_found. The others go. Tells the outbox
// (job "addresses.changed").
Result<Reported> report(const Context& context, const std::string& actor, const std::string& link,
                        const std::vector<std::string>& ids);

// check() of all live records of a link.
struct Checked {
  std::vector<Placed> records;
  std::vector<Finding> findings;
};
Checked check_link(db::Tx& tx, const Store& store, const std::string& link);

// --- for the reporting worker ---

// Why a queued record has to wait; nullopt: it may go. `sources` and `assignments` as the authority
// holds them, united. Pure.
struct Waiting {
  std::string id;
  Block block = Block::source;
  Operation operation = Operation::add;
  Ends ends;
  std::optional<Ends> filed;
  std::string held;  // as last told
};
std::optional<std::string> why_held(const Waiting& record, const std::vector<Interval>& sources,
                                    const std::vector<Interval>& assignments);

// Queued records of a link that may go now, at most `limit`, oldest first; notes on the others why
// they wait.
std::vector<Record> ready(db::Tx& tx, const Store& store, const std::string& link, size_t limit);
// A record is on its way as that submission.
void handed_over(db::Tx& tx, TimePoint now, const Store& store, Record& record, int64_t submission);
// The submission was withdrawn before it was sent: a person decides anew.
void came_back(db::Tx& tx, TimePoint now, const Store& store, Record& record,
               const std::string& why);

// The outbox row that tells the reporting worker of a link.
void tell_changed(db::Tx& tx, TimePoint now, const std::string& link);

}  // namespace beian::addresses
