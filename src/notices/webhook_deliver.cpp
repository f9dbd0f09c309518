#include "notices/webhook_deliver.hpp"

#include <algorithm>

#include "notices/webhook_address.hpp"
#include "notices/webhook_events.hpp"
#include "notices/webhook_sign.hpp"
#include "notices/webhook_store.hpp"
#include "platform/http/client.hpp"
#include "platform/metrics/metrics.hpp"

namespace beian::notices {
namespace {

constexpr size_t kAtOnce = 10;
constexpr size_t kLongestError = 300;
constexpr size_t kLargestAnswer = 64 * 1024;
constexpr std::string_view kForgetJob = "webhooks.forget";
constexpr Millis kForgetInterval{3600 * 1000};
constexpr int kGone = 410;

std::string reason_of(const Problems& problems) {
  const auto& args = problems.front().args;
  return args.empty() ? std::string(spec_of(problems.front().code).name) : args.front().second;
}

Result<http::Response> post(const WebhookContext& context, const Webhook& webhook,
                            const Delivery& delivery, TimePoint now) {
  const auto address = parse_address(context.options, webhook.url, "");
  if (!address) return fail(address);
  const auto ip = resolve(context.options, *address);
  if (!ip) return fail(ip);
  http::ClientRequest request;
  request.method = "POST";
  request.url = address->url;
  request.connect_to = *ip;
  request.headers = {{"Content-Type", "application/json"},
                     {"User-Agent", "OpenBeian-Webhook/1"},
                     {"X-Beian-Event", delivery.event},
                     {"X-Beian-Delivery", delivery.id},
                     {"X-Beian-Timestamp", std::to_string(to_ms(now) / 1000)},
                     {"X-Beian-Signature", signature_of(webhook, now, delivery.body)}};
  request.body = delivery.body;
  request.connect_timeout = request.timeout = context.options.timeout;
  request.response_limit = kLargestAnswer;
  return http::send(request);
}

bool delivered(const Attempt& attempt) {
  return attempt.status >= 200 && attempt.status < 300;
}

// What becomes of the delivery after an attempt.
Delivery after(const WebhookOptions& options, Delivery delivery, const Attempt& attempt,
               TimePoint now) {
  ++delivery.attempts;
  if (delivered(attempt)) {
    delivery.state = DeliveryState::delivered;
    delivery.finished = now;
  } else if (static_cast<size_t>(delivery.attempts) > options.pauses.size()) {
    delivery.state = DeliveryState::failed;
    delivery.finished = now;
  } else {
    delivery.next = now + options.pauses[static_cast<size_t>(delivery.attempts) - 1];
  }
  return delivery;
}

// Marks the webhook, and switches it off when nothing gets through any more.
void judge(const WebhookContext& context, db::Tx& tx, const std::string& webhook_id,
           const Attempt& attempt, TimePoint now) {
  const WebhookStore store(context.cipher);
  auto webhook = store.load(tx, webhook_id);
  if (!webhook) return;
  const auto before = webhook->failing_since;
  if (delivered(attempt)) {
    webhook->failing_since.reset();
  } else {
    if (!webhook->failing_since) webhook->failing_since = now;
    const bool long_enough = now - *webhook->failing_since >= context.options.disable_after;
    if (attempt.status == kGone || long_enough) {
      webhook->enabled = false;
      webhook->reason =
          attempt.status == kGone ? "对方回答该地址已停用（410）" : "长时间没有一次送达";
      store.drop_waiting(tx, webhook_id, now);
    }
  }
  if (webhook->failing_since == before && webhook->enabled) return;
  webhook->updated = now;
  store.update(tx, *webhook);
}

void attempt_one(const WebhookContext& context, const Webhook& webhook, const Delivery& delivery) {
  Attempt attempt = call(context, webhook, delivery);
  attempt.n = delivery.attempts + 1;
  metrics::count("beian_webhook_attempts_total", 1,
                 delivered(attempt) ? "outcome=delivered" : "outcome=failed");
  context.database->write([&](db::Tx& tx) {
    const TimePoint now = context.clock.now();
    const WebhookStore store(context.cipher);
    // Deleted, or told by another node whose lease was not over after all: then that one counts.
    if (!store.settle(tx, after(context.options, delivery, attempt, now), delivery.attempts))
      return;
    store.add_attempt(tx, delivery.id, attempt);
    judge(context, tx, webhook.id, attempt, now);
  });
}

}  // namespace

Attempt call(const WebhookContext& context, const Webhook& webhook, const Delivery& delivery) {
  Attempt attempt;
  attempt.at = context.clock.now();
  const auto start = std::chrono::steady_clock::now();
  const auto answer = post(context, webhook, delivery, attempt.at);
  attempt.took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::steady_clock::now() - start)
                        .count();
  if (!answer) {
    attempt.error = reason_of(answer.error()).substr(0, kLongestError);
  } else {
    attempt.status = answer->status;
    if (attempt.status >= 300 && attempt.status < 400)
      attempt.error = "不跟随跳转";
    else if (!delivered(attempt))
      attempt.error = "HTTP " + std::to_string(attempt.status);
  }
  return attempt;
}

std::optional<TimePoint> deliver_due(const WebhookContext& context, const std::string& webhook_id,
                                     size_t most) {
  const WebhookStore store(context.cipher);
  for (size_t made = 0; made < most; ++made) {
    std::optional<Webhook> webhook;
    std::vector<Delivery> due;
    context.database->read([&](db::Tx& tx) {
      webhook = store.load(tx, webhook_id);
      due = store.due(tx, webhook_id, context.clock.now(), 1);
    });
    if (!webhook || !webhook->enabled) return std::nullopt;
    if (due.empty()) break;
    attempt_one(context, *webhook, due.front());
  }
  return context.database->read_value([&](db::Tx& tx) { return store.next_due(tx, webhook_id); });
}

void on_delivery_jobs(jobs::Worker& worker, std::shared_ptr<const WebhookContext> context) {
  worker.on(std::string(kDeliverJob), [context](const jobs::Job& job) -> Result<jobs::Outcome> {
    const auto next = deliver_due(*context, job.payload["webhook"].as_string(), kAtOnce);
    if (!next) return jobs::Outcome::done();
    return jobs::Outcome::again(
        std::max(Millis{0}, std::chrono::ceil<Millis>(*next - context->clock.now())));
  });
  worker.on(std::string(kForgetJob), [context](const jobs::Job&) -> Result<jobs::Outcome> {
    int64_t gone = 0;
    do {
      context->database->write([&](db::Tx& tx) {
        gone = WebhookStore(context->cipher)
                   .forget(tx, context->clock.now() - context->options.keep, 200);
      });
    } while (gone > 0);
    return jobs::Outcome::again(kForgetInterval);
  });
}

void schedule_webhooks(const WebhookContext& context) {
  context.database->write([&](db::Tx& tx) {
    jobs::enqueue(tx, {std::string(kForgetJob), Json::object(), context.clock.now(),
                       std::string(kForgetJob)});
  });
}

}  // namespace beian::notices
