#include "orders/review_statistics.hpp"

#include <algorithm>
#include <map>

#include "accounts/accounts.hpp"
#include "orders/progress.hpp"

namespace beian::orders {
namespace {

constexpr int kPromisedDays = 2;  // working days (progress.hpp)

struct Line {
  int64_t passed = 0, needs_changes = 0, rejected = 0, late = 0, calls = 0, reached = 0;
  std::vector<int64_t> waits;  // milliseconds
};

bool is_late(TimePoint submitted, TimePoint now) {
  return after_working_days(submitted, kPromisedDays) < now;
}

// The value that `percent` of all do not exceed; null of none.
Json seconds_at(const std::vector<int64_t>& sorted, size_t percent) {
  if (sorted.empty()) return {};
  return sorted[(sorted.size() - 1) * percent / 100] / 1000;
}

Json line_json(Line line) {
  std::ranges::sort(line.waits);
  return Json::object({{"passed", line.passed},
                       {"needs_changes", line.needs_changes},
                       {"rejected", line.rejected},
                       {"late", line.late},
                       {"calls", line.calls},
                       {"reached", line.reached},
                       {"median_seconds", seconds_at(line.waits, 50)},
                       {"most_seconds", seconds_at(line.waits, 90)}});
}

void count_decision(const db::Row& row, Line& line) {
  const std::string event = row.text("event");
  if (event == name_of(Event::review_needs_changes))
    ++line.needs_changes;
  else if (event == name_of(Event::review_reject))
    ++line.rejected;
  else
    ++line.passed;
  const int64_t submitted = row.i64("submitted"), at = row.i64("at");
  if (submitted == 0) return;
  line.waits.push_back(at - submitted);
  if (is_late(from_ms(submitted), from_ms(at))) ++line.late;
}

using Lines = std::map<std::string, Line>;  // by account

void add_decisions(db::Tx& tx, const db::Params& time, Lines& lines, Line& total) {
  for (const auto& row :
       tx.query("SELECT e.actor_id, e.event, e.at, COALESCE((SELECT MAX(s.at) FROM order_events s "
                "WHERE s.order_id = e.order_id AND s.seq < e.seq AND s.event = 'submit'), 0) "
                "AS submitted FROM order_events e WHERE e.actor = 'reviewer' "
                "AND e.event <> 'note' AND e.at >= :since AND e.at < :until",
                time)) {
    count_decision(row, lines[row.text("actor_id")]);
    count_decision(row, total);
  }
}

void add_calls(db::Tx& tx, const db::Params& time, Lines& lines, Line& total) {
  for (const auto& row : tx.query("SELECT reviewer_id, result, COUNT(*) AS n FROM review_calls "
                                  "WHERE at >= :since AND at < :until "
                                  "GROUP BY reviewer_id, result",
                                  time))
    for (Line* line : {&lines[row.text("reviewer_id")], &total}) {
      line->calls += row.i64("n");
      if (row.text("result") == "reached") line->reached += row.i64("n");
    }
}

Json queue_json(db::Tx& tx, TimePoint now) {
  Json out = Json::array();
  for (const State state : {State::in_review, State::in_rereview}) {
    int64_t orders = 0, overdue = 0;
    for (const auto& row :
         tx.query("SELECT updated FROM orders WHERE state = :state", {{"state", name_of(state)}})) {
      ++orders;
      if (is_late(from_ms(row.i64("updated")), now)) ++overdue;
    }
    out.push(Json::object({{"state", name_of(state)},
                           {"state_title", title_of(state)},
                           {"orders", orders},
                           {"overdue", overdue}}));
  }
  return out;
}

}  // namespace

Json review_statistics(const Context& context, db::Tx& tx, TimePoint since, TimePoint until) {
  const db::Params time = {{"since", to_ms(since)}, {"until", to_ms(until)}};
  Lines lines;
  Line total;
  add_decisions(tx, time, lines, total);
  add_calls(tx, time, lines, total);
  std::map<std::string, Json> by_name;
  for (auto& [id, line] : lines) {
    const auto account = accounts::find_account(tx, id);
    const std::string name = account ? account->name : id;
    Json json = line_json(std::move(line));
    json.set("reviewer", name);
    by_name.insert_or_assign(name, std::move(json));
  }
  Json reviewers = Json::array();
  for (auto& [name, json] : by_name) reviewers.push(std::move(json));
  return Json::object({{"since", to_rfc3339(since)},
                       {"until", to_rfc3339(until)},
                       {"queue", queue_json(tx, context.clock.now())},
                       {"total", line_json(std::move(total))},
                       {"reviewers", std::move(reviewers)}});
}

}  // namespace beian::orders
