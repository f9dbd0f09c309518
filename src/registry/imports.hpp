// How far the import of a file came: told in the transaction that writes its records, so that
// whatever is killed when, the next run goes on with the first record that is not written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

struct Import {
  std::string source;  // what tells the file from others
  std::string name;    // for people
  std::string terms;   // account, provider: what else its result depends on
  int64_t read = 0;    // records that are done with
  int64_t added = 0, changed = 0, unchanged = 0, refused = 0;
  TimePoint started, finished;  // finished 0: there is more
};
// A record that was not taken. `content` is as it stood in the file, for whoever mends it; it is
// personal data, sealed while it is here.
struct Refused {
  int64_t record = 0, line = 0;  // from 1
  std::string place, reason, content;
};

// Goes on with an import of the same source that was not finished, if its terms are the same and
// `anew` is not wanted; else it begins.
Import begin_import(db::Tx& tx, TimePoint now, const Import& wanted, bool anew);
// Adds what a transaction did: `step` counts, `step.read` records more. False when somebody else
// imports the file too and was faster: roll back.
bool advance_import(db::Tx& tx, const Import& before, const Import& step);
void keep_refused(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& source,
                  const Refused& refused);
// In the order of the file, after that record.
std::vector<Refused> refused_after(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                   const std::string& source, int64_t record, int64_t limit);
// Done; what was refused is forgotten.
void finish_import(db::Tx& tx, TimePoint now, const std::string& source);

}  // namespace beian::registry
