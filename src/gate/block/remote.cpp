#include "gate/block/remote.hpp"

#include "base/encoding.hpp"
#include "platform/http/client.hpp"

namespace beian::gate {

Remote::Remote(std::string url, const Clock& clock, RemoteLimits limits)
    : url_(std::move(url)),
      clock_(clock),
      limits_(limits),
      rate_({.capacity = limits.burst, .per_second = limits.per_second}) {}

std::optional<std::string> Remote::kept(const std::string& host, TimePoint now) {
  const auto at = kept_.find(host);
  if (at == kept_.end() || at->second.until <= now) return {};
  return at->second.body;
}

void Remote::keep(const std::string& host, const std::string& body, TimePoint now) {
  if (kept_.size() >= limits_.entries) {
    std::erase_if(kept_, [&](const auto& entry) { return entry.second.until <= now; });
    if (kept_.size() >= limits_.entries) kept_.clear();
  }
  kept_[host] = {body, now + limits_.kept};
}

std::optional<std::string> Remote::ask(const std::string& host) {
  const TimePoint now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    if (auto known = kept(host, now)) return known;
    if (now < quiet_until_) return {};
  }
  // All visitors together: what they ask for must not become a flood over there.
  if (!rate_.take("all", 1, now)) return {};
  if (asking_.fetch_add(1) >= limits_.at_once) {
    --asking_;
    return {};
  }
  const auto answer = http::send({.url = url_ + percent_encode(host),
                                  .headers = {{"Accept", "application/json"}},
                                  .connect_timeout = limits_.timeout,
                                  .timeout = limits_.timeout,
                                  .response_limit = limits_.longest});
  --asking_;
  const std::lock_guard lock(mutex_);
  if (!answer || answer->status >= 500 || answer->status == 429) {
    quiet_until_ = clock_.now() + limits_.pause;
    return {};
  }
  // A host that it cannot read is no reason to leave it alone: the next one is another.
  const std::string body = answer->status == 200 ? answer->body : "";
  keep(host, body, clock_.now());
  return body;
}

}  // namespace beian::gate
