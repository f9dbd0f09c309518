#include "sandbox/settings.hpp"

#include <algorithm>
#include <string>

#include "platform/jobs/jobs.hpp"
#include "sandbox/sms.hpp"

namespace beian::sandbox {
namespace {

// Jobs for the records that waited already when the setting came.
void apply_to_waiting(db::Tx& tx, const Context& context, const Settings& settings) {
  if (settings.auto_decide_after)
    for (const auto& record : records_in(tx, RecordState::at_authority, 1'000'000))
      await_decision(tx, context, record.id, settings);
  if (settings.auto_sms)
    for (const auto& record : records_in(tx, RecordState::sms_pending, 1'000'000))
      jobs::enqueue(tx, {.kind = kAutoSmsJob,
                         .payload = Json::object({{"record", record.id}}),
                         .run_at = context.clock.now(),
                         .key = std::to_string(record.id)});
}

}  // namespace

Problems setting_problems(const Json& body) {
  Problems problems;
  if (!body.is_object()) problems.push_back({ProblemCode::wrong_type, {}, {{"expected", "对象"}}});
  for (const auto& [name, value] : body.members())
    if (name != "auto_decide_after_ms" && name != "maintenance" && name != "auto_sms")
      problems.push_back({ProblemCode::unknown_field, "/" + name, {}});
  const Json* after = body.find("auto_decide_after_ms");
  if (after != nullptr && !after->is_null() && (!after->is_int() || after->as_int() < 0))
    problems.push_back(
        {ProblemCode::wrong_type, "/auto_decide_after_ms", {{"expected", "毫秒数或 null"}}});
  for (const char* name : {"maintenance", "auto_sms"})
    if (const Json* flag = body.find(name); flag != nullptr && !flag->is_bool())
      problems.push_back(
          {ProblemCode::wrong_type, "/" + std::string(name), {{"expected", "true 或 false"}}});
  return problems;
}

Settings change_settings(db::Tx& tx, const Context& context, const Json& body) {
  if (const Json* after = body.find("auto_decide_after_ms"))
    save_setting(tx, "auto_decide_after_ms",
                 after->is_null() ? "" : std::to_string(after->as_int()));
  for (const char* name : {"maintenance", "auto_sms"})
    if (const Json* flag = body.find(name)) save_setting(tx, name, flag->as_bool() ? "1" : "0");
  const Settings settings = load_settings(tx, context.options);
  apply_to_waiting(tx, context, settings);
  return settings;
}

Json json_of(const Settings& settings) {
  return Json::object(
      {{"auto_decide_after_ms",
        settings.auto_decide_after ? Json(settings.auto_decide_after->count()) : Json(nullptr)},
       {"maintenance", settings.maintenance},
       {"auto_sms", settings.auto_sms}});
}

}  // namespace beian::sandbox
