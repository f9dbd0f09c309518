#include "registry/blacklist.hpp"

#include "base/personal.hpp"
#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "registry/filed.hpp"
#include "registry/journal.hpp"
#include "registry/store.hpp"

namespace beian::registry {

namespace {

std::string number_index(const crypto::ColumnCipher& cipher, const std::string& number) {
  return cipher.blind_index(certificate_key(number), "registry.blacklist.certificate");
}

std::string name_index(const crypto::ColumnCipher& cipher, const std::string& name) {
  return cipher.blind_index(name, "registry.blacklist.name");
}

bool is_person(const ListedEntity& entity) {
  return china::name_is_private(entity.nature, entity.certificate_type);
}

// What is no domain name is kept as it came; nothing will match it.
std::string normal(const std::string& name) {
  const auto known = china::normalise_domain(name);
  return known ? *known : text::lower_ascii(text::trim(name));
}

std::string independent(const std::string& normal) {
  const auto name = china::independent_domain(normal);
  return name ? *name : normal;
}

ListedReason reason_of(const crypto::ColumnCipher& cipher, const store::Entry& entry,
                       const std::string& what) {
  const auto document = parse_json(cipher.open(entry.document, entry.context));
  const std::string& remark = document ? (*document)["remark"].as_string() : entry.list;
  return {entry.list, what + (remark.empty() ? "" : "：" + remark), entry.source,
          from_ms(entry.listed)};
}

std::string words_of(const std::string& list) {
  return list == "illegal_access" ? "非法接入黑名单" : "网站黑名单";
}

store::Entry entry_of(const crypto::ColumnCipher& cipher, const std::string& source,
                      const ListedDomain& domain, const std::string& name) {
  store::Entry entry;
  entry.source = source;
  entry.list = domain.item == 0 ? "site" : "illegal_access";
  entry.item = domain.item;
  entry.name = name;
  entry.context = store::context_of(entry);
  const Json document = Json::object({{"site", domain.site}, {"remark", domain.remark}});
  entry.document = cipher.seal(to_string(document), entry.context);
  return entry;
}

bool same_document(const crypto::ColumnCipher& cipher, const store::Entry& known,
                   const store::Entry& wanted) {
  return cipher.open(known.document, known.context) == cipher.open(wanted.document, wanted.context);
}

}  // namespace

bool list_entity(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                 const std::string& source, const ListedEntity& entity) {
  store::Entry entry;
  entry.source = source;
  entry.list = "entity";
  entry.item = entity.certificate_type;
  entry.name = number_index(cipher, entity.certificate_number);
  entry.context = store::context_of(entry);
  entry.document = cipher.seal(to_string(Json::object({{"name", entity.name},
                                                       {"nature", entity.nature},
                                                       {"number", entity.certificate_number},
                                                       {"remark", entity.remark}})),
                               entry.context);
  const auto known = store::find_entry(tx, entry);
  if (known && same_document(cipher, *known, entry)) return false;
  store::upsert_listed_entity(tx, now, entry,
                              is_person(entity) ? "" : name_index(cipher, entity.name));
  return true;
}

bool unlist_entity(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& source,
                   int64_t certificate_type, const std::string& certificate_number) {
  store::Entry entry;
  entry.source = source;
  entry.list = "entity";
  entry.item = certificate_type;
  entry.name = number_index(cipher, certificate_number);
  return store::delete_entry(tx, entry);
}

bool list_domain(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                 const std::string& source, const ListedDomain& domain) {
  store::lock(tx);
  const std::string name = normal(domain.name);
  const auto entry = entry_of(cipher, source, domain, name);
  const auto known = store::find_entry(tx, entry);
  if (known && known->address == domain.address && same_document(cipher, *known, entry))
    return false;
  std::set<std::string> names = {name};
  // An illegal access that moved to another domain leaves the old one.
  if (domain.item != 0) names.merge(store::names_of_item(tx, source, domain.item));
  const Standings before = standings_of(tx, names);
  if (domain.item != 0) store::delete_item(tx, source, domain.item);
  store::upsert_listed_domain(tx, now, entry, independent(name), domain.address);
  tell_changes(tx, now, names, before);
  return true;
}

bool unlist_domain(db::Tx& tx, TimePoint now, const std::string& source,
                   const ListedDomain& domain) {
  store::lock(tx);
  store::Entry entry;
  entry.source = source;
  entry.list = domain.item == 0 ? "site" : "illegal_access";
  entry.item = domain.item;
  entry.name = normal(domain.name);
  const Standings before = standings_of(tx, {entry.name});
  if (!store::delete_entry(tx, entry)) return false;
  tell_changes(tx, now, {entry.name}, before);
  return true;
}

std::optional<ListedReason> listed_certificate(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                               const std::string& number) {
  if (certificate_key(number).empty()) return std::nullopt;
  const auto entry = store::entity_by_certificate(tx, number_index(cipher, number));
  if (!entry) return std::nullopt;
  return reason_of(cipher, *entry, "证件号码在主体黑名单中");
}

std::optional<ListedReason> listed_name(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                        const std::string& name) {
  if (text::trim(name).empty()) return std::nullopt;
  const auto entry = store::entity_by_name(tx, name_index(cipher, name));
  if (!entry) return std::nullopt;
  return reason_of(cipher, *entry, "单位名称在主体黑名单中");
}

std::optional<ListedReason> listed_domain(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                          const std::string& domain) {
  const auto name = china::normalise_domain(domain);
  if (!name) return std::nullopt;
  auto names = china::covering_domains(*name);
  if (names.empty()) names.push_back(*name);
  const auto entry = store::domain_entry(tx, names, *name);
  if (!entry) return std::nullopt;
  return reason_of(cipher, *entry,
                   china::display_domain(entry->name) + " 在" + words_of(entry->list) + "中");
}

std::optional<ListedReason> listed_address(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                           uint32_t from, uint32_t to) {
  const auto entry = store::address_entry(tx, from, to);
  if (!entry) return std::nullopt;
  return reason_of(cipher, *entry,
                   "有地址在非法接入黑名单中（" + china::display_domain(entry->name) + "）");
}

Json blacklist(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& list,
               int64_t offset, int64_t limit) {
  Json out = Json::array();
  for (const auto& entry : store::entries(tx, list, offset, limit)) {
    const auto document = parse_json(cipher.open(entry.document, entry.context));
    if (!document) throw std::runtime_error("registry: a sealed entry does not hold JSON");
    Json one = Json::object({{"list", entry.list}, {"source", entry.source}});
    if (entry.list == "entity") {
      ListedEntity entity;
      entity.certificate_type = entry.item;
      entity.nature = (*document)["nature"].as_int();
      const std::string& name = (*document)["name"].as_string();
      one.set("name", is_person(entity) ? mask_name(name) : name);
      one.set("certificate_type", entry.item);
      one.set("certificate_number", mask_number((*document)["number"].as_string()));
    } else {
      one.set("domain", entry.name);
      one.set("site", (*document)["site"]);
      if (entry.item != 0) {
        one.set("id", entry.item);
        one.set("address", entry.address);
      }
    }
    one.set("remark", (*document)["remark"]);
    one.set("listed", to_rfc3339(from_ms(entry.listed)));
    one.set("changed", to_rfc3339(from_ms(entry.changed)));
    out.push(std::move(one));
  }
  return out;
}

}  // namespace beian::registry
