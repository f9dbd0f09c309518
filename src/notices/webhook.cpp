#include "notices/webhook.hpp"

#include <array>

namespace beian::notices {
namespace {

constexpr auto kEvents = std::to_array<std::string_view>(
    {kOrderMoved, kOrderFindings, kResourceChanged, kBatchDone, kCertificateEnding});

}  // namespace

std::span<const std::string_view> webhook_events() {
  return kEvents;
}

std::string_view name_of(DeliveryState state) {
  switch (state) {
    case DeliveryState::waiting:
      return "waiting";
    case DeliveryState::delivered:
      return "delivered";
    case DeliveryState::failed:
      return "failed";
    case DeliveryState::dropped:
      return "dropped";
  }
  return "";
}

// Eleven attempts within a day.
std::vector<Millis> WebhookOptions::default_pauses() {
  using namespace std::chrono_literals;
  return {10s, 30s, 2min, 10min, 30min, 1h, 2h, 4h, 8h, 8h};
}

}  // namespace beian::notices
