// Inside platform/image: the segments of a JPEG (ITU-T T.81, annex B).
#pragma once

#include <string_view>

namespace beian::image {

// The part of `bytes` from the start to the end-of-image marker when it is an ordinary 8-bit
// baseline or progressive JPEG without anything but the picture: no EXIF, profile, thumbnail or
// comment. What stands after the end is left out. Empty otherwise. Says nothing about the pixels.
std::string_view bare_jpeg(std::string_view bytes);

}  // namespace beian::image
