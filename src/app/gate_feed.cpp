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

}  // namespace

Result<gate::FollowOptions> follow_options(const GateFeed& feed, const std::string& snapshot) {
  const auto token = read_token(feed.token_file);
  if (!token) return fail(token);
  gate::FollowOptions out;
  out.origin = feed.origin;
  out.token = *token;
  out.keeper.path = snapshot;
  out.keeper.merge_after = feed.merge_after;
  out.keeper.tell = [](std::string_view event, std::string_view detail) {
    const auto level = event == "gate.journal_damaged" ? log::Level::error
                       : event == "gate.not_following" ? log::Level::warn
                                                       : log::Level::info;
    log::write(level, event, {{"detail", std::string(detail)}});
  };
  return out;
}

}  // namespace beian::app
