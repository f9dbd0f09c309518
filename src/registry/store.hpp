// Rows of the registry. Everything in the caller's transaction.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "registry/filed.hpp"
#include "registry/registry.hpp"

namespace beian::registry::store {

// Waits for every other writer of the registry; held until the caller's commit. Taken before the
// rows, so that two records in two transactions never wait for each other.
void lock(db::Tx& tx);

// nullopt: not there.
std::optional<std::string> entity_fingerprint(db::Tx& tx, int64_t province, int64_t id);
std::optional<std::string> service_fingerprint(db::Tx& tx, int64_t province, int64_t id);

struct Sealed {
  std::string document, fingerprint;
};
void upsert_entity(db::Tx& tx, TimePoint now, const std::string& account_id, const Filed& filed,
                   const std::string& display_name, const std::string& certificate_index,
                   const Sealed& sealed);
// Gives an entity without account to this one; true when it was.
bool adopt_entity(db::Tx& tx, TimePoint now, const std::string& account_id, int64_t province,
                  int64_t id);
void upsert_service(db::Tx& tx, TimePoint now, const Filed& filed, const Filed::Service& service,
                    const Sealed& sealed);
// The service's domains and accesses become these; what it has no more becomes cancelled.
void replace_domains(db::Tx& tx, TimePoint now, int64_t province, const Filed::Service& service);
void replace_accesses(db::Tx& tx, TimePoint now, int64_t province, int64_t own_provider_id,
                      const Filed::Service& service);
// What tells a service that is no website apart becomes this.
void replace_apps(db::Tx& tx, int64_t province, const Filed::Service& service);
Json app_keys_of(db::Tx& tx, int64_t province, int64_t service_id);
// Names whose standing the service's record may change: those that it has, those that a domain id
// of the record stood under, and those of a service that loses an access id to it.
std::set<std::string> names_before(db::Tx& tx, int64_t province, const Filed::Service& service);

// The rows of a cancellation, by the authority's ids. Fingerprints are forgotten, so that a record
// that files it anew counts even when it is the old one.
struct Target {
  int64_t province = 0, entity_id = 0, service_id = 0;
  std::string filing_number, account_id;
  bool cancelled = false;
};
std::optional<Target> find_entity_row(db::Tx& tx, int64_t province, int64_t id);
std::optional<Target> find_service_row(db::Tx& tx, int64_t province, int64_t id);
std::optional<Target> find_access_row(db::Tx& tx, int64_t province, int64_t id);
// The authority's id of an entity or service with that number.
std::optional<int64_t> id_by_number(db::Tx& tx, int64_t province, bool service,
                                    const std::string& number);
std::vector<int64_t> services_of(db::Tx& tx, int64_t province, int64_t entity_id);
std::set<std::string> names_of(db::Tx& tx, int64_t province, int64_t service_id);
void cancel_entity(db::Tx& tx, TimePoint now, int64_t province, int64_t id);
void cancel_service(db::Tx& tx, TimePoint now, int64_t province, int64_t id);
void cancel_access(db::Tx& tx, TimePoint now, int64_t province, int64_t id, int64_t service_id);

// How a filed name stands; of several rows with that name the one that serves it best.
struct Standing {
  FiledDomain filed;
  bool cancelled = false;
};
// Those of the names that are known at all.
std::vector<Standing> standings(db::Tx& tx, const std::vector<std::string>& names);
// The same of all names behind `after` up to `last`, in the order of the database.
std::vector<Standing> standings_between(db::Tx& tx, const std::string& after,
                                        const std::string& last);
std::set<std::string> blacklisted_between(db::Tx& tx, const std::string& after,
                                          const std::string& last);

// Every service in force that has that name, those that are served here first.
std::vector<FiledDomain> services_with_domain(db::Tx& tx, const std::string& name);

// Those of the names that are on a blacklist, as listed.
std::set<std::string> blacklisted_names(db::Tx& tx, const std::vector<std::string>& names);

// A row of a blacklist. Entities: item is the certificate's type, name the index of its number.
struct Entry {
  std::string source, list;
  int64_t item = 0;
  std::string name, document;
  int64_t address = 0, listed = 0, changed = 0;
  std::string context;  // what the document is sealed with
};
std::string context_of(const Entry& entry);
// By source, list, item and name.
std::optional<Entry> find_entry(db::Tx& tx, const Entry& key);
bool delete_entry(db::Tx& tx, const Entry& key);
void upsert_listed_entity(db::Tx& tx, TimePoint now, const Entry& entry,
                          const std::string& name_index);
void upsert_listed_domain(db::Tx& tx, TimePoint now, const Entry& entry,
                          const std::string& independent, int64_t address);
std::set<std::string> names_of_item(db::Tx& tx, const std::string& source, int64_t item);
void delete_item(db::Tx& tx, const std::string& source, int64_t item);
std::optional<Entry> entity_by_certificate(db::Tx& tx, const std::string& index);
std::optional<Entry> entity_by_name(db::Tx& tx, const std::string& index);
// One of the names, or a name below the independent domain.
std::optional<Entry> domain_entry(db::Tx& tx, const std::vector<std::string>& names,
                                  const std::string& independent);
std::optional<Entry> address_entry(db::Tx& tx, int64_t from, int64_t to);
std::vector<Entry> entries(db::Tx& tx, const std::string& list, int64_t offset, int64_t limit);

std::optional<std::string> number_by_certificate(db::Tx& tx, int64_t type,
                                                 const std::string& index);

// The last of `limit` known names behind `after`; empty: there are none.
std::string feed_page_end(db::Tx& tx, const std::string& after, size_t limit);
// The journal's check at that number; 0: it has no such place, or not any more.
uint64_t feed_chain_at(db::Tx& tx, int64_t number);

void append_change(db::Tx& tx, TimePoint now, const std::string& domain, const std::string& what,
                   const std::string& filing_number);

// One entity with its services, their domains and accesses, and the authority's ids of them all, as
// changes and cancellations name them; no personal data. An entity without any service, and a
// service without any access, is a shell (空壳).
// `account_id` empty: everybody's. After the given key, in the order of (province, id).
struct EntityPage {
  int64_t after_province = 0, after_id = 0;
  int64_t limit = 50;
};
Json entities(db::Tx& tx, const std::string& account_id, const EntityPage& page);

}  // namespace beian::registry::store
