#include "platform/image/image.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>

#include "platform/image/jpeg.hpp"
#include "platform/image/vips.hpp"

namespace beian::image {

namespace {

// What a document photo needs at the least to be readable, in bits a pixel; more pixels than fit at
// that are not worth encoding.
constexpr double kBitsPerPixel = 0.8;
constexpr int kBestQuality = 85, kWorstQuality = 50, kShrunkQuality = 70;
constexpr int kEncodes = 12;  // usually one to three
// Interlaced and progressive pictures are held whole while they are decoded, hundreds of megabytes
// for the largest: from so many pixels on one at a time is enough.
constexpr int64_t kLargePixels = 16'000'000;

std::optional<Format> sniff(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8\xFF")) return Format::jpeg;
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return Format::png;
  return std::nullopt;
}

std::unexpected<Problems> not_decodable() {
  vips_error_clear();
  return fail(ProblemCode::picture_not_decodable);
}

// Reads the header only; pixels are decoded, from top to bottom, when they are asked for. `shrink`
// is 1, 2, 4 or 8, for JPEG only: it decodes a smaller picture right away.
Picture load(std::string_view bytes, Format format, int shrink) {
  VipsImage* out = nullptr;
  void* data = const_cast<char*>(bytes.data());
  const int code =
      format == Format::jpeg
          ? vips_jpegload_buffer(data, bytes.size(), &out, "access", VIPS_ACCESS_SEQUENTIAL,
                                 "fail_on", VIPS_FAIL_ON_ERROR, "shrink", shrink, nullptr)
          : vips_pngload_buffer(data, bytes.size(), &out, "access", VIPS_ACCESS_SEQUENTIAL,
                                "fail_on", VIPS_FAIL_ON_ERROR, nullptr);
  return Picture(code == 0 ? out : nullptr);
}

struct Opened {
  Info info;
  Picture picture;
};

// By the header alone: a bomb is refused before it takes memory.
Result<Opened> open_checked(std::string_view bytes, const Limits& limits) {
  start_vips();
  if (bytes.size() > limits.max_bytes)
    return fail(ProblemCode::picture_too_large, {},
                {{"max", std::to_string(limits.max_bytes / 1024)}});
  const auto format = sniff(bytes);
  if (!format) return fail(ProblemCode::picture_kind);
  Picture picture = load(bytes, *format, 1);
  if (!picture) return not_decodable();
  const int width = vips_image_get_width(picture.get());
  const int height = vips_image_get_height(picture.get());
  if (width > limits.max_side || height > limits.max_side ||
      int64_t{width} * height > limits.max_pixels)
    return fail(ProblemCode::picture_too_many_pixels, {},
                {{"max", std::to_string(limits.max_side)}});
  if (std::min(width, height) < limits.min_side)
    return fail(ProblemCode::picture_too_small, {}, {{"min", std::to_string(limits.min_side)}});
  return Opened{{*format, width, height}, std::move(picture)};
}

// Holds the place of a large picture; free for the others.
std::unique_lock<std::mutex> turn_of(const Info& info) {
  static std::mutex large;
  if (int64_t{info.width} * info.height < kLargePixels) return {};
  return std::unique_lock(large);
}

// Decodes strip by strip and keeps nothing.
bool decodes(VipsImage* picture) {
  const std::unique_ptr<VipsRegion, void (*)(VipsRegion*)> region(
      vips_region_new(picture), [](VipsRegion* r) { g_object_unref(r); });
  constexpr int kStrip = 64;
  const int width = vips_image_get_width(picture), height = vips_image_get_height(picture);
  for (int top = 0; top < height; top += kStrip) {
    const VipsRect strip{0, top, width, std::min(kStrip, height - top)};
    if (vips_region_prepare(region.get(), &strip) != 0) return false;
  }
  return true;
}

// Eight-bit grey or sRGB without transparency. Profiles and all other metadata but the orientation
// are left behind: they are untrusted, and documents need no exact colours.
Picture plain_colours(Picture picture) {
  picture = made("copy", [&](VipsImage** out) { return vips_copy(picture.get(), out, nullptr); });
  vips_image_remove(picture.get(), VIPS_META_ICC_NAME);
  const VipsInterpretation now = vips_image_get_interpretation(picture.get());
  const bool grey = now == VIPS_INTERPRETATION_B_W || now == VIPS_INTERPRETATION_GREY16;
  const VipsInterpretation wanted = grey ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
  if (now != wanted || vips_image_get_format(picture.get()) != VIPS_FORMAT_UCHAR) {
    picture = made("colours", [&](VipsImage** out) {
      return vips_colourspace(picture.get(), out, wanted, nullptr);
    });
    picture = made("8 bits",
                   [&](VipsImage** out) { return vips_cast_uchar(picture.get(), out, nullptr); });
  }
  if (vips_image_hasalpha(picture.get())) {
    const std::unique_ptr<VipsArrayDouble, void (*)(VipsArrayDouble*)> white(
        vips_array_double_newv(1, 255.0),
        [](VipsArrayDouble* a) { vips_area_unref(VIPS_AREA(a)); });
    picture = made("flatten", [&](VipsImage** out) {
      return vips_flatten(picture.get(), out, "background", white.get(), nullptr);
    });
  }
  return picture;
}

Picture scaled(VipsImage* picture, double scale) {
  return made("resize", [&](VipsImage** out) { return vips_resize(picture, out, scale, nullptr); });
}

// Tables made for this very picture save about a tenth of the bytes for a third more time.
std::string encode(VipsImage* picture, int quality, bool own_tables) {
  void* data = nullptr;
  size_t size = 0;
  must(vips_jpegsave_buffer(picture, &data, &size, "Q", quality, "strip", TRUE, "optimize_coding",
                            own_tables ? TRUE : FALSE, nullptr),
       "encoding");
  std::string out(static_cast<const char*>(data), size);
  g_free(data);
  return out;
}

// The quality at which a picture that took `size` bytes at `quality` should take `wanted`. The
// tables scale with 200 - 2q above 50 (libjpeg), and the size falls about with the power 0.75 of
// that.
int quality_for(double wanted, size_t size, int quality) {
  const double tables =
      (200 - 2 * quality) * std::pow(static_cast<double>(size) / wanted, 1 / 0.75);
  return static_cast<int>(std::floor((200 - tables) / 2));
}

// First less quality, then, below what is readable, fewer pixels.
Result<std::string> fit(Picture picture, size_t max_bytes) {
  const double wanted = static_cast<double>(max_bytes) * 0.94;
  int quality = kBestQuality;
  for (int i = 0; i < kEncodes; ++i) {
    std::string out = encode(picture.get(), quality, i > 0);
    if (out.size() <= max_bytes) return out;
    const int less = std::min(quality_for(wanted, out.size(), quality), quality - 1);
    if (less >= kWorstQuality) {
      quality = less;
      continue;
    }
    // At this quality the size goes about with the number of pixels.
    const double at_quality = static_cast<double>(out.size()) *
                              std::pow((200.0 - 2 * quality) / (200 - 2 * kShrunkQuality), 0.75);
    const double scale = std::clamp(std::sqrt(wanted / at_quality), 0.25, 0.9);
    const int side =
        std::min(vips_image_get_width(picture.get()), vips_image_get_height(picture.get()));
    if (side * scale < 16) break;
    picture = scaled(picture.get(), scale);
    picture = made("memory", [&](VipsImage** to) {
      *to = vips_image_copy_memory(picture.get());
      return *to ? 0 : -1;
    });
    quality = kShrunkQuality;
  }
  return fail(ProblemCode::picture_too_large, {}, {{"max", std::to_string(max_bytes / 1024)}});
}

}  // namespace

Result<Info> check(std::string_view bytes, const Limits& limits) {
  const auto opened = open_checked(bytes, limits);
  if (!opened) return fail(opened);
  const auto turn = turn_of(opened->info);
  if (!decodes(opened->picture.get())) return not_decodable();
  return opened->info;
}

Result<std::string> reencode_jpeg(std::string_view bytes, size_t max_bytes, const Limits& limits) {
  auto opened = open_checked(bytes, limits);
  if (!opened) return fail(opened);
  const Info& info = opened->info;
  const auto turn = turn_of(info);
  if (info.format == Format::jpeg && vips_image_get_bands(opened->picture.get()) <= 3) {
    const std::string_view bare = bare_jpeg(bytes);
    if (!bare.empty() && bare.size() <= max_bytes) {
      if (!decodes(opened->picture.get())) return not_decodable();
      return std::string(bare);
    }
  }
  const double pixels = static_cast<double>(info.width) * info.height;
  const double scale =
      std::min(1.0, std::sqrt(static_cast<double>(max_bytes) * 8 / kBitsPerPixel / pixels));
  int shrink = 1;
  if (info.format == Format::jpeg) {
    while (shrink < 8 && scale * shrink * 2 <= 1) shrink *= 2;
    if (shrink > 1) opened->picture = load(bytes, info.format, shrink);
    if (!opened->picture) return not_decodable();
  }
  Picture picture = plain_colours(std::move(opened->picture));
  if (scale < 1) {
    const double left = scale * info.width / vips_image_get_width(picture.get());
    if (left < 1) picture = scaled(picture.get(), left);
  }
  // Here the input is decoded, so here it shows whether it is whole.
  picture.reset(vips_image_copy_memory(picture.get()));
  if (!picture) return not_decodable();
  picture =
      made("turning", [&](VipsImage** out) { return vips_autorot(picture.get(), out, nullptr); });
  return fit(std::move(picture), max_bytes);
}

}  // namespace beian::image
