// The built web pages (web/dist), part of the binary: files, and the page for every other path.
#pragma once

#include <span>
#include <string_view>

#include "platform/http/router.hpp"

namespace beian::app {

// One of the sites that are built there.
struct WebPages {
  std::string_view index;                  // "/index.html"
  std::span<const std::string_view> data;  // paths that begin so are no pages: "/api/"
  // What a binary that was built without them says.
  http::Response (*unbuilt)(const http::Request&);
};

// A file, compressed as the client takes it (ETag; names with a hash are kept for a year), or the
// index for a page's path. not_found for all else.
http::Response web_file(const http::Request& request, const WebPages& pages);

}  // namespace beian::app
