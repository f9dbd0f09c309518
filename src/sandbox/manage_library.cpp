// /manage: the library of what is filed, and how much there is of everything.
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "china/ip.hpp"
#include "sandbox/library.hpp"
#include "sandbox/manage_parts.hpp"
#include "sandbox/pages.hpp"

namespace beian::sandbox {
namespace {

Json accesses_json(db::Tx& tx, int64_t service_id) {
  const auto text = [](int64_t number) {
    const auto address = china::ip_from_number(number);
    return address ? address->text() : std::to_string(number);
  };
  Json list = Json::array();
  for (const auto& access : accesses_of(tx, service_id)) {
    Json addresses = Json::array();
    for (const auto& range : access.addresses)
      addresses.push(Json::object({{"from", text(range.from)}, {"to", text(range.to)}}));
    list.push(Json::object({{"id", access.id},
                            {"provider_id", access.provider_id},
                            {"provider_access_id", access.provider_access_id},
                            {"addresses", std::move(addresses)}}));
  }
  return list;
}

Json services_json(db::Tx& tx, int64_t entity_id) {
  Json list = Json::array();
  for (const auto& service : services_of(tx, entity_id)) {
    Json domains = Json::array();
    for (const auto& domain : domains_of(tx, service.id)) domains.push(domain.name);
    Json app = service.model["app"];
    app.erase("icon");
    list.push(Json::object({{"id", service.id},
                            {"provider_service_id", service.provider_service_id},
                            {"number", service.number},
                            {"name", service.name},
                            {"kind", service.kind},
                            {"app", std::move(app)},
                            {"domains", std::move(domains)},
                            {"accesses", accesses_json(tx, service.id)}}));
  }
  return list;
}

// Entities without services (shells) too.
Json filed(db::Tx& tx, int64_t) {
  Json list = Json::array();
  for (const auto& entity : all_entities(tx))
    list.push(Json::object({{"id", entity.id},
                            {"provider_id", entity.provider_id},
                            {"provider_entity_id", entity.provider_entity_id},
                            {"entity_name", entity.name},
                            {"entity_number", entity.number},
                            {"first_filed", to_rfc3339(from_ms(entity.first_filed))},
                            {"services", services_json(tx, entity.id)}}));
  return list;
}

// How much there is of everything.
Json overview(db::Tx& tx, int64_t) {
  Json records = Json::object();
  for (const auto& row : tx.query("SELECT state, COUNT(*) AS n FROM records GROUP BY state"))
    records.set(row.text("state"), row.i64("n"));
  Json all = Json::object({{"records", std::move(records)}});
  const auto count = [&](const char* name, const char* from) {
    all.set(name, tx.query_i64("SELECT COUNT(*) FROM " + std::string(from)));
  };
  count("providers", "providers");
  count("uploads", "uploads");
  count("unjudged_uploads", "uploads WHERE judged_at IS NULL");
  count("open_tasks", "tasks WHERE answered_at IS NULL");
  count("waiting_notices", "notices WHERE download_id IS NULL");
  count("faults", "faults WHERE remaining > 0");
  count("scenarios", "scenarios");
  count("messages", "messages");
  count("entities", "filed_entities WHERE cancelled_at IS NULL");
  count("services", "filed_services WHERE cancelled_at IS NULL");
  count("addresses", "address_records");
  count("domain_names", "domain_records");
  return all;
}

}  // namespace

std::vector<http::Route> library_routes(const Context& context) {
  return {
      {"GET", "/manage/overview", http::kPublic, "How much there is of everything",
       reading(context, overview)},
      {"GET", "/manage/filed", http::kPublic, "All filed records", reading(context, filed)},
  };
}

}  // namespace beian::sandbox
