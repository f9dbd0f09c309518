// The authority's library of IP filings: sources, assignments, broadcasts and brought-along
// addresses of every provider, and the units that they name. Addresses are the wire's numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "platform/db/db.hpp"

namespace beian::sandbox {

enum class AddressKind { source, assignment, broadcast, own_address };
// The field of the four lists, in uploads, results and synchronisation alike: "sources".
std::string_view list_of(AddressKind kind);

// Fpfs, and what the judge must know of it.
inline constexpr int64_t kAssignedAndUsed = 1, kAssignedOnwards = 2, kOwnUse = 3;

struct AddressRecord {
  int64_t id = 0, provider_id = 0;
  AddressKind kind = AddressKind::source;
  int64_t provider_record_id = 0, from = 0, to = 0;
  Json model;  // as reported, without ids
  int64_t reported_at = 0, changed_at = 0;

  bool same_range(int64_t first, int64_t last) const { return from == first && to == last; }
};

std::optional<AddressRecord> find_address(db::Tx& tx, AddressKind kind, int64_t id);
bool address_reported(db::Tx& tx, int64_t provider_id, AddressKind kind,
                      int64_t provider_record_id);
int64_t insert_address(db::Tx& tx, const AddressRecord& record);
void update_address(db::Tx& tx, const AddressRecord& record);  // range, model, changed_at
void delete_address(db::Tx& tx, int64_t id);

// Records of the kind that share an address with the range, by their first address; of everybody.
std::vector<AddressRecord> addresses_over(db::Tx& tx, AddressKind kind, int64_t from, int64_t to,
                                          int64_t limit = 1000);
// A provider's records after `after_id`, by id.
std::vector<AddressRecord> addresses_of(db::Tx& tx, int64_t provider_id, AddressKind kind,
                                        int64_t after_id = 0, int64_t limit = 1000);

using Range = std::pair<int64_t, int64_t>;  // both included
// What of `whole` none of `parts` covers, in order.
std::vector<Range> gaps_in(Range whole, std::vector<Range> parts);
// What of the range the provider has no source (assignment, …) for.
std::vector<Range> unreported(db::Tx& tx, int64_t provider_id, AddressKind kind, Range range);

// Reporting units: providers with an account, and those of the table `units`.
struct Unit {
  int64_t id = 0;
  std::string name;
  int64_t unit_class = 0, province = 0;
  bool carrier = false;  // may broadcast
};
bool unit_exists(db::Tx& tx, int64_t id);
bool is_carrier(db::Tx& tx, int64_t id);
std::vector<Unit> all_units(db::Tx& tx);  // accounts included, by id
void save_unit(db::Tx& tx, const Unit& unit);

// Whether one of the two got the addresses of the range from the other, over any number of hands:
// their sources may then overlap.
bool in_one_line(db::Tx& tx, int64_t provider, int64_t upstream_of_new, int64_t other, Range range);

}  // namespace beian::sandbox
