// gate serve: answers over HTTP from a snapshot's file, and from the next one when that is put in
// its place.
#include <algorithm>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "gate/server/run.hpp"

namespace beian::app {

namespace {

using gate::server::ServerOptions;
using gate::server::WhenStale;

ServerOptions server_options(const GateServeOptions& options) {
  ServerOptions out;
  out.listen = options.listen;
  out.threads = static_cast<size_t>(options.threads);
  out.loop.connections = static_cast<size_t>(options.connections);
  out.policy.host_field = options.host_field;
  std::ranges::transform(out.policy.host_field, out.policy.host_field.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  });
  out.policy.stale_after = static_cast<gate::Seconds>(options.stale_after);
  out.policy.when_stale = options.when_stale == "allow"  ? WhenStale::allow
                          : options.when_stale == "deny" ? WhenStale::deny
                                                         : WhenStale::answer;
  return out;
}

}  // namespace

int gate_serve(const GateServeOptions& options) {
  const auto done = gate::server::run(options.file, server_options(options));
  if (!done) complain(done.error());
  return done ? 0 : 2;
}

}  // namespace beian::app
