// Where the questions of one thread are answered: what a request asks becomes the bytes of its
// answer. Nothing is allocated for a question of a proxy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gate/live.hpp"
#include "gate/server/metrics.hpp"
#include "gate/server/request.hpp"

namespace beian::gate::server {

enum class WhenStale : uint8_t {
  answer,  // from the last good state
  allow,   // whatever may have been filed since; not what is closed or blocked
  deny,
};

struct Policy {
  // In small letters. In it the proxy tells the host; without it Host counts. The proxy must set
  // it itself: a client's own would go through.
  std::string host_field = "x-gate-host";
  Seconds stale_after = 0;  // 0: never
  WhenStale when_stale = WhenStale::answer;
};

// What is told about a host.
struct Verdict {
  Answer answer;
  bool allow = false;
  size_t reason = 0;  // told_name
};

class Desk {
 public:
  // All of them outlive it.
  Desk(const Live& live, const Policy& policy, Board& board, Counters& counters);

  // The time for what follows. Also lets go of a view that is no longer the newest.
  void set_time(Seconds now);

  // A question of a proxy: no content, everything in fields. 204 or 200 to allow, 403 to deny, 400
  // for a host that is `repeated` or, without a field for it, `empty`: then the connection must
  // end, as `keep` tells.
  void check(const Request& request, bool& keep, std::string& out);
  void envoy(const Request& request, bool& keep, std::string& out);
  // GET /lookup: JSON for the host in the target's query.
  void lookup(const Request& request, bool keep, std::string& out);
  void health(const Request& request, bool keep, std::string& out);
  void metrics(const Request& request, bool keep, std::string& out);

  // Of a list, one host a line: answers at most `most` lines off its front.
  void lines(std::string_view& list, size_t most, std::string& out);
  void begin_lines(const Request& request, bool keep, std::string& out);

  // No answer, but a status: 404, 405 (with Allow), 400, 413, 431, 503, 505. The connection ends
  // unless `keep`.
  void refuse(int status, bool keep, std::string& out, std::string_view allow = "");

  bool stopping() const { return board_.stopping.load(std::memory_order_relaxed); }
  const Policy& policy() const { return policy_; }
  Counters& counters() { return counters_; }

 private:
  Verdict judged(const Answer& answer);
  void proxy(const Request& request, bool own_field, Question question, bool& keep,
             std::string& out);
  bool stale() const { return policy_.stale_after > 0 && age_ > policy_.stale_after; }
  void content(const Request& request, bool keep, int status, std::string_view type,
               std::string_view text, std::string& out);
  void end_head(bool keep, bool version_1_1, std::string& out);

  const Live& live_;
  const Policy& policy_;
  Board& board_;
  Counters& counters_;
  Live::Reader reader_;
  Seconds now_ = 0;
  Seconds age_ = 0;     // since the feed had nothing newer, or since the snapshot was made
  char date_[38] = {};  // "Date: Sun, 29 Nov 2026 22:20:29 GMT\r\n"
};

}  // namespace beian::gate::server
