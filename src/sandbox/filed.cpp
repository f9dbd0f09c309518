#include "sandbox/filed.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "china/app.hpp"
#include "china/filing_number.hpp"
#include "platform/crypto/crypto.hpp"
#include "sandbox/judge.hpp"
#include "sandbox/numbering.hpp"

namespace beian::sandbox {
namespace {

std::string password_digest(std::string_view salt, std::string_view md5) {
  return hex_encode(crypto::hmac_sha256(salt, md5));
}

std::string password_md5(std::string_view password) {
  return hex_encode(crypto::md5(password));
}

Json without(Json object, std::initializer_list<std::string_view> fields) {
  for (const auto field : fields) object.erase(field);
  return object;
}

Json service_model(const Json& service) {
  return without(service, {"domains", "accesses", "attachments"});
}

china::ServiceKind kind_of(const Json& service) {
  return china::service_kind_of_app(service["app"]);
}

void file_domain(db::Tx& tx, int64_t service_id, int64_t provider_id, const Json& domain,
                 bool shared) {
  tx.exec(
      "INSERT INTO filed_domains (service_id, provider_id, provider_domain_id, name, shared)"
      " VALUES (:service, :provider, :domain, :name, :shared)",
      {{"service", service_id},
       {"provider", provider_id},
       {"domain", domain["provider_domain_id"].as_int()},
       {"name", domain_key(domain["name"].as_string())},
       {"shared", shared}});
}

void file_app(db::Tx& tx, int64_t service_id, const Json& service) {
  tx.exec("DELETE FROM filed_apps WHERE service_id = :service", {{"service", service_id}});
  for (const auto& key : china::app_keys(kind_of(service), service["app"]))
    tx.exec("INSERT INTO filed_apps (app_key, service_id) VALUES (:key, :service)",
            {{"key", key}, {"service", service_id}});
}

void file_urls(db::Tx& tx, int64_t service_id, const Json& service) {
  for (const auto& url : text::split(service["home_url"].as_string(), ';'))
    if (const std::string key = url_key(url); !key.empty())
      tx.exec(
          "INSERT INTO filed_urls (service_id, url) VALUES (:service, :url)"
          " ON CONFLICT DO NOTHING",
          {{"service", service_id}, {"url", key}});
}

void file_address(db::Tx& tx, int64_t access_id, const Json& address) {
  tx.exec(
      "INSERT INTO filed_addresses (access_id, provider_address_id, first_address, last_address)"
      " VALUES (:access, :provider, :from, :to)",
      {{"access", access_id},
       {"provider", address["provider_address_id"].as_int()},
       {"from", address["from"].as_int()},
       {"to", address["to"].as_int()}});
}

int64_t file_service(db::Tx& tx, int64_t entity_id, int64_t provider_id, const Json& service,
                     const std::string& number, china::ServiceKind kind, int64_t now) {
  const int64_t id = tx.query_i64(
      "INSERT INTO filed_services (entity_id, provider_id, provider_service_id, filing_number,"
      " kind, name, model, first_filed, last_changed) VALUES (:entity, :provider, :service,"
      " :number, :kind, :name, :model, :now, :now) RETURNING id",
      {{"entity", entity_id},
       {"provider", provider_id},
       {"service", service["provider_service_id"].as_int()},
       {"number", number},
       {"kind", china::name_of(kind)},
       {"name", service["name"].as_string()},
       {"model", to_string(service_model(service))},
       {"now", now}});
  file_urls(tx, id, service);
  for (const auto& domain : service["domains"].items())
    file_domain(tx, id, provider_id, domain, kind != china::ServiceKind::website);
  file_app(tx, id, service);
  for (const auto& access : service["accesses"].items()) file_access(tx, id, provider_id, access);
  return id;
}

// The numbers of one access: what is named is changed or added, the rest goes.
void change_addresses(db::Tx& tx, int64_t access_id, const Json& addresses) {
  std::vector<int64_t> kept;
  for (const auto& address : addresses.items()) {
    const Json* id = address.find("authority_address_id");
    if (id == nullptr) continue;
    kept.push_back(id->as_int());
    tx.exec(
        "UPDATE filed_addresses SET provider_address_id = :provider, first_address = :from,"
        " last_address = :to WHERE id = :id AND access_id = :access",
        {{"provider", address["provider_address_id"].as_int()},
         {"from", address["from"].as_int()},
         {"to", address["to"].as_int()},
         {"id", id->as_int()},
         {"access", access_id}});
  }
  for (const auto& row : tx.query("SELECT id FROM filed_addresses WHERE access_id = :access",
                                  {{"access", access_id}}))
    if (std::ranges::find(kept, row.i64("id")) == kept.end())
      tx.exec("DELETE FROM filed_addresses WHERE id = :id", {{"id", row.i64("id")}});
  for (const auto& address : addresses.items())
    if (address.find("authority_address_id") == nullptr) file_address(tx, access_id, address);
}

void change_domains(db::Tx& tx, int64_t service_id, int64_t provider_id, const Json& domains,
                    bool shared) {
  std::vector<std::string> names;
  for (const auto& domain : domains.items())
    names.push_back(domain_key(domain["name"].as_string()));
  std::vector<std::string> known;
  for (const auto& domain : domains_of(tx, service_id)) {
    known.push_back(domain.name);
    if (std::ranges::find(names, domain.name) == names.end())
      tx.exec("DELETE FROM filed_domains WHERE id = :id", {{"id", domain.id}});
  }
  for (const auto& domain : domains.items()) {
    const std::string name = domain_key(domain["name"].as_string());
    if (std::ranges::find(known, name) == known.end()) {
      file_domain(tx, service_id, provider_id, domain, shared);
      continue;
    }
    tx.exec(
        "UPDATE filed_domains SET provider_id = :provider, provider_domain_id = :domain"
        " WHERE name = :name AND service_id = :service",
        {{"provider", provider_id},
         {"domain", domain["provider_domain_id"].as_int()},
         {"name", name},
         {"service", service_id}});
  }
}

void change_service(db::Tx& tx, int64_t provider_id, const Json& service, int64_t now) {
  const int64_t id = service["authority_service_id"].as_int();
  tx.exec(
      "UPDATE filed_services SET name = :name, model = :model, last_changed = :now WHERE id = :id",
      {{"name", service["name"].as_string()},
       {"model",
        to_string(without(service_model(service), {"authority_service_id", "filing_number"}))},
       {"now", now},
       {"id", id}});
  tx.exec("DELETE FROM filed_urls WHERE service_id = :id", {{"id", id}});
  file_urls(tx, id, service);
  change_domains(tx, id, provider_id, service["domains"],
                 kind_of(service) != china::ServiceKind::website);
  file_app(tx, id, service);
  for (const auto& access : service["accesses"].items()) {
    const int64_t access_id = access["authority_access_id"].as_int();
    tx.exec("UPDATE filed_accesses SET model = :model WHERE id = :id",
            {{"model", to_string(without(access, {"addresses", "authority_access_id"}))},
             {"id", access_id}});
    change_addresses(tx, access_id, access["addresses"]);
  }
}

}  // namespace

Filed file_record(db::Tx& tx, const Record& record, int64_t now) {
  Filed filed;
  filed.number = next_entity_number(tx, record.province, china_year(from_ms(now)));
  filed.password = random_alphanumeric(8);
  const std::string salt = random_alphanumeric(16);
  filed.entity_id = tx.query_i64(
      "INSERT INTO filed_entities (record_id, provider_id, provider_entity_id, filing_number, name,"
      " certificate_type, certificate_number, service_counter, password_salt, password_hash, model,"
      " first_filed, last_changed) VALUES (:record, :provider, :entity, :number, :name, :type,"
      " :certificate, 0, :salt, :hash, :model, :now, :now) RETURNING id",
      {{"record", record.id},
       {"provider", record.provider_id},
       {"entity", record.provider_entity_id},
       {"number", filed.number},
       {"name", record.name},
       {"type", record.certificate_type},
       {"certificate", record.certificate_number},
       {"salt", salt},
       {"hash", password_digest(salt, password_md5(filed.password))},
       {"model", to_string(record.model["entity"])},
       {"now", now}});
  file_services(tx, filed.entity_id, record.provider_id, record.model["services"], now);
  return filed;
}

std::vector<int64_t> file_services(db::Tx& tx, int64_t entity_id, int64_t provider_id,
                                   const Json& services, int64_t now) {
  const auto entity = entity_by_id(tx, entity_id);
  std::vector<int64_t> ids;
  for (const auto& service : services.items()) {
    const int64_t suffix = tx.query_i64(
        "UPDATE filed_entities SET service_counter = service_counter + 1, last_changed = :now"
        " WHERE id = :id RETURNING service_counter",
        {{"now", now}, {"id", entity_id}});
    const auto kind = kind_of(service);
    ids.push_back(file_service(tx, entity_id, provider_id, service,
                               service_number(entity->number, suffix, kind), kind, now));
  }
  return ids;
}

int64_t file_access(db::Tx& tx, int64_t service_id, int64_t provider_id, const Json& access) {
  const int64_t id = tx.query_i64(
      "INSERT INTO filed_accesses (service_id, provider_id, provider_access_id, model)"
      " VALUES (:service, :provider, :access, :model) RETURNING id",
      {{"service", service_id},
       {"provider", provider_id},
       {"access", access["provider_access_id"].as_int()},
       {"model", to_string(Json::object(
                     {{"locations", access["locations"]}, {"methods", access["methods"]}}))}});
  for (const auto& address : access["addresses"].items()) file_address(tx, id, address);
  return id;
}

void change_filed(db::Tx& tx, int64_t provider_id, const Json& record, int64_t now) {
  const Json& entity = record["entity"];
  const int64_t id = entity["authority_entity_id"].as_int();
  Json model = without(entity, {"authority_entity_id", "filing_number"});
  const auto before = entity_by_id(tx, id);
  if (const Json* method = before->model.find("reporting_method"))
    model.set("reporting_method", *method);
  tx.exec(
      "UPDATE filed_entities SET name = :name, certificate_type = :type,"
      " certificate_number = :number, model = :model, last_changed = :now WHERE id = :id",
      {{"name", entity["name"].as_string()},
       {"type", entity["certificate"]["type"].as_int()},
       {"number", certificate_key(entity["certificate"]["number"].as_string())},
       {"model", to_string(model)},
       {"now", now},
       {"id", id}});
  for (const auto& service : record["services"].items())
    change_service(tx, provider_id, service, now);
}

void cancel_access(db::Tx& tx, int64_t access_id) {
  tx.exec("DELETE FROM filed_addresses WHERE access_id = :id", {{"id", access_id}});
  tx.exec("DELETE FROM filed_accesses WHERE id = :id", {{"id", access_id}});
}

void cancel_service(db::Tx& tx, int64_t service_id, int64_t now) {
  for (const auto& access : accesses_of(tx, service_id)) cancel_access(tx, access.id);
  tx.exec("DELETE FROM filed_domains WHERE service_id = :id", {{"id", service_id}});
  tx.exec("DELETE FROM filed_apps WHERE service_id = :id", {{"id", service_id}});
  tx.exec("DELETE FROM filed_urls WHERE service_id = :id", {{"id", service_id}});
  tx.exec("UPDATE filed_services SET cancelled_at = :now WHERE id = :id",
          {{"now", now}, {"id", service_id}});
}

void cancel_entity(db::Tx& tx, int64_t entity_id, int64_t now) {
  for (const auto& service : services_of(tx, entity_id)) cancel_service(tx, service.id, now);
  tx.exec("UPDATE filed_entities SET cancelled_at = :now WHERE id = :id",
          {{"now", now}, {"id", entity_id}});
}

PasswordCheck check_filing_password(db::Tx& tx, std::string_view entity_number,
                                    std::string_view password, int64_t now) {
  return check_icp_password(tx, entity_number, password_md5(password), now);
}

PasswordCheck check_icp_password(db::Tx& tx, std::string_view entity_number, std::string_view md5,
                                 int64_t now) {
  const auto row = tx.query_one(
      "SELECT id, password_salt, password_hash, password_tries, password_tried_at"
      " FROM filed_entities WHERE filing_number = :number AND cancelled_at IS NULL",
      {{"number", entity_number}});
  if (!row) return PasswordCheck::unknown_number;
  const bool rested = now - row->i64("password_tried_at") >= kPasswordPauseMs;
  const int64_t tries = rested ? 0 : row->i64("password_tries");
  if (tries >= kPasswordTries) return PasswordCheck::too_often;
  const bool right =
      text::equal_secret(password_digest(row->text("password_salt"), text::lower_ascii(md5)),
                         row->text("password_hash"));
  tx.exec(
      "UPDATE filed_entities SET password_tries = :tries, password_tried_at = :now"
      " WHERE id = :id",
      {{"tries", right ? 0 : tries + 1}, {"now", now}, {"id", row->i64("id")}});
  return right ? PasswordCheck::right : PasswordCheck::wrong;
}

}  // namespace beian::sandbox
