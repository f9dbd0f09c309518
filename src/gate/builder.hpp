// Makes a snapshot from entries in any order, of any number: what comes in is spread over
// partitions on disk, and one after the other is sorted and written. Memory: about 70 MB, and 3.2
// bytes a name.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gate/entry.hpp"
#include "gate/pace.hpp"
#include "gate/suffixes.hpp"

namespace beian::gate {

struct BuildOptions {
  uint64_t created = 0;   // seconds since 1970
  uint64_t sequence = 0;  // place in the feed of changes; 0: none
  uint64_t chain = 0;     // the feed's check there
  uint64_t seed = 0;  // of the hash; 0: a random one, so that nobody can choose names that collide
  const Suffixes* suffixes = nullptr;  // null: the embedded list
  // Once true, finish() throws std::runtime_error within about a second.
  const std::atomic<bool>* cancel = nullptr;
  Pace* pace = nullptr;  // for a build beside threads that answer; null: in one go
};

struct BuildReport {
  uint64_t entries = 0;
  uint64_t replaced = 0;  // entries that a later one of the same name took the place of
  uint64_t file_bytes = 0;
  uint64_t name_bytes = 0;  // of all names in the file
};

// The file appears under its name when all of it is on the disk, by rename: whoever ends the build
// before leaves the old one whole. The work is done in `path`.part, which a later build takes over.
// Throws std::system_error when the disk fails, std::runtime_error when another build of the same
// file is at work.
class Builder {
 public:
  explicit Builder(std::string path, const BuildOptions& options = {});
  ~Builder();
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  // HostKind::name: taken. Anything else: what its name is instead; it was left out (too_long
  // also for a name above 247 bytes with a time). The last of several with one name counts.
  HostKind add(const Entry& entry);
  // Nothing is known of the name (in normal form) any more, whatever was added before.
  HostKind remove(std::string_view name);
  // Where the entries stand in the feed, when that is known only after them.
  void stands_at(uint64_t sequence, uint64_t chain);
  // Once, after the last entry.
  BuildReport finish();

 private:
  class Spill;
  class Output;
  struct Room;
  void put(const Host& host, size_t at, uint8_t levels, const Entry* entry, uint8_t state = 0);
  void write_partition(uint64_t number);

  BuildOptions options_;
  std::unique_ptr<Output> output_;
  std::vector<std::unique_ptr<Spill>> spills_;
  std::unique_ptr<Room> room_;
  std::vector<char> index_;
  uint64_t lines_ = 0, put_ = 0;
  BuildReport report_;
  Host host_;
};

}  // namespace beian::gate
