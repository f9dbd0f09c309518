#include <algorithm>
#include <array>

#include "orders/transfer.hpp"

namespace beian::orders {
namespace {

constexpr auto kStates =
    std::to_array<std::string_view>({"waiting", "done", "cancelled", "declined", "expired"});

constexpr std::string_view kColumns =
    "SELECT id, province, entity_id, filing_number, entity_name, from_account, to_account, state, "
    "created, expires, changed FROM entity_transfers ";

Transfer transfer_of(const db::Row& row) {
  Transfer out;
  out.id = row.text("id");
  out.province = row.i64("province");
  out.entity_id = row.i64("entity_id");
  out.filing_number = row.text("filing_number");
  out.entity_name = row.text("entity_name");
  out.from_account = row.text("from_account");
  out.to_account = row.text("to_account");
  const auto* state = std::ranges::find(kStates, row.text("state"));
  if (state == kStates.end()) throw std::runtime_error("transfer " + out.id + ": unknown state");
  out.state = static_cast<Transfer::State>(state - kStates.begin());
  out.created = from_ms(row.i64("created"));
  out.expires = from_ms(row.i64("expires"));
  out.changed = from_ms(row.i64("changed"));
  return out;
}

std::string reason_context(const std::string& id, int64_t seq) {
  return "transfers.reason:" + id + ":" + std::to_string(seq);
}

std::vector<Transfer> all(const db::Rows& rows) {
  std::vector<Transfer> out;
  for (const auto& row : rows) out.push_back(transfer_of(row));
  return out;
}

}  // namespace

std::string_view name_of(Transfer::State state) {
  return kStates[static_cast<size_t>(state)];
}

namespace transfers {

void insert(db::Tx& tx, const Transfer& t, const std::string& code_index) {
  tx.exec(
      "INSERT INTO entity_transfers (id, province, entity_id, filing_number, entity_name, "
      "from_account, to_account, state, code_index, created, expires, changed) VALUES (:id, "
      ":province, :entity, :number, :name, :from, :to, :state, :code, :created, :expires, "
      ":created)",
      {{"id", t.id},
       {"province", t.province},
       {"entity", t.entity_id},
       {"number", t.filing_number},
       {"name", t.entity_name},
       {"from", t.from_account},
       {"to", t.to_account},
       {"state", name_of(t.state)},
       {"code", code_index},
       {"created", to_ms(t.created)},
       {"expires", to_ms(t.expires)}});
}

std::optional<Transfer> load(db::Tx& tx, const std::string& id) {
  const auto row = tx.query_one(std::string(kColumns) + "WHERE id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return transfer_of(*row);
}

std::vector<Transfer> list(db::Tx& tx, const std::string& account_id, const std::string& before,
                           size_t limit) {
  std::string where = "WHERE 1 = 1";
  db::Params params = {{"limit", static_cast<int64_t>(limit)}};
  if (!account_id.empty()) {
    where += " AND (from_account = :account OR to_account = :account)";
    params.emplace_back("account", account_id);
  }
  if (!before.empty()) {
    where += " AND id < :before";
    params.emplace_back("before", before);
  }
  return all(tx.query(std::string(kColumns) + where + " ORDER BY id DESC LIMIT :limit", params));
}

std::optional<Transfer> waiting_for(db::Tx& tx, int64_t province, int64_t entity_id) {
  const auto row =
      tx.query_one(std::string(kColumns) +
                       "WHERE province = :province AND entity_id = :entity AND state = 'waiting'",
                   {{"province", province}, {"entity", entity_id}});
  if (!row) return std::nullopt;
  return transfer_of(*row);
}

std::vector<Transfer> overdue(db::Tx& tx, TimePoint now) {
  return all(tx.query(std::string(kColumns) +
                          "WHERE state = 'waiting' AND expires <= :now ORDER BY expires LIMIT 1000",
                      {{"now", to_ms(now)}}));
}

bool has_code(db::Tx& tx, const std::string& id, const std::string& code_index) {
  return tx
      .query_one("SELECT id FROM entity_transfers WHERE id = :id AND code_index = :code",
                 {{"id", id}, {"code", code_index}})
      .has_value();
}

bool move(db::Tx& tx, TimePoint now, const std::string& id, Transfer::State to) {
  return tx.exec(
             "UPDATE entity_transfers SET state = :to, changed = :now "
             "WHERE id = :id AND state = 'waiting'",
             {{"to", name_of(to)}, {"now", to_ms(now)}, {"id", id}}) > 0;
}

void add_event(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& id,
               const TransferEvent& event) {
  const int64_t seq = tx.query_i64(
      "SELECT COALESCE(MAX(seq), 0) + 1 FROM entity_transfer_events WHERE transfer_id = :id",
      {{"id", id}});
  tx.exec(
      "INSERT INTO entity_transfer_events (transfer_id, seq, at, event, account_id, actor_id, "
      "reason) VALUES (:id, :seq, :at, :event, :account, :actor, :reason)",
      {{"id", id},
       {"seq", seq},
       {"at", to_ms(event.at)},
       {"event", event.event},
       {"account", event.account_id},
       {"actor", event.actor_id},
       {"reason",
        event.reason.empty() ? event.reason : cipher.seal(event.reason, reason_context(id, seq))}});
}

std::vector<TransferEvent> events(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                  const std::string& id) {
  std::vector<TransferEvent> out;
  for (const auto& row :
       tx.query("SELECT seq, at, event, account_id, actor_id, reason FROM entity_transfer_events "
                "WHERE transfer_id = :id ORDER BY seq",
                {{"id", id}})) {
    std::string reason = row.text("reason");
    if (!reason.empty()) reason = cipher.open(reason, reason_context(id, row.i64("seq")));
    out.push_back({from_ms(row.i64("at")), row.text("event"), row.text("account_id"),
                   row.text("actor_id"), std::move(reason)});
  }
  return out;
}

}  // namespace transfers
}  // namespace beian::orders
