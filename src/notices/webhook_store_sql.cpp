#include "base/text.hpp"
#include "notices/webhook_store.hpp"

namespace beian::notices {
namespace {

std::string context_of(std::string_view column, const std::string& id) {
  return "webhooks." + std::string(column) + ":" + id;
}

DeliveryState state_of(const std::string& name) {
  for (const auto state : {DeliveryState::waiting, DeliveryState::delivered, DeliveryState::failed,
                           DeliveryState::dropped})
    if (name_of(state) == name) return state;
  throw std::runtime_error("webhooks: unknown state in the database: " + name);
}

Delivery delivery_of(const db::Row& row) {
  Delivery out;
  out.id = row.text("id");
  out.webhook_id = row.text("webhook_id");
  out.seq = row.i64("seq");
  out.subject = row.text("subject");
  out.subject_seq = row.i64("subject_seq");
  out.source = row.text("source");
  out.event = row.text("event");
  out.body = row.text("body");
  out.state = state_of(row.text("state"));
  out.attempts = static_cast<int>(row.i64("attempts"));
  out.next = from_ms(row.i64("next_at"));
  out.created = from_ms(row.i64("created"));
  if (const auto at = row.opt_i64("finished")) out.finished = from_ms(*at);
  return out;
}

std::vector<Delivery> all_of(const db::Rows& rows) {
  std::vector<Delivery> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(delivery_of(row));
  return out;
}

db::Value time_or_null(const std::optional<TimePoint>& at) {
  return at ? db::Value(to_ms(*at)) : db::Value();
}

}  // namespace

Webhook WebhookStore::webhook_of(const db::Row& row) const {
  Webhook out;
  out.id = row.text("id");
  out.account_id = row.text("account_id");
  out.url = row.text("url");
  out.description = row.text("description");
  out.events = text::split(row.text("events"), ',');
  out.secret = Secret(cipher_->open(row.text("secret"), context_of("secret", out.id)));
  if (const auto previous = row.text("previous"); !previous.empty())
    out.previous = Secret(cipher_->open(previous, context_of("previous", out.id)));
  out.previous_until = from_ms(row.i64("previous_until"));
  out.enabled = row.i64("enabled") != 0;
  out.reason = row.text("reason");
  if (const auto at = row.opt_i64("failing_since")) out.failing_since = from_ms(*at);
  out.created = from_ms(row.i64("created"));
  out.updated = from_ms(row.i64("updated"));
  return out;
}

void WebhookStore::insert(db::Tx& tx, const Webhook& webhook) const {
  tx.exec(
      "INSERT INTO webhooks (id, account_id, url, description, events, secret, previous, "
      "previous_until, enabled, reason, failing_since, created, updated) VALUES (:id, :account, "
      "'', '', '', '', '', 0, 1, '', NULL, :created, :created)",
      {{"id", webhook.id}, {"account", webhook.account_id}, {"created", to_ms(webhook.created)}});
  update(tx, webhook);
}

void WebhookStore::update(db::Tx& tx, const Webhook& webhook) const {
  const auto sealed = [&](const Secret& secret, std::string_view column) {
    return secret.empty() ? std::string()
                          : cipher_->seal(secret.reveal(), context_of(column, webhook.id));
  };
  tx.exec(
      "UPDATE webhooks SET url = :url, description = :description, events = :events, "
      "secret = :secret, previous = :previous, previous_until = :until, enabled = :enabled, "
      "reason = :reason, failing_since = :failing, updated = :updated WHERE id = :id",
      {{"id", webhook.id},
       {"url", webhook.url},
       {"description", webhook.description},
       {"events", text::join(webhook.events, ",")},
       {"secret", sealed(webhook.secret, "secret")},
       {"previous", sealed(webhook.previous, "previous")},
       {"until", to_ms(webhook.previous_until)},
       {"enabled", webhook.enabled},
       {"reason", webhook.reason},
       {"failing", time_or_null(webhook.failing_since)},
       {"updated", to_ms(webhook.updated)}});
}

void WebhookStore::remove(db::Tx& tx, const std::string& id) const {
  const db::Params one = {{"id", id}};
  tx.exec(
      "DELETE FROM webhook_attempts WHERE delivery_id IN "
      "(SELECT id FROM webhook_deliveries WHERE webhook_id = :id)",
      one);
  tx.exec("DELETE FROM webhook_deliveries WHERE webhook_id = :id", one);
  tx.exec("DELETE FROM webhooks WHERE id = :id", one);
}

std::optional<Webhook> WebhookStore::load(db::Tx& tx, const std::string& id) const {
  const auto row = tx.query_one("SELECT * FROM webhooks WHERE id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return webhook_of(*row);
}

std::vector<Webhook> WebhookStore::of_account(db::Tx& tx, const std::string& account_id) const {
  std::vector<Webhook> out;
  for (const auto& row : tx.query("SELECT * FROM webhooks WHERE account_id = :account ORDER BY id",
                                  {{"account", account_id}}))
    out.push_back(webhook_of(row));
  return out;
}

bool WebhookStore::add(db::Tx& tx, Delivery& delivery) const {
  // Those who add to one webhook take turns, so that no number is given twice.
  tx.exec("UPDATE webhooks SET updated = updated WHERE id = :id", {{"id", delivery.webhook_id}});
  delivery.seq = tx.query_i64(
      "SELECT COALESCE(MAX(seq), 0) + 1 AS n FROM webhook_deliveries WHERE webhook_id = :id",
      {{"id", delivery.webhook_id}});
  return tx.exec(
             "INSERT INTO webhook_deliveries (id, webhook_id, seq, subject, subject_seq, source, "
             "event, body, state, attempts, next_at, created) VALUES (:id, :webhook, :seq, "
             ":subject, :subject_seq, :source, :event, :body, 'waiting', 0, :next, :created) "
             "ON CONFLICT (webhook_id, source) DO NOTHING",
             {{"id", delivery.id},
              {"webhook", delivery.webhook_id},
              {"seq", delivery.seq},
              {"subject", delivery.subject},
              {"subject_seq", delivery.subject_seq},
              {"source", delivery.source},
              {"event", delivery.event},
              {"body", delivery.body},
              {"next", to_ms(delivery.next)},
              {"created", to_ms(delivery.created)}}) > 0;
}

std::optional<Delivery> WebhookStore::delivery(db::Tx& tx, const std::string& id) const {
  const auto row = tx.query_one("SELECT * FROM webhook_deliveries WHERE id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return delivery_of(*row);
}

std::vector<Delivery> WebhookStore::deliveries(db::Tx& tx, const std::string& webhook_id,
                                               int64_t before, size_t limit) const {
  return all_of(
      tx.query("SELECT * FROM webhook_deliveries WHERE webhook_id = :id "
               "AND (:before = 0 OR seq < :before) ORDER BY seq DESC LIMIT :n",
               {{"id", webhook_id}, {"before", before}, {"n", static_cast<int64_t>(limit)}}));
}

std::vector<Attempt> WebhookStore::attempts(db::Tx& tx, const std::string& delivery_id) const {
  std::vector<Attempt> out;
  for (const auto& row : tx.query(
           "SELECT n, at, status, took_ms, error FROM webhook_attempts WHERE delivery_id = :id "
           "ORDER BY n",
           {{"id", delivery_id}}))
    out.push_back({static_cast<int>(row.i64("n")), from_ms(row.i64("at")),
                   static_cast<int>(row.i64("status")), row.i64("took_ms"), row.text("error")});
  return out;
}

int64_t WebhookStore::told_until(db::Tx& tx, const std::string& webhook_id,
                                 const std::string& subject) const {
  return tx.query_i64(
      "SELECT COALESCE(MAX(subject_seq), 0) AS n FROM webhook_deliveries "
      "WHERE webhook_id = :id AND subject = :subject",
      {{"id", webhook_id}, {"subject", subject}});
}

std::vector<Delivery> WebhookStore::due(db::Tx& tx, const std::string& webhook_id, TimePoint now,
                                        size_t limit) const {
  return all_of(tx.query(
      "SELECT * FROM webhook_deliveries d WHERE webhook_id = :id AND state = 'waiting' "
      "AND next_at <= :now AND NOT EXISTS (SELECT 1 FROM webhook_deliveries e "
      "WHERE e.webhook_id = d.webhook_id AND e.subject = d.subject AND e.state = 'waiting' "
      "AND e.seq < d.seq) ORDER BY seq LIMIT :n",
      {{"id", webhook_id}, {"now", to_ms(now)}, {"n", static_cast<int64_t>(limit)}}));
}

std::optional<TimePoint> WebhookStore::next_due(db::Tx& tx, const std::string& webhook_id) const {
  const auto row = tx.query_one(
      "SELECT MIN(next_at) AS at FROM webhook_deliveries d WHERE webhook_id = :id "
      "AND state = 'waiting' AND NOT EXISTS (SELECT 1 FROM webhook_deliveries e "
      "WHERE e.webhook_id = d.webhook_id AND e.subject = d.subject AND e.state = 'waiting' "
      "AND e.seq < d.seq)",
      {{"id", webhook_id}});
  if (!row || row->is_null("at")) return std::nullopt;
  return from_ms(row->i64("at"));
}

bool WebhookStore::settle(db::Tx& tx, const Delivery& delivery, int attempts) const {
  return tx.exec(
             "UPDATE webhook_deliveries SET state = :state, attempts = :made, next_at = :next, "
             "finished = :finished WHERE id = :id AND state = 'waiting' AND attempts = :before",
             {{"id", delivery.id},
              {"state", name_of(delivery.state)},
              {"made", delivery.attempts},
              {"next", to_ms(delivery.next)},
              {"finished", time_or_null(delivery.finished)},
              {"before", attempts}}) > 0;
}

void WebhookStore::again(db::Tx& tx, const std::string& delivery_id, TimePoint now) const {
  tx.exec(
      "UPDATE webhook_deliveries SET state = 'waiting', next_at = :now, finished = NULL "
      "WHERE id = :id",
      {{"id", delivery_id}, {"now", to_ms(now)}});
}

void WebhookStore::add_attempt(db::Tx& tx, const std::string& delivery_id,
                               const Attempt& attempt) const {
  tx.exec(
      "INSERT INTO webhook_attempts (delivery_id, n, at, status, took_ms, error) "
      "VALUES (:id, :n, :at, :status, :took, :error)",
      {{"id", delivery_id},
       {"n", attempt.n},
       {"at", to_ms(attempt.at)},
       {"status", attempt.status},
       {"took", attempt.took_ms},
       {"error", attempt.error}});
}

void WebhookStore::drop_waiting(db::Tx& tx, const std::string& webhook_id, TimePoint now) const {
  tx.exec(
      "UPDATE webhook_deliveries SET state = 'dropped', finished = :now "
      "WHERE webhook_id = :id AND state = 'waiting'",
      {{"id", webhook_id}, {"now", to_ms(now)}});
}

int64_t WebhookStore::forget(db::Tx& tx, TimePoint before, size_t limit) const {
  const auto old = tx.query(
      "SELECT id FROM webhook_deliveries WHERE finished < :before ORDER BY finished LIMIT :n",
      {{"before", to_ms(before)}, {"n", static_cast<int64_t>(limit)}});
  for (const auto& row : old) {
    const db::Params id = {{"id", row.text("id")}};
    tx.exec("DELETE FROM webhook_attempts WHERE delivery_id = :id", id);
    tx.exec("DELETE FROM webhook_deliveries WHERE id = :id", id);
  }
  return static_cast<int64_t>(old.size());
}

}  // namespace beian::notices
