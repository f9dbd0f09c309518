// One thread's sockets: epoll, every connection's bytes to its session and back, and the time each
// may take.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gate/file.hpp"
#include "gate/server/desk.hpp"
#include "gate/server/session.hpp"

namespace beian::gate::server {

struct LoopLimits {
  size_t connections = 10'000;  // of this thread; when all are there the longest idle one goes
  // Seconds: without a request, for a head from its first byte, for a body from the end of the
  // head, for the client to take what it is sent, and for it to see that we end.
  uint32_t idle = 75, head = 10, body = 30, send = 30, linger = 2;
  uint32_t stop = 5;  // for those under way, when the server stops
};

class Loop {
 public:
  // All but the socket outlive it.
  Loop(Desk& desk, const SessionLimits& session, const LoopLimits& limits, Descriptor listener);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Until stop(), and then until what is under way is answered.
  void run();
  // From another thread, after Board::stopping.
  void stop();

 private:
  // What a connection waits for, each with a time limit of its own.
  enum Wait : uint8_t { idle, head, body, send, linger };
  static constexpr size_t kWaits = 5;

  struct Connection;
  // Connections in the order in which their time is over.
  struct Queue {
    Connection* first = nullptr;
    Connection* last = nullptr;
  };

  void turn();
  void accept_some();
  void open(int fd);
  void make_room();
  void close(Connection& c);
  void readable(Connection& c);
  void read_on(Connection& c, std::string_view bytes);
  void writable(Connection& c);
  void sent(Connection& c);
  void drain(Connection& c);
  void wait_for(Connection& c, Wait wait);
  void link(Connection& c, Wait wait);
  void unlink(Connection& c);
  void watch(Connection& c, uint32_t events);
  void listen(bool on);
  void time_out();
  void begin_stop();
  void set_time();

  Desk& desk_;
  const SessionLimits& session_limits_;
  const LoopLimits& limits_;
  Descriptor listener_, epoll_, wake_;
  std::vector<std::unique_ptr<Connection>> all_;
  std::vector<Connection*> free_, dead_;         // dead: of this turn, whose events may still come
  std::vector<Connection*> ready_, turn_ready_;  // have more to say, when the others had theirs
  Queue queues_[kWaits];
  std::vector<char> in_;
  std::string out_;
  size_t open_ = 0, lists_ = 0;
  uint64_t now_ns_ = 0;  // of the turn
  uint32_t now_ = 0;     // the same in seconds
  uint32_t stop_at_ = 0, listen_from_ = 0;
  bool listening_ = false, stopping_ = false;
};

}  // namespace beian::gate::server
