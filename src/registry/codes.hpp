// The code tables as authorities deliver them (JCDM): each delivery that differs is a new version;
// version 1 is the table in the program (china/codes.hpp). A delivered table replaces the earlier
// one whole: a code that it does not name is no longer known, one that it marks invalid is no
// longer offered. Names of tables are those of china/codes.hpp; tables that only authorities have:
// region, feedback_class, administration, reporting_unit.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "china/codes.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

struct DeliveredRow {
  int64_t code = 0;
  std::string zh, note;
  bool offered = true;
  Json more;  // what only this table has, or null
};

// A delivery may come in pieces: rows join the version that is arriving from this file, and
// `enforce` puts it in force when the last has come. A code told twice: the last counts.
void put_codes(db::Tx& tx, TimePoint now, const std::string& source, int64_t download,
               const std::string& table, const std::vector<DeliveredRow>& rows);
struct Enforced {
  std::string table;
  int64_t version = 0;
  bool changed = false;  // false: the same as the one in force; nothing was kept
};
// All tables that arrived from this file.
std::vector<Enforced> enforce_codes(db::Tx& tx, TimePoint now, int64_t download);

// The tables in force, with what the program knows about their codes beside (English names,
// groups, …).
struct CodeVersion {
  std::string table, title;
  int64_t version = 1;
  std::string source;    // empty: the program's
  int64_t download = 0;  // 0: the program's
  TimePoint since{};
};
std::vector<CodeVersion> code_versions(db::Tx& tx);
struct CurrentTable {
  CodeVersion version;
  china::CodeTable table;
};
// not_found: no such table.
Result<CurrentTable> current_codes(db::Tx& tx, const std::string& table);

// For judging and naming many codes: reads each table once.
class CodeBook {
 public:
  explicit CodeBook(db::Tx& tx) : tx_(tx) {}
  // code_unknown at `field` unless the table in force has the code and still offers it.
  Status check(const std::string& table, int64_t code, std::string field = {});
  // The name, or the number itself when the table does not have it.
  std::string name(const std::string& table, int64_t code);

 private:
  const china::CodeTable& table(const std::string& name);
  db::Tx& tx_;
  std::map<std::string, china::CodeTable> tables_;
};

}  // namespace beian::registry
