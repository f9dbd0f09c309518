// An answer of the authority reaches the order or submission that it is about.
#include <tuple>

#include "authority/answers.hpp"
#include "authority/apply.hpp"
#include "authority/faults.hpp"
#include "authority/locate.hpp"
#include "base/text.hpp"
#include "orders/kind.hpp"
#include "orders/report_body.hpp"

namespace beian::authority {
namespace {

constexpr int64_t kNewService = 2, kNewAccess = 3;  // Czlx
constexpr int kWrongPassword = 1018;

// What of a service the code speaks of: "/domains"; "" of others.
std::string part_of_service(const std::optional<int>& code) {
  static constexpr std::string_view kFirst = "/services/0";
  const std::string usual = code ? field_of_fault(*code, 1) : "";
  return usual.starts_with(kFirst) ? usual.substr(kFirst.size()) : "";
}

void fill_fields(const Json& document, Answer& answer) {
  for (size_t i = 0; i < answer.outcomes.size(); ++i) {
    auto& outcome = answer.outcomes[i];
    if (outcome.verdict != "reject") continue;
    if (outcome.field.empty() && outcome.code)
      outcome.field = field_of_result(document, *outcome.code, outcome.text);
    const bool vague = outcome.field.empty() || outcome.field == "/services";
    if (vague && i < answer.sites.size() && !answer.sites[i].empty())
      outcome.field = answer.sites[i] + part_of_service(outcome.code);
  }
}

// Of a change of several services that one whose number the authority named it by.
std::string named_site(const orders::Order& order, const Answer& answer) {
  const auto& services = order.filed["services"].items();
  for (size_t i = 0; i < services.size(); ++i)
    if (!answer.mark.empty() && services[i]["filing_number"].as_string() == answer.mark &&
        i < order.document["services"].size())
      return "/services/" + std::to_string(i);
  return {};
}

// "网站2负责人": an authority that counts means the second one of the record.
std::string counted_site(const orders::Order& order, std::string_view words) {
  static constexpr std::string_view kWord = "网站";
  for (size_t at = words.find(kWord); at != std::string_view::npos;
       at = words.find(kWord, at + 1)) {
    const auto rest = words.substr(at + kWord.size());
    const auto digits = rest.substr(0, rest.find_first_not_of("0123456789"));
    const auto reported = orders::reported_services(order);
    int64_t n = 0;
    if (text::parse_i64(digits, n) && n >= 1 && n <= static_cast<int64_t>(reported.size()))
      return "/services/" + std::to_string(reported[static_cast<size_t>(n - 1)]);
  }
  return {};
}

// Of each outcome the service that it is about, as far as anything but its fields tells.
void find_sites(const orders::Order& order, Answer& answer) {
  answer.sites.resize(answer.outcomes.size());
  for (size_t i = 0; i < answer.sites.size(); ++i) {
    if (answer.sites[i].empty()) answer.sites[i] = named_site(order, answer);
    if (answer.sites[i].empty()) answer.sites[i] = counted_site(order, answer.outcomes[i].text);
  }
}

}  // namespace

void Applier::answered(const std::string& item, const ledger::UploadRecord& record, Answer answer) {
  const auto effect =
      record.submission ? tell_submission(record, answer) : tell_order(record, answer);
  auto named = record;
  if (record.submission)
    if (const auto submission = find_submission(tx_, cipher_, *record.submission);
        submission && submission->subject.kind == "order")
      named.order_id = submission->subject.id;
  const auto id = record.submission ? std::nullopt : std::optional(record.id);
  result(item, answer.kind, id, &named, effect, answer.words);
}

std::string Applier::tell_order(const ledger::UploadRecord& record, Answer& answer) {
  const auto order = orders_.load(tx_, record.order_id);
  if (!answer.refuses()) {
    if (order && answer.grants() && order->state != orders::State::completed &&
        orders::kind_of(*order).end == orders::End::decision)
      return grant(record, *order, answer);
    // What is filed or cancelled comes by itself (BASJ, ZXSJ); this is only the news of it.
    note(record, answer.reason, answer.details);
    return "noted";
  }
  // The cancellation of a migration has nothing of the document but its own password.
  if (order && orders::kind_of(*order).moves && order->parts == 0) {
    for (auto& outcome : answer.outcomes)
      if (outcome.code == kWrongPassword && order->document.find("old_filing_password"))
        outcome.field = "/old_filing_password";
  } else if (order) {
    find_sites(*order, answer);
    fill_fields(order->document, answer);
  }
  Json findings = Json::array();
  for (const auto& outcome : answer.outcomes)
    if (outcome.verdict == "reject")
      findings.push(finding(outcome.field, outcome.text, outcome.code));
  return refuse(record, orders::Event::refuse, answer.reason, findings);
}

// Nothing more comes of it but, of a change, the record as it is now. That an access ended is told
// to nobody but the others on the service.
std::string Applier::grant(const ledger::UploadRecord& record, const orders::Order& order,
                           const Answer& answer) {
  const auto effect = move(record, orders::Event::approve, answer.reason, answer.details);
  if (effect != "applied") return effect;
  orders_.set_filing_number(tx_, order.id, order.filed["entity"]["filing_number"].as_string());
  if (answer.ended_access)
    // One that the registry does not have any more is gone all the same.
    std::ignore = registry::cancel(tx_, now_, registry::Cancel::access, provinces_of(link_),
                                   *answer.ended_access);
  return effect;
}

std::string Applier::tell_submission(const ledger::UploadRecord& record, Answer& answer) {
  const auto submission = find_submission(tx_, cipher_, *record.submission);
  if (!submission) throw std::logic_error("a record names a submission that does not exist");
  fill_fields(submission->body, answer);
  // ZXSJ of V.3.0 has no word for an access (Zxlb ends at 1): the grant is all that tells of its
  // end. One that the registry does not have is gone all the same.
  if (answer.ended_access)
    std::ignore = registry::cancel(tx_, now_, registry::Cancel::access, provinces_of(link_),
                                   *answer.ended_access);
  if (submission->subject.kind == "order") {
    // The order that it was sent for; one that is gone leaves its trace in authority_results alone.
    const orders::Cause cause{orders::Actor::authority, {}, answer.reason, answer.details};
    std::ignore = orders_.note(tx_, now_, submission->subject.id, cause);
  }
  return tell_outcomes(tx_, cipher_, now_, submission->number, answer.outcomes);
}

// A filed record ends what asked for it, also when no decision came before. Only what bears a
// number of ours: that a record is filed anew says nothing of a change that waits.
void Applier::settle(const Json& filed) {
  const auto done = [&](const std::string& item, const ledger::Mark& mark,
                        const std::string& words) {
    const auto record = record_marked(tx_, cipher_, link_.id, mark);
    if (!record || !record->submission) return;
    const auto submission = find_submission(tx_, cipher_, *record->submission);
    if (!submission || submission->state == "done") return;
    Answer answer{"filed", words, words, {}, {{"pass", words, {}, {}, {}}}};
    answered(item + "/submission/" + std::to_string(*record->submission), *record,
             std::move(answer));
  };
  for (size_t i = 0; i < filed.size(); ++i)
    for (const auto& service : filed.at(i)["services"].items())
      for (const auto& access : service["accesses"].items()) {
        if (access["provider"].as_int() != link_.provider_id) continue;
        const auto item = "filed/" + std::to_string(i);
        const auto mark_of = [](const Json& id) { return std::to_string(id.as_int()); };
        const auto words = "已备案 " + service["filing_number"].as_string();
        done(item, {"icp/decisions", kNewService, mark_of(service["provider_service_id"])}, words);
        done(item, {"icp/decisions", kNewAccess, mark_of(access["provider_access_id"])}, words);
      }
}

}  // namespace beian::authority
