// What anybody may ask about filings: by number, by domain, by the beginning of an organisation's
// name. Public facts only: a person's name is masked, as everywhere in this registry, and is found
// by no name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "china/filing_number.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

// A filed entity, one of its services and one of that service's domains; an entity without any
// service stands alone (service_number empty), an app has often no domain.
struct PublicFiling {
  std::string domain, service_number, service_name, entity_number, entity_name;
  china::ServiceKind kind = china::ServiceKind::website;
  int64_t nature = 0;                                                  // 0: not told
  int64_t province = 0, entity_id = 0, service_id = 0, domain_id = 0;  // the authority's; 0: none
  std::string reviewed;  // when the authority reviewed the entity, in its words; empty: not told
  // When this registry last learned something new of it.
  TimePoint changed{};
};

// --- how far the registry can be trusted to be whole ---

// The authority's library of these provinces came whole: as of then, what is not here is not filed.
void mark_whole(db::Tx& tx, const std::vector<int64_t>& provinces, TimePoint as_of);
// Whether anything at all of the province is here.
bool has_entities_of(db::Tx& tx, int64_t province);
// The provinces whose library is whole, and as of when.
using Whole = std::map<int64_t, TimePoint>;
Whole whole_provinces(db::Tx& tx);
// Since when the library of that province is whole; 0: of all of them, since when the oldest is,
// for nobody knows whose authority a domain belongs to. nullopt: it never came.
std::optional<TimePoint> whole_as_of(const Whole& whole, int64_t province = 0);

// --- is it filed? ---

enum class Known { filed, not_filed, unknown };
std::string_view name_of(Known known);  // "not_filed"

struct PublicAnswer {
  Known known = Known::unknown;
  // Why it is not filed or nobody can tell. not_filed: "cancelled", "not_in_library"; unknown:
  // "bad_name" (neither a host nor a number), "not_synchronised" (nothing of it is here, but the
  // library that would have it never came whole).
  std::string_view reason;
  std::string asked;  // normal form: A-label, 粤ICP备2026000001号-1; empty for bad_name
  std::optional<PublicFiling> filing;  // a cancelled one too
  std::optional<TimePoint> as_of;      // since when the library is whole that would have it
};

// Hosts and numbers of entities and services, mixed, in any spelling. The narrowest name that is
// filed decides about a host. A statement for each kind, however many are asked.
std::vector<PublicAnswer> is_filed(db::Tx& tx, const Whole& whole,
                                   const std::vector<std::string_view>& names);

// --- what is filed ---

// After the last one of the page before, in the order of the ids; all 0: from the beginning.
struct PublicPage {
  int64_t province = 0, entity_id = 0, service_id = 0, domain_id = 0;
  int64_t limit = 50;
};
// Everything in force under the number of an entity or service (normal form).
std::vector<PublicFiling> filings_of_number(db::Tx& tx, const std::string& number,
                                            const PublicPage& page);
// Entities whose names begin so, by name: the filings have no services. `after`: the last one's.
// At least two characters; none with a * has any.
struct NamePage {
  std::string name;
  int64_t province = 0, entity_id = 0;
  int64_t limit = 50;
};
std::vector<PublicFiling> entities_named(db::Tx& tx, const std::string& beginning,
                                         const NamePage& after);

// --- lists of one kind, as query tools page through them (compatible.hpp) ---

// Websites one row a domain, others one row a service; `text` a domain, a number, or the whole name
// of an organisation, of others than websites also of the service.
struct PublicList {
  int64_t total = 0;
  std::vector<PublicFiling> rows;
};
PublicList list_filings(db::Tx& tx, china::ServiceKind kind, const std::string& text,
                        int64_t offset, int64_t limit);

// Is one of the names that cover the host on an authority's blacklist of sites?
bool is_listed_site(db::Tx& tx, const std::string& host);

}  // namespace beian::registry
