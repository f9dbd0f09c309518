#include "orders/overrides.hpp"

#include "accounts/body.hpp"
#include "accounts/store.hpp"
#include "base/day.hpp"
#include "base/embedded.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "orders/rejudge.hpp"
#include "rules/rule.hpp"

namespace beian::orders {
namespace {

constexpr size_t kLongestId = 64, kLongestReason = 500;

std::string day_text(const std::optional<rules::Day>& day) {
  return day ? china_date(TimePoint(*day)) : std::string();
}

StoredOverride stored_of(const db::Row& row) {
  StoredOverride out;
  out.what.id = row.text("id");
  out.what.rule = row.text("rule");
  out.what.province = row.i64("province");
  out.what.effect = rules::effect_named(row.text("effect")).value_or(rules::Effect::warn);
  out.what.until = parse_day(row.text("until_day"));
  out.what.order = row.text("order_id");
  out.what.reason = row.text("reason");
  out.account_id = row.text("account_id");
  out.created = from_ms(row.i64("created"));
  out.changed = from_ms(row.i64("changed"));
  return out;
}

std::vector<StoredOverride> select(db::Tx& tx, const std::string& where, const db::Params& params) {
  std::vector<StoredOverride> out;
  for (const auto& row :
       tx.query("SELECT id, rule, province, effect, until_day, order_id, reason, account_id, "
                "created, changed FROM rule_overrides " +
                    where + " ORDER BY id",
                params))
    out.push_back(stored_of(row));
  return out;
}

rules::Day today(const Context& context) {
  return parse_day(china_date(context.clock.now())).value();
}

void read_until(const Context& context, accounts::Body& in, rules::Override& out) {
  const auto until = in.optional_text("until");
  if (!until) return;
  out.until = parse_day(*until);
  if (!out.until)
    in.add(ProblemCode::bad_format, "/until");
  else if (*out.until < today(context))
    in.add(ProblemCode::out_of_range, "/until",
           {{"min", day_text(today(context))}, {"max", "9999-12-31"}});
}

Result<rules::Override> read(const Context& context, db::Tx& tx, const std::string& id,
                             const Json& body) {
  constexpr int64_t kMostProvince = 999'999;
  const auto& set = rules::RuleSet::builtin();
  accounts::Body in(body);
  rules::Override out;
  out.id = id;
  in.check_id(id, kLongestId);
  out.rule = in.optional_text("rule").value_or("");
  if (!out.rule.empty() && set.kind(out.rule) == nullptr) in.add(ProblemCode::not_found, "/rule");
  out.province = in.optional_int("province", 0, kMostProvince).value_or(0);
  if (set.book(out.province) == nullptr) in.add(ProblemCode::not_found, "/province");
  const std::string severity = in.text("severity");
  if (const auto effect = rules::effect_named(severity))
    out.effect = *effect;
  else if (!severity.empty())
    in.add(ProblemCode::code_unknown, "/severity", {{"code", severity}});
  out.order = in.optional_text("order").value_or("");
  if (!out.order.empty() && !context.store.load(tx, out.order))
    in.add(ProblemCode::not_found, "/order");
  read_until(context, in, out);
  out.reason = text::trim(in.text("reason"));
  if (out.reason.empty() && body["reason"].is_string()) in.add(ProblemCode::required, "/reason");
  if (text::length(out.reason) > kLongestReason)
    in.add(ProblemCode::too_long, "/reason", {{"max", std::to_string(kLongestReason)}});
  // Not everything for everybody.
  if (out.rule.empty() && out.province == 0 && out.order.empty())
    in.add(ProblemCode::required, "/rule");
  if (const auto sound = in.finish(); !sound) return fail(sound);
  return out;
}

void trace(db::Tx& tx, const Context& context, const http::Caller& caller,
           const std::string& remote, const char* event, const StoredOverride& stored) {
  accounts::store::add_event(
      tx, context.clock.now(),
      {event, caller.account_id, caller.account_id, remote, to_json(stored)});
}

}  // namespace

std::vector<StoredOverride> all_overrides(db::Tx& tx) {
  return select(tx, "", {});
}

std::vector<rules::Override> overrides_in_force(db::Tx& tx, rules::Day today) {
  std::vector<rules::Override> out;
  for (auto& stored :
       select(tx, "WHERE until_day = '' OR until_day >= :today", {{"today", day_text(today)}}))
    out.push_back(std::move(stored.what));
  return out;
}

Result<Put> put_override(const Context& context, const http::Caller& caller,
                         const std::string& remote, const std::string& id, const Json& body) {
  const TimePoint now = context.clock.now();
  auto put = context.database->write_result([&](db::Tx& tx) -> Result<Put> {
    auto what = read(context, tx, id, body);
    if (!what) return fail(what);
    const auto before = select(tx, "WHERE id = :id", {{"id", id}});
    Put out{
        {std::move(*what), caller.account_id, before.empty() ? now : before.front().created, now},
        before.empty()};
    const rules::Override& o = out.stored.what;
    tx.exec(
        "INSERT INTO rule_overrides (id, rule, province, effect, until_day, order_id, reason, "
        "account_id, created, changed) VALUES (:id, :rule, :province, :effect, :until, :order, "
        ":reason, :account, :now, :now) ON CONFLICT (id) DO UPDATE SET rule = excluded.rule, "
        "province = excluded.province, effect = excluded.effect, until_day = excluded.until_day, "
        "order_id = excluded.order_id, reason = excluded.reason, "
        "account_id = excluded.account_id, changed = excluded.changed",
        {{"id", o.id},
         {"rule", o.rule},
         {"province", o.province},
         {"effect", rules::name_of(o.effect)},
         {"until", day_text(o.until)},
         {"order", o.order},
         {"reason", o.reason},
         {"account", out.stored.account_id},
         {"now", to_ms(now)}});
    trace(tx, context, caller, remote, out.created ? "rule_override_made" : "rule_override_changed",
          out.stored);
    ask_rejudging(context, tx);
    return out;
  });
  if (put) context.told();
  return put;
}

Status remove_override(const Context& context, const http::Caller& caller,
                       const std::string& remote, const std::string& id) {
  const auto removed = context.database->write_result([&](db::Tx& tx) -> Status {
    const auto before = select(tx, "WHERE id = :id", {{"id", id}});
    if (before.empty() || tx.exec("DELETE FROM rule_overrides WHERE id = :id", {{"id", id}}) == 0)
      return fail(ProblemCode::not_found);
    trace(tx, context, caller, remote, "rule_override_removed", before.front());
    ask_rejudging(context, tx);
    return {};
  });
  if (removed) context.told();
  return removed;
}

Json to_json(const StoredOverride& stored) {
  const rules::Override& o = stored.what;
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  return Json::object({{"id", o.id},
                       {"rule", or_null(o.rule)},
                       {"province", o.province == 0 ? Json() : Json(o.province)},
                       {"severity", rules::name_of(o.effect)},
                       {"until", or_null(day_text(o.until))},
                       {"order", or_null(o.order)},
                       {"reason", o.reason},
                       {"account_id", stored.account_id},
                       {"created", to_rfc3339(stored.created)},
                       {"changed", to_rfc3339(stored.changed)}});
}

std::string rules_hash(const Context& context, db::Tx& tx) {
  constexpr size_t kDigits = 16;
  static const std::string kData = [] {
    std::string all;
    for (const auto& file : embedded::files())
      if (file.name.starts_with("data/rules/") && !file.name.starts_with("data/rules/cases/"))
        all += std::string(file.name) + crypto::sha256(file.bytes);
    return crypto::sha256(all);
  }();
  std::string text = kData + context.options.program;
  for (const auto& o : overrides_in_force(tx, today(context)))
    text += "\n" + o.id + " " + o.rule + " " + std::to_string(o.province) + " " +
            std::string(rules::name_of(o.effect)) + " " + o.order + " " + o.reason;
  return hex_encode(crypto::sha256(text)).substr(0, kDigits);
}

}  // namespace beian::orders
