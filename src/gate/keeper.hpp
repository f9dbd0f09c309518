// A gate's state, on disk and in force: a snapshot, the journal of the changes after it, and what
// answers from both. Whoever ends the process at any moment leaves a good state behind; opened
// again, it stands where it was.
//
//   FILE            the snapshot
//   FILE.journal    changes after it
//   FILE.lock       held by the one who writes; another one is refused
//   FILE.part, FILE.journal.part  in the making
//
// When many changes have come, a thread merges snapshot and changes into a new snapshot, which
// takes the old one's place by rename; then the journal begins anew. Between the two, a journal
// with changes that the snapshot has already is in order: they are passed over.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "base/result.hpp"
#include "gate/builder.hpp"
#include "gate/journal.hpp"
#include "gate/live.hpp"

namespace beian::gate {

struct KeeperOptions {
  std::string path;                    // of the snapshot
  size_t merge_after = 1'000'000;      // changes; about 100 bytes of memory each
  const Suffixes* suffixes = nullptr;  // of a whole state that comes; null: the embedded list
  bool load = false;                   // Snapshot::load instead of open
  // What an operator wants to know: "gate.journal_torn" and details.
  std::function<void(std::string_view event, std::string_view detail)> tell;
};

// One thread calls these; lookups go through live() from any.
class Keeper {
 public:
  // conflict: another process writes there. file_unreadable: no snapshot, or it is damaged; then
  // replace() can bring one.
  explicit Keeper(KeeperOptions options);
  ~Keeper();  // a merge is given up; the next start begins it again
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  // Once, before all else.
  Status open();

  // Null until there is a snapshot.
  std::shared_ptr<Live> live() const { return live_; }
  // False: what there is belongs to no feed, or is damaged and older than it should be. A whole
  // state must be fetched.
  bool follows() const { return live_ && chain_ != 0 && !damaged_; }
  uint64_t sequence() const { return sequence_; }
  uint64_t chain() const { return chain_; }

  // Changes that follow each other and what is there: to the journal, then into force. How many
  // have a name that is none for a gate; those only count as a place in the order.
  size_t apply(std::span<const Change> changes);
  // A whole state: `fill` adds all entries and says where they stand. What was there stays in force
  // until it returns, and for good when it fails or throws.
  Status replace(const std::function<Status(Builder&)>& fill);
  // To be called now and then: begins a merge when it is time, and puts a finished one to work.
  void tend();
  void sync();
  // The feed had nothing newer then. A later start knows it too, and who reads along.
  void confirm(Seconds at);
  // Waits for a merge that is under way.
  void finish_merge();
  // All changes into the snapshot, now.
  void merge();

  size_t changes() const { return changes_ ? changes_->changes() : 0; }
  size_t overlay_names() const { return changes_ ? changes_->names() : 0; }
  size_t overlay_bytes() const { return changes_ ? changes_->bytes() : 0; }
  uint64_t journal_bytes() const { return journal_ ? journal_->bytes() : 0; }
  // False: changes are in force and there is no good journal for them: it is damaged, or the disk
  // refuses.
  bool saved() const { return journal_ || changes() == 0; }
  uint64_t merges() const { return merges_; }
  bool merging() const { return merge_.joinable(); }

 private:
  struct Merged;
  std::string journal_path() const { return options_.path + ".journal"; }
  void tell(std::string_view event, std::string_view detail) const;
  Result<Snapshot> read_snapshot(Pace* pace = nullptr) const;
  void take_journal();
  void put_to_work(Snapshot snapshot);
  void begin_journal(uint64_t base, uint64_t base_chain, uint64_t last);
  void begin_merge();
  void end_merge();
  void stop_merge();

  KeeperOptions options_;
  Descriptor lock_;
  std::shared_ptr<Live> live_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<Overlay> changes_;
  std::optional<Journal> journal_;  // none: the disk refused; changes are in force all the same
  uint64_t sequence_ = 0, chain_ = 0, merges_ = 0;
  size_t merge_at_ = 0;    // changes
  Seconds confirmed_ = 0;  // as the lock file has it
  std::chrono::steady_clock::time_point merge_not_before_;
  bool damaged_ = false;
  std::thread merge_;
  std::unique_ptr<Merged> merged_;
};

}  // namespace beian::gate
