// What an account does with its webhooks.
#pragma once

#include <string>
#include <vector>

#include "notices/webhook.hpp"

namespace beian::notices {

// Body: {"url", "events", "description"?}. The secret is in the answer, and never shown again.
// webhook_address (/url, also when its name leads to no public address now), code_unknown
// (/events/n), required (/events), too_long (/description), too_many.
Result<Webhook> create_webhook(const WebhookContext& context, const std::string& account_id,
                               const Json& body);

// Body: any of {"url", "events", "description", "enabled"}. Switching on again begins anew.
Result<Webhook> change_webhook(const WebhookContext& context, const std::string& account_id,
                               const std::string& id, const Json& body);

// A new secret; the old one signs beside it for a while. not_found.
Result<Webhook> rotate_secret(const WebhookContext& context, const std::string& account_id,
                              const std::string& id);

Status delete_webhook(const WebhookContext& context, const std::string& account_id,
                      const std::string& id);

// The account's own; not_found.
Result<Webhook> own_webhook(const WebhookContext& context, db::Tx& tx,
                            const std::string& account_id, const std::string& id);
Result<Delivery> own_delivery(const WebhookContext& context, db::Tx& tx,
                              const std::string& account_id, const std::string& id,
                              const std::string& delivery_id);

// conflict when the webhook is switched off.
Result<Delivery> ping(const WebhookContext& context, const std::string& account_id,
                      const std::string& id);
Result<Delivery> resend(const WebhookContext& context, const std::string& account_id,
                        const std::string& id, const std::string& delivery_id);

}  // namespace beian::notices
