#include "sandbox/scenario.hpp"

#include <algorithm>
#include <stdexcept>

#include "platform/log/log.hpp"
#include "sandbox/code_tables.hpp"
#include "sandbox/hand_out.hpp"
#include "sandbox/scenario_rules.hpp"
#include "sandbox/settings.hpp"
#include "sandbox/synchronise.hpp"

namespace beian::sandbox {
namespace {

struct Step {
  int64_t id = 0;
  Json when, then;
  TimePoint loaded;
};

Json parsed(const std::string& text) {
  auto json = parse_json(text);
  if (!json) throw std::runtime_error("a scenario of the sandbox is damaged");
  return std::move(*json);
}

std::vector<Step> steps_for(db::Tx& tx, ScenarioEvent event) {
  std::vector<Step> steps;
  for (const auto& row : tx.query("SELECT s.id, s.step, c.loaded_at FROM scenario_steps s"
                                  " JOIN scenarios c ON c.id = s.scenario_id WHERE s.event = :event"
                                  " AND (s.remaining IS NULL OR s.remaining > 0) ORDER BY s.id",
                                  {{"event", name_of(event)}})) {
    const Json step = parsed(row.text("step"));
    steps.push_back({row.i64("id"), step["when"], step["then"], from_ms(row.i64("loaded_at"))});
  }
  return steps;
}

// Takes one of the step's times. False when another call took the last one meanwhile.
bool take(db::Tx& tx, const Step& step) {
  return tx.exec(
             "UPDATE scenario_steps SET played = played + 1, remaining = remaining - 1"
             " WHERE id = :id AND (remaining IS NULL OR remaining > 0)",
             {{"id", step.id}}) > 0;
}

Result<int64_t> hand_out_item(db::Tx& tx, const Json& item, int64_t provider_id, int64_t now) {
  const KindRow& kind = *kind_named(item["kind"].as_string());
  if (!item["library"].as_bool()) return hand_out(tx, provider_id, kind, item["body"], now);
  if (kind.kind == NoticeKind::verification_tasks) {
    const auto tasks = verification_tasks(tx, provider_id, {});
    if (!tasks || tasks->is_null()) return 0;
    return hand_out(tx, provider_id, kind, *tasks, now);
  }
  if (kind.kind == NoticeKind::base_codes)
    return hand_out(tx, provider_id, kind, code_tables(tx), now);
  return start_synchronisation(tx, provider_id, {}, now);
}

// What every event may bring. A hand-out that does not fit (a provider that is gone, a profile
// without that kind) is logged and left out: the event itself goes on.
void play_rest(db::Tx& tx, const Context& context, const Json& then, int64_t provider_id) {
  const int64_t now = to_ms(context.clock.now());
  if (const Json* settings = then.find("settings")) change_settings(tx, context, *settings);
  for (const auto& item : then["hand_out"].items()) {
    const auto to = recipients(tx, item["provider_id"].as_int(provider_id));
    if (!to) {
      log::warn("sandbox.scenario", {{"kind", item["kind"].as_string()}, {"reason", "provider"}});
      continue;
    }
    for (const int64_t id : *to)
      if (const auto done = hand_out_item(tx, item, id, now); !done)
        log::warn("sandbox.scenario",
                  {{"kind", item["kind"].as_string()},
                   {"reason", problem_text(done.error().front().code, done.error().front().args,
                                           Language::en)}});
  }
}

PlannedDecision decision_of(const Json& json) {
  PlannedDecision decision;
  decision.approve = json["approve"].as_bool();
  decision.opinion = json["opinion"].as_string();
  for (const auto& code : json["codes"].items())
    decision.codes.push_back(static_cast<int>(code.as_int()));
  decision.after = Millis(json["after_ms"].as_int(0));
  return decision;
}

// A step that fits takes part only when it has something that is still open.
bool claims_call(const Json& then) {
  return then.find("answer") != nullptr || then.find("cut") != nullptr;
}
bool claims_record(const Json& then) {
  return then.find("codes") != nullptr || then.find("decision") != nullptr;
}

}  // namespace

Result<int64_t> load_scenario(const Context& context, const Json& document) {
  if (auto problems = scenario_problems(document); !problems.empty())
    return std::unexpected(std::move(problems));
  int64_t id = 0;
  context.database->write([&](db::Tx& tx) {
    id = tx.query_i64(
        "INSERT INTO scenarios (name, title, loaded_at) VALUES (:name, :title, :now) RETURNING id",
        {{"name", document["name"].as_string()},
         {"title", document["title"].as_string()},
         {"now", to_ms(context.clock.now())}});
    for (const auto& step : document["steps"].items()) {
      const ScenarioEvent event = event_of(step["when"]).value();
      const bool at_once = event == ScenarioEvent::loaded;
      Json kept = Json::object({{"when", step["when"]}, {"then", step["then"]}});
      db::Value times = step.find("times") ? db::Value(step["times"].as_int()) : db::Value();
      if (at_once) times = 0;
      tx.exec(
          "INSERT INTO scenario_steps (scenario_id, event, step, remaining, played)"
          " VALUES (:scenario, :event, :step, :times, :played)",
          {{"scenario", id},
           {"event", name_of(event)},
           {"step", to_string(kept)},
           {"times", times},
           {"played", at_once ? 1 : 0}});
      if (at_once) play_rest(tx, context, step["then"], 0);
    }
  });
  context.nudge();
  return id;
}

void clear_scenarios(db::Tx& tx) {
  tx.exec("DELETE FROM scenario_steps");
  tx.exec("DELETE FROM scenarios");
}

Json scenarios(db::Tx& tx) {
  Json all = Json::array();
  for (const auto& row : tx.query("SELECT * FROM scenarios ORDER BY id")) {
    Json steps = Json::array();
    for (const auto& step :
         tx.query("SELECT step, remaining, played FROM scenario_steps WHERE scenario_id = :id"
                  " ORDER BY id",
                  {{"id", row.i64("id")}})) {
      Json one = parsed(step.text("step"));
      const auto remaining = step.opt_i64("remaining");
      one.set("remaining", remaining ? Json(*remaining) : Json(nullptr));
      one.set("played", step.i64("played"));
      steps.push(std::move(one));
    }
    all.push(Json::object({{"id", row.i64("id")},
                           {"name", row.text("name")},
                           {"title", row.text("title")},
                           {"loaded_at", to_rfc3339(from_ms(row.i64("loaded_at")))},
                           {"steps", std::move(steps)}}));
  }
  return all;
}

CallPlan play_call(const Context& context, std::string_view operation, int64_t provider_id) {
  const TimePoint now = context.clock.now();
  const auto wanted = [&](const Step& step) {
    const std::string& call = step.when["call"].as_string();
    return (call == "*" || call == operation) && fits(step.when, provider_id, step.loaded, now);
  };
  // Most calls meet no step: they write nothing.
  bool any = false;
  context.database->read(
      [&](db::Tx& tx) { any = std::ranges::any_of(steps_for(tx, ScenarioEvent::call), wanted); });
  CallPlan plan;
  if (!any) return plan;
  context.database->write([&](db::Tx& tx) {
    plan = {};
    bool claimed = false;
    for (const auto& step : steps_for(tx, ScenarioEvent::call)) {
      const bool claims = claims_call(step.then);
      if (!wanted(step) || (claims && claimed) || !take(tx, step)) continue;
      plan.delay += Millis(step.then["delay_ms"].as_int(0));
      play_rest(tx, context, step.then, provider_id);
      if (!claims) continue;
      claimed = true;
      if (const Json* code = step.then.find("answer")) plan.code = static_cast<int>(code->as_int());
      plan.message = step.then["message"].as_string();
      plan.cut_before = step.then["cut"].as_string() == "before";
      plan.cut_after_commit = step.then["cut"].as_string() == "after_commit";
    }
  });
  if (plan.code == 901 && operation.starts_with("isp_download")) plan.code = 902;
  return plan;
}

RecordPlan play_record(db::Tx& tx, const Context& context, const RecordFacts& facts) {
  RecordPlan plan;
  const TimePoint now = context.clock.now();
  bool claimed = false;
  for (const auto& step : steps_for(tx, ScenarioEvent::record)) {
    const bool claims = claims_record(step.then);
    if (!fits(step.when, facts.provider_id, step.loaded, now) || !fits_record(step.when, facts) ||
        (claims && claimed) || !take(tx, step))
      continue;
    play_rest(tx, context, step.then, facts.provider_id);
    if (!claims) continue;
    claimed = true;
    for (const auto& code : step.then["codes"].items())
      plan.outcomes.push_back(outcome(static_cast<int>(code.as_int())));
    if (const Json* decision = step.then.find("decision")) plan.decision = decision_of(*decision);
  }
  return plan;
}

RecordFacts facts_of(const Record& record) {
  return {record.provider_id, record.operation, domains_of(record.model), record.name};
}

std::vector<std::string> domains_of(const Json& model) {
  std::vector<std::string> domains;
  for (const auto& service : model["services"].items())
    for (const auto& domain : service["domains"].items())
      domains.push_back(domain_key(domain["name"].as_string()));
  return domains;
}

void keep_plan(db::Tx& tx, int64_t record_id, const PlannedDecision& plan) {
  Json codes = Json::array();
  for (const int code : plan.codes) codes.push(code);
  const Json json = Json::object({{"approve", plan.approve},
                                  {"opinion", plan.opinion},
                                  {"codes", std::move(codes)},
                                  {"after_ms", plan.after.count()}});
  tx.exec("UPDATE records SET plan = :plan WHERE id = :id",
          {{"plan", to_string(json)}, {"id", record_id}});
}

std::optional<PlannedDecision> plan_of(db::Tx& tx, int64_t record_id) {
  const auto row = tx.query_one("SELECT plan FROM records WHERE id = :id", {{"id", record_id}});
  if (!row || row->text("plan").empty()) return std::nullopt;
  return decision_of(parsed(row->text("plan")));
}

void play_decided(db::Tx& tx, const Context& context, const RecordFacts& facts, bool approved) {
  const TimePoint now = context.clock.now();
  for (const auto& step : steps_for(tx, ScenarioEvent::decided)) {
    const std::string& wanted = step.when["decided"].as_string();
    const bool this_way = wanted == "*" || (wanted == "approved") == approved;
    if (this_way && fits(step.when, facts.provider_id, step.loaded, now) &&
        fits_record(step.when, facts) && take(tx, step))
      play_rest(tx, context, step.then, facts.provider_id);
  }
}

}  // namespace beian::sandbox
