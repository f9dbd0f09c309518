// What is filed, out of the registry again: the records as an authority would send them now.
#pragma once

#include <cstdint>
#include <functional>

#include "base/json.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

// What no record can say: entities without a service that is filed, services without a domain or an
// access (a record of a website must name both).
struct LeftOut {
  int64_t entities = 0, services = 0;
};
// Each entity in force with its services in force, and of those the domains and accesses in force;
// in the order of province and id, as record() takes them. Stops when `f` returns false. Personal
// data in plain. Memory: a page.
LeftOut each_filed_record(db::Tx& tx, const crypto::ColumnCipher& cipher,
                          const std::function<bool(const Json& record)>& f);

}  // namespace beian::registry
