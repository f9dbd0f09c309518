// Pictures (libvips). Untrusted input: only JPEG and PNG loaders are reachable. Thread-safe; each
// call works on the calling thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian::image {

enum class Format { jpeg, png };

struct Limits {
  size_t max_bytes = 4 * 1024 * 1024;  // picture_too_large
  int max_side = 12'000;               // pixels, read from the header before decoding
  int min_side = 100;
  int64_t max_pixels = 50'000'000;
};

struct Info {
  Format format;
  int width, height;
};

// Decodes the whole picture. picture_kind (by content, not by name), picture_not_decodable (also
// truncated), picture_too_large, picture_too_many_pixels, picture_too_small.
Result<Info> check(std::string_view bytes, const Limits& limits = {});

// A JPEG of at most `max_bytes`, upright (EXIF orientation applied), without metadata, on white
// where it was transparent; as large and as good as fits. Same problems as check();
// picture_too_large also when `max_bytes` is too few for any picture.
Result<std::string> reencode_jpeg(std::string_view bytes, size_t max_bytes,
                                  const Limits& limits = {});

// A picture for demonstrations and tests: `text` (several lines allowed) in large letters, with
// 样例 across it, so that nobody can take it for a real document.
std::string draw_sample(Format format, int width, int height, std::string_view text);

}  // namespace beian::image
