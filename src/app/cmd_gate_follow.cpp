// gate follow: keeps a snapshot as the provider system's registry stands, for programs that read
// the file (exports, libbeian_gate), and as the follower of `gate serve` does it.
#include <cstdio>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "app/gate_feed.hpp"
#include "app/signals.hpp"

namespace beian::app {

int gate_follow(const GateFollowOptions& options) {
  auto follow = follow_options(options.feed, options.file);
  if (!follow) {
    complain(follow.error());
    return 2;
  }
  hold_signals();
  if (options.once) follow->wait = std::chrono::seconds(0);
  gate::Follower follower(std::move(*follow));
  if (const Status started = follower.start(); !started) {
    complain(started.error());
    return 1;
  }
  if (options.once) {
    // Until the feed has said that there is no more.
    const bool done = follower.wait_confirmed(std::chrono::seconds(options.patience));
    follower.merge();
    const gate::FollowState state = follower.state();
    if (!done) {
      std::fprintf(stderr, "%s\n", state.last_problem.c_str());
      return 1;
    }
    std::printf("at change %llu\n", static_cast<unsigned long long>(state.sequence));
    return 0;
  }
  wait_for_signal();
  follower.stop();
  return 0;
}

}  // namespace beian::app
