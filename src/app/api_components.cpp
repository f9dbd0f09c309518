#include "app/api_components.hpp"

#include "accounts/accounts.hpp"
#include "accounts/gate_scope.hpp"
#include "addresses/block.hpp"
#include "app/api_notation.hpp"
#include "base/problem_codes.hpp"
#include "orders/api_schemas.hpp"

namespace beian::app {
namespace {

constexpr std::string_view kAbout =
    "The API of an internet access provider's filing system (ICP 备案). The way through it, with "
    "commands to copy: docs/api/README.md.\n\n"
    "Whatever a person can mend is answered as `application/problem+json` (RFC 9457): `code` is "
    "for programs and never renamed, `detail` and `advice` are for people, in Chinese or, with "
    "`Accept-Language: en`, in English; `errors` lists every fault with the JSON pointer of its "
    "field (`?name`: a parameter of the query). Any call may also be answered with "
    "`bad_request`, `request_timeout`, `too_large`, `header_too_large`, `unavailable` (with "
    "Retry-After) or `internal`.\n\n"
    "Times are RFC 3339. Answers have no members but those described; more may come, so take "
    "what you know and pass over the rest.";

Json problem_code() {
  Json names = Json::array();
  for (const auto& spec : all_problems()) names.push(spec.name);
  return Json::object({{"type", "string"},
                       {"enum", std::move(names)},
                       {"description", "Texts and advice: docs/generated/problems.md"}});
}

Json finding() {
  return Json::object({{"fields", Json::object({{"code", "ProblemCode"},
                                                {"field", "string: JSON pointer, or ?parameter"},
                                                {"detail", "string"},
                                                {"advice", "string: what to do next"},
                                                {"help", "string: help topic, or empty"}})}});
}

Json problem() {
  return Json::object({{"fields", Json::object({{"type", "string: urn:openbeian:problem:CODE"},
                                                {"title", "string"},
                                                {"status", "integer"},
                                                {"detail", "string"},
                                                {"code", "ProblemCode: that of the first error"},
                                                {"request_id", "string: for support"},
                                                {"errors", Json::array({"ProblemEntry"})}})}});
}

Json scope_schema() {
  Json names = Json::array();
  for (const auto scope :
       {accounts::kAccount, accounts::kOrdersRead, accounts::kOrdersWrite, accounts::kReview,
        accounts::kOfficer, accounts::kResources, accounts::kAuthorityAsk, accounts::kAudit,
        accounts::kAdmin, accounts::kAccess, accounts::kMembers, accounts::kTransfer,
        accounts::kGate})
    names.push(scope.name());
  return Json::object({{"type", "string"}, {"enum", std::move(names)}});
}

Json role_schema() {
  Json names = Json::array();
  for (const auto name : accounts::roles()) names.push(name);
  return Json::object({{"type", "string"}, {"enum", std::move(names)}});
}

// What a record says, of any block: which fields a block has is told when it is saved.
Json address_document() {
  using addresses::Kind;
  Json fields = Json::object();
  for (const auto& field : addresses::fields()) {
    Json schema = Json::object({{"type", "string"}});
    if (field.kind == Kind::text) schema.set("maxLength", field.max);
    if (field.kind == Kind::date) schema.set("format", "date");
    if (field.kind == Kind::number || field.kind == Kind::flag || field.kind == Kind::code ||
        field.kind == Kind::unit || field.kind == Kind::region)
      schema.set("type", "integer");
    schema.set("description", field.title);
    fields.set(std::string(field.name) + "?", std::move(schema));
  }
  return Json::object({{"fields", std::move(fields)}});
}

}  // namespace

Json api_info() {
  return Json::object(
      {{"title", "OpenBeian 开放备案"},
       {"version", "1"},
       {"description", kAbout},
       {"license", Json::object({{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}})}});
}

Json security_schemes() {
  return Json::object(
      {{"session", Json::object({{"type", "apiKey"},
                                 {"in", "cookie"},
                                 {"name", "beian_session"},
                                 {"description", "Set by POST /api/v1/session"}})},
       {"csrf", Json::object({{"type", "apiKey"},
                              {"in", "header"},
                              {"name", "X-CSRF-Token"},
                              {"description",
                               "With the cookie, on everything but GET: the csrf that POST and GET "
                               "/api/v1/session answer"}})},
       {"token", Json::object({{"type", "http"},
                               {"scheme", "bearer"},
                               {"description", "From POST /api/v1/tokens"}})}});
}

Json common_schemas() {
  Json out = Json::object();
  out.set("Problem", schema_of_notation(problem(), {}));
  out.set("ProblemEntry", schema_of_notation(finding(), {}));
  out.set("ProblemCode", problem_code());
  out.set("Scope", scope_schema());
  out.set("Role", role_schema());
  out.set("AddressDocument", schema_of_notation(address_document(), {}));
  const Json orders = orders::api_schemas();
  for (const auto& [name, schema] : orders.members()) out.set(name, schema);
  return out;
}

}  // namespace beian::app
