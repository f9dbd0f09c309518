// What each role may do: the one table.
#include <algorithm>

#include "accounts/accounts.hpp"

namespace beian::accounts {

namespace {

struct Role {
  std::string_view name;
  std::vector<http::Scope> scopes;
};

// Reviewers and officers read orders through the routes of the applicants too, hence kOrdersRead;
// which ones they see is the handler's business. An auditor's reading is a rule of the authorizer.
const std::vector<Role>& table() {
  static const std::vector<Role> kRoles = {
      {"applicant", {kAccount, kOrdersRead, kOrdersWrite, kAccess}},
      {"reviewer", {kAccount, kOrdersRead, kReview, kAuthorityAsk, kAccess}},
      {"officer", {kAccount, kOrdersRead, kOfficer, kResources, kAuthorityAsk, kAccess}},
      {"auditor", {kAccount, kAudit, kAccess}},
      {"admin", {kAccount, kAdmin, kResources, kAccess}},
  };
  return kRoles;
}

}  // namespace

std::span<const std::string_view> roles() {
  static const auto kNames = [] {
    std::vector<std::string_view> names;
    for (const auto& role : table()) names.push_back(role.name);
    return names;
  }();
  return kNames;
}

std::span<const http::Scope> scopes_of(std::string_view role) {
  for (const auto& entry : table()) {
    if (entry.name == role) return entry.scopes;
  }
  return {};
}

bool role_holds(std::string_view role, http::Scope scope) {
  const auto scopes = scopes_of(role);
  return std::ranges::find(scopes, scope) != scopes.end();
}

bool holds(const http::Caller& caller, http::Scope scope) {
  return std::ranges::find(caller.scopes, scope.name()) != caller.scopes.end();
}

}  // namespace beian::accounts
