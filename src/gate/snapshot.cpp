#include "gate/snapshot.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "gate/decide.hpp"
#include "gate/slots.hpp"

namespace beian::gate {

using namespace format;

// ---- finding a name

uint64_t Snapshot::hash_of(const Host& host, size_t at) const {
  return padded_hash(host.text() + at, host.size - at, header_.seed);
}

const char* Snapshot::line_of(uint64_t hash) const {
  return index_ + format::line_of(hash, header_.lines) * kLineBytes;
}

Snapshot::Place Snapshot::place_of(const Wanted& wanted) const {
  const char* line = line_of(wanted.hash);
  const size_t count = load16(line + kCountAt);
  const uint32_t mask = matches_within(line, tag_of(wanted.hash), wanted.size);
  const uint64_t empty = opaque((mask - 1) >> 31);
  const size_t i = static_cast<size_t>(std::countr_zero(mask | empty));
  const uint64_t at = base_of(line) + i * kFixed + sizes(line, i);
  const uint64_t some =
      (1 - empty) &
      opaque(static_cast<uint64_t>(at + kFixed + wanted.size <= header_.records.size));
  const uint64_t from_line = static_cast<uint64_t>(records_ - line) + at;
  // Below 0 where the records stand before the index.
  const auto away = static_cast<std::ptrdiff_t>(from_line & (0 - some));
  return {line + away, some, empty & static_cast<uint64_t>(count <= kSlots)};
}

// The record at that place, if it is of that name. Another name's is looked at as well: perhaps it
// was the wanted one and is damaged.
Found Snapshot::read(uint64_t at, size_t size, std::string_view name, uint64_t hash) const {
  Found out;
  out.what = Found::damaged;
  if (at > header_.records.size || size > header_.records.size - at) return out;
  const char* p = records_ + at;
  Record& r = out.record;
  r.number = load64(p);
  r.state = static_cast<uint8_t>(p[8]);
  r.levels = static_cast<uint8_t>(p[9]);
  size_t name_size = size - kFixed;
  if (r.timed()) {
    if (name_size < kTimes) return out;
    name_size -= kTimes;
    r.from = load32(p + kFixed + name_size);
    r.until = load32(p + kFixed + name_size + 4);
  }
  out.name = {p + kFixed, name_size};
  bool same = out.name.size() == name.size();
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage)
  if (same) same = same_bytes(out.name.data(), name.data(), name.size());
  if (!same) hash = name_hash(out.name, header_.seed);
  if (load32(p + 10) == check_of(hash, r)) out.what = same ? Found::found : Found::none;
  return out;
}

// Whatever stands before the wanted one must be whole, or the way to it leads astray.
Found Snapshot::find_extra(uint64_t at, size_t count, std::string_view name, uint64_t hash) const {
  for (; count > 0; --count) {
    Found out;
    out.what = Found::damaged;
    if (at > header_.records.size || header_.records.size - at < kExtra) return out;
    const uint8_t tag = static_cast<uint8_t>(records_[at]);
    const size_t size = kFixed + static_cast<uint8_t>(records_[at + 1]);
    out = read(at + kExtra, size, name, hash);
    if (out.what == Found::damaged || out.what == Found::found) return out;
    if (tag != tag_of(name_hash(out.name, header_.seed))) {
      out.what = Found::damaged;
      return out;
    }
    at += kExtra + size;
  }
  return {};
}

Found Snapshot::find(std::string_view name, uint64_t hash) const {
  const char* line = line_of(hash);
  for (uint32_t mask = matches_within(line, tag_of(hash), name.size()); mask != 0;
       mask &= mask - 1) {
    const size_t i = static_cast<size_t>(std::countr_zero(mask));
    const size_t size = kFixed + static_cast<uint8_t>(line[kSizesAt + i]);
    const Found found = read(base_of(line) + i * kFixed + sizes(line, i), size, name, hash);
    if (found.what != Found::none) return found;
  }
  const size_t count = load16(line + kCountAt);
  if (count <= kSlots) return {};
  return find_extra(base_of(line) + kSlots * kFixed + sizes(line, kSlots), count - kSlots, name,
                    hash);
}

// ---- answering

// `hash`: of the government name or of the independent domain.
Answer Snapshot::answer(const Host& host, uint64_t hash, Seconds now) const {
  const std::string_view name = host.name();
  const Found widest = find(name.substr(host.filed_at()), hash);
  return decide(host, now, widest, widest.record.levels,
                [&](size_t at) { return find(name.substr(at), hash_of(host, at)); });
}

Snapshot::Wanted Snapshot::wanted_of(const Host& host) const {
  const size_t size = host.size - host.filed_at();
  const char* end = host.text() + host.size;
  const Tail tail = tail_of(end, size);
  return {tail, tail_hash(tail, end, size, header_.seed), size};
}

// Nearly all hosts are filed by one plain entry, or have none: they are told apart without a
// branch, which would be guessed wrong half of the time. The others get a closer look.
Answer Snapshot::answer(const Host& host, const Wanted& wanted, const Place& place,
                        Seconds now) const {
  const char* const name = place.record + kFixed;
  Record r;
  r.number = load64(place.record);
  r.state = static_cast<uint8_t>(place.record[8]);
  r.levels = static_cast<uint8_t>(place.record[9]);
  const bool plain = r.state - 1u < static_cast<unsigned>(Standing::blacklisted) && r.levels == 0;
  const uint64_t found =
      place.some & opaque(static_cast<uint64_t>(plain)) &
      opaque(
          static_cast<uint64_t>(has_tail(name, std::min(wanted.size, Tail::kBytes), wanted.tail))) &
      opaque(static_cast<uint64_t>(load32(place.record + 10) == check_of(wanted.hash, r)));
  if ((found | place.none) == 0 || wanted.size > Tail::kBytes)
    return answer(host, wanted.hash, now);
  const uint64_t keep = opaque(0 - found);
  Answer out;
  out.host = HostKind::name;
  out.allow = (keep & static_cast<uint64_t>(allows(r.standing()))) != 0;
  out.reason =
      static_cast<Reason>((r.state & keep) | (static_cast<uint64_t>(Reason::not_filed) & ~keep));
  out.number = r.number & keep;
  out.entry = {name, wanted.size & keep};
  return out;
}

Answer Snapshot::lookup(const Host& host, Seconds now) const {
  if (host.kind != HostKind::name) {
    Answer out;
    out.host = host.kind;
    return out;
  }
  const Wanted wanted = wanted_of(host);
  return answer(host, wanted, place_of(wanted), now);
}

Answer Snapshot::lookup(std::string_view raw, Seconds now) const {
  Host host;
  read_host(raw, suffixes_, host);
  return lookup(host, now);
}

// Each step for all before the next one: what one of them waits for, the others wait for meanwhile.
void Snapshot::prepare(std::span<const std::string_view> raw, Group& out) const {
  read_each(raw, suffixes_, {out.hosts.data(), raw.size()});
  for (size_t i = 0; i < raw.size(); ++i) {
    out.wanted[i] = wanted_of(out.hosts[i]);
    __builtin_prefetch(line_of(out.wanted[i].hash));
  }
  for (size_t i = 0; i < raw.size(); ++i) out.places[i] = place_of(out.wanted[i]);
  for (size_t i = 0; i < raw.size(); ++i) {
    const char* record = out.places[i].record;
    __builtin_prefetch(record);
    __builtin_prefetch(record + kFixed + out.wanted[i].size);
  }
}

void Snapshot::lookup(std::span<const std::string_view> raw, Seconds now,
                      std::span<Answer> out) const {
  Group group;
  for (size_t done = 0; done < raw.size(); done += Group::kMost) {
    const size_t n = std::min(Group::kMost, raw.size() - done);
    prepare(raw.subspan(done, n), group);
    for (size_t i = 0; i < n; ++i) {
      Answer& one = out[done + i];
      if (group.hosts[i].kind == HostKind::name) {
        one = answer(group.hosts[i], group.wanted[i], group.places[i], now);
      } else {
        one = {};
        one.host = group.hosts[i].kind;
      }
    }
  }
}

}  // namespace beian::gate
