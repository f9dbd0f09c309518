// The C library as a program uses it that is linked with it: only what the header says.
#include <beian_gate.h>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "gate/builder.hpp"
#include "gate/file.hpp"
#include "gate/keeper.hpp"
#include "gate/snapshot.hpp"

namespace {
// How many more times memory is given; below 0: always. The library asks this one too.
thread_local int64_t allocations_left = -1;
thread_local size_t allocations = 0;
}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, size_t) noexcept {
  std::free(p);
}

namespace beian::gate {
namespace {

namespace fs = std::filesystem;

class GateLibrary : public ::testing::Test {
 protected:
  GateLibrary() {
    std::string name = (fs::temp_directory_path() / "gate-c-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw_errno("mkdtemp");
    folder_ = name;
    path_ = (folder_ / "filed.gate").string();
    build("filed", 7);
  }
  ~GateLibrary() override { fs::remove_all(folder_); }

  // example.cn filed, gone.cn cancelled, soon.cn in grace from 100 to 200; and a mark of the build.
  void build(const std::string& mark, uint64_t sequence) {
    Builder builder(path_, {.created = 5, .sequence = sequence});
    const auto add = [&](std::string_view of, std::string_view number, Standing standing,
                         Seconds from = 0, Seconds until = 0) {
      builder.add({.name = of,
                   .number = pack_number(number).value(),
                   .standing = standing,
                   .exact = false,
                   .from = from,
                   .until = until});
    };
    add("example.cn", "粤ICP备2026000001号-1", Standing::filed);
    add("gone.cn", "", Standing::cancelled);
    add("soon.cn", "", Standing::grace, 100, 200);
    add(mark + "-mark.cn", "", Standing::exempt);
    builder.finish();
  }
  beian_gate* opened(unsigned flags = 0) {
    beian_gate* gate = beian_gate_open(path_.c_str(), flags, error_, sizeof error_);
    EXPECT_NE(gate, nullptr) << error_;
    return gate;
  }
  static bool allowed(const beian_gate* gate, const std::string& host) {
    beian_gate_answer answer;
    return beian_gate_lookup(gate, host.data(), host.size(), 150, &answer) == 1;
  }

  fs::path folder_;
  std::string path_;
  char error_[256];
};

TEST_F(GateLibrary, AnswersWithAllThatIsKnown) {
  for (const unsigned flags : {0u, BEIAN_GATE_IN_MEMORY}) {
    beian_gate* gate = opened(flags);
    beian_gate_answer answer;
    ASSERT_EQ(beian_gate_lookup(gate, "WWW.Example.CN:443", 18, 1, &answer), 1);
    EXPECT_EQ(answer.reason, BEIAN_GATE_FILED);
    EXPECT_EQ(answer.kind, BEIAN_GATE_NAME);
    EXPECT_STREQ(answer.entry, "example.cn");
    EXPECT_EQ(answer.entry_size, 10u);
    EXPECT_EQ(answer.until, 0u);
    char number[64];
    EXPECT_EQ(beian_gate_number_text(answer.number, number, sizeof number), 24u);
    EXPECT_STREQ(number, "粤ICP备2026000001号-1");
    EXPECT_EQ(beian_gate_number_text(answer.number, number, 4), 24u);
    EXPECT_STREQ(number, "粤");
    EXPECT_EQ(beian_gate_number_text(answer.number, nullptr, 0), 24u);
    EXPECT_EQ(beian_gate_number_text(0, number, sizeof number), 0u);
    EXPECT_STREQ(number, "");

    EXPECT_EQ(beian_gate_lookup(gate, "soon.cn", 7, 150, &answer), 1);
    EXPECT_EQ(answer.until, 200u);
    EXPECT_EQ(beian_gate_lookup(gate, "soon.cn", 7, 0, &answer), 0) << "long over";
    EXPECT_EQ(answer.reason, BEIAN_GATE_EXPIRED);
    EXPECT_EQ(beian_gate_lookup(gate, "soon.cn", 7, UINT64_MAX, &answer), 0);
    EXPECT_EQ(beian_gate_lookup(gate, "gone.cn", 7, 1, &answer), 0);
    EXPECT_STREQ(beian_gate_reason_name(answer.reason), "cancelled");
    EXPECT_EQ(beian_gate_lookup(gate, "other.cn", 8, 1, &answer), 0);
    EXPECT_EQ(answer.reason, BEIAN_GATE_NOT_FILED);
    EXPECT_STREQ(answer.entry, "");
    EXPECT_EQ(beian_gate_lookup(gate, "203.0.113.1", 11, 1, &answer), 0);
    EXPECT_EQ(answer.reason, BEIAN_GATE_NO_NAME);
    EXPECT_STREQ(beian_gate_kind_name(answer.kind), "ip_address");
    EXPECT_EQ(beian_gate_lookup(gate, nullptr, 0, 1, &answer), 0);
    EXPECT_EQ(answer.kind, BEIAN_GATE_EMPTY);

    EXPECT_EQ(beian_gate_lookup_server_name(gate, "www.example.cn", 14, 1, &answer), 1);
    EXPECT_EQ(beian_gate_lookup_server_name(gate, "www.example.cn:443", 18, 1, &answer), 0);

    beian_gate_info info;
    beian_gate_about(gate, &info);
    EXPECT_EQ(info.entries, 4u);
    EXPECT_EQ(info.created, 5u);
    EXPECT_EQ(info.sequence, 7u);
    beian_gate_close(gate);
  }
  for (const int value : {-1, 13, 254, 256}) {
    EXPECT_STREQ(beian_gate_reason_name(value), "unknown");
    EXPECT_STREQ(beian_gate_kind_name(value), "unknown");
  }
  EXPECT_STREQ(beian_gate_reason_name(BEIAN_GATE_FAILED), "failed");
  beian_gate_close(nullptr);
}

TEST_F(GateLibrary, ManyAtOnceAsOneByOne) {
  beian_gate* gate = opened();
  std::vector<std::string> hosts;
  for (int i = 0; i < 200; ++i)
    hosts.push_back(i % 3 == 0   ? "h" + std::to_string(i) + ".example.cn"
                    : i % 3 == 1 ? "gone.cn"
                                 : "h" + std::to_string(i) + ".cn");
  std::vector<const char*> raw;
  std::vector<size_t> sizes;
  for (const std::string& host : hosts) {
    raw.push_back(host.c_str());
    sizes.push_back(host.size());
  }
  std::vector<beian_gate_answer> all(hosts.size());
  EXPECT_EQ(beian_gate_lookup_many(gate, raw.data(), nullptr, raw.size(), 1, all.data()), 67u);
  EXPECT_EQ(beian_gate_lookup_many(gate, raw.data(), sizes.data(), raw.size(), 1, all.data()), 67u);
  for (size_t i = 0; i < hosts.size(); ++i) {
    beian_gate_answer one;
    EXPECT_EQ(beian_gate_lookup(gate, raw[i], sizes[i], 1, &one), all[i].allow);
    EXPECT_EQ(one.reason, all[i].reason);
    EXPECT_STREQ(one.entry, all[i].entry);
  }
  const size_t before = allocations;
  beian_gate_lookup_many(gate, raw.data(), sizes.data(), raw.size(), 1, all.data());
  EXPECT_EQ(allocations, before) << "no memory is asked for";
  beian_gate_close(gate);
}

TEST_F(GateLibrary, OpenTellsWhatIsWrong) {
  EXPECT_EQ(beian_gate_open((path_ + "x").c_str(), 0, error_, sizeof error_), nullptr);
  EXPECT_EQ(std::string(error_), path_ + "x: No such file or directory");
  std::ofstream(path_ + "x") << std::string(9000, 'x');
  EXPECT_EQ(beian_gate_open((path_ + "x").c_str(), 0, error_, sizeof error_), nullptr);
  EXPECT_EQ(std::string(error_), path_ + "x: not a snapshot");
  char small[5] = "....";
  EXPECT_EQ(beian_gate_open((path_ + "x").c_str(), 0, small, sizeof small), nullptr);
  EXPECT_EQ(std::string(small), path_.substr(0, 4)) << "cut, and ended";
  EXPECT_EQ(beian_gate_open((path_ + "x").c_str(), 0, nullptr, 0), nullptr);
}

TEST_F(GateLibrary, ANewFileTakesThePlaceOfTheOld) {
  beian_gate* gate = opened();
  EXPECT_EQ(beian_gate_refresh(gate, error_, sizeof error_), 0);
  EXPECT_TRUE(allowed(gate, "filed-mark.cn"));
  build("second", 8);
  EXPECT_TRUE(allowed(gate, "filed-mark.cn")) << "nothing changes by itself";
  EXPECT_EQ(beian_gate_refresh(gate, error_, sizeof error_), 1) << error_;
  EXPECT_FALSE(allowed(gate, "filed-mark.cn"));
  EXPECT_TRUE(allowed(gate, "second-mark.cn"));
  beian_gate_info info;
  beian_gate_about(gate, &info);
  EXPECT_EQ(info.sequence, 8u);
  EXPECT_EQ(beian_gate_refresh(gate, error_, sizeof error_), 0);

  // What cannot be opened changes nothing.
  fs::rename(path_, path_ + ".kept");
  EXPECT_EQ(beian_gate_refresh(gate, error_, sizeof error_), -1);
  EXPECT_EQ(std::string(error_), path_ + ": No such file or directory");
  std::ofstream(path_) << "half a snapshot";
  EXPECT_EQ(beian_gate_refresh(gate, error_, sizeof error_), -1);
  EXPECT_TRUE(allowed(gate, "second-mark.cn"));
  fs::rename(path_ + ".kept", path_);
  EXPECT_EQ(beian_gate_refresh(gate, nullptr, 0), 0) << "the very file that is open";
  EXPECT_TRUE(allowed(gate, "second-mark.cn"));
  beian_gate_close(gate);
}

TEST_F(GateLibrary, ReadsTheJournalAlong) {
  KeeperOptions options;
  options.path = path_;
  Keeper keeper(options);
  ASSERT_TRUE(keeper.open().has_value());
  ASSERT_TRUE(keeper
                  .replace([](Builder& builder) {
                    builder.stands_at(40, 1);
                    return Status();
                  })
                  .has_value());
  const auto file = [&](std::string_view name) {
    Change change;
    change.sequence = keeper.sequence() + 1;
    change.chain = change.sequence;
    change.entry.name = name;
    keeper.apply({&change, 1});
  };
  file("early.cn");
  beian_gate* gate = opened();
  beian_gate* alone = opened(BEIAN_GATE_SNAPSHOT_ONLY);
  EXPECT_TRUE(allowed(gate, "early.cn")) << "in the journal when it was opened";
  EXPECT_FALSE(allowed(alone, "early.cn"));
  file("late.cn");
  EXPECT_FALSE(allowed(gate, "late.cn")) << "nothing changes by itself";
  EXPECT_EQ(beian_gate_refresh(gate, error_, sizeof error_), 1) << error_;
  EXPECT_EQ(beian_gate_refresh(gate, error_, sizeof error_), 0) << error_;
  EXPECT_TRUE(allowed(gate, "www.late.cn:443"));
  const char* hosts[] = {"late.cn", "early.cn", "never.cn"};
  beian_gate_answer answers[3];
  EXPECT_EQ(beian_gate_lookup_many(gate, hosts, nullptr, 3, 0, answers), 2u);
  EXPECT_STREQ(answers[0].entry, "late.cn");
  EXPECT_EQ(beian_gate_lookup_server_name(gate, "late.cn", 7, 0, answers), 1);
  beian_gate_info info;
  beian_gate_about(gate, &info);
  EXPECT_EQ(info.sequence, 42u);
  EXPECT_EQ(info.entries, 0u);
  EXPECT_EQ(beian_gate_refresh(alone, error_, sizeof error_), 0) << error_;
  keeper.merge();
  EXPECT_EQ(beian_gate_refresh(gate, error_, sizeof error_), 1) << error_;
  EXPECT_EQ(beian_gate_refresh(alone, error_, sizeof error_), 1) << error_;
  EXPECT_TRUE(allowed(gate, "late.cn"));
  EXPECT_TRUE(allowed(alone, "late.cn"));
  beian_gate_close(gate);
  beian_gate_close(alone);
}

TEST_F(GateLibrary, AnswersGoOnWhileFilesChange) {
  beian_gate* gate = opened();
  std::atomic<bool> stop{false};
  std::atomic<size_t> asked{0}, wrong{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        if (!allowed(gate, "www.example.cn") || allowed(gate, "gone.cn")) ++wrong;
        ++asked;
      }
    });
  }
  for (int i = 0; i < 5; ++i) {
    const std::string mark = "m" + std::to_string(i);
    build(mark, 10);
    const size_t before = asked;
    EXPECT_EQ(beian_gate_refresh(gate, error_, sizeof error_), 1) << error_;
    EXPECT_TRUE(allowed(gate, mark + "-mark.cn"));
    while (asked < before + 10) std::this_thread::yield();
  }
  stop = true;
  for (std::thread& one : readers) one.join();
  EXPECT_EQ(wrong, 0u);
  beian_gate_close(gate);
}

// A thread that asked one gate asks another, also one in the place of a closed one.
TEST_F(GateLibrary, GatesAreToldApart) {
  beian_gate* first = opened();
  build("other", 9);
  beian_gate* second = opened();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(allowed(first, "filed-mark.cn"));
    EXPECT_FALSE(allowed(second, "filed-mark.cn"));
    EXPECT_TRUE(allowed(second, "other-mark.cn"));
  }
  beian_gate_close(first);
  beian_gate_close(second);
  for (int i = 0; i < 5; ++i) {
    const std::string mark = "again" + std::to_string(i);
    build(mark, 9);
    beian_gate* gate = opened();
    EXPECT_TRUE(allowed(gate, mark + "-mark.cn"));
    beian_gate_close(gate);
  }
}

// Whichever piece of memory is refused: an error that is told, never an exception, and no "yes".
// Each of the first ones and of the many for the suffix list some.
int64_t step(int64_t n) {
  return n + 1 + n / 4;
}

TEST_F(GateLibrary, MissingMemoryIsTold) {
  size_t refused = 0;
  for (int64_t n = 0;; n = step(n)) {
    allocations_left = n;
    beian_gate* gate = beian_gate_open(path_.c_str(), 0, error_, sizeof error_);
    allocations_left = -1;
    if (gate != nullptr) {
      beian_gate_close(gate);
      break;
    }
    ++refused;
    ASSERT_STRNE(error_, "");
  }
  EXPECT_GT(refused, 5u);

  beian_gate* gate = opened();
  beian_gate_answer answer;
  const char* host = "例子.example.cn";
  for (int64_t n = 0;; ++n) {
    allocations_left = n;
    const int allow = beian_gate_lookup(gate, host, std::strlen(host), 1, &answer);
    allocations_left = -1;
    if (allow == 1) {
      EXPECT_GT(n, 0);
      break;
    }
    ASSERT_EQ(answer.reason, BEIAN_GATE_FAILED);
  }
  allocations_left = 0;
  const size_t many = beian_gate_lookup_many(gate, &host, nullptr, 1, 1, &answer);
  const size_t number = beian_gate_number_text(pack_number("").value(), nullptr, 0);
  allocations_left = -1;
  EXPECT_EQ(many, 0u);
  EXPECT_EQ(answer.reason, BEIAN_GATE_FAILED);
  EXPECT_EQ(number, 0u);

  build("later", 11);
  for (int64_t n = 0;; n = step(n)) {
    allocations_left = n;
    const int done = beian_gate_refresh(gate, error_, sizeof error_);
    allocations_left = -1;
    EXPECT_TRUE(allowed(gate, "example.cn"));
    if (done == 1) break;
    ASSERT_EQ(done, -1);
    ASSERT_TRUE(allowed(gate, "filed-mark.cn"));
  }
  EXPECT_TRUE(allowed(gate, "later-mark.cn"));
  beian_gate_close(gate);
}

}  // namespace
}  // namespace beian::gate
