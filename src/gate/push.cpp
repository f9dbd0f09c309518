#include "gate/push.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "gate/file.hpp"

namespace beian::gate {

namespace {

// HAProxy takes a line of at most tune.bufsize, 16384 unless it is set.
constexpr size_t kLongestLine = 8000;
constexpr timeval kPatience{30, 0};

std::unexpected<Problems> unreachable(const std::string& reason) {
  return fail(ProblemCode::peer_unreachable, "", {{"reason", reason}});
}

// What HAProxy says to one line.
Result<std::string> ask(const std::string& path, const std::string& line) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return unreachable(path + ": too long for a socket");
  std::copy(path.begin(), path.end(), address.sun_path);
  const Descriptor peer(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto failed = [&] { return unreachable(path + ": " + std::strerror(errno)); };
  if (!peer.is_open()) return failed();
  setsockopt(peer.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  setsockopt(peer.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  if (connect(peer.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failed();
  for (size_t at = 0; at < line.size();) {
    const ssize_t n = send(peer.get(), line.data() + at, line.size() - at, MSG_NOSIGNAL);
    if (n < 0) return failed();
    at += static_cast<size_t>(n);
  }
  std::string said;
  char piece[4096];
  for (ssize_t n; (n = recv(peer.get(), piece, sizeof piece, 0)) != 0;) {
    if (n < 0) return failed();
    said.append(piece, static_cast<size_t>(n));
  }
  return said;
}

// To each command HAProxy says what it has to say, mostly nothing, and an empty line.
Status send_group(const std::vector<std::string>& group, const std::string& socket,
                  PushReport& report) {
  std::string line;
  for (const std::string& command : group) line += (line.empty() ? "" : ";") + command;
  const auto answer = ask(socket, line + '\n');
  if (!answer) return fail(answer);
  std::string_view rest = *answer;
  for (const std::string& command : group) {
    std::string said;
    for (;;) {
      const size_t end = rest.find('\n');
      if (end == rest.npos) return unreachable(socket + ": no answer to " + command);
      const std::string_view one = rest.substr(0, end);
      rest.remove_prefix(end + 1);
      if (one.empty()) break;
      said += (said.empty() ? "" : " ") + std::string(one);
    }
    ++(said.empty() ? report.done : report.refused);
    if (!said.empty() && report.said.size() < PushReport::kMostSaid)
      report.said.push_back(command + ": " + said);
  }
  return {};
}

}  // namespace

Result<PushReport> push_commands(std::istream& commands, const std::string& socket) {
  PushReport report;
  std::vector<std::string> group;
  size_t size = 0;
  const auto flush = [&] {
    const Status sent = group.empty() ? Status() : send_group(group, socket, report);
    group.clear();
    size = 0;
    return sent;
  };
  for (std::string line; std::getline(commands, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    if (size + line.size() >= kLongestLine) {
      if (const auto sent = flush(); !sent) return fail(sent);
    }
    size += line.size() + 1;
    group.push_back(line);
  }
  if (const auto sent = flush(); !sent) return fail(sent);
  return report;
}

}  // namespace beian::gate
