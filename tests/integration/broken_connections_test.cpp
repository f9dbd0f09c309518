// Whatever byte the connection breaks at, whatever comes twice or late: each record is at the
// authority exactly once, the sequence has neither gap nor repeat, each download is applied once.
// The real authority service and the real sandbox, a breaking proxy between them.
//
// Short form: 10 rounds on each database. With BEIAN_LONG_TESTS=1 300 rounds, and a cut at every
// 97th byte of a conversation, in both directions; BEIAN_CUT_STEP=1 cuts at every byte.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "app/sandbox_host.hpp"
#include "base/text.hpp"
#include "platform/http/client.hpp"
#include "provider_side.hpp"
#include "testing/breaking_proxy.hpp"
#include "testing/poll.hpp"

namespace beian::tests {
namespace {

using testing::BreakingProxy;
using Kind = BreakingProxy::Kind;

// What tells the requests of a conversation apart; closing tags, for one name starts another.
constexpr const char* kCalls[] = {"GET ", "isp_querypreviousupload>", "isp_upload>",
                                  "isp_download>", "isp_downloadack>"};

bool is_long() {
  return std::getenv("BEIAN_LONG_TESTS") != nullptr;
}

// Bytes from one cut to the next.
size_t cut_step() {
  const char* text = std::getenv("BEIAN_CUT_STEP");
  int64_t step = 97;
  if (text != nullptr && !text::parse_i64(text, step))
    throw std::invalid_argument("BEIAN_CUT_STEP");
  return static_cast<size_t>(std::max<int64_t>(step, 1));
}

uint16_t port_of(const std::string& origin) {
  int64_t port = 0;
  text::parse_i64(origin.substr(origin.rfind(':') + 1), port);
  return static_cast<uint16_t>(port);
}

class BrokenConnections : public ::testing::TestWithParam<std::string> {
 protected:
  BrokenConnections() {
    app::SandboxHostOptions options;
    options.data_directory = folder_.path("authority");
    options.sandbox.auto_decide_after = Millis{0};
    host_ = std::make_unique<app::SandboxHost>(options);
    EXPECT_TRUE(host_->sandbox().put_provider(account_of(1, kProfile)));
    host_->start();
    proxy_ = std::make_unique<BreakingProxy>(port_of(host_->origin()));
    auto link = link_of("gd", 1, proxy_->origin(), kProfile);
    link.max_records = 2;
    link.call_timeout = Millis{5'000};
    link_ = link;
    provider_.restart({link});
  }

  // The provider's process goes on until every order is filed.
  bool settle() {
    const bool done = testing::eventually(
        [&] {
          clock_.advance(Millis{700'000});
          provider_.service->run_due();
          return std::ranges::all_of(
              open_, [&](const auto& order) { return provider_.state(order) == "completed"; });
        },
        std::chrono::seconds(20));
    proxy_->mend();
    return done;
  }
  void file_orders(int n) {
    open_.clear();
    for (int i = 0; i < n; ++i) {
      clock_.advance(Millis{1});
      open_.push_back(provider_.add_ready_order(static_cast<int>(orders_.size()) + 1, "gd"));
      orders_.push_back(open_.back());
    }
  }
  Json ask_authority(const std::string& path) {
    http::ClientRequest request;
    request.url = host_->origin() + path;
    const auto answer = http::send(request);
    return answer && answer->status == 200 ? parse_json(answer->body).value() : Json();
  }
  void expect_all_is_well();

  static constexpr auto kProfile = "miit-3.0";
  testing::TempFolder folder_;
  FakeClock clock_;
  std::unique_ptr<app::SandboxHost> host_;
  std::unique_ptr<BreakingProxy> proxy_;
  ProviderSide provider_{GetParam(), clock_};
  authority::LinkConfig link_;
  std::vector<std::string> orders_, open_;
};
INSTANTIATE_TEST_SUITE_P(Backends, BrokenConnections, ::testing::ValuesIn(testing::backends()));

void BrokenConnections::expect_all_is_well() {
  // Every order reported and filed once.
  for (const auto& order : orders_) {
    const auto events = provider_.events(order);
    EXPECT_EQ(std::ranges::count(events, "report"), 1);
    EXPECT_EQ(std::ranges::count(events, "approve"), 1);
  }
  // The authority has each record once, in a sequence without gap.
  const Json records = ask_authority("/manage/records");
  std::set<int64_t> ids;
  for (const auto& record : records.items()) ids.insert(record["provider_entity_id"].as_int());
  EXPECT_EQ(records.size(), orders_.size());
  EXPECT_EQ(ids.size(), orders_.size());
  const Json files = ask_authority("/manage/uploads?provider_id=1001");
  std::vector<int64_t> theirs, ours, expected;
  for (const auto& file : files.items()) theirs.push_back(file["sequence"].as_int());
  std::ranges::reverse(theirs);
  for (const auto& upload : provider_.uploads("gd")) {
    EXPECT_EQ(upload.state, "accepted");
    ours.push_back(upload.sequence);
    expected.push_back(static_cast<int64_t>(expected.size()) + 1);
  }
  EXPECT_EQ(ours, expected);
  EXPECT_EQ(theirs, expected);
  // Every download is kept once and applied once; none is missing, for each order hears the same.
  // (One whose acknowledgement arrived without our learning of it stays unconfirmed here.)
  std::set<std::string> names;
  std::map<std::string, int> filed, heard;
  for (const auto& download : provider_.downloads("gd")) {
    EXPECT_TRUE(names.insert(download.file_name).second) << download.file_name;
    EXPECT_TRUE(download.applied) << download.problem;
    EXPECT_EQ(download.flagged, 0);
    for (const auto& result : provider_.results(download.number)) {
      ++heard[result.order_id];
      if (result.kind == "filed" && result.effect == "applied") ++filed[result.order_id];
    }
  }
  EXPECT_EQ(filed.size(), orders_.size());
  for (const auto& [order, times] : filed) EXPECT_EQ(times, 1) << order;
  for (const auto& order : orders_) EXPECT_EQ(heard[order], heard[orders_.front()]) << order;
}

TEST_P(BrokenConnections, ThroughTheProxyAWholeFilingPasses) {
  file_orders(1);
  ASSERT_TRUE(settle()) << provider_.state(orders_[0]);
  expect_all_is_well();
  EXPECT_GT(proxy_->longest_request(), 1'000u);
}

TEST_P(BrokenConnections, AtRandomBytesNothingIsLostOrDoubled) {
  std::mt19937 random(20261125);
  const auto pick = [&](size_t from, size_t to) {
    return std::uniform_int_distribution<size_t>(from, to)(random);
  };
  static constexpr Kind kKinds[] = {Kind::cut_request, Kind::cut_request, Kind::cut_answer,
                                    Kind::cut_answer,  Kind::cut_answer,  Kind::repeat,
                                    Kind::repeat_late, Kind::late,        Kind::pass};
  for (int round = 0; round < (is_long() ? 300 : 10); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    for (size_t n = pick(1, 6); n > 0; --n) {
      BreakingProxy::Fault fault;
      fault.kind = kKinds[pick(0, std::size(kKinds) - 1)];
      // Half of them in the first two kilobytes, where the heads and small answers are.
      fault.at = pick(0, pick(0, 1) == 0 ? 2'000 : proxy_->longest_request() + 1);
      fault.reset = pick(0, 1) == 0;
      fault.only = kCalls[pick(0, std::size(kCalls) - 1)];
      proxy_->break_next(fault);
    }
    // The process may be a new one too.
    if (pick(0, 3) == 0) provider_.restart({link_});
    file_orders(static_cast<int>(pick(1, 3)));
    ASSERT_TRUE(settle());
  }
  expect_all_is_well();
}

TEST_P(BrokenConnections, EachCallMayBreakAtItsEnds) {
  for (const char* call : kCalls) {
    for (const Kind kind :
         {Kind::cut_request, Kind::cut_answer, Kind::repeat, Kind::repeat_late, Kind::late}) {
      SCOPED_TRACE(std::string(call) + " " + std::to_string(static_cast<int>(kind)));
      proxy_->break_next({kind, 0, false, call});
      provider_.restart({link_});
      file_orders(1);
      ASSERT_TRUE(settle());
    }
  }
  expect_all_is_well();
}

TEST_P(BrokenConnections, AtEveryNthByteNothingIsLostOrDoubled) {
  if (!is_long()) GTEST_SKIP() << "a part of --long";
  file_orders(1);
  ASSERT_TRUE(settle());
  for (const Kind kind : {Kind::cut_request, Kind::cut_answer}) {
    const size_t longest =
        kind == Kind::cut_request ? proxy_->longest_request() : proxy_->longest_answer();
    for (size_t at = 0; at <= longest; at += cut_step()) {
      SCOPED_TRACE(at);
      for (const char* call : kCalls) proxy_->break_next({kind, at, at % 2 == 0, call});
      file_orders(1);
      ASSERT_TRUE(settle());
    }
  }
  expect_all_is_well();
}

}  // namespace
}  // namespace beian::tests
