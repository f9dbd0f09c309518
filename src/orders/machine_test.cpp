// The machine as a whole: every property is checked over the table itself and over random walks.
#include "orders/machine.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>

namespace beian::orders {
namespace {

constexpr int kStateCount = static_cast<int>(State::abandoned) + 1;
constexpr int kEventCount = static_cast<int>(Event::approve) + 1;
constexpr int kActorCount = static_cast<int>(Actor::authority) + 1;

std::vector<State> all_states() {
  std::vector<State> states;
  for (int i = 0; i < kStateCount; ++i) states.push_back(static_cast<State>(i));
  return states;
}

TEST(Machine, NamesGoThereAndBack) {
  for (State state : all_states()) {
    EXPECT_EQ(state_named(name_of(state)), state);
    EXPECT_FALSE(title_of(state).empty());
  }
  for (int i = 0; i < kEventCount; ++i) {
    const auto event = static_cast<Event>(i);
    EXPECT_EQ(event_named(name_of(event)), event);
  }
  for (int i = 0; i < kActorCount; ++i) {
    const auto actor = static_cast<Actor>(i);
    EXPECT_EQ(actor_named(name_of(actor)), actor);
  }
  EXPECT_FALSE(state_named("gone"));
  EXPECT_FALSE(event_named(""));
  EXPECT_FALSE(actor_named("admin"));
}

TEST(Machine, EveryRowHasAReasonAndStandsOnce) {
  std::set<std::pair<State, Event>> seen;
  for (const auto& t : transitions()) {
    EXPECT_FALSE(t.why.empty()) << name_of(t.from) << " " << name_of(t.event);
    EXPECT_TRUE(seen.emplace(t.from, t.event).second) << name_of(t.from) << name_of(t.event);
  }
  EXPECT_EQ(seen.size(), 39u);
}

TEST(Machine, EveryEventIsUsed) {
  std::set<Event> used;
  for (const auto& t : transitions()) used.insert(t.event);
  EXPECT_EQ(used.size(), static_cast<size_t>(kEventCount));
}

// Written down a second time on purpose: what an applicant may do is a promise to people.
TEST(Machine, ApplicantsButtons) {
  using enum Event;
  const std::map<State, std::vector<Event>> buttons = {
      {State::draft, {submit, abandon}},
      {State::in_review, {withdraw}},
      {State::needs_changes, {submit, abandon}},
      {State::in_rereview, {withdraw}},
      {State::review_rejected, {submit, abandon}},
      {State::ready_to_report, {withdraw}},
      {State::reporting, {}},
      {State::sms_pending, {}},
      {State::at_authority, {}},
      {State::authority_rejected, {submit, resubmit, abandon}},
      {State::completed, {}},
      {State::abandoned, {}},
  };
  for (State state : all_states())
    EXPECT_EQ(allowed_events(state, Actor::applicant), buttons.at(state)) << name_of(state);
}

TEST(Machine, OnlyCompletedAndAbandonedAreFinal) {
  for (State state : all_states())
    EXPECT_EQ(is_final(state), state == State::completed || state == State::abandoned)
        << name_of(state);
}

TEST(Machine, EditableWhereTheApplicantHoldsIt) {
  const std::set<State> editable = {State::draft, State::needs_changes, State::review_rejected,
                                    State::authority_rejected};
  for (State state : all_states()) EXPECT_EQ(is_editable(state), editable.contains(state));
}

TEST(Machine, EveryStateIsReachableAndCanEnd) {
  std::set<State> reached = {State::draft};
  for (size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const auto& t : transitions())
      if (reached.contains(t.from)) reached.insert(t.to);
  }
  EXPECT_EQ(reached.size(), static_cast<size_t>(kStateCount));

  std::set<State> ends = {State::completed, State::abandoned};
  for (size_t before = 0; before != ends.size();) {
    before = ends.size();
    for (const auto& t : transitions())
      if (ends.contains(t.to)) ends.insert(t.from);
  }
  EXPECT_EQ(ends.size(), static_cast<size_t>(kStateCount));
}

// Nothing reaches the authority without a reviewer's pass, and nothing is completed without it, or
// without the reviewer whose word completes what is not reported.
TEST(Machine, TheOnlyWaysToTheAuthority) {
  for (const auto& t : transitions()) {
    if (t.to == State::ready_to_report) {
      EXPECT_TRUE(t.event == Event::review_pass || t.event == Event::resubmit ||
                  t.event == Event::unreport || t.event == Event::next_part);
    }
    if (t.to == State::completed) {
      EXPECT_EQ(t.actor, t.event == Event::review_complete ? Actor::reviewer : Actor::authority);
    }
    if (t.to == State::reporting) {
      EXPECT_EQ(t.from, State::ready_to_report);
    }
  }
}

RC_GTEST_PROP(MachineProperty, RandomWalksStayInsideTheTable, ()) {
  const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, kEventCount), rc::gen::inRange(0, kActorCount)));
  State state = State::draft;
  bool passed = false;
  for (const auto& [e, a] : steps) {
    const auto event = static_cast<Event>(e);
    const auto actor = static_cast<Actor>(a);
    const auto next = next_state(state, event, actor);
    const auto* row = find_transition(state, event, actor);
    RC_ASSERT(next.has_value() == (row != nullptr));
    if (is_final(state)) RC_ASSERT(!next.has_value());
    if (!next) continue;
    RC_ASSERT(*next == row->to);
    if (event == Event::review_pass || event == Event::review_complete) passed = true;
    state = *next;
    if (state == State::reporting || state == State::sms_pending || state == State::at_authority ||
        state == State::authority_rejected || state == State::completed)
      RC_ASSERT(passed);
  }
}

// Walks that only take allowed events get far; blind ones mostly stand still.
RC_GTEST_PROP(MachineProperty, AllowedEventsAreExactlyThoseAccepted, ()) {
  State state = State::draft;
  for (int step = 0; step < 40 && !is_final(state); ++step) {
    std::vector<std::pair<Event, Actor>> open;
    for (int a = 0; a < kActorCount; ++a)
      for (Event event : allowed_events(state, static_cast<Actor>(a)))
        open.emplace_back(event, static_cast<Actor>(a));
    RC_ASSERT(!open.empty());
    const auto [event, actor] = *rc::gen::elementOf(open);
    const auto next = next_state(state, event, actor);
    RC_ASSERT(next.has_value());
    state = *next;
  }
}

TEST(Machine, MermaidNamesEveryRow) {
  const std::string picture = machine_mermaid();
  EXPECT_EQ(picture.rfind("stateDiagram-v2\n", 0), 0u);
  for (const auto& t : transitions()) {
    const std::string line = std::string(name_of(t.from)) + " --> " + std::string(name_of(t.to)) +
                             " : " + std::string(name_of(t.event));
    EXPECT_NE(picture.find(line), std::string::npos) << line;
  }
  EXPECT_NE(picture.find("completed --> [*]"), std::string::npos);
  EXPECT_NE(picture.find("待短信核验"), std::string::npos);
}

}  // namespace
}  // namespace beian::orders
