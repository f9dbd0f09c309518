// DIR/ab/c/abc….: 4096 folders, enough for tens of millions of files and few enough that a new blob
// seldom needs a new folder. A file is
//   "OBB2", the file's key sealed with the wrapping key and bound to the reference, so that a file
//   under another's name does not open; then the bytes in chunks, each sealed with the file's key
//   and bound to its place and to whether it is the last, so that none can be moved or cut off.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "base/descriptor.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "platform/blob/blob.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/crypto/hmac.hpp"

namespace beian::blob {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "OBB2";
constexpr size_t kSeal = 12 + 16;  // what crypto::seal adds
constexpr size_t kFileKey = 32;
constexpr size_t kHead = kMagic.size() + kFileKey + kSeal;
constexpr size_t kChunk = 1u << 16;  // of every one but the last, which is shorter

size_t file_size(size_t bytes) {
  return kHead + bytes + (bytes / kChunk + 1) * kSeal;
}

std::string place_of(size_t chunk, bool last) {
  return std::to_string(chunk) + (last ? "/last" : "");
}

// Below 0 when it cannot be told.
off_t size_of(const Descriptor& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 ? status.st_size : -1;
}

void sync_directory(const fs::path& path) {
  const Descriptor directory = open_file(path, O_RDONLY | O_DIRECTORY);
  if (!directory.is_open() || ::fsync(directory.get()) != 0)
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

  const fs::path& path() const { return path_; }
  void become(const fs::path& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0)
      throw_errno("cannot rename to " + target.string());
    path_.clear();
  }

 private:
  fs::path path_;
};

// Reads until the buffer is full or the file ends.
size_t read_some(int fd, char* to, size_t size, const fs::path& path) {
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::read(fd, to + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno("cannot read " + path.string());
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  return done;
}

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
  std::unique_ptr<Writer> writer() override;
  Result<std::unique_ptr<Reader>> reader(std::string_view reference) override;
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

  fs::path path_of(std::string_view reference) const {
    return root_ / reference.substr(0, 2) / reference.substr(2, 1) / reference;
  }
  // Is it there, and as long as it must be? Else it was cut, and is written anew.
  bool holds(std::string_view reference, size_t bytes) const;
  fs::path new_draft() const { return root_ / "tmp" / random_alphanumeric(20); }
  std::string_view address_key() const { return address_key_.reveal(); }
  std::string_view wrapping_key() const { return wrapping_key_.reveal(); }

 private:
  void remove_old_drafts() const;

  const fs::path root_;
  const Secret address_key_, wrapping_key_;
};

class DirectoryWriter final : public Writer {
 public:
  explicit DirectoryWriter(const Directory& directory)
      : directory_(directory),
        draft_(directory.new_draft()),
        file_(open_file(draft_.path(), O_WRONLY | O_CREAT | O_EXCL, 0600)),
        file_key_(random_bytes(kFileKey)),
        address_(directory.address_key()) {
    if (!file_.is_open()) throw_errno("cannot create " + draft_.path().string());
    // The place of the head, which needs the reference: that is known at the end.
    put(std::string(kHead, '\0'));
  }

  void write(std::string_view bytes) override {
    address_.add(bytes);
    size_ += bytes.size();
    while (!bytes.empty()) {
      const auto piece = bytes.substr(0, kChunk - waiting_.size());
      waiting_ += piece;
      bytes.remove_prefix(piece.size());
      if (waiting_.size() == kChunk) seal_waiting(false);
    }
  }
  std::string commit() override;

 private:
  void seal_waiting(bool last) {
    put(crypto::seal(file_key_, waiting_, place_of(chunks_++, last)));
    waiting_.clear();
  }
  // As it is, at the place where the file stands.
  void put(std::string_view bytes) {
    write_all(file_.get(), bytes, "cannot write " + draft_.path().string());
  }

  const Directory& directory_;
  Draft draft_;
  Descriptor file_;
  const std::string file_key_;
  crypto::HmacSha256 address_;
  std::string waiting_;
  size_t size_ = 0, chunks_ = 0;
};

std::string DirectoryWriter::commit() {
  seal_waiting(true);
  std::string reference = hex_encode(address_.end());
  if (directory_.holds(reference, size_)) return reference;
  if (::lseek(file_.get(), 0, SEEK_SET) != 0) throw_errno("cannot seek " + draft_.path().string());
  put(kMagic);
  put(crypto::seal(directory_.wrapping_key(), file_key_, reference));
  if (::fsync(file_.get()) != 0) throw_errno("cannot sync " + draft_.path().string());
  const fs::path path = directory_.path_of(reference);
  make_directory(path.parent_path().parent_path());
  make_directory(path.parent_path());
  draft_.become(path);
  sync_directory(path.parent_path());
  return reference;
}

class DirectoryReader final : public Reader {
 public:
  DirectoryReader(fs::path path, Descriptor file, const Directory& directory,
                  std::string_view reference)
      : path_(std::move(path)), file_(std::move(file)), sealed_(kChunk + kSeal, '\0') {
    std::string head(kHead, '\0');
    if (read_some(file_.get(), head.data(), head.size(), path_) != kHead ||
        !head.starts_with(kMagic))
      throw damaged();
    auto key = crypto::open(directory.wrapping_key(), std::string_view(head).substr(kMagic.size()),
                            reference);
    if (!key) throw damaged();
    file_key_ = std::move(*key);
  }

  std::string_view next() override {
    if (ended_) return {};
    const size_t n = read_some(file_.get(), sealed_.data(), sealed_.size(), path_);
    ended_ = n < sealed_.size();
    auto opened = crypto::open(file_key_, std::string_view(sealed_).substr(0, n),
                               place_of(chunks_++, ended_));
    if (!opened) throw damaged();
    piece_ = std::move(*opened);
    return piece_;
  }

 private:
  Damaged damaged() const { return Damaged("the blob " + path_.string() + " is damaged"); }

  fs::path path_;
  Descriptor file_;
  std::string file_key_, sealed_, piece_;
  size_t chunks_ = 0;
  bool ended_ = false;
};

// What a killed process left. Another process may be writing right now, hence the hour.
void Directory::remove_old_drafts() const {
  const auto limit = fs::file_time_type::clock::now() - std::chrono::hours(1);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(root_ / "tmp", ignored))
    if (entry.last_write_time(ignored) < limit) fs::remove(entry.path(), ignored);
}

bool Directory::holds(std::string_view reference, size_t bytes) const {
  const fs::path path = path_of(reference);
  const Descriptor present = open_file(path, O_RDONLY);
  if (!present.is_open() || size_of(present) != static_cast<off_t>(file_size(bytes))) return false;
  // Who wrote it may not have come to this yet.
  sync_directory(path.parent_path());
  return true;
}

std::string Directory::put(std::string_view bytes) {
  std::string reference = hex_encode(crypto::hmac_sha256(address_key(), bytes));
  if (holds(reference, bytes.size())) return reference;
  DirectoryWriter writer(*this);
  writer.write(bytes);
  return writer.commit();
}

std::unique_ptr<Writer> Directory::writer() {
  return std::make_unique<DirectoryWriter>(*this);
}

Result<std::unique_ptr<Reader>> Directory::reader(std::string_view reference) {
  if (!is_reference(reference)) return fail(ProblemCode::not_found);
  const fs::path path = path_of(reference);
  Descriptor file = open_file(path, O_RDONLY);
  if (!file.is_open()) {
    if (errno == ENOENT) return fail(ProblemCode::not_found);
    throw_errno("cannot open " + path.string());
  }
  return std::make_unique<DirectoryReader>(path, std::move(file), *this, reference);
}

Result<std::string> Directory::get(std::string_view reference) {
  const auto opened = reader(reference);
  if (!opened) return fail(opened);
  std::string bytes;
  for (;;) {
    const auto piece = (*opened)->next();
    if (piece.empty()) return bytes;
    bytes += piece;
  }
}

}  // namespace

std::unique_ptr<Store> open_directory(const std::string& directory, const Secret& master_key) {
  return std::make_unique<Directory>(directory, master_key);
}

}  // namespace beian::blob
