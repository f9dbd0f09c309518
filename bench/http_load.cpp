#include "http_load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <stdexcept>
#include <string>

namespace beian::bench {

namespace {

double now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Seconds of all cores that a virtual machine's host gave to others while they had work (steal).
double taken() {
  std::ifstream in("/proc/stat");
  std::string name;
  double ticks = 0;
  in >> name;
  for (int field = 0; field < 8; ++field) in >> ticks;
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

int connect_to(uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("nobody listens");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

constexpr double kWindow = 0.02;  // seconds

struct Connection {
  int fd = -1;
  double due = 0;
  const Asked* asked = nullptr;
  std::string heard;
};

class Generator {
 public:
  Generator(uint16_t port, const std::vector<Asked>& asked, size_t connections)
      : asked_(asked), epoll_(epoll_create1(EPOLL_CLOEXEC)), all_(connections) {
    for (Connection& c : all_) {
      c.fd = connect_to(port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &c;
      epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &event);
      free_.push_back(&c);
    }
  }
  ~Generator() {
    for (const Connection& c : all_) ::close(c.fd);
    ::close(epoll_);
  }
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  Load run(double rate, double seconds) {
    std::mt19937_64 random(42);
    std::exponential_distribution<double> distance(rate);
    begin_ = now();
    const double end = begin_ + seconds;
    double due = begin_;
    while (due < end || free_.size() < all_.size()) {
      const double time = now();
      for (; due < std::min(time, end) && !free_.empty(); due += distance(random)) ask(due);
      hear(due < end && !free_.empty() ? due : now() + 0.001);
      if (time > end + 10) break;  // whoever has not answered by now
    }
    out_.wrong += all_.size() - free_.size();
    finish(now() - begin_);
    return out_;
  }

 private:
  void ask(double due) {
    Connection& c = *free_.back();
    free_.pop_back();
    c.due = due;
    c.asked = &asked_[next_++ % asked_.size()];
    c.heard.clear();
    const std::string& request = c.asked->request;
    if (::send(c.fd, request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size()))
      throw std::runtime_error("a request was not taken");
  }

  // What has come; waits for it until then.
  void hear(double until) {
    std::array<epoll_event, 64> events;
    const double wait = std::max(until - now(), 0.0);
    const timespec time{static_cast<time_t>(wait), static_cast<long>(std::fmod(wait, 1) * 1e9)};
    const int count =
        epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &time, nullptr);
    for (int i = 0; i < count; ++i) {
      auto& c = *static_cast<Connection*>(events[static_cast<size_t>(i)].data.ptr);
      char bytes[4096];
      const ssize_t n = ::recv(c.fd, bytes, sizeof bytes, 0);
      if (n <= 0) throw std::runtime_error("a connection was ended");
      c.heard.append(bytes, static_cast<size_t>(n));
      if (!c.heard.ends_with("\r\n\r\n")) continue;
      took_.push_back(static_cast<float>((now() - c.due) * 1e6));
      windows_[static_cast<size_t>((c.due - begin_) / kWindow)].push_back(took_.back());
      if (c.heard.compare(9, 3, c.asked->status) != 0) ++out_.wrong;
      free_.push_back(&c);
    }
  }

  static double at(double share, std::vector<float>& all) {
    std::ranges::sort(all);
    const auto index = static_cast<size_t>(share * static_cast<double>(all.size()));
    return all.empty() ? 0.0 : static_cast<double>(all[std::min(index, all.size() - 1)]);
  }

  void finish(double took) {
    std::vector<float> of_windows;
    for (auto& [n, window] : windows_) of_windows.push_back(static_cast<float>(at(0.99, window)));
    out_.p99_window = at(0.5, of_windows);
    out_.answers = took_.size();
    out_.rate = static_cast<double>(took_.size()) / took;
    out_.p50 = at(0.5, took_);
    out_.p99 = at(0.99, took_);
    out_.p999 = at(0.999, took_);
    out_.most = at(1, took_);
  }

  const std::vector<Asked>& asked_;
  int epoll_;
  std::vector<Connection> all_;
  std::vector<Connection*> free_;
  double begin_ = 0;
  std::vector<float> took_;
  std::map<size_t, std::vector<float>> windows_;
  size_t next_ = 0;
  Load out_;
};

}  // namespace

Load steady_load(uint16_t port, const std::vector<Asked>& asked, size_t connections, double rate,
                 double seconds) {
  prctl(PR_SET_TIMERSLACK, 1);
  Generator generator(port, asked, connections);
  const double before = taken();
  Load out = generator.run(rate, seconds);
  out.taken = (taken() - before) * 1000 / seconds;
  return out;
}

}  // namespace beian::bench
