// Members of the caller's account: JSON in, call, JSON out.
#include "accounts/body.hpp"
#include "accounts/member.hpp"
#include "accounts/reset_password.hpp"

namespace beian::accounts {
namespace {

using http::Request;
using http::Response;

struct Context {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
};

Json json_of(const Member& member) {
  return Json::object({{"id", member.id},
                       {"name", member.name},
                       {"role", member.role},
                       {"since", to_rfc3339(member.since)}});
}

Result<Json> told(const Result<Member>& member) {
  if (!member) return fail(member);
  return Json::object({{"member", json_of(*member)}});
}

Result<Json> list(const Context& context, const Request& request) {
  Json out = Json::array();
  for (const auto& member : members(*context.database, request.caller.account_id))
    out.push(json_of(member));
  return Json::object({{"members", std::move(out)}});
}

Result<Json> add(const Context& context, const Request& request) {
  const auto json = request.json_body();
  if (!json) return fail(json);
  Body body(*json);
  const std::string name = body.text("name");
  const Secret password(body.text("password"));
  const std::string role = body.text("role");
  if (auto read = body.finish(); !read) return fail(read);
  return told(add_member(*context.database, context.clock.now(), request.caller, name, password,
                         role, request.remote));
}

Result<Json> change(const Context& context, const Request& request) {
  const auto json = request.json_body();
  if (!json) return fail(json);
  Body body(*json);
  const std::string role = body.text("role");
  if (auto read = body.finish(); !read) return fail(read);
  return told(change_member(*context.database, context.clock.now(), request.caller,
                            request.param("id"), role, request.remote));
}

Result<Json> give_password(const Context& context, const Request& request) {
  return once_json(reset_member_password(*context.database, context.clock.now(), request.caller,
                                         request.param("id"), request.remote));
}

Response remove(const Context& context, const Request& request) {
  const auto done = remove_member(*context.database, context.clock.now(), request.caller,
                                  request.param("id"), request.remote);
  return done ? Response::no_content() : http::problem_response(request, done.error());
}

}  // namespace

std::vector<http::Route> member_routes(std::shared_ptr<db::Database> database, const Clock& clock) {
  const auto context = std::make_shared<const Context>(std::move(database), clock);
  const auto on = [&](Result<Json> (*handle)(const Context&, const Request&), int status) {
    return [context, handle, status](const Request& request) {
      auto response = http::respond(request, handle(*context, request), status);
      response.headers.emplace_back("Cache-Control", "no-store");
      return response;
    };
  };
  return http::with_plain_text({
      {"GET", "/api/v1/account/members", kAccount, "Who acts for the account, with roles",
       on(list, 200)},
      {"POST", "/api/v1/account/members", kMembers,
       "Add a member: a sign-in with name, password and role (owner, manager, editor, reader)",
       on(add, 201)},
      {"PATCH", "/api/v1/account/members/{id}", kMembers, "Change a member's role",
       on(change, 200)},
      {"POST", "/api/v1/account/members/{id}/password", kMembers,
       "Give a member a one-time password, shown once; its sessions end", on(give_password, 200)},
      {"DELETE", "/api/v1/account/members/{id}", kMembers,
       "Remove a member; its sessions and tokens end",
       [context](const Request& request) { return remove(*context, request); }},
  });
}

}  // namespace beian::accounts
