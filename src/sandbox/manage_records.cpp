// /manage: reported records, as a whole, and the decision about them.
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "china/codes.hpp"
#include "sandbox/decide.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/manage_parts.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/record_sheet.hpp"
#include "wire/returns.hpp"

namespace beian::sandbox {
namespace {

using http::Request;
using http::Response;

constexpr int64_t kMost = 100'000;
constexpr int kFirstCode = 1003, kLastCode = 5999;

Json json_of(const Record& r) {
  Json json = Json::object({{"id", r.id},
                            {"upload_id", r.upload_id},
                            {"provider_id", r.provider_id},
                            {"operation", r.operation},
                            {"mark", r.mark},
                            {"provider_entity_id", r.provider_entity_id},
                            {"province", r.province},
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
  context.database->read([&](db::Tx& tx) { records = records_in(tx, state, kMost); });
  Json list = Json::array();
  for (const auto& record : records) list.push(json_of(record));
  return Response::json(list);
}

Json json_of(const std::vector<ViewRow>& rows, bool compared) {
  Json list = Json::array();
  for (const auto& row : rows) {
    Json json = Json::object({{"part", row.part}, {"title", row.title}, {"now", row.now}});
    if (compared) {
      json.set("before", row.before);
      json.set("differs", row.differs);
    }
    list.push(std::move(json));
  }
  return list;
}

Json persons_of(db::Tx& tx, int64_t record_id) {
  Json list = Json::array();
  for (const auto& row : tx.query("SELECT role, mobile, state, wrong_inputs, deadline FROM"
                                  " verifications WHERE record_id = :record ORDER BY id",
                                  {{"record", record_id}}))
    list.push(Json::object({{"role", row.text("role")},
                            {"mobile", row.text("mobile")},
                            {"state", row.text("state")},
                            {"wrong_inputs", row.i64("wrong_inputs")},
                            {"deadline", to_rfc3339(from_ms(row.i64("deadline")))}}));
  return list;
}

Response not_found(const Request& request) {
  return http::problem_response(request, Problems{{ProblemCode::not_found, {}, {}}});
}

Response get_record(const Context& context, const Request& request) {
  const auto record = asked_record(context, request);
  if (!record) return not_found(request);
  Json json = json_of(*record);
  const RecordSheet sheet = sheet_of(context, *record);
  json.set("compared", sheet.compared);
  json.set("reported", json_of(sheet.reported, sheet.compared));
  json.set("filed", json_of(sheet.filed, false));
  Json pictures = Json::array();
  for (const int64_t purpose : attachment_purposes(context, *record))
    pictures.push(Json::object(
        {{"purpose", purpose}, {"title", china::code_text("attachment_purpose", purpose)}}));
  json.set("attachments", std::move(pictures));
  context.database->read([&](db::Tx& tx) { json.set("persons", persons_of(tx, record->id)); });
  return Response::json(json);
}

Response get_attachment(const Context& context, const Request& request) {
  auto picture = attachment_picture(context, request);
  return picture ? std::move(*picture) : not_found(request);
}

// Codes that may stand in the place of 1002.
Json refusal_codes(db::Tx&, int64_t) {
  Json list = Json::array();
  for (int code = kFirstCode; code <= kLastCode; ++code)
    if (is_refusal(code))
      list.push(Json::object({{"code", code}, {"text", wire::code_text(code)}}));
  return list;
}

Response post_decision(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  if (auto problems =
          unknown_fields(*body, {"approve", "opinion", "codes", "certificate_valid_until"});
      !problems.empty())
    return http::problem_response(request, problems);
  int64_t id = 0;
  if (!text::parse_i64(request.param("id"), id)) return not_found(request);
  const Json* approve = body->find("approve");
  if (approve == nullptr || !approve->is_bool())
    return http::problem_response(request, Problems{{ProblemCode::required, "/approve", {}}});
  std::vector<int> codes;
  for (const auto& code : (*body)["codes"].items())
    codes.push_back(static_cast<int>(code.as_int()));
  return http::respond(request,
                       decide(context, id,
                              {approve->as_bool(), (*body)["opinion"].as_string(), std::move(codes),
                               (*body)["certificate_valid_until"].as_string()}));
}

}  // namespace

std::vector<http::Route> record_routes(const Context& context) {
  const auto manage = [&context](auto handler) {
    return guarded(context, [&context, handler](const Request& r) { return handler(context, r); });
  };
  return {
      {"GET", "/manage/records", http::kPublic, "Reported records, by state", manage(get_records)},
      {"GET", "/manage/records/{id}", http::kPublic, "A record with every field",
       manage(get_record)},
      {"GET", "/manage/records/{id}/attachments/{index}", http::kPublic, "An attached picture",
       manage(get_attachment)},
      {"POST", "/manage/records/{id}/decision", http::kPublic, "Decide on a record",
       manage(post_decision)},
      {"GET", "/manage/refusal-codes", http::kPublic, "Codes that a refusal may carry",
       reading(context, refusal_codes)},
  };
}

}  // namespace beian::sandbox
