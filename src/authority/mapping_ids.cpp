#include "authority/mapping.hpp"

namespace beian::authority {
namespace {

Json numbers(const std::vector<int64_t>& ids) {
  Json out = Json::array();
  for (const int64_t id : ids) out.push(id);
  return out;
}

std::vector<int64_t> deal(size_t n, int64_t& next) {
  std::vector<int64_t> out;
  for (size_t i = 0; i < n; ++i) out.push_back(next++);
  return out;
}

RecordIds deal_all(const Json& body, int64_t& next) {
  RecordIds ids;
  ids.record = next++;
  for (const auto& s : body["services"].items()) {
    RecordIds::Service service;
    service.id = next++;
    service.domains = deal(s["domains"].size(), next);
    for (const auto& a : s["accesses"].items()) {
      RecordIds::Access access;
      access.id = next++;
      access.addresses = deal(a["addresses"].size(), next);
      service.accesses.push_back(std::move(access));
    }
    ids.services.push_back(std::move(service));
  }
  ids.addresses = deal(body["access"]["addresses"].size(), next);
  return ids;
}

}  // namespace

Json RecordIds::to_json() const {
  Json list = Json::array();
  for (const auto& s : services) {
    Json accesses = Json::array();
    for (const auto& a : s.accesses) {
      Json one = Json::object();
      one.set("id", a.id);
      one.set("addresses", numbers(a.addresses));
      accesses.push(std::move(one));
    }
    Json one = Json::object();
    one.set("id", s.id);
    one.set("domains", numbers(s.domains));
    one.set("accesses", std::move(accesses));
    list.push(std::move(one));
  }
  Json out = Json::object();
  out.set("record", record);
  out.set("services", std::move(list));
  if (!addresses.empty()) out.set("addresses", numbers(addresses));
  return out;
}

RecordIds deal_ids(const Json& body, int64_t first) {
  return deal_all(body, first);
}

int64_t ids_needed(const Json& body) {
  int64_t next = 0;
  deal_all(body, next);
  return next;
}

}  // namespace beian::authority
