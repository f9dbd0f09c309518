#include "wire/envelope.hpp"

#include <zip.h>
#include <zlib.h>

#include <algorithm>
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
struct FileClose {
  void operator()(zip_file_t* f) const { zip_fclose(f); }
};

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

bool plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of("/\\:") == std::string_view::npos;
}

std::expected<std::string, EnvelopeFault> unpack(std::string_view zip, size_t limit) {
  const auto broken = std::unexpected(EnvelopeFault::unzip);
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(zip.data(), zip.size(), 0, &error);
  if (source == nullptr) return broken;
  zip_t* opened = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (opened == nullptr) {
    zip_source_free(source);
    return broken;
  }
  const Archive archive(opened);
  if (zip_get_num_entries(archive.get(), 0) != 1) return std::unexpected(EnvelopeFault::file_count);
  zip_stat_t stat;
  if (zip_stat_index(archive.get(), 0, 0, &stat) != 0) return broken;
  if ((stat.valid & ZIP_STAT_NAME) == 0 || !plain_name(stat.name)) return broken;
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE)
    return broken;
  const bool sized = (stat.valid & ZIP_STAT_SIZE) != 0;
  if (sized && stat.size > limit) return std::unexpected(EnvelopeFault::too_large);
  const std::unique_ptr<zip_file_t, FileClose> file(zip_fopen_index(archive.get(), 0, 0));
  if (file == nullptr) return broken;

  // The claimed size is only a claim: read until the end, and never past the limit.
  std::string xml;
  xml.resize(std::min(limit, sized ? static_cast<size_t>(stat.size) : size_t{64} * 1024) + 1);
  size_t done = 0;
  for (;;) {
    if (done > limit) return std::unexpected(EnvelopeFault::too_large);
    if (done == xml.size()) xml.resize(std::min(limit + 1, xml.size() * 2));
    const zip_int64_t n = zip_fread(file.get(), xml.data() + done, xml.size() - done);
    if (n < 0) return broken;
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  xml.resize(done);
  // libzip checks nothing of an entry whose directory claims that it has no bytes: check here.
  if (sized && stat.size != done) return broken;
  if ((stat.valid & ZIP_STAT_CRC) != 0 &&
      stat.crc != crc32_z(0, reinterpret_cast<const Bytef*>(xml.data()), xml.size()))
    return broken;
  return xml;
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
  return unpack(*bytes, limits.max_xml_bytes);
}

Problems to_problems(EnvelopeFault fault) {
  const auto reason = [&]() -> std::string_view {
    switch (fault) {
      case EnvelopeFault::decryption:
        return "decryption failed";
      case EnvelopeFault::hash:
        return "the hash differs";
      case EnvelopeFault::unzip:
        return "not a readable zip";
      case EnvelopeFault::encrypt_algorithm:
        return "unknown encryption algorithm";
      case EnvelopeFault::hash_algorithm:
        return "unknown hash algorithm";
      case EnvelopeFault::compression_format:
        return "unknown compression format";
      case EnvelopeFault::file_count:
        return "the zip must hold exactly one file";
      case EnvelopeFault::too_large:
        return "the unpacked file is too large";
    }
    return "broken";
  }();
  return {Problem{ProblemCode::wire_envelope, "", {{"reason", std::string(reason)}}}};
}

std::string password_hash(const Secret& password, std::string_view rand_val) {
  const auto gbk = text::to_gbk(password.reveal());
  if (!gbk) throw std::invalid_argument("the interface's password has characters without GBK form");
  return base64_encode(crypto::md5(*gbk + std::string(rand_val)));
}

}  // namespace beian::wire
