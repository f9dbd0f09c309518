// Plain sockets on 127.0.0.1 for tests: says exactly what no good client or server would say.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace beian::http::raw {

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() { close(); }

  static Socket connect(uint16_t port) {
    Socket s(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(s.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(s.fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      throw std::runtime_error("connect failed");
    return s;
  }

  // False when the other side is gone.
  bool say(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

  // Everything until `enough` says so, the other side closes (closed() is true then), or time is
  // up.
  std::string hear(const std::function<bool(const std::string&)>& enough,
                   std::chrono::milliseconds within = std::chrono::seconds(10)) {
    const auto until = std::chrono::steady_clock::now() + within;
    while (!enough(heard_)) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          until - std::chrono::steady_clock::now());
      pollfd p{fd_, POLLIN, 0};
      if (left.count() <= 0 || ::poll(&p, 1, static_cast<int>(left.count())) <= 0) break;
      char buffer[16 * 1024];
      const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
      if (n <= 0) {
        closed_ = true;
        reset_ = n < 0;
        break;
      }
      heard_.append(buffer, static_cast<size_t>(n));
    }
    return std::exchange(heard_, {});
  }
  std::string hear_until(std::string_view end) {
    return hear([end](const std::string& s) { return s.find(end) != s.npos; });
  }
  std::string hear_all() {
    return hear([](const std::string&) { return false; });
  }
  // One answer by its Content-Length; what follows stays for the next call.
  std::string hear_answer(bool without_body = false) {
    const auto whole = [without_body](const std::string& s) -> size_t {
      const size_t end = s.find("\r\n\r\n");
      if (end == s.npos) return 0;
      const size_t at = s.find("Content-Length: ");
      if (without_body || at == s.npos || at > end) return end + 4;
      const size_t size = end + 4 + std::stoul(s.substr(at + 16));
      return s.size() >= size ? size : 0;
    };
    std::string all = hear([&](const std::string& s) { return whole(s) > 0; });
    const size_t size = whole(all);
    if (size > 0) {
      heard_ = all.substr(size);
      all.resize(size);
    }
    return all;
  }

  bool closed() const { return closed_; }
  bool reset() const { return reset_; }
  int fd() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
  std::string heard_;
  bool closed_ = false;
  bool reset_ = false;
};

class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(fd_, 64) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
      throw std::runtime_error("listen failed");
    port_ = ntohs(at.sin_port);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { ::close(fd_); }
  uint16_t port() const { return port_; }
  Socket accept() {
    pollfd p{fd_, POLLIN, 0};
    if (::poll(&p, 1, 10'000) <= 0) throw std::runtime_error("nobody connected");
    return Socket(::accept(fd_, nullptr, nullptr));
  }
  bool somebody_waits(std::chrono::milliseconds within) {
    pollfd p{fd_, POLLIN, 0};
    return ::poll(&p, 1, static_cast<int>(within.count())) > 0;
  }

 private:
  int fd_;
  uint16_t port_ = 0;
};

// Polls until it is so; false when it is not within the time.
inline bool eventually(const std::function<bool()>& so,
                       std::chrono::milliseconds within = std::chrono::seconds(10)) {
  const auto until = std::chrono::steady_clock::now() + within;
  while (!so()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace beian::http::raw
