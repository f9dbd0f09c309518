#include "registry/contacts.hpp"

#include <set>
#include <string_view>

#include "base/text.hpp"
#include "platform/db/list_of_values.hpp"
#include "registry/filed.hpp"
#include "registry/filed_entity.hpp"

namespace beian::registry {
namespace {

std::string_view name_of(Contact contact) {
  switch (contact) {
    case Contact::mobile:
      return "mobile";
    case Contact::email:
      return "email";
    case Contact::certificate:
      return "certificate";
  }
  return "";
}

// Empty: nothing to look for.
std::string index_of(const crypto::ColumnCipher& cipher, Contact contact,
                     const std::string& value) {
  const std::string key = contact == Contact::certificate ? certificate_key(value)
                                                          : text::lower_ascii(text::trim(value));
  if (key.empty()) return {};
  return cipher.blind_index(key, "registry.contact." + std::string(name_of(contact)));
}

std::string own_index(const crypto::ColumnCipher& cipher, const std::string& own) {
  return cipher.blind_index(certificate_key(own), "registry.certificate");
}

constexpr std::string_view kInForce =
    " FROM registry_contacts c JOIN registry_entities e ON e.province = c.province "
    "AND e.authority_id = c.entity_id WHERE e.cancelled = 0 AND e.certificate_index <> :own "
    "AND (c.service_id = 0 OR EXISTS (SELECT 1 FROM registry_services s "
    "WHERE s.province = c.province AND s.authority_id = c.service_id AND s.cancelled = 0))";

void put(db::Tx& tx, int64_t province, int64_t entity, int64_t service, std::string_view kind,
         const std::string& value) {
  tx.exec(
      "INSERT INTO registry_contacts (province, entity_id, service_id, kind, value_index) "
      "VALUES (:province, :entity, :service, :kind, :value) "
      "ON CONFLICT (province, entity_id, service_id, kind) "
      "DO UPDATE SET value_index = excluded.value_index",
      {{"province", province},
       {"entity", entity},
       {"service", service},
       {"kind", kind},
       {"value", value}});
}

}  // namespace

std::vector<bool> used_elsewhere(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                 const std::vector<ContactValue>& values, const std::string& own) {
  std::vector<std::string> indexes;
  std::set<std::string> wanted;
  for (const auto& one : values) {
    indexes.push_back(index_of(cipher, one.contact, one.value));
    if (!indexes.back().empty()) wanted.insert(indexes.back());
  }
  // An index is of one kind of contact alone: the kind is part of what is hashed.
  std::set<std::string> found;
  if (!wanted.empty()) {
    const db::List list(wanted);
    db::Params params = list.params;
    params.emplace_back("own", own_index(cipher, own));
    for (const auto& row :
         tx.query("SELECT DISTINCT c.value_index AS value" + std::string(kInForce) +
                      " AND c.kind IN ('mobile', 'email', 'certificate') AND c.value_index IN (" +
                      list.text + ")",
                  params))
      found.insert(row.text("value"));
  }
  std::vector<bool> out;
  for (const auto& index : indexes) out.push_back(found.contains(index));
  return out;
}

bool used_elsewhere(db::Tx& tx, const crypto::ColumnCipher& cipher, Contact contact,
                    const std::string& value, const std::string& own) {
  return used_elsewhere(tx, cipher, {{contact, value}}, own).front();
}

int64_t organizations_managed(db::Tx& tx, const crypto::ColumnCipher& cipher,
                              const std::string& certificate, const std::string& own) {
  constexpr int64_t kIndividual = 5;
  const std::string index = index_of(cipher, Contact::certificate, certificate);
  if (index.empty()) return 0;
  return tx.query_i64("SELECT COUNT(DISTINCT e.certificate_index) AS n" + std::string(kInForce) +
                          " AND c.kind = :kind AND c.value_index = :value AND c.service_id <> 0 "
                          "AND e.nature <> :individual",
                      {{"kind", name_of(Contact::certificate)},
                       {"value", index},
                       {"own", own_index(cipher, own)},
                       {"individual", kIndividual}});
}

std::array<ContactRow, 3> contact_rows(const crypto::ColumnCipher& cipher, const Json& manager) {
  const auto row = [&](Contact contact, const Json& value) {
    return ContactRow{name_of(contact), index_of(cipher, contact, value.as_string())};
  };
  return {row(Contact::mobile, manager["mobile"]), row(Contact::email, manager["email"]),
          row(Contact::certificate, manager["certificate_number"])};
}

void keep_contacts(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t province, int64_t entity,
                   int64_t service, const Json& manager) {
  if (service == 0) put(tx, province, entity, service, kContactsSeen, "");
  for (const auto& row : contact_rows(cipher, manager))
    put(tx, province, entity, service, row.kind, row.index);
}

size_t index_contacts(db::Database& database, const crypto::ColumnCipher& cipher, size_t batch) {
  size_t seen = 0;
  database.write([&](db::Tx& tx) {
    const auto rows = tx.query(
        "SELECT province, authority_id FROM registry_entities e WHERE cancelled = 0 "
        "AND NOT EXISTS (SELECT 1 FROM registry_contacts c WHERE c.province = e.province "
        "AND c.entity_id = e.authority_id AND c.service_id = 0 AND c.kind = 'seen') "
        "ORDER BY province, authority_id LIMIT :limit",
        {{"limit", static_cast<int64_t>(batch)}});
    seen = rows.size();
    for (const auto& row : rows) {
      const int64_t province = row.i64("province"), id = row.i64("authority_id");
      const auto entity = open_filed(tx, cipher, province, id);
      if (!entity) continue;
      keep_contacts(tx, cipher, province, id, 0, entity->document["manager"]);
      for (const auto& service : entity->services)
        keep_contacts(tx, cipher, province, id, service.id, service.document["manager"]);
    }
  });
  return seen;
}

}  // namespace beian::registry
