#include "notices/webhook_events.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "notices/webhook_store.hpp"

namespace beian::notices {
namespace {

// Older moves were told, or their deliveries are forgotten by now.
constexpr Millis kLookBack{7LL * 24 * 3600 * 1000};

struct Telling {
  const WebhookContext& context;
  db::Tx& tx;
  const Webhook& webhook;
  TimePoint now;
};

bool wants(const Webhook& webhook, std::string_view event) {
  return webhook.enabled &&
         (event == kPing || std::ranges::find(webhook.events, event) != webhook.events.end());
}

Delivery put(const Telling& to, std::string_view event, const std::string& subject,
             int64_t subject_seq, const std::string& source, Json data) {
  Delivery delivery;
  delivery.id = new_id(to.now);
  delivery.webhook_id = to.webhook.id;
  delivery.subject = subject;
  delivery.subject_seq = subject_seq;
  delivery.source = source;
  delivery.event = event;
  delivery.created = delivery.next = to.now;
  delivery.body = to_string(Json::object({{"id", delivery.id},
                                          {"event", event},
                                          {"created", to_rfc3339(to.now)},
                                          {"data", std::move(data)}}));
  const WebhookStore store(to.context.cipher);
  if (store.add(to.tx, delivery)) enqueue_delivery(to.tx, to.now, to.webhook.id);
  return delivery;
}

bool brings_findings(const std::string& state) {
  return state == orders::name_of(orders::State::needs_changes) ||
         state == orders::name_of(orders::State::review_rejected) ||
         state == orders::name_of(orders::State::authority_rejected);
}

void tell_move(const Telling& to, const orders::Order& order, const orders::HistoryEntry& entry) {
  const std::string subject = "order:" + order.id;
  const std::string source = subject + ":" + std::to_string(entry.seq);
  if (wants(to.webhook, kOrderMoved))
    put(to, kOrderMoved, subject, entry.seq, source,
        Json::object({{"order", order.id},
                      {"kind", order.kind},
                      {"from", entry.from},
                      {"state", entry.to},
                      {"cause", entry.event},
                      {"version", entry.seq},
                      {"at", to_rfc3339(entry.at)}}));
  if (!brings_findings(entry.to) || !wants(to.webhook, kOrderFindings)) return;
  const size_t count = entry.details["findings"].is_array() ? entry.details["findings"].size()
                       : entry.details.is_array()           ? entry.details.size()
                                                            : order.findings.size();
  put(to, kOrderFindings, subject, entry.seq, source + ":findings",
      Json::object({{"order", order.id},
                    {"kind", order.kind},
                    {"state", entry.to},
                    {"version", entry.seq},
                    {"count", static_cast<int64_t>(count)}}));
}

void tell_order(const Telling& to, const orders::Order& order,
                const std::vector<orders::HistoryEntry>& history) {
  const WebhookStore store(to.context.cipher);
  const int64_t told = store.told_until(to.tx, to.webhook.id, "order:" + order.id);
  const TimePoint since = std::max(to.webhook.created, to.now - kLookBack);
  for (const auto& entry : history)
    if (entry.seq > told && entry.at >= since && entry.event != "create" && entry.event != "note")
      tell_move(to, order, entry);
}

void tell_all(const WebhookContext& context, const jobs::Job& job, std::string_view event,
              const std::string& subject) {
  Json data = job.payload;
  const std::string account = data["account"].as_string();
  data.erase("account");
  const TimePoint now = context.clock.now();
  context.database->write([&](db::Tx& tx) {
    for (const auto& webhook : WebhookStore(context.cipher).of_account(tx, account))
      if (wants(webhook, event))
        put({context, tx, webhook, now}, event, subject, 0, "job:" + job.id, data);
  });
  context.told();
}

}  // namespace

void enqueue_delivery(db::Tx& tx, TimePoint now, const std::string& webhook_id) {
  jobs::enqueue(
      tx, {std::string(kDeliverJob), Json::object({{"webhook", webhook_id}}), now, webhook_id});
}

void webhook_order_changed(const WebhookContext& context, const orders::OrderStore& orders,
                           const jobs::Job& job) {
  const TimePoint now = context.clock.now();
  bool any = false;
  context.database->write([&](db::Tx& tx) {
    any = false;
    const auto order = orders.load(tx, job.payload["order"].as_string());
    if (!order) return;
    const auto webhooks = WebhookStore(context.cipher).of_account(tx, order->account_id);
    if (webhooks.empty()) return;
    const auto history = orders.history(tx, order->id);
    for (const auto& webhook : webhooks)
      if (webhook.enabled) tell_order({context, tx, webhook, now}, *order, history);
    any = true;
  });
  if (any) context.told();
}

void webhook_batch_done(const WebhookContext& context, const jobs::Job& job) {
  tell_all(context, job, kBatchDone, "batch:" + job.payload["batch"].as_string());
}

void webhook_resource_changed(const WebhookContext& context, const jobs::Job& job) {
  tell_all(context, job, kResourceChanged, "resource:" + job.payload["resource"].as_string());
}

void webhook_certificate_ending(const WebhookContext& context, const jobs::Job& job) {
  tell_all(context, job, kCertificateEnding, "entity:" + job.payload["entity"].as_string());
}

Delivery webhook_ping(const WebhookContext& context, db::Tx& tx, const Webhook& webhook) {
  const std::string id = new_id(context.clock.now());
  return put({context, tx, webhook, context.clock.now()}, kPing, "ping:" + id, 0, "ping:" + id,
             Json::object({{"webhook", webhook.id}}));
}

}  // namespace beian::notices
