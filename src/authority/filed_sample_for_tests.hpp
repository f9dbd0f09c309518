// Filed records as an authority sends them: valid on the wire, invented.
#pragma once

#include "registry/sample_for_test.hpp"

namespace beian::authority::testing {

// Number n: entity n, service n, domain yangli-n-example.cn, access n at `provider`.
inline Json filed_sample(int64_t n, int64_t provider,
                         const std::string& name = "样例科技有限公司") {
  std::string digits = std::to_string(n);
  digits.insert(0, 6 - digits.size(), '0');
  registry::test::EntitySample entity;
  entity.id = n;
  entity.number = "粤ICP备2026" + digits + "号";
  entity.name = name;
  entity.certificate = "91990000MA0" + digits + "X";
  registry::test::ServiceSample service;
  service.id = n;
  service.number = entity.number + "-1";
  service.domains = {{n, "yangli-" + std::to_string(n) + "-example.cn"}};
  service.accesses = {{n, provider}};
  Json record = registry::test::record_of(entity, {service});
  Json& filed = *record.find("entity");
  filed.set("reporting_type", 1);
  filed.set("first_filed", "2026-11-01 10:00:00");
  filed.set("last_changed", "2026-11-01 10:00:00");
  return record;
}

// A domain name as a registrar's library (SJTB/YM) has it: number n, yangli-n-example.cn.
inline Json domain_name_sample(int64_t n) {
  Json name = Json::object({{"id", n},
                            {"provider_record_id", n},
                            {"name", "yangli-" + std::to_string(n) + "-example.cn"},
                            {"type", 1},
                            {"registered", "2026-01-01"},
                            {"registrar", "样例注册商"},
                            {"name_server", "ns.yangli-example.cn"},
                            {"valid_until", "2027-01-01"}});
  for (const std::string who : {"registrant", "admin"}) {
    name.set(who + "_name", "样例甲");
    name.set(who + "_organisation", "样例单位");
    name.set(who + "_address", "样例路 1 号");
    name.set(who + "_province", 440000);
    name.set(who + "_city", 440100);
    name.set(who + "_email", "a@yangli-example.cn");
    name.set(who + "_phone", "13800000001");
  }
  return name;
}

inline Json icp_document(const std::string& field, Json value) {
  Json icp = Json::object();
  icp.set(field, std::move(value));
  return Json::object({{"icp", std::move(icp)}});
}

}  // namespace beian::authority::testing
