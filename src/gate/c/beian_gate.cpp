// The C library: the texts and limits are in the header.
#include <beian_gate.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <ctime>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "gate/live.hpp"
#include "gate/read_along.hpp"

using beian::gate::Answer;
using beian::gate::HostKind;
using beian::gate::Live;
using beian::gate::Reason;
using beian::gate::Seconds;

namespace {

static_assert(BEIAN_GATE_DAMAGED == static_cast<int>(Reason::damaged));
static_assert(BEIAN_GATE_DAMAGED + 1 == beian::gate::kReasons);
static_assert(BEIAN_GATE_TOO_LONG == static_cast<int>(HostKind::too_long));
static_assert(BEIAN_GATE_TOO_LONG + 1 == beian::gate::kHostKinds);
static_assert(sizeof(beian_gate_answer) == 296 && sizeof(beian_gate_info) == 32,
              "programs that were built before reckon with these sizes");

void put_text(std::string_view text, char* out, size_t size) {
  if (out == nullptr || size == 0) return;
  const size_t n = std::min(text.size(), size - 1);
  std::copy_n(text.data(), n, out);
  out[n] = 0;
}

std::string text_of(const beian::Problems& problems) {
  std::string out;
  for (const auto& [name, value] : problems.front().args) {
    if (!value.empty()) out += (out.empty() ? "" : ": ") + value;
  }
  return out;
}

Seconds time_of(uint64_t now) {
  if (now == 0) now = static_cast<uint64_t>(std::max<time_t>(std::time(nullptr), 0));
  return static_cast<Seconds>(std::min<uint64_t>(now, std::numeric_limits<Seconds>::max()));
}

void put(const Answer& from, beian_gate_answer& to) {
  to.allow = from.allow ? 1 : 0;
  to.reason = static_cast<int32_t>(from.reason);
  to.kind = static_cast<int32_t>(from.host);
  to.number = from.number;
  to.until = from.until;
  to.reserved = 0;
  to.entry_size = static_cast<uint32_t>(from.entry.size());
  put_text(from.entry, to.entry, sizeof to.entry);
}

void put_failure(beian_gate_answer& to) {
  put({}, to);
  to.reason = BEIAN_GATE_FAILED;
}

// No exception may leave a function that C calls.
template <class F, class G>
auto guarded(F f, G failed) noexcept {
  try {
    return f();
  } catch (const std::exception& e) {
    return failed(e.what());
  } catch (...) {
    return failed("unknown error");
  }
}

std::atomic<uint64_t> gates_opened{0};

}  // namespace

struct beian_gate {
  beian_gate(const char* path, unsigned flags)
      : files({.path = path,
               .load = (flags & BEIAN_GATE_IN_MEMORY) != 0,
               .journal = (flags & BEIAN_GATE_SNAPSHOT_ONLY) == 0}) {}

  const uint64_t id = ++gates_opened;
  std::mutex refreshing;  // guards `files` but for its live()
  beian::gate::ReadAlong files;
};

namespace {

// What this thread read last, so that a question costs it one load and no lock. Known by number: a
// gate that was closed may have had the same address.
struct Seat {
  uint64_t id = 0;
  std::optional<Live::Reader> reader;
};
thread_local Seat seat;

Live::Reader& reader_of(const beian_gate& gate) {
  if (seat.id != gate.id) {
    seat.reader.emplace(gate.files.live());
    seat.id = gate.id;
  }
  return *seat.reader;
}

// Asks f(reader) and writes its answer.
template <class F>
int ask(const beian_gate* gate, beian_gate_answer* answer, F f) {
  return guarded(
      [&] {
        put(f(reader_of(*gate)), *answer);
        return static_cast<int>(answer->allow);
      },
      [&](const char*) {
        put_failure(*answer);
        return 0;
      });
}

std::string_view name_or_unknown(int value, size_t known, auto name) {
  return value >= 0 && static_cast<size_t>(value) < known ? name() : "unknown";
}

}  // namespace

extern "C" {

beian_gate* beian_gate_open(const char* path, unsigned flags, char* error, size_t error_size) {
  put_text("", error, error_size);
  return guarded(
      [&]() -> beian_gate* {
        auto gate = std::make_unique<beian_gate>(path, flags);
        if (const auto opened = gate->files.open(); !opened) {
          put_text(text_of(opened.error()), error, error_size);
          return nullptr;
        }
        return gate.release();
      },
      [&](const char* what) -> beian_gate* {
        put_text(what, error, error_size);
        return nullptr;
      });
}

void beian_gate_close(beian_gate* gate) {
  if (gate == nullptr) return;
  if (seat.id == gate->id) seat = {};
  delete gate;
}

int beian_gate_refresh(beian_gate* gate, char* error, size_t error_size) {
  put_text("", error, error_size);
  return guarded(
      [&] {
        const std::lock_guard held(gate->refreshing);
        const auto changed = gate->files.refresh();
        if (changed) return *changed ? 1 : 0;
        put_text(text_of(changed.error()), error, error_size);
        return -1;
      },
      [&](const char* what) {
        put_text(what, error, error_size);
        return -1;
      });
}

int beian_gate_lookup(const beian_gate* gate, const char* host, size_t size, uint64_t now,
                      beian_gate_answer* answer) {
  return ask(gate, answer, [&](Live::Reader& reader) {
    return reader.lookup({host, size}, time_of(now));
  });
}

int beian_gate_lookup_server_name(const beian_gate* gate, const char* name, size_t size,
                                  uint64_t now, beian_gate_answer* answer) {
  return ask(gate, answer, [&](Live::Reader& reader) {
    beian::gate::Host host;
    read_server_name({name, size}, reader.view().snapshot->suffixes(), host);
    return reader.lookup(host, time_of(now));
  });
}

size_t beian_gate_lookup_many(const beian_gate* gate, const char* const* hosts, const size_t* sizes,
                              size_t count, uint64_t now, beian_gate_answer* answers) {
  constexpr size_t kGroup = 64;
  return guarded(
      [&] {
        Live::Reader& reader = reader_of(*gate);
        const Seconds at = time_of(now);
        std::array<std::string_view, kGroup> raw;
        std::array<Answer, kGroup> found;
        size_t allowed = 0;
        for (size_t done = 0; done < count; done += kGroup) {
          const size_t n = std::min(kGroup, count - done);
          for (size_t i = 0; i < n; ++i) {
            const char* host = hosts[done + i];
            raw[i] = {host, sizes != nullptr ? sizes[done + i] : std::strlen(host)};
          }
          reader.lookup(std::span(raw).first(n), at, std::span(found).first(n));
          for (size_t i = 0; i < n; ++i) {
            put(found[i], answers[done + i]);
            allowed += found[i].allow ? 1 : 0;
          }
        }
        return allowed;
      },
      [&](const char*) {
        for (size_t i = 0; i < count; ++i) put_failure(answers[i]);
        return size_t{0};
      });
}

size_t beian_gate_number_text(uint64_t number, char* out, size_t size) {
  put_text("", out, size);
  return guarded(
      [&] {
        const std::string text = beian::gate::number_text(number);
        put_text(text, out, size);
        return text.size();
      },
      [](const char*) { return size_t{0}; });
}

const char* beian_gate_reason_name(int reason) {
  if (reason == BEIAN_GATE_FAILED) return "failed";
  return name_or_unknown(reason, beian::gate::kReasons,
                         [&] { return beian::gate::name_of(static_cast<Reason>(reason)); })
      .data();  // all of them are literals
}

const char* beian_gate_kind_name(int kind) {
  return name_or_unknown(kind, beian::gate::kHostKinds,
                         [&] { return beian::gate::name_of(static_cast<HostKind>(kind)); })
      .data();
}

void beian_gate_about(const beian_gate* gate, beian_gate_info* info) {
  const auto about = [&] {
    const beian::gate::View& view = reader_of(*gate).view();
    *info = {view.snapshot->entries(), view.snapshot->created(), view.sequence, 0};
    return 0;
  };
  guarded(about, [&](const char*) {
    *info = {};
    return 0;
  });
}

const char* beian_gate_version(void) {
  return BEIAN_VERSION;
}

}  // extern "C"
