// What an authority finds wrong with a record: the protocol's result codes (Jgdm), several at once.
// Which operation looks for which codes: judge_parts.hpp (what a record shows by itself) and
// claim_*.cpp (what the library says to it); the table of codes is in judge_codes_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace beian::sandbox {

struct Outcome {
  int code = 0;
  std::string text;  // the protocol's text and where it is; at most 255 characters (Dmms)
  bool operator==(const Outcome&) const = default;
};
using Outcomes = std::vector<Outcome>;

struct Circumstances {
  TimePoint now;
  int64_t province = 0;         // only entities of this one are taken (1045); 0: of any
  bool person_numbers = false;  // every person needs a certificate number, for the SMS verification
};

// Normal forms that the library is keyed by.
std::string certificate_key(std::string_view number);  // upper case, no blanks
std::string domain_key(std::string_view name);         // A-labels; the text itself when it is none
std::string url_key(std::string_view url);             // host and path, lower case, no scheme

// A natural person's filing, by nature or, without one, by the certificate's type.
bool is_individual(const Json& entity);
// The number whose last six characters the SMS verification asks: the person's own, or for the
// manager of a person's filing, the entity's. Empty when there is none.
std::string person_number(const Json& person, const Json& entity, bool entity_manager);

// For the table: one outcome, its text from the protocol with `where` added.
Outcome outcome(int code, std::string_view where = {});

}  // namespace beian::sandbox
