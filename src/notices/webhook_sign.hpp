// How a receiver knows that a call is ours and fresh. The headers:
//   X-Beian-Event      order.moved
//   X-Beian-Delivery   the delivery's id; the same at every attempt
//   X-Beian-Timestamp  seconds since the Unix epoch when this attempt was made
//   X-Beian-Signature  v1=HEX, and a second ",v1=HEX" for a day after the secret was changed
// HEX is the lower-case HMAC-SHA-256, keyed by the secret, of TIMESTAMP + "." + BODY. A receiver
// computes it over the bytes that it got, compares in constant time, and refuses timestamps that
// are more than kReplayWindow from its own clock.
#pragma once

#include <string>
#include <string_view>

#include "notices/webhook.hpp"

namespace beian::notices {

inline constexpr std::chrono::seconds kReplayWindow{300};

// "v1=…" by the webhook's secret, and by the previous one while it lasts.
std::string signature_of(const Webhook& webhook, TimePoint now, std::string_view body);

// What a receiver does: true when one of the signatures fits and the time is within the window.
bool verify_signature(const Secret& secret, TimePoint now, std::string_view timestamp,
                      std::string_view signature, std::string_view body);

}  // namespace beian::notices
