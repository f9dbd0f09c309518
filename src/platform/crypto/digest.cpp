#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

#include "platform/crypto/crypto.hpp"

namespace beian::crypto {

namespace {

std::string digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, algorithm, nullptr) != 1)
    throw std::runtime_error("OpenSSL: digest failed");
  return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace

std::string sha256(std::string_view bytes) {
  return digest(EVP_sha256(), bytes);
}

std::string md5(std::string_view bytes) {
  return digest(EVP_md5(), bytes);
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data(), &size))
    throw std::runtime_error("OpenSSL: HMAC failed");
  return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace beian::crypto
