#include "gate/merge.hpp"

#include <cstdlib>
#include <filesystem>

#include "gate/file.hpp"

namespace beian::gate {

namespace {

namespace fs = std::filesystem;

// A folder that is gone in the end.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "beian-gate-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw_errno("mkdtemp " + name);
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string file() const { return (path_ / "gate").string(); }

 private:
  fs::path path_;
};

}  // namespace

Entry entry_of(const Overlay::Node& node) {
  const format::Record& r = node.record;
  return {.name = node.name(),
          .number = r.number,
          .standing = r.standing(),
          .exact = r.exact(),
          .from = r.from,
          .until = r.until};
}

void take_next(const JournalRead& before, const Change& change, const Suffixes& suffixes,
               Overlay& changes, Place& at) {
  if (change.sequence != at.sequence + 1 || before.chain != at.chain) return;
  changes.apply(change, suffixes);
  at = {change.sequence, change.chain};
}

Result<TakenJournal> take_journal(const std::string& journal, const Snapshot& snapshot,
                                  Overlay& changes) {
  Place at{snapshot.sequence(), snapshot.chain()};
  const auto read = read_journal(journal, [&](const JournalRead& before, const Change& change) {
    take_next(before, change, snapshot.suffixes(), changes, at);
  });
  if (!read) return fail(read);
  return TakenJournal{.ours = read->sequence == at.sequence && read->chain == at.chain,
                      .sequence = at.sequence,
                      .chain = at.chain,
                      .read = *read};
}

Status add_merged(const Snapshot& snapshot, std::span<const Overlay::Node* const> changes,
                  Builder& builder, Pace* pace, const std::atomic<bool>* stop) {
  const auto go_on = [&] {
    step(pace);
    return stop == nullptr || !*stop;
  };
  const Status read = snapshot.each([&](const Entry& entry) {
    builder.add(entry);
    return go_on();
  });
  if (!read) return read;
  for (const Overlay::Node* node : changes) {
    if (!go_on()) break;
    if (node->record.is_entry())
      builder.add(entry_of(*node));
    else
      builder.remove(node->name());
  }
  return {};
}

Result<Snapshot> open_current(const std::string& path) {
  for (;;) {
    auto snapshot = Snapshot::open(path);
    if (!snapshot || snapshot->chain() == 0) return snapshot;
    Overlay changes(*snapshot);
    const auto taken = take_journal(path + ".journal", *snapshot, changes);
    // None, or another feed's: the snapshot is a good state as well.
    if (!taken || (taken->ours && taken->sequence == snapshot->sequence())) return snapshot;
    if (!taken->ours) {
      // One that begins behind the snapshot belongs to a newer one, which is there by now.
      if (taken->read.base <= snapshot->sequence()) return snapshot;
      const auto again = Snapshot::open(path);
      if (!again || again->sequence() == snapshot->sequence()) return snapshot;
      continue;
    }
    const Scratch scratch;
    Builder builder(scratch.file(), {.created = snapshot->created(),
                                     .sequence = taken->sequence,
                                     .chain = taken->chain,
                                     .suffixes = &snapshot->suffixes()});
    if (const Status added = add_merged(*snapshot, changes.all(), builder); !added)
      return fail(added);
    builder.finish();
    return Snapshot::open(scratch.file());
  }
}

}  // namespace beian::gate
