#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "sandbox/address_records.hpp"

namespace beian::sandbox {
namespace {

struct KindName {
  AddressKind kind;
  std::string_view name, list;
};
constexpr std::array<KindName, 4> kKinds{{
    {AddressKind::source, "source", "sources"},
    {AddressKind::assignment, "assignment", "assignments"},
    {AddressKind::broadcast, "broadcast", "broadcasts"},
    {AddressKind::own_address, "own_address", "own_addresses"},
}};

std::string_view name_of(AddressKind kind) {
  return std::ranges::find(kKinds, kind, &KindName::kind)->name;
}

AddressRecord record_of(const db::Row& row) {
  AddressRecord r;
  r.id = row.i64("id");
  r.provider_id = row.i64("provider_id");
  r.kind = std::ranges::find(kKinds, row.text("kind"), &KindName::name)->kind;
  r.provider_record_id = row.i64("provider_record_id");
  r.from = row.i64("first_address");
  r.to = row.i64("last_address");
  auto model = parse_json(row.text("model"));
  if (!model) throw std::runtime_error("an address record of the sandbox is damaged");
  r.model = std::move(*model);
  r.reported_at = row.i64("reported_at");
  r.changed_at = row.i64("changed_at");
  return r;
}

std::vector<AddressRecord> records_of(const db::Rows& rows) {
  std::vector<AddressRecord> all;
  for (const auto& row : rows) all.push_back(record_of(row));
  return all;
}

// Everybody whom `provider` has the range from, hand by hand.
std::set<int64_t> upstreams(db::Tx& tx, int64_t provider, Range range) {
  std::set<int64_t> seen;
  std::vector<int64_t> open{provider};
  while (!open.empty()) {
    const int64_t one = open.back();
    open.pop_back();
    for (const auto& row :
         tx.query("SELECT model FROM address_records WHERE provider_id = :provider"
                  " AND kind = 'source' AND first_address <= :to AND last_address >= :from",
                  {{"provider", one}, {"from", range.first}, {"to", range.second}})) {
      const auto model = parse_json(row.text("model"));
      if (!model) throw std::runtime_error("an address record of the sandbox is damaged");
      const int64_t next = (*model)["source_unit"].as_int();
      if (seen.insert(next).second) open.push_back(next);
    }
  }
  return seen;
}

}  // namespace

std::string_view list_of(AddressKind kind) {
  return std::ranges::find(kKinds, kind, &KindName::kind)->list;
}

std::optional<AddressRecord> find_address(db::Tx& tx, AddressKind kind, int64_t id) {
  const auto row = tx.query_one("SELECT * FROM address_records WHERE id = :id AND kind = :kind",
                                {{"id", id}, {"kind", name_of(kind)}});
  if (!row) return std::nullopt;
  return record_of(*row);
}

bool address_reported(db::Tx& tx, int64_t provider_id, AddressKind kind,
                      int64_t provider_record_id) {
  return tx
      .query_one(
          "SELECT id FROM address_records WHERE provider_id = :provider AND kind = :kind"
          " AND provider_record_id = :record",
          {{"provider", provider_id}, {"kind", name_of(kind)}, {"record", provider_record_id}})
      .has_value();
}

int64_t insert_address(db::Tx& tx, const AddressRecord& r) {
  return tx.query_i64(
      "INSERT INTO address_records (provider_id, kind, provider_record_id, first_address,"
      " last_address, model, reported_at, changed_at) VALUES (:provider, :kind, :record, :from,"
      " :to, :model, :reported, :changed) RETURNING id",
      {{"provider", r.provider_id},
       {"kind", name_of(r.kind)},
       {"record", r.provider_record_id},
       {"from", r.from},
       {"to", r.to},
       {"model", to_string(r.model)},
       {"reported", r.reported_at},
       {"changed", r.changed_at}});
}

void update_address(db::Tx& tx, const AddressRecord& r) {
  tx.exec(
      "UPDATE address_records SET first_address = :from, last_address = :to, model = :model,"
      " changed_at = :changed WHERE id = :id",
      {{"from", r.from},
       {"to", r.to},
       {"model", to_string(r.model)},
       {"changed", r.changed_at},
       {"id", r.id}});
}

void delete_address(db::Tx& tx, int64_t id) {
  tx.exec("DELETE FROM address_records WHERE id = :id", {{"id", id}});
}

std::vector<AddressRecord> addresses_over(db::Tx& tx, AddressKind kind, int64_t from, int64_t to,
                                          int64_t limit) {
  return records_of(
      tx.query("SELECT * FROM address_records WHERE kind = :kind AND first_address <= :to"
               " AND last_address >= :from ORDER BY first_address, id LIMIT :limit",
               {{"kind", name_of(kind)}, {"from", from}, {"to", to}, {"limit", limit}}));
}

std::vector<AddressRecord> addresses_of(db::Tx& tx, int64_t provider_id, AddressKind kind,
                                        int64_t after_id, int64_t limit) {
  return records_of(tx.query(
      "SELECT * FROM address_records WHERE provider_id = :provider AND kind = :kind"
      " AND id > :after ORDER BY id LIMIT :limit",
      {{"provider", provider_id}, {"kind", name_of(kind)}, {"after", after_id}, {"limit", limit}}));
}

std::vector<Range> gaps_in(Range whole, std::vector<Range> parts) {
  std::ranges::sort(parts);
  std::vector<Range> gaps;
  int64_t next = whole.first;
  for (const auto& [from, to] : parts) {
    if (from > whole.second) break;
    if (from > next) gaps.emplace_back(next, from - 1);
    next = std::max(next, to + 1);
  }
  if (next <= whole.second) gaps.emplace_back(next, whole.second);
  return gaps;
}

std::vector<Range> unreported(db::Tx& tx, int64_t provider_id, AddressKind kind, Range range) {
  std::vector<Range> parts;
  for (const auto& row :
       tx.query("SELECT first_address, last_address FROM address_records WHERE kind = :kind"
                " AND provider_id = :provider AND first_address <= :to AND last_address >= :from",
                {{"kind", name_of(kind)},
                 {"provider", provider_id},
                 {"from", range.first},
                 {"to", range.second}}))
    parts.emplace_back(row.i64("first_address"), row.i64("last_address"));
  return gaps_in(range, std::move(parts));
}

bool unit_exists(db::Tx& tx, int64_t id) {
  return tx
      .query_one(
          "SELECT id FROM units WHERE id = :id"
          " UNION SELECT provider_id FROM providers WHERE provider_id = :id",
          {{"id", id}})
      .has_value();
}

bool is_carrier(db::Tx& tx, int64_t id) {
  return tx.query_one("SELECT id FROM units WHERE id = :id AND carrier = 1", {{"id", id}})
      .has_value();
}

std::vector<Unit> all_units(db::Tx& tx) {
  std::vector<Unit> all;
  for (const auto& row :
       tx.query("SELECT id, name, unit_class, province, carrier FROM units"
                " UNION ALL SELECT provider_id, user_name, 3, province, 0 FROM providers"
                " WHERE provider_id NOT IN (SELECT id FROM units) ORDER BY 1")) {
    all.push_back({row.i64("id"), row.text("name"), row.i64("unit_class"), row.i64("province"),
                   row.i64("carrier") != 0});
  }
  return all;
}

void save_unit(db::Tx& tx, const Unit& u) {
  tx.exec(
      "INSERT INTO units (id, name, unit_class, province, carrier) VALUES (:id, :name, :class,"
      " :province, :carrier) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
      " unit_class = excluded.unit_class, province = excluded.province,"
      " carrier = excluded.carrier",
      {{"id", u.id},
       {"name", u.name},
       {"class", u.unit_class},
       {"province", u.province},
       {"carrier", u.carrier}});
}

bool in_one_line(db::Tx& tx, int64_t provider, int64_t upstream_of_new, int64_t other,
                 Range range) {
  if (upstream_of_new == other || upstreams(tx, upstream_of_new, range).contains(other))
    return true;
  return upstreams(tx, other, range).contains(provider);
}

}  // namespace beian::sandbox
