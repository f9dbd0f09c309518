// Webhooks: an account's own addresses that are called when something happens to its orders,
// resources and batches.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/personal.hpp"
#include "orders/order.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"
#include "platform/dns/dns.hpp"

namespace beian::notices {

inline constexpr std::string_view kOrderMoved = "order.moved";
inline constexpr std::string_view kOrderFindings = "order.findings";
inline constexpr std::string_view kResourceChanged = "resource.changed";
inline constexpr std::string_view kBatchDone = "batch.done";
inline constexpr std::string_view kCertificateEnding = "certificate.ending";
inline constexpr std::string_view kPing = "ping";  // only when asked for, to every address
// Those that can be chosen.
std::span<const std::string_view> webhook_events();

struct Webhook {
  std::string id;
  std::string account_id;
  std::string url;
  std::string description;
  std::vector<std::string> events;
  Secret secret;
  Secret previous;  // empty, or signs as well until then
  TimePoint previous_until{};
  bool enabled = true;
  std::string reason;                      // Chinese: why the system switched it off
  std::optional<TimePoint> failing_since;  // nothing was delivered since
  TimePoint created, updated;
};

enum class DeliveryState { waiting, delivered, failed, dropped };
std::string_view name_of(DeliveryState state);

struct Delivery {
  std::string id;
  std::string webhook_id;
  int64_t seq = 0;          // of its webhook
  std::string subject;      // what must be told in order: "order:ID"
  int64_t subject_seq = 0;  // of an order: the version after the event
  std::string source;       // what makes it once
  std::string event;
  std::string body;
  DeliveryState state = DeliveryState::waiting;
  int attempts = 0;
  TimePoint next{};  // of a waiting one
  TimePoint created{};
  std::optional<TimePoint> finished;
};

struct Attempt {
  int n = 0;
  TimePoint at{};
  int status = 0;  // of HTTP; 0: no answer
  int64_t took_ms = 0;
  std::string error;  // Chinese or the transport's; empty: delivered
};

struct WebhookOptions {
  // For trials and tests: http and addresses of the own machine are called too.
  bool allow_loopback = false;
  dns::Resolvers resolvers{};
  size_t most = 10;                               // of one account
  Millis timeout{10'000};                         // of one attempt
  Millis previous_life{24LL * 3600 * 1000};       // how long a replaced secret still signs
  Millis disable_after{3LL * 24 * 3600 * 1000};   // without a single delivery
  Millis keep{30LL * 24 * 3600 * 1000};           // finished deliveries
  std::vector<Millis> pauses = default_pauses();  // between the attempts; then it is given up

  static std::vector<Millis> default_pauses();
};

struct WebhookContext {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
  WebhookOptions options{};
  std::function<void()> nudge;  // there is something to deliver

  void told() const {
    if (nudge) nudge();
  }
};

}  // namespace beian::notices
