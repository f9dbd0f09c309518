// What the use cases of this room stand on.
#pragma once

#include <memory>

#include "resources/store.hpp"

namespace beian::resources {

struct Context {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
  Limits limits;
  Store store{cipher};

  std::string today() const { return china_date(clock.now()); }
};

// The resource of that source id as the account may see it: its owner's; another's is not_found.
Result<Resource> own_resource(const Context& context, db::Tx& tx, const std::string& account_id,
                              const std::string& source_id);

}  // namespace beian::resources
