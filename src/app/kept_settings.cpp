#include "app/kept_settings.hpp"

#include <optional>

#include "accounts/store.hpp"
#include "app/api_user.hpp"
#include "platform/db/migrate.hpp"
#include "platform/log/log.hpp"

namespace beian::app {
namespace {

constexpr int kMigration = 39;  // makes the table: db/*/0039_kept_settings.sql

std::optional<std::string> kept(db::Tx& tx, const std::string& key) {
  const auto row =
      tx.query_one("SELECT value FROM kept_settings WHERE name = :key", {{"key", key}});
  if (!row) return std::nullopt;
  return row->text("value");
}

void trace(db::Tx& tx, const SettingChange& change, const char* event, const std::string& key,
           const std::optional<std::string>& before, Json value) {
  accounts::store::add_event(tx, change.now,
                             {event, change.caller.account_id, change.caller.actor(), change.remote,
                              Json::object({{"key", key},
                                            {"before", before ? Json(*before) : Json()},
                                            {"value", std::move(value)}})});
}

}  // namespace

config::Values kept_settings(db::Tx& tx) {
  config::Values out;
  for (const auto& row : tx.query("SELECT name, value FROM kept_settings"))
    out.emplace(row.text("name"), row.text("value"));
  return out;
}

config::Values usable_settings(db::Database& database) {
  if (db::current_version(database) < kMigration) return {};
  auto out = database.read_value([](db::Tx& tx) { return kept_settings(tx); });
  std::erase_if(out, [](const auto& one) {
    const auto value = config::kept_value(one.first, one.second, Language::en);
    if (!value)
      log::warn("settings.kept_left_out", {{"key", one.first}, {"why", describe(value.error())}});
    return !value;
  });
  return out;
}

Result<std::string> keep_setting(db::Database& database, const SettingChange& change,
                                 const std::string& key, const std::string& value) {
  auto normal = config::kept_value(key, value, change.language);
  if (!normal) return normal;
  database.write([&](db::Tx& tx) {
    const auto before = kept(tx, key);
    tx.exec(
        "INSERT INTO kept_settings (name, value, account_id, changed) "
        "VALUES (:key, :value, :account, :now) ON CONFLICT (name) DO UPDATE SET "
        "value = excluded.value, account_id = excluded.account_id, changed = excluded.changed",
        {{"key", key},
         {"value", *normal},
         {"account", change.caller.account_id},
         {"now", to_ms(change.now)}});
    trace(tx, change, "setting_changed", key, before, *normal);
  });
  return normal;
}

Status forget_setting(db::Database& database, const SettingChange& change, const std::string& key) {
  return database.write_result([&](db::Tx& tx) -> Status {
    const auto before = kept(tx, key);
    if (!before) return fail(ProblemCode::not_found);
    tx.exec("DELETE FROM kept_settings WHERE name = :key", {{"key", key}});
    trace(tx, change, "setting_forgotten", key, before, Json());
    return {};
  });
}

}  // namespace beian::app
