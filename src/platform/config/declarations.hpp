// The one table of settings. Private to platform/config.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/config/settings.hpp"

namespace beian::config {

enum class Kind { text, integer, boolean, choice, numbers };

struct Value {
  std::string text;
  int64_t number = 0;
  std::vector<int> numbers{};
  bool flag = false;
};

struct Declaration {
  std::string_view key;  // "server.port"
  Kind kind;
  std::string_view otherwise;  // the default, as on a command line
  int64_t min, max;            // integers; numbers: each, ascending, "30,40,44"
  std::string_view choices;    // choice: "debug|info|warn|error"
  std::string_view zh, en;
  void (*apply)(Settings&, const Value&);
};

std::span<const Declaration> declarations();
// By administrators, in the database: what says how people file, and nothing of the machine. A
// wrong address could be mended only where nobody of the portal comes, and whoever may name a
// program may run any.
bool may_be_kept(const Declaration& declaration);
std::string environment_name(const Declaration& declaration);  // BEIAN_SERVER_PORT
std::string limits(const Declaration& declaration);            // "1–64"; empty: any text

// The keys of an [[authority]] table.
struct LinkKey {
  std::string_view key;
  std::string_view example;  // as TOML
  std::string_view zh, en;
};
std::span<const LinkKey> link_keys();

}  // namespace beian::config
