#include "app/settings_routes.hpp"

#include "accounts/accounts.hpp"
#include "accounts/body.hpp"
#include "app/kept_settings.hpp"

namespace beian::app {
namespace {

using http::Request;
using http::Response;

struct Settings {
  std::vector<config::InForce> in_force;
  bool read_at_start;
  std::shared_ptr<db::Database> database;
  const Clock& clock;
};

SettingChange change(const Settings& settings, const Request& request) {
  return {settings.clock.now(), request.caller, request.remote, http::language_of(request)};
}

Response get_all(const Settings& settings, const Request& request) {
  const auto kept = settings.database->read_value([](db::Tx& tx) { return kept_settings(tx); });
  const bool chinese = http::language_of(request) == Language::zh;
  Json out = Json::array();
  for (const auto& s : settings.in_force) {
    const auto own = kept.find(std::string(s.key));
    out.push(Json::object({{"key", s.key},
                           {"value", s.value},
                           {"from", s.from},
                           {"default", s.otherwise},
                           {"limits", s.limits},
                           {"environment", s.environment},
                           {"about", chinese ? s.zh : s.en},
                           {"may_be_kept", s.may_be_kept},
                           {"kept", own == kept.end() ? Json() : Json(own->second)}}));
  }
  return Response::json(Json::object(
      {{"settings", std::move(out)}, {"kept_are_read_at_start", settings.read_at_start}}));
}

Response put_one(const Settings& settings, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  accounts::Body in(*body);
  const std::string value = in.text("value");
  if (const auto sound = in.finish(); !sound) return http::problem_response(request, sound.error());
  const std::string key = request.param("key");
  const auto kept = keep_setting(*settings.database, change(settings, request), key, value);
  if (!kept) return http::problem_response(request, kept.error());
  return Response::json(Json::object({{"key", key}, {"kept", *kept}}));
}

Response delete_one(const Settings& settings, const Request& request) {
  const auto gone =
      forget_setting(*settings.database, change(settings, request), request.param("key"));
  return gone ? Response::no_content() : http::problem_response(request, gone.error());
}

}  // namespace

std::vector<http::Route> settings_routes(const std::vector<config::InForce>& settings,
                                         bool read_at_start,
                                         const std::shared_ptr<db::Database>& database,
                                         const Clock& clock) {
  using accounts::kAdmin;
  const auto all =
      std::make_shared<const Settings>(Settings{settings, read_at_start, database, clock});
  const auto on = [&](Response (*handle)(const Settings&, const Request&)) {
    return [all, handle](const Request& request) {
      Response response = handle(*all, request);
      response.headers.emplace_back("Cache-Control", "no-store");
      return response;
    };
  };
  return {
      {"GET", "/api/v1/admin/settings", kAdmin,
       "The settings that the process runs with, and where each comes from", on(get_all)},
      {"PUT", "/api/v1/admin/settings/{key}", kAdmin, "Keep a setting for the next start",
       on(put_one)},
      {"DELETE", "/api/v1/admin/settings/{key}", kAdmin, "Keep it no longer", on(delete_one)},
  };
}

}  // namespace beian::app
