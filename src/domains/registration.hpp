// Who registered a domain, as its registry tells by RDAP (RFC 9082, RFC 9083).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::domains {

// Three-valued: a registry may be away, or not told to us.
struct Registration {
  enum class Kind { registered, free, unknown } kind = Kind::unknown;
  std::string holder;               // empty: the registry does not say (most hide persons)
  std::string registrar;            // as the registry writes it
  std::string registered, expires;  // Beijing dates; empty: not said
  std::vector<std::string> status;  // as RDAP names them: "active", "client hold"
  std::string reason;               // when unknown, in Chinese
  TimePoint asked;
};
std::string_view name_of(Registration::Kind kind);

// An RDAP answer for a domain object. wrong_type, bad_format, malformed_json when it is none.
Result<Registration> read_rdap(std::string_view json);

// Asks BASE/domain/NAME and follows no redirect; 404 means free. Never fails: unknown instead, with
// the reason. `base_url` empty: unknown, because nobody is configured to be asked.
Registration ask_rdap(const std::string& base_url, const std::string& domain, TimePoint now);

Json to_json(const Registration& registration);
Registration registration_of(const Json& json);

}  // namespace beian::domains
