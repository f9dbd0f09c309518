// What a password must be, and how it is kept.
#pragma once

#include <string>
#include <string_view>

#include "accounts/name.hpp"
#include "base/personal.hpp"
#include "base/result.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::accounts {

inline constexpr size_t kPasswordMin = 10;         // characters
inline constexpr size_t kPasswordMaxBytes = 1024;  // as UTF-8; hashing is not free

// A password in NFC, so that it is the same from every keyboard. bad_encoding, too_long at `field`.
Result<Secret> normal_password(const Secret& password, std::string_view field);

// too_short, weak_password (data/accounts/common_passwords.json), password_has_name at `field`;
// `password` is what normal_password gave.
Problems check_password(const Secret& password, const Name& name, std::string_view field);

// How much it costs to hash a password from now on, and to check it ever after; of the whole
// process, set before it serves. 64 MiB and two passes when nobody sets it.
void set_password_cost(crypto::PasswordCost cost);
std::string hash_password(const Secret& password);
// Was it hashed at the cost in force? One that was not takes another time to check than a name that
// nobody has, so a sign-in hashes it anew.
bool costs_as_now(std::string_view hash);
// So often a password is looked at before its hash, which another sign-in has made anew meanwhile,
// counts as another password's.
inline constexpr int kLooks = 3;

// A hash that no password has, at the cost in force, to spend the same time on a name that nobody
// has.
std::string decoy_hash();

}  // namespace beian::accounts
