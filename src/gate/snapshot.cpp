#include "gate/snapshot.hpp"

#include <array>
#include <bit>
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

const char* Snapshot::likely(uint64_t hash) const {
  const char* line = line_of(hash);
  const uint32_t mask = tags_within(line, tag_of(hash));
  if (mask == 0) return line;
  const size_t i = static_cast<size_t>(std::countr_zero(mask));
  const uint64_t at = base_of(line) + i * kFixed + sizes(line, i);
  return at < header_.records.size ? records_ + at : line;
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
  for (uint32_t mask = tags_within(line, tag_of(hash)); mask != 0; mask &= mask - 1) {
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

Answer Snapshot::lookup(const Host& host, Seconds now) const {
  if (host.kind != HostKind::name) {
    Answer out;
    out.host = host.kind;
    return out;
  }
  return answer(host, hash_of(host, host.filed_at()), now);
}

Answer Snapshot::lookup(std::string_view raw, Seconds now) const {
  Host host;
  read_host(raw, suffixes_, host);
  return lookup(host, now);
}

void Snapshot::prepare(std::span<const std::string_view> raw, Group& out) const {
  for (size_t i = 0; i < raw.size(); ++i) {
    Host& host = out.hosts[i];
    read_host(raw[i], suffixes_, host);
    out.hashes[i] = 0;
    if (host.kind != HostKind::name) continue;
    out.hashes[i] = hash_of(host, host.filed_at());
    __builtin_prefetch(line_of(out.hashes[i]));
  }
  for (size_t i = 0; i < raw.size(); ++i) {
    const char* record = likely(out.hashes[i]);
    __builtin_prefetch(record);
    __builtin_prefetch(record + 40);  // most end there at the latest
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
        one = answer(group.hosts[i], group.hashes[i], now);
      } else {
        one = {};
        one.host = group.hosts[i].kind;
      }
    }
  }
}

}  // namespace beian::gate
