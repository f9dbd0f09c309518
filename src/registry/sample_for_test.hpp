// Filed records for tests. All names and numbers are invented.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace beian::registry::test {

inline constexpr int64_t kOwn = 900001;    // this provider's number
inline constexpr int64_t kOther = 900002;  // another one's

struct DomainSample {
  int64_t id;
  std::string name;
};
struct AccessSample {
  int64_t id;
  int64_t provider;
};
struct ServiceSample {
  int64_t id = 1;
  std::string number = "粤ICP备2026000001号-1";
  std::vector<DomainSample> domains = {{1, "yangli-example.cn"}};
  std::vector<AccessSample> accesses = {{1, kOwn}};
};
struct EntitySample {
  int64_t id = 1;
  std::string number = "粤ICP备2026000001号";
  int64_t province = 440000;
  int64_t nature = 4;
  std::string name = "样例科技有限公司";
  int64_t certificate_type = 1;
  std::string certificate = "91990000MA0000000X";
};

inline Json record_of(const EntitySample& e, const std::vector<ServiceSample>& services) {
  const Json person = Json::object({{"name", "样例甲"},
                                    {"mobile", "13800000001"},
                                    {"email", "sample@yangli-example.cn"},
                                    {"certificate_type", 2},
                                    {"certificate_number", "999999190001010014"}});
  Json list = Json::array();
  for (const auto& s : services) {
    Json domains = Json::array();
    for (const auto& d : s.domains)
      domains.push(Json::object({{"authority_domain_id", d.id}, {"name", d.name}}));
    Json accesses = Json::array();
    for (const auto& a : s.accesses) {
      accesses.push(Json::object(
          {{"authority_access_id", a.id},
           {"provider", a.provider},
           {"locations", Json::array({Json(1)})},
           {"methods", Json::array({Json(1)})},
           {"addresses", Json::array({Json::object({{"authority_address_id", a.id},
                                                    {"from", int64_t{3405803777}},
                                                    {"to", int64_t{3405803777}}})})}}));
    }
    list.push(Json::object({{"authority_service_id", s.id},
                            {"filing_number", s.number},
                            {"name", "样例网站"},
                            {"languages", Json::array({Json(1)})},
                            {"domains", domains},
                            {"accesses", accesses},
                            {"manager", person}}));
  }
  return Json::object(
      {{"entity", Json::object({{"authority_entity_id", e.id},
                                {"filing_number", e.number},
                                {"name", e.name},
                                {"nature", e.nature},
                                {"location", Json::object({{"province", e.province + 305}})},
                                {"certificate", Json::object({{"type", e.certificate_type},
                                                              {"number", e.certificate},
                                                              {"address", "样例路 1 号"}})},
                                {"manager", person}})},
       {"services", list}});
}

}  // namespace beian::registry::test
