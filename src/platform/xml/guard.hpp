// A look at a document before libxml2's. That compares each attribute of an element with every
// other, so a few megabytes of attributes in one tag would keep it busy for hours; and it keeps a
// tag, a comment, an instruction or a CDATA section whole in memory, however long it is.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

namespace beian::xml {

// Fed with a document in pieces cut anywhere. Exact up to the first place where the document is not
// well-formed, and libxml2 reads no further than that.
class Guard {
 public:
  // `max_attributes` of one start tag, namespace declarations included; `max_markup`: bytes of one
  // tag, comment, instruction or CDATA section.
  explicit Guard(size_t max_attributes, size_t max_markup = std::numeric_limits<size_t>::max())
      : max_attributes_(max_attributes), max_markup_(max_markup) {}
  // Why the document is refused, nullptr when nothing is wrong so far.
  const char* feed(std::string_view utf8);

 private:
  enum class In { text, opening, tag, quotes, comment, instruction, cdata };
  size_t step(std::string_view s, size_t at);
  size_t walk_opening(std::string_view s, size_t at);
  size_t walk_tag(std::string_view s, size_t at);
  size_t walk_section(std::string_view s, size_t at, char mark, size_t marks);
  void enter(In in);

  size_t max_attributes_, max_markup_;
  In in_ = In::text;
  size_t length_ = 0;      // bytes of the markup so far
  size_t matched_ = 0;     // of an opening, or marks before the '>' that ends a section
  size_t attributes_ = 0;  // of the tag
  bool cdata_ = false;     // whether the opening may become "<![CDATA["
  char quote_ = 0;
};

}  // namespace beian::xml
