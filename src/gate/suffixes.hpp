// The public suffix list, its ICANN section: where the name begins that somebody registered. A
// section for services (github.io) does not count: a name below belongs to the service's domain.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "gate/pace.hpp"

namespace beian::gate {

class Suffixes {
 public:
  // As publicsuffix.org publishes it. bad_format when it has no ICANN section or a rule in it
  // cannot be read.
  static Result<Suffixes> parse(std::string_view list);
  // One rule a line in A-labels ("com.cn", "*.ck", "!www.ck"), as rules() writes it.
  static Result<Suffixes> from_rules(std::string_view rules, Pace* pace = nullptr);
  // The list of the build's day.
  static const Suffixes& embedded();

  const std::string& rules() const { return rules_; }

  static constexpr size_t kNoSuffix = SIZE_MAX;      // its top level is not in the list
  static constexpr size_t kIsSuffix = SIZE_MAX - 1;  // the name is a suffix itself: com.cn
  // Where the independent domain begins in `name` (normalised: gate/host.hpp), which reads 8 bytes
  // before it. `dots`: bit i for a dot at name[i], 0 when the name is longer than 63 bytes.
  // Allocates nothing.
  size_t independent_at(std::string_view name, uint64_t dots) const;

 private:
  struct Node {
    uint64_t key = 0;  // of up to 8 bytes: the name itself, else its hash
    uint32_t at = 0;   // into text_
    uint8_t size = 0;
    uint8_t flags = 0;
  };
  void add(std::string_view name, uint8_t flags);
  // Reads 8 bytes before the name.
  const Node* find(const char* name, size_t size) const;
  static uint64_t spread(uint64_t key) { return key * 0x9E3779B97F4A7C15ULL; }
  size_t slot_of(uint64_t key) const { return spread(key) >> shift_; }
  void insert(Node node);

  std::string rules_;
  std::string text_;
  // Most names are not in the table, and this tells so from the first cache: a bit for each of the
  // first 16 of slot_of's bits.
  std::vector<uint64_t> seen_;
  std::vector<Node> table_;  // 2^(64 - shift_) of them
  int shift_ = 0;
  size_t used_ = 0;
};

// The whole published list, with its comments.
std::string_view embedded_suffix_list();

}  // namespace beian::gate
