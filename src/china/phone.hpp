// Phone numbers of the mainland and e-mail addresses, as the interface takes them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian::china {

// Eleven digits, 13 to 19 before; "+86", "0086" or "86" before it, blanks and hyphens are dropped.
// bad_mobile otherwise.
Result<std::string> check_mobile(std::string_view text);

// "0755-12345678", "010-12345678-801" (extension of 1 to 6 digits): area code beginning with 0,
// hyphen, 7 or 8 digits not beginning with 0 or 1; also a mobile number, and nationwide 400 and 800
// numbers (400-1234567). "+86-755-…" and brackets around the area code are
// rewritten. bad_phone otherwise.
Result<std::string> check_office_phone(std::string_view text);

// Several, separated by ';' (also ； ， , 、): each checked by the function above, joined with ';'
// as the wire has it; at most 128 characters in all (too_long). Empty parts are skipped, an empty
// text is refused with the code of the single check.
Result<std::string> check_mobiles(std::string_view text);
Result<std::string> check_office_phones(std::string_view text);

// user@domain: RFC 5321 without quoted local parts and address literals; local part at most 64
// characters, the domain normalised (IDN to A-labels, lower case) with two labels or more, at most
// 128 characters in all, as the wire allows. bad_email otherwise.
Result<std::string> check_email(std::string_view text);

}  // namespace beian::china
