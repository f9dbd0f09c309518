#include "gate/pace.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <thread>

namespace beian::gate {
namespace {

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// How often this thread has gone to sleep of its own accord.
long sleeps() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nvcsw;
}

TEST(Pace, LongWorkHasRests) {
  const long before = sleeps();
  const double processor = processor_seconds();
  Pace pace;
  while (processor_seconds() - processor < 0.05) pace.step();
  EXPECT_GT(sleeps() - before, 100);  // five hundred pieces, if each is not too long
}

TEST(Pace, ShortWorkHasNone) {
  const long before = sleeps();
  Pace pace;
  for (int i = 0; i < 100; ++i) pace.step();
  EXPECT_LE(sleeps() - before, 1);
}

TEST(Pace, WhoStandsBackDoesSoAlone) {
  const auto mine = [] { return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())); };
  const int before = mine();
  int back = 0, again = 0;
  std::thread([&] {
    stand_back();
    back = mine();
    stand_back();
    again = mine();
  }).join();
  EXPECT_EQ(back, std::max(before, 10));
  EXPECT_EQ(again, back);
  EXPECT_EQ(mine(), before);
}

}  // namespace
}  // namespace beian::gate
