#include "orders/rejudge.hpp"

#include <set>

#include "base/text.hpp"
#include "orders/judgement.hpp"
#include "orders/overrides.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/log/log.hpp"
#include "rules/rule.hpp"

namespace beian::orders {
namespace {

std::vector<std::string> waiting(db::Tx& tx, const std::string& hash, size_t batch) {
  std::vector<std::string> ids;
  for (const auto& t : transitions()) {
    if (t.event != Event::submit || t.actor != Actor::applicant) continue;
    for (const auto& row : tx.query(
             "SELECT id FROM orders WHERE state = :state "
             "AND rules_hash <> :hash ORDER BY id LIMIT :limit",
             {{"state", name_of(t.from)}, {"hash", hash}, {"limit", static_cast<int64_t>(batch)}}))
      if (ids.size() < batch) ids.push_back(row.text("id"));
  }
  return ids;
}

std::set<std::string> lines_of(const std::string& said) {
  std::set<std::string> out;
  for (const auto& line : text::split(said, '\n'))
    if (!line.empty()) out.insert(line);
  return out;
}

// "refuse manager-min-age /entity/manager/certificate_number"
Json line_json(const std::string& line) {
  const auto words = text::split(line, ' ');
  const auto word = [&](size_t i) { return i < words.size() ? words[i] : std::string(); };
  const auto* kind = rules::RuleSet::builtin().kind(word(1));
  Json out = Json::object({{"severity", word(0)},
                           {"rule", word(1)},
                           {"title", kind ? kind->title_zh : word(1)},
                           {"field", word(2)}});
  if (words.size() > 3) out.set("material", word(3));
  return out;
}

// Those of `some` that are not among `others`.
Json missing(const std::set<std::string>& some, const std::set<std::string>& others) {
  Json out = Json::array();
  for (const auto& line : some)
    if (!others.contains(line)) out.push(line_json(line));
  return out;
}

std::string titles(const Json& lines) {
  std::set<std::string> seen;
  std::vector<std::string> out;
  for (const Json& line : lines.items())
    if (seen.insert(line["title"].as_string()).second) out.push_back(line["title"].as_string());
  return text::join(out, "、");
}

void tell(const Context& context, db::Tx& tx, const Order& order, const std::string& said) {
  const auto before = lines_of(order.rules_said), now = lines_of(said);
  Json added = missing(now, before), gone = missing(before, now);
  if (added.size() == 0 && gone.size() == 0) return;
  const auto differing = static_cast<int64_t>(added.size() + gone.size());
  std::string reason = "备案规则有更新";
  if (added.size() > 0) reason += "，新增要求：" + titles(added);
  if (gone.size() > 0) reason += "，不再要求：" + titles(gone);
  const Json details = Json::object(
      {{"rules", Json::object({{"added", std::move(added)}, {"gone", std::move(gone)}})}});
  // Nobody touched it: it expires when it would have.
  const TimePoint at = context.clock.now();
  static_cast<void>(
      context.store.note(tx, at, order.id, {Actor::system, "", reason, details}, Touch::no));
  jobs::enqueue(tx, {"notices.tell",
                     Json::object({{"account", order.account_id},
                                   {"kind", "rules.changed"},
                                   {"order", order.id},
                                   {"args", Json::object({{"findings", differing}})}}),
                     at, ""});
}

}  // namespace

void keep_judgement(const Context& context, db::Tx& tx, Order& order) {
  order.rules_hash = rules_hash(context, tx);
  order.rules_said = rules_said(context, tx, order);
  context.store.set_judged(tx, order.id, order.rules_hash, order.rules_said);
}

void ask_rejudging(const Context& context, db::Tx& tx) {
  constexpr const char* kKind = "orders.rejudge";
  jobs::enqueue(tx, {kKind, Json::object(), context.clock.now(), kKind});
}

size_t rejudge_drafts(const Context& context, size_t batch) {
  const auto ids = context.database->read_value(
      [&](db::Tx& tx) { return waiting(tx, rules_hash(context, tx), batch); });
  for (const auto& id : ids)
    context.database->write([&](db::Tx& tx) {
      if (!context.store.lock(tx, id)) return;
      const auto order = context.store.load(tx, id);
      const std::string hash = rules_hash(context, tx);
      // Saved, handed in or judged since we looked.
      if (!order || !is_editable(order->state) || order->rules_hash == hash) return;
      const std::string said = rules_said(context, tx, *order);
      // What no rules judged before has nothing to compare with.
      if (!order->rules_hash.empty()) tell(context, tx, *order, said);
      context.store.set_judged(tx, id, hash, said);
    });
  if (!ids.empty()) log::info("orders.rejudged", {{"count", std::to_string(ids.size())}});
  return ids.size();
}

}  // namespace beian::orders
