// What a reader finds beside a follower at work.
#include "gate/merge.hpp"

#include <gtest/gtest.h>

#include "gate/keeper.hpp"
#include "gate/world_for_test.hpp"

namespace beian::gate {
namespace {

class Current : public ::testing::Test {
 protected:
  Current() : path_(folder_.file("gate")) {
    keeper_.emplace(KeeperOptions{.path = path_, .suffixes = &few_suffixes(), .tell = {}});
    static_cast<void>(keeper_->open());  // nothing is there yet
    EXPECT_TRUE(keeper_->replace([](Builder& builder) {
      builder.add(entry("old.cn"));
      builder.add(entry("gone.cn"));
      builder.stands_at(5, 50);
      return Status();
    }));
  }
  void change(uint64_t number, const std::string& name, bool gone) {
    Change one{.sequence = number, .chain = number * 10, .gone = gone};
    one.entry.name = name;
    keeper_->apply({&one, 1});
  }
  std::string now(const std::string& host) {
    const auto snapshot = open_current(path_);
    return snapshot ? std::to_string(snapshot->sequence()) + " " + told(snapshot->lookup(host, 1))
                    : "refused";
  }

  const Folder folder_;
  const std::string path_;
  std::optional<Keeper> keeper_;
};

TEST_F(Current, HasTheChangesOfTheJournal) {
  EXPECT_EQ(now("gone.cn"), "5 allow filed by gone.cn");
  change(6, "new.cn", false);
  change(7, "gone.cn", true);
  EXPECT_EQ(now("www.new.cn"), "7 allow filed by new.cn");
  EXPECT_EQ(now("gone.cn"), "7 deny not_filed");
  EXPECT_EQ(now("old.cn"), "7 allow filed by old.cn");
  EXPECT_EQ(open_current(path_)->chain(), 70u);
  EXPECT_TRUE(open_current(path_)->verify());
  // The follower's own files are as they were.
  EXPECT_EQ(Snapshot::open(path_)->sequence(), 5u);
  keeper_->merge();
  EXPECT_EQ(now("gone.cn"), "7 deny not_filed");
}

TEST_F(Current, WithoutAJournalThatGoesOnFromItIsTheSnapshot) {
  change(6, "new.cn", false);
  const std::string journal = bytes_of(path_ + ".journal");
  std::ofstream(path_ + ".journal", std::ios::trunc) << journal.substr(0, journal.size() - 1);
  EXPECT_EQ(now("new.cn"), "5 deny not_filed") << "a torn change counts as none";
  std::ofstream(path_ + ".journal", std::ios::trunc) << "something else";
  EXPECT_EQ(now("old.cn"), "5 allow filed by old.cn");
  fs::remove(path_ + ".journal");
  EXPECT_EQ(now("old.cn"), "5 allow filed by old.cn");
  // Made from no feed.
  snapshot_of(folder_, {entry("old.cn")}, &few_suffixes());
  std::ofstream(path_ + ".journal", std::ios::trunc) << journal;
  EXPECT_EQ(now("new.cn"), "9 deny not_filed");
  EXPECT_EQ(open_current(folder_.file("none")).error().front().code, ProblemCode::file_unreadable);
}

}  // namespace
}  // namespace beian::gate
