// Tells the HTTP layer, which knows no database, which exceptions mean 503.
#pragma once

#include <exception>
#include <optional>

#include "platform/http/http.hpp"

namespace beian::app {

std::optional<http::Unavailable> map_unavailable(std::exception_ptr thrown);

}  // namespace beian::app
