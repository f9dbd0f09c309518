// Every list is read as the program for which it is reads it, and must say what the snapshot says.
#include "gate/export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "gate/builder.hpp"
#include "gate/file.hpp"

namespace beian::gate {
namespace {

namespace fs = std::filesystem;

struct Made {
  fs::path folder;
  std::optional<Snapshot> snapshot;

  explicit Made(const std::vector<Entry>& entries) {
    std::string name = (fs::temp_directory_path() / "gate-export-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw_errno("mkdtemp");
    folder = name;
    const std::string path = folder / "gate";
    // Few suffixes: the whole list takes its time a hundred times over.
    const auto suffixes = Suffixes::from_rules("cn\ncom.cn\ngov.cn\n");
    Builder builder(path, {.created = 5, .sequence = 9, .suffixes = &*suffixes});
    for (const Entry& one : entries) builder.add(one);
    builder.finish();
    snapshot = std::move(*Snapshot::open(path));
  }
  ~Made() { fs::remove_all(folder); }
  const Snapshot& operator*() const { return *snapshot; }
};

Entry entry(std::string_view name, Standing standing, bool exact = false, Seconds from = 0,
            Seconds until = 0) {
  return {.name = name, .standing = standing, .exact = exact, .from = from, .until = until};
}

std::string map_of(const Snapshot& snapshot, Seconds at, MapFormat format) {
  std::ostringstream out;
  EXPECT_TRUE(write_map(snapshot, at, format, out).has_value());
  return out.str();
}
std::string zone_of(const Snapshot& snapshot, Seconds at, const ZoneOptions& options = {}) {
  std::ostringstream out;
  EXPECT_TRUE(write_zone(snapshot, at, options, out).has_value());
  return out.str();
}

// A map as HAProxy holds it, asked as samples/gate/haproxy.cfg asks.
struct HaproxyMap {
  std::map<std::string, std::string> keys;

  void read(const std::string& file) {
    std::istringstream in(file);
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with('#')) continue;
      const size_t blank = line.find(' ');
      EXPECT_TRUE(keys.emplace(line.substr(0, blank), line.substr(blank + 1)).second) << line;
    }
  }
  // What is not there, or there already, is a fault.
  void run(const std::string& command) {
    std::istringstream in(command);
    std::string verb, what, map, key, value;
    in >> verb >> what >> map >> key >> value;
    EXPECT_EQ(what + ' ' + map, "map filed.map");
    EXPECT_EQ(keys.contains(key), verb != "add") << command;
    if (verb == "del") {
      keys.erase(key);
    } else {
      keys[key] = value;
    }
  }
  std::string ask(const std::string& host) const {
    if (const auto found = keys.find('=' + host); found != keys.end()) return found->second;
    for (size_t n = kMapLabels; n > 1; --n) {
      size_t begin = host.size();
      for (size_t i = 0; i < n && begin != host.npos && begin > 0; ++i)
        begin = host.rfind('.', begin - 1);
      const auto found = keys.find(begin == host.npos ? host : host.substr(begin + 1));
      if (found != keys.end()) return found->second;
    }
    return "not_filed";
  }
};

// A zone, asked as the rules of DNS say and as Unbound asks.
struct PolicyZone {
  std::map<std::string, std::string> records;
  std::set<std::vector<std::string>> in_order;  // of DNS: labels from the right

  explicit PolicyZone(const std::string& file) {
    std::istringstream in(file);
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with('$') || line.starts_with('@') || line.starts_with(';')) continue;
      const size_t blank = line.find(' ');
      EXPECT_TRUE(records.emplace(line.substr(0, blank), line.substr(blank + 1)).second) << line;
      in_order.insert(labels(line.substr(0, blank)));
    }
  }
  static std::vector<std::string> labels(const std::string& name) {
    auto out = text::split(name, '.');
    std::reverse(out.begin(), out.end());
    return out;
  }
  // The closest name that exists, be it by names below it, is the one whose wildcard counts.
  std::string encloser(std::string name) const {
    const auto exists = [&](const auto& one) {
      return one.first == name || one.first.ends_with('.' + name);
    };
    while (name.find('.') != name.npos) {
      name = name.substr(name.find('.') + 1);
      if (std::any_of(records.begin(), records.end(), exists)) break;
    }
    return name;
  }
  // What the host shares with the name before it.
  std::string shared_with_neighbour(const std::string& host) const {
    const auto wanted = labels(host);
    auto at = in_order.upper_bound(wanted);
    if (at == in_order.begin()) return "";
    --at;
    std::string out;
    for (size_t i = 0; i < at->size() && i < wanted.size() && (*at)[i] == wanted[i]; ++i)
      out = wanted[i] + (out.empty() ? "" : "." + out);
    return out;
  }
  bool denies(const std::string& host, bool as_unbound) const {
    auto found = records.find(host);
    if (found == records.end())
      found = records.find("*." + (as_unbound ? shared_with_neighbour(host) : encloser(host)));
    return found != records.end() && found->second != "CNAME rpz-passthru.";
  }
};

const std::vector<Entry>& some() {
  static const std::vector<Entry> entries = {entry("good.cn", Standing::filed),
                                             entry("shop.good.cn", Standing::blocked),
                                             entry("one.good.cn", Standing::closed, true),
                                             entry("gone.cn", Standing::cancelled),
                                             entry("a.b.gone.cn", Standing::exempt),
                                             entry("beijing.gov.cn", Standing::filed),
                                             entry("old.gov.cn", Standing::elsewhere),
                                             entry("soon.cn", Standing::grace, false, 100, 200),
                                             entry("later.good.cn", Standing::blocked, false, 150)};
  return entries;
}

TEST(Exports, Maps) {
  const Made made(some());
  const std::string text = map_of(*made, 120, MapFormat::haproxy);
  EXPECT_TRUE(text.starts_with("# at 120, sequence 9\n")) << text;
  HaproxyMap map;
  map.read(text);
  EXPECT_EQ(map.keys, (std::map<std::string, std::string>{{"good.cn", "allow"},
                                                          {"shop.good.cn", "blocked"},
                                                          {"=one.good.cn", "closed"},
                                                          {"gone.cn", "cancelled"},
                                                          {"a.b.gone.cn", "allow"},
                                                          {"=beijing.gov.cn", "allow"},
                                                          {"=old.gov.cn", "elsewhere"},
                                                          {"soon.cn", "allow"}}));
  map = {};
  map.read(map_of(*made, 200, MapFormat::haproxy));
  EXPECT_EQ(map.keys["soon.cn"], "expired");
  EXPECT_EQ(map.keys["later.good.cn"], "blocked");
  const std::string nginx = map_of(*made, 120, MapFormat::nginx);
  EXPECT_THAT(nginx, ::testing::HasSubstr("\n.good.cn allow;\n"));
  EXPECT_THAT(nginx, ::testing::HasSubstr("\none.good.cn closed;\n"));
  EXPECT_THAT(nginx, ::testing::HasSubstr("\nbeijing.gov.cn allow;\n"));
  const std::string plain = map_of(*made, 120, MapFormat::plain);
  EXPECT_THAT(plain, ::testing::HasSubstr("\nsoon.cn,below,allow,grace,,200\n"));
  EXPECT_THAT(plain, ::testing::HasSubstr("\nold.gov.cn,exact,deny,elsewhere,,\n"));
  std::ostringstream out;
  const auto report = write_map(*made, 120, MapFormat::plain, out);
  EXPECT_EQ(report->allowed, 4u);
  EXPECT_EQ(report->denied, 4u);
  EXPECT_EQ(report->changes_at, 150u);
  EXPECT_EQ(report->labels, 4u);
}

TEST(Exports, Zones) {
  const Made made(some());
  const std::string text = zone_of(*made, 120);
  EXPECT_TRUE(text.starts_with(
      "$TTL 60\n@ SOA localhost. hostmaster.localhost. 120 60 30 604800 60\n@ NS localhost.\n"))
      << text;
  const std::string deny = "CNAME .", pass = "CNAME rpz-passthru.";
  EXPECT_EQ(PolicyZone(text).records, (std::map<std::string, std::string>{{"shop.good.cn", deny},
                                                                          {"*.shop.good.cn", deny},
                                                                          {"one.good.cn", deny},
                                                                          {"gone.cn", deny},
                                                                          {"*.gone.cn", deny},
                                                                          {"a.b.gone.cn", pass},
                                                                          {"*.a.b.gone.cn", pass},
                                                                          {"b.gone.cn", deny},
                                                                          {"*.b.gone.cn", deny},
                                                                          {"old.gov.cn", deny}}));
  std::istringstream hosts(
      "www.other.cn\r\nWWW.good.cn\nx.gone.cn\nwww.other.cn:80\n203.0.113.1\n");
  std::ostringstream out;
  const auto report = write_zone(*made, 120, {.action = "Block.example.cn", .hosts = &hosts}, out);
  EXPECT_EQ(report->denied, 5u);
  EXPECT_EQ(report->no_hosts, 1u);
  EXPECT_THAT(out.str(), ::testing::EndsWith("\nwww.other.cn CNAME block.example.cn.\n"));
  for (const auto& [action, record] : {std::pair{"nodata", "CNAME *."},
                                       {"203.0.113.9", "A 203.0.113.9"},
                                       {"2001:db8::9", "AAAA 2001:db8::9"}})
    EXPECT_EQ(PolicyZone(zone_of(*made, 120, {.action = action})).records["gone.cn"], record);
  EXPECT_FALSE(write_zone(*made, 120, {.action = "a b"}, out).has_value());
}

TEST(Exports, NamesTooLongForAZoneAreCounted) {
  std::string name = "gone-by.cn";
  while (name.size() < 220) name = "abcdefghi." + name;
  const Made made({entry(name, Standing::cancelled)});
  std::ostringstream out;
  EXPECT_EQ(write_zone(*made, 1, {}, out)->left_out, 1u) << "its wildcard";
  EXPECT_EQ(PolicyZone(out.str()).records.size(), 1u);
}

TEST(Exports, ADamagedSnapshotIsNoList) {
  const Made made(some());
  std::ifstream in(made.folder / "gate", std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 1);
  const auto damaged = Snapshot::over(bytes);
  std::ostringstream out;
  EXPECT_FALSE(write_map(*damaged, 1, MapFormat::haproxy, out).has_value());
  EXPECT_FALSE(write_zone(*damaged, 1, {}, out).has_value());
  EXPECT_FALSE(write_map_changes(*made, 1, *damaged, 1, "filed.map", out).has_value());
  EXPECT_FALSE(write_map_changes(*damaged, 1, *made, 1, "filed.map", out).has_value());
}

// ---- against lookup

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(engine_() % n); }

  std::string host() {
    static const char* const kSuffixes[] = {".cn", ".com.cn", ".gov.cn"};
    std::string out = "d" + std::to_string(below(4)) + kSuffixes[below(3)];
    for (uint32_t n = below(5); n > 0; --n)
      out = std::string(1, static_cast<char>('a' + below(2))) + "." + out;
    return out;
  }
  // Most of the names, each with whatever an entry may have.
  std::vector<Entry> entries(const std::vector<std::string>& names) {
    std::vector<Entry> out;
    for (const std::string& name : names) {
      if (below(4) == 0) continue;
      Entry e = entry(name, static_cast<Standing>(1 + below(8)), below(4) == 0);
      if (below(4) == 0) e.from = below(10);
      if (below(4) == 0) e.until = below(10);
      out.push_back(e);
    }
    return out;
  }

 private:
  std::mt19937 engine_;
};

TEST(Exports, SayWhatTheSnapshotSays) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    std::vector<std::string> names, hosts;
    for (int n = 0; n < 40; ++n) names.push_back(dice.host());
    for (int n = 0; n < 40; ++n) hosts.push_back(dice.host());
    for (const std::string& name : names) {
      hosts.push_back(name);
      hosts.push_back("q.r." + name);
    }
    const Made before(dice.entries(names)), after(dice.entries(names));
    const Seconds then = dice.below(8), now = then + dice.below(4);

    HaproxyMap map;
    map.read(map_of(*before, then, MapFormat::haproxy));
    const PolicyZone zone(zone_of(*before, then));
    std::vector<bool> allowed;  // before or after
    for (const std::string& host : hosts) {
      const Answer answer = (*before).lookup(host, then);
      ASSERT_EQ(map.ask(host), word_of(answer)) << host;
      const bool denied = !answer.allow && answer.reason != Reason::not_filed;
      ASSERT_EQ(zone.denies(host, false), denied) << host;
      ASSERT_EQ(zone.denies(host, true), denied) << host;
      allowed.push_back(answer.allow || (*after).lookup(host, now).allow);
    }

    std::ostringstream commands;
    ASSERT_TRUE(write_map_changes(*before, then, *after, now, "filed.map", commands));
    std::istringstream lines(commands.str());
    for (std::string line; std::getline(lines, line);) {
      map.run(line);
      for (size_t i = 0; i < hosts.size(); ++i) {
        if (!allowed[i]) {
          ASSERT_NE(map.ask(hosts[i]), "allow") << hosts[i] << " after " << line;
        }
      }
    }
    HaproxyMap wanted;
    wanted.read(map_of(*after, now, MapFormat::haproxy));
    ASSERT_EQ(map.keys, wanted.keys);
  }
}

}  // namespace
}  // namespace beian::gate
