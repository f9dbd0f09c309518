// Faults that a test asks the authority to play (POST /manage/faults).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/json.hpp"
#include "platform/db/db.hpp"

namespace beian::sandbox {

struct Fault {
  std::optional<int> code;  // answer this msg_code and do nothing
  std::chrono::milliseconds delay{0};
  bool drop_before = false;        // close the connection and do nothing
  bool drop_after_commit = false;  // do everything and close the connection without an answer
};

// Takes one use of the oldest fault for the operation ("*" stands for any).
Fault next_fault(db::Database& database, std::string_view operation);
Result<int64_t> add_fault(db::Tx& tx, const Json& json);
void clear_faults(db::Tx& tx);

}  // namespace beian::sandbox
