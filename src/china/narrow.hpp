// How people type numbers: with blanks, hyphens of several kinds and full-width characters.
#pragma once

#include <string>
#include <string_view>

namespace beian::china {

// Full-width ASCII (ＩＣＰ, １２, －) and the ideographic space become ASCII; other hyphens and
// dashes (‐ ‑ ‒ – — −) become '-'. Input is UTF-8.
std::string narrow(std::string_view utf8);

// narrow() without any blank, tab or line end.
std::string squeeze(std::string_view utf8);

}  // namespace beian::china
