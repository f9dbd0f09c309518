// What the authority asks this provider to do: unfiled sites to look after (WBAWZLB, answered with
// WBACLJG), records to verify (HSRW, answered with HSJG), rectifications (XGTZ, answered by word
// alone: what was put right is a change order).
//
//   open ─▶ answered ─▶ reported ─▶ done          closed: by an officer's word, with a reason
//
// An answer is a submission made in the same transaction; answered, reported (its file was taken)
// and done follow it. One that is refused or withdrawn opens the task again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/link_config.hpp"
#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::authority {

inline constexpr std::string_view kUnfiledSite = "unfiled_site", kVerification = "verification",
                                  kRectification = "rectification";

struct NewTask {
  std::string kind, link;
  int64_t download = 0;
  std::string item;     // "unfiled_sites/3"
  std::string mark;     // what makes it the same task when it is told again
  std::string subject;  // Chinese, no personal data
  int64_t province = 0, entity_id = 0, service_id = 0;  // the filed record; 0: none is known
  Json body;                                            // as the authority sent it
  std::optional<TimePoint> deadline;                    // as it told; else by the link's setting
};
struct Opened {
  int64_t number = 0;
  // opened; repeated (it is open: told once more, its body is the newest); answered (an answer is
  // on its way: nothing changed); settled (done or closed already, and nothing new was told)
  std::string how;
};
Opened open_task(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                 const LinkConfig& link, const NewTask& task);

struct Task {
  int64_t number = 0;
  std::string kind, link, item, subject, state;
  int64_t download = 0;
  int64_t province = 0, entity_id = 0, service_id = 0;
  Json body, answer;
  TimePoint deadline, opened, changed;
  bool deadline_told = false;
  std::string assigned, answered_by, reason;
  std::optional<int64_t> submission;
  int64_t times = 1;

  bool overdue(TimePoint now) const { return state == "open" && deadline < now; }
};
std::optional<Task> find_task(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t number);

struct TaskFilter {
  std::string kind, link, state, assigned;
  std::optional<TimePoint> overdue_at;  // only those that are overdue then
  int64_t before = 0;                   // number; 0: from the newest
  int64_t limit = 50;
};
// Newest first, without body and answer.
std::vector<Task> list_tasks(db::Tx& tx, const TaskFilter& filter);
struct TaskCounts {
  int64_t open = 0, overdue = 0;
};
TaskCounts count_tasks(db::Tx& tx, TimePoint now);

// Checks the answer and puts it into the link's queue. not_found; event_not_allowed unless the task
// is open; problems with pointers into the answer.
//   unfiled_site   {"result": code of unfiled_site_disposition, "opinion", "reporter"?,
//                   "reporter_phone"?, "reporter_email"?}
//   verification   {"passed", "verifier", "opinion", "fault"? (must be there when not passed),
//                   "date"? (today), "record"? (where it differs from the task's)}
//   rectification  {"text"}: done at once
Result<Task> answer_task(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                         const std::vector<LinkConfig>& links, int64_t number,
                         const std::string& account_id, const Json& answer);
// For answer_task: the row of an answer whose submission was made, or that needs none.
void keep_answer(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now, int64_t number,
                 const std::string& account_id, const Json& answer,
                 std::optional<int64_t> submission);
// Without an answer. not_found; event_not_allowed unless open.
Result<Task> close_task(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                        int64_t number, const std::string& account_id, const std::string& reason);
// "" gives it back to everybody. not_found; event_not_allowed unless open.
Result<Task> assign_task(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                         int64_t number, const std::string& account_id);

// A deadline in the words of a notice: "请于2026年12月10日前", "12月10日之前", "2026-12-10前",
// "10个工作日内", "15日内", "三十天内". The end of that day in Beijing; working days are Monday to
// Friday. Nothing when it cannot be told.
std::optional<TimePoint> deadline_in(std::string_view text, TimePoint now);

}  // namespace beian::authority
