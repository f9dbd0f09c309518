#include "app/gate_feed.hpp"

#include <fstream>

#include "base/text.hpp"
#include "platform/log/log.hpp"

namespace beian::app {

namespace {

// A command line shows its words to every user of the machine, a file does not.
Result<Secret> read_token(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line) || text::trim(line).empty())
    return fail(ProblemCode::file_unreadable, "",
                {{"path", path}, {"reason", "no token in its first line"}});
  return Secret(std::string(text::trim(line)));
}

// error: what is in force would not outlive the process.
log::Level level_of(std::string_view event) {
  for (const auto* bad : {"gate.journal_damaged", "gate.journal_failed", "gate.merge_failed"})
    if (event == bad) return log::Level::error;
  return event == "gate.not_following" ? log::Level::warn : log::Level::info;
}

}  // namespace

Result<gate::FollowOptions> follow_options(const GateFeed& feed, const std::string& snapshot) {
  const auto token = read_token(feed.token_file);
  if (!token) return fail(token);
  gate::FollowOptions out;
  out.origin = feed.origin;
  while (out.origin.ends_with('/')) out.origin.pop_back();
  out.token = *token;
  out.token_again = [path = feed.token_file] { return read_token(path); };
  out.keeper.path = snapshot;
  out.keeper.merge_after = feed.merge_after;
  out.keeper.tell = [](std::string_view event, std::string_view detail) {
    log::write(level_of(event), event, {{"detail", std::string(detail)}});
  };
  return out;
}

}  // namespace beian::app
