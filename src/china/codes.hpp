// The code tables of the authority interface: data/codes/codes.json. These are starting values;
// what an authority delivers replaces them.
//
// Tables by name, and what their rows have besides code, zh, en (CodeRow::more):
//   entity_nature        单位性质 Dwxz          individual (bool), certificates [code]
//   certificate_type     证件类型 Zjlx          holder ("person"|"organisation"), natures [code],
//   formats service_content      网站服务内容 Fwnr_id   individual (bool), group,
//   may_need_preapproval, ysid service_content_group, app_service_content (parent)
//   preapproval_content  前置审批内容 Nrlx_id   ysid
//   access_method        接入方式 Jrfs          ysid
//   server_location      服务器放置地 Fbdd      region (six digits), letters, number_prefix, ysid
//   language             语言 Yylb_id           bcp47
//   attachment_format    附件格式 Fjwjgs        media_type, extensions
//   attachment_purpose   附件用途 Fjyt          owner (attachment_owner), max_bytes
//   attachment_owner     附件所属 Ssdxlx
//   cancel_category, cancel_reason (categories [code])
//   operation            操作类型 Czlx          element; operation_ip_domain, operation_blacklist
//   filing_mode          报备方式 Bbfs, Bbyhlx
//   review_result Shjg, verification_result Hsjg, verification_opinion, filing_status Bazt,
//   password_check, query_condition_type (certificate), notice_category, access_check_result,
//   shell_site_check_result, ip_finding_type, ip_assignment, ip_usage, ip_application, domain_type,
//   unfiled_site_disposition, industry (letter), unit_class, administrative_level, region_level,
//   unit_source_kind, service_type (key, suffix)
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::china {

struct CodeRow {
  int64_t code = 0;
  std::string zh, en, note;
  bool offered = true;  // false: stands on old records, not to be chosen any more
  Json more;            // the whole row, for what only some tables have
};

class CodeTable {
 public:
  CodeTable(std::string name, const Json& json);

  const std::string& name() const { return name_; }
  const std::string& title() const { return title_; }      // Chinese
  std::span<const CodeRow> rows() const { return rows_; }  // as people should see them
  const CodeRow* find(int64_t code) const;                 // nullptr: no such code
  const Json& json() const { return json_; }               // as in the file, for the API

 private:
  std::string name_, title_;
  std::vector<CodeRow> rows_;
  Json json_;
};

// Throws std::logic_error when no table has that name.
const CodeTable& code_table(std::string_view name);
std::span<const CodeTable> code_tables();

// The Chinese text of a code, or the number itself when the table does not have it.
std::string code_text(std::string_view table, int64_t code);
// code_unknown at `field` unless the table has the code and still offers it.
Status check_code(std::string_view table, int64_t code, std::string field = {});

// Certificates that fit an entity's nature, the usual one first; empty for an unknown nature.
std::vector<int64_t> certificates_of_nature(int64_t nature);
bool certificate_fits(int64_t nature, int64_t certificate_type);
bool is_individual(int64_t nature);
// May a person in charge be identified by it? (2, 7, 11, 14, 30, 41, 42)
bool is_person_certificate(int64_t certificate_type);
// Is the name of who filed with these kept from strangers? A person's is; whose certificate is a
// person's, whatever the nature says; and one of whom neither is known. 0: not told.
bool name_is_private(int64_t nature, int64_t certificate_type);

}  // namespace beian::china
