#include "gate/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "gate/format.hpp"
#include "gate/hash.hpp"

namespace beian::gate {

namespace {

constexpr char kMagic[8] = {'\x89', 'B', 'e', 'i', 'J', 'r', 'n', '\n'};
constexpr uint32_t kVersion = 1;
constexpr size_t kHeader = 64, kHead = 56, kLongest = 255;
constexpr uint32_t kMark = 0xb1c6a7e5;
constexpr size_t kPiece = size_t{64} << 10;  // read or written at once

struct Head {
  char magic[8];
  uint32_t version = kVersion, size = kHeader;
  uint64_t base = 0, base_chain = 0;
  uint64_t unused[3] = {};
  uint64_t check = 0;
};
static_assert(sizeof(Head) == kHeader);

// In the file as it lies here, followed by the name. `check` is over all of it, with 0 for itself.
struct RecordHead {
  uint32_t mark = kMark, size = 0;
  uint64_t check = 0, sequence = 0, chain = 0, number = 0;
  uint32_t from = 0, until = 0;
  uint8_t standing = 0;  // 0: gone
  uint8_t exact = 0;
  uint8_t unused[6] = {};
};
static_assert(sizeof(RecordHead) == kHead);

uint64_t check_of(Head head) {
  head.check = 0;
  return checksum({reinterpret_cast<const char*>(&head), sizeof head});
}

uint64_t check_of(RecordHead head, std::string_view name) {
  head.check = 0;
  Checksum sum;
  sum.add(&head, sizeof head);
  sum.add(name.data(), name.size());
  return sum.value();
}

void put_record(std::string& out, const Change& change) {
  RecordHead head;
  // A name of the feed that is none for us stays a place in the order.
  const std::string_view name = change.entry.name.substr(0, kLongest);
  head.size = static_cast<uint32_t>(kHead + name.size());
  head.sequence = change.sequence;
  head.chain = change.chain;
  if (!change.gone) {
    head.number = change.entry.number;
    head.from = change.entry.from;
    head.until = change.entry.until;
    head.standing = static_cast<uint8_t>(change.entry.standing);
    head.exact = change.entry.exact ? 1 : 0;
  }
  head.check = check_of(head, name);
  out.append(reinterpret_cast<const char*>(&head), sizeof head);
  out += name;
}

// True when a whole record begins there.
bool get_record(std::string_view bytes, Change& out, size_t& size) {
  RecordHead head;
  if (bytes.size() < kHead) return false;
  std::memcpy(&head, bytes.data(), sizeof head);
  if (head.mark != kMark || head.size < kHead || head.size > kHead + kLongest ||
      head.size > bytes.size())
    return false;
  const std::string_view name = bytes.substr(kHead, head.size - kHead);
  if (head.check != check_of(head, name) ||
      head.standing > static_cast<uint8_t>(Standing::blacklisted))
    return false;
  size = head.size;
  out = {};
  out.sequence = head.sequence;
  out.chain = head.chain;
  out.gone = head.standing == 0;
  out.entry.name = name;
  if (out.gone) return true;
  out.entry.number = head.number;
  out.entry.standing = static_cast<Standing>(head.standing);
  out.entry.exact = head.exact != 0;
  out.entry.from = head.from;
  out.entry.until = head.until;
  return true;
}

// Does any whole record begin in there? Then what stands before it is no torn end.
bool has_record(std::string_view bytes) {
  char mark[4];
  std::memcpy(mark, &kMark, sizeof mark);
  Change change;
  size_t size = 0;
  for (size_t at = bytes.find({mark, 4}); at != bytes.npos; at = bytes.find({mark, 4}, at + 1)) {
    if (get_record(bytes.substr(at), change, size)) return true;
  }
  return false;
}

std::unexpected<Problems> unreadable(const std::string& path, std::string reason) {
  return fail(ProblemCode::file_unreadable, "", {{"path", path}, {"reason", std::move(reason)}});
}

Result<Descriptor> open_journal(const std::string& path) {
  Descriptor file = open_file(path, O_RDONLY | O_NONBLOCK);
  if (!file.is_open()) return unreadable(path, std::strerror(errno));
  return file;
}

// What the file has behind its first `from` bytes.
std::string rest_of(int fd, uint64_t from, Pace* pace) {
  const auto identity = identity_of(fd);
  if (!identity) throw_errno("fstat");
  const auto size = static_cast<uint64_t>(identity->size);
  std::string out;
  if (size <= from) return out;
  out.reserve(size - from);
  for (size_t at = 0; at < size - from; at = out.size()) {
    out.resize(std::min<size_t>(size - from, at + kPiece));
    read_all_at(fd, out.data() + at, out.size() - at, from + at);
    look(pace);
  }
  return out;
}

Result<JournalRead> read_header(std::string_view bytes, const std::string& path) {
  Head head;
  if (bytes.size() < kHeader || std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0)
    return unreadable(path, "not a journal");
  std::memcpy(&head, bytes.data(), sizeof head);
  if (head.check != check_of(head)) return unreadable(path, "damaged in its header");
  if (head.version != kVersion)
    return unreadable(path, "journal of version " + std::to_string(head.version));
  JournalRead out;
  out.base = out.sequence = head.base;
  out.base_chain = out.chain = head.base_chain;
  out.bytes = kHeader;
  return out;
}

// Goes on behind `from`; bytes 0: from the start.
Result<JournalRead> read_on(int fd, const std::string& path, const JournalRead& from,
                            const TakeChange& take, Pace* pace) {
  const std::string all = rest_of(fd, from.bytes, pace);
  JournalRead out = from;
  if (from.bytes == 0) {
    const auto header = read_header(all, path);
    if (!header) return header;
    out = *header;
  }
  for (;;) {
    const std::string_view rest = std::string_view(all).substr(out.bytes - from.bytes);
    if (rest.empty()) return out;
    Change change;
    size_t size = 0;
    if (!get_record(rest, change, size) || change.sequence != out.sequence + 1) {
      out.lost = rest.size();
      out.state = has_record(rest) ? JournalState::damaged : JournalState::torn;
      return out;
    }
    step(pace);
    take(out, change);
    out.sequence = change.sequence;
    out.chain = change.chain;
    out.bytes += size;
  }
}

}  // namespace

Result<JournalRead> read_journal(const std::string& path, const TakeChange& take, Pace* pace) {
  const auto file = open_journal(path);
  if (!file) return fail(file);
  return read_on(file->get(), path, {}, take, pace);
}

Result<JournalRead> JournalTail::read(const TakeChange& take) {
  const auto there = identity_of(path_);
  const auto held = file_.is_open() ? identity_of(file_.get()) : std::nullopt;
  const bool same = there && held && there->device == held->device && there->inode == held->inode &&
                    static_cast<uint64_t>(held->size) >= at_.bytes;
  if (!same) {
    at_ = {};
    auto file = open_journal(path_);
    if (!file) return fail(file);
    file_ = std::move(*file);
  }
  const auto read = read_on(file_.get(), path_, at_, take, nullptr);
  if (!read) return read;
  at_ = *read;
  at_.state = JournalState::whole;
  at_.lost = 0;
  return read;
}

Journal Journal::resume(const std::string& path, const JournalRead& read) {
  Descriptor file = open_file(path, O_RDWR);
  if (!file.is_open()) throw_errno("open " + path);
  if (::ftruncate(file.get(), static_cast<off_t>(read.bytes)) != 0) throw_errno("truncate " + path);
  return {std::move(file), read.bytes};
}

Journal Journal::begin(const std::string& path, uint64_t base, uint64_t base_chain, uint64_t last) {
  const std::string part = path + ".part";
  Descriptor file = open_file(part, O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (!file.is_open()) throw_errno("open " + part);
  Head head;
  std::memcpy(head.magic, kMagic, sizeof kMagic);
  head.base = base;
  head.base_chain = base_chain;
  head.check = check_of(head);
  std::string out(reinterpret_cast<const char*>(&head), sizeof head);
  uint64_t written = 0;
  const auto write = [&] {
    write_all_at(file.get(), out.data(), out.size(), written);
    written += out.size();
    out.clear();
  };
  if (last > base) {
    Pace pace;
    const auto take = [&](const JournalRead&, const Change& change) {
      if (change.sequence > base) put_record(out, change);
      if (out.size() >= kPiece) write();
    };
    const auto read = read_journal(path, take, &pace);
    if (!read || read->sequence != last)
      throw std::runtime_error(path + " ends before change " + std::to_string(last));
  }
  write();
  publish(file.get(), part, path);
  return {std::move(file), written};
}

void Journal::append(std::span<const Change> changes) {
  std::string all;
  for (const Change& change : changes) put_record(all, change);
  try {
    write_all_at(file_.get(), all.data(), all.size(), bytes_);
  } catch (...) {
    // Best effort: what stays is a torn end.
    [[maybe_unused]] const int done = ::ftruncate(file_.get(), static_cast<off_t>(bytes_));
    throw;
  }
  bytes_ += all.size();
}

void Journal::sync() {
  if (::fdatasync(file_.get()) != 0) throw_errno("fdatasync");
}

}  // namespace beian::gate
