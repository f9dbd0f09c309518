// Rows of address records. Everything in the caller's transaction.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "addresses/addresses.hpp"
#include "addresses/check.hpp"

namespace beian::addresses {

struct Filter {
  std::string link = {};              // empty: any
  std::optional<Block> block = {};    // none: any
  std::optional<State> state = {};    // none: all but deleted ones
  std::optional<Ends> touching = {};  // has at least one of these addresses
  std::string name = {};              // exactly, of the using unit
};
// The place of the last record of a page; records are in the order of (link, block, range, id).
struct Place {
  std::string link, block, id;
  int64_t first = -1;
};

struct HistoryEntry {
  int64_t seq = 0;
  TimePoint at;
  std::string actor, event, state, note;
};

// What an authority's check (HCJG) found.
struct CheckFinding {
  int64_t number = 0;
  std::string link, kind;  // out_of_range, overlap, unreported
  std::string record_id;   // ours that it is about; empty: none
  Ends ends;
  Json document;  // as it came: units and numbers
  TimePoint first_seen, last_seen;
  std::optional<TimePoint> closed;
};

class Store {
 public:
  explicit Store(const crypto::ColumnCipher& cipher) : cipher_(&cipher) {}

  std::optional<Record> load(db::Tx& tx, const std::string& id) const;
  std::optional<Record> by_authority_id(db::Tx& tx, const std::string& link, Block block,
                                        int64_t id) const;
  std::optional<Record> by_provider_id(db::Tx& tx, const std::string& link, Block block,
                                       int64_t id) const;
  // The live record of exactly this range (and, of a broadcast, this unit).
  std::optional<Record> by_range(db::Tx& tx, const std::string& link, Block block, Ends ends,
                                 int64_t unit) const;
  std::vector<Record> list(db::Tx& tx, const Filter& filter, const Place& after,
                           size_t limit) const;

  // With its first event. A draft by default; a synchronised one is filed at once.
  void insert(db::Tx& tx, const Record& record, const std::string& actor, std::string_view event,
              const std::string& note) const;
  // Writes what `record` holds now as the version after record.version, which must still be the
  // stored one (false: it is not, nothing is written), and the event.
  bool save(db::Tx& tx, TimePoint now, Record& record, const std::string& actor,
            std::string_view event, const std::string& note) const;
  std::vector<HistoryEntry> history(db::Tx& tx, const std::string& id) const;

  // Where all live records of a link lie, without opening a document.
  std::vector<Placed> placed(db::Tx& tx, const std::string& link) const;
  // Filed sources, and whatever stands on sources as the authority sees it.
  std::vector<Interval> filed_ranges(db::Tx& tx, const std::string& link, Block block) const;
  // In one state, by block and range.
  std::vector<Record> in_state(db::Tx& tx, const std::string& link, State state,
                               size_t limit) const;
  void set_held(db::Tx& tx, const std::string& id, const std::string& why) const;
  // {block: {state: count}} of live records.
  Json counts(db::Tx& tx, const std::string& link) const;

  void note_finding(db::Tx& tx, TimePoint now, const CheckFinding& finding) const;
  // Newest first; `record` empty: all.
  std::vector<CheckFinding> findings(db::Tx& tx, const std::string& link, const std::string& record,
                                     bool open_only, int64_t before, size_t limit) const;
  bool close_finding(db::Tx& tx, TimePoint now, int64_t number) const;

 private:
  Record record_of(const db::Row& row) const;
  std::optional<Record> one(db::Tx& tx, std::string_view where, const db::Params& params) const;
  db::Params columns(const Record& record) const;
  void add_event(db::Tx& tx, const Record& record, const std::string& actor, std::string_view event,
                 const std::string& note) const;

  const crypto::ColumnCipher* cipher_;
};

}  // namespace beian::addresses
