// What a filed record is worked out to before it is written: fingerprints, seals, blind indexes.
// Needs no database, so that it can be done on any thread.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "platform/crypto/crypto.hpp"
#include "registry/contacts.hpp"
#include "registry/filed.hpp"

namespace beian::registry {

// Masked (张*) when the entity is a person.
std::string shown_name(const Filed& filed);
std::string entity_key(const Filed& filed);  // "440000-17"
// Keyed fingerprints of a document's text, by which a record is known again. Whose access counts as
// ours, and whose service it is, belong to what is compared.
std::string entity_print(const crypto::ColumnCipher& cipher, const std::string& document);
std::string service_print(const crypto::ColumnCipher& cipher, const Filed& filed,
                          int64_t own_provider_id, const std::string& document);
// What documents are sealed for.
std::string entity_context(const Filed& filed);
std::string service_context(const Filed& filed, const Filed::Service& service);

struct Prepared {
  using Contacts = std::array<ContactRow, 3>;
  struct Service {
    std::string print, sealed;
    Contacts contacts;
    std::vector<std::string> accesses;  // their documents
  };
  Filed filed;  // without documents: they are in `record`, and sealed
  Json record;
  int64_t own_provider_id = 0;
  std::string shown_name, certificate_index, print, sealed;
  Contacts contacts;
  std::vector<Service> services;
};
// `filed` is read of `record`; its documents are not looked at.
Prepared prepare(const crypto::ColumnCipher& cipher, int64_t own_provider_id, Filed filed,
                 Json record);

}  // namespace beian::registry
