// Which format a log has, told from its first lines.
#pragma once

#include <optional>
#include <string_view>

#include "gate/log_line.hpp"

namespace beian::gate {

// `sample`: the first lines, whole. With a format given, what it leaves open is filled in from them
// (the members of JSON lines, whether unbound's log has only replies). bad_format when half of the
// lines cannot be read in any way that finds hosts in a quarter of them.
Result<LogFormat> settle_format(const std::optional<LogFormat>& given, std::string_view sample,
                                const LogClock& clock);

}  // namespace beian::gate
