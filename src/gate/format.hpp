// How a snapshot lies in its file; docs/adr/0028-gate.md says why. Numbers are little-endian.
//
//   header    kHeaderBytes
//   suffixes  the public suffix list that the file was built with, one rule a line
//   index     64 bytes a line, from a multiple of 64
//   records   of variable size, in the order of the index
//
// A name's line is scale(hash, lines). A line holds, for up to 28 names in the order of their
// hashes, one byte of the hash and the size of the record beyond its fixed part, and where the
// first of those records is; the others follow. Names beyond the 28th follow behind those, each
// with a head of its own (kExtra).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gate/entry.hpp"
#include "gate/hash.hpp"

namespace beian::gate::format {

inline constexpr char kMagic[8] = {'\x89', 'B', 'e', 'i', 'G', 'a', 't', '\n'};
inline constexpr uint32_t kVersion = 2;
inline constexpr size_t kHeaderBytes = 4096;

struct Section {
  uint64_t offset = 0, size = 0, check = 0;
};

struct Header {
  char magic[8];
  uint32_t version;
  uint32_t header_bytes;
  uint64_t seed;      // of the hash of names
  uint64_t created;   // seconds since 1970
  uint64_t sequence;  // place in the feed of changes that the file stands at; 0: none
  uint64_t entries;   // without those that only stand for names below them
  uint64_t lines;
  Section suffixes, index, records;
  uint64_t file_size;
  uint64_t check;  // of the header's bytes, this as 0
  uint64_t chain;  // the feed's check at `sequence` (base/chain.hpp); 0: made from no feed
};
static_assert(sizeof(Header) <= kHeaderBytes);

inline constexpr size_t kLineBytes = 64, kSlots = 28;
inline constexpr size_t kBaseAt = 0, kCountAt = 6, kTagsAt = 8, kSizesAt = 36;
inline constexpr uint64_t kMeanNames = 18;  // of a line: 1 of 100 has more than 28
inline constexpr uint64_t kMostRecordBytes = (uint64_t{1} << 40) - 1;
inline constexpr uint64_t kPartitions = 64;  // lines are a multiple, so each has whole lines

inline uint64_t line_of(uint64_t hash, uint64_t lines) {
  return scale(hash, lines);
}
inline uint8_t tag_of(uint64_t hash) {
  return static_cast<uint8_t>(hash);
}

// A record: number (8), state, levels, check (4), the name, and from and until when timed.
inline constexpr size_t kFixed = 14, kTimes = 8;
inline constexpr size_t kLongestTimed = 0xff - kTimes;  // of a name: its size is one byte
inline constexpr uint8_t kStandingMask = 0x0f, kTimed = 0x40, kExact = 0x80;
// A standing of 0: no entry, only the mark that there are some below.
struct Record {
  PackedNumber number = 0;
  uint8_t state = 0;
  uint8_t levels = 0;  // names with up to so many labels more than this one have entries
  Seconds from = 0, until = 0;

  bool is_entry() const { return (state & kStandingMask) != 0; }
  bool timed() const { return (state & kTimed) != 0; }
  bool exact() const { return (state & kExact) != 0; }
  Standing standing() const { return static_cast<Standing>(state & kStandingMask); }
};

// Behind the records of a line's 28: the byte of the hash and the size beyond the fixed part.
inline constexpr size_t kExtra = 2;

inline uint32_t check_of(uint64_t hash, const Record& r) {
  const uint64_t all = fold(hash ^ kMix[0], r.number ^ kMix[1]);
  return static_cast<uint32_t>(fold(all ^ (static_cast<uint64_t>(r.from) << 32 | r.until),
                                    kMix[2] ^ (static_cast<uint64_t>(r.state) << 8 | r.levels)));
}

inline uint32_t load32(const char* p) {
  uint32_t value;
  std::memcpy(&value, p, sizeof value);
  return value;
}
inline uint16_t load16(const char* p) {
  uint16_t value;
  std::memcpy(&value, p, sizeof value);
  return value;
}
inline uint64_t base_of(const char* line) {
  return load64(line + kBaseAt) & kMostRecordBytes;
}

}  // namespace beian::gate::format
