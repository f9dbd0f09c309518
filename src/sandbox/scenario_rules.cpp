#include "sandbox/scenario_rules.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/text.hpp"
#include "sandbox/hand_out.hpp"
#include "sandbox/operations.hpp"
#include "sandbox/settings.hpp"
#include "wire/returns.hpp"
#include "wire/soap.hpp"

namespace beian::sandbox {
namespace {

constexpr std::array<std::string_view, 4> kEvents{"call", "record", "decided", "loaded"};
constexpr int64_t kMostMs = 366LL * 24 * 3600 * 1000;
constexpr int64_t kMostDelayMs = 10 * 60 * 1000;
constexpr size_t kMostSteps = 1000;
constexpr size_t kOpinionLimit = 1024;

// Collects what is wrong below one JSON pointer.
struct Check {
  Problems& problems;
  std::string at;

  Check below(std::string_view name) const { return {problems, at + "/" + std::string(name)}; }
  void say(ProblemCode code, std::vector<std::pair<std::string, std::string>> args = {}) const {
    problems.push_back({code, at, std::move(args)});
  }
  void expected(std::string type) const {
    say(ProblemCode::wrong_type, {{"expected", std::move(type)}});
  }
  void unknown(std::string code) const {
    say(ProblemCode::code_unknown, {{"code", std::move(code)}});
  }
};

void check_fields(const Check& check, const Json& object,
                  std::initializer_list<std::string_view> known) {
  if (!object.is_object()) return check.expected("对象");
  for (const auto& [name, value] : object.members())
    if (std::ranges::find(known, name) == known.end())
      check.below(name).say(ProblemCode::unknown_field);
}

void check_number(const Check& parent, const Json& object, std::string_view name, int64_t min,
                  int64_t max) {
  const Json* value = object.find(name);
  if (value == nullptr) return;
  const Check check = parent.below(name);
  if (!value->is_int()) return check.expected("整数");
  if (value->as_int() < min || value->as_int() > max)
    check.say(ProblemCode::out_of_range,
              {{"min", std::to_string(min)}, {"max", std::to_string(max)}});
}

void check_text(const Check& parent, const Json& object, std::string_view name, size_t max) {
  const Json* value = object.find(name);
  if (value == nullptr) return;
  const Check check = parent.below(name);
  if (!value->is_string()) return check.expected("文字");
  if (text::length(value->as_string()) > max)
    check.say(ProblemCode::too_long, {{"max", std::to_string(max)}});
}

void check_flag(const Check& parent, const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  if (value != nullptr && !value->is_bool()) parent.below(name).expected("true 或 false");
}

void check_span(const Check& parent, const Json& when, std::string_view name) {
  const Json* span = when.find(name);
  if (span == nullptr) return;
  const Check check = parent.below(name);
  if (!span->is_array() || span->size() != 2) return check.expected("[\"09:00\", \"18:00\"]");
  for (size_t i = 0; i < 2; ++i)
    if (!minutes_of(span->at(i).as_string()))
      check.below(std::to_string(i)).say(ProblemCode::bad_format);
}

bool known_record(std::string_view name) {
  if (name == "*") return true;
  for (const auto& block : blocks())
    if (block.field == "icp" &&
        std::ranges::find(block.operations, name, &Operation::name) != block.operations.end())
      return true;
  return false;
}

void check_event(const Check& check, const Json& when, ScenarioEvent event) {
  const Json& value = when[name_of(event)];
  const Check here = check.below(name_of(event));
  if (event == ScenarioEvent::loaded) {
    if (value != Json(true)) here.expected("true");
    return;
  }
  const std::string& name = value.as_string();
  const bool good =
      event == ScenarioEvent::call     ? name == "*" || wire::find_operation(name) != nullptr
      : event == ScenarioEvent::record ? known_record(name)
                                       : name == "*" || name == "approved" || name == "refused";
  if (!good) here.unknown(name);
}

void check_when(const Check& check, const Json& when, std::optional<ScenarioEvent> event) {
  check_fields(check, when,
               {"call", "record", "decided", "loaded", "provider_id", "domain", "name", "daily",
                "outside_daily", "after_ms", "within_ms"});
  if (!event)
    check.expected("call、record、decided、loaded 之一");
  else
    check_event(check, when, *event);
  const bool about_record = event == ScenarioEvent::record || event == ScenarioEvent::decided;
  for (const auto* name : {"domain", "name"})
    if (when.find(name) != nullptr && !about_record)
      check.below(name).say(ProblemCode::unknown_field);
  check_number(check, when, "provider_id", 1, std::numeric_limits<int64_t>::max());
  check_text(check, when, "domain", 255);
  check_text(check, when, "name", 255);
  check_span(check, when, "daily");
  check_span(check, when, "outside_daily");
  check_number(check, when, "after_ms", 0, kMostMs);
  check_number(check, when, "within_ms", 0, kMostMs);
}

void check_codes(const Check& parent, const Json& object) {
  const Json* codes = object.find("codes");
  if (codes == nullptr) return;
  const Check check = parent.below("codes");
  if (!codes->is_array()) return check.expected("结果代码的数组");
  if (codes->size() == 0) check.say(ProblemCode::required);
  size_t index = 0;
  for (const auto& code : codes->items()) {
    const int64_t value = code.as_int();
    if (value < 1001 || value > 5999 || wire::code_text(static_cast<int>(value)).empty())
      check.below(std::to_string(index)).unknown(std::to_string(value));
    ++index;
  }
}

void check_decision(const Check& parent, const Json& then) {
  const Json* decision = then.find("decision");
  if (decision == nullptr) return;
  const Check check = parent.below("decision");
  check_fields(check, *decision, {"approve", "opinion", "codes", "after_ms"});
  if (decision->find("approve") == nullptr) check.below("approve").say(ProblemCode::required);
  check_flag(check, *decision, "approve");
  check_text(check, *decision, "opinion", kOpinionLimit);
  if (!(*decision)["approve"].as_bool(true) &&
      text::trim((*decision)["opinion"].as_string()).empty())
    check.below("opinion").say(ProblemCode::required);
  check_codes(check, *decision);
  check_number(check, *decision, "after_ms", 0, kMostMs);
}

constexpr bool from_library(NoticeKind kind) {
  return kind == NoticeKind::verification_tasks || kind == NoticeKind::base_codes ||
         kind == NoticeKind::synchronisation;
}

void check_hand_out(const Check& check, const Json& item, ScenarioEvent event) {
  check_fields(check, item, {"kind", "body", "library", "provider_id"});
  check_number(check, item, "provider_id", 0, std::numeric_limits<int64_t>::max());
  if (event == ScenarioEvent::loaded && item.find("provider_id") == nullptr)
    check.below("provider_id").say(ProblemCode::required);
  check_flag(check, item, "library");
  const std::string& name = item["kind"].as_string();
  const KindRow* kind = kind_named(name);
  if (kind == nullptr) return check.below("kind").unknown(name);
  if (item["library"].as_bool()) {
    if (!from_library(kind->kind)) check.below("library").say(ProblemCode::unknown_field);
    if (item.find("body") != nullptr) check.below("body").say(ProblemCode::unknown_field);
    return;
  }
  if (item.find("body") == nullptr) return check.below("body").say(ProblemCode::required);
  for (auto& problem : body_problems("openbeian-3.1", *kind, item["body"])) {
    problem.field = check.at + problem.field;
    check.problems.push_back(std::move(problem));
  }
}

void check_then(const Check& check, const Json& then, ScenarioEvent event) {
  switch (event) {
    case ScenarioEvent::call:
      check_fields(check, then, {"answer", "message", "delay_ms", "cut", "hand_out", "settings"});
      break;
    case ScenarioEvent::record:
      check_fields(check, then, {"codes", "decision", "hand_out", "settings"});
      break;
    default:
      check_fields(check, then, {"hand_out", "settings"});
  }
  if (then.is_object() && then.size() == 0) check.say(ProblemCode::required);
  check_number(check, then, "answer", 0, 999);
  check_text(check, then, "message", 200);
  check_number(check, then, "delay_ms", 0, kMostDelayMs);
  if (const Json* cut = then.find("cut");
      cut != nullptr && cut->as_string() != "before" && cut->as_string() != "after_commit")
    check.below("cut").unknown(cut->as_string());
  if (then.find("codes") != nullptr && then.find("decision") != nullptr)
    check.below("decision").say(ProblemCode::conflict);
  check_codes(check, then);
  check_decision(check, then);
  if (const Json* settings = then.find("settings"))
    for (auto& problem : setting_problems(*settings)) {
      problem.field = check.at + "/settings" + problem.field;
      check.problems.push_back(std::move(problem));
    }
  const Json* list = then.find("hand_out");
  if (list == nullptr) return;
  if (!list->is_array()) return check.below("hand_out").expected("数组");
  size_t index = 0;
  for (const auto& item : list->items())
    check_hand_out(check.below("hand_out").below(std::to_string(index++)), item, event);
}

}  // namespace

std::string_view name_of(ScenarioEvent event) {
  return kEvents.at(static_cast<size_t>(event));
}

std::optional<ScenarioEvent> event_of(const Json& when) {
  std::optional<ScenarioEvent> found;
  for (size_t i = 0; i < kEvents.size(); ++i) {
    if (when.find(kEvents.at(i)) == nullptr) continue;
    if (found) return std::nullopt;
    found = static_cast<ScenarioEvent>(i);
  }
  return found;
}

std::optional<int> minutes_of(std::string_view text) {
  int64_t hours = 0, minutes = 0;
  if (text.size() != 5 || text[2] != ':' || !text::all_digits(text.substr(0, 2)) ||
      !text::all_digits(text.substr(3)) || !text::parse_i64(text.substr(0, 2), hours) ||
      !text::parse_i64(text.substr(3), minutes) || minutes > 59 || hours * 60 + minutes > 24 * 60)
    return std::nullopt;
  return static_cast<int>(hours * 60 + minutes);
}

bool in_daily_span(const Json& span, TimePoint now) {
  const std::string time = china_datetime(now);  // "2026-11-25 09:30:00"
  const int minute = minutes_of(std::string_view(time).substr(11, 5)).value();
  const int from = minutes_of(span.at(0).as_string()).value_or(0);
  const int to = minutes_of(span.at(1).as_string()).value_or(0);
  if (from <= to) return from <= minute && minute < to;
  return minute >= from || minute < to;
}

bool fits(const Json& when, int64_t provider_id, TimePoint loaded, TimePoint now) {
  if (const Json* wanted = when.find("provider_id"); wanted && wanted->as_int() != provider_id)
    return false;
  if (const Json* span = when.find("daily"); span && !in_daily_span(*span, now)) return false;
  if (const Json* span = when.find("outside_daily"); span && in_daily_span(*span, now))
    return false;
  const int64_t since = (now - loaded).count();
  if (since < when["after_ms"].as_int(0)) return false;
  const Json* within = when.find("within_ms");
  return within == nullptr || since < within->as_int();
}

bool fits_record(const Json& when, const RecordFacts& facts) {
  if (const Json* wanted = when.find("record");
      wanted && wanted->as_string() != "*" && wanted->as_string() != facts.operation)
    return false;
  if (const Json* name = when.find("name"); name && name->as_string() != facts.name) return false;
  const Json* domain = when.find("domain");
  return domain == nullptr ||
         std::ranges::find(facts.domains, domain_key(domain->as_string())) != facts.domains.end();
}

Problems scenario_problems(const Json& document) {
  Problems problems;
  const Check root{problems, {}};
  check_fields(root, document, {"name", "title", "note", "steps"});
  if (text::trim(document["name"].as_string()).empty())
    root.below("name").say(ProblemCode::required);
  check_text(root, document, "name", 100);
  check_text(root, document, "title", 200);
  check_text(root, document, "note", 2000);
  const Json& steps = document["steps"];
  const Check list = root.below("steps");
  if (!steps.is_array() || steps.size() == 0) list.say(ProblemCode::required);
  if (steps.size() > kMostSteps)
    list.say(ProblemCode::too_many, {{"max", std::to_string(kMostSteps)}});
  size_t index = 0;
  for (const auto& step : steps.items()) {
    const Check here = list.below(std::to_string(index++));
    check_fields(here, step, {"when", "times", "then"});
    const auto event = event_of(step["when"]);
    check_when(here.below("when"), step["when"], event);
    check_number(here, step, "times", 1, 1'000'000);
    if (event) check_then(here.below("then"), step["then"], *event);
  }
  return problems;
}

}  // namespace beian::sandbox
