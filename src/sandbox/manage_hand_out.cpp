// /manage: what is handed down by hand, and what came back.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "china/domain.hpp"
#include "china/filing_number.hpp"
#include "china/ip.hpp"
#include "sandbox/blacklist.hpp"
#include "sandbox/check_addresses.hpp"
#include "sandbox/code_tables.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/hand_out.hpp"
#include "sandbox/library.hpp"
#include "sandbox/manage_parts.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/synchronise.hpp"
#include "sandbox/tasks.hpp"

namespace beian::sandbox {
namespace {

Json counted(int64_t notices) {
  return Json::object({{"notices", notices}});
}

// For the provider of the body, or for all of them; either all get it or none.
Result<Json> hand_to(const Context& context, NoticeKind kind, const Json& body,
                     const BodyFor& body_for) {
  const auto done = hand_out(context, row_of(kind), body["provider_id"].as_int(0), body_for);
  if (!done) return fail(done);
  return counted(*done);
}

// The same thing to whoever gets it.
BodyFor always(const Json& body) {
  return [&body](db::Tx&, int64_t) -> Result<Json> { return body; };
}

// The body of a route that must name its provider.
Problems addressed(const Json& body, std::initializer_list<std::string_view> known) {
  auto problems = unknown_fields(body, known);
  const Json* provider = body.find("provider_id");
  if (provider == nullptr)
    problems.push_back({ProblemCode::required, "/provider_id", {}});
  else if (!provider->is_int() || provider->as_int() < 1)
    problems.push_back({ProblemCode::wrong_type, "/provider_id", {{"expected", "正整数"}}});
  return problems;
}

Result<Json> post_notices(const Context& context, const Json& body) {
  auto problems = addressed(body, {"provider_id", "kind", "body"});
  const std::string& name = body["kind"].as_string();
  const KindRow* kind = kind_named(name);
  if (kind == nullptr) problems.push_back({ProblemCode::code_unknown, "/kind", {{"code", name}}});
  if (body["body"].is_null()) problems.push_back({ProblemCode::required, "/body", {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return hand_to(context, kind->kind, body, always(body["body"]));
}

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> texts;
  for (const auto& item : list.items()) texts.push_back(item.as_string());
  return texts;
}

Result<Json> post_synchronise(const Context& context, const Json& body) {
  if (auto problems = addressed(body, {"provider_id", "parts"}); !problems.empty())
    return std::unexpected(std::move(problems));
  return context.database->write_result([&](db::Tx& tx) -> Result<Json> {
    const auto done = start_synchronisation(tx, body["provider_id"].as_int(),
                                            texts_of(body["parts"]), to_ms(context.clock.now()));
    if (!done) return fail(done);
    return counted(*done);
  });
}

Result<Json> post_code_tables(const Context& context, const Json& body) {
  if (auto problems = unknown_fields(body, {"provider_id"}); !problems.empty())
    return std::unexpected(std::move(problems));
  return hand_to(context, NoticeKind::base_codes, body,
                 [](db::Tx& tx, int64_t) -> Result<Json> { return code_tables(tx); });
}

Result<Json> post_verification_tasks(const Context& context, const Json& body) {
  if (auto problems = addressed(body, {"provider_id", "entity_numbers"}); !problems.empty())
    return std::unexpected(std::move(problems));
  return hand_to(context, NoticeKind::verification_tasks, body, [&](db::Tx& tx, int64_t id) {
    return verification_tasks(tx, id, texts_of(body["entity_numbers"]));
  });
}

// Whom a rectification concerns: everybody with an access there.
struct Subject {
  int64_t kind = 0, id = 0;  // Tzlb, Jlid
  std::vector<int64_t> providers;
};
std::optional<Subject> subject_of(db::Tx& tx, const std::string& number) {
  if (const auto entity = entity_by_number(tx, number); entity && !entity->cancelled)
    return Subject{0, entity->id, providers_of_entity(tx, entity->id)};
  if (const auto service = service_by_number(tx, number); service && !service->cancelled)
    return Subject{1, service->id, providers_of_service(tx, service->id)};
  return std::nullopt;
}

Result<Json> post_rectify(const Context& context, const Json& body) {
  auto problems = unknown_fields(body, {"number", "text", "remark"});
  for (const auto* name : {"number", "text"})
    if (text::trim(body[name].as_string()).empty())
      problems.push_back({ProblemCode::required, "/" + std::string(name), {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return context.database->write_result([&](db::Tx& tx) -> Result<Json> {
    const auto number = china::parse_filing_number(body["number"].as_string());
    const auto subject = number ? subject_of(tx, number->text()) : std::nullopt;
    if (!subject) return fail(ProblemCode::not_found, "/number");
    Json item = Json::object({{"kind", subject->kind},
                              {"filing_number", number->text()},
                              {"record_id", subject->id},
                              {"text", body["text"]}});
    if (const Json* remark = body.find("remark")) item.set("remark", *remark);
    int64_t count = 0;
    for (const int64_t id : subject->providers) {
      const auto done =
          hand_out(tx, id, row_of(NoticeKind::rectifications), item, to_ms(context.clock.now()));
      if (!done) return fail(done);
      count += *done;
    }
    return counted(count);
  });
}

constexpr int64_t kSomeCarrier = 1;  // units

// A site as people write it, as WBAWZLB has it.
Result<Json> unfiled_site(const Json& site, int64_t provider_id, TimePoint now) {
  auto problems = unknown_fields(site, {"domain", "address", "carrier", "checks", "remark"});
  const auto domain = china::normalise_domain(site["domain"].as_string());
  if (!domain) append_under(problems, "/domain", domain.error());
  const auto address = china::parse_ip(site["address"].as_string());
  if (!address || !address->is_v4())
    problems.push_back({ProblemCode::bad_ip_address, "/address", {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  Json item = Json::object({{"domain", *domain},
                            {"address", static_cast<int64_t>(address->to_u32().value())},
                            {"checked", china_datetime(now)},
                            {"checks", site["checks"].as_int(1)},
                            {"first_checked", china_datetime(now)},
                            {"provider", provider_id},
                            {"carrier", site["carrier"].as_int(kSomeCarrier)}});
  if (const Json* remark = site.find("remark")) item.set("remark", *remark);
  return item;
}

Result<Json> post_unfiled_sites(const Context& context, const Json& body) {
  auto problems = addressed(body, {"provider_id", "sites"});
  if (body["sites"].size() == 0) problems.push_back({ProblemCode::required, "/sites", {}});
  Json sites = Json::array();
  size_t index = 0;
  for (const auto& site : body["sites"].items()) {
    auto item = unfiled_site(site, body["provider_id"].as_int(), context.clock.now());
    if (item)
      sites.push(std::move(*item));
    else
      append_under(problems, "/sites/" + std::to_string(index), item.error());
    ++index;
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  context.database->write([&](db::Tx& tx) {
    for (auto& site : sites.items()) site.set("id", db::next_number(tx, "unfiled_site"));
  });
  return hand_to(context, NoticeKind::unfiled_sites, body, always(sites));
}

// The findings stand beside the provider: they are the body of HCJG.
Result<Json> post_check_results(const Context& context, const Json& body) {
  if (auto problems = addressed(
          body, {"provider_id", "entities", "accesses", "shell_services", "dead_services"});
      !problems.empty())
    return std::unexpected(std::move(problems));
  Json findings = body;
  findings.erase("provider_id");
  return hand_to(context, NoticeKind::check_results, body, always(findings));
}

Result<Json> post_check_addresses(const Context& context, const Json& body) {
  if (auto problems = unknown_fields(body, {"provider_id"}); !problems.empty())
    return std::unexpected(std::move(problems));
  std::map<int64_t, Json> found;  // by provider: the work may run again
  auto done = hand_to(
      context, NoticeKind::ip_check_results, body,
      [&](db::Tx& tx, int64_t id) -> Result<Json> { return found[id] = check_addresses(tx, id); });
  if (!done) return done;
  Json findings = Json::array();
  for (auto& [id, one] : found) {
    one.set("provider_id", id);
    findings.push(std::move(one));
  }
  done->set("findings", std::move(findings));
  return done;
}

Result<Json> post_blacklist(const Context& context, const Json& body) {
  return context.database->write_result([&](db::Tx& tx) -> Result<Json> {
    const auto added = add_to_blacklist(tx, body, to_ms(context.clock.now()));
    if (!added) return fail(added);
    return Json::object({{"kind", body["kind"]}, {"value", body["value"]}});
  });
}

http::Response delete_from_blacklist(const Context& context, const http::Request& request) {
  const auto removed = context.database->write_result([&](db::Tx& tx) {
    return remove_from_blacklist(tx, request.param("kind"), request.param("value"),
                                 to_ms(context.clock.now()));
  });
  if (!removed) return http::problem_response(request, removed.error());
  return http::Response::no_content();
}

http::Response delete_blacklist(const Context& context) {
  context.database->write([&](db::Tx& tx) { clear_blacklist(tx, to_ms(context.clock.now())); });
  return http::Response::no_content();
}

Json time_of(const db::Row& row, std::string_view column) {
  if (row.is_null(column)) return nullptr;
  return to_rfc3339(from_ms(row.i64(column)));
}

// What waits and what was made of the rest; the newest thousand each.
Json notices(db::Tx& tx, int64_t provider) {
  Json waiting = Json::array(), files = Json::array();
  const db::Params one{{"provider", provider}};
  for (const auto& row : tx.query("SELECT id, provider_id, kind, created_at FROM notices WHERE"
                                  " (provider_id = :provider OR :provider = 0)"
                                  " AND download_id IS NULL ORDER BY id DESC LIMIT 1000",
                                  one))
    waiting.push(Json::object({{"id", row.i64("id")},
                               {"provider_id", row.i64("provider_id")},
                               {"kind", row.text("kind")},
                               {"created_at", time_of(row, "created_at")}}));
  for (const auto& row :
       tx.query("SELECT provider_id, file_name, kind, created_at, acked_at FROM downloads"
                " WHERE provider_id = :provider OR :provider = 0 ORDER BY id DESC LIMIT 1000",
                one))
    files.push(Json::object({{"provider_id", row.i64("provider_id")},
                             {"file_name", row.text("file_name")},
                             {"kind", row.text("kind")},
                             {"created_at", time_of(row, "created_at")},
                             {"acknowledged_at", time_of(row, "acked_at")}}));
  return Json::object({{"waiting", std::move(waiting)}, {"files", std::move(files)}});
}

Json tasks(db::Tx& tx, int64_t provider) {
  Json list = Json::array();
  for (const auto& task : tasks_of(tx, provider)) {
    const bool verification = task.kind == TaskKind::verification;
    list.push(Json::object(
        {{"id", task.id},
         {"provider_id", task.provider_id},
         {"kind", verification ? "verification" : "unfiled_site"},
         {"subject", task.subject},
         {"opened_at", to_rfc3339(from_ms(task.opened_at))},
         {"answered_at", task.answered ? Json(to_rfc3339(from_ms(task.answered_at))) : Json()},
         {"answer", task.answered ? task.answer : Json()}}));
  }
  return list;
}

}  // namespace

std::vector<http::Route> hand_out_routes(const Context& context) {
  const auto post = [&context](std::string_view path, std::string_view summary, BodyHandler work) {
    return http::Route{"POST", path, http::kPublic, summary, with_body(context, std::move(work))};
  };
  return {
      post("/manage/notices", "Hand down any kind of data", post_notices),
      {"GET", "/manage/notices", http::kPublic, "What waits to be fetched, and the files made",
       reading(context, notices)},
      post("/manage/synchronise", "Full synchronisation of a provider", post_synchronise),
      post("/manage/code-tables", "Hand down the base codes", post_code_tables),
      post("/manage/rectify", "Ask for a filing to be put right", post_rectify),
      post("/manage/verification-tasks", "Ask for filings to be verified", post_verification_tasks),
      post("/manage/unfiled-sites", "Tell of unfiled sites on a provider's addresses",
           post_unfiled_sites),
      post("/manage/check-results", "Hand down what a check of filings found", post_check_results),
      post("/manage/check-addresses", "Check IP filings and hand down what is found",
           post_check_addresses),
      {"GET", "/manage/tasks", http::kPublic, "Tasks with their answers", reading(context, tasks)},
      post("/manage/blacklist", "Blacklist an entity, a domain or an illegal access",
           post_blacklist),
      {"DELETE", "/manage/blacklist/{kind}/{value}", http::kPublic, "Take one off the blacklist",
       guarded(context,
               [&context](const http::Request& r) { return delete_from_blacklist(context, r); })},
      {"DELETE", "/manage/blacklist", http::kPublic, "Empty the blacklist",
       guarded(context, [&context](const http::Request&) { return delete_blacklist(context); })},
  };
}

}  // namespace beian::sandbox
