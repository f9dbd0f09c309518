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

}  // namespace

void insert(db::Tx& tx, const Material& m) {
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
}

std::vector<Material> of_order(db::Tx& tx, const std::string& order_id) {
  std::vector<Material> materials;
  for (const auto& row :
       tx.query(select("order_id = :order_id ORDER BY purpose, owner"), {{"order_id", order_id}}))
    materials.push_back(material_of(row));
  return materials;
}

std::optional<Material> find(db::Tx& tx, const std::string& material_id) {
  const auto row = tx.query_one(select("id = :id"), {{"id", material_id}});
  if (!row) return std::nullopt;
  return material_of(*row);
}

bool remove(db::Tx& tx, const std::string& material_id) {
  return tx.exec("DELETE FROM materials WHERE id = :id", {{"id", material_id}}) > 0;
}

}  // namespace beian::materials
