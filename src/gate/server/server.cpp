#include "gate/server/server.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace beian::gate::server {

namespace {

// As many descriptors as the system lets us have; how many connections those are at most.
size_t raise_descriptors() {
  constexpr rlim_t kOthers = 64;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur > kOthers ? static_cast<size_t>(limit.rlim_cur - kOthers) : 1;
}

}  // namespace

Server::Server(const Live& live, const ServerOptions& options, std::vector<Descriptor> sockets)
    : options_(options), board_(sockets.size()) {
  const size_t all = std::min(options_.loop.connections, raise_descriptors());
  options_.loop.connections = std::max<size_t>(all / sockets.size(), 1);
  for (size_t i = 0; i < sockets.size(); ++i)
    threads_.push_back(std::make_unique<Thread>(live, options_, board_, *board_.counters[i],
                                                std::move(sockets[i])));
  for (const auto& thread : threads_)
    thread->running = std::thread([&loop = thread->loop] { loop.run(); });
}

Result<std::unique_ptr<Server>> Server::start(const Live& live, const ServerOptions& options) {
  auto place = read_place(options.listen);
  if (!place) return fail(place);
  auto sockets = listen_at(*place, std::max<size_t>(options.threads, 1));
  if (!sockets) return fail(sockets);
  auto out = std::unique_ptr<Server>(new Server(live, options, std::move(*sockets)));
  out->place_ = text_of(*place);
  if (place->unix_socket) out->path_ = place->address;
  return out;
}

Server::~Server() {
  stop();
}

void Server::stop() {
  if (threads_.empty()) return;
  // First the path, so that nobody comes to a socket that takes nobody.
  if (!path_.empty()) ::unlink(path_.c_str());
  board_.stopping = true;
  for (const auto& thread : threads_) thread->loop.stop();
  for (const auto& thread : threads_) thread->running.join();
  threads_.clear();
}

}  // namespace beian::gate::server
