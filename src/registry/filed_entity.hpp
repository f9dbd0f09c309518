// A filed entity opened: what an order about it starts from, and whose it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "china/filing_number.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"
#include "registry/records.hpp"

namespace beian::registry {

// A service that is filed now.
struct FiledService {
  int64_t id = 0;
  std::string filing_number, name;
  // As the authority told it last (data/wire/miit-3.0.json, BASJ's Wz_xx), but with the domains
  // that it has now and those accesses in force that are this provider's.
  Json document;
  size_t accesses = 0;  // in force, of all providers
  china::ServiceKind kind = china::ServiceKind::website;
  // With an access here; a mini program or quick app, which needs none, when reported from here.
  bool served_here = false;
};

struct FiledEntity {
  RecordRef ref;
  std::string display_name;  // masked (张*) when the entity is a person
  Json document;
  std::vector<FiledService> services;  // not cancelled, in the order of their ids
  // "440000-17": province and the authority's id, as the API names it.
  std::string key() const;
};

// nullopt: not there, or cancelled.
std::optional<FiledEntity> open_filed(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                      int64_t province, int64_t entity_id);

// A shell entity (空壳主体): filed, and without any service that is.
bool is_shell(db::Tx& tx, const RecordRef& entity);

// What is filed under that certificate (type code and number), cancelled ones left out.
std::optional<RecordRef> find_certificate(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                          int64_t type, const std::string& number);

// When the authority first filed the service of that number (first_filed, Scbbsj): a Beijing date,
// "2026-11-25". Empty when it is not here or was not told.
std::string filed_since(db::Tx& tx, const crypto::ColumnCipher& cipher,
                        const std::string& service_number);

// The account's own entity or service by filing number (any spelling) or key; cancelled ones left
// out. Others' are not found, as if they did not exist.
std::optional<RecordRef> find_own(db::Tx& tx, const std::string& account_id, bool service,
                                  const std::string& number_or_key);

}  // namespace beian::registry
