// What is filed: the provider's mirror of the authority's library.
//
// Personal data (names, phones, certificate numbers) is sealed with the installation's
// ColumnCipher; the certificate of an entity is found again by its blind index.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "china/filing_number.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

// One filed record as the authority publishes it (wire model of BASJ's Baxx: {"entity": {...},
// "services": [...]}, see data/wire/miit-3.0.json). Inserts or replaces by the authority's ids, in
// the caller's transaction; the same record twice changes nothing. `account_id` may be empty
// (found by synchronisation); an entity keeps the account it has, and another one becomes a holder
// beside it (registry/holders.hpp). Services that the record does not
// name stay as they are; domains and accesses that a named service no longer has become cancelled.
// Appends to the change journal of the domains concerned. Writers take turns from here to their
// commit, so call it late in the transaction.
// Every province gives its own ids, so /entity/location/province is part of the key.
// A service with an "app" (openbeian-3.1), or with the number of one, needs neither domains nor
// accesses.
// required, wrong_type with pointers into `filed`; then nothing is written. What the authority
// filed is not judged: a domain or number of a form that we do not know is kept as it is.
struct Recorded {
  std::string entity_number;                 // 粤ICP备2026000001号
  std::vector<std::string> service_numbers;  // …号-1
  std::vector<std::string> domains;          // as A-labels
  int64_t province = 0;
  bool changed = false;  // false: all of it was known already
  bool added = false;    // the entity was not known before
};
Result<Recorded> record(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                        const std::string& account_id, int64_t own_provider_id, const Json& filed);

// Gives an entity that is nobody's to an account; false when it is somebody's, or not there.
bool adopt(db::Tx& tx, TimePoint now, const std::string& account_id, int64_t province,
           int64_t entity_id);

// The authority cancelled a record (ZXSJ): an entity goes with all its services, a service with its
// domains and accesses; an access only ends. `id` is the authority's, in one of the provinces that
// it serves. Appends to the journal; once more changes nothing.
// not_found: no such record in any of them; conflict: in more than one.
enum class Cancel { entity, service, access };
struct Cancelled {
  int64_t province = 0;
  std::string filing_number;  // of the entity, or of the service (an access: of its service)
  std::string account_id;     // whose entity it is; empty when only synchronised
  bool changed = false;
};
Result<Cancelled> cancel(db::Tx& tx, TimePoint now, Cancel what,
                         const std::vector<int64_t>& provinces, int64_t id);

// A domain that is filed now (not a cancelled one).
struct FiledDomain {
  std::string domain, service_number, entity_number, service_name;
  std::string entity_name;  // masked (张*) when the entity is a person
  std::string account_id;   // whose entity it is; empty when only synchronised
  bool access_here = false;
  china::ServiceKind kind = china::ServiceKind::website;
};
// Any spelling of the name: case and IDN form do not matter.
std::optional<FiledDomain> find_domain(db::Tx& tx, const std::string& independent_domain);
// All services that have it, those served here first: apps of an entity may share a domain with its
// other services.
std::vector<FiledDomain> find_domains(db::Tx& tx, const std::string& independent_domain);
// An entity by certificate (type code and number); its number when filed here and not cancelled.
std::optional<std::string> find_entity(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                       int64_t certificate_type,
                                       const std::string& certificate_number);

// May this host be served here? `host` as in a Host header: a port and a dot at the end are
// ignored. A filed domain covers its subdomains, except names under government suffixes, which file
// each level. The most specific filed name decides.
struct AccessAnswer {
  bool allow = false;
  std::string answer;  // allow, deny
  std::string reason;  // filed; not_filed, no_access_here, cancelled, blacklisted, bad_host
  std::string domain;  // the filed name that decided, else the independent domain
  std::string filing_number;
};
AccessAnswer access(db::Tx& tx, const std::string& host);

// The change journal: what became of a domain, in the order of the commits. A reader that keeps the
// last number it saw misses nothing.
struct Change {
  int64_t number = 0;
  std::string domain;
  // The name's own new standing: filed, no_access_here, cancelled, blacklisted, not_filed. A
  // blacklisted name denies what is below it as well, whatever that stands for itself.
  std::string what;
  std::string filing_number;
  TimePoint at;
};
std::vector<Change> changes_after(db::Tx& tx, int64_t number, size_t limit);

}  // namespace beian::registry
