// A filed record becomes rows, and the journal tells what it changed for each domain.
#include <map>

#include "base/personal.hpp"
#include "registry/filed.hpp"
#include "registry/registry.hpp"
#include "registry/store.hpp"

namespace beian::registry {

namespace {

// What access() would say about a name, and by which number.
using Standings = std::map<std::string, std::pair<std::string, std::string>>;

Standings standings_of(db::Tx& tx, const std::set<std::string>& names) {
  Standings out;
  for (const auto& standing : store::standings(tx, {names.begin(), names.end()})) {
    const char* reason = standing.cancelled           ? "cancelled"
                         : standing.filed.access_here ? "filed"
                                                      : "no_access_here";
    out[standing.filed.domain] = {reason, standing.filed.service_number};
  }
  return out;
}

store::Sealed seal(const crypto::ColumnCipher& cipher, const Json& document,
                   const std::string& context, const std::string& fingerprint) {
  return {cipher.seal(to_string(document), context), fingerprint};
}

}  // namespace

Result<Recorded> record(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                        const std::string& account_id, int64_t own_provider_id,
                        const Json& record_json) {
  const auto filed = read_filed(record_json);
  if (!filed) return fail(filed);
  store::lock(tx);

  Recorded out;
  out.entity_number = filed->number;
  std::set<std::string> names;
  for (const auto& service : filed->services) {
    out.service_numbers.push_back(service.number);
    for (const auto& domain : service.domains) {
      out.domains.push_back(domain.name);
      names.insert(domain.name);
    }
    names.merge(store::names_before(tx, filed->province, service));
  }
  const Standings before = standings_of(tx, names);

  const std::string key = std::to_string(filed->province) + "-" + std::to_string(filed->id);
  const std::string print = cipher.blind_index(to_string(filed->document), "registry.entity.print");
  if (store::entity_fingerprint(tx, filed->province, filed->id) != print) {
    const std::string shown = filed->person ? mask_name(filed->name) : filed->name;
    store::upsert_entity(
        tx, now, account_id, *filed, shown,
        cipher.blind_index(certificate_key(filed->certificate_number), "registry.certificate"),
        seal(cipher, filed->document, "registry.entity." + key, print));
    out.changed = true;
  } else if (store::adopt_entity(tx, now, account_id, filed->province, filed->id)) {
    out.changed = true;
  }
  for (const auto& service : filed->services) {
    // Whose access counts as ours, and whose service it is, belong to what is compared.
    const std::string service_print = cipher.blind_index(
        key + " " + std::to_string(own_provider_id) + " " + to_string(service.document),
        "registry.service.print");
    if (store::service_fingerprint(tx, filed->province, service.id) == service_print) continue;
    const std::string context =
        "registry.service." + std::to_string(filed->province) + "-" + std::to_string(service.id);
    store::upsert_service(tx, now, *filed, service,
                          seal(cipher, service.document, context, service_print));
    store::replace_domains(tx, now, filed->province, service);
    store::replace_accesses(tx, now, filed->province, own_provider_id, service);
    out.changed = true;
  }

  if (!out.changed) return out;
  Standings after = standings_of(tx, names);
  // A domain id that came back under another name leaves the old one to nobody.
  for (const auto& [name, standing] : before) after.try_emplace(name, "not_filed", "");
  for (const auto& [name, standing] : after) {
    const auto known = before.find(name);
    if (known != before.end() && known->second == standing) continue;
    store::append_change(tx, now, name, standing.first, standing.second);
  }
  return out;
}

}  // namespace beian::registry
