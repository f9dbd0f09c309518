// BASJ/Baxx from the library's rows.
#include <algorithm>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "sandbox/library.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {
namespace {

void copy(Json& to, const Json& from, std::initializer_list<std::string_view> fields) {
  for (const auto field : fields)
    if (const Json* value = from.find(field)) to.set(field, *value);
}

std::string shortened(std::string text, size_t most) {
  while (text::length(text) > most) {
    size_t end = text.size() - 1;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
  }
  return text;
}

// Downloads are narrower than uploads: 128 characters of a certificate's number (of 255), 255 of a
// home page (of 512).
Json shortened_at(Json object, std::string_view field, size_t most) {
  if (const Json* value = object.find(field))
    object.set(field, shortened(value->as_string(), most));
  return object;
}

Json entity_json(const LibraryEntity& entity, int64_t provider_id, std::string_view reviewer,
                 int64_t reviewed) {
  Json out = Json::object();
  if (entity.provider_id == provider_id) out.set("provider_entity_id", entity.provider_entity_id);
  out.set("authority_entity_id", entity.id);
  out.set("name", entity.name);
  copy(out, entity.model,
       {"nature", "investor", "location", "manager", "certificate_valid_until", "remark"});
  out.set("certificate", shortened_at(entity.model["certificate"], "number", 128));
  out.set("filing_number", entity.number);
  out.set("reporting_type", entity.model["reporting_method"].as_int(1));
  out.set("first_filed", china_datetime(from_ms(entity.first_filed)));
  out.set("last_changed", china_datetime(from_ms(entity.last_changed)));
  if (!reviewer.empty()) {
    out.set("reviewer", reviewer);
    out.set("reviewed", china_datetime(from_ms(reviewed)));
  }
  return out;
}

Json access_json(const LibraryAccess& access, int64_t provider_id) {
  const bool own = access.provider_id == provider_id;
  Json out = Json::object();
  if (own) out.set("provider_access_id", access.provider_access_id);
  out.set("authority_access_id", access.id);
  out.set("provider", access.provider_id);
  copy(out, access.model, {"locations", "methods"});
  Json addresses = Json::array();
  for (const auto& address : access.addresses) {
    Json item = Json::object();
    if (own) item.set("provider_address_id", address.provider_address_id);
    item.set("authority_address_id", address.id);
    item.set("from", address.from);
    item.set("to", address.to);
    addresses.push(std::move(item));
  }
  out.set("addresses", std::move(addresses));
  return out;
}

Json service_json(db::Tx& tx, const LibraryService& service,
                  const std::vector<LibraryAccess>& accesses, int64_t provider_id) {
  Json out = Json::object();
  for (const auto& [name, value] : service.model.members())
    if (name != "authority_service_id") out.set(name, value);
  out.erase("provider_service_id");
  if (service.provider_id == provider_id)
    out.set("provider_service_id", service.provider_service_id);
  out.set("authority_service_id", service.id);
  out.set("name", service.name);
  Json domains = Json::array();
  for (const auto& domain : domains_of(tx, service.id)) {
    Json item = Json::object();
    if (domain.provider_id == provider_id)
      item.set("provider_domain_id", domain.provider_domain_id);
    item.set("authority_domain_id", domain.id);
    item.set("name", domain.name);
    domains.push(std::move(item));
  }
  if (domains.size() > 0) out.set("domains", std::move(domains));
  Json list = Json::array();
  for (const auto& access : accesses) list.push(access_json(access, provider_id));
  if (list.size() > 0) out.set("accesses", std::move(list));
  out.set("filing_number", service.number);
  out.set("first_filed", china_datetime(from_ms(service.first_filed)));
  out.set("last_changed", china_datetime(from_ms(service.last_changed)));
  return shortened_at(std::move(out), "home_url", 255);
}

bool told(const LibraryService& service, const std::vector<LibraryAccess>& accesses,
          int64_t provider_id, bool apps) {
  const bool app = service.kind != "website";
  if (app && !apps) return false;
  if (provider_id == 0) return app || !accesses.empty();
  if (app && service.provider_id == provider_id) return true;
  return std::ranges::find(accesses, provider_id, &LibraryAccess::provider_id) != accesses.end();
}

}  // namespace

std::optional<Json> filed_document(db::Tx& tx, const LibraryEntity& entity, int64_t provider_id,
                                   const std::vector<int64_t>& services, std::string_view reviewer,
                                   int64_t reviewed) {
  const auto provider = find_provider(tx, provider_id);
  const bool apps = !provider || provider->account.profile != "miit-3.0";
  Json list = Json::array();
  for (const auto& service : services_of(tx, entity.id)) {
    if (!services.empty() && std::ranges::find(services, service.id) == services.end()) continue;
    const auto accesses = accesses_of(tx, service.id);
    if (told(service, accesses, provider_id, apps))
      list.push(service_json(tx, service, accesses, provider_id));
  }
  if (list.size() == 0) return std::nullopt;
  return Json::object({{"entity", entity_json(entity, provider_id, reviewer, reviewed)},
                       {"services", std::move(list)}});
}

}  // namespace beian::sandbox
