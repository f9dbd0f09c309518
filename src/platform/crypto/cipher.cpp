#include <openssl/evp.h>

#include <limits>
#include <memory>
#include <stdexcept>

#include "base/ids.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::crypto {

namespace {

constexpr size_t kNonce = 12, kTag = 16, kGcmKey = 32, kCbcKey = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

Context new_context() {
  Context context(EVP_CIPHER_CTX_new());
  if (!context) throw std::bad_alloc();
  return context;
}

const unsigned char* bytes_of(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}
unsigned char* bytes_of(std::string& s) {
  return reinterpret_cast<unsigned char*>(s.data());
}

// OpenSSL counts in int.
int length_of(std::string_view s) {
  if (s.size() > static_cast<size_t>(std::numeric_limits<int>::max()) - 64)
    throw std::length_error("too many bytes for one cipher call");
  return static_cast<int>(s.size());
}

void must(int ok, const char* what) {
  if (ok != 1) throw std::runtime_error(std::string("OpenSSL: ") + what + " failed");
}

void check_size(std::string_view value, size_t size, const char* what) {
  if (value.size() != size)
    throw std::invalid_argument(std::string(what) + " must have " + std::to_string(size) +
                                " bytes");
}

std::unexpected<Problems> envelope(std::string reason) {
  return fail(ProblemCode::wire_envelope, {}, {{"reason", std::move(reason)}});
}

std::unexpected<Problems> broken_seal() {
  return fail(ProblemCode::bad_encoding, {}, {{"encoding", "AES-256-GCM"}});
}

}  // namespace

std::string aes128cbc_encrypt(std::string_view key, std::string_view iv, std::string_view plain) {
  check_size(key, kCbcKey, "the AES-128 key");
  check_size(iv, kCbcKey, "the AES-128 IV");
  const Context context = new_context();
  must(EVP_EncryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, bytes_of(key), bytes_of(iv)),
       "AES-128-CBC");
  std::string out(plain.size() + kCbcKey, '\0');
  int body = 0, tail = 0;
  must(EVP_EncryptUpdate(context.get(), bytes_of(out), &body, bytes_of(plain), length_of(plain)),
       "AES-128-CBC");
  must(EVP_EncryptFinal_ex(context.get(), bytes_of(out) + body, &tail), "AES-128-CBC");
  out.resize(static_cast<size_t>(body + tail));
  return out;
}

Result<std::string> aes128cbc_decrypt(std::string_view key, std::string_view iv,
                                      std::string_view cipher) {
  check_size(key, kCbcKey, "the AES-128 key");
  check_size(iv, kCbcKey, "the AES-128 IV");
  if (cipher.empty() || cipher.size() % kCbcKey != 0)
    return envelope("AES: 密文长度 " + std::to_string(cipher.size()) + " 不是 16 的倍数");
  const Context context = new_context();
  must(EVP_DecryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, bytes_of(key), bytes_of(iv)),
       "AES-128-CBC");
  std::string out(cipher.size() + kCbcKey, '\0');
  int body = 0, tail = 0;
  must(EVP_DecryptUpdate(context.get(), bytes_of(out), &body, bytes_of(cipher), length_of(cipher)),
       "AES-128-CBC");
  if (EVP_DecryptFinal_ex(context.get(), bytes_of(out) + body, &tail) != 1)
    return envelope("AES: 填充不正确，密钥或偏移量不符");
  out.resize(static_cast<size_t>(body + tail));
  return out;
}

std::string seal(std::string_view key, std::string_view plain, std::string_view context_data) {
  check_size(key, kGcmKey, "the AES-256 key");
  std::string out = random_bytes(kNonce);
  out.resize(kNonce + plain.size() + kTag);
  const Context context = new_context();
  must(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key), bytes_of(out)),
       "AES-256-GCM");
  int n = 0;
  must(EVP_EncryptUpdate(context.get(), nullptr, &n, bytes_of(context_data),
                         length_of(context_data)),
       "AES-256-GCM");
  must(EVP_EncryptUpdate(context.get(), bytes_of(out) + kNonce, &n, bytes_of(plain),
                         length_of(plain)),
       "AES-256-GCM");
  must(EVP_EncryptFinal_ex(context.get(), bytes_of(out) + kNonce + n, &n), "AES-256-GCM");
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTag,
                           bytes_of(out) + kNonce + plain.size()),
       "AES-256-GCM");
  return out;
}

Result<std::string> open(std::string_view key, std::string_view sealed,
                         std::string_view context_data) {
  check_size(key, kGcmKey, "the AES-256 key");
  if (sealed.size() < kNonce + kTag) return broken_seal();
  const std::string_view body = sealed.substr(kNonce, sealed.size() - kNonce - kTag);
  std::string tag(sealed.substr(sealed.size() - kTag));
  std::string out(body.size(), '\0');
  const Context context = new_context();
  must(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key),
                          bytes_of(sealed)),
       "AES-256-GCM");
  int n = 0;
  must(EVP_DecryptUpdate(context.get(), nullptr, &n, bytes_of(context_data),
                         length_of(context_data)),
       "AES-256-GCM");
  must(EVP_DecryptUpdate(context.get(), bytes_of(out), &n, bytes_of(body), length_of(body)),
       "AES-256-GCM");
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTag, bytes_of(tag)),
       "AES-256-GCM");
  if (EVP_DecryptFinal_ex(context.get(), bytes_of(out) + n, &n) != 1) return broken_seal();
  return out;
}

}  // namespace beian::crypto
