// Where an order stands, in plain words: who acts next, what there is to do, since when and until
// when. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "orders/kind.hpp"

namespace beian::orders {

// What the words depend on besides kind and state.
struct Standing {
  TimePoint since;            // when it came into its state
  TimePoint touched;          // when the applicant last changed it
  Millis untouched_life;      // then it expires (settings, orders.expiry_days)
  bool missed_sms = false;    // refused because of the SMS verification, and unchanged since
  std::string filing_number;  // once completed
};

struct Progress {
  std::string_view next;  // who acts: an actor's name, or "nobody"
  std::string todo;
  TimePoint since;
  // Of the applicant: when the order expires. Of a reviewer: two working days. Of the persons: 24
  // hours. Of the authority: 20 working days, as the law says. None where nobody waits for anybody.
  std::optional<TimePoint> deadline;
};

Progress progress_of(const OrderKind& kind, State state, const Standing& standing,
                     Language language);
// {"next", "next_title", "todo", "since", "deadline"}
Json progress_json(const Progress& progress, Language language);

// The end of the n-th working day (Monday to Friday, Beijing) after `from`.
TimePoint after_working_days(TimePoint from, int days);
// What came into review before that is promised to be reviewed at `due` or earlier.
TimePoint promised_before(TimePoint due);

}  // namespace beian::orders
