#include "testing/breaking_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.hpp"

namespace beian::testing {
namespace {

constexpr int kTick = 20;  // ms between looks at the stop flag
constexpr size_t kChunk = 64 * 1024;

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;  // the other side is gone; it will show when reading
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

// -1 when nobody listens.
int connect_to(uint16_t port) {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (server < 0) throw std::runtime_error("the proxy has no socket");
  const sockaddr_in address = loopback(port);
  if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return server;
  ::close(server);
  return -1;
}

void close_socket(int socket, bool reset) {
  if (reset) {
    const linger at_once{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  ::close(socket);
}

// Bytes of the message that starts `buffer`; npos while its head is not whole.
size_t message_size(const std::string& buffer) {
  const size_t head = buffer.find("\r\n\r\n");
  if (head == std::string::npos) return std::string::npos;
  const std::string lower = text::lower_ascii(buffer.substr(0, head));
  const size_t field = lower.find("\r\ncontent-length:");
  size_t body = 0;
  if (field != std::string::npos) body = std::stoul(lower.substr(field + 17));
  return head + 4 + body;
}

}  // namespace

BreakingProxy::BreakingProxy(uint16_t port) : port_(port) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("the proxy cannot listen");
  own_port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

BreakingProxy::~BreakingProxy() {
  stop_ = true;
  released_.notify_all();
  acceptor_.join();
  for (auto& connection : connections_) connection.join();
  ::close(listener_);
}

std::string BreakingProxy::origin() const {
  return "http://127.0.0.1:" + std::to_string(own_port_);
}

void BreakingProxy::break_next(Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

void BreakingProxy::mend() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

void BreakingProxy::hold(bool on) {
  {
    const std::lock_guard lock(mutex_);
    hold_ = on;
  }
  released_.notify_all();
}

int BreakingProxy::held() const {
  const std::lock_guard lock(mutex_);
  return held_;
}

int BreakingProxy::exchanges() const {
  const std::lock_guard lock(mutex_);
  return exchanges_;
}

void BreakingProxy::accept_all() {
  while (!stop_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, kTick) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) connections_.emplace_back([this, client] { serve(client); });
  }
}

// One whole message; what came beyond it stays in `buffer`. False when the other side closed.
bool BreakingProxy::read_message(int socket, std::string& buffer, std::string& message) {
  std::string chunk(kChunk, '\0');
  for (;;) {
    const size_t size = message_size(buffer);
    if (size != std::string::npos && buffer.size() >= size) {
      message = buffer.substr(0, size);
      buffer.erase(0, size);
      return true;
    }
    pollfd waiting{socket, POLLIN, 0};
    if (stop_) return false;
    if (::poll(&waiting, 1, kTick) <= 0) continue;
    const ssize_t n = ::recv(socket, chunk.data(), chunk.size(), 0);
    if (n <= 0) return false;
    buffer.append(chunk, 0, static_cast<size_t>(n));
  }
}

void BreakingProxy::serve(int client) {
  std::string buffer, request;
  while (read_message(client, buffer, request)) {
    longest_request_ = std::max(longest_request_.load(), request.size());
    if (!exchange(client, request)) return;
  }
  ::close(client);
}

BreakingProxy::Fault BreakingProxy::take(const std::string& request) {
  std::unique_lock lock(mutex_);
  ++exchanges_;
  ++held_;
  released_.wait(lock, [this] { return !hold_ || stop_; });
  --held_;
  Fault fault;
  const auto next = std::ranges::find_if(
      faults_, [&](const Fault& one) { return request.find(one.only) != std::string::npos; });
  if (next != faults_.end()) {
    fault = *next;
    faults_.erase(next);
  }
  lock.unlock();
  return fault;
}

// Asks the server on a connection of its own; the whole answer, or what came of it.
std::string BreakingProxy::ask(std::string_view request) {
  const int server = connect_to(port_);
  if (server < 0) return {};
  std::string buffer, answer;
  send_all(server, request);
  if (!read_message(server, buffer, answer)) answer = buffer;
  ::close(server);
  longest_answer_ = std::max(longest_answer_.load(), answer.size());
  return answer;
}

void BreakingProxy::deliver_late() {
  std::vector<std::string> due;
  {
    const std::lock_guard lock(mutex_);
    due.swap(late_);
  }
  for (const auto& request : due) ask(request);
}

// False: the client's connection is closed.
bool BreakingProxy::exchange(int client, const std::string& request) {
  const Fault fault = take(request);
  const auto cut = [&] {
    close_socket(client, fault.reset);
    return false;
  };
  if (fault.kind == Kind::cut_request) {
    if (const int server = connect_to(port_); server >= 0) {
      send_all(server, std::string_view(request).substr(0, std::min(fault.at, request.size())));
      close_socket(server, fault.reset);
    }
    return cut();
  }
  if (fault.kind == Kind::late) {
    const std::lock_guard lock(mutex_);
    late_.push_back(request);
    return cut();
  }
  if (fault.kind == Kind::repeat) ask(request);
  const std::string answer = ask(request);
  deliver_late();
  if (fault.kind == Kind::repeat_late) {
    const std::lock_guard lock(mutex_);
    late_.push_back(request);
  }
  if (fault.kind == Kind::cut_answer && fault.at < answer.size()) {
    send_all(client, std::string_view(answer).substr(0, fault.at));
    return cut();
  }
  send_all(client, answer);
  return message_size(answer) == answer.size() || cut();
}

}  // namespace beian::testing
