#include "gate/builder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <stdexcept>

#include "gate/file.hpp"
#include "gate/format.hpp"

namespace beian::gate {

using namespace format;

namespace {

constexpr size_t kBuffer = 1u << 20;

// A name on its way through a partition: hash, number, state, levels, size of the name, the name,
// times when timed.
constexpr size_t kPendingHead = 19;
// In the state of one on its way: no entry, and none that came before.
constexpr uint8_t kRemoved = 0x10;

struct Pending {
  uint64_t hash = 0;
  Record record;
  std::string_view name;
};

// Reads one and moves on.
Pending read_pending(const char*& p) {
  Pending out;
  out.hash = load64(p);
  out.record.number = load64(p + 8);
  out.record.state = static_cast<uint8_t>(p[16]);
  out.record.levels = static_cast<uint8_t>(p[17]);
  out.name = {p + kPendingHead, static_cast<uint8_t>(p[18])};
  p += kPendingHead + out.name.size();
  if (!out.record.timed()) return out;
  out.record.from = load32(p);
  out.record.until = load32(p + 4);
  p += kTimes;
  return out;
}

// Where a name and its hash are, for sorting.
struct Place {
  uint64_t hash;
  const char* at;
};

std::string_view name_at(const char* p) {
  return {p + kPendingHead, static_cast<uint8_t>(p[18])};
}

// By hash; then by name, since hashes can be alike; then as they came.
bool before(const Place& a, const Place& b) {
  if (a.hash != b.hash) return a.hash < b.hash;
  if (const int order = name_at(a.at).compare(name_at(b.at)); order != 0) return order < 0;
  return a.at < b.at;
}

uint64_t random_seed() {
  uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) != sizeof seed) throw_errno("getrandom");
  return seed | 1;
}

constexpr size_t kPiece = size_t{128} << 10;  // read or written at once

void write_pieces(int fd, const char* data, size_t size, uint64_t offset, Pace* pace) {
  for (size_t at = 0; at < size; at += kPiece) {
    write_all_at(fd, data + at, std::min(kPiece, size - at), offset + at);
    look(pace);
  }
}

template <class T>
char* store(char* p, T value) {
  std::memcpy(p, &value, sizeof value);
  return p + sizeof value;
}

}  // namespace

// One partition's names: in memory, and what does not fit in a file.
class Builder::Spill {
 public:
  Spill(std::string folder, Pace* pace) : folder_(std::move(folder)), pace_(pace) {}

  // Room for so many bytes, which are then part of it.
  char* take(size_t size) {
    if (held_.size() + size > kBuffer) {
      if (!file_.is_open()) file_ = open_nameless(folder_);
      write_pieces(file_.get(), held_.data(), held_.size(), written_, pace_);
      written_ += held_.size();
      held_.clear();
    }
    const size_t at = held_.size();
    held_.resize(at + size);
    return held_.data() + at;
  }
  // Puts all of it into `out`, in order; nothing is left.
  void drain(std::vector<char>& out) {
    out.clear();
    if (written_ == 0) {
      out.swap(held_);
      return;
    }
    out.reserve(written_ + held_.size());
    for (size_t at = 0; at < written_; at = out.size()) {
      out.resize(std::min<size_t>(written_, at + kPiece));
      read_all_at(file_.get(), out.data() + at, out.size() - at, at);
      look(pace_);
    }
    out.insert(out.end(), held_.begin(), held_.end());
    held_ = {};
    file_ = Descriptor();
  }

 private:
  std::string folder_;
  Pace* pace_;
  std::vector<char> held_;
  Descriptor file_;
  uint64_t written_ = 0;
};

// Of the partition at hand.
struct Builder::Room {
  std::vector<char> bytes;
  std::vector<Place> places;
};

// The file in the making.
class Builder::Output {
 public:
  Output(std::string path, Pace* pace)
      : path_(std::move(path)), part_(path_ + ".part"), pace_(pace) {
    // What takes its place by rename must not take that of a device or a pipe.
    if (struct stat now{}; ::stat(path_.c_str(), &now) == 0 && !S_ISREG(now.st_mode))
      throw std::runtime_error(path_ + " is no file");
    fd_ = open_file(part_, O_RDWR | O_CREAT, 0644);
    if (!fd_.is_open()) throw_errno("open " + part_);
    if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0)
      throw std::runtime_error("another build of " + path_ + " is at work");
    // Between the two, whoever had the lock may have given the file its final name.
    struct stat ours {
    }, named{};
    if (::fstat(fd_.get(), &ours) != 0 || ::stat(part_.c_str(), &named) != 0 ||
        ours.st_ino != named.st_ino)
      throw std::runtime_error("another build of " + path_ + " is at work");
    if (::ftruncate(fd_.get(), 0) != 0) throw_errno("truncate " + part_);
    buffer_.reserve(kBuffer + kHeaderBytes);
  }
  ~Output() {
    if (!published_) ::unlink(part_.c_str());
  }

  void begin_records(uint64_t offset) { offset_ = start_ = offset; }
  // Room for the next record.
  char* take(size_t size) {
    if (buffer_.size() + size > kBuffer) flush();
    const size_t at = buffer_.size();
    buffer_.resize(at + size);
    return buffer_.data() + at;
  }
  uint64_t records_size() const { return offset_ + buffer_.size() - start_; }
  Section end_records() {
    flush();
    return {start_, offset_ - start_, sum_.value()};
  }
  void write_at(std::string_view bytes, uint64_t offset) {
    write_pieces(fd_.get(), bytes.data(), bytes.size(), offset, pace_);
  }
  void publish() {
    gate::publish(fd_.get(), part_, path_);
    published_ = true;
  }
  const std::string& path() const { return path_; }

 private:
  void flush() {
    sum_.add(buffer_.data(), buffer_.size());
    write_pieces(fd_.get(), buffer_.data(), buffer_.size(), offset_, pace_);
    offset_ += buffer_.size();
    buffer_.clear();
  }

  std::string path_, part_;
  Pace* pace_;
  Descriptor fd_;
  std::vector<char> buffer_;
  Checksum sum_;
  uint64_t start_ = 0, offset_ = 0;
  bool published_ = false;
};

Builder::Builder(std::string path, const BuildOptions& options) : options_(options) {
  if (options_.suffixes == nullptr) options_.suffixes = &Suffixes::embedded();
  if (options_.seed == 0) options_.seed = random_seed();
  room_ = std::make_unique<Room>();
  output_ = std::make_unique<Output>(std::move(path), options_.pace);
  for (uint64_t i = 0; i < kPartitions; ++i)
    spills_.push_back(std::make_unique<Spill>(folder_of(output_->path()), options_.pace));
}

Builder::~Builder() = default;

// Without an entry: the mark that there are some below.
void Builder::put(const Host& host, size_t at, uint8_t levels, const Entry* entry, uint8_t state) {
  const std::string_view name = host.name().substr(at);
  const uint64_t hash = padded_hash(name.data(), name.size(), options_.seed);
  if (entry != nullptr) {
    state = static_cast<uint8_t>(entry->standing);
    if (entry->exact) state |= kExact;
    if (entry->timed()) state |= kTimed;
  }
  const bool timed = (state & kTimed) != 0;
  char* p =
      spills_[scale(hash, kPartitions)]->take(kPendingHead + name.size() + (timed ? kTimes : 0));
  p = store(p, hash);
  p = store(p, entry != nullptr ? entry->number : PackedNumber{0});
  p = store(p, state);
  p = store(p, levels);
  p = store(p, static_cast<uint8_t>(name.size()));
  p = std::copy(name.begin(), name.end(), p);
  if (timed) store(store(p, entry->from), entry->until);
  ++put_;
}

HostKind Builder::add(const Entry& entry) {
  read_host(entry.name, *options_.suffixes, host_);
  if (host_.kind != HostKind::name) return host_.kind;
  if (entry.timed() && host_.size > kLongestTimed) return HostKind::too_long;
  put(host_, 0, 0, &entry);
  if (host_.independent_at > 0 && !host_.government) {
    const std::string_view below = host_.name().substr(0, host_.independent_at);
    const auto levels = std::count(below.begin(), below.end(), '.');
    put(host_, host_.independent_at, static_cast<uint8_t>(levels), nullptr);
  }
  return HostKind::name;
}

HostKind Builder::remove(std::string_view name) {
  read_host(name, *options_.suffixes, host_);
  if (host_.kind == HostKind::name) put(host_, 0, 0, nullptr, kRemoved);
  return host_.kind;
}

void Builder::stands_at(uint64_t sequence, uint64_t chain) {
  options_.sequence = sequence;
  options_.chain = chain;
}

void Builder::write_partition(uint64_t number) {
  // Kept for the next one: to give back and get so much memory takes its time.
  std::vector<char>& all = room_->bytes;
  std::vector<Place>& places = room_->places;
  spills_[number]->drain(all);
  places.clear();
  for (const char* p = all.data(); p < all.data() + all.size();) {
    const char* at = p;
    places.push_back({read_pending(p).hash, at});
    step(options_.pace);
  }
  std::sort(places.begin(), places.end(), [this](const Place& a, const Place& b) {
    step(options_.pace);
    return before(a, b);
  });

  // One name's entries and marks become one record.
  std::vector<Pending> line;
  size_t next = 0;
  const auto merged = [&] {
    step(options_.pace);
    const char* p = places[next].at;
    Pending out = read_pending(p);
    for (++next; next < places.size() && places[next].hash == out.hash &&
                 name_at(places[next].at) == out.name;
         ++next) {
      p = places[next].at;
      Pending later = read_pending(p);
      const uint8_t levels = std::max(out.record.levels, later.record.levels);
      if (later.record.is_entry() || later.record.state == kRemoved) {
        report_.replaced += out.record.is_entry() ? 1 : 0;
        out.record = later.record;
      }
      out.record.levels = levels;
    }
    if (out.record.state == kRemoved) out.record.state = 0;
    return out;
  };

  const uint64_t per_partition = lines_ / kPartitions;
  for (uint64_t n = number * per_partition; n < (number + 1) * per_partition; ++n) {
    line.clear();
    while (next < places.size() && format::line_of(places[next].hash, lines_) == n)
      if (const Pending one = merged(); one.record.is_entry() || one.record.levels > 0)
        line.push_back(one);
    if (output_->records_size() > kMostRecordBytes / 2)
      throw std::runtime_error("too many names for one snapshot");
    char* head = index_.data() + n * kLineBytes;
    store(head + kBaseAt, output_->records_size());
    store(head + kCountAt, static_cast<uint16_t>(line.size()));
    for (size_t i = 0; i < line.size(); ++i) {
      const Pending& one = line[i];
      const uint8_t tag = tag_of(one.hash);
      const uint8_t size =
          static_cast<uint8_t>(one.name.size() + (one.record.timed() ? kTimes : 0));
      if (i < kSlots) {
        head[kTagsAt + i] = static_cast<char>(tag);
        head[kSizesAt + i] = static_cast<char>(size);
      }
      char* p = output_->take((i < kSlots ? 0 : kExtra) + kFixed + size);
      if (i >= kSlots) p = store(store(p, tag), size);
      p = store(p, one.record.number);
      p = store(p, one.record.state);
      p = store(p, one.record.levels);
      p = store(p, check_of(one.hash, one.record));
      p = std::copy(one.name.begin(), one.name.end(), p);
      if (one.record.timed()) store(store(p, one.record.from), one.record.until);
      report_.entries += one.record.is_entry() ? 1 : 0;
      report_.name_bytes += one.name.size();
    }
  }
}

BuildReport Builder::finish() {
  const uint64_t wanted = (put_ + kMeanNames - 1) / kMeanNames;
  lines_ = std::max<uint64_t>(1, (wanted + kPartitions - 1) / kPartitions) * kPartitions;
  index_.assign(lines_ * kLineBytes, 0);

  const std::string& rules = options_.suffixes->rules();
  Header header{};
  std::copy(std::begin(kMagic), std::end(kMagic), header.magic);
  header.version = kVersion;
  header.header_bytes = kHeaderBytes;
  header.seed = options_.seed;
  header.created = options_.created;
  header.sequence = options_.sequence;
  header.chain = options_.chain;
  header.lines = lines_;
  header.suffixes = {kHeaderBytes, rules.size(), checksum(rules)};
  header.index.offset = (kHeaderBytes + rules.size() + kLineBytes - 1) / kLineBytes * kLineBytes;
  header.index.size = index_.size();

  output_->begin_records(header.index.offset + header.index.size);
  for (uint64_t i = 0; i < kPartitions; ++i) {
    if (options_.cancel != nullptr && *options_.cancel) throw std::runtime_error("given up");
    write_partition(i);
  }
  header.records = output_->end_records();
  header.entries = report_.entries;
  header.index.check = checksum({index_.data(), index_.size()});
  header.file_size = header.records.offset + header.records.size;
  report_.file_bytes = header.file_size;

  std::string head(kHeaderBytes, '\0');
  std::memcpy(head.data(), &header, sizeof header);
  const uint64_t check = checksum(head);
  std::memcpy(head.data() + offsetof(Header, check), &check, sizeof check);
  output_->write_at(rules, header.suffixes.offset);
  output_->write_at({index_.data(), index_.size()}, header.index.offset);
  output_->write_at(head, 0);
  output_->publish();
  return report_;
}

}  // namespace beian::gate
