#include "orders/consent.hpp"

#include "accounts/accounts.hpp"
#include "orders/document.hpp"
#include "platform/jobs/jobs.hpp"

namespace beian::orders {
namespace {

std::string masked_account(db::Tx& tx, const std::string& account_id) {
  const auto account = accounts::find_account(tx, account_id);
  return mask_name(account ? account->name : "");
}

std::optional<db::Row> consent_row(db::Tx& tx, const std::string& order_id) {
  return tx.query_one(
      "SELECT account_id, state, asked, decided FROM order_consents WHERE order_id = :order",
      {{"order", order_id}});
}

// An organisation's name and number are public; the entity is never a person.
Json consent_json(db::Tx& tx, const Order& order, const db::Row& row) {
  const Json subject = subject_of(order);
  const Json& service = order.filed["from"]["service"];
  Json out = Json::object(
      {{"order", order.id},
       {"order_state", name_of(order.state)},
       {"service_number", service["filing_number"]},
       {"service_name", service["name"]},
       {"domains", service["domains"]},
       {"to", Json::object({{"name", subject["entity"]["name"]},
                            {"certificate_number", subject["entity"]["certificate"]["number"]},
                            {"account", masked_account(tx, order.account_id)}})},
       {"state", row.text("state")},
       {"asked", to_rfc3339(from_ms(row.i64("asked")))}});
  if (row.i64("decided") != 0) out.set("decided", to_rfc3339(from_ms(row.i64("decided"))));
  return out;
}

// The other side would not look by itself.
void tell(db::Tx& tx, TimePoint now, const std::string& account_id, std::string_view kind,
          const std::string& order_id) {
  jobs::enqueue(
      tx,
      {"notices.tell",
       Json::object({{"account", account_id}, {"kind", std::string(kind)}, {"order", order_id}}),
       now, ""});
}

}  // namespace

void ask_consent(db::Tx& tx, TimePoint now, const Order& order) {
  const std::string& owner = order.filed["from"]["account"].as_string();
  if (owner.empty()) return;
  tx.exec(
      "INSERT INTO order_consents (order_id, account_id, state, asked) "
      "VALUES (:order, :account, 'asked', :now)",
      {{"order", order.id}, {"account", owner}, {"now", to_ms(now)}});
  tell(tx, now, owner, "migration.asked", order.id);
}

Problems check_consent(db::Tx& tx, const Order& order) {
  const std::string& owner = order.filed["from"]["account"].as_string();
  if (owner.empty()) {
    if (order.document["old_filing_password"].as_string().empty())
      return {{ProblemCode::required, "/old_filing_password", {}}};
    return {};
  }
  const auto row = consent_row(tx, order.id);
  const std::string state = row ? row->text("state") : "asked";
  if (state == "agreed") return {};
  const std::string who = "原主体所在的账号（" + masked_account(tx, owner) + "）";
  return {{ProblemCode::migration_not_taken,
           "/services/0/domains/0",
           {{"reason", who + (state == "declined" ? "不同意" : "还没有同意")}}}};
}

ConsentPage consents_of(const Context& context, db::Tx& tx, const std::string& account_id,
                        const std::string& before, size_t limit) {
  std::string where = "WHERE account_id = :account";
  db::Params params = {{"account", account_id}, {"n", static_cast<int64_t>(limit) + 1}};
  if (!before.empty()) {
    where += " AND order_id < :before";
    params.emplace_back("before", before);
  }
  auto rows = tx.query("SELECT order_id, state, asked, decided FROM order_consents " + where +
                           " ORDER BY order_id DESC LIMIT :n",
                       params);
  ConsentPage out;
  if (rows.size() > limit) {
    rows.pop_back();
    out.next = rows.back().text("order_id");
  }
  for (const auto& row : rows)
    if (const auto order = context.store.load(tx, row.text("order_id")))
      out.migrations.push(consent_json(tx, *order, row));
  return out;
}

Result<Json> decide_consent(const Context& context, const std::string& account_id,
                            const std::string& order_id, bool agreed) {
  const TimePoint now = context.clock.now();
  return context.database->write_result([&](db::Tx& tx) -> Result<Json> {
    context.store.lock(tx, order_id);
    const auto order = context.store.load(tx, order_id);
    const auto asked = consent_row(tx, order_id);
    if (!order || !asked || asked->text("account_id") != account_id)
      return fail(ProblemCode::not_found);
    const std::string_view word = agreed ? "同意迁移" : "不同意迁移";
    if (!is_editable(order->state) || order->parts > 0)
      return fail(ProblemCode::event_not_allowed, {},
                  {{"state", std::string(title_of(order->state))}, {"event", std::string(word)}});
    tx.exec("UPDATE order_consents SET state = :state, decided = :now WHERE order_id = :order",
            {{"state", agreed ? "agreed" : "declined"}, {"now", to_ms(now)}, {"order", order_id}});
    const auto noted = context.store.note(
        tx, now, order_id,
        {Actor::applicant,
         account_id,
         "原主体所在的账号（" + masked_account(tx, account_id) + "）" + std::string(word),
         {}});
    if (!noted) return fail(noted);
    tell(tx, now, order->account_id, agreed ? "migration.agreed" : "migration.declined", order_id);
    return consent_json(tx, *context.store.load(tx, order_id), *consent_row(tx, order_id));
  });
}

}  // namespace beian::orders
