#include "sandbox/sms.hpp"

#include <algorithm>
#include <vector>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "platform/jobs/jobs.hpp"
#include "sandbox/contact_checks.hpp"
#include "sandbox/notices.hpp"
#include "sandbox/scenario.hpp"

namespace beian::sandbox {
namespace {

std::string six_digits() {
  uint32_t n = 0;
  for (const char c : random_bytes(4)) n = n << 8 | static_cast<unsigned char>(c);
  std::string digits = std::to_string(n % 1'000'000);
  return std::string(6 - digits.size(), '0') + digits;
}

// A code that no other open verification of that phone has.
std::string fresh_code(db::Tx& tx, const std::string& mobile) {
  for (;;) {
    std::string code = six_digits();
    if (!tx.query_one("SELECT id FROM verifications WHERE mobile = :mobile AND state = 'pending'"
                      " AND code = :code LIMIT 1",
                      {{"mobile", mobile}, {"code", code}}))
      return code;
  }
}

// The state of every person of the record, for the provider.
void notify_states(db::Tx& tx, int64_t record_id, int64_t now) {
  const auto record =
      tx.query_one("SELECT provider_id, provider_entity_id, czlx, mark FROM records WHERE id = :id",
                   {{"id", record_id}});
  Json rows = Json::array();
  for (const auto& row : tx.query("SELECT * FROM verifications WHERE record_id = :id ORDER BY id",
                                  {{"id", record_id}})) {
    Json item = Json::object();
    if (const int64_t entity = record->i64("provider_entity_id"); entity != 0)
      item.set("provider_entity_id", entity);
    if (const auto service = row.opt_i64("provider_service_id"))
      item.set("provider_service_id", *service);
    item.set("role", row.text("role"));
    item.set("state", row.text("state"));
    item.set("wrong_inputs", row.i64("wrong_inputs"));
    item.set("deadline", china_datetime(from_ms(row.i64("deadline"))));
    const std::string mobile = row.text("mobile");
    item.set("mobile_tail", mobile.substr(mobile.size() - std::min<size_t>(4, mobile.size())));
    item.set("operation", record->i64("czlx"));
    item.set("mark", record->text("mark"));
    rows.push(std::move(item));
  }
  notify(tx, record->i64("provider_id"), record_id, NoticeKind::sms_verifications, rows, now);
}

// Takes the record for this transaction; false when its verification is over.
bool hold_open_record(db::Tx& tx, int64_t record_id, int64_t now) {
  return tx.exec("UPDATE records SET changed_at = :now WHERE id = :id AND state = 'sms_pending'",
                 {{"now", now}, {"id", record_id}}) == 1;
}

// After a person's state changed: tells the provider and moves the record on when that decides it.
void settle(db::Tx& tx, const Context& context, int64_t record_id, int64_t now) {
  notify_states(tx, record_id, now);
  const auto count = [&](std::string_view where) {
    return tx.query_i64(
        "SELECT COUNT(*) FROM verifications WHERE record_id = :id AND " + std::string(where),
        {{"id", record_id}});
  };
  if (count("state IN ('failed', 'expired')") > 0)
    move_record(tx, record_id, RecordState::sms_pending, RecordState::sms_failed, now);
  else if (count("state <> 'done'") == 0 &&
           move_record(tx, record_id, RecordState::sms_pending, RecordState::at_authority, now))
    await_decision(tx, context, record_id, load_settings(tx, context.options));
}

std::unexpected<Problems> not_verified(std::string reason) {
  return fail(ProblemCode::sms_not_verified, {}, {{"reason", std::move(reason)}});
}

struct Found {
  int64_t id = 0, record_id = 0, wrong_inputs = 0;
  bool right = false;
};

// Which open verification an input is meant for: the one that it fits, else the one whose identity
// card or code it names, else the phone's oldest.
std::optional<Found> meant(db::Tx& tx, std::string_view mobile, std::string_view last_six,
                           std::string_view code, int64_t now) {
  std::optional<Found> best;
  int best_rank = -1;
  for (const auto& row : tx.query(
           "SELECT v.id, v.record_id, v.wrong_inputs, v.last_six, v.code FROM verifications v"
           " JOIN records r ON r.id = v.record_id WHERE v.mobile = :mobile AND v.state = 'pending'"
           " AND r.state = 'sms_pending' AND v.deadline > :now ORDER BY v.id",
           {{"mobile", mobile}, {"now", now}})) {
    const bool six = row.text("last_six") == last_six;
    const bool number = row.text("code") == code;
    const int rank = (six ? 2 : 0) + (number ? 1 : 0);
    if (rank <= best_rank) continue;
    best_rank = rank;
    best = Found{row.i64("id"), row.i64("record_id"), row.i64("wrong_inputs"), six && number};
  }
  return best;
}

// One input; the answer is empty when it was right, else the reason.
std::string take_input(db::Tx& tx, const Context& context, std::string_view mobile,
                       std::string_view last_six, std::string_view code) {
  const int64_t now = to_ms(context.clock.now());
  const auto aimed = meant(tx, mobile, last_six, code, now);
  if (!aimed || !hold_open_record(tx, aimed->record_id, now)) return "该手机号码没有待核验的备案";
  // Read again, now that nobody else changes this record's verifications.
  const auto found = meant(tx, mobile, last_six, code, now);
  if (!found || found->record_id != aimed->record_id) return "请重新提交";
  if (found->right) {
    tx.exec("UPDATE verifications SET state = 'done' WHERE id = :id", {{"id", found->id}});
    settle(tx, context, found->record_id, now);
    return {};
  }
  const int64_t wrong = found->wrong_inputs + 1;
  const bool last = wrong >= context.options.sms_wrong_inputs;
  tx.exec("UPDATE verifications SET wrong_inputs = :wrong, state = :state WHERE id = :id",
          {{"wrong", wrong}, {"state", last ? "failed" : "pending"}, {"id", found->id}});
  if (!last) {
    // The provider shows how many inputs are left.
    notify_states(tx, found->record_id, now);
    return "输入有误，还可尝试 " + std::to_string(context.options.sms_wrong_inputs - wrong) + " 次";
  }
  settle(tx, context, found->record_id, now);
  return "输入错误次数过多，本次核验已失败";
}

}  // namespace

void await_decision(db::Tx& tx, const Context& context, int64_t record_id,
                    const Settings& settings) {
  const auto plan = plan_of(tx, record_id);
  const auto after = plan ? std::optional(plan->after) : settings.auto_decide_after;
  if (!after) return;
  jobs::enqueue(tx, {.kind = kDecideJob,
                     .payload = Json::object({{"record", record_id}}),
                     .run_at = context.clock.now() + *after,
                     .key = std::to_string(record_id)});
}

void start_verification(db::Tx& tx, const Context& context, const Record& record,
                        const std::vector<Person>& persons, const Settings& settings) {
  const TimePoint now = context.clock.now();
  const TimePoint deadline = now + context.options.sms_lifetime;
  for (const auto& person : persons) {
    const std::string code = fresh_code(tx, person.mobile);
    const size_t tail = std::min<size_t>(6, person.number.size());
    tx.exec(
        "INSERT INTO verifications (record_id, role, provider_service_id, mobile, last_six, code,"
        " state, deadline) VALUES (:record, :role, :service, :mobile, :six, :code, 'pending',"
        " :deadline)",
        {{"record", record.id},
         {"role", person.role},
         {"service", person.provider_service_id},
         {"mobile", person.mobile},
         {"six", person.number.substr(person.number.size() - tail)},
         {"code", code},
         {"deadline", to_ms(deadline)}});
    send_message(tx, person.mobile,
                 "【模拟管局】您正在办理 ICP 备案（" + record.name + "），验证码 " + code +
                     "，请于 " + china_datetime(deadline) +
                     " 前登录短信核验页面，输入手机号码、证件号码后六位和验证码。",
                 code, to_ms(now));
  }
  notify_states(tx, record.id, to_ms(now));
  const Json payload = Json::object({{"record", record.id}});
  jobs::enqueue(tx, {.kind = kExpireJob,
                     .payload = payload,
                     .run_at = deadline,
                     .key = std::to_string(record.id)});
  if (settings.auto_sms)
    jobs::enqueue(
        tx,
        {.kind = kAutoSmsJob, .payload = payload, .run_at = now, .key = std::to_string(record.id)});
}

Status verify_person(const Context& context, std::string_view mobile, std::string_view last_six,
                     std::string_view code) {
  const std::string phone(text::trim(mobile));
  const std::string six = text::upper_ascii(text::trim(last_six));
  const std::string digits(text::trim(code));
  if (!valid_mobiles(phone)) return not_verified("手机号码不正确");
  if (six.empty() || digits.empty()) return not_verified("请填写证件号码后六位和验证码");
  std::string reason;
  context.database->write(
      [&](db::Tx& tx) { reason = take_input(tx, context, phone, six, digits); });
  context.nudge();
  if (!reason.empty()) return not_verified(std::move(reason));
  return {};
}

void expire_verifications(const Context& context, int64_t record_id) {
  context.database->write([&](db::Tx& tx) {
    const int64_t now = to_ms(context.clock.now());
    if (!hold_open_record(tx, record_id, now)) return;
    if (tx.exec("UPDATE verifications SET state = 'expired' WHERE record_id = :id"
                " AND state = 'pending' AND deadline <= :now",
                {{"id", record_id}, {"now", now}}) > 0)
      settle(tx, context, record_id, now);
  });
}

void verify_all(const Context& context, int64_t record_id) {
  context.database->write([&](db::Tx& tx) {
    const int64_t now = to_ms(context.clock.now());
    if (!hold_open_record(tx, record_id, now)) return;
    if (tx.exec("UPDATE verifications SET state = 'done' WHERE record_id = :id"
                " AND state = 'pending' AND deadline > :now",
                {{"id", record_id}, {"now", now}}) > 0)
      settle(tx, context, record_id, now);
  });
  context.nudge();
}

}  // namespace beian::sandbox
