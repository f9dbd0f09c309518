#include "sandbox/tasks.hpp"

#include <stdexcept>

#include "sandbox/judge.hpp"

namespace beian::sandbox {
namespace {

std::string_view name_of(TaskKind kind) {
  return kind == TaskKind::verification ? "verification" : "unfiled_site";
}

Task task_of(const db::Row& row) {
  Task task;
  task.id = row.i64("id");
  task.provider_id = row.i64("provider_id");
  task.kind = row.text("kind") == name_of(TaskKind::verification) ? TaskKind::verification
                                                                  : TaskKind::unfiled_site;
  task.subject = row.text("subject");
  task.opened_at = row.i64("opened_at");
  task.answered = !row.is_null("answered_at");
  task.answered_at = row.i64("answered_at");
  if (!task.answered) return task;
  auto answer = parse_json(row.text("answer"));
  if (!answer) throw std::runtime_error("a task of the sandbox is damaged");
  task.answer = std::move(*answer);
  return task;
}

}  // namespace

int64_t open_task(db::Tx& tx, int64_t provider_id, TaskKind kind, std::string_view subject,
                  int64_t now) {
  return tx.query_i64(
      "INSERT INTO tasks (provider_id, kind, subject, opened_at)"
      " VALUES (:provider, :kind, :subject, :now) RETURNING id",
      {{"provider", provider_id}, {"kind", name_of(kind)}, {"subject", subject}, {"now", now}});
}

std::string unfiled_subject(std::string_view domain, int64_t address) {
  return domain_key(domain) + " " + std::to_string(address);
}

std::optional<Task> find_task(db::Tx& tx, int64_t provider_id, TaskKind kind,
                              std::string_view subject) {
  const auto row = tx.query_one(
      "SELECT * FROM tasks WHERE provider_id = :provider AND kind = :kind AND subject = :subject"
      " ORDER BY CASE WHEN answered_at IS NULL THEN 0 ELSE 1 END, id DESC LIMIT 1",
      {{"provider", provider_id}, {"kind", name_of(kind)}, {"subject", subject}});
  if (!row) return std::nullopt;
  return task_of(*row);
}

void answer_task(db::Tx& tx, int64_t id, const Json& answer, int64_t now) {
  tx.exec("UPDATE tasks SET answer = :answer, answered_at = :now WHERE id = :id",
          {{"answer", to_string(answer)}, {"now", now}, {"id", id}});
}

std::vector<Task> tasks_of(db::Tx& tx, int64_t provider_id) {
  std::vector<Task> all;
  for (const auto& row : tx.query("SELECT * FROM tasks WHERE provider_id = :provider"
                                  " OR :provider = 0 ORDER BY id DESC LIMIT 1000",
                                  {{"provider", provider_id}}))
    all.push_back(task_of(row));
  return all;
}

}  // namespace beian::sandbox
