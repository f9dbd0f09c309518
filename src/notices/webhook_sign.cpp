#include "notices/webhook_sign.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace beian::notices {
namespace {

std::string one(const Secret& secret, const std::string& timestamp, std::string_view body) {
  return "v1=" +
         hex_encode(crypto::hmac_sha256(secret.reveal(), timestamp + "." + std::string(body)));
}

}  // namespace

std::string signature_of(const Webhook& webhook, TimePoint now, std::string_view body) {
  const std::string timestamp = std::to_string(to_ms(now) / 1000);
  std::string out = one(webhook.secret, timestamp, body);
  if (!webhook.previous.empty() && now < webhook.previous_until)
    out += "," + one(webhook.previous, timestamp, body);
  return out;
}

bool verify_signature(const Secret& secret, TimePoint now, std::string_view timestamp,
                      std::string_view signature, std::string_view body) {
  int64_t seconds = 0;
  if (!text::all_digits(timestamp) || !text::parse_i64(timestamp, seconds)) return false;
  const int64_t apart = to_ms(now) / 1000 - seconds;
  if (apart > kReplayWindow.count() || apart < -kReplayWindow.count()) return false;
  const std::string right = one(secret, std::string(timestamp), body);
  bool found = false;
  for (const auto& part : text::split(signature, ','))
    found = text::equal_secret(right, text::trim(part)) || found;
  return found;
}

}  // namespace beian::notices
