// By whom the phone, the mail address and the certificate of a manager are used already. Rows of
// blind indexes: who has a value can ask who else has it, and nothing can be read out.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

enum class Contact { mobile, email, certificate };

// Does an entity that is filed, and not cancelled, with another certificate have it? `own`: the
// number of the certificate of the entity that asks.
bool used_elsewhere(db::Tx& tx, const crypto::ColumnCipher& cipher, Contact contact,
                    const std::string& value, const std::string& own);
// The same of many values with one question; an answer for each.
struct ContactValue {
  Contact contact = Contact::mobile;
  std::string value;
};
std::vector<bool> used_elsewhere(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                 const std::vector<ContactValue>& values, const std::string& own);
// Organizations with another certificate of which the person with that certificate manages a
// service.
int64_t organizations_managed(db::Tx& tx, const crypto::ColumnCipher& cipher,
                              const std::string& certificate, const std::string& own);

// The rows of one manager: a kind and its index, which is empty where there is nothing.
struct ContactRow {
  std::string_view kind;
  std::string index;
};
std::array<ContactRow, 3> contact_rows(const crypto::ColumnCipher& cipher, const Json& manager);
// Says that the contacts of an entity are kept; a row of service 0.
inline constexpr std::string_view kContactsSeen = "seen";
// What the manager of an entity (service 0), or of one of its services, has instead of what it had;
// for record().
void keep_contacts(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t province, int64_t entity,
                   int64_t service, const Json& manager);
// Entities that were recorded before there were such rows; a batch of them. Returns how many there
// were: fewer than `batch` when all are done.
size_t index_contacts(db::Database& database, const crypto::ColumnCipher& cipher,
                      size_t batch = 100);

}  // namespace beian::registry
