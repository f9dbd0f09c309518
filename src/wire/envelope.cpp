#include "wire/envelope.hpp"

#include <zip.h>

#include <memory>
#include <stdexcept>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::wire {

namespace {

constexpr const char* kEntryName = "beianinfo.xml";
// 2020-01-01 00:00 in the format of the zip directory.
constexpr zip_uint16_t kEntryDate = ((2020 - 1980) << 9) | (1 << 5) | 1;

struct SourceFree {
  void operator()(zip_source_t* s) const { zip_source_free(s); }
};
using Source = std::unique_ptr<zip_source_t, SourceFree>;
struct ArchiveDiscard {
  void operator()(zip_t* z) const { zip_discard(z); }
};
using Archive = std::unique_ptr<zip_t, ArchiveDiscard>;

// Writing to memory fails only without memory.
template <class T>
T must(T value, bool ok) {
  if (!ok) throw std::runtime_error("cannot make a zip in memory");
  return value;
}

std::string read_all(zip_source_t* source) {
  zip_stat_t stat;
  must(0, zip_source_open(source) == 0);
  must(0, zip_source_stat(source, &stat) == 0 && (stat.valid & ZIP_STAT_SIZE) != 0);
  std::string bytes(stat.size, '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const zip_int64_t n = zip_source_read(source, bytes.data() + done, bytes.size() - done);
    must(0, n > 0);
    done += static_cast<size_t>(n);
  }
  zip_source_close(source);
  return bytes;
}

std::string pack(std::string_view xml) {
  zip_error_t error;
  zip_error_init(&error);
  Source target(zip_source_buffer_create(nullptr, 0, 0, &error));
  must(0, target != nullptr);
  // The archive takes one reference and the reading below another.
  zip_source_keep(target.get());
  zip_t* opened = zip_open_from_source(target.get(), ZIP_TRUNCATE, &error);
  if (opened == nullptr) zip_source_free(target.get());
  Archive archive(must(opened, opened != nullptr));
  zip_source_t* content = zip_source_buffer(archive.get(), xml.data(), xml.size(), 0);
  must(0, content != nullptr);
  const zip_int64_t index = zip_file_add(archive.get(), kEntryName, content, ZIP_FL_ENC_UTF_8);
  if (index < 0) zip_source_free(content);
  must(0, index >= 0);
  const auto entry = static_cast<zip_uint64_t>(index);
  // Most of a file is base64 of pictures, where the highest level gains nothing over the lowest.
  must(0, zip_set_file_compression(archive.get(), entry, ZIP_CM_DEFLATE, 1) == 0);
  must(0, zip_file_set_dostime(archive.get(), entry, 0, kEntryDate, 0) == 0);
  must(0, zip_close(archive.get()) == 0);
  static_cast<void>(archive.release());
  return read_all(target.get());
}

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
  const std::string zip = pack(xml);
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
