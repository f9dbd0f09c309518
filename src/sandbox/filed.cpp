#include "sandbox/filed.hpp"

#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "china/domain.hpp"
#include "platform/crypto/crypto.hpp"
#include "sandbox/numbering.hpp"

namespace beian::sandbox {
namespace {

std::string password_digest(std::string_view salt, std::string_view password) {
  return hex_encode(crypto::hmac_sha256(salt, password));
}

void copy(Json& to, const Json& from, std::initializer_list<std::string_view> fields) {
  for (const auto field : fields)
    if (const Json* value = from.find(field)) to.set(field, *value);
}

// Downloads allow 128 characters of a certificate's number, uploads 255 (see the interface notes).
Json shortened_certificate(Json certificate) {
  std::string number = certificate["number"].as_string();
  while (text::length(number) > 128) {
    size_t end = number.size() - 1;
    while (end > 0 && (static_cast<unsigned char>(number[end]) & 0xC0) == 0x80) --end;
    number.resize(end);
  }
  certificate.set("number", number);
  return certificate;
}

Json filed_entity(const Record& record, int64_t id, const std::string& number,
                  const std::string& officer, TimePoint now) {
  const Json& entity = record.model["entity"];
  const std::string time = china_datetime(now);
  Json out = Json::object();
  copy(out, entity,
       {"provider_entity_id", "name", "nature", "investor", "location", "manager", "remark"});
  out.set("authority_entity_id", id);
  out.set("certificate", shortened_certificate(entity["certificate"]));
  out.set("filing_number", number);
  out.set("reporting_type", entity["reporting_method"]);
  out.set("first_filed", time);
  out.set("last_changed", time);
  out.set("reviewer", officer);
  out.set("reviewed", time);
  return out;
}

void file_domains(db::Tx& tx, Json& service, int64_t service_id) {
  for (auto& domain : service.find("domains")->items()) {
    const int64_t id = tx.query_i64(
        "INSERT INTO filed_domains (service_id, provider_domain_id, name)"
        " VALUES (:service, :provider, :name) RETURNING id",
        {{"service", service_id},
         {"provider", domain["provider_domain_id"].as_int()},
         {"name", domain_key(domain["name"].as_string())}});
    domain.set("authority_domain_id", id);
  }
}

void file_accesses(db::Tx& tx, Json& service, int64_t service_id, int64_t provider_id) {
  for (auto& access : service.find("accesses")->items()) {
    const int64_t id = tx.query_i64(
        "INSERT INTO filed_accesses (service_id, provider_id, provider_access_id)"
        " VALUES (:service, :provider, :access) RETURNING id",
        {{"service", service_id},
         {"provider", provider_id},
         {"access", access["provider_access_id"].as_int()}});
    access.set("authority_access_id", id);
    access.set("provider", provider_id);
    for (auto& address : access.find("addresses")->items()) {
      const int64_t address_id = tx.query_i64(
          "INSERT INTO filed_addresses (access_id, provider_address_id, first_address,"
          " last_address) VALUES (:access, :provider, :from, :to) RETURNING id",
          {{"access", id},
           {"provider", address["provider_address_id"].as_int()},
           {"from", address["from"].as_int()},
           {"to", address["to"].as_int()}});
      address.set("authority_address_id", address_id);
    }
  }
}

Json file_service(db::Tx& tx, const Record& record, Json service, int64_t entity_id,
                  const std::string& number, TimePoint now) {
  const int64_t id = tx.query_i64(
      "INSERT INTO filed_services (entity_id, provider_service_id, filing_number, name,"
      " first_filed, last_changed) VALUES (:entity, :provider, :number, :name, :now, :now)"
      " RETURNING id",
      {{"entity", entity_id},
       {"provider", service["provider_service_id"].as_int()},
       {"number", number},
       {"name", service["name"].as_string()},
       {"now", to_ms(now)}});
  for (const auto& url : text::split(service["home_url"].as_string(), ';'))
    if (const std::string key = url_key(url); !key.empty())
      tx.exec(
          "INSERT INTO filed_urls (service_id, url) VALUES (:service, :url)"
          " ON CONFLICT DO NOTHING",
          {{"service", id}, {"url", key}});
  file_domains(tx, service, id);
  file_accesses(tx, service, id, record.provider_id);
  service.set("authority_service_id", id);
  service.set("filing_number", number);
  service.set("first_filed", china_datetime(now));
  service.set("last_changed", china_datetime(now));
  return service;
}

bool any(db::Tx& tx, std::string_view sql, const db::Params& params) {
  return tx.query_one(sql, params).has_value();
}

constexpr std::string_view kFiledServices =
    "SELECT s.id AS service_id, s.provider_service_id, s.name, s.filing_number, s.first_filed,"
    " e.name AS entity_name, e.filing_number AS entity_number, e.provider_id, e.provider_entity_id"
    " FROM filed_services s JOIN filed_entities e ON e.id = s.entity_id ";

std::vector<FiledService> services(db::Tx& tx, const std::string& where, const db::Params& params) {
  std::vector<FiledService> all;
  for (const auto& row :
       tx.query(std::string(kFiledServices) + where + " ORDER BY s.id LIMIT 100000", params)) {
    FiledService s;
    s.provider_id = row.i64("provider_id");
    s.provider_entity_id = row.i64("provider_entity_id");
    s.provider_service_id = row.i64("provider_service_id");
    s.entity_name = row.text("entity_name");
    s.entity_number = row.text("entity_number");
    s.service_name = row.text("name");
    s.service_number = row.text("filing_number");
    s.first_filed = row.i64("first_filed");
    for (const auto& domain :
         tx.query("SELECT name FROM filed_domains WHERE service_id = :service ORDER BY id",
                  {{"service", row.i64("service_id")}}))
      s.domains.push_back(domain.text("name"));
    all.push_back(std::move(s));
  }
  return all;
}

}  // namespace

Filed file_record(db::Tx& tx, const Record& record, const std::string& officer, TimePoint now) {
  Filed filed;
  filed.number = next_entity_number(tx, record.province, china_year(now));
  filed.password = random_alphanumeric(8);
  const std::string salt = random_alphanumeric(16);
  const Json& services = record.model["services"];
  filed.entity_id = tx.query_i64(
      "INSERT INTO filed_entities (record_id, provider_id, provider_entity_id, filing_number, name,"
      " certificate_type, certificate_number, service_counter, password_salt, password_hash,"
      " first_filed, last_changed) VALUES (:record, :provider, :entity, :number, :name, :type,"
      " :certificate, :services, :salt, :hash, :now, :now) RETURNING id",
      {{"record", record.id},
       {"provider", record.provider_id},
       {"entity", record.provider_entity_id},
       {"number", filed.number},
       {"name", record.name},
       {"type", record.certificate_type},
       {"certificate", record.certificate_number},
       {"services", static_cast<int64_t>(services.size())},
       {"salt", salt},
       {"hash", password_digest(salt, filed.password)},
       {"now", to_ms(now)}});
  Json out = Json::array();
  int64_t suffix = 0;
  for (const auto& service : services.items())
    out.push(file_service(tx, record, service, filed.entity_id,
                          website_number(filed.number, ++suffix), now));
  filed.document =
      Json::object({{"entity", filed_entity(record, filed.entity_id, filed.number, officer, now)},
                    {"services", std::move(out)}});
  return filed;
}

Library library_of(db::Tx& tx, int64_t provider_id) {
  constexpr std::string_view kOpen = " AND state IN ('sms_pending', 'at_authority') LIMIT 1";
  Library library;
  library.entity_in_process = [&tx, provider_id, kOpen](int64_t entity) {
    return any(tx,
               "SELECT id FROM records WHERE provider_id = :provider"
               " AND provider_entity_id = :entity" +
                   std::string(kOpen),
               {{"provider", provider_id}, {"entity", entity}});
  };
  library.certificate_in_process = [&tx, kOpen](int64_t type, const std::string& number) {
    return any(tx,
               "SELECT id FROM records WHERE certificate_number = :number"
               " AND certificate_type = :type" +
                   std::string(kOpen),
               {{"number", number}, {"type", type}});
  };
  library.certificate_filed = [&tx](int64_t type, const std::string& number) {
    return number_of_certificate(tx, type, number).has_value();
  };
  library.domain_in_process = [&tx](const std::string& domain) {
    return any(tx, "SELECT record_id FROM record_domains WHERE domain = :domain LIMIT 1",
               {{"domain", domain}});
  };
  library.domain_filed = [&tx](const std::string& domain) {
    return any(tx, "SELECT id FROM filed_domains WHERE name = :domain", {{"domain", domain}});
  };
  library.home_url_filed = [&tx](const std::string& url) {
    return any(tx, "SELECT service_id FROM filed_urls WHERE url = :url LIMIT 1", {{"url", url}});
  };
  library.domain_blacklisted = [&tx](const std::string& domain) {
    return any(tx, "SELECT value FROM blacklist WHERE kind = 'domain' AND value = :value",
               {{"value", domain}});
  };
  library.entity_blacklisted = [&tx](const std::string& number) {
    return any(tx, "SELECT value FROM blacklist WHERE kind = 'entity' AND value = :value",
               {{"value", number}});
  };
  return library;
}

std::optional<FiledService> filed_by_domain(db::Tx& tx, std::string_view domain) {
  // A filed name covers what is below it; the narrowest filed one answers.
  for (const auto& name : china::covering_domains(domain)) {
    auto found =
        services(tx, "WHERE s.id = (SELECT service_id FROM filed_domains d WHERE d.name = :name)",
                 {{"name", name}});
    if (!found.empty()) return std::move(found.front());
  }
  return std::nullopt;
}

std::vector<FiledService> filed_by_number(db::Tx& tx, std::string_view number) {
  return services(tx, "WHERE e.filing_number = :number OR s.filing_number = :number",
                  {{"number", number}});
}

std::vector<FiledService> all_filed(db::Tx& tx) {
  return services(tx, "", {});
}

std::optional<std::string> number_of_certificate(db::Tx& tx, int64_t type,
                                                 std::string_view number) {
  const auto row = tx.query_one(
      "SELECT filing_number FROM filed_entities"
      " WHERE certificate_type = :type AND certificate_number = :number",
      {{"type", type}, {"number", number}});
  if (!row) return std::nullopt;
  return row->text("filing_number");
}

PasswordCheck check_filing_password(db::Tx& tx, std::string_view entity_number,
                                    std::string_view password, int64_t now) {
  const auto row = tx.query_one(
      "SELECT id, password_salt, password_hash, password_tries, password_tried_at"
      " FROM filed_entities WHERE filing_number = :number",
      {{"number", entity_number}});
  if (!row) return PasswordCheck::unknown_number;
  const bool rested = now - row->i64("password_tried_at") >= kPasswordPauseMs;
  const int64_t tries = rested ? 0 : row->i64("password_tries");
  if (tries >= kPasswordTries) return PasswordCheck::too_often;
  const bool right = text::equal_secret(password_digest(row->text("password_salt"), password),
                                        row->text("password_hash"));
  tx.exec(
      "UPDATE filed_entities SET password_tries = :tries, password_tried_at = :now"
      " WHERE id = :id",
      {{"tries", right ? 0 : tries + 1}, {"now", now}, {"id", row->i64("id")}});
  return right ? PasswordCheck::right : PasswordCheck::wrong;
}

}  // namespace beian::sandbox
