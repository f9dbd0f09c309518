// A filed record becomes rows, and the journal tells what it changed for each domain.
#include "registry/contacts.hpp"
#include "registry/filed.hpp"
#include "registry/holders.hpp"
#include "registry/journal.hpp"
#include "registry/prepared.hpp"
#include "registry/registry.hpp"
#include "registry/store.hpp"

namespace beian::registry {

Result<Recorded> record(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                        const std::string& account_id, int64_t own_provider_id,
                        const Json& record_json) {
  const auto filed = read_filed(record_json);
  if (!filed) return fail(filed);
  store::lock(tx);

  Recorded out;
  out.entity_number = filed->number;
  out.province = filed->province;
  std::set<std::string> names;
  for (const auto& service : filed->services) {
    out.service_numbers.push_back(service.number);
    for (const auto& domain : service.domains) {
      out.domains.push_back(domain.name);
      names.insert(domain.name);
    }
    names.merge(store::names_before(tx, filed->province, service));
  }
  // Services without a number stand by that of their entity.
  const auto entity = store::find_entity_row(tx, filed->province, filed->id);
  if (entity && entity->filing_number != filed->number) {
    for (const int64_t service : store::services_of(tx, filed->province, filed->id))
      names.merge(store::names_of(tx, filed->province, service));
  }
  const Standings before = standings_of(tx, names);

  const std::string document = to_string(filed->document);
  const std::string print = entity_print(cipher, document);
  const auto known = store::entity_fingerprint(tx, filed->province, filed->id);
  out.added = !known.has_value();
  if (known != print) {
    store::upsert_entity(tx, now, account_id, *filed, shown_name(*filed),
                         certificate_index(cipher, filed->certificate_number),
                         {cipher.seal(document, entity_context(*filed)), print});
    keep_contacts(tx, cipher, filed->province, filed->id, 0, filed->document["manager"]);
    out.changed = true;
  } else if (store::adopt_entity(tx, now, account_id, filed->province, filed->id)) {
    out.changed = true;
  }
  add_holder(tx, now, account_id, filed->province, filed->id);
  for (const auto& service : filed->services) {
    const std::string text = to_string(service.document);
    const std::string its_print = service_print(cipher, *filed, own_provider_id, text);
    if (store::service_fingerprint(tx, filed->province, service.id) == its_print) continue;
    store::upsert_service(tx, now, *filed, service,
                          {cipher.seal(text, service_context(*filed, service)), its_print});
    keep_contacts(tx, cipher, filed->province, filed->id, service.id, service.document["manager"]);
    store::replace_domains(tx, now, filed->province, service);
    store::replace_apps(tx, filed->province, service);
    store::replace_accesses(tx, now, filed->province, own_provider_id, service);
    out.changed = true;
  }

  if (out.changed) tell_changes(tx, now, names, before);
  return out;
}

bool adopt(db::Tx& tx, TimePoint now, const std::string& account_id, int64_t province,
           int64_t entity_id) {
  store::lock(tx);
  return store::adopt_entity(tx, now, account_id, province, entity_id);
}

}  // namespace beian::registry
