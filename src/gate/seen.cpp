// What was seen of a host, packed and put together.
#include <algorithm>
#include <cstring>

#include "gate/host_counter.hpp"

namespace beian::gate {

namespace {

constexpr size_t kFixed = 8 + 4 + 4 + 1 + 1;

template <class T>
T load(std::string_view bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

template <class T>
void store(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

void Seen::add(const Seen& other) {
  count += other.count;
  if (other.first != 0) first = first == 0 ? other.first : std::min(first, other.first);
  last = std::max(last, other.last);
  sources = static_cast<uint8_t>(sources | other.sources);
  more_addresses = more_addresses || other.more_addresses;
  for (const std::string& address : other.addresses) {
    const auto at = std::lower_bound(addresses.begin(), addresses.end(), address);
    if (at == addresses.end() || *at != address) addresses.insert(at, address);
  }
  if (addresses.size() <= kMostAddresses) return;
  addresses.resize(kMostAddresses);
  more_addresses = true;
}

std::string pack(const Seen& seen) {
  std::string out;
  store(out, seen.count);
  store(out, seen.first);
  store(out, seen.last);
  store(out, seen.sources);
  store(out, static_cast<uint8_t>(seen.more_addresses));
  for (const std::string& address : seen.addresses) {
    store(out, static_cast<uint8_t>(address.size()));
    out += address;
  }
  return out;
}

Seen unpack_seen(std::string_view bytes) {
  Seen seen;
  seen.count = load<uint64_t>(bytes, 0);
  seen.first = load<uint32_t>(bytes, 8);
  seen.last = load<uint32_t>(bytes, 12);
  seen.sources = load<uint8_t>(bytes, 16);
  seen.more_addresses = load<uint8_t>(bytes, 17) != 0;
  for (size_t at = kFixed; at < bytes.size();) {
    const size_t size = load<uint8_t>(bytes, at);
    seen.addresses.emplace_back(bytes.substr(at + 1, size));
    at += 1 + size;
  }
  return seen;
}

void combine_seen(std::string& into, std::string_view other) {
  Seen all = unpack_seen(into);
  all.add(unpack_seen(other));
  into = pack(all);
}

// A name: domain, 0, name. Others: 0, kind, text.
std::string pack(const HostKey& key) {
  std::string out;
  if (key.kind == HostKind::name) {
    out = key.domain;
    out += '\0';
  } else {
    out += '\0';
    out += static_cast<char>(key.kind);
  }
  out += key.host;
  return out;
}

HostKey unpack_key(std::string_view bytes) {
  if (bytes.front() == '\0') return {static_cast<HostKind>(bytes[1]), {}, bytes.substr(2)};
  const size_t end = bytes.find('\0');
  return {HostKind::name, bytes.substr(0, end), bytes.substr(end + 1)};
}

}  // namespace beian::gate
