// Every look of the provider's people at somebody's data is written down; the account can read it
// (access_log.hpp).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "orders/context.hpp"
#include "platform/http/router.hpp"

namespace beian::orders {

struct Look {
  std::string order_id;
  // order: its data; material: a picture; list: a line of a queue; file: a file of the ledger that
  // holds it
  std::string what;
  std::string item = {};  // of a material its purpose
};
// One row for a viewer, a thing and an hour; looks at the caller's own orders and at none leave no
// trace. In transactions of its own, before the answer goes out: what cannot be written down is not
// shown.
void note_seen(db::Database& database, TimePoint now, const http::Caller& caller,
               const std::vector<Look>& looks);

// The same routes; those that show an order or one of its pictures write down who saw it.
std::vector<http::Route> with_looks_noted(const std::shared_ptr<const Context>& context,
                                          std::vector<http::Route> routes);

}  // namespace beian::orders
