// The management interface for tests and demonstrations: JSON under /manage.
#include <string>

#include "base/text.hpp"
#include "china/ip.hpp"
#include "sandbox/decide.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/library.hpp"
#include "sandbox/manage_parts.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/provider_account.hpp"
#include "sandbox/settings.hpp"
#include "sandbox/sms.hpp"

namespace beian::sandbox {
namespace {

using http::Request;
using http::Response;

Response post_provider(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const auto account = read_provider_account(*body);
  if (!account) return http::problem_response(request, account.error());
  if (const auto saved = store_provider(context, *account); !saved)
    return http::problem_response(request, saved.error());
  return Response::json(Json::object({{"provider_id", account->provider_id}}), 201);
}

Json json_of(const Record& r) {
  Json json = Json::object({{"id", r.id},
                            {"provider_id", r.provider_id},
                            {"operation", r.operation},
                            {"mark", r.mark},
                            {"provider_entity_id", r.provider_entity_id},
                            {"state", name_of(r.state)},
                            {"name", r.name},
                            {"outcomes", r.outcomes},
                            {"opinion", r.opinion},
                            {"received_at", to_rfc3339(from_ms(r.received_at))},
                            {"changed_at", to_rfc3339(from_ms(r.changed_at))}});
  Json domains = Json::array();
  for (const auto& service : r.model["services"].items())
    for (const auto& domain : service["domains"].items()) domains.push(domain["name"]);
  json.set("domains", std::move(domains));
  return json;
}

Response get_records(const Context& context, const Request& request) {
  const std::string_view wanted = request.query_value("state");
  const auto state = record_state(wanted);
  if (!wanted.empty() && !state)
    return http::problem_response(
        request, Problems{{ProblemCode::code_unknown, "/state", {{"code", std::string(wanted)}}}});
  std::vector<Record> records;
  context.database->read([&](db::Tx& tx) { records = records_in(tx, state, 100'000); });
  Json list = Json::array();
  for (const auto& record : records) list.push(json_of(record));
  return Response::json(list);
}

Response post_decision(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  if (auto problems = unknown_fields(*body, {"approve", "opinion", "codes"}); !problems.empty())
    return http::problem_response(request, problems);
  int64_t id = 0;
  if (!text::parse_i64(request.param("id"), id))
    return http::problem_response(request, Problems{{ProblemCode::not_found, {}, {}}});
  const Json* approve = body->find("approve");
  if (approve == nullptr || !approve->is_bool())
    return http::problem_response(request, Problems{{ProblemCode::required, "/approve", {}}});
  std::vector<int> codes;
  for (const auto& code : (*body)["codes"].items())
    codes.push_back(static_cast<int>(code.as_int()));
  return http::respond(
      request, decide(context, id, approve->as_bool(), (*body)["opinion"].as_string(), codes));
}

Response post_fault(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  auto problems = unknown_fields(*body, {"operation", "kind", "code", "delay_ms", "times"});
  if (!problems.empty()) return http::problem_response(request, problems);
  const auto id = context.database->write_result([&](db::Tx& tx) { return add_fault(tx, *body); });
  if (!id) return http::problem_response(request, id.error());
  return Response::json(Json::object({{"id", *id}}), 201);
}

Response put_settings(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  if (const auto problems = setting_problems(*body); !problems.empty())
    return http::problem_response(request, problems);
  Settings settings;
  context.database->write([&](db::Tx& tx) { settings = change_settings(tx, context, *body); });
  context.nudge();
  return Response::json(json_of(settings));
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

Response post_sms(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  auto problems = unknown_fields(*body, {"mobile", "last_six", "code"});
  if (!problems.empty()) return http::problem_response(request, problems);
  const auto verified = verify_person(context, (*body)["mobile"].as_string(),
                                      (*body)["last_six"].as_string(), (*body)["code"].as_string());
  if (!verified) return http::problem_response(request, verified.error());
  return Response::json(Json::object({{"result", "done"}}));
}

Response get_uploads(const Context& context, const Request& request) {
  int64_t provider = 0;
  const std::string_view wanted = request.query_value("provider_id");
  if (!wanted.empty() && !text::parse_i64(wanted, provider))
    return http::problem_response(request, Problems{{ProblemCode::bad_format, "/provider_id", {}}});
  std::vector<Upload> uploads;
  context.database->read([&](db::Tx& tx) { uploads = uploads_of(tx, provider); });
  Json list = Json::array();
  for (const auto& u : uploads)
    list.push(Json::object({{"id", u.id},
                            {"provider_id", u.provider_id},
                            {"sequence", u.sequence},
                            {"accepted_at", to_rfc3339(from_ms(u.accepted_at))},
                            {"judged", u.judged},
                            {"records", u.records},
                            {"fault", u.fault}}));
  return Response::json(list);
}

Json accesses_json(db::Tx& tx, int64_t service_id) {
  const auto text = [](int64_t number) {
    const auto address = china::ip_from_number(number);
    return address ? address->text() : std::to_string(number);
  };
  Json list = Json::array();
  for (const auto& access : accesses_of(tx, service_id)) {
    Json addresses = Json::array();
    for (const auto& range : access.addresses)
      addresses.push(Json::object({{"from", text(range.from)}, {"to", text(range.to)}}));
    list.push(Json::object({{"id", access.id},
                            {"provider_id", access.provider_id},
                            {"provider_access_id", access.provider_access_id},
                            {"addresses", std::move(addresses)}}));
  }
  return list;
}

Json services_json(db::Tx& tx, int64_t entity_id) {
  Json list = Json::array();
  for (const auto& service : services_of(tx, entity_id)) {
    Json domains = Json::array();
    for (const auto& domain : domains_of(tx, service.id)) domains.push(domain.name);
    Json app = service.model["app"];
    app.erase("icon");
    list.push(Json::object({{"id", service.id},
                            {"provider_service_id", service.provider_service_id},
                            {"number", service.number},
                            {"name", service.name},
                            {"kind", service.kind},
                            {"app", std::move(app)},
                            {"domains", std::move(domains)},
                            {"accesses", accesses_json(tx, service.id)}}));
  }
  return list;
}

// Entities without services (shells) too.
Response get_filed(const Context& context, const Request&) {
  Json list = Json::array();
  context.database->read([&](db::Tx& tx) {
    list = Json::array();
    for (const auto& entity : all_entities(tx))
      list.push(Json::object({{"id", entity.id},
                              {"provider_id", entity.provider_id},
                              {"provider_entity_id", entity.provider_entity_id},
                              {"entity_name", entity.name},
                              {"entity_number", entity.number},
                              {"first_filed", to_rfc3339(from_ms(entity.first_filed))},
                              {"services", services_json(tx, entity.id)}}));
  });
  return Response::json(list);
}

}  // namespace

std::vector<http::Route> manage_routes(const Context& context) {
  const auto manage = [&context](auto handler) {
    return guarded(context, [&context, handler](const Request& r) { return handler(context, r); });
  };
  const auto clear = [](void (*work)(db::Tx&)) {
    return [work](const Context& c, const Request&) {
      c.database->write(work);
      return Response::no_content();
    };
  };
  return {
      {"POST", "/manage/providers", http::kPublic, "Create or replace a provider's account",
       manage(post_provider)},
      {"GET", "/manage/records", http::kPublic, "Reported records, by state", manage(get_records)},
      {"POST", "/manage/records/{id}/decision", http::kPublic, "Decide on a record",
       manage(post_decision)},
      {"POST", "/manage/faults", http::kPublic, "Play a fault in the next calls",
       manage(post_fault)},
      {"DELETE", "/manage/faults", http::kPublic, "No more faults", manage(clear(clear_faults))},
      {"PUT", "/manage/settings", http::kPublic, "Change settings at run time",
       manage(put_settings)},
      {"GET", "/manage/phones/{mobile}/messages", http::kPublic, "Messages of a pretended phone",
       manage(get_messages)},
      {"POST", "/manage/sms", http::kPublic, "A person's SMS verification", manage(post_sms)},
      {"GET", "/manage/uploads", http::kPublic, "Accepted files, by provider", manage(get_uploads)},
      {"GET", "/manage/filed", http::kPublic, "All filed records", manage(get_filed)},
  };
}

}  // namespace beian::sandbox
