// A gate that follows the registry over HTTP: it answers what access() answers, a change is in
// force within a fraction of a second, and neither an outage, a kill nor another history leads it
// astray. On both databases.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <random>

#include "base/chain.hpp"
#include "china/domain.hpp"
#include "gate/follow.hpp"
#include "platform/http/client.hpp"
#include "platform/http/server.hpp"
#include "registry/blacklist.hpp"
#include "registry/feed.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"
#include "registry/store.hpp"
#include "testing/database.hpp"
#include "testing/poll.hpp"
#include "testing/process.hpp"

namespace beian::tests {
namespace {

namespace fs = std::filesystem;
using namespace registry::test;
using std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(10);

// The registry's side: a database and the routes of the feed behind a token.
class Side {
 public:
  explicit Side(const std::string& backend) : db_(testing::make_database(backend)) {
    std::string name = (fs::temp_directory_path() / "gate-follow-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = name;
    start();
  }
  ~Side() {
    stop();
    fs::remove_all(folder_);
  }
  void start() {
    watch_ = std::make_shared<registry::FeedWatch>(
        db_.database,
        registry::FeedWatch::Limits{.all = 100, .look = std::chrono::milliseconds(5)});
    router_ = std::make_unique<http::Router>();
    router_->add(registry::feed_routes(db_.database, watch_));
    router_->set_authorizer({[](const http::Request& request, http::Scope) -> Result<http::Caller> {
                               if (request.header("authorization") != "Bearer token")
                                 return fail(ProblemCode::not_signed_in);
                               return http::Caller{};
                             },
                             [](const http::Request&) { return http::Caller{}; }});
    watch_->start();
    http::ServerOptions options;
    options.port = port_;
    server_ = std::make_unique<http::Server>(
        options, [this](const http::Request& request) { return router_->handle(request); });
    port_ = server_->port();
  }
  void stop() {
    if (!server_) return;
    watch_->stop();
    server_->stop(std::chrono::milliseconds(500));
    server_.reset();
  }

  gate::FollowOptions options(const std::string& file = "gate") {
    gate::FollowOptions out;
    out.origin = "http://127.0.0.1:" + std::to_string(port_);
    out.token = Secret("token");
    out.keeper.path = (folder_ / file).string();
    out.keeper.tell = [this](std::string_view event, std::string_view detail) {
      const std::lock_guard lock(mutex_);
      told_.emplace_back(std::string(event) + " " + std::string(detail));
    };
    // A short list: a file with the whole one takes its time to open.
    static const gate::Suffixes kShort =
        gate::Suffixes::from_rules("cn\ncom.cn\ngov.cn\nxn--fiqs8s\ncom").value();
    out.keeper.suffixes = &kShort;
    out.wait = std::chrono::seconds(1);
    out.names_at_once = 3;
    out.changes_at_once = 7;
    out.first_pause = std::chrono::milliseconds(10);
    out.longest_pause = std::chrono::milliseconds(100);
    return out;
  }
  bool told(const std::string& begin) const {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(told_, [&](const auto& line) { return line.starts_with(begin); });
  }
  template <class Work>
  void write(Work work) {
    clock_.advance(Millis(1));
    db_.database->write([&](db::Tx& tx) { work(tx); });
  }
  void record(const std::vector<ServiceSample>& services) {
    write([&](db::Tx& tx) {
      if (!registry::record(tx, clock_.now(), cipher_, "", kOwn, record_of({}, services)))
        throw std::runtime_error("refused");
    });
  }
  void list(const std::string& name, bool listed) {
    write([&](db::Tx& tx) {
      const registry::ListedDomain domain{0, name, 0, "样例网站", "样例原因"};
      if (listed)
        registry::list_domain(tx, clock_.now(), cipher_, "gd", domain);
      else
        registry::unlist_domain(tx, clock_.now(), "gd", domain);
    });
  }
  void cancel(registry::Cancel what, int64_t id) {
    write([&](db::Tx& tx) {
      static_cast<void>(registry::cancel(tx, clock_.now(), what, {440000}, id));
    });
  }
  uint64_t end() {
    return static_cast<uint64_t>(
        db_.database->read_value([](db::Tx& tx) { return registry::feed_end(tx); }).number);
  }
  registry::AccessAnswer access(const std::string& host) {
    return db_.database->read_value([&](db::Tx& tx) { return registry::access(tx, host); });
  }
  db::Database& database() { return *db_.database; }
  const std::string& url() const { return db_.url; }
  const fs::path& folder() const { return folder_; }
  uint16_t port() const { return port_; }

 private:
  testing::TestDatabase db_;
  crypto::ColumnCipher cipher_{Secret(std::string(32, 'k'))};
  FakeClock clock_;
  fs::path folder_;
  std::shared_ptr<registry::FeedWatch> watch_;
  std::unique_ptr<http::Router> router_;
  std::unique_ptr<http::Server> server_;
  uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> told_;
};

const std::vector<std::string> kNames = {
    "a-example.cn",     "b-example.cn",       "x.a-example.cn",        "y.x.a-example.cn",
    "c-example.gov.cn", "y.c-example.gov.cn", "xn--fsqu00a.xn--fiqs8s"};
const std::vector<std::string> kHosts = {"a-example.cn",
                                         "WWW.a-example.cn:8080",
                                         "x.a-example.cn.",
                                         "y.x.a-example.cn",
                                         "z.y.x.a-example.cn",
                                         "b-example.cn",
                                         "deep.b-example.cn",
                                         "c-example.gov.cn",
                                         "y.c-example.gov.cn",
                                         "www.c-example.gov.cn",
                                         "not.y.c-example.gov.cn",
                                         "www.例子.中国",
                                         "nobody-example.cn",
                                         "com.cn",
                                         "203.0.113.1",
                                         "a-example.cn:99999x",
                                         "-a.com cn"};

// Empty, or how the gate's answer differs from the database's.
std::string difference(Side& side, gate::Live::Reader& reader, const std::string& host) {
  const auto right = side.access(host);
  const gate::Answer got = reader.lookup(host, 1'800'000'000);
  const std::string reason = got.reason == gate::Reason::no_name ? "bad_host"
                             : got.reason == gate::Reason::elsewhere
                                 ? "no_access_here"
                                 : std::string(name_of(got.reason));
  const std::string number = gate::number_text(got.number);
  const std::string decided(got.entry);
  if (got.allow != right.allow || reason != right.reason || number != right.filing_number ||
      (!decided.empty() && decided != right.domain))
    return host + ": " + reason + " " + number + " by " + decided + ", right is " + right.reason +
           " " + right.filing_number + " by " + right.domain;
  return {};
}

std::vector<std::string> differences(Side& side, const gate::Live& live) {
  gate::Live::Reader reader(live);
  std::vector<std::string> out;
  for (const auto& host : kHosts) {
    const auto wrong = difference(side, reader, host);
    if (!wrong.empty()) out.push_back(wrong);
  }
  return out;
}

ServiceSample random_service() {
  ServiceSample service;
  service.id = *rc::gen::inRange<int64_t>(1, 4);
  service.number = *rc::gen::inRange(0, 4) == 0
                       ? ""
                       : "粤ICP备2026000001号-" + std::to_string(*rc::gen::inRange(1, 5));
  service.domains.clear();
  service.accesses.clear();
  for (int64_t id = 1; id <= 6; ++id)
    if (*rc::gen::inRange(0, 3) == 0) service.domains.push_back({id, *rc::gen::elementOf(kNames)});
  for (int64_t id = 1; id <= 4; ++id)
    if (*rc::gen::inRange(0, 3) == 0)
      service.accesses.push_back({id, *rc::gen::element(kOwn, kOther)});
  if (service.domains.empty()) service.domains.push_back({1, kNames[0]});
  if (service.accesses.empty()) service.accesses.push_back({1, kOther});
  return service;
}

void random_step(Side& side) {
  switch (*rc::gen::inRange(0, 10)) {
    case 0:
      return side.cancel(registry::Cancel::entity, 1);
    case 1:
      return side.cancel(registry::Cancel::service, *rc::gen::inRange<int64_t>(1, 4));
    case 2:
      return side.cancel(registry::Cancel::access, *rc::gen::inRange<int64_t>(1, 5));
    case 3:
    case 4:
      return side.list(*rc::gen::elementOf(kNames), true);
    case 5:
      return side.list(*rc::gen::elementOf(kNames), false);
    default:
      return side.record({random_service()});
  }
}

class GateFollow : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Backends, GateFollow, ::testing::ValuesIn(testing::backends()));

// After any history: a gate that has followed all along, and one that fetches the whole state now.
TEST_P(GateFollow, AnswersWhatTheDatabaseAnswers) {
  Side side(GetParam());
  auto options = side.options();
  options.keeper.merge_after = 50;
  gate::Follower follower(std::move(options));
  ASSERT_TRUE(follower.start());
  int history = 0;
  EXPECT_TRUE(rc::check([&] {
    const int steps = *rc::gen::inRange(1, 4);
    for (int i = 0; i < steps; ++i) random_step(side);
    RC_ASSERT(follower.wait_until(side.end(), kPatience));
    RC_ASSERT(differences(side, *follower.live()) == std::vector<std::string>{});
    if (++history % 3 != 0) return;
    auto now = side.options("fresh-" + std::to_string(history));
    now.wait = std::chrono::seconds(0);  // who waits takes up to a second to stop
    gate::Follower fresh(std::move(now));
    RC_ASSERT(fresh.start().has_value());
    RC_ASSERT(fresh.wait_until(side.end(), kPatience));
    RC_ASSERT(differences(side, *fresh.live()) == std::vector<std::string>{});
  }));
  EXPECT_EQ(follower.state().fetches, 1u);
  EXPECT_GT(follower.state().merges, 0u);
}

TEST_P(GateFollow, AChangeIsInForceAtOnce) {
  Side side(GetParam());
  auto options = side.options();
  options.wait = std::chrono::seconds(5);
  gate::Follower follower(std::move(options));
  ASSERT_TRUE(follower.start());
  ASSERT_TRUE(follower.wait_confirmed(kPatience));
  gate::Live::Reader reader(*follower.live());
  steady_clock::duration longest{};
  for (int i = 0; i < 10; ++i) {
    const bool filed = i % 2 == 0;
    EXPECT_EQ(reader.lookup("www.yangli-example.cn", 1).allow, !filed);
    if (filed)
      side.record({{}});
    else
      side.cancel(registry::Cancel::service, 1);
    const auto told = steady_clock::now();
    ASSERT_TRUE(testing::eventually(
        [&] { return reader.lookup("www.yangli-example.cn", 1).allow == filed; }));
    longest = std::max(longest, steady_clock::now() - told);
  }
  std::printf("longest from commit to answer: %lld ms\n",
              static_cast<long long>(
                  std::chrono::duration_cast<std::chrono::milliseconds>(longest).count()));
  EXPECT_LT(longest, std::chrono::seconds(1));
}

TEST_P(GateFollow, AnswersWhileTheRegistryIsAway) {
  Side side(GetParam());
  side.record({{}});
  auto follower = std::make_unique<gate::Follower>(side.options());
  ASSERT_TRUE(follower->start());
  ASSERT_TRUE(follower->wait_confirmed(kPatience));
  const gate::Seconds confirmed = follower->live()->confirmed();
  EXPECT_GT(confirmed, 0u);
  side.stop();
  EXPECT_TRUE(
      testing::eventually([&] { return side.told("gate.not_following peer_unreachable"); }));
  EXPECT_FALSE(follower->state().connected);
  EXPECT_TRUE(gate::Live::Reader(*follower->live()).lookup("yangli-example.cn", 1).allow);
  // Started anew without the registry, it stands where it was, and knows how old that is.
  follower.reset();
  {
    gate::Follower again(side.options());
    ASSERT_TRUE(again.start());
    ASSERT_NE(again.live(), nullptr);
    EXPECT_TRUE(gate::Live::Reader(*again.live()).lookup("yangli-example.cn", 1).allow);
    EXPECT_GE(again.live()->confirmed(), confirmed);
  }
  // A copy of the snapshot alone does not know it.
  {
    auto copied = side.options("copy");
    fs::copy(side.folder() / "gate", side.folder() / "copy");
    gate::Follower alone(std::move(copied));
    ASSERT_TRUE(alone.start());
    ASSERT_NE(alone.live(), nullptr);
    EXPECT_TRUE(gate::Live::Reader(*alone.live()).lookup("yangli-example.cn", 1).allow);
    EXPECT_EQ(alone.live()->confirmed(), 0u);
    // What changes meanwhile is had when the registry is there again.
    side.cancel(registry::Cancel::service, 1);
    side.start();
    EXPECT_TRUE(alone.wait_until(side.end(), kPatience));
    EXPECT_FALSE(gate::Live::Reader(*alone.live()).lookup("yangli-example.cn", 1).allow);
    EXPECT_EQ(alone.state().fetches, 0u) << "it went on from where it was";
  }
}

// A database that was restored has another history from some number on, and the same numbers.
TEST_P(GateFollow, AnotherHistoryLeadsToAFreshFetch) {
  Side side(GetParam());
  side.record({{}});
  gate::Follower follower(side.options());
  ASSERT_TRUE(follower.start());
  ASSERT_TRUE(follower.wait_confirmed(kPatience));
  side.write([](db::Tx& tx) {
    tx.exec("UPDATE registry_journal SET chain = chain + 1 WHERE id = 1");
    registry::store::append_change(tx, from_ms(1), "other-example.cn", "filed", "");
  });
  EXPECT_TRUE(testing::eventually([&] { return follower.state().fetches == 2; }));
  EXPECT_TRUE(testing::eventually([&] { return follower.state().connected; }));
  EXPECT_EQ(differences(side, *follower.live()), std::vector<std::string>{});
  // So does a change that is told otherwise than it was written, and one that is missing.
  for (const char* sql : {"UPDATE registry_changes SET what = 'filed' WHERE number = :n",
                          "DELETE FROM registry_changes WHERE number = :n"}) {
    const uint64_t fetches = follower.state().fetches;
    side.write([&](db::Tx& tx) {
      registry::store::append_change(tx, from_ms(1), "bad-example.cn", "cancelled", "");
      const int64_t n = registry::feed_end(tx).number;
      registry::store::append_change(tx, from_ms(1), "next-example.cn", "cancelled", "");
      tx.exec(sql, {{"n", n}});
    });
    EXPECT_TRUE(testing::eventually([&] { return follower.state().fetches > fetches; })) << sql;
    EXPECT_TRUE(testing::eventually([&] { return follower.state().connected; }));
    EXPECT_FALSE(gate::Live::Reader(*follower.live()).lookup("bad-example.cn", 1).allow);
  }
  // And a change of everything at once.
  const uint64_t fetches = follower.state().fetches;
  side.write([](db::Tx& tx) { registry::begin_feed_anew(tx, "样例"); });
  EXPECT_TRUE(testing::eventually([&] { return follower.state().fetches > fetches; }));
  EXPECT_TRUE(follower.wait_until(side.end(), kPatience));
}

TEST_P(GateFollow, NobodyWithoutAToken) {
  Side side(GetParam());
  auto options = side.options();
  options.token = Secret("other");
  gate::Follower follower(std::move(options));
  ASSERT_TRUE(follower.start());
  EXPECT_TRUE(testing::eventually([&] { return side.told("gate.not_following not_signed_in"); }));
  EXPECT_EQ(follower.live(), nullptr);
}

TEST_P(GateFollow, TakesATokenThatWasRenewed) {
  Side side(GetParam());
  side.record({{}});
  auto options = side.options();
  options.token = Secret("other");
  options.token_again = [] { return Result<Secret>(Secret("token")); };
  gate::Follower follower(std::move(options));
  ASSERT_TRUE(follower.start());
  EXPECT_TRUE(follower.wait_until(side.end(), kPatience));
}

// Answers of another program, or of a broken one, must not keep a gate busy for ever.
TEST(GateFollowing, PagesThatLeadNowhereAreGivenUp) {
  std::atomic<int> pages = 0;
  http::Server server({}, [&](const http::Request&) {
    ++pages;
    return http::Response::json(Json::object({{"last", 0},
                                              {"chain", chain_text(kChainStart)},
                                              {"names", Json::array()},
                                              {"check", chain_text(kChainStart)},
                                              {"next", "again-example.cn"}}));
  });
  const testing::TempFolder folder;
  std::promise<std::string> problem;
  gate::FollowOptions options;
  options.origin = server.origin();
  options.token = Secret("token");
  options.keeper.path = folder.path("gate");
  options.keeper.tell = [&](std::string_view event, std::string_view detail) {
    if (event == "gate.not_following") problem.set_value(std::string(detail));
  };
  options.first_pause = kPatience;
  gate::Follower follower(std::move(options));
  ASSERT_TRUE(follower.start());
  auto told = problem.get_future();
  ASSERT_EQ(told.wait_for(kPatience), std::future_status::ready);
  EXPECT_EQ(told.get(), "peer_unreachable: a page that repeats itself");
  EXPECT_EQ(pages, 2);
}

// One that hands out a state and then knows nothing of it is given time, too.
TEST(GateFollowing, AStateThatTheFeedDoesNotKnowIsNotFetchedAtOnceAgain) {
  std::atomic<int> states = 0;
  http::Server server({}, [&](const http::Request& request) {
    const Json chain = chain_text(kChainStart);
    if (request.path == "/api/v1/gate/names") {
      ++states;
      return http::Response::json(Json::object({{"last", 0},
                                                {"chain", chain},
                                                {"names", Json::array()},
                                                {"check", chain},
                                                {"next", Json()}}));
    }
    // The question that belongs to the fetch is answered, the next one is not.
    static std::atomic<int> asked = 0;
    if (++asked % 2 == 0)
      return http::problem_response(request, {Problem{ProblemCode::conflict, "?after", {}}});
    return http::Response::json(
        Json::object({{"last", 0}, {"chain", chain}, {"changes", Json::array()}}));
  });
  const testing::TempFolder folder;
  gate::FollowOptions options;
  options.origin = server.origin();
  options.token = Secret("token");
  options.keeper.path = folder.path("gate");
  options.first_pause = options.longest_pause = std::chrono::seconds(1);
  const auto began = steady_clock::now();
  gate::Follower follower(std::move(options));
  ASSERT_TRUE(follower.start());
  ASSERT_TRUE(testing::eventually([&] { return states == 4; }));
  EXPECT_GE(steady_clock::now() - began, std::chrono::seconds(3)) << "a pause before each but one";
}

// A snapshot of the registry's names alone is a state of the feed; one with a list over it is none.
TEST_P(GateFollow, GoesOnFromASnapshotThatWasBuiltBesideTheDatabase) {
  Side side(GetParam());
  side.record({{1, "粤ICP备2026000001号-1", {{1, kNames[0]}, {2, "b-example.cn"}}, {{1, kOwn}}}});
  side.cancel(registry::Cancel::service, 1);
  side.record({{2, "粤ICP备2026000001号-2", {{3, "c-example.gov.cn"}}, {{2, kOther}}}});
  side.list("x.a-example.cn", true);
  const auto build = [&](const std::string& file, std::vector<std::string> lists) {
    lists.insert(lists.begin(), {BEIAN_BINARY, "gate", "build", (side.folder() / file).string(),
                                 "--from-registry", "--database", side.url()});
    ASSERT_EQ(testing::run(lists).exit_code, 0);
  };
  build("alone", {});
  side.record({{1, "粤ICP备2026000001号-1", {{1, kNames[0]}}, {{1, kOwn}}}});
  gate::Follower follower(side.options("alone"));
  ASSERT_TRUE(follower.start());
  EXPECT_TRUE(follower.wait_until(side.end(), kPatience));
  EXPECT_EQ(differences(side, *follower.live()), std::vector<std::string>{});
  EXPECT_EQ(follower.state().fetches, 0u);

  std::ofstream(side.folder() / "list.csv") << "more-example.cn\n";
  build("mixed", {(side.folder() / "list.csv").string()});
  gate::Follower anew(side.options("mixed"));
  ASSERT_TRUE(anew.start());
  EXPECT_TRUE(anew.wait_confirmed(kPatience));
  EXPECT_EQ(anew.state().fetches, 1u);
  EXPECT_EQ(differences(side, *anew.live()), std::vector<std::string>{});
}

// The real program, killed again and again while changes come; then asked.
TEST_P(GateFollow, TheProgramMayBeKilledAtAnyMoment) {
  Side side(GetParam());
  const std::string file = (side.folder() / "gate").string();
  std::ofstream(side.folder() / "token") << "token\n";
  const std::vector<std::string> command = {
      BEIAN_BINARY,   "gate",
      "follow",       file,
      "--from",       "http://127.0.0.1:" + std::to_string(side.port()),
      "--token-file", (side.folder() / "token").string()};
  std::vector<std::string> running = command;
  running.insert(running.end(), {"--merge-after", "3"});
  std::mt19937 random(20261129);
  const std::string log = (side.folder() / "log").string();
  const auto starts = [&] {
    std::ifstream in(log);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    size_t count = 0;
    for (size_t at = 0; (at = text.find("gate.up_to_date", at)) != text.npos; ++at) ++count;
    return count;
  };
  for (size_t round = 0; round < 4; ++round) {
    testing::Process program(running, log);
    ASSERT_TRUE(testing::eventually([&] { return starts() > round; }));
    const auto end = steady_clock::now() +
                     std::chrono::milliseconds(std::uniform_int_distribution<>(30, 250)(random));
    for (int64_t i = 0; steady_clock::now() < end; ++i) {
      side.record({{1,
                    "粤ICP备2026000001号-1",
                    {{1, kNames[static_cast<size_t>(i) % kNames.size()]}, {2, "b-example.cn"}},
                    {{1, i % 3 == 0 ? kOther : kOwn}}}});
    }
    program.kill_now();
    const auto left = gate::Snapshot::open(file);
    ASSERT_TRUE(left && left->verify());
  }
  std::vector<std::string> once = command;
  once.push_back("--once");
  const auto done = testing::run(once);
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.output, "at change " + std::to_string(side.end()) + "\n");
  auto snapshot = gate::Snapshot::open(file);
  ASSERT_TRUE(snapshot && snapshot->verify());
  EXPECT_EQ(snapshot->sequence(), side.end());
  const gate::Live live(std::make_shared<const gate::Snapshot>(std::move(*snapshot)));
  EXPECT_EQ(differences(side, live), std::vector<std::string>{});
}

// The same state answered over HTTP by the real program: what is filed a moment later, and all of
// it after a kill, with the provider system away.
TEST_P(GateFollow, TheServerFollowsAndAnswersAlone) {
  Side side(GetParam());
  side.record({{1, "粤ICP备2026000001号-1", {{1, kNames[0]}}, {{1, kOwn}}}});
  std::ofstream(side.folder() / "token") << "token\n";
  const std::string origin = "http://127.0.0.1:" + std::to_string(side.port());
  const auto serve = [&](const std::string& log) {
    return testing::Process(
        {BEIAN_BINARY, "gate", "serve", (side.folder() / "gate").string(), "--listen",
         "127.0.0.1:0", "--from", origin, "--token-file", (side.folder() / "token").string()},
        log);
  };
  std::string at;
  const auto listens = [&](const std::string& log) {
    std::ifstream in(log);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const size_t line = text.find("gate.serving");
    if (line == text.npos) return false;
    const size_t begin = text.find("127.0.0.1:", line);
    at = "http://" + text.substr(begin, text.find_first_not_of("0123456789", begin + 10) - begin);
    return true;
  };
  const auto asked = [&](const std::string& path) {
    const auto answer = http::send({.url = at + path});
    return answer ? answer->body : std::string();
  };
  const auto allows = [&](const std::string& host) {
    return asked("/lookup?host=" + host).find("\"allow\":true") != std::string::npos;
  };

  const std::string first = (side.folder() / "first").string();
  auto program = serve(first);
  ASSERT_TRUE(testing::eventually([&] { return listens(first); }));
  EXPECT_TRUE(allows(kNames[0]));
  EXPECT_FALSE(allows("b-example.cn"));
  side.record({{1, "粤ICP备2026000001号-1", {{1, kNames[0]}, {2, "b-example.cn"}}, {{1, kOwn}}}});
  EXPECT_TRUE(testing::eventually([&] { return allows("b-example.cn"); }));
  EXPECT_TRUE(testing::eventually([&] {
    return asked("/metrics").find("\nbeian_gate_feed_connected 1\n") != std::string::npos;
  }));
  // What is only in the journal so far, asked of the file.
  const std::string file = (side.folder() / "gate").string();
  ASSERT_LT(gate::Snapshot::open(file)->sequence(), side.end());
  std::ofstream(side.folder() / "hosts") << "b-example.cn\n";
  const auto command = [&](std::vector<std::string> rest) {
    rest.insert(rest.begin(), {BEIAN_BINARY, "gate"});
    return testing::run(rest);
  };
  EXPECT_EQ(command({"lookup", file, "b-example.cn"}).exit_code, 0);
  EXPECT_EQ(
      command({"scan", file, (side.folder() / "hosts").string(), "--format", "hosts"}).exit_code,
      0);
  std::filesystem::copy_file(file, side.folder() / "alone");
  EXPECT_EQ(command({"lookup", (side.folder() / "alone").string(), "b-example.cn"}).exit_code, 1);
  EXPECT_EQ(command({"diff", (side.folder() / "alone").string(), file}).exit_code, 1);
  const std::string blocked = (side.folder() / "blocked").string();
  testing::Process page(
      {BEIAN_BINARY, "gate", "block-page", "--snapshot", file, "--listen", "127.0.0.1:0"}, blocked);
  const auto page_says = [&](const std::string& host) {
    std::ifstream in(blocked);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const size_t begin = text.find("http://"), end = text.find('\n', begin);
    if (begin == text.npos || end == text.npos) return 0;
    const auto answer =
        http::send({.url = text.substr(begin, end - begin) + "/", .headers = {{"Host", host}}});
    return answer ? answer->status : 0;
  };
  // 503: it is open, come again.
  EXPECT_TRUE(testing::eventually([&] { return page_says("b-example.cn") == 503; }));
  EXPECT_EQ(page_says("nobody-example.cn"), 403);
  // So does a server of the file alone.
  const std::string log = (side.folder() / "beside").string(), following = at;
  testing::Process beside({BEIAN_BINARY, "gate", "serve", file, "--listen", "127.0.0.1:0"}, log);
  ASSERT_TRUE(testing::eventually([&] { return listens(log); }));
  EXPECT_TRUE(allows("b-example.cn"));
  // They follow the file while they run.
  side.record({{1, "粤ICP备2026000001号-1", {{1, kNames[0]}}, {{1, kOwn}}}});
  EXPECT_TRUE(testing::eventually([&] { return !allows("b-example.cn"); })) << asked("/metrics");
  beside.signal(SIGTERM);
  EXPECT_EQ(beside.wait(kPatience), 0);
  at = following;
  EXPECT_TRUE(testing::eventually([&] { return !allows("b-example.cn"); })) << asked("/metrics");
  EXPECT_TRUE(testing::eventually([&] { return page_says("b-example.cn") == 403; }));
  page.signal(SIGTERM);
  EXPECT_EQ(page.wait(kPatience), 0);
  const auto verified = command({"verify", file});
  EXPECT_EQ(verified.exit_code, 0);
  EXPECT_NE(verified.output.find("journal: up to change " + std::to_string(side.end())),
            std::string::npos)
      << verified.output;
  program.kill_now();

  side.stop();
  const std::string second = (side.folder() / "second").string();
  program = serve(second);
  ASSERT_TRUE(testing::eventually([&] { return listens(second); }));
  EXPECT_TRUE(allows(kNames[0]));
  EXPECT_FALSE(allows("b-example.cn"));
  EXPECT_TRUE(testing::eventually([&] {
    return asked("/metrics").find("\nbeian_gate_feed_connected 0\n") != std::string::npos;
  }));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(kPatience), 0);
}

}  // namespace
}  // namespace beian::tests
