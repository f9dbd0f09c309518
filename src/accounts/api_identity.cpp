// Identities of accounts: JSON in, call, JSON out, always masked.
#include "accounts/body.hpp"
#include "accounts/identity.hpp"

namespace beian::accounts {
namespace {

using http::Request;
using http::Response;

struct Context {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
};

Result<Json> read(const Context& context, const std::string& account_id) {
  const auto found = context.database->read_value(
      [&](db::Tx& tx) { return identity_of(tx, context.cipher, account_id); });
  if (!found) return fail(ProblemCode::not_found);
  return Json::object({{"identity", masked_json(*found)}});
}

Result<Json> own(const Context& context, const Request& request) {
  return read(context, request.caller.account_id);
}

Result<Json> of_account(const Context& context, const Request& request) {
  return read(context, request.param("id"));
}

Result<Json> put(const Context& context, const Request& request) {
  const auto json = request.json_body();
  if (!json) return fail(json);
  Identity identity;
  Json flat = *json;
  flat.erase("certificate");
  Body body(flat);
  identity.kind = body.text("kind");
  identity.name = body.text("name");
  Problems problems;
  if (auto read = body.finish(); !read) problems = read.error();
  const Json& certificate = (*json)["certificate"];
  if (!certificate.is_object()) {
    problems.push_back({certificate.is_null() ? ProblemCode::required : ProblemCode::wrong_type,
                        "/certificate",
                        {{"expected", "object"}}});
  } else {
    Body part(certificate);
    identity.certificate_number = part.text("number");
    const auto type = part.optional_int("type", 1, 999);
    if (!type && certificate["type"].is_null()) part.add(ProblemCode::required, "/type");
    identity.certificate_type = type.value_or(0);
    if (auto read = part.finish(); !read) append_under(problems, "/certificate", read.error());
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  const auto set =
      set_identity(*context.database, context.clock.now(), context.cipher, request.caller.actor(),
                   request.param("id"), std::move(identity), request.remote);
  if (!set) return fail(set);
  return Json::object({{"identity", masked_json(*set)}});
}

}  // namespace

std::vector<http::Route> identity_routes(std::shared_ptr<db::Database> database, const Clock& clock,
                                         const crypto::ColumnCipher& cipher) {
  const auto context = std::make_shared<const Context>(std::move(database), clock, cipher);
  const auto on = [&](Result<Json> (*handle)(const Context&, const Request&)) {
    return [context, handle](const Request& request) {
      auto response = http::respond(request, handle(*context, request));
      response.headers.emplace_back("Cache-Control", "no-store");
      return response;
    };
  };
  return http::with_plain_text({
      {"GET", "/api/v1/account/identity", kAccount, "Whom the account is verified to be, masked",
       on(own)},
      {"GET", "/api/v1/accounts/{id}/identity", kOfficer, "An account's identity, masked",
       on(of_account)},
      {"PUT", "/api/v1/accounts/{id}/identity", kOfficer,
       "Set whom the provider verified an account to be (kind, name, certificate)", on(put)},
  });
}

}  // namespace beian::accounts
