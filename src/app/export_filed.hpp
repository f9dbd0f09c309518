// What is filed, as files that `beian registry import` reads back to the same.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"
#include "registry/filed_records.hpp"

namespace beian::app {

struct ExportReport {
  int64_t records = 0;
  registry::LeftOut left_out;
  int64_t unfit = 0;  // what the format has no words or no room for
};
// False ends it.
using Write = std::function<bool(std::string_view part)>;

// registry/filed_csv.hpp, UTF-8. Personal data in plain.
Result<ExportReport> export_csv(db::Tx& tx, const crypto::ColumnCipher& cipher, const Write& write);
// A full synchronisation (SJTB) of that profile, GBK. not_found: no such profile.
Result<ExportReport> export_library(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                    const std::string& profile, const Write& write);

}  // namespace beian::app
