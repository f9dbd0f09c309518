// The citizen identification number of GB 11643-1999: six digits region, eight digits birth date,
// three digits sequence (odd: male), one check character (ISO 7064 MOD 11-2).
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace beian::china {

enum class Sex { male, female };

// The check character, '0' to '9' or 'X', of the first 17 characters of `digits`, which must be
// digits; also used by residence permits.
char identity_check_character(std::string_view digits);

// Normalised: blanks around and inside dropped, full-width forms narrowed, X in upper case.
// bad_identity_card with the reason in Chinese: length (15-digit numbers of before 2013 are
// refused), characters, region (its province must exist: cards keep the codes of counties long
// dissolved), birth date (a real one, from 1900 on, not after `now`), check character.
Result<std::string> check_identity_card(std::string_view text, TimePoint now);

// Residence permits of 2018, numbered like identity cards under 810000 Hong Kong, 820000 Macao and
// 830000 Taiwan. The same problems.
enum class PermitOf { hong_kong_macao, taiwan };
Result<std::string> check_residence_permit(std::string_view text, PermitOf whom, TimePoint now);

// Foreigners' permanent residence: 15 characters (three letters, twelve digits) or, since 2023, 18
// digits beginning with 9 with the same check character.
Result<std::string> check_permanent_residence(std::string_view text, TimePoint now);

// Parts of a checked 18-character number.
int64_t region_of_identity(std::string_view number);
std::chrono::year_month_day birth_of_identity(std::string_view number);
Sex sex_of_identity(std::string_view number);
// Whole years in Beijing time.
int age_of_identity(std::string_view number, TimePoint now);

}  // namespace beian::china
