// A filed record as the authority sends it, read out of its JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "china/filing_number.hpp"

namespace beian::registry {

struct Filed {
  struct Domain {
    int64_t id = 0;
    std::string name;  // A-label; as sent when it is none
  };
  struct Access {
    int64_t id = 0;
    int64_t provider = 0;
    Json document;
  };
  struct Service {
    int64_t id = 0;
    std::string number, name;
    china::ServiceKind kind = china::ServiceKind::website;
    std::vector<std::string> app_keys;  // of one that is no website
    bool reported_here = false;         // the authority names it by this provider's own number too
    std::vector<Domain> domains;
    std::vector<Access> accesses;
    Json document;
  };

  int64_t province = 0;  // six digits, ending in 0000
  int64_t id = 0;
  std::string number, name;
  int64_t nature = 0;  // 0: not told
  int64_t certificate_type = 0;
  std::string certificate_number;
  bool name_is_private = false;  // china::name_is_private
  std::vector<Service> services;
  Json document;
};

// required, wrong_type with pointers into `record`; all of them. Documents are copies of its parts;
// without them they stay null.
Result<Filed> read_filed(const Json& record, bool documents = true);

// A certificate number as it is compared: without blanks, in capitals.
std::string certificate_key(std::string_view number);

}  // namespace beian::registry
