// Counting is exact however little memory there is, beside a map that holds everything.
#include "gate/scan.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "gate/builder.hpp"

namespace beian::gate {
namespace {

using Rows = std::vector<std::string>;

class Scanning : public ::testing::Test {
 protected:
  void SetUp() override {
    folder = ::testing::TempDir() + "scan_" + std::to_string(getpid());
    std::filesystem::create_directories(folder);
    options.folder = folder;
    options.clock.now = 2'000'000'000;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string file(const std::string& name, const std::string& text) {
    const std::string path = folder + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    options.files.push_back(path);
    return path;
  }
  Snapshot snapshot(const std::vector<Entry>& entries) {
    Builder builder(folder + "/gate");
    for (const Entry& entry : entries) EXPECT_EQ(builder.add(entry), HostKind::name);
    builder.finish();
    return std::move(*Snapshot::open(folder + "/gate"));
  }
  void scan(const Snapshot& filed) {
    SortedRuns hosts = host_runs(options);
    totals = read_logs(options, filed.suffixes(), hosts);
    unfiled.clear();
    invalid.clear();
    domains.clear();
    ScanSinks sinks;
    sinks.unfiled = [&](const UnfiledHost& h) {
      unfiled.push_back(std::string(h.host) + " " + std::string(h.domain) + " " +
                        std::string(name_of(h.reason)) + " " + text_of(h.seen));
    };
    sinks.invalid = [&](const InvalidHost& h) {
      invalid.push_back(std::string(h.host.substr(0, 40)) + " " + std::string(name_of(h.kind)) +
                        " " + std::to_string(h.seen.count));
    };
    sinks.domain = [&](const UnfiledDomain& d) { domains.push_back(d); };
    found = judge_hosts(options, filed, 2'000'000'000, hosts, sinks);
  }
  static std::string text_of(const Seen& seen) {
    std::string out = std::to_string(seen.count) + " " + std::to_string(seen.first) + "-" +
                      std::to_string(seen.last);
    for (const std::string& address : seen.addresses) out += " " + address;
    return out + (seen.more_addresses ? " …" : "");
  }

  std::string folder;
  ScanOptions options;
  ScanTotals totals;
  ScanFindings found;
  Rows unfiled, invalid;
  std::vector<UnfiledDomain> domains;
};

constexpr const char* kFormat = "nginx:$host $server_addr $msec";

TEST_F(Scanning, FindsWhatIsServedButNotFiled) {
  const Snapshot filed =
      snapshot({{.name = "filed-example.cn"},
                {.name = "gone-example.cn",
                 .number = pack_number("粤ICP备2026000001号-1").value(),
                 .standing = Standing::cancelled},
                {.name = "shop.filed-example.cn", .standing = Standing::blocked, .exact = true}});
  options.format = *log_format_named(kFormat);
  file("a.log",
       "www.filed-example.cn 203.0.113.1 1700000000\n"
       "WWW.New-Example.cn:443 203.0.113.1 1700000009\n"
       "www.new-example.cn 203.0.113.2 1700000003\n"
       "new-example.cn 203.0.113.1 1700000005\n"
       "broken\n"
       "203.0.113.1 203.0.113.1 1700000005\n"
       "- 203.0.113.1 1700000005\n"
       "localhost 203.0.113.1 1700000005\n"
       "\\x22><script> 203.0.113.1 1700000005\n");
  file("b.log",
       "www.new-example.cn. 203.0.113.2 1700000008\n"
       "a.gov.cn 203.0.113.2 1700000008\n"
       "gone-example.cn 203.0.113.2 -\n"
       "shop.filed-example.cn 203.0.113.2 1700000001\n"
       "shop.filed-example.cn 203.0.113.2 1700000001\n");
  scan(filed);
  EXPECT_EQ(
      unfiled,
      (Rows{"www.new-example.cn new-example.cn not_filed 3 1700000003-1700000009 "
            "203.0.113.1 203.0.113.2",
            "shop.filed-example.cn filed-example.cn blocked 2 1700000001-1700000001 203.0.113.2",
            "a.gov.cn a.gov.cn not_filed 1 1700000008-1700000008 203.0.113.2",
            "gone-example.cn gone-example.cn cancelled 1 0-0 203.0.113.2",
            "new-example.cn new-example.cn not_filed 1 1700000005-1700000005 203.0.113.1"}));
  EXPECT_EQ(invalid, (Rows{" empty 1", "\"><script> bad_character 1", "203.0.113.1 ip_address 1",
                           "localhost no_suffix 1"}));
  EXPECT_EQ(totals.lines, 14u);
  EXPECT_EQ(totals.requests, 13u);
  EXPECT_EQ(totals.unreadable, 1u);
  EXPECT_EQ(totals.files[0].shown, std::vector<uint64_t>{5});
  EXPECT_TRUE(totals.whole());
  EXPECT_EQ(found.hosts, 10u);
  EXPECT_EQ(found.filed, 1u);
  EXPECT_EQ(found.unfiled, 5u);
  EXPECT_EQ(found.domains, 4u);
  ASSERT_EQ(domains.size(), 4u);
  EXPECT_EQ(domains[3].domain, "new-example.cn");
  EXPECT_EQ(domains[3].hosts, 2u);
  EXPECT_EQ(domains[3].seen.count, 4u);
  EXPECT_EQ(domains[3].most.front(), std::pair(uint64_t{3}, std::string("www.new-example.cn")));
  EXPECT_EQ(number_text(domains[2].number), "粤ICP备2026000001号-1");
}

// Every bound gives the same report as a map; the smallest ones write and merge many runs.
TEST_F(Scanning, ExactWithAnyBound) {
  std::mt19937 random(7);
  std::map<std::string, Seen> model;
  std::map<std::string, uint64_t> odd;
  std::string text;
  for (int i = 0; i < 12000; ++i) {
    const auto n = std::min(random() % 4000, random() % 4000);
    const std::string name = "h" + std::to_string(n) +
                             (n % 3 == 0 ? ".a-rather-long-name-for-a-host" : "") + ".d" +
                             std::to_string(n % 700) + "-example.cn";
    const uint32_t time = 1'700'000'000 + static_cast<uint32_t>(random() % 100000);
    const std::string address = "203.0.113." + std::to_string(n % 5);
    std::string raw = name;
    if (random() % 4 == 0) raw[0] = 'H';
    if (random() % 4 == 0) raw += ":8080";
    if (i % 50 == 0) {
      raw = "bad host" + std::to_string(n % 200);
      std::replace(raw.begin(), raw.end(), ' ', '/');
      ++odd[raw];
    } else {
      model[name].add({1, time, time, Seen::kWeb, false, {address}});
    }
    text += raw + " " + address + " " + std::to_string(time) + "\n";
  }
  const Snapshot filed = snapshot({{.name = "d1-example.cn"}, {.name = "d600-example.cn"}});
  std::vector<std::pair<int64_t, std::string>> order;
  uint64_t filed_hosts = 0;
  for (const auto& [name, seen] : model) {
    if (filed.lookup(name, 1).allow) {
      ++filed_hosts;
    } else {
      order.emplace_back(-static_cast<int64_t>(seen.count), name);
    }
  }
  std::sort(order.begin(), order.end());
  Rows want;
  for (const auto& [count, name] : order)
    want.push_back(name + " " + name.substr(name.rfind(".d") + 1) + " not_filed " +
                   text_of(model[name]));
  options.format = *log_format_named(kFormat);
  file("a.log", text);
  for (const size_t memory : {size_t{16} << 10, size_t{64} << 10, size_t{64} << 20}) {
    options.memory = memory;
    scan(filed);
    EXPECT_EQ(unfiled.size(), want.size());
    EXPECT_TRUE(unfiled == want) << memory;
    EXPECT_EQ(invalid.size(), odd.size());
    EXPECT_EQ(found.filed, filed_hosts);
    EXPECT_EQ(found.invalid_requests, 240u);
    if (memory == size_t{16} << 10) EXPECT_GT(totals.spilled_runs, 64u);  // merged while it went on
    if (memory == size_t{64} << 20) EXPECT_EQ(totals.spilled_runs, 0u);
  }
}

TEST_F(Scanning, LongHostsAndManyAddresses) {
  std::string text;
  for (int i = 0; i < 30; ++i)
    text += "many-example.cn 203.0.113." + std::to_string(i) + " 1700000000\n";
  const std::string giant(5000, 'a');
  text += giant + ".cn 203.0.113.1 1700000000\n" + giant + ".cn 203.0.113.1 1700000000\n";
  options.format = *log_format_named(kFormat);
  file("a.log", text);
  scan(snapshot({}));
  ASSERT_EQ(unfiled.size(), 1u);
  EXPECT_TRUE(unfiled[0].ends_with("203.0.113.5 …")) << unfiled[0];
  EXPECT_TRUE(unfiled[0].starts_with("many-example.cn many-example.cn not_filed 30 "));
  EXPECT_EQ(invalid, Rows{std::string(40, 'a') + " too_long 2"});
}

TEST_F(Scanning, FilesOfDifferentFormatsAndOneThatHasNone) {
  file("a.json", "{\"host\":\"a-example.cn\",\"ts\":1700000000}\n");
  file("b.log", "client 192.0.2.9#5 (a-example.cn): query: a-example.cn IN A + (::1)\n");
  file("c.log", "nothing to be found here\n");
  scan(snapshot({}));
  EXPECT_EQ(unfiled, Rows{"a-example.cn a-example.cn not_filed 2 1700000000-1700000000"});
  EXPECT_EQ(domains[0].seen.sources, Seen::kWeb | Seen::kDns);
  EXPECT_EQ(totals.files[2].problem, "format");
  EXPECT_FALSE(totals.whole());
}

}  // namespace
}  // namespace beian::gate
