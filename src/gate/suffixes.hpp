// The public suffix list, its ICANN section: where the name begins that somebody registered. A
// section for services (github.io) does not count: a name below belongs to the service's domain.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "gate/hash.hpp"
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
  // Where the independent domain begins in `name` (normalised: gate/host.hpp), which reads 16 bytes
  // before it. `starts`: where labels begin, by how far from the end: bit 63 for one that is the
  // last byte; 0 when the name is longer than 63 bytes. Allocates nothing.
  size_t independent_at(std::string_view name, uint64_t starts) const {
    const size_t at = usually_at(name, starts);
    return at != kUnusual ? at : by_all_rules(name);
  }
  // The same in fewer steps, or kUnusual where the last labels do not tell.
  static constexpr size_t kUnusual = SIZE_MAX - 2;
  size_t usually_at(std::string_view name, uint64_t starts) const;

 private:
  static constexpr uint8_t kRule = 1;       // com.cn
  static constexpr uint8_t kDeeper = 2;     // a longer name in the table ends with this one
  static constexpr uint8_t kWildcard = 4;   // *.ck stands at ck
  static constexpr uint8_t kException = 8;  // !www.ck

  // What stands for a name: its last 16 bytes, zero where it has less. No byte of a name is zero,
  // so this is all of a name that has fewer than 16; of others it is what they end with.
  struct Key {
    uint64_t last = 0, before = 0;
    uint64_t spread() const { return (last ^ std::rotl(before, 23)) * kMix[1]; }
  };
  static constexpr unsigned kWhole = 15;  // names up to so many bytes are told by their key
  // Of the name of `size` bytes before `end`, of which 16 are read in any case.
  static Key key_of(const char* end, size_t size) {
    const char* masks = kTailMasks.data() + Tail::kBytes - 16 + std::min<size_t>(size, 16);
    return {load64(end - 8) & load64(masks + 8), load64(end - 16) & load64(masks)};
  }
  // One place of a table with open addressing.
  struct Node {
    Key key;            // its last is 0 where nobody is
    uint32_t text = 0;  // where the name is in text_
    uint8_t size = 0;
    uint8_t flags = 0;
    bool taken() const { return key.last != 0; }
    // 0 for the same one.
    uint64_t differs(const Key& other) const {
      return (key.last ^ other.last) | (key.before ^ other.before);
    }
  };
  // A top level that has nothing but itself and names with one label more (com, cn), and which
  // those may be: a bit for each place that spread() leads to, so that most others need not be
  // looked for.
  struct Top {
    Node node;
    uint32_t bits_at = 0;  // into bits_
    uint32_t shift = 0;
  };
  // A name's place in nodes_, and where to look when another has it.
  size_t place_of(uint64_t spread) const { return (spread >> shift_) + 1; }
  size_t next(size_t place) const { return (place & (nodes_.size() - 2)) + 1; }
  void add(std::string_view name, uint8_t flags);
  void insert(Node node);
  void add_tops(Pace* pace);
  const Node* find(const char* end, size_t size) const;
  size_t by_all_rules(std::string_view name) const;

  std::string rules_;
  std::string text_;
  // The first stays empty; of 2^(64 - shift_) more a quarter is taken at most.
  std::vector<Node> nodes_;
  std::vector<Top> tops_;  // 2^(64 - top_shift_), as sparse
  std::vector<uint64_t> bits_;
  int shift_ = 0, top_shift_ = 0;
  size_t used_ = 0;
};

// Nearly all names are told by their last two labels. No branch here depends on what the host is,
// if it is one of those: guessed wrong, each would cost more than the rest.
[[gnu::always_inline]] inline size_t Suffixes::usually_at(std::string_view name,
                                                          uint64_t starts) const {
  constexpr uint64_t kFirst = uint64_t{1} << 63;
  // How many bytes there are behind the first one of the last label, of the last two, of the last
  // three; 63 where there are fewer labels.
  const auto behind = [](uint64_t left) {
    return static_cast<unsigned>(std::countl_zero(left | 1));
  };
  const unsigned one = behind(starts);
  const uint64_t but_one = starts ^ kFirst >> one;
  const unsigned two = behind(but_one);
  const uint64_t but_two = but_one ^ kFirst >> two;
  const char* const end = name.data() + name.size();
  if (one >= kWhole || two >= name.size()) return kUnusual;

  const Key last = key_of(end, one + 1);
  const Top* top = tops_.data() + (last.spread() >> top_shift_);
  while (top->node.differs(last) != 0) {
    if (!top->node.taken()) return kUnusual;
    top = top == &tops_.back() ? tops_.data() : top + 1;
  }

  const Key both = key_of(end, two + 1);
  const uint64_t spread = both.spread(), bit = spread >> top->shift;
  const uint64_t perhaps = bits_[top->bits_at + bit / 64] >> bit % 64 & 1;
  // Otherwise to the first place, which is always empty.
  size_t slot = place_of(spread) & (0 - perhaps);
  const Node* node = &nodes_[slot];
  uint64_t differs = node->differs(both);
  while ((opaque(static_cast<uint64_t>(differs != 0)) & static_cast<uint64_t>(node->taken())) !=
         0) {
    slot = next(slot);
    node = &nodes_[slot];
    differs = node->differs(both);
  }
  // All ones when the last two labels are a suffix, and the domain has a label more.
  const uint64_t found = opaque(0 - static_cast<uint64_t>(differs == 0));
  const uint64_t unusual = static_cast<uint64_t>(but_two == 0) |
                           static_cast<uint64_t>(two >= kWhole) |
                           static_cast<uint64_t>(node->flags != kRule);
  if ((found & unusual) != 0) return kUnusual;
  const uint64_t three = behind(but_two);
  return name.size() - 1 - (two ^ ((two ^ three) & found));
}

// The whole published list, with its comments.
std::string_view embedded_suffix_list();

}  // namespace beian::gate
