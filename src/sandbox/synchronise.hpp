// Full synchronisation (SJTB): everything that this authority's library has of one provider,
// written record by record. One part a document, as the schema wants it; a part larger than
// Options::synchronisation_bytes goes on in the next file, so that memory stays bounded whatever
// the library's size. What changes between two files of a part is told by its own notice, later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"
#include "sandbox/store.hpp"
#include "wire/profile.hpp"

namespace beian::sandbox {

// Notices for the parts "base_codes", "icp", "ip", "domain_names" (all when empty), whose documents
// are made when their turn comes. How many; code_unknown at /parts/N, not_found at /provider_id.
Result<int64_t> start_synchronisation(db::Tx& tx, int64_t provider_id,
                                      const std::vector<std::string>& parts, int64_t now);

// Whether a notice's body is such a part: {"library": "ip", "list": 1, "after": 55, "file": 2}.
bool is_library_part(const Json& body);

struct LibraryFile {
  std::string xml;           // empty: the library has nothing (more) of the part
  std::optional<Json> next;  // the body of what is left; nothing: the part is done
};
LibraryFile write_library(db::Tx& tx, const wire::Profile& profile, int64_t provider_id,
                          const Json& part, size_t most_bytes);

}  // namespace beian::sandbox
