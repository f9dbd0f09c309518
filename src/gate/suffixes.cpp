#include "gate/suffixes.hpp"

#include <idn2.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "base/text.hpp"
#include "gate/hash.hpp"

namespace beian::gate {

namespace {

constexpr uint8_t kRule = 1;       // com.cn
constexpr uint8_t kDeeper = 2;     // a longer name in the table ends with this one
constexpr uint8_t kWildcard = 4;   // *.ck stands at ck
constexpr uint8_t kException = 8;  // !www.ck

constexpr std::string_view kBegin = "===BEGIN ICANN DOMAINS===", kEnd = "===END ICANN DOMAINS===";
constexpr size_t kPad = 8;  // key_of reads before a name

uint64_t key_of(const char* name, size_t size) {
  return size <= 8 ? load64(name + size - 8) >> (64 - 8 * size) : padded_hash(name, size, 0);
}

std::string to_ascii(std::string_view name) {
  if (std::none_of(name.begin(), name.end(), [](char c) { return (c & 0x80) != 0; }))
    return text::lower_ascii(name);
  char* converted = nullptr;
  const int rc = idn2_to_ascii_8z(std::string(name).c_str(), &converted,
                                  IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<char, void (*)(void*)> owner(converted, idn2_free);
  return rc == IDN2_OK ? std::string(converted) : std::string();
}

bool is_plain(std::string_view name) {
  return !name.empty() && name.size() <= 253 && name.front() != '.' && name.back() != '.' &&
         name.find("..") == name.npos &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == name.npos;
}

// Calls f with each line, without blanks at its end.
template <class F>
void each_line(std::string_view text, F f) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    f(text::trim(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

Result<Suffixes> Suffixes::parse(std::string_view list) {
  const size_t begin = list.find(kBegin), end = list.find(kEnd);
  if (begin == list.npos || end == list.npos || end < begin) return fail(ProblemCode::bad_format);
  std::vector<std::string> rules;
  bool good = true;
  each_line(list.substr(begin + kBegin.size(), end - begin - kBegin.size()),
            [&](std::string_view line) {
              line = line.substr(0, line.find_first_of(" \t"));
              if (line.empty() || line.starts_with("//")) return;
              std::string mark;
              if (line.starts_with("*.")) mark = "*.";
              if (line.starts_with('!')) mark = "!";
              const std::string name = to_ascii(line.substr(mark.size()));
              good = good && is_plain(name);
              rules.push_back(mark + name);
            });
  if (!good) return fail(ProblemCode::bad_format);
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return from_rules(text::join(rules, "\n"));
}

Result<Suffixes> Suffixes::from_rules(std::string_view rules, Pace* pace) {
  Suffixes out;
  out.rules_ = rules;
  out.seen_.resize((size_t{1} << 16) / 64);
  out.table_.resize(64);
  out.shift_ = 64 - 6;
  bool good = true;
  each_line(rules, [&](std::string_view line) {
    step(pace);
    uint8_t flags = kRule;
    if (line.starts_with("*.")) {
      line.remove_prefix(2);
      flags = kRule | kWildcard;  // ck itself counts as well, as libpsl has it
    } else if (line.starts_with('!')) {
      line.remove_prefix(1);
      flags = kException;
    }
    if (!is_plain(line)) {
      good = false;
      return;
    }
    out.add(line, flags);
    for (size_t dot = line.find('.'); dot != line.npos; dot = line.find('.', dot + 1))
      out.add(line.substr(dot + 1), kDeeper);
  });
  if (!good || out.used_ == 0) return fail(ProblemCode::bad_format);
  return out;
}

const Suffixes& Suffixes::embedded() {
  static const Suffixes kList = [] {
    auto list = parse(embedded_suffix_list());
    if (!list) throw std::runtime_error("the embedded public suffix list cannot be read");
    return std::move(*list);
  }();
  return kList;
}

void Suffixes::insert(Node node) {
  size_t slot = slot_of(node.key);
  while (table_[slot].size != 0) slot = (slot + 1) & (table_.size() - 1);
  table_[slot] = node;
}

void Suffixes::add(std::string_view name, uint8_t flags) {
  std::string padded(kPad, '\0');
  padded += name;
  if (const Node* known = find(padded.data() + kPad, name.size())) {
    table_[static_cast<size_t>(known - table_.data())].flags |= flags;
    return;
  }
  if (++used_ * 4 > table_.size()) {
    const std::vector<Node> old = std::exchange(table_, std::vector<Node>(table_.size() * 2));
    --shift_;
    for (const Node& node : old) {
      if (node.size != 0) insert(node);
    }
  }
  const uint64_t key = key_of(padded.data() + kPad, name.size());
  insert({key, static_cast<uint32_t>(text_.size()), static_cast<uint8_t>(name.size()), flags});
  const uint64_t bit = spread(key) >> 48;
  seen_[bit / 64] |= uint64_t{1} << bit % 64;
  text_ += name;
}

const Suffixes::Node* Suffixes::find(const char* name, size_t size) const {
  const uint64_t key = key_of(name, size);
  const uint64_t bit = spread(key) >> 48;
  if ((seen_[bit / 64] >> bit % 64 & 1) == 0) return nullptr;
  for (size_t slot = slot_of(key); table_[slot].size != 0;
       slot = (slot + 1) & (table_.size() - 1)) {
    const Node& node = table_[slot];
    if (node.key == key && node.size == size &&
        (size <= 8 || std::memcmp(text_.data() + node.at, name, size) == 0))
      return &node;
  }
  return nullptr;
}

size_t Suffixes::independent_at(std::string_view name, uint64_t dots) const {
  // Where the label begins that ends at the dot before `at`; 0 for the first.
  const auto label_before = [&](size_t at) -> size_t {
    if (at < 2) return 0;
    if (dots != 0) {
      const uint64_t left = dots & ((uint64_t{1} << (at - 1)) - 1);
      return left == 0 ? 0 : static_cast<size_t>(64 - std::countl_zero(left));
    }
    const size_t dot = name.rfind('.', at - 2);
    return dot == name.npos ? 0 : dot + 1;
  };
  size_t at = label_before(name.size() + 1);
  const Node* node = find(name.data() + at, name.size() - at);
  if (node == nullptr) return kNoSuffix;
  size_t suffix = (node->flags & kRule) != 0 ? at : kNoSuffix;
  while (at > 0 && (node->flags & (kDeeper | kWildcard)) != 0) {
    const size_t next = label_before(at);
    const Node* longer = find(name.data() + next, name.size() - next);
    if (longer != nullptr && (longer->flags & kException) != 0) {
      suffix = at;
      break;
    }
    if ((node->flags & kWildcard) != 0) suffix = next;
    if (longer == nullptr) break;
    if ((longer->flags & kRule) != 0) suffix = next;
    node = longer;
    at = next;
  }
  if (suffix == kNoSuffix) return kNoSuffix;
  if (suffix == 0) return kIsSuffix;
  return label_before(suffix);
}

}  // namespace beian::gate
