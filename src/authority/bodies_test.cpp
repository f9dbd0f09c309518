#include "authority/bodies_for_tests.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace beian::authority::testing {
namespace {

struct Sample {
  std::string_view operation, least, full;
};

// "#" stands for the number that makes one sample differ from another.
constexpr auto kSamples = std::to_array<Sample>({
    {"icp/new_services",
     R"({"entity": {"authority_entity_id": 7000#},
         "services": [{"kind": "website", "name": "样例网站#", "domains": ["yangli-new#-example.cn"],
           "contents": [1], "languages": [1],
           "accesses": [{"locations": [11], "methods": [1],
                         "addresses": [{"from": "203.0.113.10", "to": "203.0.113.10"}]}],
           "manager": {"name": "样例乙", "mobile": "13800000002",
                       "email": "b@yangli-example.cn"}}]})",
     R"({"entity": {"filing_number": "粤ICP备202600000#号"},
         "services": [
           {"kind": "website", "name": "样例网站#", "home_url": "www.yangli-new#-example.cn",
            "domains": ["yangli-new#-example.cn", "yangli-more#-example.cn"],
            "contents": [1, 2], "languages": [1, 2], "remark": "样例备注",
            "pre_approvals": [{"content_type": 1, "number": "样例审批1号"}],
            "accesses": [{"locations": [11, 12], "methods": [1, 2],
                          "addresses": [{"from": "203.0.113.10", "to": "203.0.113.12"},
                                        {"from": "198.51.100.7", "to": "198.51.100.7"}]}],
            "manager": {"name": "样例乙", "office_phone": "020-00000002", "mobile": "13800000002",
                        "emergency_mobile": "13800000012", "email": "b@yangli-example.cn",
                        "certificate_type": 2, "certificate_number": "999999190001010038"}},
           {"kind": "website", "name": "样例二号网站#", "domains": ["yangli-second#-example.cn"],
            "contents": [3], "languages": [1],
            "accesses": [{"locations": [11], "methods": [1],
                          "addresses": [{"from": "203.0.113.20", "to": "203.0.113.20"}]}],
            "manager": {"name": "样例丙", "mobile": "13800000003",
                        "email": "c@yangli-example.cn"}}],
         "attachments": [{"purpose": 1, "owner": "/services/0", "blob": "样例核验单"},
                         {"purpose": 2, "owner": "/entity", "blob": "样例执照", "format": 2,
                          "remark": "样例附件备注"},
                         {"purpose": 6, "owner": "/services/0/pre_approvals/0",
                          "blob": "样例批文"}],
         "filing_password": "样例password"})"},
    {"icp/new_accesses",
     R"({"service": {"authority_service_id": 8000#},
         "access": {"locations": [11], "methods": [1],
                    "addresses": [{"from": "203.0.113.10", "to": "203.0.113.10"}]},
         "filing_password": "example-password"})",
     R"({"service": {"filing_number": "粤ICP备202600000#号-1"},
         "access": {"locations": [11, 12], "methods": [1, 3],
                    "addresses": [{"from": "203.0.113.10", "to": "203.0.113.12"},
                                  {"from": "198.51.100.7", "to": "198.51.100.7"}]},
         "attachments": [{"purpose": 1, "owner": "/service", "blob": "样例核验单"},
                         {"purpose": 5, "owner": "/service", "blob": "样例照片",
                          "remark": "样例附件备注"}],
         "filing_password": "example-password"})"},
    {"icp/changes",
     R"({"entity": {"authority_entity_id": 7000#, "filing_number": "粤ICP备202600000#号",
           "name": "样例科技有限公司#",
           "location": {"province": 440000, "city": 440100},
           "certificate": {"type": 1, "number": "SAMPLE#", "address": "样例路 1 号"},
           "manager": {"mobile": "13800000001", "email": "a@yangli-example.cn"}},
         "services": [{"authority_service_id": 8000#, "filing_number": "粤ICP备202600000#号-1",
           "name": "样例网站#", "domains": ["yangli-example#.cn"], "contents": [1],
           "languages": [1],
           "accesses": [{"authority_access_id": 9000#, "locations": [11], "methods": [1],
                         "addresses": [{"from": "203.0.113.10", "to": "203.0.113.10"}]}],
           "manager": {"name": "样例乙", "mobile": "13800000002",
                       "email": "b@yangli-example.cn"}}]})",
     R"({"entity": {"authority_entity_id": 7000#, "filing_number": "粤ICP备202600000#号",
           "name": "样例科技有限公司#", "nature": 4, "investor": "样例投资人",
           "location": {"province": 440000, "city": 440100, "county": 440106,
                        "address": "样例路 2 号"},
           "certificate": {"type": 1, "number": "SAMPLE#", "address": "样例路 1 号"},
           "manager": {"name": "样例甲", "office_phone": "020-00000001", "mobile": "13800000001",
                       "emergency_mobile": "13800000009", "email": "a@yangli-example.cn",
                       "msn": "a@yangli-example.cn", "qq": "10000001",
                       "certificate_type": 2, "certificate_number": "999999190001010011"},
           "remark": "样例备注"},
         "services": [{"authority_service_id": 8000#, "filing_number": "粤ICP备202600000#号-1",
           "name": "样例网站改名#", "home_url": "www.yangli-example#.cn",
           "domains": [{"name": "yangli-example#.cn", "authority_domain_id": 8100#},
                       "yangli-added#-example.cn"],
           "contents": [1, 2], "languages": [1, 2], "remark": "样例备注",
           "pre_approvals": [{"content_type": 1, "number": "样例审批1号"}],
           "accesses": [{"authority_access_id": 9000#, "locations": [11], "methods": [1],
                         "addresses": [{"authority_address_id": 9100#, "from": "203.0.113.10",
                                        "to": "203.0.113.10"},
                                       {"from": "203.0.113.30", "to": "203.0.113.31"}]}],
           "manager": {"name": "样例乙", "office_phone": "020-00000002", "mobile": "13800000002",
                       "email": "b@yangli-example.cn", "certificate_type": 2,
                       "certificate_number": "999999190001010038"}}],
         "attachments": [{"purpose": 2, "owner": "/entity", "blob": "样例执照"},
                         {"purpose": 1, "owner": "/services/0", "blob": "样例核验单"},
                         {"purpose": 6, "owner": "/services/0/pre_approvals/0",
                          "blob": "样例批文"}],
         "filing_password": "example-password"})"},
    {"icp/cancellations", R"({"service": {"authority_service_id": 8000#}, "reason": 1})",
     R"({"entity": {"authority_entity_id": 7000#, "filing_number": "粤ICP备202600000#号"},
         "reason": 99, "remark": "样例：不再使用", "filing_password": "example-password"})"},
    {"icp/verification_attachments",
     R"({"entity": {"authority_entity_id": 7000#},
         "attachments": [{"purpose": 2, "owner": "/entity", "blob": "样例执照#"}]})",
     R"({"service": {"filing_number": "粤ICP备202600000#号-1"},
         "attachments": [{"purpose": 1, "owner": "/service", "blob": "样例核验单#", "format": 2,
                          "remark": "样例附件备注"}]})"},
    {"icp/verification_results",
     R"({"passed": true, "verifier": "样例丁", "date": "2026-11-25", "opinion": "样例：属实#",
         "record": {
           "entity": {"authority_entity_id": 7000#, "name": "样例科技有限公司#",
             "location": {"province": 440000, "city": 440100},
             "certificate": {"type": 1, "number": "SAMPLE#", "address": "样例路 1 号"},
             "manager": {"mobile": "13800000001", "email": "a@yangli-example.cn"}},
           "services": [{"authority_service_id": 8000#, "name": "样例网站#", "contents": [1],
             "domains": [{"authority_domain_id": 8100#, "name": "yangli-example#.cn"}],
             "accesses": [{"authority_access_id": 9000#, "locations": [11], "methods": [1],
                           "addresses": [{"authority_address_id": 9100#, "from": 3405803786,
                                          "to": 3405803786}]}],
             "manager": {"name": "样例乙", "email": "b@yangli-example.cn"}}]}})",
     R"({"passed": false, "verifier": "样例丁", "date": "2026-11-25", "opinion": "样例：不属实#",
         "fault": "样例：电话无人接听", "reporting_unit": 4402,
         "record": {
           "entity": {"authority_entity_id": 7000#, "name": "样例科技有限公司#", "nature": 4,
             "investor": "样例投资人", "remark": "样例备注",
             "location": {"province": 440000, "city": 440100, "county": 440106,
                          "address": "样例路 2 号"},
             "certificate": {"type": 1, "number": "SAMPLE#", "address": "样例路 1 号"},
             "manager": {"name": "样例甲", "office_phone": "020-00000001", "mobile": "13800000001",
                         "email": "a@yangli-example.cn", "msn": "a@yangli-example.cn",
                         "qq": "10000001", "certificate_type": 2,
                         "certificate_number": "999999190001010011"},
             "reporting_type": 1, "first_filed": "2026-01-01 10:00:00"},
           "services": [{"authority_service_id": 8000#, "name": "样例网站#", "contents": [1, 2],
             "languages": [1], "home_url": "www.yangli-example#.cn", "remark": "样例备注",
             "pre_approvals": [{"content_type": 1, "number": "样例审批1号", "files": ["5qC35L6L"]}],
             "domains": [{"authority_domain_id": 8100#, "name": "yangli-example#.cn"}],
             "accesses": [{"authority_access_id": 9000#, "locations": [11], "methods": [1],
                           "reporting_type": 1, "reporting_method": 0,
                           "addresses": [{"authority_address_id": 9100#, "from": "203.0.113.10",
                                          "to": "203.0.113.12"}]}],
             "manager": {"name": "样例乙", "office_phone": "020-00000002", "mobile": "13800000002",
                         "email": "b@yangli-example.cn", "certificate_type": 2,
                         "certificate_number": "999999190001010038"}}]}})"},
    {"icp/unfiled_site_actions",
     R"({"domain": "yangli-unfiled#-example.cn", "address": 3405803786, "carrier": 1,
         "province": 440000, "result": 1, "opinion": "样例：已关闭#", "listed": "2026-11-20",
         "due": "2026-11-27"})",
     R"({"domain": "yangli-unfiled#-example.cn", "address": "203.0.113.10", "carrier": 1,
         "provider": 4402, "province": 440000, "result": 2, "opinion": "样例：已备案#",
         "listed": "2026-11-20", "due": "2026-11-27", "reporter": "样例丁",
         "reporter_phone": "020-00000009", "reporter_email": "d@yangli-example.cn"})"},
    {"domain_names/new_filings",
     R"({"name": "yangli-example#.cn", "type": 1, "registered": "2020-01-01",
         "registrant_name": "样例科技有限公司#", "registrant_organisation": "样例科技有限公司",
         "registrant_address": "样例路 1 号", "registrant_province": 440000,
         "registrant_city": 440100, "registrant_email": "a@yangli-example.cn",
         "registrant_phone": "020-00000001", "admin_name": "样例甲",
         "admin_organisation": "样例科技有限公司", "admin_address": "样例路 1 号",
         "admin_province": 440000, "admin_city": 440100, "admin_email": "a@yangli-example.cn",
         "admin_phone": "020-00000001", "registrar": "样例注册商",
         "name_server": "ns1.yangli-example.cn", "valid_until": "2030-01-01"})",
     R"({"name": "yangli-example#.cn", "type": 1, "registered": "2020-01-01",
         "registrant_name": "样例科技有限公司#", "registrant_organisation": "样例科技有限公司",
         "registrant_address": "样例路 1 号", "registrant_province": 440000,
         "registrant_city": 440100, "registrant_email": "a@yangli-example.cn",
         "registrant_phone": "020-00000001", "admin_name": "样例甲",
         "admin_organisation": "样例科技有限公司", "admin_address": "样例路 1 号",
         "admin_province": 440000, "admin_city": 440100, "admin_email": "a@yangli-example.cn",
         "admin_phone": "020-00000001", "payer_name": "样例乙",
         "payer_organisation": "样例科技有限公司", "payer_address": "样例路 1 号",
         "payer_province": 440000, "payer_city": 440100, "payer_email": "b@yangli-example.cn",
         "payer_phone": "020-00000002", "registrar": "样例注册商",
         "name_server": "ns1.yangli-example.cn", "valid_until": "2030-01-01"})"},
    {"domain_names/changes",
     R"({"id": 6000#, "name": "yangli-example#.cn", "type": 1, "registered": "2020-01-01",
         "registrant_name": "样例科技有限公司#", "registrant_organisation": "样例科技有限公司",
         "registrant_address": "样例路 1 号", "registrant_province": 440000,
         "registrant_city": 440100, "registrant_email": "a@yangli-example.cn",
         "registrant_phone": "020-00000001", "admin_name": "样例甲",
         "admin_organisation": "样例科技有限公司", "admin_address": "样例路 1 号",
         "admin_province": 440000, "admin_city": 440100, "admin_email": "a@yangli-example.cn",
         "admin_phone": "020-00000001", "registrar": "样例注册商",
         "name_server": "ns1.yangli-example.cn", "valid_until": "2031-01-01"})",
     R"({"id": 6000#, "name": "yangli-example#.cn", "type": 1, "registered": "2020-01-01",
         "registrant_name": "样例科技有限公司#", "registrant_organisation": "样例科技有限公司",
         "registrant_address": "样例路 1 号", "registrant_province": 440000,
         "registrant_city": 440100, "registrant_email": "a@yangli-example.cn",
         "registrant_phone": "020-00000001", "admin_name": "样例甲",
         "admin_organisation": "样例科技有限公司", "admin_address": "样例路 1 号",
         "admin_province": 440000, "admin_city": 440100, "admin_email": "a@yangli-example.cn",
         "admin_phone": "020-00000001", "payer_name": "样例乙",
         "payer_organisation": "样例科技有限公司", "payer_address": "样例路 1 号",
         "payer_province": 440000, "payer_city": 440100, "payer_email": "b@yangli-example.cn",
         "payer_phone": "020-00000002", "registrar": "样例注册商",
         "name_server": "ns1.yangli-example.cn", "valid_until": "2031-01-01"})"},
    {"domain_names/deletions", R"({"name": "yangli-example#.cn"})", R"({"id": 6000#})"},
});

}  // namespace

Json sample_body(std::string_view operation, bool full, int n) {
  const auto* sample = std::ranges::find(kSamples, operation, &Sample::operation);
  if (sample == kSamples.end()) throw std::logic_error("no sample of " + std::string(operation));
  std::string text;
  for (const char c : full ? sample->full : sample->least)
    text += c == '#' ? std::to_string(n) : std::string(1, c);
  auto body = parse_json(text);
  if (!body) throw std::logic_error("the sample is not JSON: " + std::string(operation));
  return *body;
}

std::vector<std::string_view> sample_operations() {
  std::vector<std::string_view> out;
  out.reserve(kSamples.size());
  for (const auto& sample : kSamples) out.push_back(sample.operation);
  return out;
}

Json put_blobs(Json body, blob::Store& blobs) {
  if (Json* list = body.find("attachments"))
    for (auto& one : list->items()) one.set("blob", blobs.put(one["blob"].as_string()));
  return body;
}

}  // namespace beian::authority::testing
