// Transfers over HTTP: JSON in, call, JSON out.
#include "accounts/accounts.hpp"
#include "accounts/body.hpp"
#include "base/personal.hpp"
#include "orders/api.hpp"
#include "orders/transfer.hpp"

namespace beian::orders {
namespace {

using http::Request;
using http::Response;

bool sees_all(const http::Caller& caller) {
  return accounts::holds(caller, accounts::kOfficer) || accounts::holds(caller, accounts::kAudit);
}

std::string_view title_of(Transfer::State state) {
  switch (state) {
    case Transfer::State::waiting:
      return "等待对方账号确认";
    case Transfer::State::done:
      return "已转移";
    case Transfer::State::cancelled:
      return "已撤销";
    case Transfer::State::declined:
      return "对方账号已拒绝";
    case Transfer::State::expired:
      return "已过期";
  }
  return "";
}

Json account_json(db::Tx& tx, const std::string& id, const http::Caller& caller) {
  const auto account = accounts::find_account(tx, id);
  const std::string name = account ? account->name : "";
  const bool open = sees_all(caller) || id == caller.account_id;
  return open ? Json(name) : Json(mask_name(name));
}

Json allowed_json(const Transfer& t, Transfer::State now, const http::Caller& caller) {
  Json out = Json::array();
  if (now != Transfer::State::waiting || !accounts::holds(caller, accounts::kTransfer)) return out;
  if (t.to_account == caller.account_id) {
    out.push("confirm");
    out.push("decline");
  } else if (t.from_account == caller.account_id) {
    out.push("cancel");
  }
  return out;
}

Json json_of(const Context& context, db::Tx& tx, const Transfer& t, const http::Caller& caller) {
  // Late is late, whether the job has looked or not.
  const bool late = t.state == Transfer::State::waiting && t.expires <= context.clock.now();
  const auto state = late ? Transfer::State::expired : t.state;
  const std::string key = std::to_string(t.province) + "-" + std::to_string(t.entity_id);
  const Json entity =
      Json::object({{"key", key}, {"filing_number", t.filing_number}, {"name", t.entity_name}});
  return Json::object({{"id", t.id},
                       {"state", name_of(state)},
                       {"state_title", title_of(state)},
                       {"entity", entity},
                       {"from", account_json(tx, t.from_account, caller)},
                       {"to", account_json(tx, t.to_account, caller)},
                       {"direction", t.from_account == caller.account_id ? "out" : "in"},
                       {"created", to_rfc3339(t.created)},
                       {"expires", to_rfc3339(t.expires)},
                       {"changed", to_rfc3339(t.changed)},
                       {"allowed", allowed_json(t, state, caller)}});
}

Json history_json(const Context& context, db::Tx& tx, const Transfer& t,
                  const http::Caller& caller) {
  Json out = Json::array();
  for (const auto& event : transfers::events(tx, context.cipher, t.id)) {
    const std::string_view side = event.account_id.empty()
                                      ? (event.event == "expired" ? "system" : "provider")
                                  : event.account_id == t.from_account ? "from"
                                                                       : "to";
    Json line = Json::object({{"at", to_rfc3339(event.at)},
                              {"event", event.event},
                              {"side", side},
                              {"reason", event.reason}});
    // Each side learns which of its own members did it.
    if (sees_all(caller) || event.account_id == caller.account_id)
      line.set("actor_id", event.actor_id);
    out.push(std::move(line));
  }
  return out;
}

Result<Json> told(const Context& context, const Request& request, const Result<Transfer>& t) {
  if (!t) return fail(t);
  return context.database->read_value([&](db::Tx& tx) {
    return Json::object({{"transfer", json_of(context, tx, *t, request.caller)}});
  });
}

Result<Json> post_transfer(const Context& context, const Request& request) {
  const auto json = request.json_body();
  if (!json) return fail(json);
  accounts::Body body(*json);
  const std::string entity = body.text("entity");
  const std::string account = body.text("account");
  const auto password = body.optional_text("password");
  if (auto read = body.finish(); !read) return fail(read);
  const auto started = start_transfer(context, request.caller, entity, account,
                                      password ? std::optional(Secret(*password)) : std::nullopt);
  if (!started) return fail(started);
  auto out = told(context, request, started->transfer);
  if (out) out->set("code", started->code);
  return out;
}

Result<Json> get_transfers(const Context& context, const Request& request) {
  const auto limit = page_limit(request);
  if (!limit) return fail(limit);
  const std::string account = sees_all(request.caller) ? "" : request.caller.account_id;
  return context.database->read_value([&](db::Tx& tx) {
    auto found =
        transfers::list(tx, account, std::string(request.query_value("before")), *limit + 1);
    const bool more = found.size() > *limit;
    if (more) found.pop_back();
    Json list = Json::array();
    for (const auto& t : found) list.push(json_of(context, tx, t, request.caller));
    return Json::object(
        {{"transfers", std::move(list)}, {"next", more ? Json(found.back().id) : Json()}});
  });
}

Result<Json> get_transfer(const Context& context, const Request& request) {
  return context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto t = transfers::load(tx, request.param("id"));
    const std::string& account = request.caller.account_id;
    if (!t || !(sees_all(request.caller) || t->from_account == account || t->to_account == account))
      return fail(ProblemCode::not_found);
    return Json::object({{"transfer", json_of(context, tx, *t, request.caller)},
                         {"history", history_json(context, tx, *t, request.caller)}});
  });
}

Result<Json> post_confirm(const Context& context, const Request& request) {
  const auto json = request.json_body();
  if (!json) return fail(json);
  accounts::Body body(*json);
  const std::string code = body.text("code");
  if (auto read = body.finish(); !read) return fail(read);
  return told(context, request,
              confirm_transfer(context, request.caller, request.param("id"), code));
}

Result<Json> post_end(const Context& context, const Request& request) {
  return told(context, request, end_transfer(context, request.caller, request.param("id")));
}

Result<Json> put_account(const Context& context, const Request& request) {
  const auto json = request.json_body();
  if (!json) return fail(json);
  accounts::Body body(*json);
  const std::string account = body.text("account");
  const std::string reason = body.text("reason");
  if (auto read = body.finish(); !read) return fail(read);
  return told(context, request,
              move_entity(context, request.caller, request.param("key"), account, reason));
}

}  // namespace

std::vector<http::Route> transfer_routes(const std::shared_ptr<const Context>& context) {
  using namespace accounts;
  const auto on = [&](Result<Json> (*handle)(const Context&, const Request&), int status = 200) {
    return [context, handle, status](const Request& request) {
      Response response = http::respond(request, handle(*context, request), status);
      response.headers.emplace_back("Cache-Control", "no-store");
      return response;
    };
  };
  return {
      {"POST", "/api/v1/transfers", kTransfer,
       "Begin to transfer an own entity to another account; the code is shown once",
       on(post_transfer, 201)},
      {"GET", "/api/v1/transfers", kOrdersRead, "Transfers from and to the account, newest first",
       on(get_transfers)},
      {"GET", "/api/v1/transfers/{id}", kOrdersRead, "One transfer with its history",
       on(get_transfer)},
      {"POST", "/api/v1/transfers/{id}/confirm", kTransfer,
       "The other account takes the entity over, with the code", on(post_confirm)},
      {"POST", "/api/v1/transfers/{id}/cancel", kTransfer,
       "The holder takes the transfer back, or the other account declines", on(post_end)},
      {"PUT", "/api/v1/registry/entities/{key}/account", kOfficer,
       "Move an entity whose account is lost to another account, with the reason", on(put_account)},
  };
}

}  // namespace beian::orders
