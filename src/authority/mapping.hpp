// An order's document and materials as a record of the wire model (data/wire/miit-3.0.json). One
// place knows both; everything the wire does not have (emergency numbers, kinds) stays here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "materials/materials.hpp"

namespace beian::authority {

// The provider's numbers of one record. Each kind of thing has its own, all from one counter.
struct RecordIds {
  int64_t entity = 0;
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

  Json to_json() const;
};
// How many numbers a document needs, and numbers `first`… dealt out to it.
int64_t ids_needed(const Json& document);
RecordIds deal_ids(const Json& document, int64_t first);

struct AttachedMaterial {
  materials::Material material;
  std::string bytes;  // of Material::reported, a JPEG
};

// A record of "new_filings" (XZBA/Baxx) for an order of kind `first`. bad_ip_address, bad_ip_range,
// bad_format with a pointer into the document when it has no form on the wire; limits of the
// interface are the codec's business.
Result<Json> first_filing_record(const Json& document, const RecordIds& ids,
                                 const std::vector<AttachedMaterial>& attachments);

// "203.0.113.1" as the interface writes it: 3405803777. bad_ip_address otherwise.
Result<int64_t> ipv4_number(const std::string& text);

}  // namespace beian::authority
