// The gate: a snapshot of so many names, and how fast it answers, beside the bare probe loop that
// nothing can beat and beside what else one could ask. Ratios first; peers without a library or a
// server are left out. Half of the hosts are filed.
// Usage: bench_gate [NAMES, default 25000000] [HOSTS, default 4000000] [no-peers]
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "gate/builder.hpp"
#include "gate/snapshot.hpp"
#include "gate_names.hpp"
#include "gate_peers.hpp"
#include "median.hpp"

namespace {

using namespace beian;
using namespace beian::bench;

constexpr int kRuns = 5;
constexpr gate::Seconds kNow = 1'800'000'000;

double now(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// By the clock and of the processor: what else runs on the machine makes the first one longer.
struct Took {
  double clock = 0, processor = 0;
};

Took measure(const std::function<void()>& work) {
  const double clock = now(CLOCK_MONOTONIC), processor = now(CLOCK_PROCESS_CPUTIME_ID);
  work();
  return {now(CLOCK_MONOTONIC) - clock, now(CLOCK_PROCESS_CPUTIME_ID) - processor};
}

// The best of several: what disturbs makes it slower, nothing makes it faster.
Took best_of(int runs, const std::function<void()>& work) {
  Took best = measure(work);
  for (int i = 1; i < runs; ++i) {
    const Took one = measure(work);
    best.clock = std::min(best.clock, one.clock);
    best.processor = std::min(best.processor, one.processor);
  }
  return best;
}

// In a process of its own, which tells one number; its peak of memory in bytes.
struct Child {
  Took took;
  double told = 0;
  double peak = 0;
};
Child in_child(const std::function<double()>& work) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child == 0) {
    Child out;
    out.took = measure([&] { out.told = work(); });
    _exit(write(ends[1], &out, sizeof out) == sizeof out ? 0 : 1);
  }
  Child out;
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  if (status != 0 || read(ends[0], &out, sizeof out) != sizeof out)
    throw std::runtime_error("the measured process failed");
  close(ends[0]);
  close(ends[1]);
  out.peak = static_cast<double>(usage.ru_maxrss) * 1024;
  return out;
}

double resident() {
  std::ifstream status("/proc/self/statm");
  size_t pages = 0;
  status >> pages >> pages;
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// ---- build and open

void build(const std::string& path, uint64_t names) {
  const Child generator = in_child([&] {
    double bytes = 0;
    for (uint64_t n = 0; n < names; ++n) bytes += static_cast<double>(filed_name(n).size());
    return bytes;
  });
  const Child built = in_child([&] {
    gate::Builder builder(path);
    const gate::PackedNumber number = gate::pack_number("粤ICP备2026000001号-1").value();
    for (uint64_t n = 0; n < names; ++n) {
      const std::string name = filed_name(n);
      gate::Entry entry;
      entry.name = name;
      entry.number = number + (n << 24);
      if (builder.add(entry) != gate::HostKind::name) throw std::runtime_error(name);
    }
    const gate::BuildReport report = builder.finish();
    if (report.entries != names) throw std::runtime_error("names are missing");
    return static_cast<double>(report.file_bytes - report.name_bytes);
  });
  const double millions = static_cast<double>(names) / 1e6;
  std::printf("%.1f million names, %.1f bytes each on average\n", millions,
              generator.told / static_cast<double>(names));
  std::printf(
      "  build to the 60 s allowed          %6.2f  (%.1f s by the clock, %.1f s of the "
      "processor, %.1f s of them the names)\n",
      built.took.clock / 60, built.took.clock, built.took.processor, generator.took.processor);
  std::printf("  peak of memory to the 2 GB allowed %6.2f  (%.0f MB)\n", built.peak / 2e9,
              built.peak / 1e6);
  const double each = built.told / static_cast<double>(names);
  std::printf("  bytes a name, to the 24 allowed    %6.2f  (%.1f beside the names; file %.0f MB)\n",
              each / 24, each, static_cast<double>(std::filesystem::file_size(path)) / 1e6);
}

void open_it(const std::string& path, uint64_t names) {
  const Took took = best_of(5, [&] {
    if (!gate::Snapshot::open(path)) throw std::runtime_error("cannot be opened");
  });
  std::printf(
      "  open to the 50 ms allowed          %6.2f  (%.1f ms by the clock, %.1f of the "
      "processor)\n",
      took.clock / 0.05, took.clock * 1e3, took.processor * 1e3);
  const Child asked = in_child([&] {
    const double before = resident();
    const auto gate = gate::Snapshot::open(path);
    for (uint64_t n = 0; n < 2 * names; n += 3) gate->lookup(host_for(n, 1), kNow);
    return resident() - before;
  });
  std::printf(
      "  resident to the 1 GB allowed       %6.2f  (%.0f MB after every third name was asked "
      "for)\n",
      asked.told / 1e9, asked.told / 1e6);
}

// ---- lookups

struct Hosts {
  std::string bytes;
  std::vector<std::string_view> raw;
  std::vector<std::string> names;  // what a peer is asked for: the filed name, ready made
  std::vector<uint64_t> keys;      // what the bare loop is asked for
};

uint64_t key_of(uint64_t n) {
  uint64_t x = (n + 1) * 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

Hosts make_hosts(uint64_t names, size_t count) {
  Hosts out;
  std::vector<size_t> ends;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t n = key_of(i * 31 + 7) % (2 * names);
    out.bytes += host_for(n, i);
    ends.push_back(out.bytes.size());
    out.names.push_back(filed_name(n));
    out.keys.push_back(key_of(n) | 1);
  }
  size_t from = 0;
  for (const size_t end : ends) {
    out.raw.push_back(std::string_view(out.bytes).substr(from, end - from));
    from = end;
  }
  return out;
}

// The bare memory probe: a table of 64-bit fingerprints, three quarters full at most, no names.
struct Bare {
  std::span<uint64_t> table;
  int shift = 0;

  Bare(uint64_t names, bool huge_pages) {
    int bits = 4;
    while ((uint64_t{3} << bits) < names * 4) ++bits;
    shift = 64 - bits;
    void* room = mmap(nullptr, sizeof(uint64_t) << bits, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) throw std::runtime_error("no memory");
    if (huge_pages) madvise(room, sizeof(uint64_t) << bits, MADV_HUGEPAGE);
    table = {static_cast<uint64_t*>(room), size_t{1} << bits};
    for (uint64_t n = 0; n < names; ++n) {
      const uint64_t key = key_of(n) | 1;
      size_t at = key >> shift;
      while (table[at] != 0) at = (at + 1) & (table.size() - 1);
      table[at] = key;
    }
  }
  ~Bare() { munmap(table.data(), table.size_bytes()); }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;
  bool has(uint64_t key) const {
    size_t at = key >> shift;
    while (table[at] != 0 && table[at] != key) at = (at + 1) & (table.size() - 1);
    return table[at] == key;
  }
};

// Nanoseconds a host, of the processor; peers with a server by the clock, since its work counts
// too.
struct Row {
  std::string name;
  double ns = 0, clock_ns = 0;
};

// What is measured, and how many hosts it must find.
struct Work {
  std::string name;
  std::function<size_t()> find;
  size_t expected = 0;
};

// All of them in turn, so often: what disturbs the machine disturbs those that are compared alike.
// Medians.
std::vector<Row> rows(const std::vector<Work>& works, size_t count, int runs = kRuns) {
  std::vector<std::vector<double>> clock(works.size()), processor(works.size());
  for (int run = 0; run < runs; ++run) {
    for (size_t i = 0; i < works.size(); ++i) {
      size_t found = 0;
      const Took took = measure([&] { found = works[i].find(); });
      if (found != works[i].expected)
        throw std::runtime_error(works[i].name + " found " + std::to_string(found));
      clock[i].push_back(took.clock);
      processor[i].push_back(took.processor);
    }
  }
  std::vector<Row> out;
  const double each = 1e9 / static_cast<double>(count);
  for (size_t i = 0; i < works.size(); ++i)
    out.push_back({works[i].name, median(processor[i]) * each, median(clock[i]) * each});
  return out;
}

void print(const Row& one, double bare_ns) {
  std::printf("  %-55s %7.1f ns (%.1f by the clock)   rate to the bare loop %.3f\n",
              one.name.c_str(), one.ns, one.clock_ns, bare_ns / one.ns);
}

// One after the other the processor works at several, as far ahead as it can see: farther for the
// bare loop, whose turns are short. A server's questions come alone: then each waits for memory.
enum Way : size_t { one_by_one, at_once, when_answered };
constexpr size_t kWays = 3;
// How many of n are found.
template <class Ask>
size_t ask_one_by_one(size_t n, const Ask& ask) {
  size_t found = 0;
  for (size_t i = 0; i < n; ++i) found += ask(i) ? 1 : 0;
  return found;
}
// Nothing begins before all that stands in front of it is done. That the next question depends on
// the last answer is not enough: a processor guesses the answer and goes on.
void wait_for_all() {
#if defined(__x86_64__)
  asm volatile("lfence" ::: "memory");
#elif defined(__aarch64__)
  asm volatile("dsb sy\nisb" ::: "memory");
#else
#error "how does this processor wait?"
#endif
}
template <class Ask>
size_t ask_when_answered(size_t n, const Ask& ask) {
  size_t found = 0;
  for (size_t i = 0; i < n; ++i) {
    found += ask(i) ? 1 : 0;
    wait_for_all();
  }
  return found;
}

void add_bare(std::vector<Work>& works, const Bare& bare, const Hosts& hosts, size_t filed,
              const std::string& where) {
  const std::vector<uint64_t>& keys = hosts.keys;
  const auto ask = [&](size_t i) { return bare.has(keys[i]); };
  const auto ask_ahead = [&](size_t i) {
    constexpr size_t kAhead = 16;
    if (i + kAhead < keys.size()) __builtin_prefetch(&bare.table[keys[i + kAhead] >> bare.shift]);
    return bare.has(keys[i]);
  };
  works.push_back({"bare probe, one by one" + where,
                   [=, &keys] { return ask_one_by_one(keys.size(), ask); }, filed});
  works.push_back({"bare probe, fetched ahead" + where,
                   [=, &keys] { return ask_one_by_one(keys.size(), ask_ahead); }, filed});
  works.push_back({"bare probe, each when the last is answered" + where,
                   [=, &keys] { return ask_when_answered(keys.size(), ask); }, filed});
}

size_t ask_at_once(const gate::Snapshot& gate, std::span<const std::string_view> raw) {
  constexpr size_t kBatch = 256;
  size_t allowed = 0;
  gate::Answer answers[kBatch];
  for (size_t i = 0; i < raw.size(); i += kBatch) {
    const size_t n = std::min(kBatch, raw.size() - i);
    gate.lookup(raw.subspan(i, n), kNow, {answers, n});
    for (size_t k = 0; k < n; ++k) allowed += answers[k].allow ? 1 : 0;
  }
  return allowed;
}

void add_gate(std::vector<Work>& works, const gate::Snapshot& gate, const Hosts& hosts,
              size_t filed, const std::string& where) {
  const std::vector<std::string_view>& raw = hosts.raw;
  const auto ask = [&](size_t i) { return gate.lookup(raw[i], kNow).allow; };
  works.push_back({"gate, raw host to answer, one by one" + where,
                   [=, &raw] { return ask_one_by_one(raw.size(), ask); }, filed});
  works.push_back({"gate, raw host to answer, 256 at once" + where,
                   [&] { return ask_at_once(gate, raw); }, filed});
  works.push_back({"gate, each when the last is answered" + where,
                   [=, &raw] { return ask_when_answered(raw.size(), ask); }, filed});
}

// Of the first n of make_hosts.
size_t filed_among(uint64_t names, size_t n) {
  return ask_one_by_one(n, [&](size_t i) { return key_of(i * 31 + 7) % (2 * names) < names; });
}

// Far fewer hosts: they are slow.
void peers_beside(const Hosts& hosts, uint64_t names, const Row& bare_one, const Row& bare_many) {
  const size_t few = std::min<size_t>(hosts.names.size(), 200'000);
  const size_t filed = filed_among(names, few);
  const std::vector<std::string> asked(hosts.names.begin(),
                                       hosts.names.begin() + static_cast<std::ptrdiff_t>(few));
  for (const auto& make : peer_makers()) {
    const auto peer = make(names);
    if (!peer) continue;
    for (const auto& way : peer->ways()) {
      Row row = rows({{way.name, [&] { return way.count(asked); }, filed}}, few, 1).front();
      if (way.served) row.ns = row.clock_ns;
      print(row, way.batched ? bare_many.ns : bare_one.ns);
      std::fflush(stdout);
    }
  }
}

void lookups(const std::string& path, uint64_t names, size_t count, bool peers) {
  const Hosts hosts = make_hosts(names, count);
  const size_t filed = filed_among(names, count);
  std::vector<Row> all;
  Took loading;
  {
    const Bare bare(names, false), bare_huge(names, true);
    const auto mapped = gate::Snapshot::open(path);
    mapped->warm();
    std::optional<gate::Snapshot> loaded;
    loading = measure([&] { loaded = std::move(*gate::Snapshot::load(path)); });
    std::vector<Work> works;
    add_bare(works, bare, hosts, filed, "");
    add_bare(works, bare_huge, hosts, filed, ", huge pages");
    add_gate(works, *loaded, hosts, filed, ", loaded");
    add_gate(works, *mapped, hosts, filed, ", mapped");
    works.push_back({"of that: host to name and independent domain",
                     [&] {
                       size_t good = 0;
                       gate::Host host;
                       for (const std::string_view raw : hosts.raw) {
                         gate::read_host(raw, loaded->suffixes(), host);
                         good += host.kind == gate::HostKind::name ? 1 : 0;
                       }
                       return good;
                     },
                     count});
    all = rows(works, count);
  }
  const std::span bare(all.data(), kWays), huge(all.data() + kWays, kWays),
      gate(all.data() + 2 * kWays, kWays);
  std::printf("%zu hosts, half filed (0.50 of the bare loop's rate wanted)\n", count);
  const auto ratio = [&](const char* what, Way way) {
    std::printf("  %-44s%6.2f  (bare in huge pages %.2f)\n", what, bare[way].ns / gate[way].ns,
                huge[way].ns / gate[way].ns);
  };
  ratio("one by one, loaded, rate to the bare loop", one_by_one);
  ratio("batched, loaded, rate to the bare loop", at_once);
  ratio("each when the last is answered, to the bare", when_answered);
  for (size_t i = 0; i < 4 * kWays; ++i) print(all[i], bare[i % kWays].ns);
  print(all.back(), bare[at_once].ns);
  std::printf("  loading took %.2f s\n", loading.clock);
  std::fflush(stdout);
  if (peers) peers_beside(hosts, names, bare[one_by_one], bare[at_once]);
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t names = argc > 1 ? static_cast<uint64_t>(std::atoll(argv[1])) : 25'000'000;
  const size_t count = argc > 2 ? static_cast<size_t>(std::atoll(argv[2])) : 4'000'000;
  if (names == 0 || count == 0) {
    std::fprintf(stderr, "bench_gate [NAMES] [HOSTS] [no-peers]: both numbers above 0\n");
    return 2;
  }
  const std::string path =
      (std::filesystem::temp_directory_path() / ("bench-gate-" + std::to_string(getpid())))
          .string();
  build(path, names);
  std::fflush(stdout);
  open_it(path, names);
  std::fflush(stdout);
  lookups(path, names, count, argc <= 3 || std::strcmp(argv[3], "no-peers") != 0);
  std::filesystem::remove(path);
}
