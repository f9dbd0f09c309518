// The state of a gate as its files have it, for a process that only reads them: a snapshot, and the
// journal beside it that a keeper goes on with (keeper.hpp), which also tells how old it is.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "gate/confirmed.hpp"
#include "gate/file.hpp"
#include "gate/journal.hpp"
#include "gate/live.hpp"
#include "gate/merge.hpp"
#include "gate/pace.hpp"

namespace beian::gate {

struct ReadAlongOptions {
  std::string path;     // of the snapshot
  bool load = false;    // Snapshot::load instead of open
  bool journal = true;  // false: the snapshot alone
};

// One thread at a time calls these; lookups go through live() from any.
class ReadAlong {
 public:
  explicit ReadAlong(ReadAlongOptions options);
  // Once, before all else. As Snapshot::open. What the journal has behind the snapshot is in force
  // then; without a journal, or beside one of another feed, the snapshot alone is a good state.
  Status open();
  // Looks what has come since: true when something has. A new snapshot is opened, of a journal what
  // is new is read; costs two looks into the folder when nothing is. file_unreadable: the snapshot
  // cannot be opened, or something in the journal cannot be read; what was in force stays, and what
  // stands before the damage counts.
  Result<bool> refresh(Pace* pace = nullptr);
  const Live& live() const { return *live_; }

 private:
  struct State {
    FileIdentity file;
    std::shared_ptr<const Snapshot> snapshot;
    std::shared_ptr<Overlay> changes;  // null: the snapshot alone
    std::optional<JournalTail> journal;
    Place at;
  };
  Result<State> read(Pace* pace) const;
  void confirm(const std::optional<Confirmed>& confirmed);
  static std::shared_ptr<const View> view_of(const State& state);
  static Result<JournalRead> read_journal(State& state);

  ReadAlongOptions options_;
  State state_;
  std::unique_ptr<Live> live_;
};

}  // namespace beian::gate
