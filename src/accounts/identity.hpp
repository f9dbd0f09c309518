// Whom the provider verified an account to be (账号实名). It may differ from what the account
// files.
#pragma once

#include "accounts/accounts.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::accounts {

struct Identity {
  std::string kind;  // person, organization
  std::string name;
  int64_t certificate_type = 0;  // a code of certificate_type
  std::string certificate_number;
  TimePoint verified;
};

// Sets or replaces it; name and number are sealed. not_found for an account that is none or a
// member's sign-in; code_unknown at /kind; required, too_long at /name; the problems of the
// certificate at /certificate/type and /certificate/number. `actor` empty: the command line.
Result<Identity> set_identity(db::Database& database, TimePoint now,
                              const crypto::ColumnCipher& cipher, const std::string& actor,
                              const std::string& account_id, Identity identity,
                              const std::string& remote);
std::optional<Identity> identity_of(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                    const std::string& account_id);
// Is the account verified to be who has this certificate? No identity: no. Blanks, hyphens and case
// of the number do not matter.
bool is_identity(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& account_id,
                 int64_t certificate_type, const std::string& certificate_number);

// {"kind","name","certificate":{"type","number"},"verified"}, name and number masked.
Json masked_json(const Identity& identity);

// Routes /api/v1/account/identity and /api/v1/accounts/{id}/identity.
std::vector<http::Route> identity_routes(std::shared_ptr<db::Database> database, const Clock& clock,
                                         const crypto::ColumnCipher& cipher);

}  // namespace beian::accounts
