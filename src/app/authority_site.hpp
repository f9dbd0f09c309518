// The sandbox authority's own site, built with the portal (web/authority.html). A binary that was
// built without it leads to the pages without script instead.
#pragma once

#include <vector>

#include "platform/http/router.hpp"

namespace beian::app {

// "/" and the regions.
std::vector<http::Route> authority_site_routes();

// For paths that no route has: web_files.hpp.
http::Response authority_site_file(const http::Request& request);

}  // namespace beian::app
