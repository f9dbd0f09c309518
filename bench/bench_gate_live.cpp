// Lookups while changes come: a reader asks from raw host to answer, first with nothing else going
// on, then while a writer applies changes at a steady rate, in turns. The ratio is what counts.
// Usage: bench_gate_live [NAMES, default 5000000] [CHANGES A SECOND, default 10000]
//                        [SECONDS A ROUND, default 4] [merge]
// With `merge`, a new snapshot is built beside it all the while, on the same two cores.
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gate/keeper.hpp"
#include "gate_names.hpp"
#include "median.hpp"

namespace {

using namespace beian;
using bench::median;
using Steady = std::chrono::steady_clock;

constexpr gate::Seconds kNow = 1'800'000'000;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct Rates {
  double clock = 0, processor = 0;  // lookups a second
};

Rates ask(gate::Live& live, const std::vector<std::string_view>& hosts, double seconds) {
  gate::Live::Reader reader(live);
  const auto began = Steady::now();
  const double cpu = cpu_seconds();
  uint64_t asked = 0, allowed = 0;
  double took = 0;
  for (size_t i = 0; took < seconds;) {
    for (int n = 0; n < 4096; ++n, i = i + 1 == hosts.size() ? 0 : i + 1)
      allowed += reader.lookup(hosts[i], kNow).allow ? 1 : 0;
    asked += 4096;
    took = std::chrono::duration<double>(Steady::now() - began).count();
  }
  if (allowed == 0) std::abort();
  return {static_cast<double>(asked) / took, static_cast<double>(asked) / (cpu_seconds() - cpu)};
}

// Applies them in batches of a fiftieth of a second, as a follower does; half set, half removed.
class Writer {
 public:
  Writer(gate::Keeper& keeper, uint64_t names, uint64_t rate, bool merge)
      : thread_([this, &keeper, names, rate, merge] {
          const auto began = Steady::now();
          for (uint64_t round = 1; !stop_; ++round) {
            std::vector<std::string> texts;
            std::vector<gate::Change> changes;
            for (uint64_t k = 0; k < rate / 50; ++k)
              texts.push_back(bench::filed_name(++next_ * 2654435761 % (2 * names)));
            for (uint64_t k = 0; k < texts.size(); ++k) {
              gate::Change& one = changes.emplace_back();
              one.sequence = keeper.sequence() + k + 1;
              one.chain = 1;
              one.gone = k % 2 == 0;
              one.entry.name = texts[k];
            }
            keeper.apply(changes);
            applied_ += changes.size();
            if (merge) keeper.tend();
            std::this_thread::sleep_until(began + round * std::chrono::milliseconds(20));
          }
        }) {}
  uint64_t stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return applied_;
  }
  ~Writer() { stop(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

 private:
  static inline uint64_t next_ = 0;
  std::atomic<bool> stop_ = false;
  uint64_t applied_ = 0;
  std::thread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  const uint64_t names = argc > 1 ? static_cast<uint64_t>(std::atoll(argv[1])) : 5'000'000;
  const uint64_t rate = argc > 2 ? static_cast<uint64_t>(std::atoll(argv[2])) : 10'000;
  const double seconds = argc > 3 ? std::atof(argv[3]) : 4;
  const bool merge = argc > 4 && std::strcmp(argv[4], "merge") == 0;
  const auto folder =
      std::filesystem::temp_directory_path() / ("bench-gate-live-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  {
    gate::Keeper keeper({.path = (folder / "gate").string(),
                         .merge_after = merge ? size_t{1} : size_t{1} << 40,
                         .load = true,
                         .tell = {}});
    static_cast<void>(keeper.open());
    const Status built = keeper.replace([&](gate::Builder& builder) {
      for (uint64_t n = 0; n < names; ++n) {
        const std::string name = bench::filed_name(n);
        gate::Entry entry;
        entry.name = name;
        builder.add(entry);
      }
      builder.stands_at(0, 1);
      return Status();
    });
    if (!built) return 1;
    std::vector<std::string> text;
    for (uint64_t i = 0; i < 1'000'000; ++i)
      text.push_back(bench::host_for(i * 0x9E3779B97F4A7C15ULL % (2 * names), i));
    const std::vector<std::string_view> hosts(text.begin(), text.end());
    ask(*keeper.live(), hosts, 1);

    std::vector<double> clock, processor, idle_rates, busy_rates, applied;
    for (int round = 0; round < 5; ++round) {
      const Rates idle = ask(*keeper.live(), hosts, seconds);
      Writer writer(keeper, names, rate, merge);
      const Rates busy = ask(*keeper.live(), hosts, seconds);
      applied.push_back(static_cast<double>(writer.stop()) / seconds);
      clock.push_back(busy.clock / idle.clock);
      processor.push_back(busy.processor / idle.processor);
      idle_rates.push_back(idle.processor);
      busy_rates.push_back(busy.processor);
    }
    std::printf(
        "%.1f million names, %.0f changes a second applied, %zu names changed, %zu merges\n",
        static_cast<double>(names) / 1e6, median(applied), keeper.overlay_names(),
        static_cast<size_t>(keeper.merges()));
    std::printf("  lookups while changes come to idle, of the processor %6.3f (0.85 wanted)\n",
                median(processor));
    std::printf("  the same by the clock                                %6.3f\n", median(clock));
    std::printf("  idle %.2f, busy %.2f million lookups a second of one core\n",
                median(idle_rates) / 1e6, median(busy_rates) / 1e6);
    std::printf("  overlay %.1f MB, journal %.1f MB\n",
                static_cast<double>(keeper.overlay_bytes()) / 1e6,
                static_cast<double>(keeper.journal_bytes()) / 1e6);
  }
  std::filesystem::remove_all(folder);
}
