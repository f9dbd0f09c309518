// The short way of a lookup, for nearly all hosts, from what is wanted to the answer, and many of
// them at once. Private to gate; docs/adr/0036-gate-without-guesses.md says why it is as it is.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>

#include "gate/host_plain.hpp"
#include "gate/slots.hpp"
#include "gate/snapshot.hpp"

namespace beian::gate {

inline const char* Snapshot::line_of(uint64_t hash) const {
  return index_ + format::line_of(hash, header_.lines) * format::kLineBytes;
}

[[gnu::always_inline]] inline Snapshot::Place Snapshot::place_of(const Wanted& wanted) const {
  const char* line = line_of(wanted.hash);
  const size_t count = format::load16(line + format::kCountAt);
  const uint32_t mask = format::matches_within(line, format::tag_of(wanted.hash), wanted.size);
  const uint64_t empty = opaque((mask - 1) >> 31);
  const size_t i = static_cast<size_t>(std::countr_zero(mask | empty));
  const uint64_t at = format::base_of(line) + i * format::kFixed + format::sizes(line, i);
  const uint64_t some =
      (1 - empty) &
      opaque(static_cast<uint64_t>(at + format::kFixed + wanted.size <= header_.records.size));
  const uint64_t from_line = static_cast<uint64_t>(records_ - line) + at;
  // Below 0 where the records stand before the index.
  const auto away = static_cast<std::ptrdiff_t>(from_line & (0 - some));
  return {line + away, some, empty & static_cast<uint64_t>(count <= format::kSlots)};
}

[[gnu::always_inline]] inline Snapshot::Wanted Snapshot::wanted_of(const Host& host) const {
  const size_t size = host.size - host.filed_at();
  const char* end = host.text() + host.size;
  const Tail tail = tail_of(end, size);
  return {tail, tail_hash(tail, end, size, header_.seed), size};
}

// Nearly all hosts are filed by one plain entry, or have none: they are told apart without a
// branch, which would be guessed wrong half of the time. The others get a closer look.
[[gnu::always_inline]] inline void Snapshot::answer(const Host& host, const Wanted& wanted,
                                                    const Place& place, Seconds now,
                                                    Answer& out) const {
  const char* const name = place.record + format::kFixed;
  format::Record r;
  r.number = load64(place.record);
  const unsigned state_levels = format::load16(place.record + 8);
  r.state = static_cast<uint8_t>(state_levels);
  // One plain standing, and no levels.
  const bool plain = state_levels - 1 < static_cast<unsigned>(Standing::blacklisted);
  const size_t size = std::min(wanted.size, Tail::kBytes);
  const uint64_t found = place.some & opaque(static_cast<uint64_t>(plain)) &
                         opaque(static_cast<uint64_t>(has_tail(name + size, size, wanted.tail))) &
                         opaque(static_cast<uint64_t>(format::load32(place.record + 10) ==
                                                      format::check_of(wanted.hash, r)));
  if ((found | place.none) == 0 || wanted.size > Tail::kBytes) {
    out = answer_carefully(host, wanted.hash, now);
    return;
  }
  const uint64_t keep = opaque(0 - found);
  out.host = HostKind::name;
  out.until = 0;
  out.allow = (keep & static_cast<uint64_t>(allows(r.standing()))) != 0;
  out.reason =
      static_cast<Reason>((r.state & keep) | (static_cast<uint64_t>(Reason::not_filed) & ~keep));
  out.number = r.number & keep;
  out.entry = {name, wanted.size & keep};
}

[[gnu::always_inline]] inline void Snapshot::answer(const Host& host, Seconds now,
                                                    Answer& out) const {
  if (host.kind == HostKind::name) {
    const Wanted wanted = wanted_of(host);
    answer(host, wanted, place_of(wanted), now, out);
  } else {
    out = {};
    out.host = host.kind;
  }
}

// read_host, and ahead of it: most names are filed by their last two labels, so that line is sent
// for while the suffix is looked for. When the guess was wrong, another one is read.
[[gnu::always_inline]] inline void Snapshot::read_ahead(std::string_view raw, Host& host) const {
  const uint64_t starts = scan_name(raw, suffixes_, host);
  if (starts == 0) return;
  constexpr uint64_t kFirst = uint64_t{1} << 63;
  const uint64_t but_one = starts ^ kFirst >> std::countl_zero(starts);
  const size_t two = static_cast<size_t>(std::countl_zero(but_one | 1)) + 1;
  const size_t size = std::min<size_t>(two, Tail::kBytes);
  const char* end = host.text() + host.size;
  __builtin_prefetch(line_of(tail_hash(tail_of(end, size), end, size, header_.seed)));
  judge_name(starts, suffixes_, host);
}

// Two groups in turn: while memory brings what the one needs, the other one is worked at.
// tell(group, i, n): the n-th of `raw` is the i-th of the group, and can be answered.
template <class Tell>
void Snapshot::ask(std::span<const std::string_view> raw, const Tell& tell) const {
  Group groups[2];
  groups[1].size = 0;
  const auto tell_all = [&](const Group& group, size_t first) {
    for (size_t i = 0; i < group.size; ++i) tell(group, i, first + i);
  };
  size_t done = 0, turn = 0;
  for (; done < raw.size(); ++turn) {
    Group &group = groups[turn % 2], &before = groups[(turn + 1) % 2];
    const auto part = raw.subspan(done, std::min(Group::kMost, raw.size() - done));
    prepare(part, group);
    tell_all(before, done - before.size);
    seek(group);
    done += part.size();
  }
  const Group& last = groups[(turn + 1) % 2];
  tell_all(last, done - last.size);
}

}  // namespace beian::gate
