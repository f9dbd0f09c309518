// What changed after a snapshot: names with an entry that takes the place of the snapshot's, and
// names that have none any more. One thread writes, any number read meanwhile; a change is in force
// with one store, and nobody waits.
//
// A table with open addressing, one byte of the hash a name beside the pointer to it: a host that
// no change concerns costs a look at one or two neighbouring bytes. What is replaced stays in
// memory until all of it goes, when a new snapshot has taken it over (Keeper).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "gate/change.hpp"
#include "gate/pace.hpp"
#include "gate/snapshot.hpp"

namespace beian::gate {

class Overlay {
 public:
  // For changes to that snapshot: its seed and its suffix list.
  explicit Overlay(const Snapshot& snapshot);
  ~Overlay();
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  struct Node {
    format::Record record;  // levels: as a snapshot's mark, of names in the overlay
    bool own = false;       // something is said of the name itself: an entry, or that there is none
    uint8_t size = 0;
    uint64_t hash = 0;
    std::string_view name() const { return {reinterpret_cast<const char*>(this + 1), size}; }
  };

  // ---- for any thread
  // 8 bytes before the name may be read. Null: nothing changed there or below. Lives as long as the
  // overlay.
  const Node* find(std::string_view name, uint64_t hash) const;
  // Names of which something is said, and changes that led there.
  size_t names() const { return names_.load(std::memory_order_relaxed); }
  size_t changes() const { return changes_.load(std::memory_order_relaxed); }
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  // Of the last change that is in force.
  uint64_t sequence() const { return sequence_.load(std::memory_order_acquire); }

  // ---- for the writer. `pace`: for those who read meanwhile; null: in one go
  // HostKind::name: in force. Anything else: what the name is instead; nothing changes but the
  // sequence.
  HostKind apply(const Change& change, const Suffixes& suffixes, Pace* pace = nullptr);
  // For what was told by other means.
  void stands_at(uint64_t sequence) { sequence_.store(sequence, std::memory_order_release); }
  // All that is said, as it is now; stays so whatever comes later.
  std::vector<const Node*> all(Pace* pace = nullptr) const;

 private:
  struct Table;
  const Node* make(const Node& head, std::string_view name);
  void put(const Node* node, Pace* pace);
  static void insert(Table& table, const Node* node);

  const uint64_t seed_;
  std::atomic<const Table*> table_;
  std::vector<std::unique_ptr<Table>> tables_;  // the last one counts; readers may hold the others
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* room_ = nullptr;
  size_t left_ = 0;
  std::atomic<size_t> names_ = 0, changes_ = 0, bytes_ = 0;
  std::atomic<uint64_t> sequence_;
  Host host_;
};

}  // namespace beian::gate
