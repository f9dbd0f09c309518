// Webhooks over HTTP.
#pragma once

#include <memory>
#include <vector>

#include "notices/webhook.hpp"
#include "platform/http/router.hpp"

namespace beian::notices {

std::vector<http::Route> webhook_routes(const std::shared_ptr<const WebhookContext>& context);

}  // namespace beian::notices
