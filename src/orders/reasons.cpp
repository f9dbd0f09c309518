#include "orders/reasons.hpp"

#include <algorithm>
#include <array>

#include "accounts/body.hpp"
#include "accounts/store.hpp"
#include "base/text.hpp"

namespace beian::orders {
namespace {

constexpr size_t kLongestId = 64, kLongestText = 500;
constexpr auto kPlaces =
    std::to_array<std::string_view>({"any", "name", "certificate", "address", "phone", "email",
                                     "domain", "content", "access", "material"});

Json json_of(const db::Row& row) {
  return Json::object({{"id", row.text("id")},
                       {"place", row.text("place")},
                       {"text", row.text("text")},
                       {"changed", to_rfc3339(from_ms(row.i64("changed")))}});
}

std::optional<Json> find(db::Tx& tx, const std::string& id) {
  const auto row = tx.query_one("SELECT * FROM review_reasons WHERE id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return json_of(*row);
}

}  // namespace

Json reasons_json(db::Tx& tx) {
  Json out = Json::array();
  for (const auto& row : tx.query("SELECT * FROM review_reasons ORDER BY id"))
    out.push(json_of(row));
  return out;
}

Result<PutReason> put_reason(const Context& context, const http::Caller& caller,
                             const std::string& remote, const std::string& id, const Json& body) {
  accounts::Body in(body);
  in.check_id(id, kLongestId);
  const std::string place = in.text("place");
  if (!place.empty() && std::ranges::find(kPlaces, place) == kPlaces.end())
    in.add(ProblemCode::code_unknown, "/place", {{"code", place}});
  const std::string text(text::trim(in.text("text")));
  if (text.empty() && !body["text"].as_string().empty()) in.add(ProblemCode::required, "/text");
  if (text::length(text) > kLongestText)
    in.add(ProblemCode::too_long, "/text", {{"max", std::to_string(kLongestText)}});
  if (const auto sound = in.finish(); !sound) return fail(sound);
  const TimePoint now = context.clock.now();
  return context.database->write_result([&](db::Tx& tx) -> Result<PutReason> {
    PutReason out;
    out.created = !find(tx, id);
    tx.exec(
        "INSERT INTO review_reasons (id, place, text, account_id, created, changed) VALUES (:id, "
        ":place, :text, :account, :now, :now) ON CONFLICT (id) DO UPDATE SET "
        "place = excluded.place, text = excluded.text, account_id = excluded.account_id, "
        "changed = excluded.changed",
        {{"id", id},
         {"place", place},
         {"text", text},
         {"account", caller.account_id},
         {"now", to_ms(now)}});
    out.reason = *find(tx, id);
    accounts::store::add_event(tx, now,
                               {out.created ? "review_reason_made" : "review_reason_changed",
                                caller.account_id, caller.account_id, remote, out.reason});
    return out;
  });
}

Status remove_reason(const Context& context, const http::Caller& caller, const std::string& remote,
                     const std::string& id) {
  return context.database->write_result([&](db::Tx& tx) -> Status {
    const auto before = find(tx, id);
    if (!before || tx.exec("DELETE FROM review_reasons WHERE id = :id", {{"id", id}}) == 0)
      return fail(ProblemCode::not_found);
    accounts::store::add_event(
        tx, context.clock.now(),
        {"review_reason_removed", caller.account_id, caller.account_id, remote, *before});
    return {};
  });
}

}  // namespace beian::orders
