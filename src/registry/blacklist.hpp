// The authority's blacklists: entities, sites, illegal accesses (HMDLB, FFJRHMD). Each authority
// keeps its own list; an entry of any of them counts. Numbers and names of entities stand as blind
// indexes, the entry itself is sealed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

struct ListedEntity {
  int64_t certificate_type = 0;
  std::string certificate_number;
  std::string name;
  int64_t nature = 0;  // 0: not told
  std::string remark;  // why, in the authority's words
};
// A site by one of its domains, or an illegal access by domain and address.
struct ListedDomain {
  int64_t item = 0;  // the authority's id of an illegal access; 0: a site
  std::string name;  // any spelling
  int64_t address = 0;
  std::string site;  // the site's name
  std::string remark;
};

// Put on the list, or changed there; false when all of it was known already. In the caller's
// transaction; listing a domain appends to the journal, so call it late.
bool list_entity(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                 const std::string& source, const ListedEntity& entity);
bool list_domain(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                 const std::string& source, const ListedDomain& domain);
// Taken off; false when it was not there.
bool unlist_entity(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& source,
                   int64_t certificate_type, const std::string& certificate_number);
bool unlist_domain(db::Tx& tx, TimePoint now, const std::string& source,
                   const ListedDomain& domain);

// What is listed, as a reason for people: which list, the entry's remark.
struct ListedReason {
  std::string list;    // entity, site, illegal_access
  std::string text;    // Chinese
  std::string source;  // the authority that listed it
  TimePoint listed;    // when it came first
};
// By the number whatever the certificate's type, for codes of types differ between systems.
std::optional<ListedReason> listed_certificate(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                               const std::string& number);
// Organisations only: many persons share a name.
std::optional<ListedReason> listed_name(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                        const std::string& name);
// The name itself, what it lies under, or a name below it that the filing would cover.
std::optional<ListedReason> listed_domain(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                          const std::string& domain);
// An illegal access at one of these IPv4 addresses.
std::optional<ListedReason> listed_address(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                           uint32_t from, uint32_t to);

// For officers: entries of "entity", "site" or "illegal_access", newest first, numbers and persons
// masked.
Json blacklist(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& list,
               int64_t offset, int64_t limit);

}  // namespace beian::registry
