#include "gate/log_bytes.hpp"

#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

namespace beian::gate {

namespace {

constexpr size_t kInBytes = 256 * 1024;
constexpr size_t kMagicBytes = 4;
// What `zstd -d` takes without being told: 128 MB of what came before.
constexpr int kLargestWindow = 27;

}  // namespace

struct LogBytes::Gzip {
  inflate_state state;
  bool within = false;  // a member has begun and not ended
};

struct LogBytes::Zstd {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  bool within = false;
  Zstd() {
    if (context == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, kLargestWindow);
  }
  ~Zstd() { ZSTD_freeDCtx(context); }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;
};

LogBytes::LogBytes(const std::string& path, std::atomic<uint64_t>& read_bytes)
    : read_bytes_(read_bytes), in_(new char[kInBytes]) {
  if (path == "-") {
    fd_ = STDIN_FILENO;
    return;
  }
  own_ = open_file(path, O_RDONLY);
  fd_ = own_.get();
  if (fd_ < 0) {
    end(std::strerror(errno));
  } else {
    ::posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
}

LogBytes::~LogBytes() = default;

size_t LogBytes::end(std::string problem) {
  ended_ = true;
  problem_ = std::move(problem);
  return 0;
}

// More input behind what is held; false at the end of the file.
bool LogBytes::fill() {
  std::memmove(in_.get(), in_.get() + at_, held_ - at_);
  held_ -= at_;
  at_ = 0;
  for (;;) {
    const ssize_t n = ::read(fd_, in_.get() + held_, kInBytes - held_);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) end(std::strerror(errno));
    if (n <= 0) return false;
    held_ += static_cast<size_t>(n);
    read_bytes_.fetch_add(static_cast<uint64_t>(n), std::memory_order_relaxed);
    return true;
  }
}

void LogBytes::begin() {
  begun_ = true;
  while (held_ < kMagicBytes && fill()) {
  }
  const std::string_view head(in_.get(), held_);
  if (head.starts_with("\x1f\x8b")) {
    gzip_ = std::make_unique<Gzip>();
    isal_inflate_init(&gzip_->state);
    gzip_->state.crc_flag = ISAL_GZIP;
  } else if (head.starts_with("\x28\xb5\x2f\xfd") ||
             (held_ >= kMagicBytes && (head[0] & 0xf0) == 0x50 &&
              head.substr(1, 3) == "\x2a\x4d\x18")) {
    zstd_ = std::make_unique<Zstd>();
  }
}

size_t LogBytes::read(char* out, size_t size) {
  if (!ended_ && !begun_) begin();
  size_t done = 0;
  while (done < size && !ended_) {
    if (gzip_) {
      done += read_gzip(out + done, size - done);
    } else if (zstd_) {
      done += read_zstd(out + done, size - done);
    } else {
      done += read_plain(out + done, size - done);
    }
  }
  return done;
}

size_t LogBytes::read_plain(char* out, size_t size) {
  if (at_ == held_ && !fill()) return ended_ ? 0 : end("");
  const size_t n = std::min(size, held_ - at_);
  std::memcpy(out, in_.get() + at_, n);
  at_ += n;
  return n;
}

size_t LogBytes::read_gzip(char* out, size_t size) {
  inflate_state& state = gzip_->state;
  if (at_ == held_ && !fill()) {
    if (ended_) return 0;
    if (!gzip_->within) return end("");
  }
  if (!gzip_->within) {
    // Files are padded with zeros on some media.
    while (at_ < held_ && in_[at_] == 0) ++at_;
    if (at_ == held_) return 0;
    isal_inflate_reset(&state);
    state.crc_flag = ISAL_GZIP;
    gzip_->within = true;
  }
  const bool no_more = at_ == held_;
  state.next_in = reinterpret_cast<uint8_t*>(in_.get() + at_);
  state.avail_in = static_cast<uint32_t>(held_ - at_);
  state.next_out = reinterpret_cast<uint8_t*>(out);
  state.avail_out = static_cast<uint32_t>(std::min<size_t>(size, 1u << 30));
  const uint32_t room = state.avail_out;
  const int told = isal_inflate(&state);
  at_ = held_ - state.avail_in;
  const size_t made = room - state.avail_out;
  if (told != ISAL_DECOMP_OK && told != ISAL_END_INPUT) {
    end("damaged");
    return made;
  }
  if (state.block_state == ISAL_BLOCK_FINISH) {
    gzip_->within = false;
  } else if (no_more && made == 0) {
    end("cut short");
  }
  return made;
}

size_t LogBytes::read_zstd(char* out, size_t size) {
  if (at_ == held_ && !fill() && ended_) return 0;
  const bool no_more = at_ == held_;
  if (no_more && !zstd_->within) return end("");
  ZSTD_inBuffer from{in_.get(), held_, at_};
  ZSTD_outBuffer to{out, size, 0};
  const size_t hint = ZSTD_decompressStream(zstd_->context, &to, &from);
  at_ = from.pos;
  if (ZSTD_isError(hint) != 0) {
    end("damaged");
    return to.pos;
  }
  zstd_->within = hint != 0;
  if (no_more && zstd_->within && to.pos == 0) end("cut short");
  return to.pos;
}

}  // namespace beian::gate
