// The import of a file of filed records: read, sealed and written at the same time, a thousand or
// some records a transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/filed_files.hpp"
#include "base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"
#include "registry/imports.hpp"

namespace beian::app {

struct ImportDeps {
  db::Database& database;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
  std::string account_id;  // empty: nobody's
  // This provider's number at the authority of a province; 0: none.
  std::function<int64_t(int64_t province)> own_provider;
  std::string terms;   // what account and provider come from
  bool anew = false;   // also when an earlier import of the file was not finished
  size_t batch = 0;    // records a transaction; 0: by the database
  size_t sealers = 0;  // threads; 0: by the machine
  // After each transaction, on the caller's thread.
  std::function<void(const registry::Import&)> progress = {};
  std::function<void(const registry::Refused&)> refused = {};  // at the end, each of them
};

// What tells the file from others: size, time of the last change, and what stands at both ends.
// file_unreadable.
Result<std::string> file_identity(const std::string& path);

// Goes on where an earlier import of the file ended. Problems: the file is broken or unreadable;
// what stands before is imported, and the import is not finished. conflict: another process imports
// the file now. Throws db::Unavailable. Memory: some ten batches.
Result<registry::Import> import_filed(const ImportDeps& deps, const std::string& path,
                                      FiledFormat format);

}  // namespace beian::app
