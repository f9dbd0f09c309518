#include "gate/overlay.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace beian::gate {

namespace {

constexpr size_t kChunk = size_t{1} << 20;

uint8_t tag_of(uint64_t hash) {
  const auto tag = static_cast<uint8_t>(hash >> 56);
  return tag == 0 ? 1 : tag;  // 0: nobody is here
}

}  // namespace

struct Overlay::Table {
  explicit Table(size_t size)
      : mask(size - 1),
        tags(std::make_unique<std::atomic<uint8_t>[]>(size)),
        nodes(std::make_unique<std::atomic<const Node*>[]>(size)) {}
  const size_t mask;  // a power of two of places, half of them empty at least
  size_t used = 0;
  std::unique_ptr<std::atomic<uint8_t>[]> tags;
  std::unique_ptr<std::atomic<const Node*>[]> nodes;
};

Overlay::Overlay(const Snapshot& snapshot)
    : seed_(snapshot.header().seed), sequence_(snapshot.sequence()) {
  tables_.push_back(std::make_unique<Table>(64));
  table_.store(tables_.back().get(), std::memory_order_release);
}

Overlay::~Overlay() = default;

const Overlay::Node* Overlay::find(std::string_view name, uint64_t hash) const {
  const Table& table = *table_.load(std::memory_order_acquire);
  for (size_t at = hash & table.mask;; at = (at + 1) & table.mask) {
    const uint8_t tag = table.tags[at].load(std::memory_order_acquire);
    if (tag == 0) return nullptr;
    if (tag != tag_of(hash)) continue;
    const Node* node = table.nodes[at].load(std::memory_order_acquire);
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage)
    if (node->hash == hash && node->size == name.size() &&
        same_bytes(node->name().data(), name.data(), name.size()))
      return node;
  }
}

const Overlay::Node* Overlay::make(const Node& head, std::string_view name) {
  const size_t size =
      (sizeof(Node) + name.size() + alignof(Node) - 1) / alignof(Node) * alignof(Node);
  if (left_ < size) {
    chunks_.push_back(std::make_unique<char[]>(kChunk));
    room_ = chunks_.back().get();
    left_ = kChunk;
    bytes_.fetch_add(kChunk, std::memory_order_relaxed);
  }
  Node* node = new (room_) Node(head);
  node->size = static_cast<uint8_t>(name.size());
  std::copy(name.begin(), name.end(), room_ + sizeof(Node));
  room_ += size;
  left_ -= size;
  return node;
}

void Overlay::insert(Table& table, const Node* node) {
  size_t at = node->hash & table.mask;
  while (table.tags[at].load(std::memory_order_relaxed) != 0) at = (at + 1) & table.mask;
  // Whoever sees the tag sees the node.
  table.nodes[at].store(node, std::memory_order_relaxed);
  table.tags[at].store(tag_of(node->hash), std::memory_order_release);
  ++table.used;
}

// In the place of the one of that name, if there is one.
void Overlay::put(const Node* node, Pace* pace) {
  Table& table = *tables_.back();
  size_t at = node->hash & table.mask;
  while (const uint8_t tag = table.tags[at].load(std::memory_order_relaxed)) {
    if (tag == tag_of(node->hash)) {
      const Node* old = table.nodes[at].load(std::memory_order_relaxed);
      if (old->hash == node->hash && old->name() == node->name()) {
        table.nodes[at].store(node, std::memory_order_release);
        return;
      }
    }
    at = (at + 1) & table.mask;
  }
  if ((table.used + 1) * 2 <= table.mask + 1) {
    insert(table, node);
    return;
  }
  auto larger = std::make_unique<Table>((table.mask + 1) * 2);
  for (size_t i = 0; i <= table.mask; ++i) {
    step(pace);
    if (table.tags[i].load(std::memory_order_relaxed) != 0)
      insert(*larger, table.nodes[i].load(std::memory_order_relaxed));
  }
  insert(*larger, node);
  bytes_.fetch_add((larger->mask + 1) * (1 + sizeof(Node*)), std::memory_order_relaxed);
  tables_.push_back(std::move(larger));
  table_.store(tables_.back().get(), std::memory_order_release);
}

HostKind Overlay::apply(const Change& change, const Suffixes& suffixes, Pace* pace) {
  step(pace);
  read_host(change.entry.name, suffixes, host_);
  HostKind kind = host_.kind;
  // As the builder has it: a new snapshot must be able to take it over.
  if (kind == HostKind::name && !change.gone && change.entry.timed() &&
      host_.size > format::kLongestTimed)
    kind = HostKind::too_long;
  if (kind == HostKind::name) {
    const std::string_view name = host_.name();
    Node node;
    node.hash = padded_hash(name.data(), name.size(), seed_);
    node.own = true;
    const Node* known = find(name, node.hash);
    if (known != nullptr) node.record.levels = known->record.levels;
    if (known == nullptr || !known->own) names_.fetch_add(1, std::memory_order_relaxed);
    if (!change.gone) {
      const Entry& entry = change.entry;
      node.record.number = entry.number;
      node.record.state = static_cast<uint8_t>(entry.standing);
      if (entry.exact) node.record.state |= format::kExact;
      if (entry.timed()) node.record.state |= format::kTimed;
      node.record.from = entry.from;
      node.record.until = entry.until;
    }
    put(make(node, name), pace);
    if (host_.filed_at() > 0) {
      // The independent domain is told last, and anew each time: whoever finds the same one before
      // and after his walk has seen all names below at one and the same time.
      const std::string_view top = host_.independent();
      Node mark;
      mark.hash = padded_hash(top.data(), top.size(), seed_);
      if (const Node* old = find(top, mark.hash)) mark = *old;
      const auto levels = std::count(name.begin(), name.begin() + host_.independent_at, '.');
      mark.record.levels = std::max(mark.record.levels, static_cast<uint8_t>(levels));
      put(make(mark, top), pace);
    }
  }
  changes_.fetch_add(1, std::memory_order_relaxed);
  sequence_.store(change.sequence, std::memory_order_release);
  return kind;
}

std::vector<const Overlay::Node*> Overlay::all(Pace* pace) const {
  std::vector<const Node*> out;
  const Table& table = *tables_.back();
  for (size_t i = 0; i <= table.mask; ++i) {
    step(pace);
    if (table.tags[i].load(std::memory_order_relaxed) == 0) continue;
    const Node* node = table.nodes[i].load(std::memory_order_relaxed);
    if (node->own) out.push_back(node);
  }
  return out;
}

}  // namespace beian::gate
