// An officer's answer to a task becomes a submission.
#include <algorithm>
#include <array>
#include <span>

#include "authority/mapping.hpp"
#include "authority/operation.hpp"
#include "authority/submission.hpp"
#include "authority/task.hpp"
#include "base/day.hpp"
#include "base/text.hpp"
#include "china/phone.hpp"
#include "registry/codes.hpp"
#include "wire/codec.hpp"

namespace beian::authority {
namespace {

// Characters; the interface's limits.
struct TextField {
  std::string_view name;
  size_t max;
  bool required;
};
constexpr auto kSiteFields = std::to_array<TextField>({{"opinion", 255, true},
                                                       {"reporter", 128, false},
                                                       {"reporter_phone", 128, false},
                                                       {"reporter_email", 128, false}});
constexpr auto kVerificationFields = std::to_array<TextField>({{"verifier", 128, true},
                                                               {"opinion", 1024, true},
                                                               {"fault", 4000, false},
                                                               {"date", 10, false}});
constexpr auto kRectificationFields = std::to_array<TextField>({{"text", 2000, true}});

class Answer {
 public:
  explicit Answer(const Json& given) : given_(given) {
    if (!given.is_object()) add(ProblemCode::wrong_type, "", {{"expected", "object"}});
  }
  void add(ProblemCode code, std::string field,
           std::vector<std::pair<std::string, std::string>> args = {}) {
    problems_.push_back({code, std::move(field), std::move(args)});
  }
  // Copies the texts that are there, trimmed.
  void texts(std::span<const TextField> fields, Json& out) {
    for (const auto& field : fields) {
      const std::string at = "/" + std::string(field.name);
      const Json& value = given_[field.name];
      const std::string text(text::trim(value.as_string()));
      if (!value.is_null() && !value.is_string())
        add(ProblemCode::wrong_type, at, {{"expected", "string"}});
      else if (text.empty() && field.required)
        add(ProblemCode::required, at);
      else if (text::length(text) > field.max)
        add(ProblemCode::too_long, at, {{"max", std::to_string(field.max)}});
      else if (!text.empty())
        out.set(field.name, text);
    }
  }
  void only(std::span<const TextField> fields, std::initializer_list<std::string_view> others) {
    for (const auto& [name, value] : given_.members()) {
      bool known = false;
      for (const auto& field : fields) known = known || field.name == name;
      for (const auto other : others) known = known || other == name;
      if (!known) add(ProblemCode::unknown_field, "/" + name);
    }
  }
  template <class T>
  void at(const std::string& field, const Result<T>& checked) {
    if (!checked) append_under(problems_, field, checked.error());
  }
  const Json& operator[](std::string_view name) const { return given_[name]; }
  Problems take() && { return std::move(problems_); }

 private:
  const Json& given_;
  Problems problems_;
};

// The body of a submission; problems with pointers into the answer.
Result<Json> site_body(db::Tx& tx, const Task& task, const LinkConfig& link, const Json& given) {
  Answer answer(given);
  Json body = Json::object();
  answer.only(kSiteFields, {"result"});
  answer.texts(kSiteFields, body);
  if (!answer["result"].is_int())
    answer.add(ProblemCode::required, "/result");
  else
    answer.at("/result",
              registry::CodeBook(tx).check("unfiled_site_disposition", answer["result"].as_int()));
  if (body.find("reporter_phone"))
    answer.at("/reporter_phone", china::check_office_phones(body["reporter_phone"].as_string()));
  if (body.find("reporter_email"))
    answer.at("/reporter_email", china::check_email(body["reporter_email"].as_string()));
  if (auto problems = std::move(answer).take(); !problems.empty())
    return std::unexpected(std::move(problems));
  body.set("result", given["result"]);
  body.set("domain", task.body["domain"]);
  body.set("address", task.body["address"]);
  body.set("carrier", task.body["carrier"]);
  body.set("provider", link.provider_id);
  const int64_t told = task.body["province"].as_int();
  body.set("province", told != 0 ? told : link.provinces.empty() ? 0 : link.provinces.front());
  body.set("listed", china_date(task.opened));
  body.set("due", china_date(task.deadline));
  return body;
}

// The task's record with what the answer says otherwise about entity and services.
Json verified_record(const Task& task, const Json& given) {
  Json record =
      Json::object({{"entity", task.body["entity"]}, {"services", task.body["services"]}});
  for (const auto& [name, value] : given.members())
    if (name == "entity" || name == "services") record.set(name, value);
  return record;
}

// What the upload demands and a task need not have.
void check_record(const Json& record, Answer& answer) {
  const auto need = [&](const Json& there, const std::string& field) {
    if (there.is_null() || (there.is_array() && there.size() == 0))
      answer.add(ProblemCode::required, "/record" + field);
  };
  const Json& entity = record["entity"];
  need(entity["location"]["city"], "/entity/location/city");
  need(entity["manager"]["mobile"], "/entity/manager/mobile");
  for (size_t i = 0; i < record["services"].size(); ++i) {
    const std::string at = "/services/" + std::to_string(i);
    need(record["services"].at(i)["contents"], at + "/contents");
    need(record["services"].at(i)["manager"]["email"], at + "/manager/email");
  }
}

Result<Json> verification_body(const Task& task, TimePoint now, const Json& given) {
  Answer answer(given);
  Json body = Json::object();
  answer.only(kVerificationFields, {"passed", "record"});
  answer.texts(kVerificationFields, body);
  const Json& passed = answer["passed"];
  if (!passed.is_bool()) answer.add(ProblemCode::required, "/passed");
  if (passed.is_bool() && !passed.as_bool() && !body.find("fault"))
    answer.add(ProblemCode::required, "/fault");
  if (!body.find("date"))
    body.set("date", china_date(now));
  else if (!parse_day(body["date"].as_string()))
    answer.add(ProblemCode::bad_format, "/date");
  const Json record = verified_record(task, answer["record"]);
  check_record(record, answer);
  if (auto problems = std::move(answer).take(); !problems.empty())
    return std::unexpected(std::move(problems));
  body.set("passed", passed);
  body.set("record", record);
  return body;
}

// What the upload would say of it: an answer that has no form on the wire is told to who gives it,
// not held for an officer.
Status check_form(const LinkConfig& link, std::string_view name, const Json& body) {
  const auto* operation = find_operation(name);
  const auto profile = wire::Profile::named(link.profile);
  if (!operation || !profile) return fail(ProblemCode::conflict);
  const auto mapped =
      operation->map({operation->name, body, deal_ids(body, 1), {}, link.provider_id});
  if (!mapped) return fail(mapped);
  wire::UploadBuilder builder(*profile, operation->block(), operation->path(), link.provider_id);
  const auto added = builder.add(mapped->record);
  if (added) return {};
  return std::unexpected(in_terms_of_body(**profile, operation->name, body, added.error()));
}

Status check_rectification(const Json& given) {
  Answer answer(given);
  Json body = Json::object();
  answer.only(kRectificationFields, {});
  answer.texts(kRectificationFields, body);
  return status_of(std::move(answer).take());
}

}  // namespace

Result<Task> answer_task(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                         const std::vector<LinkConfig>& links, int64_t number,
                         const std::string& account_id, const Json& answer) {
  const auto task = find_task(tx, cipher, number);
  if (!task) return fail(ProblemCode::not_found);
  if (task->state != "open")
    return fail(ProblemCode::event_not_allowed, {}, {{"state", task->state}, {"event", "答复"}});
  std::optional<int64_t> submission;
  if (task->kind == kRectification) {
    if (const auto sound = check_rectification(answer); !sound) return fail(sound);
  } else {
    const auto link = std::ranges::find(links, task->link, &LinkConfig::id);
    if (link == links.end()) return fail(ProblemCode::conflict);
    const bool site = task->kind == kUnfiledSite;
    const std::string operation = site ? "icp/unfiled_site_actions" : "icp/verification_results";
    const auto body =
        site ? site_body(tx, *task, *link, answer) : verification_body(*task, now, answer);
    if (!body) return fail(body);
    if (const auto sound = check_form(*link, operation, *body); !sound) return fail(sound);
    NewSubmission made;
    made.link = task->link;
    made.operation = operation;
    made.subject = {"task", std::to_string(number)};
    made.body = *body;
    const auto sent = submit(tx, cipher, now, made);
    if (!sent) return fail(sent);
    submission = *sent;
  }
  keep_answer(tx, cipher, now, number, account_id, answer, submission);
  return *find_task(tx, cipher, number);
}

}  // namespace beian::authority
