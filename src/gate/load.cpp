// How a snapshot comes into memory, and what is checked before it counts.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "gate/file.hpp"
#include "gate/snapshot.hpp"

namespace beian::gate {

using namespace format;

namespace {

constexpr size_t kPage = 4096, kHuge = size_t{2} << 20;
constexpr size_t kPiece = size_t{64} << 10;  // read or checked at once: a tenth of a millisecond

std::unexpected<Problems> unreadable(const std::string& path, std::string reason) {
  return fail(ProblemCode::file_unreadable, "", {{"path", path}, {"reason", std::move(reason)}});
}

std::unexpected<Problems> refuse(std::string reason) {
  return unreadable("", std::move(reason));
}

bool lies_within(const Section& section, uint64_t size) {
  return section.offset >= kHeaderBytes && section.offset <= size &&
         section.size <= size - section.offset;
}

std::string_view part(std::string_view bytes, const Section& section) {
  return bytes.substr(section.offset, section.size);
}

uint64_t header_check(std::string_view bytes) {
  char copy[kHeaderBytes];
  std::memcpy(copy, bytes.data(), kHeaderBytes);
  std::memset(copy + offsetof(Header, check), 0, sizeof(uint64_t));
  return checksum({copy, kHeaderBytes});
}

uint64_t checksum_of(std::string_view bytes, Pace* pace) {
  Checksum sum;
  for (size_t at = 0; at < bytes.size(); at += kPiece) {
    sum.add(bytes.data() + at, std::min(kPiece, bytes.size() - at));
    look(pace);
  }
  return sum.value();
}

struct Opened {
  Descriptor fd;
  size_t size = 0;
};
Result<Opened> open_snapshot(const std::string& path) {
  Opened out{open_file(path, O_RDONLY | O_NONBLOCK)};  // nor waits for a pipe
  struct stat status {};
  if (!out.fd.is_open() || fstat(out.fd.get(), &status) != 0)
    return unreadable(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode) || status.st_size <= 0) return unreadable(path, "not a snapshot");
  out.size = static_cast<size_t>(status.st_size);
  return out;
}

// Memory, in huge pages or not; null: there is none. Whoever answers beside takes ordinary ones:
// the kernel clears a page at once, and where a machine's memory comes from a host, that may take
// milliseconds for a huge one.
std::unique_ptr<char, Unmap> room_for(size_t size, bool huge) {
  size = (size + kHuge - 1) / kHuge * kHuge;
  void* room =
      mmap(nullptr, size + kHuge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return nullptr;
  // What stands before the first huge page and behind the last is given back.
  char* const begin = static_cast<char*>(room);
  char* const aligned = begin + (kHuge - reinterpret_cast<uintptr_t>(begin) % kHuge) % kHuge;
  if (aligned > begin) munmap(begin, static_cast<size_t>(aligned - begin));
  if (aligned < begin + kHuge) munmap(aligned + size, static_cast<size_t>(begin + kHuge - aligned));
  madvise(aligned, size, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  return {aligned, Unmap{size}};
}

// The first `size` bytes of the file, or as many as it has: how many that are.
Result<size_t> read_front(int fd, char* to, size_t size, const std::string& path, Pace* pace) {
  size_t at = 0;
  while (at < size) {
    const ssize_t n = ::pread(fd, to + at, std::min(kPiece, size - at), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return unreadable(path, std::strerror(errno));
    if (n == 0) break;
    at += static_cast<size_t>(n);
    look(pace);
  }
  return at;
}

// The same refusal, of that file.
std::unexpected<Problems> of_file(Status refused, const std::string& path) {
  refused.error().front().args.front().second = path;
  return fail(refused);
}

}  // namespace

void Unmap::operator()(const char* p) const {
  constexpr size_t kAtOnce = size_t{1} << 20;
  Pace pace;
  for (size_t at = 0; at < size; at += kAtOnce) {
    munmap(const_cast<char*>(p) + at, std::min(kAtOnce, size - at));
    pace.look();
  }
}

Result<Snapshot> Snapshot::open(const std::string& path) {
  const auto file = open_snapshot(path);
  if (!file) return fail(file);
  void* map = mmap(nullptr, file->size, PROT_READ, MAP_SHARED, file->fd.get(), 0);
  if (map == MAP_FAILED) return unreadable(path, std::strerror(errno));
  Snapshot out;
  out.map_ = {static_cast<const char*>(map), Unmap{file->size}};
  const std::string_view bytes(out.map_.get(), file->size);
  if (const auto good = out.check_header(bytes, bytes.size()); !good) return of_file(good, path);
  // The checksum reads all of the index: at once, not page by page. A hint only.
  const size_t from = out.header_.index.offset & ~(kPage - 1);
  madvise(static_cast<char*>(map) + from, out.header_.index.offset + out.header_.index.size - from,
          MADV_POPULATE_READ);
  if (const auto good = out.check_content(bytes, nullptr); !good) return of_file(good, path);
  return out;
}

Result<Snapshot> Snapshot::load(const std::string& path, Pace* pace) {
  const auto file = open_snapshot(path);
  if (!file) return fail(file);
  Snapshot out;
  // What is no snapshot is not read to its end.
  char head[kHeaderBytes];
  const auto begun = read_front(file->fd.get(), head, sizeof head, path, nullptr);
  if (!begun) return fail(begun);
  if (const auto good = out.check_header({head, *begun}, file->size); !good)
    return of_file(good, path);
  auto room = room_for(file->size, pace == nullptr);
  if (!room) return open(path);
  const auto size = read_front(file->fd.get(), room.get(), file->size, path, pace);
  if (!size) return fail(size);
  mprotect(room.get(), room.get_deleter().size, PROT_READ);
  out.map_ = std::move(room);
  const std::string_view bytes(out.map_.get(), *size);
  // Again, for somebody may have written into the file meanwhile.
  if (const auto good = out.check_header(bytes, bytes.size()); !good) return of_file(good, path);
  if (const auto good = out.check_content(bytes, pace); !good) return of_file(good, path);
  return out;
}

Result<Snapshot> Snapshot::over(std::string_view bytes) {
  Snapshot out;
  if (const auto good = out.check_header(bytes, bytes.size()); !good) return fail(good);
  if (const auto good = out.check_content(bytes, nullptr); !good) return fail(good);
  return out;
}

void Snapshot::warm() const {
  if (map_) madvise(const_cast<char*>(map_.get()), map_.get_deleter().size, MADV_POPULATE_READ);
}

// Of a file of `size` bytes that begins with these.
Status Snapshot::check_header(std::string_view bytes, uint64_t size) {
  if (bytes.size() < kHeaderBytes || std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0)
    return refuse("not a snapshot");
  std::memcpy(&header_, bytes.data(), sizeof header_);
  const Header& h = header_;
  if (h.version != kVersion)
    return refuse("snapshot of version " + std::to_string(h.version) + "; this program reads " +
                  std::to_string(kVersion));
  if (h.check != header_check(bytes)) return refuse("damaged in its header");
  if (h.file_size != size)
    return refuse("has " + std::to_string(size) + " bytes instead of " +
                  std::to_string(h.file_size));
  if (!lies_within(h.suffixes, size) || !lies_within(h.index, size) ||
      !lies_within(h.records, size) || h.lines == 0 || h.lines % kPartitions != 0 ||
      h.index.size / kLineBytes != h.lines || h.index.size % kLineBytes != 0)
    return refuse("its header contradicts itself");
  return {};
}

Status Snapshot::check_content(std::string_view bytes, Pace* pace) {
  const Header& h = header_;
  if (checksum_of(part(bytes, h.suffixes), pace) != h.suffixes.check)
    return refuse("damaged in its suffix list");
  if (checksum_of(part(bytes, h.index), pace) != h.index.check)
    return refuse("damaged in its index");
  auto suffixes = Suffixes::from_rules(part(bytes, h.suffixes), pace);
  if (!suffixes) return refuse("its suffix list cannot be read");
  suffixes_ = std::move(*suffixes);
  bytes_ = bytes;
  index_ = bytes.data() + h.index.offset;
  records_ = bytes.data() + h.records.offset;
  return {};
}

}  // namespace beian::gate
