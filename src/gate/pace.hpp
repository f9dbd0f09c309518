// Long work beside threads that answer, perhaps on the one core that there is: opening a snapshot,
// building one. Whoever does it stands back, and does it in small pieces with rests between them:
// a thread that wakes to answer is not let in before the other one's turn is over, which is
// milliseconds where that one has not rested before.
#pragma once

#include <cstdint>

namespace beian::gate {

// The calling thread has long work to do: about a tenth of a core that others want as well, and all
// of one that nobody wants.
void stand_back();

// A tenth of a millisecond of work, and as long a rest.
class Pace {
 public:
  // Between two pieces of work of some microseconds at most: rests when it is time. Costs about a
  // nanosecond, now and then a look at the clock.
  void step() {
    if (++steps_ % kSteps == 0) look();
  }
  // The same after a longer piece.
  void look();

 private:
  static constexpr uint32_t kSteps = 16;
  uint32_t steps_ = 0;
  uint64_t began_ = 0;  // the work after the last rest, in nanoseconds; 0: not yet
};

// With a null one the work is done in one go.
inline void step(Pace* pace) {
  if (pace != nullptr) pace->step();
}
inline void look(Pace* pace) {
  if (pace != nullptr) pace->look();
}

}  // namespace beian::gate
