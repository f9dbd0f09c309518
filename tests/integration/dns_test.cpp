// DNS questions against a real server: PowerDNS from Debian's packages, with a zone of its own.
#include "platform/dns/dns.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>

#include "testing/database.hpp"
#include "testing/process.hpp"

namespace beian {
namespace {

constexpr std::string_view kZone = R"($ORIGIN yangli-example.cn.
@    60 IN SOA ns.yangli-example.cn. hostmaster.yangli-example.cn. 1 3600 600 86400 60
@    60 IN NS  ns.yangli-example.cn.
@    60 IN A   203.0.113.7
ns   60 IN A   127.0.0.1
www  60 IN CNAME yangli-example.cn.
six  60 IN AAAA 2001:db8::7
mail 60 IN MX  10 yangli-example.cn.
)";

// On a free port of the loopback, in a folder of its own; ended by its own id.
class PowerDns {
 public:
  PowerDns() : port_(testing::free_port()) {
    std::ofstream(folder_.path("zone")) << kZone;
    std::ofstream(folder_.path("named.conf")) << "zone \"yangli-example.cn\" { type master; file \""
                                              << folder_.path("zone") << "\"; };\n";
    process_ = std::make_unique<testing::Process>(
        std::vector<std::string>{
            "/usr/sbin/pdns_server", "--config-dir=" + folder_.path(), "--daemon=no",
            "--guardian=no", "--launch=bind", "--bind-config=" + folder_.path("named.conf"),
            "--local-address=127.0.0.1", "--local-port=" + std::to_string(port_),
            "--socket-dir=" + folder_.path(), "--disable-syslog=yes", "--loglevel=3"},
        folder_.path("log"));
  }
  dns::Resolvers resolvers() const {
    dns::Resolvers out;
    out.servers = "127.0.0.1:" + std::to_string(port_);
    return out;
  }
  void stop() { process_->kill_now(); }
  bool running() { return process_->running(); }

 private:
  testing::TempFolder folder_;
  uint16_t port_;
  std::unique_ptr<testing::Process> process_;
};

using Addresses = std::vector<std::string>;

TEST(Dns, TellsWhatResolvesWhatDoesNotAndWhatIsUnknown) {
  PowerDns server;
  const auto resolvers = server.resolvers();
  // The first question is repeated until the server listens.
  auto first = dns::addresses(resolvers, "yangli-example.cn");
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!first && server.running() && std::chrono::steady_clock::now() < patience)
    first = dns::addresses(resolvers, "yangli-example.cn");
  ASSERT_TRUE(first) << first.error()[0].args[0].second;
  EXPECT_EQ(*first, Addresses{"203.0.113.7"});
  EXPECT_EQ(dns::addresses(resolvers, "www.yangli-example.cn").value(), Addresses{"203.0.113.7"});
  EXPECT_EQ(dns::addresses(resolvers, "six.yangli-example.cn").value(), Addresses{"2001:db8::7"});
  EXPECT_EQ(dns::addresses(resolvers, "mail.yangli-example.cn").value(),
            Addresses{});  // no address
  EXPECT_EQ(dns::addresses(resolvers, "none.yangli-example.cn").value(), Addresses{});  // no name
  // Refused: this server knows nothing about it, which is no answer.
  EXPECT_FALSE(dns::addresses(resolvers, "foreign-example.cn"));
  server.stop();
  auto gone = resolvers;
  gone.timeout = std::chrono::milliseconds(200);
  EXPECT_FALSE(dns::addresses(gone, "yangli-example.cn"));
  dns::Resolvers nonsense;
  nonsense.servers = "here";
  EXPECT_EQ(dns::addresses(nonsense, "yangli-example.cn").error()[0].code, ProblemCode::bad_format);
}

}  // namespace
}  // namespace beian
