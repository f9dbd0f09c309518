// The rows of batches. What people wrote and what was found wrong with it is sealed, bound to its
// batch and row.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "batches/batch.hpp"
#include "platform/db/db.hpp"

namespace beian::batches {

class Store {
 public:
  explicit Store(const crypto::ColumnCipher& cipher) : cipher_(&cipher) {}

  // The batch that an earlier request with this key made; nothing when the key is new.
  // idempotency_key_reused when that request was another one.
  Result<std::optional<std::string>> find_request(db::Tx& tx, const std::string& account_id,
                                                  const std::string& key,
                                                  const std::string& hash) const;
  // db::UniqueViolation when two requests with one key meet.
  void insert(db::Tx& tx, const Batch& batch, const std::string& key, const std::string& hash,
              const std::vector<Row>& rows) const;
  std::optional<Batch> load(db::Tx& tx, const std::string& id) const;
  // Newest first; `before`: only older ones than that id.
  std::vector<Batch> of_account(db::Tx& tx, const std::string& account_id,
                                const std::string& before, size_t limit) const;
  int64_t unfinished(db::Tx& tx, const std::string& account_id) const;
  std::map<RowState, int64_t> counts(db::Tx& tx, const std::string& id) const;

  // In the order of the file; `after`: only rows behind that number; any state when none is given.
  std::vector<Row> rows(db::Tx& tx, const std::string& id, std::optional<RowState> state,
                        int64_t after, size_t limit) const;
  // Moves a row from a state to the one it has now, with all that was found; false: it was in
  // another state.
  bool move(db::Tx& tx, const std::string& id, const Row& row, RowState from) const;
  void move_all(db::Tx& tx, const std::string& id, RowState from, RowState to) const;

  // Compare-and-set on the stage; false: it was at another one.
  bool advance(db::Tx& tx, const Batch& before, Stage stage, bool done, TimePoint now) const;
  bool set_goal(db::Tx& tx, const Batch& before, Stage goal, TimePoint now) const;
  // Batches whose last step is older; how many went.
  int64_t forget(db::Tx& tx, TimePoint before, size_t limit) const;

 private:
  const crypto::ColumnCipher* cipher_;
};

}  // namespace beian::batches
