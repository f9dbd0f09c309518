// Cryptography (OpenSSL, libargon2). Bytes in, bytes out.
#pragma once

#include <string>
#include <string_view>

#include "base/personal.hpp"
#include "base/result.hpp"

namespace beian::crypto {

std::string sha256(std::string_view bytes);  // 32 bytes
std::string md5(std::string_view bytes);     // 16 bytes; only because the interface demands it
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// AES-128-CBC with PKCS#5 padding, 16-byte key and IV: the interface's encryption.
// Decryption: wire_envelope when the length or the padding is wrong.
std::string aes128cbc_encrypt(std::string_view key, std::string_view iv, std::string_view plain);
Result<std::string> aes128cbc_decrypt(std::string_view key, std::string_view iv,
                                      std::string_view cipher);

// AES-256-GCM, 32-byte key; output is nonce (12) + cipher + tag (16). Open fails (bad_encoding)
// when anything was changed, `context` included.
std::string seal(std::string_view key, std::string_view plain, std::string_view context = {});
Result<std::string> open(std::string_view key, std::string_view sealed,
                         std::string_view context = {});

// argon2id in its encoded form ($argon2id$v=19$…), one lane. The cost stands in the hash, so that
// checking costs what hashing did; less than the default is for tests.
struct PasswordCost {
  uint32_t memory_kib = 64 * 1024;
  uint32_t passes = 2;
};
std::string hash_password(const Secret& password, PasswordCost cost = {});
bool verify_password(std::string_view encoded, const Secret& password);
// Was it hashed at that cost?
bool has_cost(std::string_view encoded, PasswordCost cost);

// The master key of an installation: 32 bytes in the file `path` (mode 0600), made on first use,
// parent folders included. Of two processes that start at once, both get the same key. Throws
// std::system_error when the disk refuses, std::runtime_error when the file is no key: a damaged
// key is never replaced, because everything sealed with it would be lost.
Secret load_or_create_master_key(const std::string& path);

// A 32-byte key for one purpose, so that no key serves two.
std::string derive_key(const Secret& master_key, std::string_view purpose);

// Personal data in columns: sealed text (base64) and a blind index for equality look-ups (hex
// HMAC over the value, trimmed and in lower case). `context` names the column, so that a sealed
// text moved to another column does not open. Keys are derived from the master key by purpose.
class ColumnCipher {
 public:
  explicit ColumnCipher(const Secret& master_key);
  std::string seal(std::string_view plain, std::string_view context) const;
  std::string open(std::string_view sealed, std::string_view context) const;  // throws when broken
  std::string blind_index(std::string_view value, std::string_view context) const;

 private:
  Secret column_key_, index_key_;
};

}  // namespace beian::crypto
