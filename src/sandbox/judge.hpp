// What an authority finds wrong with a reported record (XZBA/Baxx): the protocol's result codes
// (Jgdm), several at once. Pure: no store, no clock of its own.
#pragma once

#include <cstdint>
#include <functional>
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

// Everything that the record itself shows.
Outcomes inspect(const Json& record, const Circumstances& circumstances);

// What the library and the records in process must be asked. Asked about processes first: a record
// that is filed meanwhile is then found in the library.
struct Library {
  std::function<bool(int64_t provider_entity_id)> entity_in_process;  // of this provider
  std::function<bool(int64_t type, const std::string& number)> certificate_in_process;
  std::function<bool(int64_t type, const std::string& number)> certificate_filed;
  std::function<bool(const std::string&domain)> domain_in_process, domain_filed;
  std::function<bool(const std::string& url)> home_url_filed;
  std::function<bool(const std::string& domain)> domain_blacklisted;
  std::function<bool(const std::string& number)> entity_blacklisted;
};
Outcomes conflicts(const Json& record, const Library& library);

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
