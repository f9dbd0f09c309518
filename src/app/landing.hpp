// The page at "/": what runs here and where to go on, for somebody who opens the address in a
// browser.
#pragma once

#include <vector>

#include "platform/http/router.hpp"

namespace beian::app {

std::vector<http::Route> landing_routes();

}  // namespace beian::app
