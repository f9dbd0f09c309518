// A snapshot: every name that may be served here, and those that may not, in one file that never
// changes. It is mapped, not read; a new one comes by rename, so the old one stays whole for those
// who have it open.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "gate/entry.hpp"
#include "gate/format.hpp"
#include "gate/pace.hpp"
#include "gate/suffixes.hpp"

namespace beian::gate {

// What a place has of a name.
struct Found {
  enum { none, found, damaged } what = none;
  format::Record record;
  std::string_view name;
};

// In pieces, so that nobody who wants memory meanwhile waits for all of it.
struct Unmap {
  size_t size = 0;
  void operator()(const char* p) const;
};

class Snapshot {
 public:
  // Header, suffix list and index are checked whole; a record when it is read, each has its own
  // check: Reason::damaged. file_unreadable, with the reason, for what is no snapshot, is cut short
  // or damaged there.
  static Result<Snapshot> open(const std::string& path);
  // The same, but read into memory of this process instead of mapped: for servers, who should not
  // wait for the disk later, nor end with somebody who writes into the file. In huge pages, with
  // which random questions take about a sixth less time (`./dev bench gate`); with `pace`, beside
  // threads that answer, in ordinary ones and in small pieces. 25 million names take a second or
  // two, with `pace` twice as long. Without the memory for it the file is mapped.
  static Result<Snapshot> load(const std::string& path, Pace* pace = nullptr);
  // The same over bytes that outlive it.
  static Result<Snapshot> over(std::string_view bytes);

  Snapshot(Snapshot&&) = default;
  Snapshot& operator=(Snapshot&&) = default;

  // May this host be served at that time? `raw` is a Host header's value. The narrowest entry that
  // holds at that time decides: the host's own, then that of each name above it down to the
  // independent domain; of government names only its own. But what is blacklisted denies all below,
  // and what is cancelled only tells why when nothing wider is filed. Allocates nothing for hosts
  // in ASCII.
  Answer lookup(std::string_view raw, Seconds now) const;
  Answer lookup(const Host& host, Seconds now) const;
  // Several at once, which hides how far memory is away: out[i] for raw[i]. Sizes must agree.
  void lookup(std::span<const std::string_view> raw, Seconds now, std::span<Answer> out) const;

  // The entry of exactly this name (normal form), nothing when there is none. damaged: bad_format.
  Result<std::optional<Entry>> entry_of(std::string_view name) const;

  // Every entry once, in the order of the file; stops when f returns false. Fails where the file is
  // damaged. The names live as long as the snapshot.
  Status each(const std::function<bool(const Entry&)>& f) const;
  // Everything: the records' checksum, every record, its place. As slow as reading the file.
  Status verify() const;
  // Brings the file into memory, so that the first questions do not wait for the disk.
  void warm() const;

  const Suffixes& suffixes() const { return suffixes_; }
  uint64_t entries() const { return header_.entries; }
  uint64_t created() const { return header_.created; }
  uint64_t sequence() const { return header_.sequence; }
  uint64_t chain() const { return header_.chain; }
  const format::Header& header() const { return header_; }

 private:
  friend class Live;  // asks the changes after the snapshot before the snapshot, name by name
  Snapshot() = default;
  Status check_header(std::string_view bytes, uint64_t size);
  Status check_content(std::string_view bytes, Pace* pace);
  // What is looked for: the name whose filing decides about a host.
  struct Wanted {
    Tail tail;
    uint64_t hash;
    size_t size;
  };
  // Where its record is, if it has one.
  struct Place {
    const char* record;  // Tail::kBytes from there may be read in any case
    uint64_t some;       // 1: there is a record that can be its own
    uint64_t none;       // 1: the name is not in the file
  };
  // Some hosts at once, in steps, each for all of them before the next one.
  struct Group {
    static constexpr size_t kMost = 16;  // hides a wait, and two of them stay in the first cache
    size_t size;
    std::array<Host, kMost> hosts;
    std::array<Wanted, kMost> wanted;
    std::array<Place, kMost> places;
  };
  // Reads the hosts; their lines of the index are on their way from memory.
  void prepare(std::span<const std::string_view> raw, Group& out) const;
  // Reads the lines; their records are on their way.
  void seek(Group& group) const;
  template <class Tell>
  void ask(std::span<const std::string_view> raw, const Tell& tell) const;
  Wanted wanted_of(const Host& host) const;
  Place place_of(const Wanted& wanted) const;
  uint64_t hash_of(const Host& host, size_t at) const;
  const char* line_of(uint64_t hash) const;
  // 8 bytes before the name may be read.
  Found find(std::string_view name, uint64_t hash) const;
  Found read(uint64_t at, size_t size, std::string_view name, uint64_t hash) const;
  Found find_extra(uint64_t at, size_t count, std::string_view name, uint64_t hash) const;
  Answer answer_carefully(const Host& host, uint64_t hash, Seconds now) const;
  void answer(const Host& host, const Wanted& wanted, const Place& place, Seconds now,
              Answer& out) const;
  void answer(const Host& host, Seconds now, Answer& out) const;
  void read_ahead(std::string_view raw, Host& host) const;
  Status walk(const std::function<bool(const Found&)>& f) const;

  std::unique_ptr<const char, Unmap> map_;
  std::string_view bytes_;
  format::Header header_{};
  Suffixes suffixes_;
  const char* index_ = nullptr;
  const char* records_ = nullptr;
};

}  // namespace beian::gate
