#include "gate/live.hpp"

#include <algorithm>
#include <utility>

#include "gate/decide.hpp"
#include "gate/snapshot_plain.hpp"

namespace beian::gate {

namespace {

uint64_t sequence_of(const View& view) {
  return view.changes ? std::max(view.sequence, view.changes->sequence()) : view.sequence;
}

Found found_in(const Overlay::Node& node) {
  Found out;
  out.what = Found::found;
  out.record = node.record;
  out.name = node.name();
  return out;
}

}  // namespace

Live::Live(std::shared_ptr<const Snapshot> snapshot) {
  View view;
  view.sequence = snapshot->sequence();
  view.snapshot = std::move(snapshot);
  view_ = std::make_shared<const View>(std::move(view));
}

void Live::publish(std::shared_ptr<const View> view) {
  // The old one is let go outside of the lock: unmapping a snapshot takes its time.
  {
    const std::lock_guard held(lock_);
    view_.swap(view);
    version_.fetch_add(1, std::memory_order_release);
  }
}

std::shared_ptr<const View> Live::view() const {
  std::shared_ptr<const View> current;
  {
    const std::lock_guard held(lock_);
    current = view_;
  }
  if (!current->changes) return current;
  View out = *current;
  out.sequence = sequence_of(out);
  return std::make_shared<const View>(std::move(out));
}

void Live::Reader::refresh() {
  const uint64_t version = live_->version_.load(std::memory_order_acquire);
  if (version == version_) return;
  view_ = *live_->view();
  version_ = version;
}

const View& Live::Reader::view() {
  refresh();
  view_.sequence = sequence_of(view_);
  return view_;
}

Answer Live::answer(const View& view, const Host& host, const Snapshot::Wanted& wanted,
                    const Snapshot::Place& place, Seconds now) {
  const Snapshot& snapshot = *view.snapshot;
  const uint64_t hash = wanted.hash;
  const std::string_view name = host.name();
  const size_t first = host.filed_at();
  for (;;) {
    const Overlay::Node* top =
        view.changes ? view.changes->find(name.substr(first), hash) : nullptr;
    if (top == nullptr) {
      Answer out;
      snapshot.answer(host, wanted, place, now, out);
      return out;
    }
    const Found below = snapshot.find(name.substr(first), hash);
    const size_t levels = std::max(top->record.levels, below.record.levels);
    const Answer out = decide(host, now, top->own ? found_in(*top) : below, levels, [&](size_t at) {
      const uint64_t part = snapshot.hash_of(host, at);
      const Overlay::Node* changed = view.changes->find(name.substr(at), part);
      return changed != nullptr && changed->own ? found_in(*changed)
                                                : snapshot.find(name.substr(at), part);
    });
    // Another one: some name below has changed meanwhile, and part of the walk may have been before
    // it and part behind.
    if (levels == 0 || view.changes->find(name.substr(first), hash) == top) return out;
  }
}

Answer Live::Reader::ask(const Host& host, Seconds now) const {
  if (host.kind != HostKind::name) return view_.snapshot->lookup(host, now);
  const Snapshot::Wanted wanted = view_.snapshot->wanted_of(host);
  return answer(view_, host, wanted, view_.snapshot->place_of(wanted), now);
}

Answer Live::Reader::lookup(std::string_view raw, Seconds now) {
  refresh();
  Host host;
  view_.snapshot->read_ahead(raw, host);
  return ask(host, now);
}

Answer Live::Reader::lookup(const Host& host, Seconds now) {
  refresh();
  return ask(host, now);
}

void Live::Reader::lookup(std::span<const std::string_view> raw, Seconds now,
                          std::span<Answer> out) {
  refresh();
  view_.snapshot->ask(raw, [&](const Snapshot::Group& group, size_t i, size_t n) {
    out[n] = group.hosts[i].kind == HostKind::name
                 ? answer(view_, group.hosts[i], group.wanted[i], group.places[i], now)
                 : view_.snapshot->lookup(group.hosts[i], now);
  });
}

}  // namespace beian::gate
