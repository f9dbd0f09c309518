// Data about me: who saw or changed what of an account's orders, materials and entities.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orders/context.hpp"

namespace beian::orders {

struct LogQuery {
  bool own = false;    // what the account and its members did themselves, too
  std::string before;  // the `next` of the page before; empty: from the newest
  size_t limit = 20;
};
struct LogPage {
  // Newest first: {"at", "action": "seen" or "changed", "what": "order", "material", "list",
  // "file", "entity" or "account", "event", "order", "material", "filing_number", "role", "name"}.
  // The provider's people are named by role and masked name, as everywhere towards applicants;
  // members of the account in full.
  Json entries = Json::array();
  std::optional<std::string> next;
};
// bad_format at /before.
Result<LogPage> access_log(db::Tx& tx, const std::string& account_id, const LogQuery& query);

}  // namespace beian::orders
