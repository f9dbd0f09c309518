// /manage: accounts of the providers.
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/manage_parts.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/provider_account.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {
namespace {

using http::Request;
using http::Response;

Result<Json> store(const Context& context, const Json& json) {
  const auto account = read_provider_account(json);
  if (!account) return fail(account);
  if (const auto saved = store_provider(context, *account); !saved) return fail(saved);
  return Json::object({{"provider_id", account->provider_id}});
}

Json open_part(const ProviderAccount& account) {
  Json businesses = Json::array();
  for (const auto& business : account.businesses) businesses.push(business);
  return Json::object({{"provider_id", account.provider_id},
                       {"user_name", account.user_name},
                       {"profile", account.profile},
                       {"encryption", account.encryption},
                       {"province", account.province},
                       {"enabled", account.enabled},
                       {"businesses", std::move(businesses)}});
}

// Without what only the provider and the authority know.
Json accounts(db::Tx& tx, int64_t) {
  constexpr auto kCounts = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"uploads", "uploads WHERE provider_id = :provider"},
      {"verifying", "records WHERE state = 'sms_pending' AND provider_id = :provider"},
      {"waiting", "records WHERE state = 'at_authority' AND provider_id = :provider"},
      {"waiting_notices", "notices WHERE download_id IS NULL AND provider_id = :provider"},
  });
  Json list = Json::array();
  for (const auto& provider : all_providers(tx)) {
    Json json = open_part(provider.account);
    json.set("last_sequence", provider.last_sequence);
    for (const auto& [name, from] : kCounts)
      json.set(std::string(name), tx.query_i64("SELECT COUNT(*) FROM " + std::string(from),
                                               {{"provider", provider.account.provider_id}}));
    list.push(std::move(json));
  }
  return list;
}

// Only what is named changes.
Response patch_provider(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  int64_t id = 0;
  std::optional<Provider> provider;
  if (text::parse_i64(request.param("id"), id))
    context.database->read([&](db::Tx& tx) { provider = find_provider(tx, id); });
  if (!provider) return http::problem_response(request, Problems{{ProblemCode::not_found, {}, {}}});
  Json json = open_part(provider->account);
  json.set("password", provider->account.password.reveal());
  json.set("key", provider->account.key.reveal());
  json.set("iv", provider->account.iv.reveal());
  if (body->find("provider_id") != nullptr)
    return http::problem_response(request,
                                  Problems{{ProblemCode::unknown_field, "/provider_id", {}}});
  for (const auto& [name, value] : body->members()) json.set(name, value);
  return http::respond(request, store(context, json));
}

}  // namespace

std::vector<http::Route> account_routes(const Context& context) {
  return {
      {"POST", "/manage/providers", http::kPublic, "Create or replace a provider's account",
       with_body(context, store)},
      {"GET", "/manage/providers", http::kPublic, "Accounts of the providers, and what waits there",
       reading(context, accounts)},
      {"PATCH", "/manage/providers/{id}", http::kPublic, "Change a provider's account",
       guarded(context, [&context](const Request& r) { return patch_provider(context, r); })},
  };
}

}  // namespace beian::sandbox
