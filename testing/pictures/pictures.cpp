#include "testing/pictures.hpp"

#include <stdexcept>

#include "platform/image/vips.hpp"

namespace beian::testing {

namespace {

using image::made;
using image::must;
using image::Picture;

Picture plain(int width, int height, std::initializer_list<double> bands,
              VipsBandFormat depth = VIPS_FORMAT_UCHAR) {
  image::start_vips();
  const Picture bytes =
      made("black", [&](VipsImage** out) { return vips_black(out, width, height, nullptr); });
  const Picture black =
      made("depth", [&](VipsImage** out) { return vips_cast(bytes.get(), out, depth, nullptr); });
  return made("colour", [&](VipsImage** out) {
    *out = vips_image_new_from_image(black.get(), bands.begin(), static_cast<int>(bands.size()));
    return *out ? 0 : -1;
  });
}

Picture as(Picture picture, VipsInterpretation interpretation) {
  return made("copy", [&](VipsImage** out) {
    return vips_copy(picture.get(), out, "interpretation", interpretation, nullptr);
  });
}

Picture joined(Picture first, Picture second, VipsDirection direction) {
  return made("join", [&](VipsImage** out) {
    return vips_join(first.get(), second.get(), out, direction, nullptr);
  });
}

std::string saved(VipsImage* picture, const std::string& suffix) {
  void* data = nullptr;
  size_t size = 0;
  must(vips_image_write_to_buffer(picture, suffix.c_str(), &data, &size, nullptr), "saving");
  std::string out(static_cast<const char*>(data), size);
  g_free(data);
  return out;
}

Picture loaded(std::string_view bytes) {
  image::start_vips();
  return made("loading", [&](VipsImage** out) {
    *out = vips_image_new_from_buffer(bytes.data(), bytes.size(), "", nullptr);
    return *out ? 0 : -1;
  });
}

}  // namespace

std::string jpeg_cmyk(int width, int height) {
  const Picture picture = as(plain(width, height, {0, 255, 255, 0}), VIPS_INTERPRETATION_CMYK);
  return saved(picture.get(), ".jpg");
}

std::string png_grey_16_bits(int width, int height) {
  const Picture picture =
      as(plain(width, height, {32768}, VIPS_FORMAT_USHORT), VIPS_INTERPRETATION_GREY16);
  return saved(picture.get(), ".png");
}

std::string png_transparent(int width, int height, bool bits_16) {
  const double full = bits_16 ? 65535 : 255;
  const VipsBandFormat depth = bits_16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR;
  Picture picture = joined(plain(width / 2, height, {0, 0, 0, 0}, depth),
                           plain(width - width / 2, height, {full, 0, 0, full}, depth),
                           VIPS_DIRECTION_HORIZONTAL);
  picture = as(std::move(picture), bits_16 ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB);
  return saved(picture.get(), ".png");
}

std::string jpeg_turned(int width, int height, int orientation) {
  const Picture picture =
      as(joined(plain(width, height / 2, {255, 0, 0}),
                plain(width, height - height / 2, {0, 0, 255}), VIPS_DIRECTION_VERTICAL),
         VIPS_INTERPRETATION_sRGB);
  vips_image_set_int(picture.get(), VIPS_META_ORIENTATION, orientation);
  vips_image_set_string(picture.get(), "exif-ifd0-Model",
                        "sample (sample, ASCII, 7 components, 7 bytes)");
  return saved(picture.get(), ".jpg[Q=95]");
}

std::string jpeg_noise(int width, int height) {
  image::start_vips();
  const Picture noise = made("noise", [&](VipsImage** out) {
    return vips_gaussnoise(out, width, height, "mean", 128.0, "sigma", 60.0, "seed", 7, nullptr);
  });
  const Picture picture =
      made("bytes", [&](VipsImage** out) { return vips_cast_uchar(noise.get(), out, nullptr); });
  return saved(picture.get(), ".jpg[Q=90]");
}

std::string png_bomb() {
  const Picture picture = as(plain(30'000, 30'000, {0}), VIPS_INTERPRETATION_B_W);
  return saved(picture.get(), ".png[compression=1,bitdepth=1]");
}

std::string jpeg_bomb() {
  std::string bytes = jpeg(200, 200);
  const size_t frame = bytes.find("\xFF\xC0");
  if (frame == std::string::npos) throw std::logic_error("no frame header");
  for (const size_t at : {frame + 5, frame + 7}) {
    bytes[at] = static_cast<char>(30'000 >> 8);
    bytes[at + 1] = static_cast<char>(30'000 & 0xff);
  }
  return bytes;
}

std::string jpeg_of_many_scans(int width, int height) {
  const Picture picture = as(plain(width, height, {90, 120, 150}), VIPS_INTERPRETATION_sRGB);
  const std::string bytes = saved(picture.get(), ".jpg[interlace,strip]");
  const size_t scan = bytes.rfind("\xFF\xDA"), end = bytes.rfind("\xFF\xD9");
  std::string out = bytes.substr(0, end);
  for (int i = 0; i < 1000; ++i) out += bytes.substr(scan, end - scan);
  return out + bytes.substr(end);
}

std::string other_format(std::string_view suffix) {
  if (suffix == ".svg")
    return R"(<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><text>样例</text></svg>)";
  const Picture picture = as(plain(200, 200, {9, 9, 9}), VIPS_INTERPRETATION_sRGB);
  return saved(picture.get(), std::string(suffix));
}

Rgb pixel(std::string_view picture, int x, int y) {
  const Picture image = loaded(picture);
  double* values = nullptr;
  int count = 0;
  must(vips_getpoint(image.get(), &values, &count, x, y, nullptr), "getpoint");
  const Rgb out{static_cast<int>(values[0]), static_cast<int>(values[count >= 3 ? 1 : 0]),
                static_cast<int>(values[count >= 3 ? 2 : 0])};
  g_free(values);
  return out;
}

bool has_metadata(std::string_view picture) {
  const Picture image = loaded(picture);
  for (const char* name : {VIPS_META_EXIF_NAME, VIPS_META_XMP_NAME, VIPS_META_IPTC_NAME,
                           VIPS_META_ICC_NAME, "jpeg-comment", "png-comment-0-Comment"})
    if (vips_image_get_typeof(image.get(), name) != 0) return true;
  return false;
}

}  // namespace beian::testing
