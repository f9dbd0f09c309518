// Domain objects as records of the wire model (data/wire/miit-3.0.json): one place knows both.
// Everything the wire does not have (emergency numbers) stays here. The objects have the
// shape of an order's document (orders/order.hpp) wherever both speak of the same thing; what is
// filed already is named by the authority's id or its number. Fields with ? may be absent.
//
//   icp/new_filings   {"entity": ENTITY, "services": [SERVICE]}
//   icp/new_services  {"entity": NAMED, "services": [SERVICE], "filing_password"?}
//   icp/new_accesses  {"service": NAMED, "access": ACCESS, "filing_password"}
//   icp/changes       {"entity": ENTITY + both names, "services": [SERVICE + both names, its
//                      domains {"name","authority_domain_id"?} or just a name when new, its
//                      accesses
//                      + "authority_access_id", their addresses + "authority_address_id"?],
//                      "filing_password"?}; all of the entity and of each service that changes
//   icp/cancellations {"entity"|"service"|"access": NAMED (an id), "reason", "remark"?,
//                      "filing_password"? (for an entity it must be there)}
//   icp/verification_attachments  {"entity"|"service": NAMED, "attachments": [just one]}
//   icp/verification_results {"passed": true, "verifier", "date": "2026-11-25", "opinion",
//   "fault"?,
//                      "reporting_unit"?, "record": {"entity","services"} as the task has them}
//   icp/unfiled_site_actions {"domain", "address", "carrier", "provider"?, "province", "result",
//                      "opinion", "listed", "due", "reporter"?, "reporter_phone"?,
//                      "reporter_email"?}
//   ip/…              see mapping_addresses.cpp
//   domain_names/…    the fields of the wire model; "id" in changes, "id" or "name" in deletions
//
//   NAMED = {"authority_entity_id"? (…_service_id, …_access_id), "filing_number"?}: one of them at
//   least; the id goes first.
//
// A SERVICE whose "kind" is no website has an "app" (openbeian-3.1), and no domains or accesses
// where it needs none; a picture owned by it ("/services/0/app") is its icon.
//
// With a submission, "attachments" stand in the body: [{"purpose", "owner": "/entity",
// "/services/0", "/services/0/pre_approvals/0" or "/service", "blob": reference of the picture,
// "format"?: 1 jpg (default), 2 png, "remark"?}]; an order's stand beside it (materials).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "authority/ledger.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "wire/profile.hpp"

namespace beian::authority {

// The provider's numbers of one record, all from one counter.
struct RecordIds {
  // Of the record; IspZtid of a new filing, IspJrid of a new access, IspId of others.
  int64_t record = 0;
  struct Access {
    int64_t id = 0;
    std::vector<int64_t> addresses;
  };
  struct Service {
    int64_t id = 0;
    std::vector<int64_t> domains;
    std::vector<Access> accesses;
  };
  std::vector<Service> services;
  std::vector<int64_t> addresses;  // of the one "access" of a body

  Json to_json() const;
};
// How many numbers a body needs, and numbers `first`… dealt out to it.
int64_t ids_needed(const Json& body);
RecordIds deal_ids(const Json& body, int64_t first);

struct Attached {
  int64_t purpose = 0;
  std::string owner;  // JSON pointer into the body
  std::string bytes;
  int64_t format = 1;  // Fjwjgs: 1 jpg, 2 png
  std::string remark = {};
};

struct MapInput {
  std::string_view operation;
  const Json& body;
  const RecordIds& ids;
  const std::vector<Attached>& attached;
  int64_t provider_id;
};
struct MappedRecord {
  Json record;
  std::vector<ledger::Mark> marks;  // how the authority will name it
};

// One for each kind of record. Problems with pointers into the body (required, bad_format,
// bad_ip_address, bad_ip_range) when it has no form on the wire; limits of the interface are the
// codec's business. They read anything: a member of a wrong type counts as absent.
Result<MappedRecord> map_new_filing(const MapInput& in);
Result<MappedRecord> map_new_service(const MapInput& in);
Result<MappedRecord> map_new_access(const MapInput& in);
Result<MappedRecord> map_change(const MapInput& in);
Result<MappedRecord> map_cancellation(const MapInput& in);
Result<MappedRecord> map_verification_attachment(const MapInput& in);
Result<MappedRecord> map_verification_result(const MapInput& in);
Result<MappedRecord> map_unfiled_site_action(const MapInput& in);
Result<MappedRecord> map_address(const MapInput& in);
Result<MappedRecord> map_domain_name(const MapInput& in);

// What the codec says of the record ("/ICP/XZWZ/Xzxx[1]/Wz_xx[1]/Wzmc"), told of the body
// ("/services/0/name"). Other problems pass.
Problems in_terms_of_body(const wire::Profile& profile, std::string_view operation,
                          const Json& body, Problems problems);

// "203.0.113.1" as the interface writes it: 3405803777. bad_ip_address otherwise.
Result<int64_t> ipv4_number(const std::string& text);

}  // namespace beian::authority
