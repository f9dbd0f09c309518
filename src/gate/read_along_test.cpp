// A process that only reads what a keeper keeps knows what the keeper knows.
#include "gate/read_along.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "gate/keeper_for_test.hpp"

namespace beian::gate {
namespace {

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

struct Both {
  Folder folder;
  Told told;
  Keeper keeper{told.options(folder)};
  ReadAlong reader{{.path = folder.file("gate")}};
  uint64_t next = 1;

  Both() {
    EXPECT_FALSE(keeper.open().has_value());
    begin(keeper);
  }
  void change(int count) {
    for (int i = 0; i < count; ++i) apply(keeper, next++);
  }
  bool refresh() {
    const auto changed = reader.refresh();
    EXPECT_TRUE(changed.has_value());
    return changed && *changed;
  }
  std::string judged(uint64_t sequence) const { return judge(reader.live(), sequence); }
};

TEST(ReadingAlong, KnowsWhatTheKeeperKnows) {
  Both both;
  both.change(50);
  ASSERT_TRUE(both.reader.open().has_value());
  EXPECT_EQ(both.judged(50), "");
  EXPECT_FALSE(both.refresh());
  for (int round = 0; round < 30; ++round) {
    both.change(17);
    // Merges with nothing behind, with something behind, and none.
    if (round % 5 == 1) both.keeper.merge();
    if (round % 5 == 3) {
      both.keeper.merge();
      both.change(3);
    }
    EXPECT_TRUE(both.refresh()) << round;
    ASSERT_EQ(both.judged(both.keeper.sequence()), "") << round;
    EXPECT_FALSE(both.refresh()) << round;
  }
  // Another state altogether takes the place.
  begin(both.keeper);
  EXPECT_TRUE(both.refresh());
  EXPECT_EQ(both.judged(0), "");
  both.next = 1;
  both.change(5);
  EXPECT_TRUE(both.refresh());
  EXPECT_EQ(both.judged(5), "");
}

// A merge puts the snapshot in place first and begins the journal anew then; who looks in between
// finds changes that the snapshot has already.
TEST(ReadingAlong, GoesOnBetweenTheTwoStepsOfAMerge) {
  Both both;
  both.change(20);
  ASSERT_TRUE(both.reader.open().has_value());
  const std::string path = both.folder.file("gate"), journal = path + ".journal";
  std::filesystem::copy_file(journal, journal + ".before");
  both.keeper.merge();
  std::filesystem::rename(journal, journal + ".after");
  std::filesystem::rename(journal + ".before", journal);
  EXPECT_TRUE(both.refresh());
  EXPECT_EQ(both.judged(20), "");
  std::filesystem::rename(journal + ".after", journal);
  both.change(4);
  EXPECT_TRUE(both.refresh());
  EXPECT_EQ(both.judged(24), "");
}

TEST(ReadingAlong, WaitsForTheRestOfAWrite) {
  Both both;
  both.change(3);
  const std::string journal = both.folder.file("gate") + ".journal", three = bytes_of(journal);
  both.change(1);
  const std::string four = bytes_of(journal);
  write(journal, three);
  ASSERT_TRUE(both.reader.open().has_value());
  for (size_t size = three.size(); size < four.size(); size += 7) {
    write(journal, four.substr(0, size));
    EXPECT_FALSE(both.refresh()) << size;
    EXPECT_EQ(both.judged(3), "") << size;
  }
  write(journal, four);
  EXPECT_TRUE(both.refresh());
  EXPECT_EQ(both.judged(4), "");
}

TEST(ReadingAlong, TellsDamageAndKeepsWhatStandsBefore) {
  Both both;
  both.change(3);
  const std::string journal = both.folder.file("gate") + ".journal", three = bytes_of(journal);
  ASSERT_TRUE(both.reader.open().has_value());
  both.change(3);
  std::string six = bytes_of(journal);
  six[three.size() + 20] = static_cast<char>(six[three.size() + 20] ^ 1);
  write(journal, six);
  for (int i = 0; i < 2; ++i) {
    const auto refused = both.reader.refresh();
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().front().code, ProblemCode::file_unreadable);
    EXPECT_EQ(both.judged(3), "");
  }
  // A journal that is gone, or another feed's, changes nothing.
  std::filesystem::remove(journal);
  EXPECT_FALSE(both.refresh());
  Both other;
  other.change(9);
  std::filesystem::copy_file(other.folder.file("gate") + ".journal", journal);
  const std::string foreign = bytes_of(journal);
  write(journal, foreign.substr(0, 64) + foreign.substr(foreign.size() / 2));
  static_cast<void>(both.reader.refresh());
  EXPECT_EQ(both.judged(3), "");
  // A whole state mends it.
  both.keeper.merge();
  EXPECT_TRUE(both.refresh());
  EXPECT_EQ(both.judged(6), "");
}

TEST(ReadingAlong, TheLastGoodSnapshotStays) {
  Both both;
  both.change(10);
  ASSERT_TRUE(both.reader.open().has_value());
  const std::string path = both.folder.file("gate"), good = bytes_of(path);
  std::filesystem::rename(path, path + ".good");
  // One that waits for a writer would hold up whoever looks.
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(both.reader.refresh());
  std::filesystem::remove(path);
  EXPECT_FALSE(both.reader.refresh()) << "there is none";
  write(path, good.substr(0, good.size() - 1) + "?");
  for (int i = 0; i < 2; ++i) {
    const auto refused = both.reader.refresh();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().code, ProblemCode::file_unreadable);
  }
  EXPECT_EQ(both.judged(10), "");
  std::filesystem::rename(path + ".good", path);
  both.change(1);
  EXPECT_TRUE(both.refresh());
  EXPECT_EQ(both.judged(11), "");
}

TEST(ReadingAlong, KnowsHowOldTheStateIs) {
  Both both;
  both.change(3);
  ASSERT_TRUE(both.reader.open().has_value());
  EXPECT_EQ(both.reader.live().confirmed(), 0u);
  both.keeper.confirm(1'800'000'000);
  both.refresh();
  EXPECT_EQ(both.reader.live().confirmed(), 1'800'000'000u);
  both.change(1);
  both.keeper.confirm(1'800'000'007);
  both.refresh();
  EXPECT_EQ(both.reader.live().confirmed(), 1'800'000'007u);
  // Who has not seen all that was there then knows nothing of it.
  const std::string copy = both.folder.file("copy");
  std::filesystem::copy_file(both.folder.file("gate"), copy);
  std::filesystem::copy_file(lock_path(both.folder.file("gate")), lock_path(copy));
  ReadAlong behind({.path = copy});
  ASSERT_TRUE(behind.open().has_value());
  EXPECT_EQ(behind.live().confirmed(), 0u);
}

TEST(ReadingAlong, TheSnapshotAloneWhereThatIsWanted) {
  Both both;
  both.change(10);
  both.keeper.merge();
  both.change(10);
  ReadAlong alone({.path = both.folder.file("gate"), .journal = false});
  ASSERT_TRUE(alone.open().has_value());
  EXPECT_EQ(judge(alone.live(), 10), "");
  EXPECT_FALSE(alone.refresh().value());
}

}  // namespace
}  // namespace beian::gate
