// Top levels under which domains may be filed (data/domains/suffixes.json).
#pragma once

#include <string_view>

namespace beian::domains {

// `domain`: normalised (A-labels). Is its top level one that the ministry has approved?
bool is_approved_suffix(std::string_view domain);

}  // namespace beian::domains
