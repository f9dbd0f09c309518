// The number on a certificate, by its type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace beian::china {

// `type` is a code of the table certificate_type, whose rows name the formats that a number may
// have (the table of formats is in certificate.cpp). Gives the normal form: no blanks, upper case.
// code_unknown for the type; required for an empty number; bad_identity_card, bad_credit_code or
// bad_certificate_number with the reason in Chinese; no field is set.
Result<std::string> check_certificate_number(int64_t type, std::string_view number, TimePoint now);

}  // namespace beian::china
