#include "accounts/dismissed.hpp"

#include <algorithm>

#include "accounts/accounts.hpp"

namespace beian::accounts {
namespace {

constexpr size_t kLongestKey = 64;

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= kLongestKey && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

Result<Json> list(db::Database& database, const http::Request& request) {
  Json out = Json::array();
  const auto rows =
      database.read_value([&](db::Tx& tx) { return dismissed(tx, request.caller.actor()); });
  for (const auto& row : rows)
    out.push(Json::object({{"key", row.key}, {"at", to_rfc3339(row.at)}}));
  return Json::object({{"dismissed", std::move(out)}});
}

}  // namespace

std::vector<Dismissed> dismissed(db::Tx& tx, const std::string& account_id) {
  std::vector<Dismissed> out;
  for (const auto& row :
       tx.query("SELECT dismissed_key, at FROM account_dismissed WHERE account_id = :account "
                "ORDER BY dismissed_key",
                {{"account", account_id}}))
    out.push_back({row.text("dismissed_key"), from_ms(row.i64("at"))});
  return out;
}

Status dismiss(db::Database& database, TimePoint now, const std::string& account_id,
               std::string_view key) {
  if (!is_key(key)) return fail(ProblemCode::bad_format, "/key");
  return database.write_result([&](db::Tx& tx) -> Status {
    tx.exec(
        "INSERT INTO account_dismissed (account_id, dismissed_key, at) "
        "VALUES (:account, :key, :now) "
        "ON CONFLICT (account_id, dismissed_key) DO NOTHING",
        {{"account", account_id}, {"key", key}, {"now", to_ms(now)}});
    if (dismissed(tx, account_id).size() > kMostDismissed)
      return fail(ProblemCode::too_many, "", {{"max", std::to_string(kMostDismissed)}});
    return {};
  });
}

std::vector<http::Route> dismissed_routes(std::shared_ptr<db::Database> database,
                                          const Clock& clock) {
  return http::with_plain_text({
      {"GET", "/api/v1/account/dismissed", kAccount, "What this sign-in has put away for good",
       [database](const http::Request& request) {
         auto response = http::respond(request, list(*database, request));
         response.headers.emplace_back("Cache-Control", "no-store");
         return response;
       }},
      {"PUT", "/api/v1/account/dismissed/{key}", kAccount,
       "Put something away for good, on all devices",
       [database, &clock](const http::Request& request) {
         const auto done =
             dismiss(*database, clock.now(), request.caller.actor(), request.param("key"));
         return done ? http::Response::no_content() : http::problem_response(request, done.error());
       }},
  });
}

}  // namespace beian::accounts
