// The pages that people see: SMS verification, pretended phones, the officer's desk, public query.
#pragma once

#include <vector>

#include "platform/http/router.hpp"
#include "sandbox/context.hpp"

namespace beian::sandbox {

std::vector<http::Route> public_pages(const Context& context);    // /sms, /query
std::vector<http::Route> officer_pages(const Context& context);   // /decide, /phones
std::vector<http::Route> desk_pages(const Context& context);      // /desk, /files, /settings
std::vector<http::Route> handed_pages(const Context& context);    // /tasks, /handed, /addresses
std::vector<http::Route> provider_pages(const Context& context);  // /providers
// What /query and /sms show, as JSON for a page with a script.
std::vector<http::Route> public_routes(const Context& context);
// /manage/…: accounts; files and records; the library; what can be switched; what is handed down;
// scenarios and units.
std::vector<http::Route> account_routes(const Context& context);
std::vector<http::Route> upload_routes(const Context& context);
std::vector<http::Route> record_routes(const Context& context);
std::vector<http::Route> library_routes(const Context& context);
std::vector<http::Route> switch_routes(const Context& context);
std::vector<http::Route> hand_out_routes(const Context& context);
std::vector<http::Route> play_routes(const Context& context);
std::vector<http::Route> registration_routes(const Context& context);  // also /rdap

}  // namespace beian::sandbox
