// Calling the addresses: one job a webhook, so that what is told of one subject keeps its order.
#pragma once

#include "notices/webhook.hpp"
#include "platform/jobs/jobs.hpp"

namespace beian::notices {

// One attempt at one delivery, over the network. The name is resolved now, every address that it
// has must be public, and the connection goes to exactly the one that was checked; no proxy, no
// redirect. Anything but 2xx within the timeout is a failure. Writes nothing.
Attempt call(const WebhookContext& context, const Webhook& webhook, const Delivery& delivery);

// All that is due of a webhook, one after the other, at most `most`. What failed waits for its next
// time, and what comes after it of the same subject waits too. After `disable_after` without a
// single success, or an answer 410, the webhook is switched off and what waits is dropped. When the
// next is due; nothing: none waits.
std::optional<TimePoint> deliver_due(const WebhookContext& context, const std::string& webhook_id,
                                     size_t most);

// Deliveries call other people's machines, which may be slow: the worker should be one that does
// nothing else. Before Worker::start().
void on_delivery_jobs(jobs::Worker& worker, std::shared_ptr<const WebhookContext> context);
// At every start, after migrating.
void schedule_webhooks(const WebhookContext& context);

}  // namespace beian::notices
