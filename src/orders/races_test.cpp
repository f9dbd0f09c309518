// Two at the same moment, through the use cases, with real threads, on both databases: one wins,
// the other gets the right problem, and nothing is counted wrong afterwards.
#include <barrier>
#include <thread>

#include "orders/several_for_test.hpp"

namespace beian::orders {
namespace {

using namespace test;
using Lines = std::vector<std::string>;

class Races : public SeveralWorld {
 protected:
  static constexpr int kRounds = 6;

  // Both begin together; what each got wrong.
  template <class First, class Second>
  std::pair<Lines, Lines> race(First first, Second second) {
    std::barrier start(2);
    Lines one, two;
    {
      const std::jthread a([&] {
        start.arrive_and_wait();
        one = faults(first());
      });
      const std::jthread b([&] {
        start.arrive_and_wait();
        two = faults(second());
      });
    }
    return {one, two};
  }
  // Exactly one of them, and the other for one of these reasons.
  static void expect_one(const std::pair<Lines, Lines>& got, const std::vector<Lines>& reasons) {
    EXPECT_NE(got.first.empty(), got.second.empty())
        << ::testing::PrintToString(got.first) << ::testing::PrintToString(got.second);
    const Lines& lost = got.first.empty() ? got.second : got.first;
    EXPECT_NE(std::ranges::find(reasons, lost), reasons.end()) << ::testing::PrintToString(lost);
  }
  auto submitting(const std::string& owner, const std::string& id,
                  std::optional<int64_t> version = {}) {
    return [this, owner, id, version] { return submit_now(owner, id, version); };
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Races, ::testing::ValuesIn(testing::backends()));

TEST_P(Races, TwoOrdersForTheLastPlaceOfAResource) {
  for (int round = 0; round < kRounds; ++round) {
    const std::string source = "i-" + std::to_string(round);
    keep(source, "a1", 3);
    Lines ids;
    for (int k = 0; k < 2; ++k) {
      auto document = several(2 * round + k + 1, 2);  // two of three places each
      for (size_t s = 0; s < 2; ++s) stand(document, s, source);
      ids.push_back(draft("a1", document));
    }
    expect_one(race(submitting("a1", ids[0]), submitting("a1", ids[1])),
               {Lines{"quota_exhausted@/services/1/resource"}});
    EXPECT_EQ(taken(source), 2);
    expect_counts_right();
  }
}

TEST_P(Races, TwoOrdersForOneCode) {
  keep("i-1", "a1", kRounds);
  for (int round = 0; round < kRounds; ++round) {
    const auto code = codes("a1", "i-1", 1).front();
    Lines ids;
    for (int k = 0; k < 2; ++k)
      ids.push_back(draft("a1", several(2 * round + k + 1, 1),
                          [&](Json& document) { stand_on_code(document, 0, code.code); }));
    expect_one(race(submitting("a1", ids[0]), submitting("a1", ids[1])),
               {Lines{"filing_code_taken@/services/0/resource"}});
    EXPECT_EQ(state_of(code), "in_filing");
    expect_counts_right();
  }
}

// Two orders name the same resources in opposite orders: neither waits for the other for good.
TEST_P(Races, TwoOrdersOnTwoResourcesBothGetThem) {
  keep("i-1", "a1", 100);
  keep("i-2", "a1", 100);
  const auto made = codes("a1", "i-1", 2 * kRounds);
  for (int round = 0; round < kRounds; ++round) {
    Lines ids;
    for (int k = 0; k < 2; ++k) {
      auto document = several(2 * round + k + 1, 3);
      stand(document, 0, k == 0 ? "i-1" : "i-2");
      stand(document, 1, k == 0 ? "i-2" : "i-1");
      stand_on_code(document, 2, made[static_cast<size_t>(2 * round + k)].code);
      ids.push_back(draft("a1", document));
    }
    const auto got = race(submitting("a1", ids[0]), submitting("a1", ids[1]));
    EXPECT_EQ(got.first, Lines{});
    EXPECT_EQ(got.second, Lines{});
  }
  EXPECT_EQ(taken("i-1"), 4 * kRounds);
  EXPECT_EQ(taken("i-2"), 2 * kRounds);
  expect_counts_right();
}

// A code is revoked, its order is handed in.
TEST_P(Races, ACodeRevokedWhileItIsUsed) {
  keep("i-1", "a1", 2 * kRounds);
  for (int round = 0; round < kRounds; ++round) {
    const auto code = codes("a1", "i-1", 1).front();
    const auto id = draft("a1", several(round + 1, 1),
                          [&](Json& document) { stand_on_code(document, 0, code.code); });
    const auto got = race(submitting("a1", id),
                          [&] { return resources::revoke(*resources_, caller("a1"), code.id); });
    expect_one(got, {Lines{"filing_code_void@/services/0/resource"}, Lines{"filing_code_taken@"},
                     Lines{"conflict@"}});
    expect_counts_right();
  }
}

TEST_P(Races, TwoReviewersOfOneOrder) {
  for (int round = 0; round < kRounds; ++round) {
    const auto id = draft("a1", several(round + 1, 1));
    ASSERT_TRUE(submit_now("a1", id));
    const Json pass = Json::object({{"verdict", "pass"}, {"version", version(id)}});
    const Json refuse =
        Json::object({{"verdict", "needs_changes"},
                      {"version", version(id)},
                      {"findings", Json::array({Json::object({{"field", "/services/0/name"},
                                                              {"verdict", "needs_changes"},
                                                              {"text", "样例：请写全名"}})})}});
    const auto got = race([&] { return review(context_, "r1", id, pass); },
                          [&] { return review(context_, "r2", id, refuse); });
    expect_one(got, {Lines{"stale_version@/version"}});
    EXPECT_EQ(load(id).state, got.first.empty() ? State::ready_to_report : State::needs_changes);
    const auto history =
        db_.database->read_value([&](db::Tx& tx) { return store_.history(tx, id); });
    EXPECT_EQ(history.size(), 3u);  // created, submitted, one review
  }
}

TEST_P(Races, TwoMembersSaveOneDraft) {
  for (int round = 0; round < kRounds; ++round) {
    const auto id = draft("a1", several(round + 1, 2));
    const auto with = [&](const std::string& remark) {
      auto document = several(round + 1, 2);
      document.find("entity")->set("remark", remark);
      return document;
    };
    const int64_t from = version(id);
    const auto got =
        race([&] { return save(context_, account("a1"), id, from, with("样例甲"), "/document"); },
             [&] { return save(context_, account("a1"), id, from, with("样例乙"), "/document"); });
    expect_one(got, {Lines{"stale_version@/version"}});
    EXPECT_EQ(load(id).document["entity"]["remark"].as_string(),
              got.first.empty() ? "样例甲" : "样例乙");
    EXPECT_EQ(version(id), from + 1);
  }
}

TEST_P(Races, OneOrderIsHandedInTwice) {
  keep("i-1", "a1", 100);
  for (int round = 0; round < kRounds; ++round) {
    const auto id = draft("a1", several(round + 1, 2), [&](Json& document) {
      for (size_t s = 0; s < 2; ++s) stand(document, s, "i-1");
    });
    // With a version, and without one.
    const std::optional<int64_t> from = round % 2 == 0 ? std::optional(version(id)) : std::nullopt;
    expect_one(race(submitting("a1", id, from), submitting("a1", id, from)),
               {Lines{"stale_version@/version"}, Lines{"event_not_allowed@"}});
    EXPECT_EQ(taken("i-1"), 2 * (round + 1));
    expect_counts_right();
  }
}

TEST_P(Races, AnOrderIsGivenUpWhileItIsHandedIn) {
  keep("i-1", "a1", 100);
  int64_t in_review = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto id = draft("a1", several(round + 1, 2), [&](Json& document) {
      for (size_t s = 0; s < 2; ++s) stand(document, s, "i-1");
    });
    const auto got = race(submitting("a1", id), [&] { return act_now("a1", id, Event::abandon); });
    expect_one(got, {Lines{"event_not_allowed@"}, Lines{"stale_version@/version"}});
    EXPECT_EQ(load(id).state, got.first.empty() ? State::in_review : State::abandoned);
    if (got.first.empty()) ++in_review;
    // What is given up holds nothing, what is in review holds two.
    EXPECT_EQ(taken("i-1"), 2 * in_review);
    expect_counts_right();
  }
}

// Handed in while somebody saves it: what is taken is what the document says that was handed in.
TEST_P(Races, AnOrderIsSavedWhileItIsHandedIn) {
  keep("i-1", "a1", 100);
  keep("i-2", "a1", 100);
  for (int round = 0; round < kRounds; ++round) {
    auto document = several(round + 1, 1);
    stand(document, 0, "i-1");
    const auto id = draft("a1", document);
    stand(document, 0, "i-2");
    const int64_t from = version(id);
    const int64_t first = taken("i-1"), second = taken("i-2");
    const auto got = race(submitting("a1", id), [&] {
      return save(context_, account("a1"), id, from, document, "/document");
    });
    EXPECT_EQ(got.first, Lines{});  // without a version: as it is
    const Order stored = load(id);
    EXPECT_EQ(stored.state, State::in_review);
    const bool saved = got.second.empty();
    EXPECT_TRUE(saved || got.second == Lines{"event_not_allowed@"});
    EXPECT_EQ(stored.document["services"].at(0)["resource"]["source_id"].as_string(),
              saved ? "i-2" : "i-1");
    EXPECT_EQ(taken("i-1"), first + (saved ? 0 : 1));
    EXPECT_EQ(taken("i-2"), second + (saved ? 1 : 0));
    expect_counts_right();
  }
}

}  // namespace
}  // namespace beian::orders
