// Which accounts hold an entity. As a rule one account and one entity; settings may allow more.
#pragma once

#include <string>
#include <vector>

#include "registry/filed_entity.hpp"

namespace beian::registry {

struct Holding {
  RecordRef ref;
  std::string display_name;  // masked when the entity is a person
  int64_t certificate_type = 0;
  std::string certificate_index;  // as certificate_index() gives it
};
// Entities that the account holds, cancelled ones left out, oldest first.
std::vector<Holding> holdings(db::Tx& tx, const std::string& account_id);
// Accounts that hold the entity, its first one first.
std::vector<std::string> holders(db::Tx& tx, int64_t province, int64_t entity_id);
bool holds(db::Tx& tx, const std::string& account_id, int64_t province, int64_t entity_id);

// The next entities that accounts hold, of all accounts: by their first account, then by key.
// After `after` (province, entity_id and account_id of the last one seen; an empty account: from
// the start). What nobody holds is not read, and neither are cancelled ones given.
std::vector<RecordRef> held_after(db::Tx& tx, const RecordRef& after, size_t limit);

std::string certificate_index(const crypto::ColumnCipher& cipher, const std::string& number);

// A condition of SQL: the entity that `entity` ("e") names is held by :account.
std::string held_condition(std::string_view entity);

// The account of an order that filed something of the entity holds it from now on, unless it gave
// it away before.
void add_holder(db::Tx& tx, TimePoint now, const std::string& account_id, int64_t province,
                int64_t entity_id);

// From one account to another, which must hold it no more and not yet. Compare-and-set: false when
// `from` does not hold it (any more), or it is cancelled. `from` may be empty: nobody's so far.
bool move_entity(db::Tx& tx, TimePoint now, int64_t province, int64_t entity_id,
                 const std::string& from, const std::string& to);

}  // namespace beian::registry
