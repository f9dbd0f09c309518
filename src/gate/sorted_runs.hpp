// Pairs of a key and a value, in any number, sorted by key in bounded memory: what does not fit
// goes to disk in sorted runs, which are merged at the end. Values of the same key become one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gate/file.hpp"

namespace beian::gate {

class SortedRuns {
 public:
  static constexpr size_t kLongestKey = 0xffff;
  // Adds `other` to `into`, both values of one key. In the order in which they came is not said.
  using Combine = std::function<void(std::string& into, std::string_view other)>;

  // Files without a name in `folder`. `memory`: bytes that are held before a run is written; the
  // merge needs 64 KB for each of at most kMostRuns runs.
  SortedRuns(std::string folder, size_t memory, Combine combine);

  void add(std::string_view key, std::string_view value);
  // Every key once, in order. Once, after the last add; both views live until f returns.
  void each(const std::function<void(std::string_view key, std::string_view value)>& f);
  uint64_t runs_written() const { return written_; }

 private:
  static constexpr size_t kMostRuns = 32;
  struct Item {
    size_t at;
    uint32_t key_size, value_size;
  };
  struct Run {
    Descriptor file;
    uint64_t size = 0;
  };
  class Reader;
  class Writer;
  using Take = std::function<void(std::string_view key, std::string_view value)>;

  void sort();
  void each_held(const Take& f);
  void write_run();
  void merge(const Take& f);

  std::string folder_;
  size_t memory_;
  Combine combine_;
  std::string held_;
  std::vector<Item> items_;
  std::vector<Run> runs_;
  uint64_t written_ = 0;
};

}  // namespace beian::gate
