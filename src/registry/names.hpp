// Every name that the registry has something to say of, as a gate needs it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "platform/db/db.hpp"

namespace beian::registry {

// How a name stands for itself: what the change journal told of it last.
struct NameStanding {
  std::string name;           // A-label; as sent when it is none
  std::string what;           // filed, no_access_here, cancelled, blacklisted
  std::string filing_number;  // may be empty
};
// Each name once; stops when `f` returns false. Memory: a page, and the blacklisted names.
void each_name(db::Tx& tx, const std::function<bool(const NameStanding&)>& f);
// Those of the names that are known at all.
std::vector<NameStanding> standings_of_names(db::Tx& tx, const std::vector<std::string>& names);

// The number of the last line of the change journal that this transaction sees; 0: none.
int64_t last_change(db::Tx& tx);

}  // namespace beian::registry
