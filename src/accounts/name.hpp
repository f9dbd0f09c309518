// Sign-in names: 3 to 64 letters of any script, ASCII digits and . _ - @
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian::accounts {

// Canonical composition (Unicode NFC), so that one name has one spelling in bytes whatever keyboard
// it came from. Input must be UTF-8.
std::string to_nfc(std::string_view utf8);

struct Name {
  std::string shown;  // NFC
  std::string key;    // unique: ASCII letters in lower case, everything else as it is
};
// bad_encoding, too_short, too_long, bad_format at `field`.
Result<Name> parse_name(std::string_view text, std::string_view field = "/name");

}  // namespace beian::accounts
