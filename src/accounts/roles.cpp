// What each role may do: the one table.
#include <algorithm>

#include "accounts/accounts.hpp"
#include "accounts/gate_scope.hpp"

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
      {"applicant", {kAccount, kOrdersRead, kOrdersWrite, kAccess, kMembers, kTransfer}},
      {"reviewer", {kAccount, kOrdersRead, kReview, kAuthorityAsk, kAccess}},
      {"officer", {kAccount, kOrdersRead, kOfficer, kResources, kAuthorityAsk, kAccess, kGate}},
      {"auditor", {kAccount, kAudit, kAccess}},
      {"admin", {kAccount, kAdmin, kResources, kAccess, kGate}},
  };
  return kRoles;
}

// What a member of an account may do of what the account may. The own sign-in is an owner.
const std::vector<Role>& member_table() {
  static const std::vector<Role> kRoles = {
      {"owner", {kAccount, kOrdersRead, kOrdersWrite, kAccess, kMembers, kTransfer}},
      {"manager", {kAccount, kOrdersRead, kOrdersWrite, kAccess, kMembers}},
      {"editor", {kAccount, kOrdersRead, kOrdersWrite, kAccess}},
      {"reader", {kAccount, kOrdersRead, kAccess}},
  };
  return kRoles;
}

std::vector<std::string_view> names_in(const std::vector<Role>& table) {
  std::vector<std::string_view> names;
  for (const auto& role : table) names.push_back(role.name);
  return names;
}

std::span<const http::Scope> scopes_in(const std::vector<Role>& table, std::string_view role) {
  for (const auto& entry : table)
    if (entry.name == role) return entry.scopes;
  return {};
}

}  // namespace

std::span<const std::string_view> roles() {
  static const auto kNames = names_in(table());
  return kNames;
}

std::span<const http::Scope> scopes_of(std::string_view role) {
  return scopes_in(table(), role);
}

std::span<const std::string_view> member_roles() {
  static const auto kNames = names_in(member_table());
  return kNames;
}

std::span<const http::Scope> member_scopes(std::string_view role) {
  return scopes_in(member_table(), role);
}

bool role_holds(std::string_view role, http::Scope scope) {
  const auto scopes = scopes_of(role);
  return std::ranges::find(scopes, scope) != scopes.end();
}

bool holds(const http::Caller& caller, http::Scope scope) {
  return std::ranges::find(caller.scopes, scope.name()) != caller.scopes.end();
}

}  // namespace beian::accounts
