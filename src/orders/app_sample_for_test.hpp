// Services that are no websites, for tests. Everything in them is invented (样例).
#pragma once

#include <string>

#include "base/json.hpp"
#include "orders/world_for_test.hpp"

namespace beian::orders {

inline std::string key_of_hex(size_t digits) {
  std::string out;
  while (out.size() < digits) out += "c0ffee";
  out.resize(digits);
  return out;
}

// An app for Android and iOS with a domain and an access; the n-th's names are its own.
inline Json sample_app(int n) {
  const std::string number = std::to_string(n);
  const std::string domain = "yangli-app-" + number + "-example.cn";
  Json service = sample_document(n)["services"].at(0);
  for (const auto* member : {"home_url", "contents"}) service.erase(member);
  service.set("kind", "app");
  service.set("name", "云栖样例" + number);
  service.set("domains", Json::array({domain}));
  service.set("remark", "样例应用：为样例用户查询样例账单与样例通知，不面向公众");
  Json android = Json::object({{"platform", "android"},
                               {"package_id", "cn.yangli.example.app" + number},
                               {"fingerprint", "00112233445566778899aabbccddeeff"},
                               {"public_key", key_of_hex(512)},
                               {"domains", Json::array({"api." + domain})}});
  Json ios = Json::object({{"platform", "ios"},
                           {"package_id", "cn.yangli.example.app" + number},
                           {"fingerprint", "00112233445566778899aabbccddeeff00112233"},
                           {"public_key", key_of_hex(512)}});
  Json sdk = Json::object({{"name", "样例支付SDK"},
                           {"provider", "样例支付有限公司"},
                           {"type", 1},
                           {"platforms", Json::array({"android"})}});
  service.set("app",
              Json::object({{"contents", Json::array({33})},
                            {"platforms", Json::array({std::move(android), std::move(ios)})},
                            {"provides_sdk", false},
                            {"uses_sdk", true},
                            {"sdks", Json::array({std::move(sdk)})},
                            {"stores", Json::array({Json::object(
                                           {{"store", "样例应用市场"},
                                            {"url", "https://store.yangli-example.cn/app"}})})}}));
  return service;
}

// A mini program or quick app.
inline Json sample_applet(const std::string& kind, int n) {
  Json service = sample_app(n);
  for (const auto* member : {"domains", "accesses"}) service.erase(member);
  service.set("kind", kind);
  service.set("app", Json::object({{"contents", Json::array({34})},
                                   {"applet_id", "wx000" + std::to_string(n)},
                                   {"host_platform", "样例平台"}}));
  return service;
}

}  // namespace beian::orders
