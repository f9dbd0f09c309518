// The rows of tasks. What is stored of an answer's way is only that there is one; how far it came
// is its submission's state.
#include "authority/ledger.hpp"
#include "authority/task.hpp"

namespace beian::authority {
namespace {

constexpr std::string_view kShown =
    "SELECT t.*, CASE WHEN t.state <> 'answered' THEN t.state "
    "WHEN s.state IN ('refused', 'withdrawn') THEN 'open' WHEN s.state = 'accepted' THEN "
    "'reported' "
    "WHEN s.state = 'done' THEN 'done' ELSE 'answered' END AS shown "
    "FROM authority_tasks t LEFT JOIN authority_submissions s ON s.number = t.submission";

std::string select(std::string_view rest) {
  return "SELECT * FROM (" + std::string(kShown) + ") shown_tasks " + std::string(rest);
}

std::string body_context(int64_t number) {
  return "authority_tasks.body:" + std::to_string(number);
}
std::string answer_context(int64_t number) {
  return "authority_tasks.answer:" + std::to_string(number);
}

Task task_of(const db::Row& row) {
  Task task;
  task.number = row.i64("number");
  task.kind = row.text("kind");
  task.link = row.text("link");
  task.download = row.i64("download");
  task.item = row.text("item");
  task.subject = row.text("subject");
  task.state = row.text("shown");
  task.province = row.i64("province");
  task.entity_id = row.i64("entity_id");
  task.service_id = row.i64("service_id");
  task.deadline = from_ms(row.i64("deadline"));
  task.deadline_told = row.i64("deadline_told") != 0;
  task.assigned = row.text("assigned");
  task.answered_by = row.text("answered_by");
  task.submission = row.opt_i64("submission");
  task.reason = row.text("reason");
  task.times = row.i64("times");
  task.opened = from_ms(row.i64("opened"));
  task.changed = from_ms(row.i64("changed"));
  return task;
}

Json open_json(const crypto::ColumnCipher& cipher, const std::string& sealed,
               const std::string& context) {
  if (sealed.empty()) return {};
  auto json = parse_json(cipher.open(sealed, context));
  if (!json) throw std::runtime_error("tasks: a sealed column does not hold JSON");
  return std::move(*json);
}

TimePoint deadline_of(const LinkConfig& link, const NewTask& task, TimePoint now) {
  if (task.deadline) return *task.deadline;
  const int days = task.kind == kUnfiledSite    ? link.unfiled_site_days
                   : task.kind == kVerification ? link.verification_days
                                                : link.rectification_days;
  return now + std::chrono::days{days};
}

void set_body(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t number, const Json& body) {
  tx.exec("UPDATE authority_tasks SET body = :body WHERE number = :number",
          {{"body", cipher.seal(to_string(body), body_context(number))}, {"number", number}});
}

int64_t insert(db::Tx& tx, TimePoint now, const LinkConfig& link, const NewTask& task) {
  return tx.query_i64(
      "INSERT INTO authority_tasks (kind, link, download, item, mark, subject, province, "
      "entity_id, "
      "service_id, body, state, deadline, deadline_told, opened, changed) VALUES (:kind, :link, "
      ":download, :item, :mark, :subject, :province, :entity, :service, '', 'open', :deadline, "
      ":told, :now, :now) RETURNING number",
      {{"kind", task.kind},
       {"link", task.link},
       {"download", task.download},
       {"item", task.item},
       {"mark", task.mark},
       {"subject", task.subject},
       {"province", task.province},
       {"entity", task.entity_id},
       {"service", task.service_id},
       {"deadline", to_ms(deadline_of(link, task, now))},
       {"told", task.deadline.has_value()},
       {"now", to_ms(now)}});
}

Result<Task> shown(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t number,
                   std::string_view action) {
  auto task = find_task(tx, cipher, number);
  if (!task) return fail(ProblemCode::not_found);
  if (task->state != "open")
    return fail(ProblemCode::event_not_allowed, {},
                {{"state", task->state}, {"event", std::string(action)}});
  return std::move(*task);
}

}  // namespace

Opened open_task(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                 const LinkConfig& link, const NewTask& task) {
  const auto newest = tx.query_one(
      select("WHERE link = :link AND kind = :kind AND mark = :mark ORDER BY number DESC LIMIT 1"),
      {{"link", task.link}, {"kind", task.kind}, {"mark", task.mark}});
  if (newest) {
    const int64_t number = newest->i64("number");
    const std::string state = newest->text("shown");
    if (state == "answered" || state == "reported") return {number, "answered"};
    const bool same = open_json(cipher, newest->text("body"), body_context(number)) == task.body;
    if (state != "open" && same) return {number, "settled"};
    if (state == "open") {
      tx.exec("UPDATE authority_tasks SET times = times + 1, changed = :now WHERE number = :number",
              {{"now", to_ms(now)}, {"number", number}});
      if (!same) set_body(tx, cipher, number, task.body);
      if (task.deadline)
        tx.exec(
            "UPDATE authority_tasks SET deadline = :deadline, deadline_told = 1 "
            "WHERE number = :number",
            {{"deadline", to_ms(*task.deadline)}, {"number", number}});
      return {number, "repeated"};
    }
  }
  const int64_t number = insert(tx, now, link, task);
  set_body(tx, cipher, number, task.body);
  return {number, "opened"};
}

std::optional<Task> find_task(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t number) {
  const auto row = tx.query_one(select("WHERE number = :number"), {{"number", number}});
  if (!row) return std::nullopt;
  Task task = task_of(*row);
  task.body = open_json(cipher, row->text("body"), body_context(number));
  task.answer = open_json(cipher, row->text("answer"), answer_context(number));
  return task;
}

std::vector<Task> list_tasks(db::Tx& tx, const TaskFilter& filter) {
  std::string where = "WHERE 1 = 1";
  db::Params params = {{"limit", filter.limit}};
  const auto only = [&](std::string_view name, const std::string& value, std::string_view column) {
    if (value.empty()) return;
    where += " AND " + std::string(column) + " = :" + std::string(name);
    params.emplace_back(name, value);
  };
  only("kind", filter.kind, "kind");
  only("link", filter.link, "link");
  only("state", filter.state, "shown");
  only("assigned", filter.assigned, "assigned");
  if (filter.overdue_at) {
    where += " AND shown = 'open' AND deadline < :overdue";
    params.emplace_back("overdue", to_ms(*filter.overdue_at));
  }
  if (filter.before > 0) {
    where += " AND number < :before";
    params.emplace_back("before", filter.before);
  }
  std::vector<Task> out;
  for (const auto& row : tx.query(select(where + " ORDER BY number DESC LIMIT :limit"), params))
    out.push_back(task_of(row));
  return out;
}

TaskCounts count_tasks(db::Tx& tx, TimePoint now) {
  const auto row = tx.query_one(
      "SELECT COUNT(*) AS open, COALESCE(SUM(CASE WHEN deadline < :now THEN 1 ELSE 0 END), 0) AS "
      "overdue FROM (" +
          std::string(kShown) + ") shown_tasks WHERE shown = 'open'",
      {{"now", to_ms(now)}});
  return {row->i64("open"), row->i64("overdue")};
}

Result<Task> close_task(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                        int64_t number, const std::string& account_id, const std::string& reason) {
  const auto task = shown(tx, cipher, number, "关闭");
  if (!task) return task;
  tx.exec(
      "UPDATE authority_tasks SET state = 'closed', reason = :reason, answered_by = :account, "
      "changed = :now WHERE number = :number",
      {{"reason", reason}, {"account", account_id}, {"now", to_ms(now)}, {"number", number}});
  return *find_task(tx, cipher, number);
}

Result<Task> assign_task(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                         int64_t number, const std::string& account_id) {
  const auto task = shown(tx, cipher, number, "分派");
  if (!task) return task;
  tx.exec("UPDATE authority_tasks SET assigned = :account, changed = :now WHERE number = :number",
          {{"account", account_id}, {"now", to_ms(now)}, {"number", number}});
  return *find_task(tx, cipher, number);
}

void keep_answer(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now, int64_t number,
                 const std::string& account_id, const Json& answer,
                 std::optional<int64_t> submission) {
  tx.exec(
      "UPDATE authority_tasks SET state = :state, answer = :answer, answered_by = :account, "
      "submission = :submission, changed = :now WHERE number = :number",
      {{"state", submission ? "answered" : "done"},
       {"answer", cipher.seal(to_string(answer), answer_context(number))},
       {"account", account_id},
       {"submission", submission},
       {"now", to_ms(now)},
       {"number", number}});
}

}  // namespace beian::authority
