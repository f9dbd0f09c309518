// The gate's own HTTP server: a loop and a listening socket for each thread, all of which answer
// from one Live.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "gate/live.hpp"
#include "gate/server/desk.hpp"
#include "gate/server/listen.hpp"
#include "gate/server/loop.hpp"

namespace beian::gate::server {

struct ServerOptions {
  std::string listen = "127.0.0.1:8088";  // read_place
  size_t threads = 1;
  Policy policy;
  SessionLimits session;
  LoopLimits loop;  // connections: of all threads together
};

class Server {
 public:
  // Listens and serves from here on. `live` outlives it. Fails where it cannot listen.
  static Result<std::unique_ptr<Server>> start(const Live& live, const ServerOptions& options);
  ~Server();  // stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Where it listens, with the port that was free: "127.0.0.1:8088".
  const std::string& place() const { return place_; }
  // Takes nobody more, answers what is under way, and returns when that is done or LoopLimits::stop
  // is over. A socket's path is removed.
  void stop();
  Board& board() { return board_; }

 private:
  struct Thread {
    Thread(const Live& live, const ServerOptions& options, Board& board, Counters& counters,
           Descriptor socket)
        : desk(live, options.policy, board, counters),
          loop(desk, options.session, options.loop, std::move(socket)) {}
    Desk desk;
    Loop loop;
    std::thread running;
  };
  Server(const Live& live, const ServerOptions& options, std::vector<Descriptor> sockets);

  ServerOptions options_;
  Board board_;
  std::string place_, path_;
  std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace beian::gate::server
