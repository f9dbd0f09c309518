#include "wire/envelope.hpp"

#include <stdexcept>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "wire/zip_write.hpp"

namespace beian::wire {

namespace {

constexpr const char* kEntryName = "beianinfo.xml";

// The bytes of the zip.
std::expected<std::string, EnvelopeFault> open_outer(const Envelope& envelope,
                                                     const EnvelopeKeys& keys) {
  if (envelope.encrypt_algorithm != 0 && envelope.encrypt_algorithm != 1)
    return std::unexpected(EnvelopeFault::encrypt_algorithm);
  if (envelope.hash_algorithm != 0) return std::unexpected(EnvelopeFault::hash_algorithm);
  if (envelope.compression_format != 0) return std::unexpected(EnvelopeFault::compression_format);
  const bool encrypted = envelope.encrypt_algorithm == 1;

  auto bytes = base64_decode(envelope.beian_info);
  if (!bytes) return std::unexpected(encrypted ? EnvelopeFault::decryption : EnvelopeFault::hash);
  if (encrypted) {
    if (keys.key.reveal().size() != 16 || keys.iv.reveal().size() != 16)
      return std::unexpected(EnvelopeFault::decryption);
    bytes = crypto::aes128cbc_decrypt(keys.key.reveal(), keys.iv.reveal(), *bytes);
    if (!bytes) return std::unexpected(EnvelopeFault::decryption);
  }
  const auto hash = base64_decode(envelope.beian_info_hash);
  if (!hash || *hash != crypto::md5(*bytes)) return std::unexpected(EnvelopeFault::hash);
  return std::move(*bytes);
}

}  // namespace

Envelope seal_envelope(std::string_view xml, const EnvelopeKeys& keys) {
  const std::string zip = zip_of(kEntryName, xml);
  Envelope envelope;
  envelope.beian_info_hash = base64_encode(crypto::md5(zip));
  envelope.encrypt_algorithm = static_cast<int>(keys.encryption);
  envelope.beian_info =
      keys.encryption == Encryption::none
          ? base64_encode(zip)
          : base64_encode(crypto::aes128cbc_encrypt(keys.key.reveal(), keys.iv.reveal(), zip));
  return envelope;
}

std::expected<std::string, EnvelopeFault> open_envelope(const Envelope& envelope,
                                                        const EnvelopeKeys& keys,
                                                        const EnvelopeLimits& limits) {
  auto stream = open_envelope_stream(envelope, keys, limits);
  if (!stream) return std::unexpected(stream.error());
  std::string xml;
  xml.reserve(stream->claimed_size().value_or(0));
  for (;;) {
    const auto piece = stream->next();
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return xml;
    xml.append(*piece);
  }
}

std::expected<Unzip, EnvelopeFault> open_envelope_stream(const Envelope& envelope,
                                                         const EnvelopeKeys& keys,
                                                         const EnvelopeLimits& limits) {
  auto zip = open_outer(envelope, keys);
  if (!zip) return std::unexpected(zip.error());
  return Unzip::bytes(std::move(*zip), limits);
}

std::string password_hash(const Secret& password, std::string_view rand_val) {
  const auto gbk = text::to_gbk(password.reveal());
  if (!gbk) throw std::invalid_argument("the interface's password has characters without GBK form");
  return base64_encode(crypto::md5(*gbk + std::string(rand_val)));
}

}  // namespace beian::wire
