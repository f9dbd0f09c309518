// A snapshot and what the journal beside it has changed since, taken together.
#pragma once

#include <atomic>
#include <span>
#include <string>

#include "base/result.hpp"
#include "gate/builder.hpp"
#include "gate/journal.hpp"
#include "gate/overlay.hpp"
#include "gate/snapshot.hpp"

namespace beian::gate {

// Where a snapshot stands together with the changes that were taken since.
struct Place {
  uint64_t sequence = 0, chain = 0;
};
// Applies a change that a journal hands over when it is the next one there. Others are had already,
// or belong to another feed.
void take_next(const JournalRead& before, const Change& change, const Suffixes& suffixes,
               Overlay& changes, Place& at);

struct TakenJournal {
  bool ours = false;                 // it goes on from the snapshot; else nothing was taken
  uint64_t sequence = 0, chain = 0;  // where both together stand
  JournalRead read;
};
// Applies to `changes` what the journal has behind the snapshot. As read_journal.
Result<TakenJournal> take_journal(const std::string& journal, const Snapshot& snapshot,
                                  Overlay& changes);

// Adds all entries as they are after the changes; ends early once `stop` is true. Fails where the
// snapshot is damaged.
Status add_merged(const Snapshot& snapshot, std::span<const Overlay::Node* const> changes,
                  Builder& builder, Pace* pace = nullptr, const std::atomic<bool>* stop = nullptr);

Entry entry_of(const Overlay::Node& node);

// For programs that read the file which a follower keeps, and want to know what it knows: the
// snapshot after the changes in the journal beside it, made in the folder for temporary files (a
// minute for 25 million names) and gone from there when this returns. Without such changes the
// file itself. The follower may be at work meanwhile. As Snapshot::open; throws when the disk
// refuses.
Result<Snapshot> open_current(const std::string& path);

}  // namespace beian::gate
