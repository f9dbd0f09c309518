#include "gate/host.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iomanip>
#include <string>

#include "base/text.hpp"
#include "china/domain.hpp"
#include "gate/allocations_for_test.hpp"
#include "gate/host_scan.hpp"

namespace beian::gate {
namespace {

// \x20 and \N{63,a}, as the table writes them.
std::string unescape(std::string_view s) {
  std::string out;
  while (!s.empty()) {
    if (s.starts_with("\\x")) {
      out += static_cast<char>(std::stoi(std::string(s.substr(2, 2)), nullptr, 16));
      s.remove_prefix(4);
    } else if (s.starts_with("\\N{")) {
      const size_t comma = s.find(','), close = s.find('}');
      for (int n = std::stoi(std::string(s.substr(3, comma - 3))); n > 0; --n)
        out += s.substr(comma + 1, close - comma - 1);
      s.remove_prefix(close + 1);
    } else {
      out += s.front();
      s.remove_prefix(1);
    }
  }
  return out;
}

struct Case {
  std::string line, raw, kind, name, independent;
};

std::vector<Case> cases() {
  std::ifstream in("src/gate/hosts_for_tests.txt");
  std::vector<Case> out;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    auto cells = text::split(line, '|');
    cells.resize(4);
    const auto cell = [&](size_t i) { return unescape(text::trim(cells[i])); };
    out.push_back({line, cell(0), cell(1), cell(2), cell(3)});
  }
  return out;
}

Host read(std::string_view raw) {
  Host host;
  read_host(raw, Suffixes::embedded(), host);
  return host;
}

TEST(Hosts, AsTheTableSays) {
  const auto table = cases();
  ASSERT_GT(table.size(), 90u);
  for (const Case& one : table) {
    const Host host = read(one.raw);
    EXPECT_EQ(name_of(host.kind), one.kind) << one.line;
    if (one.name.empty()) continue;
    EXPECT_EQ(host.name(), one.name) << one.line;
    EXPECT_EQ(host.kind == HostKind::name ? host.independent() : "", one.independent) << one.line;
  }
}

TEST(Hosts, NothingIsAllocatedForAscii) {
  const auto table = cases();
  Suffixes::embedded();
  Host host;
  for (const Case& one : table) {
    bool ascii = true;
    for (const char c : one.raw) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
    if (!ascii || one.raw.find('%') != std::string::npos) continue;
    const size_t before = allocations();
    read_host(one.raw, Suffixes::embedded(), host);
    EXPECT_EQ(allocations(), before) << one.line;
  }
  const size_t before = allocations();
  delete new int(1);
  EXPECT_EQ(allocations(), before + 1) << "the count itself";
}

TEST(Hosts, ManyAtOnceAsOneByOne) {
  const auto table = cases();
  std::vector<std::string_view> raw;
  for (const Case& one : table) raw.push_back(one.raw);
  std::vector<Host> hosts(raw.size());
  read_each(raw, Suffixes::embedded(), hosts);
  for (size_t i = 0; i < raw.size(); ++i) {
    const Host one = read(raw[i]);
    EXPECT_EQ(hosts[i].kind, one.kind) << raw[i];
    EXPECT_EQ(hosts[i].name(), one.name()) << raw[i];
    EXPECT_EQ(hosts[i].independent_at, one.independent_at) << raw[i];
    EXPECT_EQ(hosts[i].government, one.government) << raw[i];
  }
}

TEST(Hosts, SeveralHeaders) {
  Host host;
  const std::string_view two[] = {"example.cn", "example.cn"};
  read_hosts(two, Suffixes::embedded(), host);
  EXPECT_EQ(host.kind, HostKind::repeated);
  read_hosts({two, 1}, Suffixes::embedded(), host);
  EXPECT_EQ(host.kind, HostKind::name);
  read_hosts({}, Suffixes::embedded(), host);
  EXPECT_EQ(host.kind, HostKind::empty);
}

TEST(Hosts, ServerNames) {
  const auto kind = [](std::string_view raw) {
    Host host;
    read_server_name(raw, Suffixes::embedded(), host);
    return host.kind;
  };
  EXPECT_EQ(kind("WWW.example.cn"), HostKind::name);
  EXPECT_EQ(kind("example.cn."), HostKind::name);
  EXPECT_EQ(kind("203.0.113.1"), HostKind::ip_address);
  EXPECT_EQ(kind("2001:db8::1"), HostKind::ip_address);
  for (const char* raw : {"example.cn:443", "[2001:db8::1]", "例子.中国", "%65xample.cn", " a.cn"})
    EXPECT_EQ(kind(raw), HostKind::bad_character) << raw;
  EXPECT_EQ(kind(""), HostKind::empty);
}

// Every size up to the longest, every byte at every place: the fast scan says what the plain one
// does.
TEST(Hosts, ScansAgree) {
  for (size_t size = 1; size <= kScanned; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        // Its own piece of the heap, so that a sanitizer sees a read beside it.
        std::vector<char> raw(size, 'A');
        raw[at] = static_cast<char>(byte);
        char fast[kScanned], plain[kScanned];
        const Scan a = scan_host(raw.data(), size, fast + kScanned),
                   b = scan_bytes(raw.data(), size, plain + kScanned);
        ASSERT_TRUE(a.dots == b.dots && a.odd == b.odd) << size << ' ' << at << ' ' << byte;
        ASSERT_EQ(std::string_view(fast + kScanned - size, size),
                  std::string_view(plain + kScanned - size, size));
      }
    }
  }
}

std::string random_host() {
  static const char* const kParts[] = {
      "www",  "a",  "example", "xn--fsqu00a", "com", "cn",         "gd",
      "gov",  "ck", "jp",      "kawasaki",    "io",  "123",        "_x",
      "例子", "-b", "github",  "uk",          "co",  "xn--zfr164b"};
  std::string out;
  for (int n = *rc::gen::inRange(1, 6); n > 0; --n) {
    if (*rc::gen::inRange(0, 12) == 0)
      out += *rc::gen::string<std::string>();
    else if (*rc::gen::inRange(0, 8) == 0)
      out += std::string(static_cast<size_t>(*rc::gen::inRange(1, 66)), 'k');
    else
      out += kParts[*rc::gen::inRange<size_t>(0, std::size(kParts))];
    out += n > 1 ? "." : *rc::gen::element<std::string>("", "", "", ".", ":80");
  }
  return out;
}

// What the filing side reads as a name and an independent domain, the gate reads alike.
RC_GTEST_PROP(Hosts, AgreeWithTheFilingSide, ()) {
  const std::string raw = random_host();
  RC_LOG() << std::quoted(raw);
  const Host host = read(raw);
  const auto name = china::normalise_domain(raw);
  if (name) {
    RC_ASSERT(host.name() == *name);
    const auto independent = china::independent_domain(*name);
    RC_ASSERT(independent.has_value() == (host.kind == HostKind::name));
    if (independent) {
      RC_ASSERT(host.independent() == *independent);
      RC_ASSERT(host.government == china::is_government_domain(*name));
    }
  }
  // A name that it made is its own normal form.
  if (host.kind == HostKind::name) {
    const Host again = read(host.name());
    RC_ASSERT(again.kind == HostKind::name);
    RC_ASSERT(again.name() == host.name());
    RC_ASSERT(again.independent_at == host.independent_at);
  }
}

// Told by where labels begin, and by the name alone: the short way and the rules say the same of
// every name of the list and of names below and beside it.
TEST(Suffixes, TheShortWayAgreesWithTheRules) {
  const Suffixes& list = Suffixes::embedded();
  size_t told = 0;
  for (const std::string& line : text::split(list.rules(), '\n')) {
    const std::string rule = line.substr(line.find_first_not_of("*!."));
    for (const std::string_view before : {"", "a.", "b.a.", "cn.", "www.com.", "x"}) {
      const std::string padded = std::string(16, '.') + std::string(before) + rule;
      const std::string_view name = std::string_view(padded).substr(16);
      if (name.size() > 63) continue;
      uint64_t starts = uint64_t{1} << (64 - name.size());
      for (size_t i = 1; i < name.size(); ++i)
        starts |= static_cast<uint64_t>(name[i - 1] == '.') << (64 - name.size() + i);
      ASSERT_EQ(list.independent_at(name, starts), list.independent_at(name, 0)) << name;
      ++told;
    }
  }
  EXPECT_GT(told, 30'000u);
}

TEST(Suffixes, ReadAnew) {
  const std::string list =
      "// ===BEGIN ICANN DOMAINS===\n// x\ncn\n*.公司  \n!www.公司\n// ===END ICANN "
      "DOMAINS===\nio\n";
  const auto own = Suffixes::parse(list);
  ASSERT_TRUE(own.has_value());
  EXPECT_EQ(own->rules(), "!www.xn--55qx5d\n*.xn--55qx5d\ncn");
  Host host;
  read_host("www.com.cn", *own, host);
  EXPECT_EQ(host.independent(), "com.cn");
  read_host("a.b.公司", *own, host);
  EXPECT_EQ(host.independent(), "a.b.xn--55qx5d");
  read_host("a.www.公司", *own, host);
  EXPECT_EQ(host.independent(), "www.xn--55qx5d");
  read_host("example.io", *own, host);
  EXPECT_EQ(host.kind, HostKind::no_suffix);
  const auto again = Suffixes::from_rules(own->rules());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->rules(), own->rules());
  for (const char* bad : {"", "cn\n", "a b", "x..y", "*.*.cn"})
    EXPECT_FALSE(Suffixes::parse(bad).has_value()) << bad;
  EXPECT_FALSE(Suffixes::from_rules("a b").has_value());
  EXPECT_FALSE(Suffixes::from_rules("").has_value());
  EXPECT_FALSE(Suffixes::from_rules("cn\nexample.1").has_value()) << "no top level, but an address";
}

}  // namespace
}  // namespace beian::gate
