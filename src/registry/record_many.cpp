#include "registry/record_many.hpp"

#include <algorithm>
#include <set>

#include "base/chain.hpp"
#include "platform/db/bulk.hpp"
#include "registry/feed.hpp"
#include "registry/known_rows.hpp"
#include "registry/registry.hpp"
#include "registry/store.hpp"

namespace beian::registry {

namespace {

using Cells = std::vector<db::Value>;

void append(Cells& cells, std::initializer_list<db::Value> row) {
  cells.insert(cells.end(), row);
}

// Records of which nothing is in the registry, written table by table.
class NewRows {
 public:
  NewRows(db::Tx& tx, TimePoint now, const std::string& account_id)
      : tx_(tx), now_(to_ms(now)), account_id_(account_id) {}

  void add(const Prepared& record) {
    const Filed& filed = record.filed;
    append(entities_,
           {filed.province, filed.id, account_id_, filed.number, record.shown_name, filed.nature,
            filed.certificate_type, record.certificate_index, record.sealed, record.print,
            record.record["entity"]["reviewed"].as_string(), now_, now_});
    append(contacts_, {filed.province, filed.id, 0, kContactsSeen, ""});
    add_contacts(filed, 0, record.contacts);
    std::set<std::pair<std::string, const Filed::Service*>> names;  // in the journal's order
    for (size_t i = 0; i < filed.services.size(); ++i) {
      const Filed::Service& service = filed.services[i];
      add_service(record, service, record.services[i]);
      for (const auto& domain : service.domains) names.emplace(domain.name, &service);
    }
    for (const auto& [name, service] : names) {
      const bool here = std::ranges::find(service->accesses, record.own_provider_id,
                                          &Filed::Access::provider) != service->accesses.end();
      changes_.push_back({name, here ? "filed" : "no_access_here",
                          service->number.empty() ? filed.number : service->number});
    }
  }

  void write() {
    db::insert_rows(tx_, "registry_entities",
                    "province, authority_id, account_id, filing_number, display_name, nature, "
                    "certificate_type, certificate_index, document, fingerprint, reviewed, "
                    "recorded, changed",
                    entities_);
    db::insert_rows(tx_, "registry_services",
                    "province, authority_id, entity_id, filing_number, name, kind, reported_here, "
                    "document, fingerprint, recorded, changed",
                    services_);
    db::insert_rows(tx_, "registry_domains",
                    "province, authority_id, service_id, name, cancelled, changed", domains_);
    db::insert_rows(tx_, "registry_accesses",
                    "province, authority_id, service_id, provider_id, here, document, cancelled, "
                    "changed",
                    accesses_);
    db::insert_rows(tx_, "registry_apps", "province, service_id, app_key", apps_);
    db::insert_rows(tx_, "registry_contacts", "province, entity_id, service_id, kind, value_index",
                    contacts_);
    write_changes();
    for (Cells* cells : {&entities_, &services_, &domains_, &accesses_, &apps_, &contacts_})
      cells->clear();
  }

 private:
  struct Change {
    std::string name;
    const char* what;
    std::string number;
  };

  void add_contacts(const Filed& filed, int64_t service, const Prepared::Contacts& rows) {
    for (const auto& row : rows)
      append(contacts_, {filed.province, filed.id, service, row.kind, row.index});
  }
  void add_service(const Prepared& record, const Filed::Service& service,
                   const Prepared::Service& prepared) {
    const int64_t province = record.filed.province;
    append(services_, {province, service.id, record.filed.id, service.number, service.name,
                       china::name_of(service.kind), service.reported_here, prepared.sealed,
                       prepared.print, now_, now_});
    add_contacts(record.filed, service.id, prepared.contacts);
    for (const auto& domain : service.domains)
      append(domains_, {province, domain.id, service.id, domain.name, 0, now_});
    for (size_t i = 0; i < service.accesses.size(); ++i) {
      const auto& access = service.accesses[i];
      append(accesses_, {province, access.id, service.id, access.provider,
                         access.provider == record.own_provider_id, prepared.accesses[i], 0, now_});
    }
    for (const auto& key : service.app_keys) append(apps_, {province, service.id, key});
  }
  // The caller holds the lock, so the numbers follow each other.
  void write_changes() {
    if (changes_.empty()) return;
    auto [number, chain] = feed_end(tx_);
    Cells cells;
    for (const auto& change : changes_) {
      ++number;
      chain = chain_after(chain, number, change.name, change.what, change.number);
      append(cells, {number, change.name, change.what, change.number, now_, chain});
    }
    db::insert_rows(tx_, "registry_changes", "number, domain, what, filing_number, at, chain",
                    cells);
    tx_.exec("UPDATE registry_journal SET last_number = :number, chain = :chain WHERE id = 1",
             {{"number", number}, {"chain", chain}});
    changes_.clear();
  }

  db::Tx& tx_;
  int64_t now_;
  const std::string& account_id_;
  Cells entities_, services_, domains_, accesses_, apps_, contacts_;
  std::vector<Change> changes_;
};

// Which way a record goes. What the registry has is asked once for all; what the records before
// made of it since is noted here.
class Sorter {
 public:
  Sorter(KnownRows known, const std::string& account_id)
      : known_(std::move(known)), account_id_(account_id) {}

  // The registry has all of it, and nobody touched it.
  bool unchanged(const Prepared& record) const {
    const Filed& filed = record.filed;
    const RowId id{filed.province, filed.id};
    const auto entity = known_.entities.find(id);
    if (entity == known_.entities.end() || entity->second.print != record.print ||
        touched_entities_.contains(id))
      return false;
    if (!account_id_.empty() && entity->second.account != account_id_) return false;
    for (size_t i = 0; i < filed.services.size(); ++i) {
      const RowId service{filed.province, filed.services[i].id};
      const auto print = known_.services.find(service);
      if (print == known_.services.end() || print->second != record.services[i].print ||
          touched_services_.contains(service))
        return false;
    }
    return true;
  }

  // Nothing of it is there, and nothing in it is there twice: its names' standing is its own alone.
  bool fresh(const Prepared& record) const {
    const Filed& filed = record.filed;
    if (const RowId id{filed.province, filed.id};
        known_.entities.contains(id) || touched_entities_.contains(id))
      return false;
    RowIds services, domains, accesses;
    std::unordered_set<std::string_view> names;
    for (const auto& service : filed.services) {
      if (!is_new({filed.province, service.id}, known_.services, touched_services_, services))
        return false;
      for (const auto& access : service.accesses)
        if (!is_new({filed.province, access.id}, known_.accesses, touched_accesses_, accesses))
          return false;
      for (const auto& domain : service.domains)
        if (!is_new({filed.province, domain.id}, known_.domains, touched_domains_, domains) ||
            known_.names.contains(domain.name) || touched_names_.contains(domain.name) ||
            !names.insert(domain.name).second)
          return false;
    }
    return true;
  }

  // The record is written: what it names, and the services that may have lost something to it, are
  // no more as they were found.
  void touch(const Prepared& record) {
    const int64_t province = record.filed.province;
    touched_entities_.insert({province, record.filed.id});
    for (const auto& service : record.filed.services) {
      touched_services_.insert({province, service.id});
      for (const auto& domain : service.domains) {
        touched_names_.insert(domain.name);
        touch_part({province, domain.id}, known_.domains, touched_domains_);
      }
      for (const auto& access : service.accesses)
        touch_part({province, access.id}, known_.accesses, touched_accesses_);
    }
  }

 private:
  template <class Known>
  static bool is_new(const RowId& id, const Known& known, const RowIds& touched, RowIds& seen) {
    return !known.contains(id) && !touched.contains(id) && seen.insert(id).second;
  }
  void touch_part(const RowId& id, const ById<int64_t>& known, RowIds& touched) {
    touched.insert(id);
    if (const auto owner = known.find(id); owner != known.end())
      touched_services_.insert({id.province, owner->second});
  }

  KnownRows known_;
  const std::string& account_id_;
  RowIds touched_entities_, touched_services_, touched_domains_, touched_accesses_;
  std::unordered_set<std::string> touched_names_;
};

}  // namespace

RecordedMany record_many(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                         const std::string& account_id, const std::vector<Prepared>& records) {
  store::lock(tx);
  db::prefer_indexes(tx);
  Sorter sorter(find_known(tx, records), account_id);
  NewRows rows(tx, now, account_id);
  RecordedMany out;
  for (const auto& record : records) {
    if (sorter.unchanged(record)) {
      ++out.unchanged;
      continue;
    }
    if (sorter.fresh(record)) {
      rows.add(record);
      ++out.added;
    } else {
      rows.write();
      const auto done =
          registry::record(tx, now, cipher, account_id, record.own_provider_id, record.record)
              .value();
      ++(done.added ? out.added : done.changed ? out.changed : out.unchanged);
    }
    sorter.touch(record);
  }
  rows.write();
  return out;
}

}  // namespace beian::registry
