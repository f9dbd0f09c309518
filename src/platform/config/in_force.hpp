// The settings that a process runs with, for whoever administers it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/config/settings.hpp"

namespace beian::config {

struct InForce {
  std::string_view key;        // "server.port"
  std::string value;           // without user and password of a database
  std::string_view from;       // default, kept, file, environment, command_line
  std::string_view otherwise;  // the default
  std::string limits;          // as in settings_page; empty: any text
  std::string environment;     // BEIAN_SERVER_PORT
  std::string_view zh, en;     // what it means
  bool may_be_kept = false;    // by administrators, in the database
};

// All of them in the order of settings_page, as load() takes them from these sources; authority
// links are not among them. What is wrong in the sources is left out: load() has told it.
std::vector<InForce> in_force(const Sources& sources);

}  // namespace beian::config
