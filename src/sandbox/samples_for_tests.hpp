// Records as a provider reports them; everything in them is invented (样例). Tests only.
#pragma once

#include <string>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "china/credit_code.hpp"
#include "china/identity_card.hpp"

namespace beian::sandbox::samples {

inline std::string digits(int n, size_t width) {
  const std::string s = std::to_string(n);
  return std::string(width > s.size() ? width - s.size() : 0, '0') + s;
}

// A valid check character on a birth date that no living person has.
inline std::string identity(int n) {
  const std::string first = "44030019000101" + digits(n % 1000, 3);
  return first + china::identity_check_character(first);
}

inline std::string credit_code(int n) {
  const std::string first = "91440300MA5E" + digits(n, 5);
  return first + china::credit_check_character(first);
}

inline std::string mobile(int n) {
  return "138" + digits(n, 8);
}

inline Json person(int n) {
  return Json::object({{"name", "样例人员" + std::to_string(n)},
                       {"office_phone", "0755-22222222"},
                       {"mobile", mobile(n)},
                       {"email", "yangli@yangli-example.cn"},
                       {"certificate_type", 2},
                       {"certificate_number", identity(n)}});
}

inline std::string jpeg() {
  return base64_encode("\xFF\xD8\xFF\xE0 \xE6\xA0\xB7\xE4\xBE\x8B");
}

inline std::string domain(int n) {
  return "yangli" + std::to_string(n) + "-example.cn";
}

inline Json service(int n) {
  const Json address =
      Json::object({{"provider_address_id", n * 10 + 4}, {"from", 3405803777}, {"to", 3405803778}});
  const Json access = Json::object({{"provider_access_id", n * 10 + 3},
                                    {"locations", Json::array({19})},
                                    {"methods", Json::array({3})},
                                    {"addresses", Json::array({address})}});
  return Json::object(
      {{"provider_service_id", n * 10 + 1},
       {"name", "样例网站" + std::to_string(n)},
       {"contents", Json::array({8})},
       {"languages", Json::array({1})},
       {"domains",
        Json::array({Json::object({{"provider_domain_id", n * 10 + 2}, {"name", domain(n)}})})},
       {"accesses", Json::array({access})},
       {"manager", person(n * 2 + 1)},
       {"home_url", "http://www." + domain(n) + "/"}});
}

// The n-th enterprise: entity, one website, two attachments; managers are persons 2n and 2n+1.
inline Json record(int n) {
  const Json entity = Json::object(
      {{"provider_entity_id", n * 10},
       {"name", "样例公司" + std::to_string(n)},
       {"nature", 4},
       {"location", Json::object({{"province", 440000},
                                  {"city", 440300},
                                  {"county", 440305},
                                  {"address", "样例路 1 号"}})},
       {"certificate",
        Json::object({{"type", 1}, {"number", credit_code(n)}, {"address", "样例路 1 号"}})},
       {"manager", person(n * 2)},
       {"reporting_method", 1}});
  const auto attachment = [](int purpose, int kind, int id) {
    return Json::object({{"format", 1},
                         {"purpose", purpose},
                         {"content", jpeg()},
                         {"owner", Json::object({{"kind", kind}, {"id", id}})}});
  };
  return Json::object(
      {{"entity", entity},
       {"services", Json::array({service(n)})},
       {"attachments", Json::array({attachment(2, 1, n * 10), attachment(1, 2, n * 10 + 1)})}});
}

}  // namespace beian::sandbox::samples
