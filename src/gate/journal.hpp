// The changes after a snapshot, on disk beside it: an append-only file, each change with its place
// in the feed and a check of its own. Written before a change is in force.
//
//   header  64 bytes: magic, version, the place in the feed that the first change follows, check
//   record  mark, size, check, sequence, chain, number, from, until, state, name
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "gate/change.hpp"
#include "gate/file.hpp"
#include "gate/pace.hpp"

namespace beian::gate {

// What is wrong with a journal, if anything.
enum class JournalState {
  whole,
  torn,     // the last write did not come to its end: what was before it counts
  damaged,  // something follows what cannot be read, or the order is broken: what is before counts
};

struct JournalRead {
  JournalState state = JournalState::whole;
  uint64_t base = 0, base_chain = 0;  // where its first change goes on from
  uint64_t sequence = 0, chain = 0;   // of the last that counts
  uint64_t bytes = 0;                 // up to there
  uint64_t lost = 0;                  // behind that
};

// Hands over each change that counts, in order, with what was read before it; the names live only
// during the call. file_unreadable: there is none, or it is no journal.
using TakeChange = std::function<void(const JournalRead& before, const Change& change)>;
Result<JournalRead> read_journal(const std::string& path, const TakeChange& take,
                                 Pace* pace = nullptr);

// A journal that another process appends to, read along.
class JournalTail {
 public:
  explicit JournalTail(std::string path) : path_(std::move(path)) {}
  // As read_journal(), but only what came behind the last call's; all of it where another file has
  // taken the place of the one before. `torn` may be a write that is under way. When `take` throws,
  // the next call begins where this one did.
  Result<JournalRead> read(const TakeChange& take);

 private:
  std::string path_;
  Descriptor file_;  // held, so that no other file can have its number
  JournalRead at_;   // bytes 0: from the start
};

// Appends. Throws std::system_error when the disk refuses; what was written of the changes is then
// taken back.
class Journal {
 public:
  // Goes on with the journal there, of which `read` has told; what does not count is cut off.
  static Journal resume(const std::string& path, const JournalRead& read);
  // A new one takes the place of what is there, by rename, with what the old one has behind
  // `base` up to `last`. Throws as well when that one does not reach so far. Its long work has
  // rests (Pace).
  static Journal begin(const std::string& path, uint64_t base, uint64_t base_chain, uint64_t last);

  void append(std::span<const Change> changes);
  // The disk's word that all of it lasts.
  void sync();
  uint64_t bytes() const { return bytes_; }

 private:
  Journal(Descriptor file, uint64_t bytes) : file_(std::move(file)), bytes_(bytes) {}
  Descriptor file_;
  uint64_t bytes_ = 0;
};

}  // namespace beian::gate
