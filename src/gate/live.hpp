// What a gate answers from while it runs: a snapshot, and the changes that came after it. One
// writer, any number of readers, none of whom ever waits for the other.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>

#include "gate/entry.hpp"
#include "gate/overlay.hpp"
#include "gate/snapshot.hpp"

namespace beian::gate {

// What one answer came from.
struct View {
  std::shared_ptr<const Snapshot> snapshot;
  std::shared_ptr<const Overlay> changes;  // goes on changing; null: none
  uint64_t sequence = 0;                   // place in the feed of changes that it stood at; 0: none
};

class Live {
 public:
  explicit Live(std::shared_ptr<const Snapshot> snapshot);

  // A thread's own: keeps the view that it read last and looks for a newer one before each answer,
  // which costs one load. What an answer points to lives until the reader's next one. A reader that
  // asks nothing keeps an old snapshot in memory: view() lets it go.
  class Reader {
   public:
    explicit Reader(const Live& live) : live_(&live) {}
    // As a snapshot made of all entries after the changes would answer.
    Answer lookup(std::string_view raw, Seconds now);
    Answer lookup(const Host& host, Seconds now);
    // Several at once, all from one view: out[i] for raw[i]. Sizes must agree.
    void lookup(std::span<const std::string_view> raw, Seconds now, std::span<Answer> out);
    // With the sequence of now.
    const View& view();

   private:
    void refresh();
    Answer ask(const Host& host, Seconds now) const;
    const Live* live_;
    View view_;
    uint64_t version_ = 0;
  };

  // The snapshot and what came after it take the place of what is there.
  void publish(std::shared_ptr<const View> view);
  std::shared_ptr<const View> view() const;

  // When the feed was last known to have nothing newer; 0: never. `now - confirmed` is the age of
  // the answers.
  void confirm(Seconds now) { confirmed_.store(now, std::memory_order_relaxed); }
  Seconds confirmed() const { return confirmed_.load(std::memory_order_relaxed); }

 private:
  static Answer answer(const View& view, const Host& host, const Snapshot::Wanted& wanted,
                       const Snapshot::Place& place, Seconds now);

  mutable std::mutex lock_;
  std::shared_ptr<const View> view_;
  std::atomic<uint64_t> version_{1};
  std::atomic<Seconds> confirmed_{0};
};

}  // namespace beian::gate
