// `beian gate serve`: a server, what it answers from, and the signals of its process.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "gate/live.hpp"
#include "gate/server/server.hpp"

namespace beian::gate::server {

// Blocks SIGTERM, SIGINT and SIGHUP in the calling thread and those that it starts, so that only
// run() sees them. SIGPIPE is passed over.
void hold_signals();

// SIGTERM or SIGINT came since; before run(), which sees them itself.
bool end_asked();

// Called about once a second; `asked`: because of SIGHUP.
using Tick = std::function<void(bool asked, Board& board)>;

// Serves from `live` until SIGTERM or SIGINT, after hold_signals(). Whoever brings `live` up to
// date (the follower of a feed) has a thread of its own or does it in `tick`, which must not fail.
// Tells systemd how it stands, when that started it. Fails when it cannot listen.
Status run(const Live& live, const ServerOptions& options, const Tick& tick);

// From a snapshot's file, and from the next one when that is put in its place, with the journal
// that a follower keeps beside it (ReadAlong): they are looked at once a second, and at SIGHUP.
// What cannot be taken is told in the log and counted, and what was there goes on. Fails also when
// the first one cannot be read.
Status run(const std::string& path, const ServerOptions& options);

}  // namespace beian::gate::server
