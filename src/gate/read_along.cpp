#include "gate/read_along.hpp"

#include <utility>

namespace beian::gate {

ReadAlong::ReadAlong(ReadAlongOptions options) : options_(std::move(options)) {}

Status ReadAlong::open() {
  const auto confirmed = read_confirmed(options_.path);
  auto state = read(nullptr);
  if (!state) return fail(state);
  state_ = std::move(*state);
  live_ = std::make_unique<Live>(state_.snapshot);
  live_->publish(view_of(state_));
  confirm(confirmed);
  return {};
}

// What was confirmed was written before it was, so it is asked for first.
void ReadAlong::confirm(const std::optional<Confirmed>& confirmed) {
  if (state_.journal && confirmed && confirmed->sequence <= state_.at.sequence)
    live_->confirm(confirmed->at);
}

Result<bool> ReadAlong::refresh(Pace* pace) {
  const auto confirmed = read_confirmed(options_.path);
  if (identity_of(options_.path) != state_.file) {
    auto state = read(pace);
    if (!state) return fail(state);
    auto view = view_of(*state);
    state_ = std::move(*state);
    live_->publish(std::move(view));
    confirm(confirmed);
    return true;
  }
  if (!state_.journal) return false;
  const uint64_t before = state_.at.sequence;
  // One that is gone is about to come anew.
  const auto read = read_journal(state_);
  if (read && read->state == JournalState::damaged)
    return fail(ProblemCode::file_unreadable, "",
                {{"path", options_.path + ".journal"},
                 {"reason", "damaged behind change " + std::to_string(read->sequence)}});
  if (read) confirm(confirmed);
  return state_.at.sequence != before;
}

std::shared_ptr<const View> ReadAlong::view_of(const State& state) {
  return std::make_shared<const View>(
      View{state.snapshot, state.changes, state.snapshot->sequence()});
}

Result<ReadAlong::State> ReadAlong::read(Pace* pace) const {
  for (;;) {
    State out;
    // Asked before: what comes meanwhile is seen by the next refresh().
    const auto file = identity_of(options_.path);
    out.file = file.value_or(FileIdentity{});
    auto snapshot =
        options_.load ? Snapshot::load(options_.path, pace) : Snapshot::open(options_.path);
    if (!snapshot) return fail(snapshot);
    out.snapshot = std::make_shared<const Snapshot>(std::move(*snapshot));
    if (!options_.journal || out.snapshot->chain() == 0) return out;
    out.changes = std::make_shared<Overlay>(*out.snapshot);
    out.journal.emplace(options_.path + ".journal");
    out.at = {out.snapshot->sequence(), out.snapshot->chain()};
    const auto journal = read_journal(out);
    // One that begins behind the snapshot belongs to a newer one, which is there by now.
    if (!journal || journal->base <= out.at.sequence || identity_of(options_.path) == file)
      return out;
  }
}

Result<JournalRead> ReadAlong::read_journal(State& state) {
  return state.journal->read([&](const JournalRead& before, const Change& change) {
    take_next(before, change, state.snapshot->suffixes(), *state.changes, state.at);
  });
}

}  // namespace beian::gate
