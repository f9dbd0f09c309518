// What stands in a Host header or a TLS server name: whatever it is, the reader tells one of its
// kinds, and what it takes for a name is one.
#include "check.hpp"
#include "china/domain.hpp"
#include "gate/host.hpp"

using namespace beian;
using namespace beian::gate;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  const std::string_view raw = fuzz::view(data, size);
  const Suffixes& suffixes = Suffixes::embedded();
  Host host, again;
  read_host(raw, suffixes, host);
  const std::string_view name = host.name();
  fuzz::must(name.size() <= Host::kLongest, "a name has at most 253 bytes");
  if (host.kind == HostKind::name) {
    fuzz::must(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == name.npos,
               "a name has no other characters");
    fuzz::must(host.independent_at == 0 || name[host.independent_at - 1u] == '.',
               "the independent domain begins at a label");
    read_host(name, suffixes, again);
    fuzz::must(again.kind == HostKind::name && again.name() == name &&
                   again.independent_at == host.independent_at,
               "a name is its own normal form");
    // The filing side is stricter: it has no underscores, no port, no hyphens at the ends.
    if (const auto independent = china::independent_domain(name); china::normalise_domain(name))
      fuzz::must(independent && *independent == host.independent(), "both sides agree");
  }
  read_server_name(raw, suffixes, again);
  if (again.kind == HostKind::name)
    fuzz::must(host.kind == HostKind::name && host.name() == again.name(),
               "a server name is a host as well");
  return 0;
}
