#include "addresses/view.hpp"

#include "base/personal.hpp"
#include "base/problem_codes.hpp"

namespace beian::addresses {
namespace {

Json masked(Json document) {
  if (Json* name = document.find("contact_name")) *name = mask_name(name->as_string());
  for (const auto* field : {"contact_phone", "contact_email"})
    if (Json* value = document.find(field)) *value = mask_number(value->as_string());
  return document;
}

Json number_or_null(const std::optional<int64_t>& number) {
  return number ? Json(*number) : Json();
}

}  // namespace

Json record_json(const Record& record, bool whole) {
  Json allowed = Json::array();
  for (const Event event : allowed_events(record.standing)) allowed.push(name_of(event));
  return Json::object({{"id", record.id},
                       {"authority", record.link},
                       {"block", name_of(record.block)},
                       {"block_title", title_of(record.block)},
                       {"state", name_of(record.standing.state)},
                       {"state_title", title_of(record.standing.state)},
                       {"operation", name_of(record.standing.operation)},
                       {"allowed", std::move(allowed)},
                       {"provider_record_id", number_or_null(record.provider_record_id)},
                       {"authority_id", number_or_null(record.authority_id)},
                       {"version", record.version},
                       {"document", whole ? record.document : masked(record.document)},
                       {"filed", whole ? record.filed : masked(record.filed)},
                       {"findings", record.findings},
                       {"held", record.held},
                       {"submission", number_or_null(record.submission)},
                       {"created", to_rfc3339(record.created)},
                       {"changed", to_rfc3339(record.changed)}});
}

Json history_json(const std::vector<HistoryEntry>& history) {
  Json out = Json::array();
  for (const auto& entry : history) {
    const auto state = state_named(entry.state);
    out.push(Json::object({{"seq", entry.seq},
                           {"at", to_rfc3339(entry.at)},
                           {"actor", entry.actor},
                           {"event", entry.event},
                           {"state", entry.state},
                           {"state_title", state ? title_of(*state) : ""},
                           {"note", entry.note}}));
  }
  return out;
}

Json finding_json(const CheckFinding& finding) {
  return Json::object({{"number", finding.number},
                       {"authority", finding.link},
                       {"kind", finding.kind},
                       {"record", finding.record_id.empty() ? Json() : Json(finding.record_id)},
                       {"range", text_of(finding.ends)},
                       {"details", finding.document},
                       {"first_seen", to_rfc3339(finding.first_seen)},
                       {"last_seen", to_rfc3339(finding.last_seen)},
                       {"closed", finding.closed ? Json(to_rfc3339(*finding.closed)) : Json()}});
}

Json finding_json(const Finding& finding, const std::vector<Placed>& records, Language language) {
  const Placed& record = records[finding.record];
  const Problem problem = problem_of(finding, records);
  Json out = Json::object({{"severity", finding.blocking ? "error" : "warning"},
                           {"code", spec_of(problem.code).name},
                           {"record", record.id},
                           {"block", name_of(record.block)},
                           {"range", text_of(Ends{finding.range.first, finding.range.last})},
                           {"detail", problem_text(problem.code, problem.args, language)}});
  if (finding.other != Finding::kNone) out.set("other", records[finding.other].id);
  return out;
}

}  // namespace beian::addresses
