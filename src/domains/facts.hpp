// What can be known about a domain before it is filed: is its suffix approved, who registered it
// until when, does it resolve now.
#pragma once

#include <memory>
#include <optional>

#include "domains/registration.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"
#include "platform/dns/dns.hpp"

namespace beian::domains {

struct Options {
  std::string rdap_url;  // https://rdap.example/; empty: nobody is asked
  dns::Resolvers resolvers;
  bool resolve = true;                    // false: never ask the DNS
  Millis keep{24LL * 3600 * 1000};        // a registry's answer
  Millis keep_unknown{10LL * 60 * 1000};  // that it gave none
};

struct Context {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
  Options options;
};

struct Resolution {
  enum class Kind { resolves, nothing, unknown } kind = Kind::unknown;
  std::vector<std::string> addresses;
  std::string reason;  // when unknown, in Chinese
};

struct DomainFacts {
  std::string domain;  // the independent domain, A-labels
  bool suffix_approved = false;
  Registration registration;
  Resolution resolution;
};

// Kept answers of the registry; nothing: never asked, or too long ago. For those who may not wait
// (rules), in their transaction.
std::optional<Registration> kept_registration(const Context& context, db::Tx& tx,
                                              const std::string& domain);

// Who registered it, kept or asked now; `domain`: A-labels. Never inside a transaction.
Registration registration(const Context& context, const std::string& domain);

// Asks where nothing is kept, so it may take seconds: never inside a transaction. `name` in any
// spelling; bad_domain, domain_without_suffix at `field`.
Result<DomainFacts> facts(const Context& context, const std::string& name, std::string_view field);
Json to_json(const DomainFacts& facts);

}  // namespace beian::domains
