// The same thing asked by many at once happens once; on both databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <latch>
#include <set>
#include <thread>

#include "sandbox/samples_for_tests.hpp"
#include "sandbox/sandbox_for_tests.hpp"

namespace beian::sandbox {
namespace {

constexpr int kThreads = 6;

// Runs the work on several threads that start together; what each gave, in order.
std::vector<std::string> at_once(const std::function<std::string(int)>& work) {
  std::vector<std::string> results(kThreads);
  std::latch start(kThreads);
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      try {
        results[static_cast<size_t>(i)] = work(i);
      } catch (const std::exception& e) {
        results[static_cast<size_t>(i)] = std::string("threw: ") + e.what();
      }
    });
  threads.clear();
  return results;
}

class AtOnce : public ::testing::TestWithParam<std::string> {
 protected:
  SandboxForTests s{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Backends, AtOnce, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

TEST_P(AtOnce, OneFileIsAcceptedForOneSequence) {
  s.add_provider("miit-3.0");
  const auto same =
      at_once([&](int) { return std::to_string(s.upload(1, {samples::record(1)}).msg_code); });
  EXPECT_THAT(same, ::testing::Each("0"));
  auto other = at_once(
      [&](int i) { return std::to_string(s.upload(2, {samples::record(10 + i)}).msg_code); });
  std::ranges::sort(other);
  EXPECT_EQ(std::ranges::count(other, "0"), 1);
  EXPECT_EQ(std::ranges::count(other, "999"), kThreads - 1);
  EXPECT_EQ(s.json("GET", "/manage/uploads").size(), 2u);
}

TEST_P(AtOnce, EveryCallerGetsTheSameFile) {
  s.add_provider("miit-3.0");
  s.upload(1, {samples::record(1)});
  s.sandbox->run_due();
  const auto names = at_once([&](int) { return s.call("isp_download").file->file_name; });
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), 1u) << names.front();
  s.call("isp_downloadack", {{"fileName", names.front()}});
  EXPECT_EQ(s.call("isp_download").msg_code, 2);
}

TEST_P(AtOnce, ARecordIsDecidedOnce) {
  s.add_provider("miit-3.0");
  s.upload(1, {samples::record(1)});
  s.sandbox->run_due();
  const auto statuses = at_once([&](int i) {
    return std::to_string(
        s.request("POST", "/manage/records/1/decision",
                  i % 2 == 0 ? R"({"approve":true})" : R"({"approve":false,"opinion":"样例"})")
            .status);
  });
  EXPECT_EQ(std::ranges::count(statuses, "200"), 1);
  EXPECT_EQ(std::ranges::count(statuses, "409"), kThreads - 1);
  const bool approved = s.state() == "approved";
  EXPECT_EQ(s.json("GET", "/manage/filed").size(), approved ? 1u : 0u);
  size_t decisions = 0;
  for (const auto& part : s.fetch()) decisions += part["results"]["decisions"].size();
  EXPECT_EQ(decisions, 1u);
}

TEST_P(AtOnce, NumbersAreGivenOnce) {
  s.add_provider("miit-3.0");
  std::vector<Json> records;
  for (int n = 1; n <= kThreads; ++n) records.push_back(samples::record(n));
  s.upload(1, records);
  s.sandbox->run_due();
  const auto numbers = at_once([&](int i) {
    return s
        .json("POST", "/manage/records/" + std::to_string(i + 1) + "/decision",
              Json::object({{"approve", true}}))["entity_number"]
        .as_string();
  });
  std::set<std::string> expected;
  for (int n = 1; n <= kThreads; ++n)
    expected.insert("粤ICP备202600000" + std::to_string(n) + "号");
  EXPECT_EQ(std::set(numbers.begin(), numbers.end()), expected);
}

// Each of the two persons sees the other one still pending: nobody would move the record on.
TEST_P(AtOnce, TheLastPersonMovesTheRecordOn) {
  s.add_provider("openbeian-3.1");
  std::vector<Json> records;
  for (int n = 1; n <= kThreads / 2; ++n) records.push_back(samples::record(n));
  s.upload(1, records);
  s.sandbox->run_due();
  std::vector<std::string> codes;
  for (int i = 0; i < kThreads; ++i) codes.push_back(s.code_for(samples::mobile(i + 2)));
  const auto statuses = at_once([&](int i) {
    return std::to_string(s.enter(samples::mobile(i + 2), samples::identity(i + 2).substr(12),
                                  codes[static_cast<size_t>(i)]));
  });
  EXPECT_THAT(statuses, ::testing::Each("200"));
  for (size_t i = 0; i < kThreads / 2; ++i) EXPECT_EQ(s.state(i), "at_authority");
}

}  // namespace
}  // namespace beian::sandbox
