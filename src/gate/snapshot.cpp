#include "gate/snapshot.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "gate/decide.hpp"
#include "gate/snapshot_plain.hpp"

namespace beian::gate {

using namespace format;

// ---- finding a name

uint64_t Snapshot::hash_of(const Host& host, size_t at) const {
  return padded_hash(host.text() + at, host.size - at, header_.seed);
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
Answer Snapshot::answer_carefully(const Host& host, uint64_t hash, Seconds now) const {
  const std::string_view name = host.name();
  const Found widest = find(name.substr(host.filed_at()), hash);
  return decide(host, now, widest, widest.record.levels,
                [&](size_t at) { return find(name.substr(at), hash_of(host, at)); });
}

Answer Snapshot::lookup(const Host& host, Seconds now) const {
  Answer out;
  answer(host, now, out);
  return out;
}

Answer Snapshot::lookup(std::string_view raw, Seconds now) const {
  Host host;
  read_ahead(raw, host);
  Answer out;
  answer(host, now, out);
  return out;
}

void Snapshot::prepare(std::span<const std::string_view> raw, Group& out) const {
  out.size = raw.size();
  read_each(raw, suffixes_, {out.hosts.data(), out.size});
  for (size_t i = 0; i < out.size; ++i) {
    out.wanted[i] = wanted_of(out.hosts[i]);
    __builtin_prefetch(line_of(out.wanted[i].hash));
  }
}

void Snapshot::seek(Group& group) const {
  for (size_t i = 0; i < group.size; ++i) group.places[i] = place_of(group.wanted[i]);
  for (size_t i = 0; i < group.size; ++i) {
    const char* record = group.places[i].record;
    __builtin_prefetch(record);
    __builtin_prefetch(record + kFixed + group.wanted[i].size - 1);
  }
}

void Snapshot::lookup(std::span<const std::string_view> raw, Seconds now,
                      std::span<Answer> out) const {
  ask(raw, [&](const Group& group, size_t i, size_t n) {
    if (group.hosts[i].kind == HostKind::name) {
      answer(group.hosts[i], group.wanted[i], group.places[i], now, out[n]);
    } else {
      out[n] = {};
      out[n].host = group.hosts[i].kind;
    }
  });
}

}  // namespace beian::gate
