// The library of what is filed, read: its rows, what is in process, and the documents made of both.
// Nothing here writes; filed.hpp does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "platform/db/db.hpp"

namespace beian::sandbox {

// `model` is the reported object without what has columns or rows of its own.
struct LibraryEntity {
  int64_t id = 0, provider_id = 0, provider_entity_id = 0;  // who filed it first
  std::string number, name;
  int64_t certificate_type = 0;
  std::string certificate_number;
  Json model;
  int64_t first_filed = 0, last_changed = 0;
  bool cancelled = false;
  int64_t province() const { return model["location"]["province"].as_int(); }
};
struct LibraryService {
  int64_t id = 0, entity_id = 0, provider_id = 0, provider_service_id = 0;  // of who reported it
  std::string number, kind, name;
  Json model;
  int64_t first_filed = 0, last_changed = 0;
  bool cancelled = false;
};
struct LibraryAddress {
  int64_t id = 0, access_id = 0, provider_address_id = 0, from = 0, to = 0;
};
struct LibraryAccess {
  int64_t id = 0, service_id = 0, provider_id = 0, provider_access_id = 0;
  Json model;  // locations, methods
  std::vector<LibraryAddress> addresses;
};
struct LibraryDomain {
  int64_t id = 0, service_id = 0, provider_id = 0, provider_domain_id = 0;
  std::string name;
};

// Cancelled ones included: their numbers are never given again.
std::optional<LibraryEntity> entity_by_id(db::Tx& tx, int64_t id);
std::optional<LibraryEntity> entity_by_number(db::Tx& tx, std::string_view number);
std::optional<LibraryEntity> entity_by_certificate(db::Tx& tx, int64_t type,
                                                   std::string_view number);  // not cancelled
std::vector<LibraryEntity> all_entities(db::Tx& tx);                          // not cancelled
std::optional<LibraryService> service_by_id(db::Tx& tx, int64_t id);
std::optional<LibraryService> service_by_number(db::Tx& tx, std::string_view number);
std::vector<LibraryService> services_of(db::Tx& tx, int64_t entity_id);  // not cancelled
std::optional<LibraryAccess> access_by_id(db::Tx& tx, int64_t id);
std::vector<LibraryAccess> accesses_of(db::Tx& tx, int64_t service_id);
std::vector<LibraryDomain> domains_of(db::Tx& tx, int64_t service_id);

// Providers with an access to any service of the entity, ascending; to one service. Apps need no
// access: who reported one counts.
std::vector<int64_t> providers_of_entity(db::Tx& tx, int64_t entity_id);
std::vector<int64_t> providers_of_service(db::Tx& tx, int64_t service_id);
// May this provider work on the entity? It has an access there, or filed it and nobody has one.
bool concerns(db::Tx& tx, const LibraryEntity& entity, int64_t provider_id);

// Whose the name is, a website's before others; nothing when it is free.
std::optional<int64_t> service_with_domain(db::Tx& tx, std::string_view name);
std::vector<LibraryService> services_with_domain(db::Tx& tx, std::string_view name);
std::optional<int64_t> service_with_app(db::Tx& tx, std::string_view key);  // china::app_keys
std::vector<std::string> app_keys_of(db::Tx& tx, int64_t service_id);
std::optional<int64_t> service_with_url(db::Tx& tx, std::string_view url, int64_t except_service);
bool service_reported(db::Tx& tx, int64_t provider_id, int64_t provider_service_id);
bool access_reported(db::Tx& tx, int64_t provider_id, int64_t provider_access_id);
bool blacklisted(db::Tx& tx, std::string_view kind, std::string_view value);

// Records in process. A domain, or a key of china::app_keys.
bool domain_in_process(db::Tx& tx, std::string_view name);
struct OpenRecord {
  int64_t id = 0, provider_id = 0;
  std::string operation;
};
std::vector<OpenRecord> open_records(db::Tx& tx, std::string_view kind, int64_t target);

// BASJ/Baxx of an entity for one provider: with the services where it has an access, its own ids
// where it reported them. provider_id 0: everything, for nobody in particular (no Isp… ids).
// `services` empty: all of them. Shells cannot be told in this form and are left out, as are apps
// where the provider's profile has no words for them; nothing when none is left.
std::optional<Json> filed_document(db::Tx& tx, const LibraryEntity& entity, int64_t provider_id,
                                   const std::vector<int64_t>& services = {},
                                   std::string_view reviewer = {}, int64_t reviewed = 0);

}  // namespace beian::sandbox
