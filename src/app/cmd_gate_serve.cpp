// gate serve: answers over HTTP from a snapshot's file, and from the next one when that is put in
// its place; or from what the provider system's registry says, which it keeps in that file.
#include <algorithm>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "app/gate_feed.hpp"
#include "gate/server/run.hpp"

namespace beian::app {

namespace {

using gate::server::ServerOptions;
using gate::server::WhenStale;

ServerOptions server_options(const GateServeOptions& options) {
  ServerOptions out;
  out.listen = options.listen;
  out.threads = static_cast<size_t>(options.threads);
  out.loop.connections = static_cast<size_t>(options.connections);
  out.policy.host_field = options.host_field;
  std::ranges::transform(out.policy.host_field, out.policy.host_field.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  });
  out.policy.stale_after = static_cast<gate::Seconds>(options.stale_after);
  out.policy.when_stale = options.when_stale == "allow"  ? WhenStale::allow
                          : options.when_stale == "deny" ? WhenStale::deny
                                                         : WhenStale::answer;
  return out;
}

// As soon as there is anything to answer from; with a snapshot on disk that is at once, whether the
// provider system can be reached or not.
Status serve_feed(const GateServeOptions& options) {
  auto follow = follow_options(options.feed, options.file);
  if (!follow) return fail(follow);
  follow->keeper.load = true;
  // Nothing is confirmed while a question waits: it must not wait until all is stale.
  if (options.stale_after > 0)
    follow->wait = std::clamp(std::chrono::seconds(options.stale_after / 2),
                              std::chrono::seconds(1), follow->wait);
  gate::server::hold_signals();
  gate::Follower follower(std::move(*follow));
  if (Status started = follower.start(); !started) return started;
  constexpr auto kLook = std::chrono::milliseconds(200);
  while (!follower.wait_until(0, kLook)) {
    if (gate::server::end_asked()) return {};
  }
  return gate::server::run(*follower.live(), server_options(options),
                           [&](bool, gate::server::Board& board) {
                             const gate::FollowState state = follower.state();
                             board.swaps = state.fetches + state.merges;
                             board.feed = state.connected ? 1 : 0;
                             board.feed_changes = state.overlay_changes;
                             board.feed_refused = state.refused;
                             board.saved = state.saved;
                           });
}

}  // namespace

int gate_serve(const GateServeOptions& options) {
  const Status done = options.feed.origin.empty()
                          ? gate::server::run(options.file, server_options(options))
                          : serve_feed(options);
  if (!done) complain(done.error());
  return done ? 0 : 2;
}

}  // namespace beian::app
