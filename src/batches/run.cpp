#include "batches/run.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <span>
#include <thread>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "batches/check.hpp"
#include "orders/create.hpp"
#include "orders/submit.hpp"
#include "platform/db/remembering.hpp"
#include "platform/metrics/metrics.hpp"
#include "registry/codes.hpp"

namespace beian::batches {
namespace {

constexpr size_t kLongestKey = 200;
constexpr size_t kChecked = 400;  // rows between two writing transactions
constexpr size_t kCheckers = 4;   // threads, each with a reading transaction, at most
constexpr size_t kAsked = 20;     // the same where each row is a question to the authority
constexpr size_t kCreated = 50;
constexpr size_t kSubmitted = 20;
constexpr Millis kForgetInterval{3600 * 1000};

using Time = std::chrono::steady_clock;
using Deadline = Time::time_point;

Store store_of(const Context& context) {
  return Store(context.orders->cipher);
}

void enqueue_run(const Context& context, db::Tx& tx, const std::string& id) {
  jobs::enqueue(tx, {std::string(kRunJob), Json::object({{"batch", id}}), context.now(), id});
}

// False: the authority has to be asked first.
bool check_in(const Context& context, db::Tx& tx, const Batch& batch, registry::CodeBook& codes,
              Row& row) {
  Problems unaimed;
  if (row.problems.empty()) {
    auto aim = aimed(context, tx, batch.account_id, row.body);
    if (!aim) {
      unaimed = std::move(aim.error());
    } else {
      const bool open = !aim->body.find("kind") && !aim->body.find("detection");
      if (aim->ask || (batch.ask && open)) return false;
      row.body = std::move(aim->body);
    }
  }
  // Of an order about some service that names no kind nothing more can be said.
  if (!unaimed.empty() && row.body.find("service")) {
    row.problems = std::move(unaimed);
    row.state = RowState::bad;
    return true;
  }
  check(context, tx, batch.account_id, codes, row);
  for (auto& problem : unaimed)
    if (std::ranges::find(row.problems, problem) == row.problems.end())
      row.problems.push_back(std::move(problem));
  if (!row.problems.empty()) row.state = RowState::bad;
  return true;
}

Row ask_and_check(const Context& context, const Batch& batch, Row row) {
  auto body = asked(context, batch.account_id, row.body);
  if (!body) {
    append_under(row.problems, "", body.error());
    row.state = RowState::bad;
    return row;
  }
  row.body = std::move(*body);
  return context.database().read_value([&](db::Tx& tx) {
    registry::CodeBook codes(tx);
    Row fresh = row;
    check(context, tx, batch.account_id, codes, fresh);
    return fresh;
  });
}

struct Checked {
  std::vector<Row> rows, to_ask;  // the latter: of which the authority has to be asked
};

// What they will ask of the database: each is checked for nothing, the first of them to show which
// questions there are.
void foresee_rows(const Context& context, db::Tx& tx, const Batch& batch,
                  std::span<const Row> part) {
  registry::CodeBook codes(tx);
  for (Row row : part) {
    try {
      (void)check_in(context, tx, batch, codes, row);
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
      // It found nothing where it needs something. A database that is away says so again.
    }
  }
}

Checked check_part(const Context& context, const Batch& batch, std::span<const Row> part) {
  return context.database().read_value([&](db::Tx& snapshot) {
    Checked out;
    // A row is aimed and then judged, and rows of one sheet are much alike: what one has asked
    // answers the others.
    db::Remembering tx(snapshot);
    registry::CodeBook codes(tx);
    tx.foresee([&] { foresee_rows(context, tx, batch, part); });
    for (Row row : part) {
      const bool told = check_in(context, tx, batch, codes, row);
      (told ? out.rows : out.to_ask).push_back(std::move(row));
    }
    return out;
  });
}

// In parts side by side: while one waits for the database, another computes. No row says anything
// of another, so it does not matter that each part has a snapshot of its own.
std::vector<Checked> check_parts(const Context& context, const Batch& batch,
                                 std::span<const Row> rows) {
  const size_t threads = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kCheckers);
  const size_t each = (rows.size() + threads - 1) / threads;
  std::vector<std::future<Checked>> parts;
  for (size_t from = 0; from < rows.size(); from += each) {
    const auto part = rows.subspan(from, std::min(each, rows.size() - from));
    parts.push_back(std::async(
        std::launch::async, [&context, &batch, part] { return check_part(context, batch, part); }));
  }
  std::vector<Checked> out;
  out.reserve(parts.size());
  for (auto& part : parts) out.push_back(part.get());
  return out;
}

// Rows of which the authority has to be asked come last, one by one, as far as the time goes.
size_t check_some(const Context& context, const Batch& batch, Deadline end) {
  const Store store = store_of(context);
  const auto waiting = context.database().read_value([&](db::Tx& tx) {
    return store.rows(tx, batch.id, RowState::waiting, 0, batch.ask ? kAsked : kChecked);
  });
  const auto parts = check_parts(context, batch, waiting);
  std::vector<Row> to_ask;
  context.database().write([&](db::Tx& tx) {
    for (const auto& part : parts)
      for (const Row& row : part.rows) store.move(tx, batch.id, row, RowState::waiting);
  });
  for (const auto& part : parts)
    to_ask.insert(to_ask.end(), part.to_ask.begin(), part.to_ask.end());
  for (size_t i = 0; i < to_ask.size() && (i == 0 || Time::now() < end); ++i) {
    const Row row = ask_and_check(context, batch, std::move(to_ask[i]));
    context.database().write([&](db::Tx& tx) { store.move(tx, batch.id, row, RowState::waiting); });
  }
  return waiting.size();
}

size_t create_some(const Context& context, const Batch& batch) {
  const Store store = store_of(context);
  size_t count = 0;
  context.database().write([&](db::Tx& tx) {
    auto rows = store.rows(tx, batch.id, RowState::good, 0, kCreated);
    count = rows.size();
    for (Row& row : rows) {
      auto begun = orders::begin(*context.orders, tx, batch.account_id, row.body, true);
      if (begun) {
        const auto order =
            orders::keep(*context.orders, tx, std::move(*begun), batch.actor_id, "批量创建订单");
        row.order_id = order.id;
        row.state = RowState::created;
      } else {
        row.problems = std::move(begun.error());
        row.state = RowState::bad;
      }
      store.move(tx, batch.id, row, RowState::good);
    }
  });
  return count;
}

// What became of an order that a killed run may have submitted already.
std::optional<orders::State> state_of(const Context& context, const std::string& order_id) {
  return context.database().read_value([&](db::Tx& tx) -> std::optional<orders::State> {
    const auto order = context.orders->store.load(tx, order_id);
    if (!order) return std::nullopt;
    return order->state;
  });
}

void submit_row(const Context& context, const Batch& batch, Row& row) {
  row.problems.clear();
  row.missing.clear();
  const auto state = state_of(context, row.order_id);
  if (state && *state != orders::State::draft && *state != orders::State::abandoned) {
    row.state = RowState::submitted;
    return;
  }
  orders::Applicant who(batch.account_id);
  who.actor_id = batch.actor_id;
  auto submitted = orders::submit(*context.orders, who, row.order_id, std::nullopt);
  row.state = submitted ? RowState::submitted : RowState::not_submitted;
  if (submitted) return;
  for (auto& problem : submitted.error()) {
    problem.field = "/document" + problem.field;
    auto& list = problem.code == ProblemCode::material_missing ? row.missing : row.problems;
    list.push_back(std::move(problem));
  }
}

size_t submit_some(const Context& context, const Batch& batch) {
  const Store store = store_of(context);
  auto rows = context.database().read_value(
      [&](db::Tx& tx) { return store.rows(tx, batch.id, RowState::created, 0, kSubmitted); });
  for (Row& row : rows) {
    submit_row(context, batch, row);
    context.database().write([&](db::Tx& tx) { store.move(tx, batch.id, row, RowState::created); });
  }
  return rows.size();
}

size_t work_some(const Context& context, const Batch& batch, Deadline end) {
  switch (batch.stage) {
    case Stage::check:
      return check_some(context, batch, end);
    case Stage::create:
      return create_some(context, batch);
    case Stage::submit:
      return submit_some(context, batch);
  }
  return 0;
}

// To the next stage, or to the end.
void advance(const Context& context, const Batch& batch) {
  const bool last = batch.stage >= batch.goal;
  const Stage next = last ? batch.stage : static_cast<Stage>(static_cast<int>(batch.stage) + 1);
  bool done = false;
  context.database().write([&](db::Tx& tx) {
    done = store_of(context).advance(tx, batch, next, last, context.now()) && last;
    if (!done) return;
    Json rows = Json::object();
    for (const auto& [state, n] : store_of(context).counts(tx, batch.id))
      rows.set(name_of(state), n);
    jobs::enqueue(tx, {std::string(kDoneJob),
                       Json::object({{"batch", batch.id},
                                     {"account", batch.account_id},
                                     {"stage", name_of(batch.stage)},
                                     {"rows", std::move(rows)}}),
                       context.now(), ""});
  });
  if (done) {
    metrics::count("beian_batches_total", 1, "stage=" + std::string(name_of(batch.stage)));
    context.orders->told();
  }
}

}  // namespace

Result<Batch> own_batch(const Context& context, db::Tx& tx, const std::string& account_id,
                        const std::string& id) {
  auto batch = store_of(context).load(tx, id);
  if (!batch || batch->account_id != account_id) return fail(ProblemCode::not_found);
  return std::move(*batch);
}

Result<Taken> take(const Context& context, const orders::Applicant& who, Batch wish,
                   const std::vector<Row>& rows, const std::string& request_key,
                   const std::string& body) {
  if (request_key.size() > kLongestKey)
    return fail(ProblemCode::too_long, "/Idempotency-Key", {{"max", std::to_string(kLongestKey)}});
  if (!text::is_utf8(request_key))
    return fail(ProblemCode::bad_encoding, "/Idempotency-Key", {{"encoding", "UTF-8"}});
  const Store store = store_of(context);
  wish.created = wish.updated = context.now();
  wish.id = new_id(wish.created);
  wish.account_id = who.account_id;
  wish.actor_id = who.actor_id;
  wish.total = static_cast<int64_t>(rows.size());
  const std::string hash = context.orders->cipher.blind_index(
      wish.format + std::string(name_of(wish.goal)) + (wish.ask ? "+" : "-") + body,
      "batches.request");
  const auto repeated = [&](db::Tx& tx) -> Result<std::optional<Taken>> {
    const auto earlier = store.find_request(tx, who.account_id, request_key, hash);
    if (!earlier) return fail(earlier);
    if (!*earlier) return std::nullopt;
    auto batch = store.load(tx, **earlier);
    if (!batch) return std::nullopt;
    return Taken{std::move(*batch), true};
  };
  try {
    auto taken = context.database().write_result([&](db::Tx& tx) -> Result<Taken> {
      auto earlier = repeated(tx);
      if (!earlier) return fail(earlier);
      if (*earlier) return std::move(**earlier);
      if (store.unfinished(tx, who.account_id) >= static_cast<int64_t>(context.limits.unfinished))
        return fail(ProblemCode::too_many, "",
                    {{"max", std::to_string(context.limits.unfinished)}});
      store.insert(tx, wish, request_key, hash, rows);
      enqueue_run(context, tx, wish.id);
      return Taken{wish, false};
    });
    if (taken && !taken->repeated) context.orders->told();
    return taken;
  } catch (const db::UniqueViolation&) {
    // The same request at the same time: it has just made its batch.
    auto earlier = context.database().read_value(repeated);
    if (!earlier) return fail(earlier);
    if (*earlier) return std::move(**earlier);
    throw;
  }
}

Result<Batch> go_on(const Context& context, const orders::Applicant& who, const std::string& id,
                    Stage goal) {
  const Store store = store_of(context);
  auto done = context.database().write_result([&](db::Tx& tx) -> Result<Batch> {
    auto batch = own_batch(context, tx, who.account_id, id);
    if (!batch) return batch;
    batch->actor_id = who.actor_id;
    if (!batch->done || goal < batch->goal) return fail(ProblemCode::conflict, "/to");
    if (!store.set_goal(tx, *batch, goal, context.now())) return fail(ProblemCode::conflict, "/to");
    if (goal == Stage::submit) store.move_all(tx, id, RowState::not_submitted, RowState::created);
    enqueue_run(context, tx, id);
    batch->goal = goal;
    batch->done = false;
    return batch;
  });
  if (done) context.orders->told();
  return done;
}

bool work(const Context& context, const std::string& id) {
  const Deadline end = Time::now() + context.limits.slice;
  do {
    const auto batch =
        context.database().read_value([&](db::Tx& tx) { return store_of(context).load(tx, id); });
    if (!batch || batch->done) return false;
    const size_t worked = work_some(context, *batch, end);
    metrics::count("beian_batch_rows_total", static_cast<double>(worked),
                   "stage=" + std::string(name_of(batch->stage)));
    if (worked == 0) advance(context, *batch);
  } while (Time::now() < end);
  return true;
}

void on_jobs(const Context& context, jobs::Worker& worker) {
  worker.on(std::string(kRunJob), [context](const jobs::Job& job) -> Result<jobs::Outcome> {
    const bool more = work(context, job.payload["batch"].as_string());
    return more ? jobs::Outcome::again(Millis{0}) : jobs::Outcome::done();
  });
  worker.on(std::string(kForgetJob), [context](const jobs::Job&) -> Result<jobs::Outcome> {
    int64_t gone = 0;
    do {
      context.database().write([&](db::Tx& tx) {
        gone = store_of(context).forget(tx, context.now() - context.limits.life, 10);
      });
    } while (gone > 0);
    return jobs::Outcome::again(kForgetInterval);
  });
}

void schedule(const Context& context) {
  context.database().write([&](db::Tx& tx) {
    jobs::enqueue(
        tx, {std::string(kForgetJob), Json::object(), context.now(), std::string(kForgetJob)});
  });
}

}  // namespace beian::batches
