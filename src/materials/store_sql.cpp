#include "materials/materials.hpp"

namespace beian::materials {
namespace {

constexpr std::string_view kColumns =
    "id, order_id, purpose, owner, original, reported, reported_bytes, width, height, file_name, "
    "created";

Material material_of(const db::Row& row) {
  Material m;
  m.id = row.text("id");
  m.order_id = row.text("order_id");
  m.purpose = static_cast<int>(row.i64("purpose"));
  m.owner = row.text("owner");
  m.original = row.text("original");
  m.reported = row.text("reported");
  m.reported_bytes = row.i64("reported_bytes");
  m.width = static_cast<int>(row.i64("width"));
  m.height = static_cast<int>(row.i64("height"));
  m.file_name = row.text("file_name");
  m.created = from_ms(row.i64("created"));
  return m;
}

std::string select(std::string_view where) {
  return "SELECT " + std::string(kColumns) + " FROM materials WHERE " + std::string(where);
}

std::vector<Material> list(db::Tx& tx, std::string_view where, const std::string& order_id) {
  std::vector<Material> materials;
  for (const auto& row :
       tx.query(select(std::string(where) + " ORDER BY purpose, owner"), {{"order_id", order_id}}))
    materials.push_back(material_of(row));
  return materials;
}

// After the change of the material's row: a reading that is being kept holds that row, so it is
// there by now, or finds the material gone.
void forget_reading(db::Tx& tx, const std::string& material_id) {
  tx.exec("DELETE FROM material_readings WHERE material_id = :id", {{"id", material_id}});
}

}  // namespace

void insert(db::Tx& tx, const Material& m) {
  const auto replaced = tx.query_one(
      "SELECT id FROM materials WHERE order_id = :order_id AND purpose = :purpose "
      "AND owner = :owner",
      {{"order_id", m.order_id}, {"purpose", m.purpose}, {"owner", m.owner}});
  tx.exec(
      "INSERT INTO materials (id, order_id, purpose, owner, original, reported, reported_bytes, "
      "width, height, file_name, created) VALUES (:id, :order_id, :purpose, :owner, :original, "
      ":reported, :reported_bytes, :width, :height, :file_name, :created) "
      "ON CONFLICT (order_id, purpose, owner) DO UPDATE SET id = excluded.id, "
      "original = excluded.original, reported = excluded.reported, "
      "reported_bytes = excluded.reported_bytes, width = excluded.width, "
      "height = excluded.height, file_name = excluded.file_name, created = excluded.created",
      {{"id", m.id},
       {"order_id", m.order_id},
       {"purpose", m.purpose},
       {"owner", m.owner},
       {"original", m.original},
       {"reported", m.reported},
       {"reported_bytes", m.reported_bytes},
       {"width", m.width},
       {"height", m.height},
       {"file_name", m.file_name},
       {"created", to_ms(m.created)}});
  if (replaced) forget_reading(tx, replaced->text("id"));
}

std::vector<Material> of_order(db::Tx& tx, const std::string& order_id) {
  return list(tx, "order_id = :order_id", order_id);
}

std::vector<Material> unread_of_order(db::Tx& tx, const std::string& order_id) {
  return list(tx,
              "order_id = :order_id AND NOT EXISTS (SELECT 1 FROM material_readings "
              "WHERE material_id = materials.id AND state <> 'failed')",
              order_id);
}

std::optional<Material> find(db::Tx& tx, const std::string& material_id) {
  const auto row = tx.query_one(select("id = :id"), {{"id", material_id}});
  if (!row) return std::nullopt;
  return material_of(*row);
}

bool remove(db::Tx& tx, const std::string& material_id) {
  const bool removed = tx.exec("DELETE FROM materials WHERE id = :id", {{"id", material_id}}) > 0;
  forget_reading(tx, material_id);
  return removed;
}

}  // namespace beian::materials
