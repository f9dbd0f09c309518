// A TCP proxy that breaks what passes: for tests of "nothing is lost and nothing happens twice". It
// understands just enough HTTP (heads and Content-Length) to know where a request and its answer
// end.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace beian::testing {

class BreakingProxy {
 public:
  // What happens to one exchange, a request and its answer.
  enum class Kind {
    pass,
    cut_request,  // only the first `at` bytes of the request arrive, then both sides are cut
    cut_answer,   // the request is served; only the first `at` bytes of its answer come back
    repeat,       // the request arrives twice; the second answer comes back
    repeat_late,  // it arrives again after the next exchange
    late,         // the client is cut off; the request arrives after the next exchange
  };
  struct Fault {
    Kind kind = Kind::pass;
    size_t at = 0;
    bool reset = false;     // cut by RST instead of FIN
    std::string only = {};  // of the next request that holds this text; empty: of the next
  };

  // Between a free port of the loopback and 127.0.0.1:`port`.
  explicit BreakingProxy(uint16_t port);
  ~BreakingProxy();
  BreakingProxy(const BreakingProxy&) = delete;
  BreakingProxy& operator=(const BreakingProxy&) = delete;

  std::string origin() const;
  // For the next exchanges, one each, in order.
  void break_next(Fault fault);
  void mend();  // forgets what has not happened yet
  // While on, requests are taken and go no further.
  void hold(bool on);
  int held() const;       // requests that wait now
  int exchanges() const;  // requests that arrived whole
  // Bytes of the last requests and answers, for choosing where to cut.
  size_t longest_request() const { return longest_request_; }
  size_t longest_answer() const { return longest_answer_; }

 private:
  void accept_all();
  void serve(int client);
  bool exchange(int client, const std::string& request);
  Fault take(const std::string& request);
  std::string ask(std::string_view request);
  void deliver_late();
  bool read_message(int socket, std::string& buffer, std::string& message);

  const uint16_t port_;
  int listener_ = -1;
  uint16_t own_port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<size_t> longest_request_{0}, longest_answer_{0};
  mutable std::mutex mutex_;
  std::condition_variable released_;
  std::deque<Fault> faults_;
  std::vector<std::string> late_;
  bool hold_ = false;
  int held_ = 0, exchanges_ = 0;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

}  // namespace beian::testing
