// /manage: the files that came in, and what was made of each of their records.
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/manage_parts.hpp"
#include "sandbox/notices.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/upload_file.hpp"
#include "wire/returns.hpp"

namespace beian::sandbox {
namespace {

using http::Request;
using http::Response;

Json json_of(const Upload& u) {
  return Json::object({{"id", u.id},
                       {"provider_id", u.provider_id},
                       {"sequence", u.sequence},
                       {"accepted_at", to_rfc3339(from_ms(u.accepted_at))},
                       {"judged", u.judged},
                       {"records", u.records},
                       {"fault", u.fault}});
}

Json uploads(db::Tx& tx, int64_t provider) {
  Json list = Json::array();
  for (const auto& upload : uploads_of(tx, provider)) list.push(json_of(upload));
  return list;
}

std::optional<Upload> asked_upload(const Context& context, const Request& request) {
  int64_t id = 0;
  if (!text::parse_i64(request.param("id"), id)) return std::nullopt;
  std::optional<Upload> upload;
  context.database->read([&](db::Tx& tx) { upload = find_upload(tx, id); });
  return upload;
}

Response not_found(const Request& request) {
  return http::problem_response(request, Problems{{ProblemCode::not_found, {}, {}}});
}

// Every outcome with its code's text, where it brings none of its own.
Json explained(const Json& outcomes) {
  Json list = Json::array();
  for (const auto& outcome : outcomes.items()) {
    const int code = static_cast<int>(outcome["code"].as_int());
    const std::string& text = outcome["text"].as_string();
    list.push(Json::object(
        {{"code", code}, {"text", text.empty() ? std::string(wire::code_text(code)) : text}}));
  }
  return list;
}

Json records_of(db::Tx& tx, int64_t upload_id) {
  Json list = Json::array();
  for (const auto& row : tx.query("SELECT id, position, operation, mark, name, state, outcomes,"
                                  " opinion FROM records WHERE upload_id = :upload"
                                  " ORDER BY position",
                                  {{"upload", upload_id}}))
    list.push(Json::object({{"id", row.i64("id")},
                            {"position", row.i64("position")},
                            {"operation", row.text("operation")},
                            {"mark", row.text("mark")},
                            {"name", row.text("name")},
                            {"state", row.text("state")},
                            {"outcomes", explained(parse_json(row.text("outcomes")).value())},
                            {"opinion", row.text("opinion")}}));
  return list;
}

// The results of a document: {"outcomes"} themselves, or such in lists.
void collect(const Json& body, std::string_view kind, Json& results) {
  if (body.is_array()) {
    for (const auto& item : body.items()) collect(item, kind, results);
  } else if (body.find("outcomes") != nullptr) {
    Json result = Json::object({{"kind", kind}, {"outcomes", explained(body["outcomes"])}});
    for (const auto* name : {"operation", "mark", "id", "provider_record_id", "remark"})
      if (const Json* value = body.find(name)) result.set(name, *value);
    results.push(std::move(result));
  } else {
    for (const auto& [name, value] : body.members())
      if (value.is_array()) collect(value, name, results);
  }
}

// IP and domain filings, and records of a file that was refused as a whole, leave no row of their
// own: what was answered in the moment of judging tells of them.
Json answered_at_once(db::Tx& tx, int64_t upload_id) {
  Json results = Json::array();
  for (const auto& row :
       tx.query("SELECT n.kind, n.body FROM notices n JOIN uploads u ON u.id = :upload"
                " WHERE n.provider_id = u.provider_id AND n.created_at = u.judged_at"
                " AND COALESCE(n.record_id, 0) = 0 AND n.kind IN ('results', 'ip_results', "
                "'domain_results')"
                " ORDER BY n.id LIMIT 1000",
                {{"upload", upload_id}}))
    collect(parse_json(row.text("body")).value(), row.text("kind"), results);
  return results;
}

Response get_upload(const Context& context, const Request& request) {
  const auto upload = asked_upload(context, request);
  if (!upload) return not_found(request);
  Json json = json_of(*upload);
  context.database->read([&](db::Tx& tx) {
    json.set("record_list", records_of(tx, upload->id));
    json.set("answers", answered_at_once(tx, upload->id));
  });
  return Response::json(json);
}

// GBK bytes, for saving and for a page that decodes them; no browser shows them by itself.
Response get_xml(const Context& context, const Request& request) {
  const auto upload = asked_upload(context, request);
  if (!upload) return not_found(request);
  Response response;
  response.headers.emplace_back("Content-Type", "application/octet-stream");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.body = upload_xml(context, *upload);
  return response;
}

}  // namespace

std::vector<http::Route> upload_routes(const Context& context) {
  const auto manage = [&context](auto handler) {
    return guarded(context, [&context, handler](const Request& r) { return handler(context, r); });
  };
  return {
      {"GET", "/manage/uploads", http::kPublic, "Accepted files, by provider",
       reading(context, uploads)},
      {"GET", "/manage/uploads/{id}", http::kPublic, "An accepted file with its records' codes",
       manage(get_upload)},
      {"GET", "/manage/uploads/{id}/xml", http::kPublic, "The XML of an accepted file",
       manage(get_xml)},
  };
}

}  // namespace beian::sandbox
