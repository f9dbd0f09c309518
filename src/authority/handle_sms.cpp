// The SMS verification of the persons concerned, as openbeian-3.1 tells it: one entry for each
// person, first pending, then done, failed (five wrong inputs) or expired (24 hours).
#include <algorithm>
#include <map>

#include "authority/apply.hpp"
#include "authority/order_sms.hpp"
#include "orders/kind.hpp"

namespace beian::authority {
namespace {

bool has_state(const std::vector<ledger::SmsTask>& tasks, std::string_view state) {
  return std::ranges::any_of(tasks, [&](const auto& t) { return t.state == state; });
}

std::string words_of(const ledger::SmsTask& task) {
  const std::string who = task.role == "entity_manager" ? "主体负责人" : "互联网信息服务负责人";
  const std::string phone = task.mobile_tail.empty() ? "" : "（尾号 " + task.mobile_tail + "）";
  if (task.state == "failed") return who + phone + "短信核验输错次数过多";
  if (task.state == "expired") return who + phone + "未在期限内完成短信核验";
  if (task.state == "done") return who + phone + "已完成短信核验";
  return who + phone + "待短信核验，截止 " + task.deadline;
}

// "" when the document has no such person, as that of a cancellation.
std::string field_of(const ledger::SmsTask& task, const Json& ids, const Json& document) {
  const std::string field = sms_person_field(task, ids, document) + "/mobile";
  return document.pointer(field) ? field : std::string();
}

Json findings_of(const std::vector<ledger::SmsTask>& tasks, const Json& ids, const Json& document) {
  Json findings = Json::array();
  for (const auto& task : tasks) {
    if (task.state != "failed" && task.state != "expired") continue;
    findings.push(finding(field_of(task, ids, document), words_of(task)));
  }
  return findings;
}

}  // namespace

// A new filing is named by its own number, all others as their results are.
std::optional<ledger::UploadRecord> Applier::sms_record(const Json& task) {
  if (const Json* id = task.find("provider_entity_id")) return record_of(id->as_int());
  return record_marked(tx_, cipher_, link_.id,
                       {"icp/results", task["operation"].as_int(), task["mark"].as_string()});
}

void Applier::sms(const Json& tasks) {
  // All entries of one record first, then its order: two persons of one record in one file are one
  // step.
  std::map<int64_t, std::pair<ledger::UploadRecord, std::string>> touched;
  for (size_t i = 0; i < tasks.size(); ++i) {
    const std::string item = "sms_verifications/" + std::to_string(i);
    const Json& given = tasks.at(i);
    const auto record = sms_record(given);
    const int64_t id = record ? record->id : given["provider_entity_id"].as_int();
    ledger::SmsTask task;
    task.provider_entity_id = id;
    task.role = given["role"].as_string();
    task.provider_service_id =
        task.role == "entity_manager" ? 0 : given["provider_service_id"].as_int();
    task.state = given["state"].as_string();
    task.wrong_inputs = given["wrong_inputs"].as_int();
    task.deadline = given["deadline"].as_string();
    task.mobile_tail = given["mobile_tail"].as_string();
    if (!record) {
      result(item, "sms", id, nullptr, "unknown", "不对应本系统上报的记录：" + words_of(task));
      continue;
    }
    static constexpr std::string_view kStates[] = {"pending", "done", "failed", "expired"};
    if (std::ranges::find(kStates, task.state) == std::end(kStates)) {
      result(item, "sms", id, &*record, "faulty", "未知的核验状态 " + task.state);
      continue;
    }
    ledger::put_sms(tx_, task, now_);
    if (record->submission) {
      const bool bad = task.state == "failed" || task.state == "expired";
      answered(item, *record,
               {"sms",
                words_of(task),
                words_of(task),
                {},
                {{bad ? "reject" : "note", words_of(task), {}, {}, {}}}});
      continue;
    }
    result(item, "sms", id, &*record, "noted", words_of(task));
    touched.emplace(id, std::pair(*record, item));
  }
  for (const auto& [id, entry] : touched) sms_of_record(entry.first, entry.second);
}

void Applier::sms_of_record(const ledger::UploadRecord& record, const std::string& item) {
  const auto tasks = ledger::sms_of(tx_, record.id);
  const auto order = orders_.load(tx_, record.order_id);
  if (!order) return;
  auto state = order->state;
  Json details = Json::array();
  for (const auto& task : tasks) {
    Json one = Json::object();
    one.set("role", task.role);
    one.set("state", task.state);
    one.set("wrong_inputs", task.wrong_inputs);
    one.set("deadline", task.deadline);
    one.set("mobile_tail", task.mobile_tail);
    details.push(std::move(one));
  }
  if (state == orders::State::reporting && ledger::is_newest(tx_, record)) {
    std::string words = "管局已接收，等待短信核验";
    move(record, orders::Event::accept_with_sms, words, details);
    state = orders::State::sms_pending;
  }
  const bool bad = has_state(tasks, "failed") || has_state(tasks, "expired");
  const bool open = has_state(tasks, "pending");
  if (!bad && open) return;  // more persons are to come
  std::string effect;
  if (bad) {
    const auto ids = parse_json(record.ids);
    // The cancellation of a migration is verified by the old holder's persons, not the document's.
    const bool old = orders::kind_of(*order).moves && order->parts == 0;
    const Json findings = findings_of(tasks, ids ? *ids : Json(), old ? Json() : order->document);
    std::string words = findings.at(0)["text"].as_string();
    effect = state == orders::State::sms_pending
                 ? refuse(record, orders::Event::sms_failed, words, findings)
                 : "late";
  } else {
    effect = state == orders::State::sms_pending
                 ? move(record, orders::Event::sms_done, "全部人员完成短信核验", details)
                 : "late";
  }
  result(item + "/all", "sms", record.id, &record, effect,
         bad ? "短信核验未完成" : "全部人员完成短信核验");
}

}  // namespace beian::authority
