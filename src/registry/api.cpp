// JSON in, call, JSON out.
#include "registry/api.hpp"

#include "accounts/accounts.hpp"
#include "base/text.hpp"
#include "registry/certificate_until.hpp"
#include "registry/registry.hpp"
#include "registry/store.hpp"

namespace beian::registry {

namespace {

using http::Request;
using http::Response;

constexpr int64_t kPage = 50;

// A result is in force within seconds, so nobody may keep an answer.
http::Handler answer(std::function<Result<Json>(const Request&)> handler) {
  return [handler = std::move(handler)](const Request& request) {
    Response response = http::respond(request, handler(request));
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
  };
}

Result<Json> access_answer(db::Database& database, const Request& request) {
  const std::string host(request.query_value("host"));
  if (host.empty()) return fail(ProblemCode::required, "?host");
  const auto found = database.read_value([&](db::Tx& tx) { return access(tx, host); });
  return Json::object({{"answer", found.answer},
                       {"reason", found.reason},
                       {"domain", found.domain},
                       {"filing_number", found.filing_number}});
}

// "440000-17", the key of the last entity seen.
bool parse_after(std::string_view text, store::EntityPage& page) {
  if (text.empty()) return true;
  const auto parts = text::split(text, '-');
  return parts.size() == 2 && text::parse_i64(parts[0], page.after_province) &&
         text::parse_i64(parts[1], page.after_id);
}

Result<Json> entities(db::Database& database, const crypto::ColumnCipher& cipher,
                      const Request& request) {
  store::EntityPage page;
  page.limit = kPage;
  if (!parse_after(request.query_value("after"), page))
    return fail(ProblemCode::bad_format, "?after");
  const std::string owner =
      accounts::holds(request.caller, accounts::kAudit) ? "" : request.caller.account_id;
  Json found = database.read_value([&](db::Tx& tx) {
    Json list = Json::array();
    for (Json entity : store::entities(tx, owner, page).items()) {
      const auto key = text::split(entity["key"].as_string(), '-');
      int64_t province = 0;
      text::parse_i64(key.front(), province);
      const std::string until =
          certificate_until(tx, cipher, province, entity["authority_entity_id"].as_int());
      entity.set("certificate_until", until.empty() ? Json() : Json(until));
      list.push(std::move(entity));
    }
    return list;
  });
  const bool full = static_cast<int64_t>(found.size()) == kPage;
  Json next = full ? found.items().back()["key"] : Json();
  return Json::object({{"entities", std::move(found)}, {"next", std::move(next)}});
}

Result<Json> domain(db::Database& database, const Request& request) {
  const auto found =
      database.read_value([&](db::Tx& tx) { return find_domain(tx, request.param("domain")); });
  if (!found) return fail(ProblemCode::not_found);
  return Json::object({{"domain", found->domain},
                       {"service_number", found->service_number},
                       {"service_name", found->service_name},
                       {"entity_number", found->entity_number},
                       {"entity_name", found->entity_name},
                       {"access_here", found->access_here},
                       {"own", found->account_id == request.caller.account_id}});
}

}  // namespace

std::vector<http::Route> routes(std::shared_ptr<db::Database> database,
                                const crypto::ColumnCipher& cipher) {
  return {
      {"GET", "/api/v1/access", http::kPublic, "May this host be served here?",
       answer([database](const Request& r) { return access_answer(*database, r); })},
      {"GET", "/api/v1/registry/entities", accounts::kOrdersRead,
       "The own filed entities with their services, domains and accesses",
       answer([database, &cipher](const Request& r) { return entities(*database, cipher, r); })},
      {"GET", "/api/v1/registry/domains/{domain}", accounts::kOrdersRead,
       "What is filed under a domain",
       answer([database](const Request& r) { return domain(*database, r); })},
  };
}

}  // namespace beian::registry
