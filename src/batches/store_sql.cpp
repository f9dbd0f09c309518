#include <algorithm>
#include <stdexcept>

#include "base/problem_codes.hpp"
#include "batches/store.hpp"

namespace beian::batches {
namespace {

// Of the statement that puts rows in; PostgreSQL takes a round trip for each.
constexpr size_t kRowsAtOnce = 50;

std::string context_of(std::string_view what, const std::string& id, int64_t number) {
  return "batches." + std::string(what) + ":" + id + ":" + std::to_string(number);
}

Json problems_to_json(const Problems& problems) {
  Json list = Json::array();
  for (const auto& problem : problems) {
    Json args = Json::array();
    for (const auto& [name, value] : problem.args) args.push(Json::array({name, value}));
    list.push(Json::array({spec_of(problem.code).name, problem.field, std::move(args)}));
  }
  return list;
}

Problems problems_from_json(const Json& list) {
  Problems out;
  for (const auto& item : list.items()) {
    const auto specs = all_problems();
    const auto spec = std::ranges::find(specs, item.at(0).as_string(), &ProblemSpec::name);
    if (spec == specs.end()) continue;  // of a newer program
    Problem problem{spec->code, item.at(1).as_string(), {}};
    for (const auto& arg : item.at(2).items())
      problem.args.emplace_back(arg.at(0).as_string(), arg.at(1).as_string());
    out.push_back(std::move(problem));
  }
  return out;
}

std::string seal_found(const crypto::ColumnCipher& cipher, const std::string& id, const Row& row) {
  if (row.problems.empty() && row.missing.empty()) return {};
  const Json found = Json::object(
      {{"problems", problems_to_json(row.problems)}, {"missing", problems_to_json(row.missing)}});
  return cipher.seal(to_string(found), context_of("found", id, row.number));
}

Json open_json(const crypto::ColumnCipher& cipher, const std::string& sealed,
               const std::string& context) {
  if (sealed.empty()) return {};
  auto json = parse_json(cipher.open(sealed, context));
  if (!json) throw std::runtime_error("batches: a sealed column does not hold JSON");
  return std::move(*json);
}

Batch batch_of(const db::Row& row) {
  Batch out;
  out.id = row.text("id");
  out.account_id = row.text("account_id");
  // Kept before the column: nobody else is known.
  out.actor_id = row.text("actor_id").empty() ? out.account_id : row.text("actor_id");
  out.format = row.text("format");
  out.stage = static_cast<Stage>(row.i64("stage"));
  out.goal = static_cast<Stage>(row.i64("goal"));
  out.done = row.i64("done") != 0;
  out.ask = row.i64("ask") != 0;
  out.total = row.i64("total");
  out.created = from_ms(row.i64("created"));
  out.updated = from_ms(row.i64("updated"));
  return out;
}

}  // namespace

Result<std::optional<std::string>> Store::find_request(db::Tx& tx, const std::string& account_id,
                                                       const std::string& key,
                                                       const std::string& hash) const {
  if (key.empty()) return std::nullopt;
  const auto row = tx.query_one(
      "SELECT id, request_hash FROM batches WHERE account_id = :account AND request_key = :key",
      {{"account", account_id}, {"key", key}});
  if (!row) return std::nullopt;
  if (row->text("request_hash") != hash) return fail(ProblemCode::idempotency_key_reused);
  return row->text("id");
}

void Store::insert(db::Tx& tx, const Batch& batch, const std::string& key, const std::string& hash,
                   const std::vector<Row>& rows) const {
  tx.exec(
      "INSERT INTO batches (id, account_id, actor_id, format, stage, goal, done, ask, total, "
      "request_key, request_hash, created, updated) VALUES (:id, :account, :actor, :format, "
      ":stage, :goal, 0, :ask, :total, :key, :hash, :created, :created)",
      {{"id", batch.id},
       {"account", batch.account_id},
       {"actor", batch.actor_id},
       {"format", batch.format},
       {"stage", static_cast<int>(batch.stage)},
       {"goal", static_cast<int>(batch.goal)},
       {"ask", batch.ask},
       {"total", batch.total},
       {"key", key.empty() ? db::Value() : db::Value(key)},
       {"hash", hash},
       {"created", to_ms(batch.created)}});
  for (size_t from = 0; from < rows.size(); from += kRowsAtOnce) {
    const size_t n = std::min(kRowsAtOnce, rows.size() - from);
    std::string sql = "INSERT INTO batch_rows (batch_id, number, line, body, found, state) VALUES ";
    std::vector<std::string> names;
    names.reserve(4 * n);
    db::Params params = {{"id", batch.id}, {"state", name_of(RowState::waiting)}};
    for (size_t i = 0; i < n; ++i) {
      const Row& row = rows[from + i];
      const std::string at = std::to_string(i);
      sql += (i == 0 ? "(:id, :n" : ", (:id, :n") + at + ", :l" + at + ", :b" + at + ", :f" + at +
             ", :state)";
      for (const auto* letter : {"n", "l", "b", "f"}) names.push_back(letter + at);
      params.emplace_back(names[4 * i], row.number);
      params.emplace_back(names[4 * i + 1], row.line);
      params.emplace_back(
          names[4 * i + 2],
          cipher_->seal(to_string(row.body), context_of("body", batch.id, row.number)));
      params.emplace_back(names[4 * i + 3], seal_found(*cipher_, batch.id, row));
    }
    tx.exec(sql, params);
  }
}

std::optional<Batch> Store::load(db::Tx& tx, const std::string& id) const {
  const auto row = tx.query_one("SELECT * FROM batches WHERE id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return batch_of(*row);
}

std::vector<Batch> Store::of_account(db::Tx& tx, const std::string& account_id,
                                     const std::string& before, size_t limit) const {
  std::vector<Batch> out;
  for (const auto& row :
       tx.query("SELECT * FROM batches WHERE account_id = :account "
                "AND (:before = '' OR id < :before) ORDER BY id DESC LIMIT :n",
                {{"account", account_id}, {"before", before}, {"n", static_cast<int64_t>(limit)}}))
    out.push_back(batch_of(row));
  return out;
}

int64_t Store::unfinished(db::Tx& tx, const std::string& account_id) const {
  return tx.query_i64("SELECT COUNT(*) AS n FROM batches WHERE account_id = :account AND done = 0",
                      {{"account", account_id}});
}

std::map<RowState, int64_t> Store::counts(db::Tx& tx, const std::string& id) const {
  std::map<RowState, int64_t> out;
  for (const auto& row :
       tx.query("SELECT state, COUNT(*) AS n FROM batch_rows WHERE batch_id = :id GROUP BY state",
                {{"id", id}}))
    if (const auto state = row_state_named(row.text("state"))) out[*state] = row.i64("n");
  return out;
}

std::vector<Row> Store::rows(db::Tx& tx, const std::string& id, std::optional<RowState> state,
                             int64_t after, size_t limit) const {
  db::Params params = {{"id", id}, {"after", after}, {"n", static_cast<int64_t>(limit)}};
  if (state) params.emplace_back("state", name_of(*state));
  std::vector<Row> out;
  for (const auto& row :
       tx.query("SELECT number, line, body, found, state, kind, order_id FROM batch_rows "
                "WHERE batch_id = :id AND number > :after" +
                    std::string(state ? " AND state = :state" : "") + " ORDER BY number LIMIT :n",
                params)) {
    Row& one = out.emplace_back();
    one.number = row.i64("number");
    one.line = row.i64("line");
    one.body = open_json(*cipher_, row.text("body"), context_of("body", id, one.number));
    const Json found = open_json(*cipher_, row.text("found"), context_of("found", id, one.number));
    one.problems = problems_from_json(found["problems"]);
    one.missing = problems_from_json(found["missing"]);
    one.state = row_state_named(row.text("state")).value_or(RowState::waiting);
    one.kind = row.text("kind");
    one.order_id = row.text("order_id");
  }
  return out;
}

bool Store::move(db::Tx& tx, const std::string& id, const Row& row, RowState from) const {
  return tx.exec(
             "UPDATE batch_rows SET state = :state, kind = :kind, order_id = :order, "
             "found = :found, body = :body WHERE batch_id = :id AND number = :number AND state = "
             ":from",
             {{"state", name_of(row.state)},
              {"kind", row.kind},
              {"order", row.order_id},
              {"found", seal_found(*cipher_, id, row)},
              {"body", cipher_->seal(to_string(row.body), context_of("body", id, row.number))},
              {"id", id},
              {"number", row.number},
              {"from", name_of(from)}}) > 0;
}

void Store::move_all(db::Tx& tx, const std::string& id, RowState from, RowState to) const {
  tx.exec("UPDATE batch_rows SET state = :to WHERE batch_id = :id AND state = :from",
          {{"id", id}, {"from", name_of(from)}, {"to", name_of(to)}});
}

bool Store::advance(db::Tx& tx, const Batch& before, Stage stage, bool done, TimePoint now) const {
  return tx.exec(
             "UPDATE batches SET stage = :stage, done = :done, updated = :now WHERE id = :id "
             "AND stage = :before AND done = 0",
             {{"stage", static_cast<int>(stage)},
              {"done", done},
              {"now", to_ms(now)},
              {"id", before.id},
              {"before", static_cast<int>(before.stage)}}) > 0;
}

bool Store::set_goal(db::Tx& tx, const Batch& before, Stage goal, TimePoint now) const {
  return tx.exec(
             "UPDATE batches SET goal = :goal, actor_id = :actor, done = 0, updated = :now "
             "WHERE id = :id AND stage = :stage AND goal = :before AND done = 1",
             {{"goal", static_cast<int>(goal)},
              {"actor", before.actor_id},
              {"now", to_ms(now)},
              {"id", before.id},
              {"stage", static_cast<int>(before.stage)},
              {"before", static_cast<int>(before.goal)}}) > 0;
}

int64_t Store::forget(db::Tx& tx, TimePoint before, size_t limit) const {
  const auto old = tx.query(
      "SELECT id FROM batches WHERE updated < :before AND done = 1 ORDER BY updated LIMIT :n",
      {{"before", to_ms(before)}, {"n", static_cast<int64_t>(limit)}});
  for (const auto& row : old) {
    const db::Params id = {{"id", row.text("id")}};
    tx.exec("DELETE FROM batch_rows WHERE batch_id = :id", id);
    tx.exec("DELETE FROM batches WHERE id = :id", id);
  }
  return static_cast<int64_t>(old.size());
}

}  // namespace beian::batches
