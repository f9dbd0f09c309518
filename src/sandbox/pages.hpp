// The pages that people see: SMS verification, pretended phones, the officer's desk, public query.
#pragma once

#include <vector>

#include "platform/http/router.hpp"
#include "sandbox/context.hpp"

namespace beian::sandbox {

std::vector<http::Route> public_pages(const Context& context);   // /, /sms, /query
std::vector<http::Route> officer_pages(const Context& context);  // /decide, /phones
std::vector<http::Route> manage_routes(const Context& context);  // /manage/…

}  // namespace beian::sandbox
