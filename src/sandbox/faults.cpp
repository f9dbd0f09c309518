#include "sandbox/faults.hpp"

#include <algorithm>
#include <string>

#include "wire/soap.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kMaxDelay = 10 * 60 * 1000;

bool known_operation(std::string_view name) {
  return name == "*" || wire::find_operation(name) != nullptr;
}

bool known_kind(std::string_view kind) {
  return kind == "code" || kind == "delay" || kind == "drop_before" || kind == "drop_after_commit";
}

std::optional<db::Row> oldest(db::Tx& tx, std::string_view operation) {
  return tx.query_one(
      "SELECT id, kind, code, delay_ms FROM faults"
      " WHERE remaining > 0 AND (operation = :operation OR operation = '*') ORDER BY id LIMIT 1",
      {{"operation", operation}});
}

Fault take(db::Tx& tx, std::string_view operation) {
  Fault fault;
  const auto row = oldest(tx, operation);
  // Two calls at once may see the same last use; only one of them gets it.
  if (!row || tx.exec("UPDATE faults SET remaining = remaining - 1 WHERE id = :id"
                      " AND remaining > 0",
                      {{"id", row->i64("id")}}) == 0)
    return fault;
  const std::string kind = row->text("kind");
  fault.delay = std::chrono::milliseconds(row->i64("delay_ms"));
  if (kind == "code") fault.code = static_cast<int>(row->i64("code"));
  fault.drop_before = kind == "drop_before";
  fault.drop_after_commit = kind == "drop_after_commit";
  return fault;
}

}  // namespace

Fault next_fault(db::Database& database, std::string_view operation) {
  bool any = false;
  database.read([&](db::Tx& tx) { any = oldest(tx, operation).has_value(); });
  Fault fault;
  if (any) database.write([&](db::Tx& tx) { fault = take(tx, operation); });
  return fault;
}

Result<int64_t> add_fault(db::Tx& tx, const Json& json) {
  Problems problems;
  const std::string& operation = json["operation"].as_string();
  const std::string& kind = json["kind"].as_string();
  const int64_t times = json["times"].as_int(1);
  const int64_t delay = json["delay_ms"].as_int(0);
  const int64_t code = json["code"].as_int(0);
  if (!known_operation(operation))
    problems.push_back({ProblemCode::code_unknown, "/operation", {{"code", operation}}});
  if (!known_kind(kind)) problems.push_back({ProblemCode::code_unknown, "/kind", {{"code", kind}}});
  if (kind == "code" && (code < 0 || code > 999))
    problems.push_back({ProblemCode::out_of_range, "/code", {{"min", "0"}, {"max", "999"}}});
  if (delay < 0 || delay > kMaxDelay)
    problems.push_back({ProblemCode::out_of_range,
                        "/delay_ms",
                        {{"min", "0"}, {"max", std::to_string(kMaxDelay)}}});
  if (times < 1 || times > 1'000'000)
    problems.push_back({ProblemCode::out_of_range, "/times", {{"min", "1"}, {"max", "1000000"}}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return tx.query_i64(
      "INSERT INTO faults (operation, kind, code, delay_ms, remaining)"
      " VALUES (:operation, :kind, :code, :delay, :times) RETURNING id",
      {{"operation", operation},
       {"kind", kind},
       {"code", code},
       {"delay", delay},
       {"times", times}});
}

void clear_faults(db::Tx& tx) {
  tx.exec("DELETE FROM faults");
}

}  // namespace beian::sandbox
