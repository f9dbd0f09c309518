#include "gate/server/listen.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

namespace beian::gate::server {

namespace {

constexpr int kBacklog = 4096;

// Of any family, as the kernel takes it.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

bool write_address(const Place& place, Address& out) {
  if (place.unix_socket) {
    auto* to = reinterpret_cast<sockaddr_un*>(&out.storage);
    if (place.address.empty() || place.address.size() >= sizeof to->sun_path) return false;
    to->sun_family = AF_UNIX;
    std::memcpy(to->sun_path, place.address.c_str(), place.address.size() + 1);
    out.size = sizeof *to;
    return true;
  }
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
  if (inet_pton(AF_INET, place.address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(place.port);
    out.size = sizeof *v4;
    return true;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
  if (inet_pton(AF_INET6, place.address.c_str(), &v6->sin6_addr) != 1) return false;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(place.port);
  out.size = sizeof *v6;
  return true;
}

uint16_t port_of(int fd) {
  Address address;
  address.size = sizeof address.storage;
  getsockname(fd, address.get(), &address.size);
  return ntohs(address.storage.ss_family == AF_INET
                   ? reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port
                   : reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port);
}

// A socket whose server is gone stays in its folder. Nothing else that has the name is touched.
void remove_left(Address& address, const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  const Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.is_open() && ::connect(fd.get(), address.get(), address.size) != 0 &&
      errno == ECONNREFUSED)
    ::unlink(path.c_str());
}

Descriptor listen_once(const Place& place) {
  Address address;
  if (!write_address(place, address)) {
    errno = EINVAL;
    return Descriptor();
  }
  if (place.unix_socket) remove_left(address, place.address);
  Descriptor fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return fd;
  const int on = 1;
  if (!place.unix_socket) {
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (address.storage.ss_family == AF_INET6)
      setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  if (::bind(fd.get(), address.get(), address.size) != 0 || ::listen(fd.get(), kBacklog) != 0)
    return Descriptor();
  // Proxies run as somebody else; whom the folder lets in may ask.
  if (place.unix_socket) ::chmod(place.address.c_str(), 0666);
  return fd;
}

}  // namespace

Result<Place> read_place(std::string_view text) {
  Place out;
  constexpr std::string_view kUnix = "unix:";
  if (text.starts_with(kUnix)) {
    out.unix_socket = true;
    out.address = text.substr(kUnix.size());
  } else {
    const size_t colon = text.rfind(':');
    if (colon == text.npos) return fail(ProblemCode::bad_format, "/listen");
    std::string_view address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']'))
      address = address.substr(1, address.size() - 2);
    else if (address.find(':') != address.npos)
      return fail(ProblemCode::bad_format, "/listen");
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (error != std::errc() || end != port.data() + port.size())
      return fail(ProblemCode::bad_format, "/listen");
    out.address = address;
  }
  Address address;
  if (!write_address(out, address)) return fail(ProblemCode::bad_format, "/listen");
  return out;
}

std::string text_of(const Place& place) {
  if (place.unix_socket) return "unix:" + place.address;
  const bool v6 = place.address.find(':') != std::string::npos;
  return (v6 ? "[" + place.address + "]" : place.address) + ":" + std::to_string(place.port);
}

Result<std::vector<Descriptor>> listen_at(Place& place, size_t count) {
  std::vector<Descriptor> out;
  for (size_t i = 0; i < (place.unix_socket ? 1 : count); ++i) {
    Descriptor fd = listen_once(place);
    if (!fd.is_open()) {
      return fail(ProblemCode::file_unreadable, "/listen",
                  {{"path", text_of(place)}, {"reason", std::generic_category().message(errno)}});
    }
    if (!place.unix_socket) place.port = port_of(fd.get());
    out.push_back(std::move(fd));
  }
  for (size_t i = out.size(); i < count; ++i) {
    Descriptor same(::fcntl(out.front().get(), F_DUPFD_CLOEXEC, 0));
    if (!same.is_open()) throw_errno("dup");
    out.push_back(std::move(same));
  }
  return out;
}

}  // namespace beian::gate::server
