#include "platform/image/jpeg.hpp"

#include <cstddef>

namespace beian::image {

namespace {

constexpr int kApp0 = 0xE0, kBaseline = 0xC0, kProgressive = 0xC2, kHuffman = 0xC4, kEnd = 0xD9,
              kScan = 0xDA, kQuantization = 0xDB, kRestart = 0xDD;

int byte_at(std::string_view bytes, size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : -1;
}

// Whether a segment, without its marker and length, holds nothing but what decoding needs.
bool is_picture_segment(int marker, std::string_view body) {
  switch (marker) {
    case kApp0:  // JFIF: 14 bytes, and no thumbnail
      return body.size() == 14 && body.starts_with(std::string_view("JFIF\0", 5)) &&
             body[12] == 0 && body[13] == 0;
    case kBaseline:
    case kProgressive:
      return byte_at(body, 0) == 8;
    case kHuffman:
    case kQuantization:
    case kScan:
      return true;
    case kRestart:
      return body.size() == 2;
    default:
      return false;
  }
}

// Past the coded data of a scan: to the next marker that is neither a stuffed byte nor a restart.
size_t after_scan(std::string_view bytes, size_t at) {
  for (;;) {
    at = bytes.find('\xFF', at);
    if (at == std::string_view::npos) return bytes.size();
    const int next = byte_at(bytes, at + 1);
    if (next != 0 && !(next >= 0xD0 && next <= 0xD7)) return at;
    at += 2;
  }
}

}  // namespace

std::string_view bare_jpeg(std::string_view bytes) {
  if (!bytes.starts_with("\xFF\xD8")) return {};
  for (size_t at = 2;;) {
    if (byte_at(bytes, at) != 0xFF) return {};
    const int marker = byte_at(bytes, at + 1);
    if (marker == kEnd) return bytes.substr(0, at + 2);
    const int high = byte_at(bytes, at + 2), low = byte_at(bytes, at + 3);
    if (high < 0 || low < 0) return {};
    const size_t length = static_cast<size_t>(high) * 256 + static_cast<size_t>(low);
    if (length < 2 || at + 2 + length > bytes.size()) return {};
    if (!is_picture_segment(marker, bytes.substr(at + 4, length - 2))) return {};
    at += 2 + length;
    if (marker == kScan) at = after_scan(bytes, at);
  }
}

}  // namespace beian::image
