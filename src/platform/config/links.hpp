// [[authority]] tables. Private to platform/config.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "platform/config/settings.hpp"

namespace beian::config {

// `folder`: where relative password files are looked for. Adds to `problems`.
std::vector<AuthorityLink> read_links(const Json& tables, const std::string& folder,
                                      Problems& problems);
// The whole file; file_unreadable with path and reason.
Result<std::string> read_file(const std::string& path, const std::string& field);
Problem bad_setting(const std::string& key, std::string reason);
Problem unknown_setting(const std::string& key);

}  // namespace beian::config
