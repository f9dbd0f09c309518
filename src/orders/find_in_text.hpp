// Finding an expected value in a text that a program read on a picture. Pure.
#pragma once

#include <string>
#include <string_view>

namespace beian::orders {

// What the value is decides what may be taken for the same:
enum class Written {
  words,   // names, addresses: punctuation and case count for nothing
  number,  // of a certificate: O is read as 0 and l as 1, else each character counts
  domain,  // each character counts, dots and hyphens too; but not its case
};

struct Found {
  size_t distance = 0;  // characters to change, add or leave out; 0: the same
  size_t length = 0;    // characters that count in the expected value
  std::string run;      // the nearest part of the text as it stands there, blanks as one
};

// The part of `text` with the least distance; of several, one that does not go on with another
// letter or digit. A number or a domain that does go on is one character away at least. Both are
// UTF-8; what is none counts as unreadable characters. Time: length of one times that of the other.
Found find_in_text(std::string_view expected, std::string_view text, Written written);

}  // namespace beian::orders
