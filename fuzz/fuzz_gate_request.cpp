// What a client says to the gate, whatever it is: the answers do not depend on the pieces in which
// it comes, and nothing but whole answers comes back.
#include <unistd.h>

#include <string>

#include "check.hpp"
#include "gate/server/session.hpp"
#include "gate/server/snapshot_for_test.hpp"

using namespace beian;
using namespace beian::gate;
using namespace beian::gate::server;

namespace {

struct Line {
  explicit Line(const Live& live) : desk(live, policy, board, *board.counters[0]) {
    desk.set_time(kCreated + 60);
  }
  void take(std::string_view bytes) {
    next = session.take(bytes, out);
    while (next == Session::Next::write) {
      std::string more;
      next = session.take({}, more);
      out += more;
    }
  }
  Policy policy;
  SessionLimits limits{.head = 2048, .body = 4096, .list = 4096, .lists = 4096, .enough = 512};
  Board board{1};
  Desk desk;
  size_t lists = 0;
  Session session{desk, limits, lists};
  Session::Next next = Session::Next::read;
  std::string out;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  static const Live kLive(sample_snapshot());
  if (size == 0) return 0;
  const size_t piece = 1 + data[0] % 64;
  const std::string_view bytes = fuzz::view(data, size).substr(1);
  // /metrics tells how often it was asked, which is the same, and how fast, which nobody adds here.
  Line whole(kLive), pieces(kLive);
  whole.take(bytes);
  for (size_t at = 0; at < bytes.size() && pieces.next != Session::Next::close; at += piece)
    pieces.take(bytes.substr(at, piece));
  fuzz::must(whole.out == pieces.out, "the same answers");
  fuzz::must((whole.next == Session::Next::close) == (pieces.next == Session::Next::close),
             "the same end");
  fuzz::must(whole.out.empty() || whole.out.starts_with("HTTP/1.1 "), "answers");
  if (whole.next == Session::Next::close) fuzz::must(whole.lists == 0, "no list is kept");
  return 0;
}
