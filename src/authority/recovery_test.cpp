#include "authority/recovery.hpp"

#include <gtest/gtest.h>

namespace beian::authority {
namespace {

using Kind = Decision::Kind;

struct CodeRow {
  std::optional<int> code;
  Verdict verdict;
  Readiness readiness;
};

// Covers code:0 code:1 code:2 code:3 code:4 code:5 code:6 code:7 code:8 code:9 code:10 code:11
// code:12 code:13 code:14 code:15 code:16 code:17 code:18 code:19 code:20 code:21 code:22
// code:901 code:902 code:999
TEST(Recovery, EveryCodeOfACallHasItsMeaning) {
  const CodeRow rows[] = {
      {std::nullopt, Verdict::unclear, Readiness::unclear},
      {0, Verdict::accepted, Readiness::ok},
      {1, Verdict::unclear, Readiness::ok},
      {2, Verdict::unclear, Readiness::ok},
      {3, Verdict::unclear, Readiness::ok},
      {4, Verdict::blocked, Readiness::blocked},
      {5, Verdict::blocked, Readiness::blocked},
      {6, Verdict::refused, Readiness::unclear},
      {7, Verdict::refused, Readiness::unclear},
      {8, Verdict::refused, Readiness::unclear},
      {9, Verdict::refused, Readiness::unclear},
      {10, Verdict::refused, Readiness::unclear},
      {11, Verdict::refused, Readiness::unclear},
      {12, Verdict::blocked, Readiness::blocked},
      {13, Verdict::blocked, Readiness::blocked},
      {14, Verdict::missing, Readiness::unclear},
      {15, Verdict::later, Readiness::later},
      {16, Verdict::blocked, Readiness::blocked},
      {17, Verdict::refused, Readiness::unclear},
      {18, Verdict::refused, Readiness::unclear},
      {19, Verdict::blocked, Readiness::blocked},
      {20, Verdict::later, Readiness::later},
      {21, Verdict::unclear, Readiness::blocked},
      {22, Verdict::unclear, Readiness::later},
      {901, Verdict::later, Readiness::later},
      {902, Verdict::later, Readiness::later},
      {999, Verdict::unclear, Readiness::unclear},
      {-1, Verdict::unclear, Readiness::unclear},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(verdict_of_upload(row.code), row.verdict) << row.code.value_or(-99);
    EXPECT_EQ(readiness_of(row.code), row.readiness) << row.code.value_or(-99);
  }
}

LedgerView ledger(std::optional<int64_t> last, bool own, std::string last_hash = {}) {
  LedgerView view;
  view.last_accepted = last;
  view.own_uploads = own;
  view.last_hash = std::move(last_hash);
  return view;
}
LedgerView with_open(LedgerView view, int64_t sequence, std::string hash, int attempts) {
  view.open = LedgerView::Open{sequence, std::move(hash), attempts};
  return view;
}

struct Row {
  const char* name;
  LedgerView ours;
  Previous theirs;
  Kind kind;
  int64_t from = 0, to = 0;
};

TEST(Recovery, ComparesLedgerAndAuthority) {
  const Row rows[] = {
      {"first contact", ledger({}, false), {0, ""}, Kind::adopt, 0, 0},
      {"first contact after another system",
       ledger({}, false),
       {4711, "x"},
       Kind::adopt,
       4711,
       4711},
      {"agree, nothing sent ever", ledger(0, false), {0, ""}, Kind::go_on},
      {"agree", ledger(7, true, "h7"), {7, "h7"}, Kind::go_on},
      {"agree, no hash given", ledger(7, true, "h7"), {7, ""}, Kind::go_on},
      {"same number, other file", ledger(7, true, "h7"), {7, "zz"}, Kind::diverged},
      {"another system still reports", ledger(3, false), {5, "x"}, Kind::adopt, 5, 5},
      {"authority ahead of our own files", ledger(7, true, "h7"), {8, "x"}, Kind::diverged},
      {"authority lost files", ledger(7, true, "h7"), {4, "h4"}, Kind::resend, 5, 7},
      {"authority was reset before we began", ledger(3, false), {0, ""}, Kind::adopt, 0, 0},
      {"crash before sending", with_open(ledger(7, true, "h7"), 8, "h8", 0), {7, "h7"}, Kind::send},
      {"crash while sending, not taken",
       with_open(ledger(7, true, "h7"), 8, "h8", 1),
       {7, "h7"},
       Kind::send},
      {"crash after it was taken",
       with_open(ledger(7, true, "h7"), 8, "h8", 1),
       {8, "h8"},
       Kind::accepted},
      {"taken, no hash given",
       with_open(ledger(7, true, "h7"), 8, "h8", 1),
       {8, ""},
       Kind::accepted},
      {"number taken by another file",
       with_open(ledger(7, true, "h7"), 8, "h8", 1),
       {8, "zz"},
       Kind::diverged},
      {"never sent, yet there",
       with_open(ledger(7, true, "h7"), 8, "h8", 0),
       {8, "h8"},
       Kind::diverged},
      {"beyond the open one",
       with_open(ledger(7, true, "h7"), 8, "h8", 1),
       {9, "h9"},
       Kind::diverged},
      {"lost files and an open one",
       with_open(ledger(7, true, "h7"), 8, "h8", 1),
       {2, "h2"},
       Kind::resend,
       3,
       7},
      {"first file, not taken", with_open(ledger(0, false), 1, "h1", 1), {0, ""}, Kind::send},
      {"first file, taken", with_open(ledger(0, false), 1, "h1", 1), {1, "h1"}, Kind::accepted},
      {"first file, authority went back",
       with_open(ledger(5, false), 6, "h6", 1),
       {2, "x"},
       Kind::diverged},
  };
  for (const auto& row : rows) {
    const auto decision = compare(row.ours, row.theirs);
    EXPECT_EQ(decision.kind, row.kind) << row.name << ": " << decision.why;
    EXPECT_EQ(decision.from, row.from) << row.name;
    EXPECT_EQ(decision.to, row.to) << row.name;
    EXPECT_EQ(decision.why.empty(), row.kind != Kind::diverged) << row.name;
  }
}

TEST(Recovery, MissingFilesComeInOrderAndOnce) {
  const auto missing = missing_files({5, 3, 5, 8, 9}, 8, {1, 2, 3, 4, 5, 6, 7});
  ASSERT_TRUE(missing.resend);
  EXPECT_EQ(*missing.resend, (std::vector<int64_t>{3, 5}));
  const auto none = missing_files({8}, 8, {7});
  ASSERT_TRUE(none.resend);
  EXPECT_TRUE(none.resend->empty());
}

TEST(Recovery, ADemandForWhatWeNeverHadIsToldAndNotGuessed) {
  const auto missing = missing_files({2, 3}, 8, {3, 4});
  EXPECT_FALSE(missing.resend);
  EXPECT_NE(missing.why.find("2"), std::string::npos);
}

}  // namespace
}  // namespace beian::authority
