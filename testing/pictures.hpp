// Sample pictures, good and odd (TEST_USES testing_pictures). All are marked 样例.
#pragma once

#include <string>
#include <string_view>

#include "platform/image/image.hpp"

namespace beian::testing {

inline std::string jpeg(int width = 1000, int height = 700, std::string_view text = "测试图片") {
  return image::draw_sample(image::Format::jpeg, width, height, text);
}
inline std::string png(int width = 1000, int height = 700, std::string_view text = "测试图片") {
  return image::draw_sample(image::Format::png, width, height, text);
}

// Of one colour, four inks.
std::string jpeg_cmyk(int width, int height);
std::string png_grey_16_bits(int width, int height);
// Left half fully transparent black, right half opaque red.
std::string png_transparent(int width, int height, bool bits_16 = false);
// Upper half red, lower half blue, with an EXIF orientation (1 to 8) and a camera's name in EXIF.
std::string jpeg_turned(int width, int height, int orientation);
// Noise: what compresses worst.
std::string jpeg_noise(int width, int height);
// 30,000 x 30,000 pixels in a small, valid PNG.
std::string png_bomb();
// A JPEG whose header says 30,000 x 30,000.
std::string jpeg_bomb();
// A small progressive JPEG whose last scan stands there a thousand times: each would take a pass
// over all pixels.
std::string jpeg_of_many_scans(int width, int height);
// A small GIF, TIFF or SVG: formats that must not be reachable.
std::string other_format(std::string_view suffix);

// One pixel as its red, green and blue.
struct Rgb {
  int red, green, blue;
};
Rgb pixel(std::string_view picture, int x, int y);
// Whether the picture carries any metadata (EXIF, XMP, profile, comment).
bool has_metadata(std::string_view picture);

}  // namespace beian::testing
