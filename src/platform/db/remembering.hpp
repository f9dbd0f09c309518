// One snapshot that is asked the same thing many times: an answer is fetched once and kept as long
// as this lives. Only over the Tx of a read(): there the same question has the same answer to the
// end, so that whoever asks through this sees nothing else than without it.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "platform/db/db.hpp"

namespace beian::db {

class Remembering final : public Tx {
 public:
  explicit Remembering(Tx& snapshot) : snapshot_(snapshot) {}

  Dialect dialect() const override { return snapshot_.dialect(); }
  Rows query(std::string_view sql, const Params& params = {}) override;
  // Nothing is written in a read(): std::logic_error, as there.
  int64_t exec(std::string_view sql, const Params& params = {}) override;

  // Questions that went to the database.
  size_t asked() const { return asked_; }

 private:
  Tx& snapshot_;
  std::unordered_map<std::string, Rows> answers_;  // by text and parameters
  size_t asked_ = 0;
};

}  // namespace beian::db
