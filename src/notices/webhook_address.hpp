// Which addresses may be called: those that anybody on the internet could call as well. A webhook
// must not become a way into the network that this system stands in.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "notices/webhook.hpp"

namespace beian::notices {

struct Address {
  std::string url;   // in its normal form
  std::string host;  // a name as A-labels, or an IP address without brackets
  uint16_t port = 443;
  bool literal = false;  // an IP address
};

// webhook_address at `field` with a Chinese reason: not https, a user or fragment in it, no name of
// the public DNS, an IP address that is not public, too long.
Result<Address> parse_address(const WebhookOptions& options, const std::string& url,
                              const std::string& field);

// The IP address to connect to now: of a name that of its first answer, when all of its answers are
// public. webhook_address; peer_unreachable when no resolver answers.
Result<std::string> resolve(const WebhookOptions& options, const Address& address);

// Whether that address may be called.
bool may_call(const WebhookOptions& options, const std::string& ip);

}  // namespace beian::notices
