// From outbox jobs to deliveries. What a body says: ids, states, counts and times, never what
// somebody filled in. Each function is idempotent: a job that runs twice tells once.
#pragma once

#include <string>

#include "notices/webhook.hpp"
#include "platform/jobs/jobs.hpp"

namespace beian::notices {

inline constexpr std::string_view kDeliverJob = "webhooks.deliver";  // {"webhook"}

// "orders.changed" {"order", …}: every move of the order that was not told yet, in the order of its
// history, whichever of its jobs runs first. Bodies:
//   {"id","event":"order.moved","created","data":{"order","kind","from","state","cause","version",
//    "at"}}
//   order.findings, after the move that brought them: {"order","kind","state","version","count"}
void webhook_order_changed(const WebhookContext& context, const orders::OrderStore& orders,
                           const jobs::Job& job);

// "batches.done" {"batch","account","stage","rows"}: batch.done with all but the account.
void webhook_batch_done(const WebhookContext& context, const jobs::Job& job);

// "resources.changed" {"resource","account","event","order"?,"quota","taken"}: resource.changed
// with all but the account.
void webhook_resource_changed(const WebhookContext& context, const jobs::Job& job);

// "certificates.ending" {"account","entity","whose","days"}: certificate.ending with all but the
// account.
void webhook_certificate_ending(const WebhookContext& context, const jobs::Job& job);

// A test call of one webhook; its delivery.
Delivery webhook_ping(const WebhookContext& context, db::Tx& tx, const Webhook& webhook);

void enqueue_delivery(db::Tx& tx, TimePoint now, const std::string& webhook_id);

}  // namespace beian::notices
