#include "gate/server/loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <optional>
#include <utility>

namespace beian::gate::server {

namespace {

constexpr size_t kRead = 64u << 10;
constexpr int kAtOnce = 128;   // connections with news, or new ones, that one turn looks at
constexpr int kTurnMs = 1000;  // the longest wait: time limits, a new view
constexpr size_t kOutRoom = 256u << 10;

uint64_t nanoseconds() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

Seconds wall_clock() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return static_cast<Seconds>(time.tv_sec);
}

}  // namespace

struct Loop::Connection {
  Connection(Desk& desk, const SessionLimits& limits, size_t& lists) {
    session.emplace(desk, limits, lists);
  }
  int fd = -1;
  uint32_t events = 0;
  Wait wait = idle;
  Session::Next next = Session::Next::read;
  uint32_t since = 0;    // when it was put into its queue
  uint64_t request = 0;  // and which was its session's
  Connection* before = nullptr;
  Connection* after = nullptr;
  std::optional<Session> session;
  std::string out;  // what the socket did not take, from `out_at` on
  size_t out_at = 0;
};

Loop::Loop(Desk& desk, const SessionLimits& session, const LoopLimits& limits, Descriptor listener)
    : desk_(desk),
      session_limits_(session),
      limits_(limits),
      listener_(std::move(listener)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      in_(kRead) {
  if (!epoll_.is_open() || !wake_.is_open()) throw_errno("epoll");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &wake_;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) throw_errno("epoll");
  out_.reserve(kOutRoom);
  listen(true);
}

Loop::~Loop() {
  for (const auto& c : all_) {
    if (c->fd >= 0) close(*c);
  }
}

void Loop::stop() {
  const uint64_t one = 1;
  (void)!::write(wake_.get(), &one, sizeof one);
}

void Loop::set_time() {
  now_ns_ = nanoseconds();
  now_ = static_cast<uint32_t>(now_ns_ / 1'000'000'000);
  desk_.set_time(wall_clock());
}

void Loop::run() {
  set_time();
  while (!stopping_ || open_ > 0) turn();
}

void Loop::turn() {
  std::array<epoll_event, kAtOnce> events;
  const int count = epoll_wait(epoll_.get(), events.data(), kAtOnce, ready_.empty() ? kTurnMs : 0);
  set_time();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    if (event.data.ptr == &wake_) {
      begin_stop();
    } else if (event.data.ptr == &listener_) {
      accept_some();
    } else {
      auto& c = *static_cast<Connection*>(event.data.ptr);
      if (c.fd < 0) continue;  // closed in this turn
      if (c.wait == send)
        writable(c);
      else
        readable(c);
    }
  }
  turn_ready_.swap(ready_);
  for (Connection* c : turn_ready_) {
    if (c->fd >= 0 && c->next == Session::Next::write && c->wait != send) read_on(*c, {});
  }
  turn_ready_.clear();
  time_out();
  free_.insert(free_.end(), dead_.begin(), dead_.end());
  dead_.clear();
}

// ---- opening and closing

void Loop::listen(bool on) {
  if (on == listening_) return;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  event.data.ptr = &listener_;
  if (epoll_ctl(epoll_.get(), on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener_.get(), &event) != 0)
    throw_errno("epoll");
  listening_ = on;
}

void Loop::accept_some() {
  for (int i = 0; i < kAtOnce; ++i) {
    const bool full = open_ >= limits_.connections;
    if (full && queues_[idle].first == nullptr) return listen(false);  // until one ends
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      if (full) make_room();
      open(fd);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      // Nothing to be had: asked again when a connection ends, or in a second.
      make_room();
      listen_from_ = now_ + 1;
      return listen(false);
    } else if (errno != ECONNABORTED && errno != EINTR) {
      return;
    }
  }
}

// For who comes now the one goes that has said nothing for the longest time.
void Loop::make_room() {
  if (Connection* c = queues_[idle].first) {
    desk_.counters().shed.add();
    close(*c);
  }
}

void Loop::open(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (free_.empty()) {
    all_.push_back(std::make_unique<Connection>(desk_, session_limits_, lists_));
    free_.push_back(all_.back().get());
  }
  Connection& c = *free_.back();
  free_.pop_back();
  c.fd = fd;
  c.events = EPOLLIN;
  c.next = Session::Next::read;
  epoll_event event{};
  event.events = c.events;
  event.data.ptr = &c;
  ++open_;
  desk_.counters().opened.add();
  link(c, idle);
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) close(c);
}

void Loop::close(Connection& c) {
  unlink(c);
  ::close(c.fd);
  c.fd = -1;
  c.out_at = 0;
  std::string().swap(c.out);
  c.session.emplace(desk_, session_limits_, lists_);
  --open_;
  desk_.counters().closed.add();
  dead_.push_back(&c);
  if (!stopping_) listen(true);
}

// ---- bytes

void Loop::watch(Connection& c, uint32_t events) {
  if (c.events == events) return;
  c.events = events;
  epoll_event event{};
  event.events = events;
  event.data.ptr = &c;
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, c.fd, &event);
}

void Loop::readable(Connection& c) {
  if (c.wait == linger) return drain(c);
  if (c.next == Session::Next::write) return;  // it is in ready_
  const ssize_t n = ::recv(c.fd, in_.data(), in_.size(), 0);
  if (n > 0) return read_on(c, {in_.data(), static_cast<size_t>(n)});
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  close(c);  // it has gone, or says nothing more: all it asked is answered
}

void Loop::read_on(Connection& c, std::string_view bytes) {
  out_.clear();
  const uint64_t before = c.session->requests();
  c.next = c.session->take(bytes, out_);
  const uint64_t requests = c.session->requests() - before;
  size_t done = 0;
  while (done < out_.size()) {
    const ssize_t n = ::send(c.fd, out_.data() + done, out_.size() - done, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) return close(c);
    if (n < 0) break;
    done += static_cast<size_t>(n);
  }
  if (requests > 0) desk_.counters().latency.add(nanoseconds() - now_ns_, requests);
  if (done < out_.size()) {
    c.out.assign(out_, done);
    c.out_at = 0;
    watch(c, EPOLLOUT);
    return wait_for(c, send);
  }
  sent(c);
}

void Loop::writable(Connection& c) {
  while (c.out_at < c.out.size()) {
    const ssize_t n = ::send(c.fd, c.out.data() + c.out_at, c.out.size() - c.out_at, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) return close(c);
    c.out_at += static_cast<size_t>(n);
  }
  std::string().swap(c.out);
  c.out_at = 0;
  watch(c, EPOLLIN);
  sent(c);
}

// All that there was is with the kernel.
void Loop::sent(Connection& c) {
  constexpr Wait kWaitOf[] = {idle, head, body};
  switch (c.next) {
    case Session::Next::read:
      return wait_for(c, kWaitOf[static_cast<size_t>(c.session->phase())]);
    case Session::Next::write:
      ready_.push_back(&c);
      return wait_for(c, body);
    case Session::Next::close:
      // Not closed while something may be on its way here: that would take our answer back.
      ::shutdown(c.fd, SHUT_WR);
      return wait_for(c, linger);
  }
}

void Loop::drain(Connection& c) {
  const ssize_t n = ::recv(c.fd, in_.data(), in_.size(), 0);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) close(c);
}

// ---- time

void Loop::link(Connection& c, Wait wait) {
  Queue& queue = queues_[wait];
  c.wait = wait;
  c.since = now_;
  c.request = c.session->requests();
  c.before = queue.last;
  c.after = nullptr;
  (queue.last != nullptr ? queue.last->after : queue.first) = &c;
  queue.last = &c;
}

void Loop::unlink(Connection& c) {
  Queue& queue = queues_[c.wait];
  (c.before != nullptr ? c.before->after : queue.first) = c.after;
  (c.after != nullptr ? c.after->before : queue.last) = c.before;
}

// Its time begins again with each request, not with each byte. Once a second is often enough.
void Loop::wait_for(Connection& c, Wait wait) {
  if (c.wait == wait && (c.since == now_ || c.request == c.session->requests())) return;
  unlink(c);
  link(c, wait);
}

void Loop::time_out() {
  const uint32_t limits[kWaits] = {limits_.idle, limits_.head, limits_.body, limits_.send,
                                   limits_.linger};
  for (size_t wait = 0; wait < kWaits; ++wait) {
    while (Connection* c = queues_[wait].first) {
      const bool stop_over = stopping_ && now_ >= stop_at_;
      if (now_ - c->since < limits[wait] && !stop_over) break;
      if (wait != linger) desk_.counters().timed_out.add();
      close(*c);
    }
  }
  const bool room = open_ < limits_.connections || queues_[idle].first != nullptr;
  if (!listening_ && !stopping_ && now_ >= listen_from_ && room) listen(true);
}

// Who has connected is served, then nobody more; who has asked is answered.
void Loop::begin_stop() {
  uint64_t count = 0;
  (void)!::read(wake_.get(), &count, sizeof count);
  if (stopping_ || !desk_.stopping()) return;
  accept_some();
  stopping_ = true;
  stop_at_ = now_ + limits_.stop;
  if (listening_) listen(false);
  listener_ = Descriptor();
  for (Connection *c = queues_[idle].first, *after = nullptr; c != nullptr; c = after) {
    after = c->after;
    if (c->next == Session::Next::read) {
      readable(*c);
      if (c->fd >= 0 && c->wait == idle) close(*c);
    }
  }
}

}  // namespace beian::gate::server
