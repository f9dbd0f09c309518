// What an officer states of imported files: that they hold all that is filed in some provinces.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"

namespace beian::app {

// "all", or codes of provinces ("440000,450000"). code_unknown at "--whole".
Result<std::vector<int64_t>> stated_provinces(const std::string& text);

struct MarkedWhole {
  std::vector<int64_t> marked, empty;
};
// From now on a name of these provinces that is not here is not filed. Those of which nothing at
// all is here are left out: there a wrong code would deny every name.
MarkedWhole mark_imported_whole(db::Database& database, const std::vector<int64_t>& provinces,
                                TimePoint as_of);

}  // namespace beian::app
