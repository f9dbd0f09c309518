// The order machine is one table. The pure next_state(), the buttons in the portal, the picture in
// docs/orders.md and the property tests all come from it. Words: docs and domain glossary, 状态.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace beian::orders {

enum class State {
  draft,
  in_review,
  needs_changes,
  in_rereview,
  review_rejected,
  ready_to_report,
  reporting,
  sms_pending,
  at_authority,
  authority_rejected,
  completed,
  abandoned,
};

enum class Event {
  submit,    // applicant hands it in, first time or again
  resubmit,  // unchanged, after an SMS verification that was not done in time
  withdraw,
  abandon,
  expire,  // 45 days untouched in the applicant's hands
  review_pass,
  review_complete,  // passed, and with that done: nothing is reported
  review_needs_changes,
  review_reject,
  report,           // put into an upload file
  unreport,         // that file was refused as a whole: back into the queue
  accept_with_sms,  // the authority took the record and waits for the persons' SMS verification
  accept,           // the authority took the record (no SMS step in its profile)
  sms_done,         // every person verified (actor of both: person)
  sms_failed,       // not in time, or five wrong inputs
  refuse,           // the authority refused: a fault in the record or a decision
  next_part,        // the authority granted the first of two uploads: the second one goes out
  approve,          // the authority granted the number
};

enum class Actor { applicant, reviewer, system, person, authority };

struct Transition {
  State from;
  Event event;
  Actor actor;
  State to;
  std::string_view why;  // Chinese, for history and the picture
};

std::span<const Transition> transitions();
const Transition* find_transition(State from, Event event, Actor actor);  // nullptr when none
// Nothing when the table has no such row for that actor.
std::optional<State> next_state(State from, Event event, Actor actor);
std::vector<Event> allowed_events(State from, Actor actor);

std::string_view name_of(State state);  // "in_review"
std::string_view name_of(Event event);
std::string_view name_of(Actor actor);
std::optional<State> state_named(std::string_view name);
std::optional<Event> event_named(std::string_view name);
std::optional<Actor> actor_named(std::string_view name);
std::string_view title_of(State state);  // 等待初审
std::string_view title_of(Event event);  // 提交
bool is_final(State state);
// The applicant may change document and materials.
bool is_editable(State state);
// A Mermaid stateDiagram-v2 of the whole table, for `beian doc orders`.
std::string machine_mermaid();

}  // namespace beian::orders
