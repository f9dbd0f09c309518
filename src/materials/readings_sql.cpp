#include "materials/reading.hpp"

namespace beian::materials {
namespace {

std::string context_of(const std::string& material_id) {
  return "material_readings.text:" + material_id;
}

Reading::State state_named(std::string_view name) {
  using enum Reading::State;
  for (const auto state : {read, unreadable})
    if (name == name_of(state)) return state;
  return failed;
}

}  // namespace

bool keep_reading(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& material_id,
                  const Reading& reading) {
  // Holds the material's row: what is removed now takes this reading along.
  if (tx.exec("UPDATE materials SET owner = owner WHERE id = :id", {{"id", material_id}}) == 0)
    return false;
  tx.exec(
      "INSERT INTO material_readings (material_id, state, text, program, read_at) "
      "VALUES (:id, :state, :text, :program, :at) ON CONFLICT (material_id) DO UPDATE SET "
      "state = excluded.state, text = excluded.text, program = excluded.program, "
      "read_at = excluded.read_at",
      {{"id", material_id},
       {"state", name_of(reading.state)},
       {"text", reading.text.empty() ? "" : cipher.seal(reading.text, context_of(material_id))},
       {"program", reading.program},
       {"at", to_ms(reading.at)}});
  return true;
}

std::optional<Reading> find_reading(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                    const std::string& material_id) {
  const auto row = tx.query_one(
      "SELECT state, text, program, read_at FROM material_readings WHERE material_id = :id",
      {{"id", material_id}});
  if (!row) return std::nullopt;
  const std::string sealed = row->text("text");
  return Reading{state_named(row->text("state")),
                 sealed.empty() ? std::string() : cipher.open(sealed, context_of(material_id)),
                 row->text("program"), from_ms(row->i64("read_at"))};
}

}  // namespace beian::materials
