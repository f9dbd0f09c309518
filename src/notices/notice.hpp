// In-site notices as they are stored.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "platform/db/db.hpp"

namespace beian::notices {

struct Notice {
  std::string id;
  std::string account_id;
  std::string kind;      // of texts.hpp
  std::string order_id;  // empty: about no order
  Json args;             // what the words name; no personal data
  TimePoint created;
  std::optional<TimePoint> read;
};

// False when the same cause was told already: `source` names it (a job's id), once for an account.
bool insert(db::Tx& tx, const Notice& notice, const std::string& source);

struct Filter {
  bool unread = false;  // only those
  std::string before;   // id; empty: from the newest
  size_t limit = 20;
};
// Newest first.
std::vector<Notice> of_account(db::Tx& tx, const std::string& account_id, const Filter& filter);
int64_t count_unread(db::Tx& tx, const std::string& account_id);

// Marked once; the second time changes nothing. False: the account has no such notice.
bool mark_read(db::Tx& tx, const std::string& account_id, const std::string& id, TimePoint now);
// All that are not newer than `up_to` (an id); how many were unread.
int64_t mark_all_read(db::Tx& tx, const std::string& account_id, const std::string& up_to,
                      TimePoint now);

}  // namespace beian::notices
