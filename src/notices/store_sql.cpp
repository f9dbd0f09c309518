#include "notices/notice.hpp"

namespace beian::notices {

bool insert(db::Tx& tx, const Notice& notice, const std::string& source) {
  return tx.exec(
             "INSERT INTO notices (id, account_id, kind, order_id, args, source, created) VALUES "
             "(:id, :account_id, :kind, :order_id, :args, :source, :created) "
             "ON CONFLICT (account_id, source) DO NOTHING",
             {{"id", notice.id},
              {"account_id", notice.account_id},
              {"kind", notice.kind},
              {"order_id", notice.order_id},
              {"args", to_string(notice.args)},
              {"source", source},
              {"created", to_ms(notice.created)}}) > 0;
}

std::vector<Notice> of_account(db::Tx& tx, const std::string& account_id, const Filter& filter) {
  std::string sql =
      "SELECT id, account_id, kind, order_id, args, created, read_at FROM notices "
      "WHERE account_id = :account_id";
  db::Params params = {{"account_id", account_id}, {"limit", static_cast<int64_t>(filter.limit)}};
  if (filter.unread) sql += " AND read_at IS NULL";
  if (!filter.before.empty()) {
    sql += " AND id < :before";
    params.emplace_back("before", filter.before);
  }
  std::vector<Notice> out;
  for (const auto& row : tx.query(sql + " ORDER BY id DESC LIMIT :limit", params)) {
    Notice notice;
    notice.id = row.text("id");
    notice.account_id = row.text("account_id");
    notice.kind = row.text("kind");
    notice.order_id = row.text("order_id");
    if (auto args = parse_json(row.text("args"))) notice.args = std::move(*args);
    notice.created = from_ms(row.i64("created"));
    if (const auto read = row.opt_i64("read_at")) notice.read = from_ms(*read);
    out.push_back(std::move(notice));
  }
  return out;
}

int64_t count_unread(db::Tx& tx, const std::string& account_id) {
  return tx.query_i64(
      "SELECT COUNT(*) FROM notices WHERE account_id = :account_id AND read_at IS NULL",
      {{"account_id", account_id}});
}

bool mark_read(db::Tx& tx, const std::string& account_id, const std::string& id, TimePoint now) {
  return tx.exec(
             "UPDATE notices SET read_at = COALESCE(read_at, :now) WHERE id = :id AND "
             "account_id = :account_id",
             {{"now", to_ms(now)}, {"id", id}, {"account_id", account_id}}) > 0;
}

int64_t mark_all_read(db::Tx& tx, const std::string& account_id, const std::string& up_to,
                      TimePoint now) {
  return tx.exec(
      "UPDATE notices SET read_at = :now WHERE account_id = :account_id AND "
      "read_at IS NULL AND id <= :up_to",
      {{"now", to_ms(now)}, {"account_id", account_id}, {"up_to", up_to}});
}

}  // namespace beian::notices
