// gate block-page: answers any request for any host with why it is not served here.
#include <cstdio>
#include <mutex>
#include <optional>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "app/signals.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "gate/block/remote.hpp"
#include "gate/block/server.hpp"
#include "gate/read_along.hpp"
#include "platform/http/server.hpp"
#include "platform/log/log.hpp"

namespace beian::app {

namespace {

// A snapshot, and the journal that a follower keeps beside it; looked at once a second for what has
// come since. What is damaged does not count, the page goes on with what it had.
class SnapshotFile {
 public:
  SnapshotFile(std::string path, const Clock& clock)
      : path_(std::move(path)), clock_(clock), files_({.path = path_}) {}

  Status open() {
    if (const auto opened = files_.open(); !opened) return opened;
    reader_.emplace(files_.live());
    look_again_ = clock_.now() + kLook;
    return {};
  }

  std::optional<gate::BlockAnswer> ask(const std::string& host) {
    const std::lock_guard lock(mutex_);
    const TimePoint now = clock_.now();
    if (now >= look_again_) {
      look_again_ = now + kLook;
      const bool refused = !files_.refresh();
      if (refused && !refused_) log::error("block_page.snapshot_refused", {{"path", path_}});
      refused_ = refused;
    }
    return gate::block_answer_of(
        reader_->lookup(host, static_cast<gate::Seconds>(to_ms(now) / 1000)));
  }

 private:
  static constexpr Millis kLook{1000};
  std::string path_;
  const Clock& clock_;
  std::mutex mutex_;
  gate::ReadAlong files_;
  std::optional<gate::Live::Reader> reader_;
  bool refused_ = false;
  TimePoint look_again_{};
};

// "127.0.0.1:8089", "[::1]:8089"
bool read_address(const std::string& text, http::ServerOptions& options) {
  const size_t colon = text.rfind(':');
  int64_t port = 0;
  if (colon == text.npos || !text::parse_i64(text.substr(colon + 1), port) || port < 0 ||
      port > 65535)
    return false;
  options.port = static_cast<uint16_t>(port);
  options.address = text.substr(0, colon);
  if (options.address.starts_with('[') && options.address.ends_with(']'))
    options.address = options.address.substr(1, options.address.size() - 2);
  return !options.address.empty();
}

bool is_web_address(const std::string& url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

int refuse(const std::string& why) {
  std::fprintf(stderr, "beian gate block-page: %s\n", why.c_str());
  return 2;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

int gate_block_page(const GateBlockOptions& options) {
  hold_signals();
  http::ServerOptions server;
  // Whatever is asked of a blocked site, and whatever is posted to it, which is not read in.
  server.any_target = true;
  server.heads_only = true;
  if (!read_address(options.listen, server)) return refuse("--listen: ADDRESS:PORT");
  if (options.snapshot.empty() == options.gate.empty())
    return refuse("one of --snapshot and --gate");
  for (const auto& url : {options.gate, options.provider, options.portal})
    if (!url.empty() && !is_web_address(url)) return refuse("no http address: " + url);

  const SystemClock clock;
  SnapshotFile file(options.snapshot, clock);
  std::optional<gate::Remote> gate_asked, provider_asked;
  gate::BlockPage::Lookup lookup;
  if (!options.gate.empty()) {
    // A gate answers in microseconds and is near: what it said is kept but for a moment.
    gate_asked.emplace(
        without_slash(options.gate) + "/lookup?host=", clock,
        gate::RemoteLimits{
            .timeout = Millis{300}, .kept = Millis{1000}, .burst = 1000, .per_second = 1000});
    lookup = [&](const std::string& host) -> std::optional<gate::BlockAnswer> {
      const auto said = gate_asked->ask(host);
      return said ? gate::read_block_answer(*said) : std::nullopt;
    };
  } else {
    if (const auto opened = file.open(); !opened) {
      complain(opened.error());
      return 2;
    }
    lookup = [&](const std::string& host) { return file.ask(host); };
  }
  gate::BlockPage::OrderOf order_of;
  if (!options.provider.empty()) {
    provider_asked.emplace(without_slash(options.provider) + "/api/v1/public/progress?host=",
                           clock);
    order_of = [&](const std::string& domain) -> std::optional<gate::BlockOrder> {
      const auto said = provider_asked->ask(domain);
      return said ? gate::read_block_order(*said) : std::nullopt;
    };
  }
  const gate::BlockPage page(
      {options.name, options.portal.empty() ? options.provider : options.portal}, lookup, order_of);
  http::Server serving(server, [&](const http::Request& request) { return page.answer(request); });
  std::printf("拦截页 %s\n", serving.origin().c_str());
  std::fflush(stdout);
  wait_for_signal();
  serving.stop();
  return 0;
}

}  // namespace beian::app
