#include "gate/keeper.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <system_error>

#include "gate/confirmed.hpp"
#include "gate/merge.hpp"

namespace beian::gate {

namespace {

constexpr std::chrono::seconds kMergePause{60};

uint64_t seconds_now() {
  return static_cast<uint64_t>(
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
}

std::string reason_of(const Problems& problems) {
  return problems.front().args.empty() ? "" : problems.front().args.back().second;
}

}  // namespace

// What a merge starts from, and what became of it.
struct Keeper::Merged {
  std::shared_ptr<const Snapshot> snapshot;
  std::shared_ptr<const Overlay> changes;
  std::vector<const Overlay::Node*> nodes;  // what the changes said then
  uint64_t sequence = 0, chain = 0;
  std::atomic<bool> stop = false, done = false;
  bool damaged = false;
  std::optional<Snapshot> result;
  std::string failure;
};

Keeper::Keeper(KeeperOptions options)
    : options_(std::move(options)), merge_at_(options_.merge_after) {}

Keeper::~Keeper() {
  stop_merge();
}

void Keeper::tell(std::string_view event, std::string_view detail) const {
  if (options_.tell) options_.tell(event, detail);
}

Result<Snapshot> Keeper::read_snapshot(Pace* pace) const {
  return options_.load ? Snapshot::load(options_.path, pace) : Snapshot::open(options_.path);
}

Status Keeper::open() {
  const std::string lock = lock_path(options_.path);
  lock_ = open_file(lock, O_RDWR | O_CREAT, 0644);
  if (!lock_.is_open()) throw_errno("open " + lock);
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(ProblemCode::conflict, "",
                {{"path", options_.path}, {"reason", "another process keeps this file"}});
  auto snapshot = read_snapshot();
  if (!snapshot) return fail(snapshot);
  sequence_ = snapshot->sequence();
  chain_ = snapshot->chain();
  snapshot_ = std::make_shared<const Snapshot>(std::move(*snapshot));
  changes_ = std::make_shared<Overlay>(*snapshot_);
  if (chain_ != 0) take_journal();
  live_ = std::make_shared<Live>(snapshot_);
  live_->publish(std::make_shared<const View>(View{snapshot_, changes_, sequence_}));
  const auto confirmed = read_confirmed(options_.path);
  if (confirmed && chain_ != 0 && confirmed->sequence <= sequence_) live_->confirm(confirmed->at);
  return {};
}

// Applies the changes behind the snapshot and goes on with the journal there; with a new one when
// it is none of this snapshot's.
void Keeper::take_journal() {
  const uint64_t at = sequence_, chain = chain_;
  const auto taken = gate::take_journal(journal_path(), *snapshot_, *changes_);
  if (!taken) {
    // None yet, or no journal: the snapshot alone is a good state as well.
    tell("gate.journal_unreadable", reason_of(taken.error()));
    begin_journal(at, chain, at);
    return;
  }
  sequence_ = taken->sequence;
  chain_ = taken->chain;
  const JournalRead& read = taken->read;
  if (read.state == JournalState::damaged) {
    damaged_ = true;
    tell("gate.journal_damaged", std::to_string(read.lost) + " bytes behind change " +
                                     std::to_string(read.sequence) + " cannot be trusted");
  } else if (read.state == JournalState::torn) {
    tell("gate.journal_torn", std::to_string(read.lost) + " bytes cut off behind change " +
                                  std::to_string(read.sequence));
  }
  if (!taken->ours) {
    if (read.sequence >= at) tell("gate.journal_foreign", "does not belong to the snapshot");
    begin_journal(at, chain, at);
  } else if (!damaged_) {
    // A damaged one stays as it is, for whoever wants to look at it, until the whole state is here.
    journal_ = Journal::resume(journal_path(), read);
  }
}

void Keeper::begin_journal(uint64_t base, uint64_t base_chain, uint64_t last) {
  journal_.reset();
  try {
    journal_ = Journal::begin(journal_path(), base, base_chain, last);
  } catch (const std::exception& e) {
    tell("gate.journal_failed", e.what());
  }
}

size_t Keeper::apply(std::span<const Change> changes) {
  if (changes.empty() || !live_) return 0;
  if (journal_) {
    try {
      journal_->append(changes);
    } catch (const std::exception& e) {
      // In force all the same; a later start begins where the journal ends.
      tell("gate.journal_failed", e.what());
      journal_.reset();
    }
  }
  size_t refused = 0;
  Pace pace;
  for (const Change& change : changes)
    refused += changes_->apply(change, snapshot_->suffixes(), &pace) == HostKind::name ? 0 : 1;
  sequence_ = changes.back().sequence;
  chain_ = changes.back().chain;
  return refused;
}

void Keeper::put_to_work(Snapshot snapshot) {
  snapshot_ = std::make_shared<const Snapshot>(std::move(snapshot));
  changes_ = std::make_shared<Overlay>(*snapshot_);
  merge_at_ = options_.merge_after;
}

Status Keeper::replace(const std::function<Status(Builder&)>& fill) {
  stop_merge();
  Pace beside;
  Pace* const pace = live_ ? &beside : nullptr;
  {
    Builder builder(options_.path,
                    {.created = seconds_now(), .suffixes = options_.suffixes, .pace = pace});
    if (const Status filled = fill(builder); !filled) return filled;
    builder.finish();
  }
  auto snapshot = read_snapshot(pace);
  if (!snapshot) return fail(snapshot);
  put_to_work(std::move(*snapshot));
  sequence_ = snapshot_->sequence();
  chain_ = snapshot_->chain();
  damaged_ = false;
  begin_journal(sequence_, chain_, sequence_);
  if (!live_) live_ = std::make_shared<Live>(snapshot_);
  live_->publish(std::make_shared<const View>(View{snapshot_, changes_, sequence_}));
  return {};
}

void Keeper::sync() {
  if (journal_) journal_->sync();
}

void Keeper::confirm(Seconds at) {
  live_->confirm(at);
  if (at != confirmed_) write_confirmed(lock_.get(), {at, sequence_});
  confirmed_ = at;
}

// ---- merging

void Keeper::tend() {
  if (merge_.joinable()) {
    if (merged_->done) end_merge();
    return;
  }
  if (!follows()) return;
  // Without a journal only a new snapshot makes what is in force last. A disk that refused once is
  // given a while.
  const auto now = std::chrono::steady_clock::now();
  const bool unsaved = !journal_ && changes_->changes() > 0;
  if ((changes_->changes() < merge_at_ && !unsaved) || now < merge_not_before_) return;
  if (unsaved) merge_not_before_ = now + kMergePause;
  begin_merge();
}

void Keeper::begin_merge() {
  merged_ = std::make_unique<Merged>();
  merged_->snapshot = snapshot_;
  merged_->changes = changes_;
  Pace beside;
  merged_->nodes = changes_->all(&beside);
  merged_->sequence = sequence_;
  merged_->chain = chain_;
  merge_ = std::thread([this, path = options_.path, m = merged_.get()] {
    stand_back();
    Pace pace;
    try {
      Builder builder(path, {.created = seconds_now(),
                             .sequence = m->sequence,
                             .chain = m->chain,
                             .suffixes = &m->snapshot->suffixes(),
                             .cancel = &m->stop,
                             .pace = &pace});
      const Status read = add_merged(*m->snapshot, m->nodes, builder, &pace, &m->stop);
      if (!read) {
        m->damaged = true;
        throw std::runtime_error("the snapshot is " + reason_of(read.error()));
      }
      builder.finish();
      // As end_merge() wants them.
      std::sort(m->nodes.begin(), m->nodes.end(), [&](const auto* a, const auto* b) {
        pace.step();
        return a < b;
      });
      auto snapshot = read_snapshot(&pace);
      if (!snapshot) throw std::runtime_error(reason_of(snapshot.error()));
      m->result = std::move(*snapshot);
    } catch (const std::exception& e) {
      m->failure = e.what();
    }
    m->done = true;
    m->done.notify_all();
  });
}

void Keeper::end_merge() {
  merge_.join();
  const std::unique_ptr<Merged> merged = std::move(merged_);
  if (!merged->result) {
    tell("gate.merge_failed", merged->failure);
    merge_not_before_ = std::chrono::steady_clock::now() + kMergePause;
    damaged_ = damaged_ || merged->damaged;
    return;
  }
  // What came while it was built is what is there now and was not then.
  Pace pace;
  std::vector<const Overlay::Node*> later = changes_->all(&pace);
  std::erase_if(later, [&](const Overlay::Node* node) {
    pace.step();
    return std::binary_search(merged->nodes.begin(), merged->nodes.end(), node);
  });
  put_to_work(std::move(*merged->result));
  for (const Overlay::Node* node : later) {
    Change change{.sequence = sequence_, .gone = !node->record.is_entry()};
    change.entry.name = node->name();
    if (!change.gone) change.entry = entry_of(*node);
    changes_->apply(change, snapshot_->suffixes(), &pace);
  }
  changes_->stands_at(sequence_);
  if (journal_ || sequence_ == merged->sequence)
    begin_journal(merged->sequence, merged->chain, sequence_);
  ++merges_;
  live_->publish(std::make_shared<const View>(View{snapshot_, changes_, sequence_}));
}

void Keeper::stop_merge() {
  if (!merge_.joinable()) return;
  merged_->stop = true;
  merge_.join();
  merged_.reset();
}

void Keeper::merge() {
  finish_merge();
  if (!follows() || changes_->changes() == 0) return;
  begin_merge();
  finish_merge();
}

void Keeper::finish_merge() {
  if (!merge_.joinable()) return;
  merged_->done.wait(false);
  end_merge();
}

}  // namespace beian::gate
