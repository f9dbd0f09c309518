// /manage: what can be switched while it runs, and how it stands; messages of the pretended phones.
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/embedded.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/manage_parts.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/settings.hpp"

namespace beian::sandbox {
namespace {

using http::Request;
using http::Response;

constexpr std::string_view kScenarioFolder = "data/sandbox/";

Result<Json> post_fault(const Context& context, const Json& body) {
  auto problems = unknown_fields(body, {"operation", "kind", "code", "delay_ms", "times"});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  const auto id = context.database->write_result([&](db::Tx& tx) { return add_fault(tx, body); });
  if (!id) return fail(id);
  return Json::object({{"id", *id}});
}

Json faults(db::Tx& tx, int64_t) {
  Json list = Json::array();
  for (const auto& row : tx.query("SELECT id, operation, kind, code, delay_ms, remaining"
                                  " FROM faults WHERE remaining > 0 ORDER BY id"))
    list.push(Json::object({{"id", row.i64("id")},
                            {"operation", row.text("operation")},
                            {"kind", row.text("kind")},
                            {"code", row.i64("code")},
                            {"delay_ms", row.i64("delay_ms")},
                            {"remaining", row.i64("remaining")}}));
  return list;
}

Result<Json> put_settings(const Context& context, const Json& body) {
  if (auto problems = setting_problems(body); !problems.empty())
    return std::unexpected(std::move(problems));
  Settings settings;
  context.database->write([&](db::Tx& tx) { settings = change_settings(tx, context, body); });
  return json_of(settings);
}

// Those that are part of the program, each as POST /manage/scenario takes it.
Json our_scenarios(db::Tx&, int64_t) {
  Json list = Json::array();
  for (const auto& file : embedded::files())
    if (file.name.starts_with(kScenarioFolder)) list.push(parse_json(file.bytes).value());
  return list;
}

Json phones(db::Tx& tx, int64_t) {
  Json list = Json::array();
  for (const auto& row : tx.query("SELECT mobile, COUNT(*) AS n, MAX(sent_at) AS newest FROM"
                                  " messages GROUP BY mobile ORDER BY newest DESC, mobile"
                                  " LIMIT 1000"))
    list.push(Json::object({{"mobile", row.text("mobile")},
                            {"messages", row.i64("n")},
                            {"newest", to_rfc3339(from_ms(row.i64("newest")))}}));
  return list;
}

Response get_messages(const Context& context, const Request& request) {
  std::vector<Message> messages;
  context.database->read([&](db::Tx& tx) { messages = messages_of(tx, request.param("mobile")); });
  Json list = Json::array();
  for (const auto& m : messages)
    list.push(Json::object({{"time", to_rfc3339(from_ms(m.sent_at))},
                            {"text", m.text},
                            {"code", m.code.empty() ? Json(nullptr) : Json(m.code)}}));
  return Response::json(list);
}

Json blacklist(db::Tx& tx, int64_t) {
  Json list = Json::array();
  for (const auto& row :
       tx.query("SELECT kind, value, model FROM blacklist ORDER BY kind, value LIMIT 10000"))
    list.push(Json::object({{"kind", row.text("kind")},
                            {"value", row.text("value")},
                            {"listed", parse_json(row.text("model")).value()}}));
  return list;
}

}  // namespace

std::vector<http::Route> switch_routes(const Context& context) {
  return {
      {"POST", "/manage/faults", http::kPublic, "Play a fault in the next calls",
       with_body(context, post_fault)},
      {"GET", "/manage/faults", http::kPublic, "Faults still to be played",
       reading(context, faults)},
      {"DELETE", "/manage/faults", http::kPublic, "No more faults",
       guarded(context,
               [&context](const Request&) {
                 context.database->write(clear_faults);
                 return Response::no_content();
               })},
      {"PUT", "/manage/settings", http::kPublic, "Change settings at run time",
       with_body(context, put_settings, 200)},
      {"GET", "/manage/settings", http::kPublic, "Settings as they stand",
       reading(context,
               [&context](db::Tx& tx, int64_t) {
                 return json_of(load_settings(tx, context.options));
               })},
      {"GET", "/manage/scenarios", http::kPublic, "The scenarios that are part of the program",
       reading(context, our_scenarios)},
      {"GET", "/manage/phones", http::kPublic, "Pretended phones that got messages",
       reading(context, phones)},
      {"GET", "/manage/phones/{mobile}/messages", http::kPublic, "Messages of a pretended phone",
       guarded(context, [&context](const Request& r) { return get_messages(context, r); })},
      {"GET", "/manage/blacklist", http::kPublic, "What stands on the blacklists",
       reading(context, blacklist)},
  };
}

}  // namespace beian::sandbox
