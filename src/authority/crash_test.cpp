// Whatever the process and the network do: each order is filed exactly once, the sequence has
// neither gap nor repeat, every download is applied exactly once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

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
      world_.authority.hand_down(testing::filed_document(record, ++numbers_), chance(8) ? 1 : 0);
    });
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
    EXPECT_EQ(downloads.size(), orders_.size());
    for (const auto& download : downloads) {
      EXPECT_TRUE(download.applied);
      EXPECT_EQ(download.flagged, 0);
    }
  }

  int crashes() const { return crashes_; }

 private:
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

  World world_;
  std::mt19937 random_;
  std::vector<std::string> orders_;
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
