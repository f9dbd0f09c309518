#include "authority/order_sms.hpp"

#include <algorithm>
#include <array>

#include "authority/apply.hpp"
#include "base/day.hpp"
#include "base/personal.hpp"
#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "platform/jobs/jobs.hpp"
#include "wire/profile.hpp"

namespace beian::authority {
namespace {

using orders::State;

struct Words {
  std::string_view name, zh, en;
};
constexpr auto kStates = std::to_array<Words>({
    {"not_needed", "无需短信核验", "No SMS verification"},
    {"not_started", "尚未开始", "Not started"},
    {"waiting", "待核验", "Waiting"},
    {"done", "已完成", "Done"},
    {"missed", "未完成", "Missed"},
    {"unknown", "管局接口不告知", "Not told by the authority"},
    {"wrong_inputs", "输错次数过多", "Too many wrong inputs"},
    {"expired", "已超时", "Expired"},
    {"entity_manager", "主体负责人", "Manager of the entity"},
    {"service_manager", "互联网信息服务负责人", "Manager of the service"},
});

std::string_view title_of(std::string_view name, Language language) {
  const auto* row = std::ranges::find(kStates, name, &Words::name);
  if (row == kStates.end()) return name;
  return language == Language::zh ? row->zh : row->en;
}

// "2026-11-23 22:43:00", Beijing.
std::optional<TimePoint> time_of(const std::string& text) {
  constexpr size_t kLength = 19;
  if (text.size() != kLength) return std::nullopt;
  const auto time = parse_rfc3339(text.substr(0, 10) + "T" + text.substr(11) + ".000Z");
  return time ? std::optional(*time - kBeijing) : std::nullopt;
}

std::string state_of(const ledger::SmsTask& task) {
  if (task.state == "pending") return "waiting";
  return task.state == "failed" ? "wrong_inputs" : task.state;
}

bool link_tells(const std::vector<LinkConfig>& links, const std::string& id) {
  const auto link = std::ranges::find(links, id, &LinkConfig::id);
  if (link == links.end()) return false;
  const auto profile = wire::Profile::named(link->profile);
  return profile && tells_sms(**profile);
}

SmsPerson person_of(const ledger::SmsTask& task, const Json& ids, const orders::Order& order) {
  SmsPerson person;
  person.role = task.role;
  person.mobile_tail = task.mobile_tail;
  person.state = state_of(task);
  person.wrong_inputs = task.wrong_inputs;
  person.since = from_ms(task.since);
  person.until = time_of(task.deadline);
  const Json subject = orders::subject_of(order);
  const std::string field = sms_person_field(task, ids, subject);
  if (const Json* name = field.empty() ? nullptr : subject.pointer(field + "/name"))
    person.name = mask_name(name->as_string());
  if (order.document.pointer(field)) person.field = field;
  return person;
}

bool has(const std::vector<SmsPerson>& persons, std::string_view state) {
  return std::ranges::find(persons, state, &SmsPerson::state) != persons.end();
}

std::string state_of(const std::vector<SmsPerson>& persons) {
  if (has(persons, "wrong_inputs") || has(persons, "expired")) return "missed";
  return has(persons, "waiting") ? "waiting" : "done";
}

bool is_reported(State state) {
  return state == State::reporting || state == State::sms_pending || state == State::at_authority;
}

Json person_json(const SmsPerson& person, TimePoint now, Language language) {
  const auto time = [](const std::optional<TimePoint>& t) {
    return t ? Json(to_rfc3339(*t)) : Json();
  };
  Json left;
  if (person.state == "waiting" && person.until)
    left = std::max<int64_t>(0, (*person.until - now).count() / 1000);
  return Json::object({{"role", person.role},
                       {"role_title", title_of(person.role, language)},
                       {"field", person.field},
                       {"name", person.name},
                       {"mobile_tail", person.mobile_tail},
                       {"state", person.state},
                       {"state_title", title_of(person.state, language)},
                       {"wrong_inputs", person.wrong_inputs},
                       {"of", kSmsInputs},
                       {"since", time(person.since)},
                       {"until", time(person.until)},
                       {"seconds_left", std::move(left)}});
}

}  // namespace

// A service that is filed already is not known by the numbers of this record.
std::string sms_person_field(const ledger::SmsTask& task, const Json& ids, const Json& document) {
  std::string field = "/entity/manager";
  if (task.role != "entity_manager" && document["services"].size() == 1)
    field = "/services/0/manager";
  for (size_t i = 0; i < ids["services"].size(); ++i)
    if (task.provider_service_id == ids["services"].at(i)["id"].as_int())
      field = "/services/" + std::to_string(i) + "/manager";
  return document.pointer(field) ? field : std::string();
}

OrderSms order_sms(db::Tx& tx, const std::vector<LinkConfig>& links, const orders::Order& order) {
  OrderSms out;
  if (const auto row = tx.query_one("SELECT at FROM authority_sms_reminders WHERE order_id = :id",
                                    {{"id", order.id}}))
    out.reminded = from_ms(row->i64("at"));
  if (!orders::kind_of(order).sms) {
    out.state = "not_needed";
    return out;
  }
  if (const auto record = ledger::newest_record(tx, order.id)) {
    const auto ids = parse_json(record->ids);
    for (const auto& task : ledger::sms_of(tx, record->id))
      out.persons.push_back(person_of(task, ids ? *ids : Json(), order));
  }
  // A record before the one that is being prepared now says nothing any more.
  const bool over = order.state == State::draft || order.state == State::in_review ||
                    order.state == State::in_rereview || order.state == State::ready_to_report;
  if (over) out.persons.clear();
  if (!out.persons.empty())
    out.state = state_of(out.persons);
  else if (is_reported(order.state) && !link_tells(links, order.authority))
    out.state = "unknown";
  else
    out.state = "not_started";
  return out;
}

Json order_sms_json(const OrderSms& sms, const orders::Order& order, TimePoint now,
                    Language language) {
  Json persons = Json::array();
  for (const auto& person : sms.persons) persons.push(person_json(person, now, language));
  const TimePoint next = sms.reminded ? *sms.reminded + kSmsReminderPause : TimePoint{};
  const bool waiting = order.state == State::sms_pending;
  Json out = Json::object(
      {{"state", sms.state},
       {"state_title", title_of(sms.state, language)},
       {"known", sms.state != "unknown"},
       {"persons", std::move(persons)},
       {"resubmit", order.state == State::authority_rejected && sms.state == "missed"}});
  if (sms.state == "unknown")
    out.set("reason",
            language == Language::zh
                ? "该管局的接口（V.3.0）不告知每个人的短信核验情况，请直接向各负责人确认"
                : "This authority's interface (V.3.0) does not tell who has verified; ask "
                  "the persons in charge");
  out.set("reminder",
          Json::object({{"allowed", waiting && next <= now},
                        {"after", waiting && next > now ? Json(to_rfc3339(next)) : Json()}}));
  return out;
}

Result<int64_t> remind_persons(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                               const std::vector<LinkConfig>& links, const orders::Order& order,
                               const std::string& account_id) {
  if (order.state != State::sms_pending)
    return fail(ProblemCode::event_not_allowed, {},
                {{"state", std::string(orders::title_of(order.state))}, {"event", "提醒短信核验"}});
  const OrderSms sms = order_sms(tx, links, order);
  // Two at once: the second finds the first's row.
  if (tx.exec(
          "INSERT INTO authority_sms_reminders (order_id, at) VALUES (:id, :now) ON CONFLICT "
          "(order_id) DO UPDATE SET at = excluded.at WHERE authority_sms_reminders.at <= "
          ":before",
          {{"id", order.id}, {"now", to_ms(now)}, {"before", to_ms(now - kSmsReminderPause)}}) ==
      0) {
    const TimePoint next = sms.reminded.value_or(now) + kSmsReminderPause;
    const int64_t seconds = std::max<int64_t>(1, (next - now).count() / 1000);
    return fail(ProblemCode::reminder_too_soon, {}, {{"seconds", std::to_string(seconds)}});
  }
  const int64_t waiting =
      std::ranges::count(sms.persons, std::string_view("waiting"), &SmsPerson::state);
  std::optional<TimePoint> until;
  for (const auto& person : sms.persons)
    if (person.state == "waiting" && person.until) until = person.until;
  Json args = Json::object({{"waiting", waiting}});
  if (until) args.set("until", china_datetime(*until));
  const auto noted = orders::OrderStore(cipher).note(
      tx, now, order.id,
      {orders::Actor::applicant, account_id, "申请人提醒相关负责人完成短信核验（站内消息）", {}});
  if (!noted) return fail(noted);
  jobs::enqueue(tx, {"notices.tell",
                     Json::object({{"account", order.account_id},
                                   {"kind", "order.sms_reminder"},
                                   {"order", order.id},
                                   {"args", std::move(args)}}),
                     now, ""});
  return waiting;
}

}  // namespace beian::authority
