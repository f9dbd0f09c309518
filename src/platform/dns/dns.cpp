#include "platform/dns/dns.hpp"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/select.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace beian::dns {
namespace {

// c-ares wants one initialisation per process.
void start_library() {
  struct Library {
    Library() {
      if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
        throw std::runtime_error("c-ares does not start");
    }
  };
  static const Library kLibrary;
}

struct ChannelEnd {
  void operator()(ares_channel channel) const { ares_destroy(channel); }
};
using Channel = std::unique_ptr<ares_channeldata, ChannelEnd>;

struct Answer {
  int status = ARES_ECANCELLED;
  std::vector<std::string> addresses;
};

std::string text_of(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const void* bytes = nullptr;
  if (address->sa_family == AF_INET)
    bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  else if (address->sa_family == AF_INET6)
    bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  if (!bytes || !inet_ntop(address->sa_family, bytes, buffer.data(), buffer.size())) return {};
  return buffer.data();
}

void on_answer(void* context, int status, int /*timeouts*/, ares_addrinfo* found) {
  auto& answer = *static_cast<Answer*>(context);
  answer.status = status;
  if (!found) return;
  for (const auto* node = found->nodes; node; node = node->ai_next)
    if (std::string text = text_of(node->ai_addr); !text.empty())
      answer.addresses.push_back(std::move(text));
  ares_freeaddrinfo(found);
}

void run(ares_channel channel) {
  while (true) {
    fd_set readable, writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    const int highest = ares_fds(channel, &readable, &writable);
    if (highest == 0) return;
    timeval wait{};
    timeval* const patience = ares_timeout(channel, nullptr, &wait);
    select(highest, &readable, &writable, nullptr, patience);
    ares_process(channel, &readable, &writable);
  }
}

std::unexpected<Problems> unreachable(int status) {
  return fail(ProblemCode::peer_unreachable, "", {{"reason", ares_strerror(status)}});
}

}  // namespace

Result<std::vector<std::string>> addresses(const Resolvers& resolvers, const std::string& name) {
  start_library();
  ares_options options{};
  options.timeout = static_cast<int>(resolvers.timeout.count());
  options.tries = resolvers.tries;
  // Only DNS: what /etc/hosts says is true of this machine alone.
  std::array<char, 2> lookups{'b', '\0'};
  options.lookups = lookups.data();
  ares_channel raw = nullptr;
  if (const int status =
          ares_init_options(&raw, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS);
      status != ARES_SUCCESS)
    return unreachable(status);
  const Channel channel(raw);
  if (!resolvers.servers.empty() &&
      ares_set_servers_ports_csv(channel.get(), resolvers.servers.c_str()) != ARES_SUCCESS)
    return fail(ProblemCode::bad_format);
  Answer answer;
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_flags = ARES_AI_NOSORT;
  // A dot at the end: the system's search domains must not change the question.
  ares_getaddrinfo(channel.get(), (name + ".").c_str(), nullptr, &hints, on_answer, &answer);
  run(channel.get());
  if (answer.status == ARES_ENOTFOUND || answer.status == ARES_ENODATA)
    return std::vector<std::string>{};
  if (answer.status != ARES_SUCCESS) return unreachable(answer.status);
  return std::move(answer.addresses);
}

}  // namespace beian::dns
