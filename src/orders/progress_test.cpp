// What people are told about an order: every kind in every state, in both languages.
#include "orders/progress.hpp"

#include <gtest/gtest.h>

#include "orders/words.hpp"
#include "testing/golden.hpp"

namespace beian::orders {
namespace {

const TimePoint kMonday = parse_rfc3339("2026-06-01T02:00:00.000Z").value();

Standing standing(bool missed_sms = false) {
  Standing out;
  out.since = kMonday;
  out.touched = kMonday;
  out.untouched_life = std::chrono::days{45};
  out.missed_sms = missed_sms;
  out.filing_number = "粤ICP备2026000001号";
  return out;
}

std::string line(const OrderKind& kind, State state, bool missed_sms = false) {
  std::string out = "| " + std::string(name_of(state));
  if (missed_sms) out += " (SMS)";
  for (const auto language : {Language::zh, Language::en}) {
    const auto progress = progress_of(kind, state, standing(missed_sms), language);
    if (language == Language::zh)
      out += " | " + std::string(progress.next) + " | " +
             (progress.deadline ? to_rfc3339(*progress.deadline) : "");
    out += " | " + progress.todo;
  }
  return out + " |\n";
}

// A new kind of order belongs into it: BEIAN_GOLDEN=write writes it, then read the difference.
TEST(Progress, EveryKindInEveryState) {
  std::string page;
  for (const auto& kind : order_kinds()) {
    page += "## " + std::string(kind.name) + ": " + std::string(title_of(kind, Language::zh)) +
            ", " + std::string(title_of(kind, Language::en)) + "\n\n";
    page += "| state | next | deadline | 中文 | English |\n| --- | --- | --- | --- | --- |\n";
    for (size_t s = 0; s <= static_cast<size_t>(State::abandoned); ++s) {
      page += line(kind, static_cast<State>(s));
      if (static_cast<State>(s) == State::authority_rejected && kind.sms)
        page += line(kind, State::authority_rejected, true);
    }
    page += "\n";
  }
  testing::expect_golden("orders/progress.md", page);
}

TEST(Progress, EveryStateAndKindHasWordsInBothLanguages) {
  for (const auto& kind : order_kinds()) {
    EXPECT_NE(title_of(kind, Language::en), kind.name);
    for (size_t s = 0; s <= static_cast<size_t>(State::abandoned); ++s) {
      const auto state = static_cast<State>(s);
      EXPECT_NE(title_of(state, Language::en), name_of(state));
      for (const auto language : {Language::zh, Language::en}) {
        const auto progress = progress_of(kind, state, standing(), language);
        EXPECT_FALSE(progress.todo.empty()) << name_of(state);
        EXPECT_FALSE(progress.todo.contains('{')) << progress.todo;
        EXPECT_NE(actor_title(progress.next, language), progress.next);
      }
    }
  }
}

// Who is said to act next may really do something: the words follow the machine.
TEST(Progress, WhoeverActsNextHasAnEvent) {
  for (size_t s = 0; s <= static_cast<size_t>(State::abandoned); ++s) {
    const auto state = static_cast<State>(s);
    const auto progress = progress_of(*find_kind("first"), state, standing(), Language::zh);
    if (is_final(state)) {
      EXPECT_EQ(progress.next, "nobody");
      continue;
    }
    const auto actor = actor_named(progress.next);
    ASSERT_TRUE(actor) << progress.next;
    // What the system sent is answered by the authority.
    if (state != State::reporting) {
      EXPECT_FALSE(allowed_events(state, *actor).empty());
    }
  }
}

TEST(Progress, WorkingDaysLeaveOutTheWeekend) {
  const auto at = [](const char* text) { return parse_rfc3339(text).value(); };
  EXPECT_EQ(after_working_days(kMonday, 2), at("2026-06-03T16:00:00.000Z"));
  EXPECT_EQ(after_working_days(at("2026-06-04T02:00:00.000Z"), 2), at("2026-06-08T16:00:00.000Z"));
  EXPECT_EQ(after_working_days(at("2026-06-06T02:00:00.000Z"), 1), at("2026-06-08T16:00:00.000Z"));
  // 17:00 UTC is already Tuesday in Beijing.
  EXPECT_EQ(after_working_days(at("2026-06-01T17:00:00.000Z"), 1), at("2026-06-03T16:00:00.000Z"));
  // The other way round: whatever came before is due by then, and nothing that came later.
  for (int hour = 0; hour < 24 * 9; hour += 5) {
    const TimePoint due = kMonday + std::chrono::hours{hour};
    const TimePoint before = promised_before(due);
    EXPECT_LE(after_working_days(before - Millis{1}, 2), due) << hour;
    EXPECT_GT(after_working_days(before, 2), due) << hour;
  }
}

TEST(Progress, AsJson) {
  const auto progress =
      progress_of(*find_kind("first"), State::sms_pending, standing(), Language::en);
  const Json json = progress_json(progress, Language::en);
  EXPECT_EQ(json["next"].as_string(), "person");
  EXPECT_EQ(json["next_title"].as_string(), "Persons in charge");
  EXPECT_EQ(json["since"].as_string(), "2026-06-01T02:00:00.000Z");
  EXPECT_EQ(json["deadline"].as_string(), "2026-06-02T02:00:00.000Z");
  EXPECT_TRUE(
      progress_json(progress_of(*find_kind("first"), State::completed, standing(), Language::zh),
                    Language::zh)["deadline"]
          .is_null());
}

}  // namespace
}  // namespace beian::orders
