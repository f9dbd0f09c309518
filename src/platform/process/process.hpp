// Another program, run to its end: no shell, nothing of this process but what is given to it, and a
// limit on everything that it may take. For programs that are shown bytes of strangers.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace beian::process {

struct Command {
  std::vector<std::string> words;        // the program, by its path or a name in PATH; arguments
  std::vector<std::string> environment;  // "NAME=value", all of it; our PATH is added
  std::string_view input;                // what it reads from standard input
};

struct Limits {
  Millis time{60'000};                   // of the clock, then it is killed
  size_t output = size_t{1024} * 1024;   // bytes of standard output, then it is killed
  uint64_t memory = uint64_t{2} << 30U;  // bytes of addresses, as RLIMIT_AS counts them
  int nice = 5;                          // its nice value
  std::stop_token stop{};                // requested: it is killed at once
};

struct End {
  enum class Kind { exited, killed, too_long, too_much, stopped } kind = Kind::exited;
  int code = 0;        // exited: its exit code; killed: the signal, by somebody else
  std::string output;  // standard output, up to the limit; what it says as an error is left out
};

// Waits for the end, and for that of what the program started itself. The input goes through
// memory, not through a file. Throws std::system_error when the program cannot be started (not
// there, may not be run) or the system gives no pipe or memory.
End run(const Command& command, const Limits& limits = {});

}  // namespace beian::process
