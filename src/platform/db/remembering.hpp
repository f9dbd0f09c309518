// One snapshot that is asked the same thing many times: an answer is fetched once and kept as long
// as this lives. Only over the Tx of a read(): there the same question has the same answer to the
// end, so that whoever asks through this sees nothing else than without it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

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

  // Finds out what `work` will ask, and asks it in few statements instead of many: where a server
  // is asked, each question costs a way there and back. `work` is called once to be listened to: a
  // question whose text is known with other parameters is answered with no rows. So whatever it
  // does must be thrown away, and whatever it throws does not matter; it is to be done again
  // afterwards, and then gets true answers. On SQLite, which is no way away, nothing happens.
  void foresee(const std::function<void()>& work);

 private:
  struct Question {
    std::string key;
    std::vector<Value> values;  // in the order of the text's parameters
  };
  using Questions = std::vector<Question>;
  bool note(std::string_view sql, const std::string& key, const Params& params);
  void ask_all(const std::string& sql, const Questions& questions);

  Tx& snapshot_;
  std::unordered_map<std::string, Rows> answers_;  // by text and parameters
  std::unordered_set<std::string> texts_;          // that were asked
  size_t asked_ = 0;
  bool listening_ = false;
  std::unordered_map<std::string, Questions> noted_;  // by text
  std::unordered_set<std::string> noted_keys_;
};

}  // namespace beian::db
