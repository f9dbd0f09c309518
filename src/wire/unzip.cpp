#include "wire/unzip.hpp"

#include <zip.h>
#include <zlib.h>

#include <utility>
#include <vector>

namespace beian::wire {

namespace {

constexpr size_t kPiece = 64u * 1024;
constexpr size_t kFreeOfRatio = 1024u * 1024;

struct ArchiveDiscard {
  void operator()(zip_t* z) const { zip_discard(z); }
};
struct FileClose {
  void operator()(zip_file_t* f) const { zip_fclose(f); }
};

bool plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of("/\\:") == std::string_view::npos;
}

}  // namespace

struct Unzip::State {
  std::string zip;  // what the archive reads, when it is in memory
  std::unique_ptr<zip_t, ArchiveDiscard> archive;
  std::unique_ptr<zip_file_t, FileClose> file;
  std::optional<size_t> claimed_size;
  std::optional<uint32_t> claimed_crc;
  size_t limit = 0, ratio_limit = 0;
  size_t done = 0;
  uint32_t crc = 0;
  bool ended = false;
  std::optional<EnvelopeFault> fault;
  std::vector<char> piece = std::vector<char>(kPiece);

  // Opens the only entry of `source`, which is used up.
  std::optional<EnvelopeFault> open(zip_source_t* source, size_t zip_size,
                                    const EnvelopeLimits& limits);
  std::expected<std::string_view, EnvelopeFault> stop(EnvelopeFault why) {
    fault = why;
    return std::unexpected(why);
  }
};

std::optional<EnvelopeFault> Unzip::State::open(zip_source_t* source, size_t zip_size,
                                                const EnvelopeLimits& limits) {
  if (source == nullptr) return EnvelopeFault::unzip;
  zip_error_t error;
  zip_error_init(&error);
  archive.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
  zip_error_fini(&error);
  if (archive == nullptr) {
    zip_source_free(source);
    return EnvelopeFault::unzip;
  }
  if (zip_get_num_entries(archive.get(), 0) != 1) return EnvelopeFault::file_count;
  zip_stat_t stat;
  if (zip_stat_index(archive.get(), 0, 0, &stat) != 0) return EnvelopeFault::unzip;
  if ((stat.valid & ZIP_STAT_NAME) == 0 || !plain_name(stat.name)) return EnvelopeFault::unzip;
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE)
    return EnvelopeFault::unzip;
  if ((stat.valid & ZIP_STAT_SIZE) != 0) claimed_size = stat.size;
  if ((stat.valid & ZIP_STAT_CRC) != 0) claimed_crc = stat.crc;
  limit = limits.max_xml_bytes;
  ratio_limit = kFreeOfRatio + zip_size * limits.max_ratio;
  if (claimed_size && (*claimed_size > limit || *claimed_size > ratio_limit))
    return EnvelopeFault::too_large;
  file.reset(zip_fopen_index(archive.get(), 0, 0));
  if (file == nullptr) return EnvelopeFault::unzip;
  return std::nullopt;
}

std::expected<Unzip, EnvelopeFault> Unzip::bytes(std::string zip, const EnvelopeLimits& limits) {
  auto state = std::make_unique<State>();
  state->zip = std::move(zip);
  zip_source_t* source = zip_source_buffer_create(state->zip.data(), state->zip.size(), 0, nullptr);
  if (const auto fault = state->open(source, state->zip.size(), limits))
    return std::unexpected(*fault);
  return Unzip(std::move(state));
}

std::expected<Unzip, EnvelopeFault> Unzip::file(const std::filesystem::path& path,
                                                const EnvelopeLimits& limits) {
  auto state = std::make_unique<State>();
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  zip_source_t* source = error ? nullptr : zip_source_file_create(path.c_str(), 0, -1, nullptr);
  if (const auto fault = state->open(source, size, limits)) return std::unexpected(*fault);
  return Unzip(std::move(state));
}

Unzip::Unzip(std::unique_ptr<State> state) : state_(std::move(state)) {}
Unzip::Unzip(Unzip&&) noexcept = default;
Unzip& Unzip::operator=(Unzip&&) noexcept = default;
Unzip::~Unzip() = default;

std::expected<std::string_view, EnvelopeFault> Unzip::next() {
  State& s = *state_;
  if (s.fault) return std::unexpected(*s.fault);
  if (s.ended) return std::string_view{};
  const zip_int64_t n = zip_fread(s.file.get(), s.piece.data(), s.piece.size());
  if (n < 0) return s.stop(EnvelopeFault::unzip);
  if (n == 0) {
    s.ended = true;
    // libzip checks nothing of an entry whose directory claims that it has no bytes: check here.
    if (s.claimed_size && *s.claimed_size != s.done) return s.stop(EnvelopeFault::unzip);
    if (s.claimed_crc && *s.claimed_crc != s.crc) return s.stop(EnvelopeFault::unzip);
    return std::string_view{};
  }
  const auto size = static_cast<size_t>(n);
  s.done += size;
  // The claimed size is only a claim.
  if (s.done > s.limit || s.done > s.ratio_limit) return s.stop(EnvelopeFault::too_large);
  if (s.claimed_size && s.done > *s.claimed_size) return s.stop(EnvelopeFault::unzip);
  s.crc =
      static_cast<uint32_t>(crc32_z(s.crc, reinterpret_cast<const Bytef*>(s.piece.data()), size));
  return std::string_view(s.piece.data(), size);
}

Result<std::string_view> Unzip::next_piece() {
  const auto piece = next();
  if (!piece) return std::unexpected(to_problems(piece.error()));
  return *piece;
}

std::optional<EnvelopeFault> Unzip::fault() const {
  return state_->fault;
}

std::optional<size_t> Unzip::claimed_size() const {
  return state_->claimed_size;
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

}  // namespace beian::wire
