// What access() would say about names, compared before and after a change: the journal tells what
// became different. Used by everything that changes the registry.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "platform/db/db.hpp"
#include "registry/registry.hpp"

namespace beian::registry {

// How a name stands by itself and by which number, both as access() tells them: filed,
// no_access_here, cancelled, blacklisted. What is not in it is not_filed.
using Standings = std::map<std::string, std::pair<std::string, std::string>>;

// The number that an answer about it tells: the service's, or else its entity's.
std::string number_of(const FiledDomain& filed);

Standings standings_of(db::Tx& tx, const std::set<std::string>& names);
// Of all known names behind `after` up to `last`, in the order of the database.
Standings standings_between(db::Tx& tx, const std::string& after, const std::string& last);
// One line for each of the names that stands otherwise than `before`. The caller holds store::lock.
void tell_changes(db::Tx& tx, TimePoint now, const std::set<std::string>& names,
                  const Standings& before);

}  // namespace beian::registry
