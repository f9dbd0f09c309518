// Logging: one JSON object a line on standard error. Personal<> and Secret have no way in.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace beian::log {

enum class Level { debug, info, warn, error };
void set_level(Level level);
// "debug", "info", "warn", "error"; false for another word.
bool parse_level(std::string_view word, Level& out);
// Where lines go instead of standard error (each without its line end); empty: back again.
void set_sink(std::function<void(std::string_view line)> sink);
// log::info("order.submitted", {{"order", id}, {"account", account}});
using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;
void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
  write(Level::info, event, fields);
}
inline void warn(std::string_view event, Fields fields = {}) {
  write(Level::warn, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::error, event, fields);
}

}  // namespace beian::log
