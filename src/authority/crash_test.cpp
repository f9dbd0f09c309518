// Whatever the process and the network do: each order is filed exactly once and each submission
// sent and settled exactly once, the sequence has neither gap nor repeat, every download is applied
// exactly once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "authority/link_world_for_tests.hpp"

namespace beian::authority {
namespace {

using testing::Crash;
using testing::World;
using Fault = testing::FakeAuthority::Fault;
using Kind = Fault::Kind;

class Story {
 public:
  Story(const std::string& backend, unsigned seed) : world_(backend), random_(seed) {
    world_.config.max_records = 3;
    world_.restart();
    world_.authority.when_uploaded([this](const Json& record) {
      ++handed_down_;
      world_.authority.hand_down(testing::filed_document(record, ++numbers_), chance(8) ? 1 : 0);
    });
    world_.authority.when_submitted(
        [this](const std::string& operation, const Json& record) { answer(operation, record); });
  }

  void play() {
    for (int step = 0; step < 10; ++step) {
      act();
      survive([&] { world_.service->run_due(); });
      world_.clock.advance(Millis{pick(0, 400'000)});
    }
    world_.database->live();
    world_.run(25);
  }

  void expect_all_is_well() {
    for (const auto& id : orders_) {
      EXPECT_EQ(world_.state(id), "completed");
      const auto events = world_.events(id);
      EXPECT_EQ(std::ranges::count(events, "approve"), 1);
      EXPECT_EQ(std::ranges::count(events, "report"), 1);
    }
    expect_submissions();
    int64_t expected = 1;
    for (const auto& [sequence, file] : world_.authority.files()) EXPECT_EQ(sequence, expected++);
    auto certificates = world_.authority.certificates();
    std::ranges::sort(certificates);
    EXPECT_EQ(certificates.size(), orders_.size());
    EXPECT_EQ(std::ranges::adjacent_find(certificates), certificates.end());
    EXPECT_EQ(world_.authority.violations(), 0);
    EXPECT_EQ(world_.authority.waiting_downloads(), 0u);
    const auto uploads = world_.uploads();
    EXPECT_EQ(uploads.size(), world_.authority.files().size());
    for (const auto& upload : uploads) EXPECT_EQ(upload.state, "accepted");
    const auto downloads = world_.downloads();
    EXPECT_EQ(downloads.size(), handed_down_);
    for (const auto& download : downloads) {
      EXPECT_TRUE(download.applied);
      EXPECT_EQ(download.flagged, 0);
    }
  }

  int crashes() const { return crashes_; }

 private:
  struct Sent {
    int64_t number;
    std::string operation, key;
    bool withdrawn = false;
  };

  // What tells one sample of an operation from another.
  static std::string key_of(const std::string& operation, const Json& record) {
    if (operation == "icp/cancellations") return std::to_string(record["record_id"].as_int());
    if (operation == "icp/new_services") return record["services"].at(0)["name"].as_string();
    return record["domain"].as_string();
  }

  void answer(const std::string& operation, const Json& record) {
    const auto key = key_of(operation, record);
    const bool granted = !refused_.contains(key) && !chance(4);
    if (!granted) refused_.insert(key);
    const bool cancels = operation == "icp/cancellations";
    if (!cancels && operation != "icp/new_services") return;  // nothing is told of these
    ++handed_down_;
    const int64_t id = cancels ? record["record_id"].as_int()
                               : record["services"].at(0)["provider_service_id"].as_int();
    world_.authority.hand_down(testing::decision_document(cancels ? 7 : 2, id, granted, "样例意见"),
                               chance(8) ? 1 : 0);
  }

  void expect_submissions() {
    std::map<std::string, int> taken;
    for (const auto* operation : kSubmitted)
      for (const auto& record : world_.authority.records(operation))
        ++taken[operation + key_of(operation, record)];
    for (const auto& sent : sent_) {
      SCOPED_TRACE(sent.operation + " " + sent.key);
      EXPECT_EQ(taken[sent.operation + sent.key], sent.withdrawn ? 0 : 1);
      const auto found = world_.submission(sent.number);
      const bool answered = sent.operation != "icp/unfiled_site_actions";
      const bool refused = answered && refused_.contains(sent.key);
      EXPECT_EQ(found.state, sent.withdrawn ? "withdrawn" : refused ? "refused" : "done");
      EXPECT_EQ(found.outcomes.size(), answered && !sent.withdrawn ? 1u : 0u);
    }
    EXPECT_EQ(taken.size(), sent_.size());  // nothing that nobody sent
  }

  int64_t pick(int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random_);
  }
  bool chance(int of) { return pick(1, of) == 1; }

  template <class Work>
  void survive(Work&& work) {
    try {
      work();
    } catch (const Crash&) {
      ++crashes_;
      world_.restart();
    }
  }

  void act() {
    for (int64_t n = pick(0, 3); n > 0; --n)
      orders_.push_back(world_.add_ready_order(static_cast<int>(orders_.size()) + 1));
    for (int64_t n = pick(0, 3); n > 0; --n) {
      const std::string operation = kSubmitted[pick(0, 2)];
      const int i = static_cast<int>(sent_.size()) + 1;
      const auto number = world_.add_submission(operation, i);
      const auto body = world_.submission(number).body;
      const auto key = operation == "icp/cancellations"
                           ? std::to_string(body["service"]["authority_service_id"].as_int())
                           : key_of(operation, body);
      sent_.push_back({number, operation, key});
    }
    if (!sent_.empty() && chance(4)) {
      auto& sent = sent_[static_cast<size_t>(pick(0, static_cast<int64_t>(sent_.size()) - 1))];
      world_.write([&](db::Tx& tx) {
        sent.withdrawn |= withdraw(tx, world_.clock.now(), sent.number).has_value();
      });
    }
    static const Fault kFaults[] = {{Kind::lost_after},    {Kind::lost_before},
                                    {Kind::code, 999, {}}, {Kind::code, 15, {}},
                                    {Kind::code, 901, {}}, {Kind::code, 5, {}}};
    static constexpr const char* kOperations[] = {"isp_upload", "isp_download", "isp_downloadack",
                                                  "isp_querypreviousupload"};
    if (chance(2)) world_.authority.fault(kOperations[pick(0, 3)], kFaults[pick(0, 5)]);
    if (chance(2))
      world_.database->die_at_write(static_cast<int>(pick(1, 12)), chance(2));
    else if (chance(4))
      world_.restart();
  }

  static constexpr const char* kSubmitted[] = {"icp/cancellations", "icp/new_services",
                                               "icp/unfiled_site_actions"};
  World world_;
  std::mt19937 random_;
  std::vector<std::string> orders_;
  std::vector<Sent> sent_;
  std::set<std::string> refused_;
  size_t handed_down_ = 0;
  int64_t numbers_ = 0;
  int crashes_ = 0;
};

class Crashes : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Backends, Crashes, ::testing::ValuesIn(beian::testing::backends()));

TEST_P(Crashes, NeitherLoseNorRepeat) {
  const bool is_long = std::getenv("BEIAN_LONG_TESTS") != nullptr;
  const unsigned stories = is_long ? 200 : 8;
  int crashes = 0;
  for (unsigned seed = 1; seed <= stories; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Story story(GetParam(), seed);
    story.play();
    story.expect_all_is_well();
    crashes += story.crashes();
    if (HasFailure()) break;
  }
  EXPECT_GT(crashes, 0);  // else the test tests nothing
}

}  // namespace
}  // namespace beian::authority
