#include "platform/xml/guard.hpp"

#include <algorithm>

namespace beian::xml {

namespace {

constexpr std::string_view kComment = "!--", kCdata = "![CDATA[";

}  // namespace

const char* Guard::feed(std::string_view s) {
  for (size_t at = 0; at < s.size();) {
    if (in_ == In::text) {
      at = s.find('<', at);
      if (at == s.npos) return nullptr;
      ++at;
      length_ = 0;
      enter(In::opening);
      continue;
    }
    const size_t next = step(s, at);
    length_ += next - at;
    at = next;
    if (attributes_ > max_attributes_) return "an element has too many attributes";
    if (length_ > max_markup_) return "a tag, comment or section is too long";
  }
  return nullptr;
}

void Guard::enter(In in) {
  in_ = in;
  matched_ = 0;
  attributes_ = 0;
}

size_t Guard::step(std::string_view s, size_t at) {
  switch (in_) {
    case In::opening:
      return walk_opening(s, at);
    case In::tag:
      return walk_tag(s, at);
    case In::quotes: {
      const size_t end = s.find(quote_, at);
      if (end == s.npos) return s.size();
      in_ = In::tag;
      return end + 1;
    }
    case In::comment:
      return walk_section(s, at, '-', 2);
    case In::cdata:
      return walk_section(s, at, ']', 2);
    case In::instruction:
      return walk_section(s, at, '?', 1);
    case In::text:
      break;
  }
  return s.size();
}

// What stands behind '<': one character after the other, because a piece may end anywhere.
size_t Guard::walk_opening(std::string_view s, size_t at) {
  const char c = s[at];
  if (matched_ == 0 && c == '?') return enter(In::instruction), at + 1;
  if (matched_ == 1) cdata_ = c == '[';
  const std::string_view expected = matched_ > 0 && cdata_ ? kCdata : kComment;
  if (c != expected[matched_]) return enter(In::tag), at;  // the tag's to judge
  if (++matched_ < expected.size()) return at + 1;
  enter(cdata_ ? In::cdata : In::comment);
  return at + 1;
}

size_t Guard::walk_tag(std::string_view s, size_t at) {
  for (; at < s.size(); ++at) {
    switch (s[at]) {
      case '>':
        enter(In::text);
        return at + 1;
      case '=':
        if (++attributes_ > max_attributes_) return at + 1;
        break;
      case '"':
      case '\'':
        quote_ = s[at];
        in_ = In::quotes;
        return at + 1;
      default:
        break;
    }
  }
  return at;
}

// To the '>' behind `marks` or more marks.
size_t Guard::walk_section(std::string_view s, size_t at, char mark, size_t marks) {
  for (; at < s.size(); ++at) {
    if (s[at] == '>' && matched_ >= marks) return enter(In::text), at + 1;
    if (s[at] == mark)
      ++matched_;
    else if (matched_ > 0)
      matched_ = 0;
  }
  return at;
}

}  // namespace beian::xml
