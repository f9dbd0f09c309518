// The gate's state on disk: it stands where it was, whoever ends it and whatever is damaged.
#include "gate/keeper.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <random>

#include "gate/keeper_for_test.hpp"

namespace beian::gate {
namespace {

TEST(Keepers, StandWhereTheyWere) {
  const Folder folder;
  Told told;
  {
    Keeper keeper(told.options(folder));
    EXPECT_FALSE(keeper.open().has_value());
    EXPECT_FALSE(keeper.follows());
    begin(keeper);
    EXPECT_TRUE(keeper.follows());
    for (uint64_t n = 1; n <= 500; ++n) apply(keeper, n);
    EXPECT_EQ(judge(keeper), "");
    Keeper second(told.options(folder));
    EXPECT_EQ(second.open().error().front().code, ProblemCode::conflict);
  }
  Keeper keeper(told.options(folder));
  ASSERT_TRUE(keeper.open().has_value());
  EXPECT_EQ(keeper.sequence(), 500u);
  EXPECT_TRUE(keeper.follows());
  EXPECT_EQ(judge(keeper), "");
  apply(keeper, 501);
  EXPECT_EQ(judge(keeper), "");
  EXPECT_EQ(told.events, std::vector<std::string>{});
}

TEST(Keepers, KnowHowOldTheirStateIs) {
  const Folder folder;
  Told told;
  {
    Keeper keeper(told.options(folder));
    static_cast<void>(keeper.open());
    begin(keeper);
    apply(keeper, 1);
    keeper.confirm(1'800'000'000);
  }
  {
    Keeper keeper(told.options(folder));
    ASSERT_TRUE(keeper.open().has_value());
    EXPECT_EQ(keeper.live()->confirmed(), 1'800'000'000u);
  }
  // The state that was the newest then is gone.
  std::filesystem::remove(folder.file("gate.journal"));
  Keeper keeper(told.options(folder));
  ASSERT_TRUE(keeper.open().has_value());
  EXPECT_EQ(keeper.live()->confirmed(), 0u);
}

TEST(Keepers, MergeWhileChangesCome) {
  const Folder folder;
  Told told;
  uint64_t n = 0;
  {
    Keeper keeper(told.options(folder, 300));
    static_cast<void>(keeper.open());
    begin(keeper);
    for (int merge = 0; merge < 3; ++merge) {
      while (!keeper.merging()) {
        apply(keeper, ++n);
        keeper.tend();
      }
      for (int i = 0; i < 50; ++i) apply(keeper, ++n);
      keeper.finish_merge();
      EXPECT_LE(keeper.changes(), 100u) << "only what came while it was built";
      ASSERT_EQ(judge(keeper), "");
    }
    EXPECT_EQ(keeper.merges(), 3u);
    EXPECT_LT(keeper.journal_bytes(), 50 * 80u);
  }
  Keeper keeper(told.options(folder));
  ASSERT_TRUE(keeper.open().has_value());
  EXPECT_EQ(keeper.sequence(), n);
  EXPECT_EQ(judge(keeper), "");
  EXPECT_EQ(told.events, std::vector<std::string>{});
}

TEST(Keepers, ATornEndIsCutOff) {
  const Folder folder;
  const std::string path = folder.file("gate.journal");
  {
    Told told;
    Keeper keeper(told.options(folder));
    static_cast<void>(keeper.open());
    begin(keeper);
    for (uint64_t n = 1; n <= 20; ++n) apply(keeper, n);
  }
  const std::string whole = bytes_of(path);
  const size_t last = made(20).name.size() + 56;
  for (size_t cut = 1; cut <= last; ++cut) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, whole.size() - cut);
    Told told;
    Keeper keeper(told.options(folder));
    ASSERT_TRUE(keeper.open().has_value());
    ASSERT_EQ(keeper.sequence(), 19u) << cut;
    ASSERT_EQ(told.events, cut == last ? std::vector<std::string>{}
                                       : std::vector<std::string>{"gate.journal_torn"});
    ASSERT_EQ(fs::file_size(path), whole.size() - last);
    apply(keeper, 20);
    ASSERT_EQ(judge(keeper), "");
  }
  EXPECT_EQ(bytes_of(path), whole);
}

// Never misread: the state is one that there was, and a whole one is asked for.
TEST(Keepers, DamageInTheMiddleIsRefused) {
  const Folder folder;
  const std::string path = folder.file("gate.journal");
  {
    Told told;
    Keeper keeper(told.options(folder));
    static_cast<void>(keeper.open());
    begin(keeper);
    for (uint64_t n = 1; n <= 20; ++n) apply(keeper, n);
  }
  const std::string whole = bytes_of(path);
  const size_t last = made(20).name.size() + 56;
  for (size_t at = 0; at < whole.size() - last; at += 11) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
    std::ofstream(path, std::ios::binary) << bytes;
    Told told;
    Keeper keeper(told.options(folder));
    ASSERT_TRUE(keeper.open().has_value());
    ASSERT_EQ(judge(keeper), "") << at;
    if (at < 64) {
      ASSERT_EQ(told.events, std::vector<std::string>{"gate.journal_unreadable"}) << at;
      ASSERT_EQ(keeper.sequence(), 0u);
      continue;
    }
    ASSERT_EQ(told.events, std::vector<std::string>{"gate.journal_damaged"}) << at;
    ASSERT_FALSE(keeper.follows());
    ASSERT_LT(keeper.sequence(), 20u);
    ASSERT_EQ(keeper.saved(), keeper.changes() == 0) << at;
  }
  // A whole state mends it.
  Told told;
  Keeper keeper(told.options(folder));
  static_cast<void>(keeper.open());
  begin(keeper);
  EXPECT_TRUE(keeper.follows());
  apply(keeper, 1);
  EXPECT_TRUE(keeper.saved());
}

TEST(Keepers, AJournalOfAnotherHistoryIsNotTaken) {
  const Folder folder;
  Told told;
  {
    Keeper keeper(told.options(folder));
    static_cast<void>(keeper.open());
    begin(keeper);
    for (uint64_t n = 1; n <= 20; ++n) apply(keeper, n);
  }
  // As a fetch leaves it that is killed before its journal begins.
  Builder builder(folder.file("gate"));
  builder.add(entry("other.cn"));
  builder.stands_at(10, 77);
  builder.finish();
  Keeper keeper(told.options(folder));
  ASSERT_TRUE(keeper.open().has_value());
  EXPECT_EQ(keeper.sequence(), 10u);
  EXPECT_EQ(keeper.chain(), 77u);
  EXPECT_EQ(told.events, std::vector<std::string>{"gate.journal_foreign"});
  EXPECT_TRUE(Live::Reader(*keeper.live()).lookup("other.cn", 1).allow);
}

// The process is really killed, at many moments: of writing, of building, of the swap.
TEST(Keepers, KilledAtAnyMomentLeaveAGoodState) {
  const Folder folder;
  Told told;
  {
    Keeper keeper(told.options(folder));
    static_cast<void>(keeper.open());
    begin(keeper);
  }
  void* shared = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto* const reached = new (shared) std::atomic<uint64_t>(0);
  auto* const ready = new (static_cast<char*>(shared) + 128) std::atomic<int>(0);
  auto* const merges = new (static_cast<char*>(shared) + 64) std::atomic<uint64_t>(0);
  std::mt19937 random(20261129);
  uint64_t all_merges = 0;
  for (int round = 0; round < 15 || (all_merges < 3 && round < 60); ++round) {
    *merges = 0;
    *ready = 0;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      Keeper keeper(told.options(folder, 40));
      if (!keeper.open() || judge(keeper) != "") _exit(1);
      for (uint64_t n = keeper.sequence() + 1;; ++n) {
        apply(keeper, n);
        *reached = n;
        *ready = 1;
        usleep(300);
        keeper.tend();
        *merges = keeper.merges();
        if (n > 100'000) _exit(2);
      }
    }
    // Some while it opens, most while it works.
    while (round % 4 != 0 && *ready == 0 && waitpid(child, nullptr, WNOHANG) == 0) usleep(100);
    usleep(std::uniform_int_distribution<useconds_t>(0, 250'000)(random));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    all_merges += *merges;
    Keeper keeper(told.options(folder));
    ASSERT_TRUE(keeper.open().has_value());
    ASSERT_EQ(judge(keeper), "") << round;
    ASSERT_GE(keeper.sequence(), *reached);
    ASSERT_TRUE(keeper.follows());
  }
  EXPECT_GT(*reached, 100u);
  EXPECT_GE(all_merges, 3u);
  for (const std::string& event : told.events) EXPECT_EQ(event, "gate.journal_torn");
  munmap(shared, 4096);
}

}  // namespace
}  // namespace beian::gate
