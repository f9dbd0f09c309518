#include "wire/zip_write.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>

namespace beian::wire {

namespace {

// 2020-01-01 00:00 in the format of the zip directory.
constexpr uint16_t kDate = ((2020 - 1980) << 9) | (1 << 5) | 1;
constexpr uint16_t kVersion = 20;  // of the format, that knows deflate
constexpr uint16_t kDeflated = 8;
constexpr size_t kPiece = 16u * 1024;

// What little-endian fields a header has.
class Bytes {
 public:
  explicit Bytes(std::string& out) : out_(out) {}
  Bytes& two(uint32_t n) { return put(n, 2); }
  Bytes& four(uint32_t n) { return put(n, 4); }
  Bytes& text(std::string_view s) { return out_ += s, *this; }

 private:
  Bytes& put(uint32_t n, int count) {
    for (int i = 0; i < count; ++i) out_ += static_cast<char>(n >> (8 * i));
    return *this;
  }
  std::string& out_;
};

class Deflate {
 public:
  Deflate() {
    if (deflateInit2(&z_, 1, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  Deflate(const Deflate&) = delete;
  Deflate& operator=(const Deflate&) = delete;
  ~Deflate() { deflateEnd(&z_); }

  // Most of an upload is pictures in base64, where nothing repeats: a piece without markup is only
  // coded, not searched.
  void put(std::string_view piece, std::string& out) {
    const int strategy = piece.find('<') == piece.npos ? Z_HUFFMAN_ONLY : Z_DEFAULT_STRATEGY;
    if (strategy != strategy_) {
      strategy_ = strategy;
      work({}, out, [&] { return deflateParams(&z_, 1, strategy); });
    }
    work(piece, out, [&] { return deflate(&z_, Z_NO_FLUSH); });
  }
  void finish(std::string& out) {
    work({}, out, [&] { return deflate(&z_, Z_FINISH); });
  }

 private:
  // Calls until nothing is left to take, and no more comes.
  template <class F>
  void work(std::string_view in, std::string& out, F call) {
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    z_.avail_in = static_cast<uInt>(in.size());
    char buffer[32u * 1024];
    do {
      z_.next_out = reinterpret_cast<Bytef*>(buffer);
      z_.avail_out = sizeof buffer;
      if (call() == Z_STREAM_ERROR) throw std::logic_error("deflate");
      out.append(buffer, sizeof buffer - z_.avail_out);
    } while (z_.avail_out == 0 || z_.avail_in > 0);
  }

  z_stream z_{};
  int strategy_ = Z_DEFAULT_STRATEGY;
};

}  // namespace

std::string zip_of(std::string_view name, std::string_view content) {
  constexpr size_t kMost = std::numeric_limits<uint32_t>::max() - (1u << 20);
  if (content.size() > kMost) throw std::length_error("too large for a zip");
  std::string packed;
  packed.reserve(content.size() / 5 * 4 + 1024);
  Deflate deflate;
  for (size_t at = 0; at < content.size(); at += kPiece)
    deflate.put(content.substr(at, kPiece), packed);
  deflate.finish(packed);
  if (packed.size() > kMost) throw std::length_error("too large for a zip");

  const auto crc = static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()));
  // What both headers say alike.
  std::string common;
  Bytes(common).two(kVersion).two(0).two(kDeflated).two(0).two(kDate).four(crc);
  Bytes(common).four(static_cast<uint32_t>(packed.size()));
  Bytes(common).four(static_cast<uint32_t>(content.size()));
  Bytes(common).two(static_cast<uint32_t>(name.size())).two(0);

  std::string zip;
  zip.reserve(packed.size() + 256);
  Bytes(zip).text("PK\x03\x04").text(common).text(name).text(packed);
  const size_t directory = zip.size();
  Bytes(zip).text("PK\x01\x02").two(kVersion).text(common);
  Bytes(zip).two(0).two(0).two(0).four(0).four(0).text(name);  // no comment, first disk, offset 0
  const size_t end = zip.size();
  Bytes(zip).text("PK\x05\x06").two(0).two(0).two(1).two(1);
  Bytes(zip).four(static_cast<uint32_t>(end - directory)).four(static_cast<uint32_t>(directory));
  Bytes(zip).two(0);
  return zip;
}

}  // namespace beian::wire
