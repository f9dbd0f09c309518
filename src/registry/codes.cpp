#include "registry/codes.hpp"

#include <algorithm>

namespace beian::registry {

namespace {

// Tables that the program has no version of.
struct Delivered {
  std::string_view name, title;
};
constexpr Delivered kDeliveredOnly[] = {{"region", "行政区划"},
                                        {"feedback_class", "意见反馈问题分类"},
                                        {"administration", "通信管理局"},
                                        {"reporting_unit", "报备单位"}};

const china::CodeTable* built_in(std::string_view name) {
  const auto tables = china::code_tables();
  const auto it = std::ranges::find_if(tables, [&](const auto& t) { return t.name() == name; });
  return it == tables.end() ? nullptr : &*it;
}

std::string title_of(const std::string& name) {
  if (const auto* table = built_in(name)) return table->title();
  const auto* it = std::ranges::find(kDeliveredOnly, name, &Delivered::name);
  return it == std::end(kDeliveredOnly) ? std::string() : std::string(it->title);
}

CodeVersion version_of(const db::Row& row) {
  CodeVersion out;
  out.table = row.text("name");
  out.title = title_of(out.table);
  out.version = row.i64("version");
  out.source = row.text("source");
  out.download = row.i64("download");
  out.since = from_ms(row.i64("since"));
  return out;
}

std::optional<CodeVersion> in_force(db::Tx& tx, const std::string& table) {
  const auto row = tx.query_one(
      "SELECT * FROM code_versions WHERE name = :name AND state = 'in_force' "
      "ORDER BY version DESC LIMIT 1",
      {{"name", table}});
  if (!row) return std::nullopt;
  return version_of(*row);
}

// The program's row with the delivered words over it.
Json merged(const china::CodeTable* known, const db::Row& row) {
  const int64_t code = row.i64("code");
  const auto* there = known ? known->find(code) : nullptr;
  Json out = there ? there->more : Json::object({{"code", code}});
  out.set("zh", row.text("zh"));
  if (!row.text("note").empty()) out.set("note", row.text("note"));
  out.set("offered", row.i64("offered") != 0);
  if (const auto more = parse_json(row.text("more")))
    for (const auto& [name, value] : more->members()) out.set(name, value);
  return out;
}

bool same_rows(db::Tx& tx, const std::string& table, int64_t a, int64_t b) {
  constexpr std::string_view kLeftWithoutRight =
      "SELECT code, zh, note, offered, more FROM code_rows WHERE name = :n AND version = :l "
      "EXCEPT SELECT code, zh, note, offered, more FROM code_rows WHERE name = :n "
      "AND version = :r LIMIT 1";
  for (const auto& [left, right] : {std::pair(a, b), std::pair(b, a)})
    if (tx.query_one(kLeftWithoutRight, {{"n", table}, {"l", left}, {"r", right}})) return false;
  return true;
}

int64_t arriving(db::Tx& tx, TimePoint now, const std::string& source, int64_t download,
                 const std::string& table) {
  const auto open = tx.query_one(
      "SELECT version FROM code_versions WHERE name = :name AND download = :download "
      "AND state = 'arriving'",
      {{"name", table}, {"download", download}});
  if (open) return open->i64("version");
  return tx.query_i64(
      "INSERT INTO code_versions (name, version, source, download, state, since) "
      "SELECT :name, COALESCE(MAX(version), 1) + 1, :source, :download, 'arriving', :now "
      "FROM code_versions WHERE name = :name RETURNING version",
      {{"name", table}, {"source", source}, {"download", download}, {"now", to_ms(now)}});
}

}  // namespace

void put_codes(db::Tx& tx, TimePoint now, const std::string& source, int64_t download,
               const std::string& table, const std::vector<DeliveredRow>& rows) {
  const int64_t version = arriving(tx, now, source, download, table);
  for (const auto& row : rows)
    tx.exec(
        "INSERT INTO code_rows (name, version, code, zh, note, offered, more) VALUES (:name, "
        ":version, :code, :zh, :note, :offered, :more) ON CONFLICT (name, version, code) DO UPDATE "
        "SET zh = excluded.zh, note = excluded.note, offered = excluded.offered, "
        "more = excluded.more",
        {{"name", table},
         {"version", version},
         {"code", row.code},
         {"zh", row.zh},
         {"note", row.note},
         {"offered", row.offered},
         {"more", row.more.is_null() ? std::string() : to_string(row.more)}});
}

std::vector<Enforced> enforce_codes(db::Tx& tx, TimePoint now, int64_t download) {
  std::vector<Enforced> out;
  for (const auto& row : tx.query("SELECT name, version FROM code_versions "
                                  "WHERE download = :download AND state = 'arriving' ORDER BY name",
                                  {{"download", download}})) {
    Enforced done{row.text("name"), row.i64("version"), true};
    const auto before = in_force(tx, done.table);
    const db::Params key = {{"name", done.table}, {"version", done.version}};
    if (before && same_rows(tx, done.table, before->version, done.version)) {
      tx.exec("DELETE FROM code_rows WHERE name = :name AND version = :version", key);
      tx.exec("DELETE FROM code_versions WHERE name = :name AND version = :version", key);
      done = {done.table, before->version, false};
    } else {
      tx.exec(
          "UPDATE code_versions SET state = 'in_force', since = :now WHERE name = :name "
          "AND version = :version",
          {{"now", to_ms(now)}, {"name", done.table}, {"version", done.version}});
    }
    out.push_back(std::move(done));
  }
  return out;
}

std::vector<CodeVersion> code_versions(db::Tx& tx) {
  std::map<std::string, CodeVersion> known;
  for (const auto& table : china::code_tables()) {
    CodeVersion version;
    version.table = table.name();
    version.title = table.title();
    known[table.name()] = std::move(version);
  }
  for (const auto& row :
       tx.query("SELECT * FROM code_versions WHERE state = 'in_force' ORDER BY name, version"))
    known[row.text("name")] = version_of(row);
  std::vector<CodeVersion> out;
  out.reserve(known.size());
  for (auto& [name, version] : known) out.push_back(std::move(version));
  return out;
}

Result<CurrentTable> current_codes(db::Tx& tx, const std::string& table) {
  const auto* known = built_in(table);
  const auto version = in_force(tx, table);
  if (!version) {
    if (!known) return fail(ProblemCode::not_found);
    CodeVersion first;
    first.table = table;
    first.title = known->title();
    return CurrentTable{std::move(first), *known};
  }
  Json json = known ? known->json() : Json::object({{"title", title_of(table)}});
  Json rows = Json::array();
  for (const auto& row : tx.query("SELECT code, zh, note, offered, more FROM code_rows "
                                  "WHERE name = :name AND version = :version ORDER BY code",
                                  {{"name", table}, {"version", version->version}}))
    rows.push(merged(known, row));
  json.set("rows", std::move(rows));
  return CurrentTable{*version, china::CodeTable(table, json)};
}

const china::CodeTable& CodeBook::table(const std::string& name) {
  auto it = tables_.find(name);
  if (it == tables_.end()) {
    auto current = current_codes(tx_, name);
    if (!current) throw std::logic_error("no code table " + name);
    it = tables_.emplace(name, std::move(current->table)).first;
  }
  return it->second;
}

Status CodeBook::check(const std::string& name, int64_t code, std::string field) {
  const auto* row = table(name).find(code);
  if (row && row->offered) return {};
  return fail(ProblemCode::code_unknown, std::move(field), {{"code", std::to_string(code)}});
}

std::string CodeBook::name(const std::string& table_name, int64_t code) {
  const auto* row = table(table_name).find(code);
  return row ? row->zh : std::to_string(code);
}

}  // namespace beian::registry
