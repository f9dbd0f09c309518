#include "gate/suffixes.hpp"

#include <idn2.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>

#include "base/text.hpp"

namespace beian::gate {

namespace {

constexpr std::string_view kBegin = "===BEGIN ICANN DOMAINS===", kEnd = "===END ICANN DOMAINS===";
constexpr size_t kPad = 16;  // key_of reads before a name

std::string to_ascii(std::string_view name) {
  if (std::none_of(name.begin(), name.end(), [](char c) { return (c & 0x80) != 0; }))
    return text::lower_ascii(name);
  char* converted = nullptr;
  const int rc = idn2_to_ascii_8z(std::string(name).c_str(), &converted,
                                  IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<char, void (*)(void*)> owner(converted, idn2_free);
  return rc == IDN2_OK ? std::string(converted) : std::string();
}

// No top level begins with a digit: browsers take such a host for an address.
bool is_plain(std::string_view name) {
  return !name.empty() && name.size() <= 253 && name.front() != '.' && name.back() != '.' &&
         name.find("..") == name.npos &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == name.npos &&
         std::isdigit(name[name.rfind('.') + 1]) == 0;
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
  out.nodes_.resize(64 + 1);
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
  out.add_tops(pace);
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
  size_t slot = place_of(node.key.spread());
  while (nodes_[slot].taken()) slot = next(slot);
  nodes_[slot] = node;
}

void Suffixes::add(std::string_view name, uint8_t flags) {
  std::string padded(kPad, '\0');
  padded += name;
  const char* const end = padded.data() + padded.size();
  if (const Node* known = find(end, name.size())) {
    nodes_[static_cast<size_t>(known - nodes_.data())].flags |= flags;
    return;
  }
  if (++used_ * 4 >= nodes_.size()) {
    const std::vector<Node> old = std::exchange(nodes_, std::vector<Node>(nodes_.size() * 2 - 1));
    --shift_;
    for (const Node& node : old) {
      if (node.taken()) insert(node);
    }
  }
  insert({key_of(end, name.size()), static_cast<uint32_t>(text_.size()),
          static_cast<uint8_t>(name.size()), flags});
  text_ += name;
}

// Once all names are there.
void Suffixes::add_tops(Pace* pace) {
  std::map<std::string_view, std::vector<uint64_t>> below;
  const auto text = [&](const Node& node) {
    return std::string_view(text_).substr(node.text, node.size);
  };
  for (const Node& node : nodes_) {
    step(pace);
    const size_t dot = text(node).find('.');
    if (!node.taken()) continue;
    auto& spreads = below[text(node).substr(dot + 1)];
    if (dot != std::string_view::npos) spreads.push_back(node.key.spread());
  }
  tops_.resize(std::bit_ceil(below.size() * 4));
  top_shift_ = std::countl_zero(tops_.size()) + 1;
  for (const Node& node : nodes_) {
    if (!node.taken() || node.size > kWhole || text(node).find('.') != std::string_view::npos ||
        (node.flags | kDeeper) != (kRule | kDeeper))
      continue;
    const auto& spreads = below[text(node)];
    Top top;
    top.node = node;
    top.bits_at = static_cast<uint32_t>(bits_.size());
    const size_t bits = std::bit_ceil(std::max<size_t>(64, spreads.size() * 16));
    top.shift = static_cast<uint32_t>(std::countl_zero(bits) + 1);
    bits_.resize(bits_.size() + bits / 64);
    for (const uint64_t spread : spreads) {
      const uint64_t bit = spread >> top.shift;
      bits_[top.bits_at + bit / 64] |= uint64_t{1} << bit % 64;
    }
    size_t slot = node.key.spread() >> top_shift_;
    while (tops_[slot].node.taken()) slot = (slot + 1) & (tops_.size() - 1);
    tops_[slot] = top;
  }
}

const Suffixes::Node* Suffixes::find(const char* end, size_t size) const {
  const Key key = key_of(end, size);
  for (size_t slot = place_of(key.spread()); nodes_[slot].taken(); slot = next(slot)) {
    const Node& node = nodes_[slot];
    if (node.differs(key) == 0 && node.size == size &&
        (size <= kWhole || std::memcmp(text_.data() + node.text, end - size, size) == 0))
      return &node;
  }
  return nullptr;
}

size_t Suffixes::by_all_rules(std::string_view name) const {
  // Where the label begins that ends at the dot before `at`; 0 for the first.
  const auto label_before = [&](size_t at) -> size_t {
    const size_t dot = at < 2 ? name.npos : name.rfind('.', at - 2);
    return dot == name.npos ? 0 : dot + 1;
  };
  const auto find_at = [&](size_t at) { return find(name.data() + name.size(), name.size() - at); };
  size_t at = label_before(name.size() + 1);
  const Node* node = find_at(at);
  if (node == nullptr) return kNoSuffix;
  size_t suffix = (node->flags & kRule) != 0 ? at : kNoSuffix;
  while (at > 0 && (node->flags & (kDeeper | kWildcard)) != 0) {
    const size_t next = label_before(at);
    const Node* longer = find_at(next);
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
