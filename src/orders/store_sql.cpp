#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/log/log.hpp"

namespace beian::orders {
namespace {

std::string document_context(const std::string& id) {
  return "orders.document:" + id;
}
std::string findings_context(const std::string& id) {
  return "orders.findings:" + id;
}
std::string locked_context(const std::string& id) {
  return "orders.locked:" + id;
}
std::string filed_context(const std::string& id) {
  return "orders.filed:" + id;
}
std::string details_context(const std::string& id, int64_t seq) {
  return "orders.details:" + id + ":" + std::to_string(seq);
}

// null is stored as an empty text.
std::string seal_json(const crypto::ColumnCipher& cipher, const Json& json,
                      const std::string& context) {
  return json.is_null() ? std::string() : cipher.seal(to_string(json), context);
}

Json open_json(const crypto::ColumnCipher& cipher, const std::string& sealed,
               const std::string& context) {
  if (sealed.empty()) return {};
  auto json = parse_json(cipher.open(sealed, context));
  if (!json) throw std::runtime_error("orders: a sealed column does not hold JSON");
  return std::move(*json);
}

State stored_state(const std::string& name) {
  const auto state = state_named(name);
  if (!state) throw std::runtime_error("orders: unknown state in the database: " + name);
  return *state;
}

// In these states an order holds nothing alone: whoever submits first gets the entity.
bool holds_claims(State state) {
  return state != State::draft && !is_final(state);
}

// An order goes back to the authority only as it was, and only when the SMS verification was the
// cause of the refusal.
Status resubmit_guard(db::Tx& tx, const std::string& order_id, int64_t edits) {
  const auto last = tx.query_one(
      "SELECT event FROM order_events WHERE order_id = :id AND event NOT IN ('note', 'save') "
      "ORDER BY seq DESC LIMIT 1",
      {{"id", order_id}});
  if (!last || last->text("event") != name_of(Event::sms_failed))
    return fail(ProblemCode::resubmit_not_sms);
  if (edits > 0) return fail(ProblemCode::resubmit_changed);
  return {};
}

}  // namespace

std::string OrderStore::select(std::string_view rest) {
  return "SELECT id, account_id, kind, state, version, document, findings, locked, filed, "
         "authority, "
         "filing_number, created, updated, ready_at, code_names, rules_hash, rules_said, "
         "service_numbers, parts_done FROM orders " +
         std::string(rest);
}

Order OrderStore::order_of(const db::Row& row) const {
  Order order;
  order.id = row.text("id");
  order.account_id = row.text("account_id");
  order.kind = row.text("kind");
  order.state = stored_state(row.text("state"));
  order.version = row.i64("version");
  order.document = open_json(*cipher_, row.text("document"), document_context(order.id));
  order.findings = open_json(*cipher_, row.text("findings"), findings_context(order.id));
  order.locked = open_json(*cipher_, row.text("locked"), locked_context(order.id));
  order.filed = open_json(*cipher_, row.text("filed"), filed_context(order.id));
  order.authority = row.text("authority");
  order.filing_number = row.text("filing_number");
  order.created = from_ms(row.i64("created"));
  order.updated = from_ms(row.i64("updated"));
  order.ready = from_ms(row.i64("ready_at"));
  order.rules_hash = row.text("rules_hash");
  order.rules_said = row.text("rules_said");
  order.parts = row.i64("parts_done");
  if (auto names = parse_json(row.text("code_names"))) order.code_names = std::move(*names);
  if (auto numbers = parse_json(row.text("service_numbers")))
    order.service_numbers = std::move(*numbers);
  return order;
}

void OrderStore::append_event(db::Tx& tx, TimePoint now, const std::string& order_id, int64_t seq,
                              std::string_view event, std::string_view from, std::string_view to,
                              const Cause& cause) const {
  tx.exec(
      "INSERT INTO order_events (order_id, seq, at, event, from_state, to_state, actor, actor_id, "
      "reason, details) VALUES (:order_id, :seq, :at, :event, :from_state, :to_state, :actor, "
      ":actor_id, :reason, :details)",
      {{"order_id", order_id},
       {"seq", seq},
       {"at", to_ms(now)},
       {"event", event},
       {"from_state", from},
       {"to_state", to},
       {"actor", name_of(cause.actor)},
       {"actor_id", cause.actor_id},
       {"reason", cause.reason},
       {"details", seal_json(*cipher_, cause.details, details_context(order_id, seq))}});
}

Result<State> OrderStore::apply(db::Tx& tx, TimePoint now, const std::string& order_id, Event event,
                                const Cause& cause, std::optional<int64_t> expected_version) const {
  // Without an expected version the event is meant for the order as it is now: when another writer
  // comes between reading and writing, look again.
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto row =
        tx.query_one("SELECT kind, state, version, edits, parts_done FROM orders WHERE id = :id",
                     {{"id", order_id}});
    if (!row) return fail(ProblemCode::not_found);
    const State from = stored_state(row->text("state"));
    const int64_t version = row->i64("version");
    if (expected_version && *expected_version != version)
      return fail(ProblemCode::stale_version, "/version");
    const Transition* step = find_transition(from, event, cause.actor);
    const OrderKind* kind = find_kind(row->text("kind"));
    if (!step || (kind && !takes_event(*kind, from, row->i64("parts_done"), event)))
      return fail(
          ProblemCode::event_not_allowed, {},
          {{"state", std::string(title_of(from))}, {"event", std::string(title_of(event))}});
    if (event == Event::resubmit)
      if (const auto guard = resubmit_guard(tx, order_id, row->i64("edits")); !guard)
        return fail(guard);

    // An order that a refused file gives back keeps its place in the queue, and so does the rest of
    // one that is under way.
    const bool joins_queue =
        step->to == State::ready_to_report && event != Event::unreport && event != Event::next_part;
    const int64_t changed = tx.exec(
        std::string("UPDATE orders SET state = :to_state, version = version + 1, updated = :now") +
            (joins_queue ? ", ready_at = :now" : "") +
            (event == Event::submit ? ", edits = 0, service_numbers = ''" : "") +
            (event == Event::next_part ? ", parts_done = 1" : "") +
            " WHERE id = :id AND state = :from_state AND version = :version",
        {{"to_state", name_of(step->to)},
         {"now", to_ms(now)},
         {"id", order_id},
         {"from_state", name_of(from)},
         {"version", version}});
    if (changed == 0) continue;

    Cause told = cause;
    if (told.reason.empty()) told.reason = step->why;
    append_event(tx, now, order_id, version + 1, name_of(event), name_of(from), name_of(step->to),
                 told);
    if (!holds_claims(step->to))
      tx.exec("DELETE FROM order_claims WHERE order_id = :id", {{"id", order_id}});
    jobs::enqueue(
        tx, {"orders.changed",
             Json::object(
                 {{"order", order_id}, {"state", name_of(step->to)}, {"event", name_of(event)}}),
             now, ""});
    return step->to;
  }
  return fail(ProblemCode::stale_version, "/version");
}

Status OrderStore::note(db::Tx& tx, TimePoint now, const std::string& order_id, const Cause& cause,
                        Touch touch) const {
  db::Params params = {{"id", order_id}};
  if (touch == Touch::yes) params.emplace_back("now", to_ms(now));
  if (tx.exec(std::string("UPDATE orders SET version = version + 1") +
                  (touch == Touch::yes ? ", updated = :now" : "") + " WHERE id = :id",
              params) == 0)
    return fail(ProblemCode::not_found);
  const auto row =
      tx.query_one("SELECT state, version FROM orders WHERE id = :id", {{"id", order_id}});
  append_event(tx, now, order_id, row->i64("version"), "note", row->text("state"),
               row->text("state"), cause);
  return {};
}

std::optional<Order> OrderStore::load(db::Tx& tx, const std::string& order_id) const {
  const auto row = tx.query_one(select("WHERE id = :id"), {{"id", order_id}});
  if (!row) return std::nullopt;
  return order_of(*row);
}

std::vector<Order> OrderStore::ready_to_report(db::Tx& tx, const std::string& authority,
                                               size_t limit) const {
  std::vector<Order> orders;
  for (const auto& row : tx.query(select("WHERE state = :state AND authority = :authority "
                                         "ORDER BY ready_at, id LIMIT :limit"),
                                  {{"state", name_of(State::ready_to_report)},
                                   {"authority", authority},
                                   {"limit", static_cast<int64_t>(limit)}}))
    orders.push_back(order_of(row));
  return orders;
}

int64_t OrderStore::count_ready(db::Tx& tx, const std::string& authority) const {
  return tx.query_i64(
      "SELECT COUNT(*) AS n FROM orders WHERE state = :state AND authority = :authority",
      {{"state", name_of(State::ready_to_report)}, {"authority", authority}});
}

void OrderStore::set_findings(db::Tx& tx, const std::string& order_id, const Json& findings) const {
  tx.exec(
      "UPDATE orders SET findings = :findings WHERE id = :id",
      {{"findings", seal_json(*cipher_, findings, findings_context(order_id))}, {"id", order_id}});
}

void OrderStore::set_filing_number(db::Tx& tx, const std::string& order_id,
                                   const std::string& number) const {
  tx.exec("UPDATE orders SET filing_number = :number WHERE id = :id",
          {{"number", number}, {"id", order_id}});
}

void OrderStore::set_service_numbers(db::Tx& tx, const std::string& order_id,
                                     const Json& numbers) const {
  tx.exec("UPDATE orders SET service_numbers = :numbers WHERE id = :id",
          {{"numbers", to_string(numbers)}, {"id", order_id}});
}

void OrderStore::set_parts(db::Tx& tx, const std::string& order_id, int64_t parts) const {
  tx.exec("UPDATE orders SET parts_done = :parts WHERE id = :id",
          {{"parts", parts}, {"id", order_id}});
}

void OrderStore::set_filed(db::Tx& tx, const std::string& order_id, const Json& filed) const {
  // The province may be that of what is filed.
  tx.exec("UPDATE orders SET filed = :filed, province = NULL WHERE id = :id",
          {{"filed", seal_json(*cipher_, filed, filed_context(order_id))}, {"id", order_id}});
}

void OrderStore::set_code_names(db::Tx& tx, const std::string& order_id, const Json& names) const {
  tx.exec("UPDATE orders SET code_names = :names WHERE id = :id",
          {{"names", to_string(names)}, {"id", order_id}});
}

void OrderStore::set_judged(db::Tx& tx, const std::string& order_id, const std::string& hash,
                            const std::string& said) const {
  tx.exec("UPDATE orders SET rules_hash = :hash, rules_said = :said WHERE id = :id",
          {{"hash", hash}, {"said", said}, {"id", order_id}});
}

void OrderStore::set_authority(db::Tx& tx, const std::string& order_id,
                               const std::string& authority) const {
  tx.exec("UPDATE orders SET authority = :authority WHERE id = :id",
          {{"authority", authority}, {"id", order_id}});
}

std::vector<HistoryEntry> OrderStore::history(db::Tx& tx, const std::string& order_id) const {
  std::vector<HistoryEntry> entries;
  for (const auto& row :
       tx.query("SELECT seq, at, event, from_state, to_state, actor, actor_id, reason, details "
                "FROM order_events WHERE order_id = :id ORDER BY seq",
                {{"id", order_id}})) {
    HistoryEntry entry;
    entry.seq = row.i64("seq");
    entry.at = from_ms(row.i64("at"));
    entry.event = row.text("event");
    entry.from = row.text("from_state");
    entry.to = row.text("to_state");
    entry.actor = actor_named(row.text("actor")).value_or(Actor::system);
    entry.actor_id = row.text("actor_id");
    entry.reason = row.text("reason");
    entry.details = open_json(*cipher_, row.text("details"), details_context(order_id, entry.seq));
    entries.push_back(std::move(entry));
  }
  return entries;
}

OrderStore::Entered OrderStore::entered(db::Tx& tx, const std::string& order_id) const {
  const auto row = tx.query_one(
      "SELECT at, event FROM order_events WHERE order_id = :id AND event NOT IN ('note', 'save') "
      "ORDER BY seq DESC LIMIT 1",
      {{"id", order_id}});
  if (!row) return {};
  return {from_ms(row->i64("at")), row->text("event")};
}

void OrderStore::insert(db::Tx& tx, const Order& order, const Cause& cause) const {
  tx.exec(
      "INSERT INTO orders (id, account_id, kind, state, version, document, findings, locked, "
      "filed, province, created, updated) VALUES (:id, :account_id, :kind, :state, :version, "
      ":document, :findings, :locked, :filed, :province, :created, :created)",
      {{"id", order.id},
       {"account_id", order.account_id},
       {"kind", order.kind},
       {"state", name_of(order.state)},
       {"version", order.version},
       {"document", seal_json(*cipher_, order.document, document_context(order.id))},
       {"findings", seal_json(*cipher_, order.findings, findings_context(order.id))},
       {"locked", seal_json(*cipher_, order.locked, locked_context(order.id))},
       {"filed", seal_json(*cipher_, order.filed, filed_context(order.id))},
       {"province", province_of(order)},
       {"created", to_ms(order.created)}});
  append_event(tx, order.created, order.id, order.version, "create", "", name_of(order.state),
               cause);
}

Result<int64_t> OrderStore::save_document(db::Tx& tx, TimePoint now, const Order& before,
                                          const Json& document, const Cause& cause) const {
  Order after = before;
  after.document = document;
  const int64_t changed = tx.exec(
      "UPDATE orders SET document = :document, province = :province, version = version + 1, "
      "edits = edits + 1, updated = :now "
      "WHERE id = :id AND state = :state AND version = :version",
      {{"document", seal_json(*cipher_, document, document_context(before.id))},
       {"province", province_of(after)},
       {"now", to_ms(now)},
       {"id", before.id},
       {"state", name_of(before.state)},
       {"version", before.version}});
  if (changed == 0) return fail(ProblemCode::stale_version, "/version");
  Cause told = cause;
  if (told.reason.empty()) told.reason = "申请人修改内容";
  const auto state = name_of(before.state);
  append_event(tx, now, before.id, before.version + 1, "save", state, state, told);
  return before.version + 1;
}

bool OrderStore::lock(db::Tx& tx, const std::string& order_id) const {
  return tx.exec("UPDATE orders SET updated = updated WHERE id = :id", {{"id", order_id}}) > 0;
}

void OrderStore::count_edit(db::Tx& tx, TimePoint now, const std::string& order_id) const {
  tx.exec("UPDATE orders SET edits = edits + 1, updated = :now WHERE id = :id",
          {{"now", to_ms(now)}, {"id", order_id}});
}

}  // namespace beian::orders
