// The one entry of a data file's zip, as a stream: checked as open_envelope does, but never whole
// in memory.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian::wire {

// Why an envelope could not be opened, as the protocol's msg_code.
enum class EnvelopeFault : int {
  decryption = 6,
  hash = 7,
  unzip = 8,
  encrypt_algorithm = 9,
  hash_algorithm = 10,
  compression_format = 11,
  file_count = 17,
  too_large = 18,
};

struct EnvelopeLimits {
  size_t max_xml_bytes = 50u * 1024 * 1024;  // unpacked; a zip that claims or gives more: too_large
  // Unpacked bytes for one byte of the zip, beyond the first megabyte; more: too_large. Documents
  // of nothing but equal records come to some 300.
  size_t max_ratio = 500;
};

// As a problem: wire_envelope with the reason.
Problems to_problems(EnvelopeFault fault);

class Unzip {
 public:
  // Exactly one entry, of any plain name, not encrypted.
  static std::expected<Unzip, EnvelopeFault> bytes(std::string zip,
                                                   const EnvelopeLimits& limits = {});
  static std::expected<Unzip, EnvelopeFault> file(const std::filesystem::path& path,
                                                  const EnvelopeLimits& limits = {});
  Unzip(Unzip&&) noexcept;
  Unzip& operator=(Unzip&&) noexcept;
  ~Unzip();

  // The next piece, empty at the end; valid until the next call. Its size and checksum are checked
  // at the end, so what came before counts only then.
  std::expected<std::string_view, EnvelopeFault> next();
  // The same as an xml::Source wants it: problems, and the fault kept for fault().
  Result<std::string_view> next_piece();
  std::optional<EnvelopeFault> fault() const;
  // What the zip's directory claims; nothing when it claims nothing.
  std::optional<size_t> claimed_size() const;

 private:
  struct State;
  explicit Unzip(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace beian::wire
