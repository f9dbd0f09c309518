// The portal's built files (web/dist), part of the binary, and the page for every path that is none
// of the API's. A binary that was built without them tells so at "/".
#pragma once

#include <vector>

#include "platform/http/router.hpp"

namespace beian::app {

// "/" and what the portal asks besides the capabilities' routes: regions.
std::vector<http::Route> portal_routes();

// For paths that no route has: a file, compressed as the client takes it (ETag; names with a hash
// are kept for a year), or index.html for a page's path. not_found for all else.
http::Response portal_file(const http::Request& request);

}  // namespace beian::app
