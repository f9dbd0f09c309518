// What orders needs from rooms to its right; app fills it.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/personal.hpp"

namespace beian::orders {

// Three-valued: the authority may not know, or not answer.
struct FilingStatus {
  enum class Kind { filed, not_filed, unknown } kind = Kind::unknown;
  std::string entity_number, service_number, service_name;  // when filed
  std::string reason;                                       // when unknown
  TimePoint asked;
};

class FilingStatusSource {
 public:
  virtual ~FilingStatusSource() = default;
  // `authority`: by the order's province. Never throws; unknown instead.
  virtual FilingStatus domain(const std::string& authority, const std::string& domain) = 0;
  // Certificate by the type code of data/codes (1 business licence, 2 identity card, …).
  virtual FilingStatus certificate(const std::string& authority, int certificate_type,
                                   const std::string& number) = 0;
};

// Whether the password (备案密码) of an entity's filing number is right.
struct PasswordVerdict {
  enum class Kind {
    right,
    wrong,
    limited,  // checked too often (code 22): nothing is asked until `until`
    unknown,  // the authority does not offer it, does not know the number, or does not answer
  } kind = Kind::unknown;
  std::string reason;  // Chinese; when limited or unknown
  TimePoint until{};   // when limited
  TimePoint asked;
};

class FilingPasswordSource {
 public:
  virtual ~FilingPasswordSource() = default;
  // `number`: of an entity or of one of its services. Never throws; unknown instead. The password
  // is neither logged nor kept. Counts at the authority: ask only what a person has just typed.
  virtual PasswordVerdict password(const std::string& authority, const std::string& number,
                                   const Secret& password) = 0;
  // Does that authority check filing passwords at all?
  virtual bool offered(const std::string& authority) = 0;
};

// Which authority link serves a province (six-digit code); empty: none is configured.
class AuthorityDirectory {
 public:
  virtual ~AuthorityDirectory() = default;
  virtual std::string for_province(int64_t province) = 0;
  // Can records of services that are no websites (app, mini_program, quick_app) be reported there?
  // V.3.0 has no words for them.
  virtual bool takes_apps(const std::string& authority) = 0;
};

}  // namespace beian::orders
