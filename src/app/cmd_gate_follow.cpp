// gate follow: keeps a snapshot as the provider system's registry stands, for programs that read
// the file (exports, libbeian_gate), and as the follower of `gate serve` does it.
#include <csignal>
#include <cstdio>
#include <fstream>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "app/signals.hpp"
#include "base/text.hpp"
#include "gate/follow.hpp"
#include "platform/log/log.hpp"

namespace beian::app {

namespace {

// The first line; a command line shows its words to every user of the machine.
Result<Secret> read_token(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line) || text::trim(line).empty())
    return fail(ProblemCode::file_unreadable, "",
                {{"path", path}, {"reason", "no token in its first line"}});
  return Secret(std::string(text::trim(line)));
}

}  // namespace

int gate_follow(const GateFollowOptions& options) {
  const auto token = read_token(options.token_file);
  if (!token) {
    complain(token.error());
    return 2;
  }
  hold_signals();
  gate::FollowOptions follow;
  follow.origin = options.origin;
  follow.token = *token;
  if (options.once) follow.wait = std::chrono::seconds(0);
  follow.keeper.path = options.file;
  follow.keeper.merge_after = options.merge_after;
  follow.keeper.tell = [](std::string_view event, std::string_view detail) {
    log::info(event, {{"detail", std::string(detail)}});
  };
  gate::Follower follower(std::move(follow));
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
