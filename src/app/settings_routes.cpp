#include "app/settings_routes.hpp"

#include "accounts/accounts.hpp"

namespace beian::app {
namespace {

Json settings_json(const std::vector<config::InForce>& settings, Language language) {
  Json out = Json::array();
  for (const auto& s : settings)
    out.push(Json::object({{"key", s.key},
                           {"value", s.value},
                           {"from", s.from},
                           {"default", s.otherwise},
                           {"limits", s.limits},
                           {"environment", s.environment},
                           {"about", language == Language::zh ? s.zh : s.en}}));
  return Json::object({{"settings", std::move(out)}});
}

}  // namespace

std::vector<http::Route> settings_routes(const std::vector<config::InForce>& settings) {
  return {{"GET", "/api/v1/admin/settings", accounts::kAdmin,
           "The settings that the process runs with, and where each comes from",
           [settings](const http::Request& request) {
             auto response =
                 http::Response::json(settings_json(settings, http::language_of(request)));
             response.headers.emplace_back("Cache-Control", "no-store");
             return response;
           }}};
}

}  // namespace beian::app
