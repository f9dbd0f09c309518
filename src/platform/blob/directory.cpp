// DIR/ab/c/abc….: 4096 folders, enough for tens of millions of files and few enough that a new blob
// seldom needs a new folder. A file is
//   "OBB1", the file's key sealed with the wrapping key, the bytes sealed with the file's key,
// both bound to the reference, so that a file under another's name does not open.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <initializer_list>
#include <stdexcept>
#include <system_error>

#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "platform/blob/blob.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::blob {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "OBB1";
constexpr size_t kSeal = 12 + 16;  // what crypto::seal adds
constexpr size_t kFileKey = 32;
constexpr size_t kOverhead = kMagic.size() + kFileKey + kSeal + kSeal;

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class File {
 public:
  File(const fs::path& path, int flags, mode_t mode = 0)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool ok() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  off_t size() const {
    struct stat status {};
    return ::fstat(fd_, &status) == 0 ? status.st_size : -1;
  }

 private:
  int fd_;
};

void write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno("cannot write " + path.string());
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

void sync_directory(const fs::path& path) {
  const File directory(path, O_RDONLY | O_DIRECTORY);
  if (!directory.ok() || ::fsync(directory.fd()) != 0)
    throw_errno("cannot sync the folder " + path.string());
}

// Durable: the parent is synced when the folder is new.
void make_directory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0) {
    sync_directory(path.parent_path());
  } else if (errno != EEXIST) {
    throw_errno("cannot make the folder " + path.string());
  }
}

bool is_reference(std::string_view reference) {
  return reference.size() == 64 &&
         reference.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A file under a name of its own until it is complete.
class Draft {
 public:
  explicit Draft(fs::path path) : path_(std::move(path)) {}
  ~Draft() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void fill(std::initializer_list<std::string_view> parts) {
    const File file(path_, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (!file.ok()) throw_errno("cannot create " + path_.string());
    for (const auto part : parts) write_all(file.fd(), part, path_);
    if (::fsync(file.fd()) != 0) throw_errno("cannot sync " + path_.string());
  }
  void become(const fs::path& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0)
      throw_errno("cannot rename to " + target.string());
    path_.clear();
  }

 private:
  fs::path path_;
};

class Directory final : public Store {
 public:
  Directory(fs::path root, const Secret& master_key)
      : root_(std::move(root)),
        address_key_(crypto::derive_key(master_key, "blob address")),
        wrapping_key_(crypto::derive_key(master_key, "blob wrapping")) {
    fs::create_directories(root_);
    make_directory(root_ / "tmp");
    remove_old_drafts();
  }

  std::string put(std::string_view bytes) override;
  Result<std::string> get(std::string_view reference) override;
  bool exists(std::string_view reference) override {
    return is_reference(reference) && ::access(path_of(reference).c_str(), F_OK) == 0;
  }
  void remove(std::string_view reference) override {
    if (!is_reference(reference)) return;
    const fs::path path = path_of(reference);
    if (::unlink(path.c_str()) == 0)
      sync_directory(path.parent_path());
    else if (errno != ENOENT)
      throw_errno("cannot remove " + path.string());
  }

 private:
  fs::path path_of(std::string_view reference) const {
    return root_ / reference.substr(0, 2) / reference.substr(2, 1) / reference;
  }
  void remove_old_drafts() const;

  const fs::path root_;
  const Secret address_key_, wrapping_key_;
};

// What a killed process left. Another process may be writing right now, hence the hour.
void Directory::remove_old_drafts() const {
  const auto limit = fs::file_time_type::clock::now() - std::chrono::hours(1);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(root_ / "tmp", ignored))
    if (entry.last_write_time(ignored) < limit) fs::remove(entry.path(), ignored);
}

std::string Directory::put(std::string_view bytes) {
  std::string reference = hex_encode(crypto::hmac_sha256(address_key_.reveal(), bytes));
  const fs::path path = path_of(reference);
  {
    const File present(path, O_RDONLY);
    // Of another length: it was cut, so it is written anew.
    if (present.ok() && present.size() == static_cast<off_t>(bytes.size() + kOverhead)) {
      // Who wrote it may not have come to this yet.
      sync_directory(path.parent_path());
      return reference;
    }
  }
  make_directory(path.parent_path().parent_path());
  make_directory(path.parent_path());
  Draft draft(root_ / "tmp" / random_alphanumeric(20));
  // The parts by themselves: joined they would be one more copy of what may be large.
  const std::string file_key = random_bytes(kFileKey);
  draft.fill({kMagic, crypto::seal(wrapping_key_.reveal(), file_key, reference),
              crypto::seal(file_key, bytes, reference)});
  draft.become(path);
  sync_directory(path.parent_path());
  return reference;
}

Result<std::string> Directory::get(std::string_view reference) {
  if (!is_reference(reference)) return fail(ProblemCode::not_found);
  const fs::path path = path_of(reference);
  const File file(path, O_RDONLY);
  if (!file.ok()) {
    if (errno == ENOENT) return fail(ProblemCode::not_found);
    throw_errno("cannot open " + path.string());
  }
  const off_t size = file.size();
  if (size < 0) throw_errno("cannot read " + path.string());
  std::string all(static_cast<size_t>(size), '\0');
  for (size_t done = 0; done < all.size();) {
    const ssize_t n = ::read(file.fd(), all.data() + done, all.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno("cannot read " + path.string());
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  const auto damaged = [&] { return Damaged("the blob " + path.string() + " is damaged"); };
  if (all.size() < kOverhead || !all.starts_with(kMagic)) throw damaged();
  const std::string_view rest = std::string_view(all).substr(kMagic.size());
  const auto file_key =
      crypto::open(wrapping_key_.reveal(), rest.substr(0, kFileKey + kSeal), reference);
  if (!file_key) throw damaged();
  auto bytes = crypto::open(*file_key, rest.substr(kFileKey + kSeal), reference);
  if (!bytes) throw damaged();
  return bytes;
}

}  // namespace

std::unique_ptr<Store> open_directory(const std::string& directory, const Secret& master_key) {
  return std::make_unique<Directory>(directory, master_key);
}

}  // namespace beian::blob
