// HMDLB and FFJRHMD: blacklists of entities and sites, and of illegal accesses. Kept in the
// registry (registry/blacklist.hpp), which orders and the access answer consult.
//
// Czlx: 0 adds, 1 changes, 2 deletes. Entries have no number of their own: an entity is known by
// its certificate, a site by each of its domains. So a change is an addition over what is there,
// and a domain that a changed site no longer has stays listed until it is deleted by name. Illegal
// accesses have a number and no deletion.
#include "authority/apply.hpp"
#include "registry/blacklist.hpp"

namespace beian::authority {
namespace {

constexpr int64_t kAdd = 0, kChange = 1, kDelete = 2;  // Czlx

std::string_view word_of(int64_t operation) {
  return operation == kDelete ? "移出" : operation == kChange ? "修改" : "列入";
}

}  // namespace

void Applier::blacklist(const Json& lists) {
  const Json& entities = lists["entities"];
  for (size_t i = 0; i < entities.size(); ++i)
    listed_entity("blacklist/entities/" + std::to_string(i), entities.at(i));
  const Json& services = lists["services"];
  for (size_t i = 0; i < services.size(); ++i)
    listed_service("blacklist/services/" + std::to_string(i), services.at(i));
}

void Applier::listed_entity(const std::string& item, const Json& entry) {
  const int64_t operation = entry["operation"].as_int(kAdd);
  const Json& given = entry["entity"];
  registry::ListedEntity entity;
  entity.certificate_type = given["certificate"]["type"].as_int();
  entity.certificate_number = given["certificate"]["number"].as_string();
  entity.name = given["name"].as_string();
  entity.nature = given["nature"].as_int();
  entity.remark = entry["remark"].as_string();
  if (!given.is_object())  // the schema allows it
    return told(item, "blacklist", "faulty", "没有主体信息，无法对应");
  const bool changed =
      operation == kDelete
          ? registry::unlist_entity(tx_, cipher_, link_.id, entity.certificate_type,
                                    entity.certificate_number)
          : registry::list_entity(tx_, now_, cipher_, link_.id, entity);
  told(item, "blacklist", changed ? "applied" : "noted",
       std::string(word_of(operation)) + "主体黑名单：" + entity.name);
}

void Applier::listed_service(const std::string& item, const Json& entry) {
  const int64_t operation = entry["operation"].as_int(kAdd);
  const Json& service = entry["service"];
  bool changed = false;
  std::string names;
  for (const auto& given : service["domains"].items()) {
    registry::ListedDomain domain;
    domain.name = given["name"].as_string();
    domain.site = service["name"].as_string();
    domain.remark = entry["remark"].as_string();
    names += (names.empty() ? "" : "、") + domain.name;
    const bool done = operation == kDelete
                          ? registry::unlist_domain(tx_, now_, link_.id, domain)
                          : registry::list_domain(tx_, now_, cipher_, link_.id, domain);
    changed = changed || done;
  }
  told(item, "blacklist", changed ? "applied" : "noted",
       std::string(word_of(operation)) + "网站黑名单：" + names);
}

void Applier::illegal_accesses(const Json& list) {
  for (size_t i = 0; i < list.size(); ++i) {
    const Json& given = list.at(i);
    registry::ListedDomain domain;
    domain.item = given["id"].as_int();
    domain.name = given["domain"].as_string();
    domain.address = given["address"].as_int();
    domain.remark = given["remark"].as_string();
    const bool changed = registry::list_domain(tx_, now_, cipher_, link_.id, domain);
    told("illegal_accesses/" + std::to_string(i), "illegal_access", changed ? "applied" : "noted",
         "非法接入：" + domain.name + "，检测时间 " + given["checked"].as_string());
  }
}

}  // namespace beian::authority
