#include <argon2.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>

#include "base/descriptor.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::crypto {

namespace {

constexpr uint32_t kLanes = 1;
constexpr size_t kSalt = 16, kHash = 32, kMasterKey = 32;

// nullopt-like: empty when there is no such file.
std::string read_key(const std::string& path) {
  const Descriptor file = open_file(path, O_RDONLY);
  if (!file.is_open()) {
    if (errno == ENOENT) return {};
    throw_errno("cannot read the master key " + path);
  }
  std::string key(kMasterKey + 1, '\0');
  size_t size = 0;
  while (size < key.size()) {
    const ssize_t n = ::read(file.get(), key.data() + size, key.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno("cannot read the master key " + path);
    if (n == 0) break;
    size += static_cast<size_t>(n);
  }
  key.resize(size);
  if (size != kMasterKey)
    throw std::runtime_error("the master key " + path + " is damaged: it must have 32 bytes");
  return key;
}

// Under a name of its own first, then linked: the name `path` never stands for half a key, and
// the second of two starters finds it taken.
void create_key(const std::string& path, const std::filesystem::path& folder) {
  const std::string temporary = path + "." + random_alphanumeric(12);
  {
    const Descriptor file = open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (!file.is_open()) throw_errno("cannot create the master key " + path);
    const std::string key = random_bytes(kMasterKey);
    if (::write(file.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size()) ||
        ::fsync(file.get()) != 0) {
      const int why = errno;
      ::unlink(temporary.c_str());
      errno = why;
      throw_errno("cannot write the master key " + path);
    }
  }
  const int linked = ::link(temporary.c_str(), path.c_str());
  const int why = errno;
  ::unlink(temporary.c_str());
  errno = why;
  if (linked != 0 && errno != EEXIST) throw_errno("cannot create the master key " + path);
  const Descriptor directory = open_file(folder.string(), O_RDONLY | O_DIRECTORY);
  if (!directory.is_open() || ::fsync(directory.get()) != 0)
    throw_errno("cannot make the master key durable: " + path);
}

}  // namespace

std::string hash_password(const Secret& password, PasswordCost cost) {
  const std::string& text = password.reveal();
  const std::string salt = random_bytes(kSalt);
  std::string out(argon2_encodedlen(cost.passes, cost.memory_kib, kLanes, kSalt, kHash, Argon2_id),
                  '\0');
  const int code =
      argon2id_hash_encoded(cost.passes, cost.memory_kib, kLanes, text.data(), text.size(),
                            salt.data(), salt.size(), kHash, out.data(), out.size());
  if (code != ARGON2_OK) throw std::runtime_error(argon2_error_message(code));
  out.resize(out.find('\0'));
  return out;
}

bool has_cost(std::string_view encoded, PasswordCost cost) {
  return encoded.starts_with("$argon2id$v=19$m=" + std::to_string(cost.memory_kib) + ",t=" +
                             std::to_string(cost.passes) + ",p=" + std::to_string(kLanes) + "$");
}

bool verify_password(std::string_view encoded, const Secret& password) {
  const std::string text(encoded);
  const int code =
      argon2id_verify(text.c_str(), password.reveal().data(), password.reveal().size());
  if (code == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  return code == ARGON2_OK;
}

Secret load_or_create_master_key(const std::string& path) {
  std::string key = read_key(path);
  if (!key.empty()) return Secret(std::move(key));
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  std::filesystem::create_directories(folder);
  create_key(path, folder);
  return Secret(read_key(path));
}

std::string derive_key(const Secret& master_key, std::string_view purpose) {
  return hmac_sha256(master_key.reveal(), "openbeian key: " + std::string(purpose));
}

ColumnCipher::ColumnCipher(const Secret& master_key)
    : column_key_(derive_key(master_key, "columns")),
      index_key_(derive_key(master_key, "blind index")) {}

std::string ColumnCipher::seal(std::string_view plain, std::string_view context) const {
  return base64_encode(crypto::seal(column_key_.reveal(), plain, context));
}

std::string ColumnCipher::open(std::string_view sealed, std::string_view context) const {
  const auto bytes = base64_decode(sealed);
  if (!bytes) throw std::runtime_error("a sealed column is not base64: " + std::string(context));
  auto plain = crypto::open(column_key_.reveal(), *bytes, context);
  if (!plain) throw std::runtime_error("a sealed column does not open: " + std::string(context));
  return std::move(*plain);
}

std::string ColumnCipher::blind_index(std::string_view value, std::string_view context) const {
  std::string input(context);
  input += '\0';
  input += text::lower_ascii(text::trim(value));
  return hex_encode(hmac_sha256(index_key_.reveal(), input));
}

}  // namespace beian::crypto
