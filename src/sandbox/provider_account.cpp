#include "sandbox/provider_account.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "china/regions.hpp"
#include "sandbox/operations.hpp"
#include "sandbox/store.hpp"
#include "wire/profile.hpp"

namespace beian::sandbox {
namespace {

constexpr std::array<std::string_view, 10> kFields{
    "provider_id", "user_name", "password", "profile", "encryption",
    "key",         "iv",        "province", "enabled", "businesses"};
constexpr size_t kKeyLength = 16;

// A region code as a number or as digits.
int64_t region_number(const Json& json) {
  int64_t n = json.as_int();
  if (json.is_string() && !text::parse_i64(json.as_string(), n)) return -1;
  return n;
}

Problems problems_of(const ProviderAccount& a) {
  Problems problems;
  const auto say = [&](ProblemCode code, std::string field) {
    problems.push_back({code, std::move(field), {}});
  };
  if (a.provider_id < 1) say(ProblemCode::required, "/provider_id");
  if (a.user_name.empty()) say(ProblemCode::required, "/user_name");
  if (a.password.empty()) say(ProblemCode::required, "/password");
  if (a.encryption != 0 && a.encryption != 1) say(ProblemCode::bad_format, "/encryption");
  if (a.encryption == 1) {
    if (a.key.reveal().size() != kKeyLength) say(ProblemCode::bad_format, "/key");
    if (a.iv.reveal().size() != kKeyLength) say(ProblemCode::bad_format, "/iv");
  }
  if (a.province != 0 && china::filing_prefix_of(a.province).empty())
    say(ProblemCode::unknown_region, "/province");
  if (!wire::Profile::named(a.profile)) say(ProblemCode::not_found, "/profile");
  for (size_t i = 0; i < a.businesses.size(); ++i)
    if (std::ranges::find(blocks(), a.businesses[i], &Block::field) == blocks().end())
      problems.push_back({ProblemCode::code_unknown,
                          "/businesses/" + std::to_string(i),
                          {{"code", a.businesses[i]}}});
  return problems;
}

}  // namespace

Result<ProviderAccount> read_provider_account(const Json& json) {
  Problems problems;
  for (const auto& [name, value] : json.members())
    if (std::ranges::find(kFields, name) == kFields.end())
      problems.push_back({ProblemCode::unknown_field, "/" + name, {}});
  ProviderAccount account;
  account.provider_id = json["provider_id"].as_int();
  account.user_name = json["user_name"].as_string();
  account.password = Secret(json["password"].as_string());
  if (const Json* profile = json.find("profile")) account.profile = profile->as_string();
  account.encryption = static_cast<int>(json["encryption"].as_int());
  account.key = Secret(json["key"].as_string());
  account.iv = Secret(json["iv"].as_string());
  account.province = region_number(json["province"]);
  account.enabled = json["enabled"].as_bool(true);
  if (const Json* businesses = json.find("businesses")) {
    if (!businesses->is_array())
      problems.push_back({ProblemCode::wrong_type, "/businesses", {{"expected", "数组"}}});
    account.businesses.clear();
    for (const auto& business : businesses->items())
      account.businesses.push_back(business.as_string());
  }
  append_under(problems, "", problems_of(account));
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return account;
}

Status store_provider(const Context& context, const ProviderAccount& account) {
  if (auto problems = problems_of(account); !problems.empty())
    return std::unexpected(std::move(problems));
  try {
    context.database->write([&](db::Tx& tx) { save_provider(tx, account); });
  } catch (const db::UniqueViolation&) {
    return fail(ProblemCode::name_taken, "/user_name");
  }
  return {};
}

}  // namespace beian::sandbox
