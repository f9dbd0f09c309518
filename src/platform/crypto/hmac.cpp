#include "platform/crypto/hmac.hpp"

#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <stdexcept>

namespace beian::crypto {

struct HmacSha256::State {
  std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                        EVP_MAC_free};
  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context{EVP_MAC_CTX_new(mac.get()),
                                                                    EVP_MAC_CTX_free};
};

namespace {

void demand(int done) {
  if (done != 1) throw std::runtime_error("OpenSSL: HMAC failed");
}

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

HmacSha256::HmacSha256(std::string_view key) : state_(std::make_unique<State>()) {
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> params{
      OSSL_PARAM_construct_utf8_string("digest", digest.data(), 0), OSSL_PARAM_construct_end()};
  demand(EVP_MAC_init(state_->context.get(), raw(key), key.size(), params.data()));
}

HmacSha256::~HmacSha256() = default;

void HmacSha256::add(std::string_view bytes) {
  demand(EVP_MAC_update(state_->context.get(), raw(bytes), bytes.size()));
}

std::string HmacSha256::end() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  size_t size = 0;
  demand(EVP_MAC_final(state_->context.get(), out.data(), &size, out.size()));
  return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace beian::crypto
