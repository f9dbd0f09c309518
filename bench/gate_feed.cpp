#include "gate_feed.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "base/chain.hpp"
#include "gate_names.hpp"

namespace beian::bench {

namespace {

using Steady = std::chrono::steady_clock;

constexpr int kBeat = 20;           // milliseconds, as gates ask
constexpr uint64_t kMost = 10'000;  // of one answer

// False when nobody says anything until then.
bool readable(int fd, int milliseconds) {
  pollfd news{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&news, 1, milliseconds) > 0;
}

uint64_t after_of(const std::string& head) {
  const size_t at = head.find("after=");
  return at == head.npos ? 0 : std::strtoull(head.c_str() + at + 6, nullptr, 10);
}

bool send_all(int fd, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const ssize_t sent = ::send(fd, text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    at += static_cast<size_t>(sent);
  }
  return true;
}

}  // namespace

Feed::Feed(uint64_t names, uint64_t changes_a_second)
    : names_(names), rate_(changes_a_second), chain_(kChainStart) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 16) != 0)
    throw std::runtime_error("the feed cannot listen");
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
}

void Feed::begin() {
  thread_ = std::thread([this] { run(); });
}

Feed::~Feed() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  ::close(listener_);
}

void Feed::run() {
  while (!stop_) {
    if (!readable(listener_, kBeat)) continue;
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    serve(fd);
    ::close(fd);
  }
}

// One gate's questions. A gate that asks from elsewhere than where the feed stands is not to be
// had.
void Feed::serve(int fd) {
  beat_ = Steady::now();
  std::string head;
  while (!stop_) {
    if (!readable(fd, kBeat)) continue;
    char bytes[4096];
    const ssize_t n = ::recv(fd, bytes, sizeof bytes, 0);
    if (n <= 0) return;
    head.append(bytes, static_cast<size_t>(n));
    if (!head.ends_with("\r\n\r\n")) continue;
    if (after_of(head) != told_) return;
    head.clear();
    const std::string body = changes(next_beat());
    if (!send_all(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                          std::to_string(body.size()) + "\r\n\r\n" + body))
      return;
  }
}

// How many changes the time since the last one brought.
uint64_t Feed::next_beat() {
  while (!stop_) {
    const auto now = Steady::now();
    const std::chrono::duration<double> since = now - beat_;
    if (!on_) beat_ = now;
    if (on_ && since >= std::chrono::milliseconds(kBeat)) {
      beat_ = now;
      return std::min(static_cast<uint64_t>(since.count() * static_cast<double>(rate_)), kMost);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return 0;
}

// The next ones, as the registry's answer has them.
std::string Feed::changes(uint64_t count) {
  std::string out = R"({"changes":[)";
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t number = told_ + i + 1, n = number * 2654435761 % (2 * names_);
    const std::string domain = filed_name(n);
    const char* const what = n < names_ ? "filed" : "not_filed";
    const char* const filing = n < names_ ? "粤ICP备2026000001号-2" : "";
    chain_ = chain_after(chain_, static_cast<int64_t>(number), domain, what, filing);
    out.append(i == 0 ? R"({"number":)" : R"(,{"number":)").append(std::to_string(number));
    out.append(R"(,"domain":")").append(domain).append(R"(","what":")").append(what);
    out.append(R"(","filing_number":")").append(filing).append("\"}");
  }
  told_ += count;
  return out.append(R"(],"last":)")
      .append(std::to_string(told_))
      .append(R"(,"chain":")")
      .append(chain_text(chain_))
      .append("\"}");
}

}  // namespace beian::bench
