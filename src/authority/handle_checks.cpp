// HCJG: the results of the authority's checks, four blocks. Each becomes a finding on a filed
// record (registry/findings.hpp).
#include "authority/apply.hpp"
#include "china/ip.hpp"

namespace beian::authority {
namespace {

constexpr int64_t kOverReported = 1, kUnderReported = 2;  // Jrhc/Hcjg
constexpr int64_t kAlive = 0;                             // Kkwzhc/Hcjg: 1 is dead

registry::CheckFinding finding_of(const Json& given, std::string kind, const std::string& source) {
  registry::CheckFinding out;
  out.source = source;
  out.kind = std::move(kind);
  out.service_id = given["authority_service_id"].as_int();
  out.filing_number = given["filing_number"].as_string();
  out.checked = given["checked"].as_string();
  out.details = given;
  return out;
}

}  // namespace

void Applier::checked(const std::string& item, const registry::CheckFinding& finding,
                      const std::string& words) {
  const auto put = registry::put_finding(tx_, now_, cipher_, provinces_of(link_), finding);
  const std::string name =
      finding.filing_number.empty() ? std::to_string(finding.entity_id) : finding.filing_number;
  if (!put.known)
    return told(item, finding.kind, "unknown", name + " " + words + "（未在本系统登记）");
  told(item, finding.kind, put.repeated ? "noted" : "applied",
       name + " " + words + (put.repeated ? "（再次下发）" : ""));
}

void Applier::check_results(const Json& results) {
  const Json& entities = results["entities"];
  for (size_t i = 0; i < entities.size(); ++i) {
    const Json& given = entities.at(i);
    auto finding = finding_of(given, "entity_wrong", link_.id);
    finding.entity_id = given["authority_entity_id"].as_int();
    checked("check_results/entities/" + std::to_string(i), finding,
            "主体核查：" + given["reason"].as_string());
  }
  const Json& accesses = results["accesses"];
  for (size_t i = 0; i < accesses.size(); ++i) {
    const std::string item = "check_results/accesses/" + std::to_string(i);
    const Json& given = accesses.at(i);
    const int64_t result = given["result"].as_int();
    if (result != kOverReported && result != kUnderReported) {
      told(item, "access_check", "faulty", "未知的核查结果 " + std::to_string(result));
      continue;
    }
    const bool over = result == kOverReported;
    auto finding =
        finding_of(given, over ? "access_over_reported" : "access_under_reported", link_.id);
    finding.access_id = given["authority_access_id"].as_int();
    finding.subject = given["domain"].as_string();
    std::string words = over ? "接入多报" : "接入少报 " + finding.subject;
    if (const auto address = china::ip_from_number(given["resolved_address"].as_int());
        !over && address)
      words += " " + address->text();
    checked(item, finding, words);
  }
  const Json& shells = results["shell_services"];
  for (size_t i = 0; i < shells.size(); ++i) {
    const std::string item = "check_results/shell_services/" + std::to_string(i);
    const Json& given = shells.at(i);
    auto finding = finding_of(given, "shell_service", link_.id);
    finding.subject = given["home_url"].as_string();
    if (given["result"].as_int() != kAlive) {
      checked(item, finding, "空壳网站");
      continue;
    }
    const auto settled = registry::settle_findings(tx_, now_, link_.id, "shell_service",
                                                   finding.service_id, "再次核查为存活");
    told(item, "shell_service", settled > 0 ? "applied" : "noted",
         finding.filing_number + " 核查为存活");
  }
  const Json& dead = results["dead_services"];
  for (size_t i = 0; i < dead.size(); ++i) {
    auto finding = finding_of(dead.at(i), "dead_service", link_.id);
    finding.subject = dead.at(i)["home_url"].as_string();
    checked("check_results/dead_services/" + std::to_string(i), finding, "网站不能访问");
  }
}

}  // namespace beian::authority
