// Numbers of organisations: the unified social credit code (GB 32100-2015), the organisation code
// before it (GB 11714-1997) and the 15-digit business registration number (GS 15-2006).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian::china {

// 18 characters of 0-9 and A-Z without I, O, Z, S, V: registering body and kind (2), region (6
// digits; 10 and 000000 stand for the state), subject (9), check character (MOD 31-3).
// Normalised: blanks dropped, upper case. bad_credit_code with the reason in Chinese.
Result<std::string> check_credit_code(std::string_view text);
// The check character of the first 17 characters, which must be of that alphabet.
char credit_check_character(std::string_view first17);

// Nine characters, a hyphen before the last allowed: 8 digits or letters and a check digit or X.
// Normalised without hyphen. bad_certificate_number with the reason.
Result<std::string> check_organisation_code(std::string_view text);
char organisation_check_character(std::string_view first8);

// 15 digits, the last a check digit (ISO 7064 MOD 11,10). bad_certificate_number with the reason.
Result<std::string> check_registration_number(std::string_view text);
char registration_check_digit(std::string_view first14);

}  // namespace beian::china
