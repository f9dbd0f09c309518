#include "orders/access_log.hpp"

#include <map>

#include "accounts/accounts.hpp"
#include "accounts/store.hpp"
#include "base/personal.hpp"
#include "base/text.hpp"

namespace beian::orders {
namespace {

// Lines of three books, told apart by a key so that a page can begin behind any line.
constexpr std::string_view kViews =
    "SELECT v.at AS at, 'v:' || v.order_id || ':' || v.viewer_id || ':' || v.what || ':' || "
    "v.item AS line, 'seen' AS action, v.what AS what, '' AS event, v.order_id AS order_id, "
    "v.item AS item, v.role AS role, v.viewer_id AS actor, '' AS details "
    "FROM order_views v WHERE v.account_id = :account";
// A note is no change of anything; what it says stands in the order's history.
constexpr std::string_view kMoves =
    "SELECT e.at AS at, 'o:' || e.order_id || ':' || e.seq AS line, 'changed' AS action, "
    "'order' AS what, e.event AS event, e.order_id AS order_id, '' AS item, e.actor AS role, "
    "e.actor_id AS actor, '' AS details FROM order_events e JOIN orders o ON o.id = e.order_id "
    "WHERE o.account_id = :account AND e.event <> 'note'";
constexpr std::string_view kAccount =
    "SELECT a.at AS at, 'a:' || a.id AS line, 'changed' AS action, 'account' AS what, "
    "a.kind AS event, '' AS order_id, '' AS item, COALESCE(w.role, 'system') AS role, "
    "COALESCE(a.actor_id, '') AS actor, a.details AS details FROM account_events a "
    "LEFT JOIN accounts w ON w.id = a.actor_id WHERE a.account_id = :account";
constexpr std::string_view kMovesOfOthers = " AND e.actor <> 'applicant'";
// An entity may be taken over by another applicant.
constexpr std::string_view kAccountOfOthers =
    " AND (w.role <> 'applicant' OR a.kind IN ('entity_moved_in', 'entity_moved_out'))";

struct Cursor {
  int64_t at = 0;
  std::string line;
};
Result<Cursor> read_cursor(const std::string& text) {
  const auto dot = text.find('.');
  Cursor out;
  if (dot == std::string::npos || !text::parse_i64(text.substr(0, dot), out.at))
    return fail(ProblemCode::bad_format, "/before");
  out.line = text.substr(dot + 1);
  return out;
}

class Names {
 public:
  Names(db::Tx& tx, std::string account_id) : tx_(tx), account_id_(std::move(account_id)) {
    for (const auto& member : accounts::store::list_members(tx, account_id_))
      known_[member.id] = member.name;
  }
  // null: nobody in person.
  Json of(const std::string& actor) {
    if (actor.empty()) return {};
    if (const auto it = known_.find(actor); it != known_.end()) return it->second;
    const auto account = accounts::find_account(tx_, actor);
    if (!account) return known_[actor] = Json();
    return known_[actor] = actor == account_id_ ? account->name : mask_name(account->name);
  }

 private:
  db::Tx& tx_;
  std::string account_id_;
  std::map<std::string, Json> known_;
};

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json entry_of(const db::Row& row, Names& names) {
  std::string what = row.text("what");
  const std::string event = row.text("event");
  Json number;
  if (event.starts_with("entity_")) {
    what = "entity";
    if (const auto details = parse_json(row.text("details"))) number = (*details)["filing_number"];
  }
  Json purpose;
  if (int64_t n = 0; text::parse_i64(row.text("item"), n)) purpose = n;
  return Json::object({{"at", to_rfc3339(from_ms(row.i64("at")))},
                       {"action", row.text("action")},
                       {"what", what},
                       {"event", or_null(event)},
                       {"order", or_null(row.text("order_id"))},
                       {"material", purpose},
                       {"filing_number", number},
                       {"role", row.text("role")},
                       {"name", names.of(row.text("actor"))}});
}

}  // namespace

Result<LogPage> access_log(db::Tx& tx, const std::string& account_id, const LogQuery& query) {
  db::Params params = {{"account", account_id}, {"limit", static_cast<int64_t>(query.limit) + 1}};
  std::string sql = "SELECT * FROM (" + std::string(kViews) + " UNION ALL " + std::string(kMoves);
  if (!query.own) sql += kMovesOfOthers;
  sql += " UNION ALL " + std::string(kAccount);
  if (!query.own) sql += kAccountOfOthers;
  sql += ") AS book";
  if (!query.before.empty()) {
    const auto cursor = read_cursor(query.before);
    if (!cursor) return fail(cursor);
    sql += " WHERE at < :at OR (at = :at AND line < :line)";
    params.emplace_back("at", cursor->at);
    params.emplace_back("line", cursor->line);
  }
  const auto rows = tx.query(sql + " ORDER BY at DESC, line DESC LIMIT :limit", params);
  Names names(tx, account_id);
  LogPage page;
  for (const auto& row : rows) {
    if (page.entries.size() == query.limit) {
      const auto& last = rows[query.limit - 1];
      page.next = std::to_string(last.i64("at")) + "." + last.text("line");
      break;
    }
    page.entries.push(entry_of(row, names));
  }
  return page;
}

}  // namespace beian::orders
