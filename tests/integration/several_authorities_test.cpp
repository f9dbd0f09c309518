// Three authorities at once, each with its own account, keys, profile and sequence. One that does
// not answer holds up nobody: shown by the order of events, the real service with its threads and
// three real sandboxes.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/sandbox_host.hpp"
#include "base/text.hpp"
#include "provider_side.hpp"
#include "testing/breaking_proxy.hpp"
#include "testing/poll.hpp"

namespace beian::tests {
namespace {

using testing::BreakingProxy;
using testing::eventually;

uint16_t port_of(const std::string& origin) {
  int64_t port = 0;
  text::parse_i64(origin.substr(origin.rfind(':') + 1), port);
  return static_cast<uint16_t>(port);
}

struct Authority {
  Authority(const std::string& link_id, int n, const std::string& profile,
            const std::string& folder) {
    app::SandboxHostOptions options;
    options.data_directory = folder;
    options.sandbox.auto_decide_after = Millis{0};
    options.sandbox.auto_sms = true;
    host = std::make_unique<app::SandboxHost>(options);
    EXPECT_TRUE(host->sandbox().put_provider(account_of(n, profile)));
    host->start();
    proxy = std::make_unique<BreakingProxy>(port_of(host->origin()));
    link = link_of(link_id, n, proxy->origin(), profile);
    link.poll = Millis{50};
    link.poll_soon = Millis{20};
    link.retry_first = link.retry_most = Millis{20};
    link.query_timeout = Millis{60'000};  // longer than this test lets anybody wait
  }

  std::unique_ptr<app::SandboxHost> host;
  std::unique_ptr<BreakingProxy> proxy;
  authority::LinkConfig link;
};

class SeveralAuthorities : public ::testing::TestWithParam<std::string> {
 protected:
  bool completed(const std::vector<std::string>& orders) {
    return std::ranges::all_of(
        orders, [&](const auto& order) { return provider_.state(order) == "completed"; });
  }

  testing::TempFolder folder_;
  SystemClock clock_;
  Authority slow_{"gd", 1, "miit-3.0", folder_.path("gd")};
  Authority second_{"js", 2, "openbeian-3.1", folder_.path("js")};
  Authority third_{"zj", 3, "miit-3.0", folder_.path("zj")};
  ProviderSide provider_{GetParam(), clock_};
};
INSTANTIATE_TEST_SUITE_P(Backends, SeveralAuthorities, ::testing::ValuesIn(testing::backends()));

TEST_P(SeveralAuthorities, OneThatDoesNotAnswerHoldsUpNobody) {
  slow_.proxy->hold(true);
  second_.link.max_records = 1;
  provider_.restart({slow_.link, second_.link, third_.link});
  const std::vector<std::string> there = {provider_.add_ready_order(1, "gd")};
  const std::vector<std::string> here = {
      provider_.add_ready_order(2, "js"), provider_.add_ready_order(3, "zj"),
      provider_.add_ready_order(4, "js"), provider_.add_ready_order(5, "zj")};
  provider_.service->start();
  ASSERT_TRUE(eventually([&] { return slow_.proxy->held() == 1; }));
  // Two whole filings at each of the others, while the first call to the slow one still waits.
  EXPECT_TRUE(eventually([&] { return completed(here); }, std::chrono::seconds(30)));
  EXPECT_EQ(slow_.proxy->held(), 1);
  EXPECT_EQ(slow_.proxy->exchanges(), 1);
  EXPECT_EQ(provider_.state(there[0]), "ready_to_report");
  slow_.proxy->hold(false);
  EXPECT_TRUE(eventually([&] { return completed(there); }, std::chrono::seconds(30)));
  provider_.service->stop();
  // Each counts for itself.
  const auto sequences = [&](const std::string& link) {
    std::vector<int64_t> out;
    for (const auto& upload : provider_.uploads(link)) out.push_back(upload.sequence);
    return out;
  };
  EXPECT_EQ(sequences("gd"), (std::vector<int64_t>{1}));
  EXPECT_EQ(sequences("js"), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(sequences("zj").front(), 1);
}

TEST_P(SeveralAuthorities, WrongCredentialsAtOneAreItsMatterAlone) {
  slow_.link.password = Secret("wrong");
  provider_.restart({slow_.link, second_.link, third_.link});
  const auto there = provider_.add_ready_order(1, "gd");
  const std::vector<std::string> here = {provider_.add_ready_order(2, "js"),
                                         provider_.add_ready_order(3, "zj")};
  provider_.service->start();
  EXPECT_TRUE(eventually([&] { return completed(here); }, std::chrono::seconds(30)));
  EXPECT_TRUE(eventually([&] {
    return provider_.storage.database->read_value([&](db::Tx& tx) {
      const auto row = authority::ledger::find_link(tx, "gd");
      return row && row->state == "blocked" && row->code == 5;
    });
  }));
  EXPECT_EQ(provider_.state(there), "ready_to_report");
  provider_.service->stop();
}

}  // namespace
}  // namespace beian::tests
