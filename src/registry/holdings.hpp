// What an entity has on file here, by its certificate.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

struct Holdings {
  std::vector<std::string> entity_numbers;  // of entities with that certificate, none twice
  // Of services that are not cancelled; domains as A-labels.
  std::vector<std::string> service_names, domains;
};
Holdings holdings_of(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t certificate_type,
                     const std::string& certificate_number);

}  // namespace beian::registry
