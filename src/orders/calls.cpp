#include "orders/calls.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <stdexcept>

#include "accounts/accounts.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "orders/document.hpp"
#include "orders/take.hpp"
#include "orders/view.hpp"

namespace beian::orders {
namespace {

constexpr std::string_view kPhones[] = {"mobile", "office_phone", "emergency_mobile"};
constexpr std::string_view kResults[] = {"reached", "not_reached", "wrong_number", "refused"};
constexpr std::string_view kMembers[] = {"person", "phone", "result", "call_back", "note"};
constexpr size_t kLongestNote = 500, kLongestNumber = 32, kTail = 4;

std::string column_of(const std::string& id) {
  return "orders.call:" + id;
}

std::string one_of(const Json& body, const char* name, std::span<const std::string_view> words,
                   Problems& problems) {
  const std::string field = std::string("/") + name;
  const Json& value = body[name];
  if (value.is_null())
    problems.push_back({ProblemCode::required, field, {}});
  else if (std::ranges::find(words, value.as_string()) == words.end())
    problems.push_back({ProblemCode::code_unknown,
                        field,
                        {{"code", value.is_string() ? value.as_string() : to_string(value)}}});
  return value.as_string();
}

std::string words_of(const Json& body, const char* name, size_t most, Problems& problems) {
  const std::string field = std::string("/") + name;
  const Json& value = body[name];
  if (!value.is_null() && !value.is_string())
    problems.push_back({ProblemCode::wrong_type, field, {{"expected", "string"}}});
  std::string out(text::trim(value.as_string()));
  if (text::length(out) > most)
    problems.push_back({ProblemCode::too_long, field, {{"max", std::to_string(most)}}});
  return out;
}

// The person, where the pointer is one of those that stand in the document.
const Json* person_at(const Json& document, const std::string& pointer) {
  if (pointer == "/entity/manager") return document["entity"].find("manager");
  const auto& services = document["services"].items();
  for (size_t i = 0; i < services.size(); ++i)
    if (pointer == "/services/" + std::to_string(i) + "/manager")
      return services[i].find("manager");
  return nullptr;
}

Result<Json> read_call(const Json& body, const Json& document) {
  Problems problems;
  for (const auto& [name, value] : body.members())
    if (std::ranges::find(kMembers, name) == std::end(kMembers))
      problems.push_back({ProblemCode::unknown_field, "/" + pointer_token(name), {}});
  const std::string phone = one_of(body, "phone", kPhones, problems);
  const std::string result = one_of(body, "result", kResults, problems);
  const std::string back = words_of(body, "call_back", kLongestNumber, problems);
  const std::string note = words_of(body, "note", kLongestNote, problems);
  const std::string& person = body["person"].as_string();
  const Json* who = person_at(document, person);
  if (body["person"].is_null())
    problems.push_back({ProblemCode::required, "/person", {}});
  else if (!who)
    problems.push_back({ProblemCode::finding_field_unknown, "/person", {{"field", person}}});
  const std::string number = who ? (*who)[phone].as_string() : "";
  if (who && problems.empty() && number.empty())
    problems.push_back({ProblemCode::required, "/phone", {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  Json out = Json::object({{"person", person},
                           {"phone", phone},
                           {"tail", number.substr(number.size() - std::min(kTail, number.size()))},
                           {"result", result}});
  if (!back.empty()) out.set("call_back", back);
  if (!note.empty()) out.set("note", note);
  return out;
}

}  // namespace

Result<Json> add_call(const Context& context, const std::string& reviewer_id,
                      const std::string& order_id, const Json& body) {
  return context.database->write_result([&](db::Tx& tx) -> Result<Json> {
    const auto order = context.store.load(tx, order_id);
    if (!order) return fail(ProblemCode::not_found);
    if (order->state != State::in_review && order->state != State::in_rereview)
      return fail(ProblemCode::event_not_allowed, {},
                  {{"event", "电话核验"}, {"state", std::string(title_of(order->state))}});
    if (const auto mine = check_not_taken(tx, *order, reviewer_id); !mine) return fail(mine);
    auto call = read_call(body, subject_of(*order));
    if (!call) return fail(call);
    const TimePoint now = context.clock.now();
    const std::string id = new_id(now);
    tx.exec(
        "INSERT INTO review_calls (id, order_id, reviewer_id, result, document, at) "
        "VALUES (:id, :order, :reviewer, :result, :document, :at)",
        {{"id", id},
         {"order", order_id},
         {"reviewer", reviewer_id},
         {"result", (*call)["result"].as_string()},
         {"document", context.cipher.seal(to_string(*call), column_of(id))},
         {"at", to_ms(now)}});
    call->set("id", id);
    call->set("at", to_rfc3339(now));
    return std::move(*call);
  });
}

Json calls_json(const Context& context, db::Tx& tx, const Order& order,
                const http::Caller& caller) {
  const bool own = caller.account_id == order.account_id;
  const bool masked = view_of(caller, order) == View::masked;
  std::map<std::string, int64_t> attempts;
  Json calls = Json::array();
  for (const auto& row :
       tx.query("SELECT id, reviewer_id, document, at FROM review_calls WHERE order_id = :order "
                "ORDER BY at, id",
                {{"order", order.id}})) {
    auto call = parse_json(context.cipher.open(row.text("document"), column_of(row.text("id"))));
    if (!call) throw std::runtime_error("orders: a sealed call does not hold JSON");
    call->set("id", row.text("id"));
    call->set("at", to_rfc3339(from_ms(row.i64("at"))));
    call->set("attempt", ++attempts[(*call)["person"].as_string()]);
    if (masked) call->erase("call_back");
    if (own || masked) call->erase("note");
    if (!own) {
      const auto reviewer = accounts::find_account(tx, row.text("reviewer_id"));
      call->set("reviewer", reviewer ? reviewer->name : row.text("reviewer_id"));
    }
    calls.push(std::move(*call));
  }
  return Json::object({{"calls", std::move(calls)}});
}

}  // namespace beian::orders
