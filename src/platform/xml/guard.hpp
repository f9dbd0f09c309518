// A look at a document before libxml2's: it compares each attribute of an element with every other,
// so a few megabytes of attributes in one tag would keep it busy for hours.
#pragma once

#include <cstddef>
#include <string_view>

namespace beian::xml {

// Whether no start tag has more than `limit` attributes and namespace declarations. Exact up to the
// first place where the document is not well-formed, and libxml2 reads no further than that.
bool attributes_within(std::string_view utf8, size_t limit);

}  // namespace beian::xml
