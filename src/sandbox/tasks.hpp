// What the authority asked a provider and waits for: verification of a filing (HSRW, answered by
// HSJG), unfiled sites on its addresses (WBAWZLB, answered by WBACLJG). Whoever hands such a
// document down opens the task in the same transaction; judging the answer closes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "platform/db/db.hpp"

namespace beian::sandbox {

enum class TaskKind { verification, unfiled_site };

struct Task {
  int64_t id = 0, provider_id = 0;
  TaskKind kind = TaskKind::verification;
  std::string subject;
  int64_t opened_at = 0, answered_at = 0;
  bool answered = false;
  Json answer;  // the record that answered: HSJG without Baxx, WBACLJG
};

// The subject of a verification is the entity's id (Ztid) as text.
int64_t open_task(db::Tx& tx, int64_t provider_id, TaskKind kind, std::string_view subject,
                  int64_t now);
// Subject of an unfiled site: the domain's normal form and the address as a number.
std::string unfiled_subject(std::string_view domain, int64_t address);
// The open task of that subject, else the newest answered one.
std::optional<Task> find_task(db::Tx& tx, int64_t provider_id, TaskKind kind,
                              std::string_view subject);
void answer_task(db::Tx& tx, int64_t id, const Json& answer, int64_t now);
std::vector<Task> tasks_of(db::Tx& tx, int64_t provider_id);  // 0: of all; newest first, 1000

}  // namespace beian::sandbox
