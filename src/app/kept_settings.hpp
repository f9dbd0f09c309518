// Settings that administrators keep in the database. They count from the next start, where the
// settings file, the environment and the command line win over them.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/config/settings.hpp"
#include "platform/db/db.hpp"
#include "platform/http/http.hpp"

namespace beian::app {

// As they stand.
config::Values kept_settings(db::Tx& tx);
// For a start: without what this program does not understand, which is logged; none in a database
// that is older than their table.
config::Values usable_settings(db::Database& database);

// Who did it, and from where, goes into the audit log.
struct SettingChange {
  TimePoint now;
  const http::Caller& caller;
  const std::string& remote;
  Language language = Language::zh;  // of what is refused
};
// The value in its normal form. Problems as of config::kept_value.
Result<std::string> keep_setting(db::Database& database, const SettingChange& change,
                                 const std::string& key, const std::string& value);
// Back to what holds without it. not_found when nothing is kept.
Status forget_setting(db::Database& database, const SettingChange& change, const std::string& key);

}  // namespace beian::app
