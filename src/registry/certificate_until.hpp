// Until when the certificate of a filed entity holds (证书有效期, Zsyxq), where the authority told
// it.
#pragma once

#include <cstdint>
#include <string>

#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

// A day, "2027-01-01"; empty: not told, told in no way that is a day, or no such entity.
std::string certificate_until(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t province,
                              int64_t entity_id);

}  // namespace beian::registry
