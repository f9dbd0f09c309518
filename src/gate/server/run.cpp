#include "gate/server/run.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gate/live.hpp"
#include "gate/pace.hpp"
#include "gate/read_along.hpp"
#include "gate/server/last_holder.hpp"
#include "gate/server/reload.hpp"
#include "platform/log/log.hpp"

namespace beian::gate::server {

namespace {

// What systemd waits for (Type=notify); nothing without it.
void notify(std::string_view state) {
  const char* given = std::getenv("NOTIFY_SOCKET");
  const std::string_view path = given == nullptr ? "" : given;
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  if (path.front() == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  const Descriptor fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (fd.is_open())
    (void)::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL,
                   reinterpret_cast<sockaddr*>(&address), size);
}

sigset_t awaited_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

}  // namespace

void hold_signals() {
  signal(SIGPIPE, SIG_IGN);  // whoever reads the log may be gone
  const sigset_t set = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool end_asked() {
  sigset_t set = awaited_signals();
  sigdelset(&set, SIGHUP);
  const timespec kNow{0, 0};
  return sigtimedwait(&set, nullptr, &kNow) > 0;
}

Status run(const Live& live, const ServerOptions& options, const Tick& tick) {
  auto server = Server::start(live, options);
  if (!server) return fail(server);
  log::info("gate.serving", {{"listen", (*server)->place()},
                             {"entries", std::to_string(live.view()->snapshot->entries())}});
  notify("READY=1");
  stand_back();
  LastHolder holder;
  const sigset_t set = awaited_signals();
  const timespec kSecond{1, 0};
  for (;;) {
    holder.look(live);
    const int number = sigtimedwait(&set, nullptr, &kSecond);
    if (number == SIGTERM || number == SIGINT) break;
    tick(number == SIGHUP, (*server)->board());
  }
  notify("STOPPING=1");
  log::info("gate.stopping");
  (*server)->stop();
  return {};
}

Status run(const std::string& path, const ServerOptions& options) {
  hold_signals();
  ReadAlong files({.path = path, .load = true});
  if (Status opened = files.open(); !opened) return opened;
  Reloader reloader(files, path);
  return run(files.live(), options, [&](bool asked, Board& board) {
    if (asked) notify("RELOADING=1");
    reloader.look(asked, board);
    if (asked) notify("READY=1");
  });
}

}  // namespace beian::gate::server
