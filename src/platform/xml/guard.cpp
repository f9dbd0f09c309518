#include "platform/xml/guard.hpp"

#include <algorithm>

namespace beian::xml {

namespace {

// The position behind `mark`, or the end.
size_t behind(std::string_view s, size_t from, std::string_view mark) {
  const size_t at = s.find(mark, from);
  return at == s.npos ? s.size() : at + mark.size();
}

// Walks a start tag from `at`; false when it has too many attributes. Leaves `at` behind it.
bool walk_tag(std::string_view s, size_t& at, size_t limit) {
  for (size_t count = 0; at < s.size(); ++at) {
    switch (s[at]) {
      case '>':
        return true;
      case '=':
        if (++count > limit) return false;
        break;
      case '"':
      case '\'':
        at = std::min(s.find(s[at], at + 1), s.size() - 1);
        break;
      default:
        break;
    }
  }
  return true;
}

}  // namespace

bool attributes_within(std::string_view s, size_t limit) {
  for (size_t at = s.find('<'); at < s.size(); at = s.find('<', at)) {
    const std::string_view rest = s.substr(at);
    if (rest.starts_with("<!--"))
      at = behind(s, at + 4, "-->");
    else if (rest.starts_with("<![CDATA["))
      at = behind(s, at + 9, "]]>");
    else if (rest.starts_with("<?"))
      at = behind(s, at + 2, "?>");
    else if (!walk_tag(s, ++at, limit))
      return false;
  }
  return true;
}

}  // namespace beian::xml
