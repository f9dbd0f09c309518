// The portal's built files (web/dist), part of the binary, and the page for every path that is none
// of the API's. A binary that was built without them tells so at "/".
#pragma once

#include <vector>

#include "platform/http/router.hpp"

namespace beian::app {

// "/" and what the portal asks besides the capabilities' routes: regions.
std::vector<http::Route> portal_routes();
std::vector<http::Route> region_routes();

// For paths that no route has: web_files.hpp.
http::Response portal_file(const http::Request& request);

}  // namespace beian::app
