// Invented records for tests: documentation addresses, no such unit or person exists.
#pragma once

#include <string>

#include "addresses/block.hpp"
#include "base/json.hpp"

namespace beian::addresses::test {

inline constexpr int64_t kOwnUnit = 4401;

inline Json unit_fields() {
  return Json::object({{"name", "样例数据科技有限公司"},
                       {"nature", 4},
                       {"province", 440000},
                       {"city", 440300},
                       {"county", 440305},
                       {"address", "样例路1号"},
                       {"contact_name", "样例丁"},
                       {"contact_phone", "13800000007"},
                       {"contact_email", "contact@yangli-example.cn"}});
}

inline Json range(const std::string& from, const std::string& to) {
  return Json::object({{"from", from}, {"to", to}});
}

inline Json with(Json document, const Json& more) {
  for (const auto& [name, value] : more.members()) document.set(name, value);
  return document;
}

inline Json source(const std::string& from = "203.0.113.0",
                   const std::string& to = "203.0.113.255") {
  return with(range(from, to), Json::object({{"source_unit", 1001}, {"remark", "样例来源"}}));
}

// `use`: 1 to 4.
inline Json assignment(int64_t use = kUsed, const std::string& from = "203.0.113.0",
                       const std::string& to = "203.0.113.15") {
  Json out = with(range(from, to), Json::object({{"use", use}}));
  if (use == kPassedOn) out.set("assigned_to", 1002);
  if (use == kUsed || use == kSelfUsed) {
    out.set("manner", 1);
    out.set("assigned", "2026-03-01");
  }
  if (use == kUsed) {
    out.set("redirect_server", 0);
    out = with(std::move(out), unit_fields());
    out.set("unit_class", 2);
    out.set("industry", 7);
    out.set("gateway", "203.0.113.1");
    out.set("gateway_address", "样例机房");
  }
  return out;
}

inline Json broadcast(const std::string& from = "203.0.113.0",
                      const std::string& to = "203.0.113.255") {
  return with(range(from, to), Json::object({{"broadcast_unit", 1}, {"applicant_unit", kOwnUnit}}));
}

inline Json own(int64_t source_kind = kFromReportingUnit, const std::string& from = "198.51.100.0",
                const std::string& to = "198.51.100.63") {
  Json out = with(range(from, to), Json::object({{"source_kind", source_kind}}));
  if (source_kind == kFromReportingUnit)
    out.set("source_id", 1003);
  else
    out.set("source_name", "样例来源单位");
  out.set("manner", 2);
  out.set("assigned", "2026-03-02");
  out.set("redirect_server", 0);
  out = with(std::move(out), unit_fields());
  out.set("gateway", "198.51.100.1");
  out.set("gateway_address", "样例机房");
  return out;
}

}  // namespace beian::addresses::test
