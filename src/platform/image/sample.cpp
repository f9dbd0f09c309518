#include <algorithm>

#include "base/sanitized.hpp"
#include "base/text.hpp"
#include "platform/image/image.hpp"
#include "platform/image/vips.hpp"

#if BEIAN_SANITIZED
// fontconfig keeps what it read about fonts until the process ends.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig";
}
#endif

namespace beian::image {

namespace {

// At a size given in pixels: fitting a box ("height" of vips_text) now and then divides by zero in
// libvips 8.14 when no glyph has been measured yet.
Picture lettering(std::string_view text, const std::string& font, int pixels, int width) {
  const std::string markup = text::escape_markup(text);
  const std::string sized = font + " " + std::to_string(pixels);
  return made("text", [&](VipsImage** out) {
    return vips_text(out, markup.c_str(), "font", sized.c_str(), "width", width, "dpi", 72, "align",
                     VIPS_ALIGN_CENTRE, nullptr);
  });
}

// One colour of three bands wherever the mask is set, blended at its edges.
Picture painted(Picture ground, Picture mask, int top, double red, double green, double blue) {
  const int width = vips_image_get_width(ground.get());
  const int height = vips_image_get_height(ground.get());
  const int left = (width - vips_image_get_width(mask.get())) / 2;
  const Picture placed = made("placing", [&](VipsImage** out) {
    return vips_embed(mask.get(), out, left, top, width, height, nullptr);
  });
  const double colour[] = {red, green, blue};
  const Picture flat = made("colour", [&](VipsImage** out) {
    *out = vips_image_new_from_image(ground.get(), colour, 3);
    return *out ? 0 : -1;
  });
  return made("painting", [&](VipsImage** out) {
    return vips_ifthenelse(placed.get(), flat.get(), ground.get(), out, "blend", TRUE, nullptr);
  });
}

// A paper that is not quite even, as a photo of one is: bright at the left, and with a grain.
Picture paper(int width, int height) {
  const Picture grain = made("grain", [&](VipsImage** out) {
    return vips_gaussnoise(out, width, height, "mean", 0.0, "sigma", 2.0, "seed", 20261123,
                           nullptr);
  });
  const Picture grid =
      made("shade", [&](VipsImage** out) { return vips_xyz(out, width, height, nullptr); });
  const Picture across = made(
      "shade", [&](VipsImage** out) { return vips_extract_band(grid.get(), out, 0, nullptr); });
  const double slope[] = {-20.0 / width, -22.0 / width, -30.0 / width};
  const double start[] = {250, 248, 240};
  const Picture shade = made("shade", [&](VipsImage** out) {
    return vips_linear(across.get(), out, slope, start, 3, nullptr);
  });
  const Picture sum = made(
      "shade", [&](VipsImage** out) { return vips_add(shade.get(), grain.get(), out, nullptr); });
  const Picture bytes =
      made("shade", [&](VipsImage** out) { return vips_cast_uchar(sum.get(), out, nullptr); });
  return made("shade", [&](VipsImage** out) {
    return vips_copy(bytes.get(), out, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr);
  });
}

}  // namespace

std::string draw_sample(Format format, int width, int height, std::string_view text) {
  start_vips();
  Picture picture = paper(width, height);
  picture = painted(std::move(picture),
                    lettering("样例", "Noto Sans CJK SC Bold", height / 4, width * 4 / 5),
                    height / 12, 220, 60, 60);
  if (!text.empty())
    picture =
        painted(std::move(picture), lettering(text, "Noto Sans CJK SC", height / 16, width * 4 / 5),
                height / 2, 30, 30, 40);
  void* data = nullptr;
  size_t size = 0;
  must(format == Format::jpeg
           ? vips_jpegsave_buffer(picture.get(), &data, &size, "Q", 85, "strip", TRUE, nullptr)
           : vips_pngsave_buffer(picture.get(), &data, &size, nullptr),
       "encoding");
  std::string out(static_cast<const char*>(data), size);
  g_free(data);
  return out;
}

}  // namespace beian::image
