#include "notices/webhook_manage.hpp"

#include <algorithm>

#include "accounts/body.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "notices/webhook_address.hpp"
#include "notices/webhook_events.hpp"
#include "notices/webhook_store.hpp"

namespace beian::notices {
namespace {

constexpr size_t kLongestDescription = 200;
constexpr size_t kSecretCharacters = 43;  // 256 bits

Secret new_secret() {
  return Secret("whsec_" + random_alphanumeric(kSecretCharacters));
}

void read_events(accounts::Body& in, Webhook& webhook) {
  webhook.events = in.texts("events", webhook_events().size());
  const auto known = webhook_events();
  for (size_t i = 0; i < webhook.events.size(); ++i)
    if (std::ranges::find(known, webhook.events[i]) == known.end())
      in.add(ProblemCode::code_unknown, "/events/" + std::to_string(i),
             {{"code", webhook.events[i]}});
}

void read_description(accounts::Body& in, Webhook& webhook) {
  const auto text = in.optional_text("description");
  if (!text) return;
  if (text::length(*text) > kLongestDescription)
    in.add(ProblemCode::too_long, "/description", {{"max", std::to_string(kLongestDescription)}});
  webhook.description = *text;
}

// Now is the time to tell a person of a name that does not lead anywhere; a resolver that does not
// answer is nobody's fault here.
Status check_url(const WebhookContext& context, Webhook& webhook) {
  auto address = parse_address(context.options, webhook.url, "/url");
  if (!address) return fail(address);
  const auto ip = resolve(context.options, *address);
  if (!ip && ip.error().front().code == ProblemCode::webhook_address)
    return fail(ProblemCode::webhook_address, "/url", ip.error().front().args);
  webhook.url = std::move(address->url);
  return {};
}

}  // namespace

Result<Webhook> create_webhook(const WebhookContext& context, const std::string& account_id,
                               const Json& body) {
  accounts::Body in(body);
  Webhook webhook;
  webhook.url = in.text("url");
  read_events(in, webhook);
  read_description(in, webhook);
  if (const auto read = in.finish(); !read) return fail(read);
  if (const auto fine = check_url(context, webhook); !fine) return fail(fine);
  webhook.created = webhook.updated = context.clock.now();
  webhook.id = new_id(webhook.created);
  webhook.account_id = account_id;
  webhook.secret = new_secret();
  return context.database->write_result([&](db::Tx& tx) -> Result<Webhook> {
    const WebhookStore store(context.cipher);
    if (store.of_account(tx, account_id).size() >= context.options.most)
      return fail(ProblemCode::too_many, "", {{"max", std::to_string(context.options.most)}});
    store.insert(tx, webhook);
    return webhook;
  });
}

Result<Webhook> change_webhook(const WebhookContext& context, const std::string& account_id,
                               const std::string& id, const Json& body) {
  accounts::Body in(body);
  Webhook wish;
  const auto url = in.optional_text("url");
  if (body.find("events")) read_events(in, wish);
  read_description(in, wish);
  const auto enabled = in.optional_bool("enabled");
  if (const auto read = in.finish(); !read) return fail(read);
  if (url) {
    wish.url = *url;
    if (const auto fine = check_url(context, wish); !fine) return fail(fine);
  }
  return context.database->write_result([&](db::Tx& tx) -> Result<Webhook> {
    auto webhook = own_webhook(context, tx, account_id, id);
    if (!webhook) return webhook;
    if (url) webhook->url = wish.url;
    if (body.find("events")) webhook->events = wish.events;
    if (body.find("description")) webhook->description = wish.description;
    if (enabled) webhook->enabled = *enabled;
    if (enabled && *enabled) {
      webhook->reason.clear();
      webhook->failing_since.reset();
    }
    const WebhookStore store(context.cipher);
    if (!webhook->enabled) store.drop_waiting(tx, id, context.clock.now());
    webhook->updated = context.clock.now();
    store.update(tx, *webhook);
    return webhook;
  });
}

Result<Webhook> rotate_secret(const WebhookContext& context, const std::string& account_id,
                              const std::string& id) {
  const Secret fresh = new_secret();
  return context.database->write_result([&](db::Tx& tx) -> Result<Webhook> {
    auto webhook = own_webhook(context, tx, account_id, id);
    if (!webhook) return webhook;
    webhook->previous = webhook->secret;
    webhook->previous_until = context.clock.now() + context.options.previous_life;
    webhook->secret = fresh;
    webhook->updated = context.clock.now();
    WebhookStore(context.cipher).update(tx, *webhook);
    return webhook;
  });
}

Status delete_webhook(const WebhookContext& context, const std::string& account_id,
                      const std::string& id) {
  return context.database->write_result([&](db::Tx& tx) -> Status {
    if (const auto webhook = own_webhook(context, tx, account_id, id); !webhook)
      return fail(webhook);
    WebhookStore(context.cipher).remove(tx, id);
    return {};
  });
}

Result<Webhook> own_webhook(const WebhookContext& context, db::Tx& tx,
                            const std::string& account_id, const std::string& id) {
  auto webhook = WebhookStore(context.cipher).load(tx, id);
  if (!webhook || webhook->account_id != account_id) return fail(ProblemCode::not_found);
  return std::move(*webhook);
}

Result<Delivery> own_delivery(const WebhookContext& context, db::Tx& tx,
                              const std::string& account_id, const std::string& id,
                              const std::string& delivery_id) {
  if (const auto webhook = own_webhook(context, tx, account_id, id); !webhook) return fail(webhook);
  auto delivery = WebhookStore(context.cipher).delivery(tx, delivery_id);
  if (!delivery || delivery->webhook_id != id) return fail(ProblemCode::not_found);
  return std::move(*delivery);
}

Result<Delivery> ping(const WebhookContext& context, const std::string& account_id,
                      const std::string& id) {
  auto made = context.database->write_result([&](db::Tx& tx) -> Result<Delivery> {
    const auto webhook = own_webhook(context, tx, account_id, id);
    if (!webhook) return fail(webhook);
    if (!webhook->enabled) return fail(ProblemCode::conflict);
    return webhook_ping(context, tx, *webhook);
  });
  if (made) context.told();
  return made;
}

Result<Delivery> resend(const WebhookContext& context, const std::string& account_id,
                        const std::string& id, const std::string& delivery_id) {
  auto made = context.database->write_result([&](db::Tx& tx) -> Result<Delivery> {
    const auto webhook = own_webhook(context, tx, account_id, id);
    if (!webhook) return fail(webhook);
    if (!webhook->enabled) return fail(ProblemCode::conflict);
    auto delivery = own_delivery(context, tx, account_id, id, delivery_id);
    if (!delivery) return delivery;
    const WebhookStore store(context.cipher);
    store.again(tx, delivery_id, context.clock.now());
    enqueue_delivery(tx, context.clock.now(), id);
    return *store.delivery(tx, delivery_id);
  });
  if (made) context.told();
  return made;
}

}  // namespace beian::notices
