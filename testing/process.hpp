// Real programs under test: started, watched, ended by their own id.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace beian::testing {

class Process {
 public:
  // Starts at once; standard output and error go to `log_file` (appended).
  Process(std::vector<std::string> command, std::string log_file);
  ~Process();  // SIGKILL when still running
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  void signal(int number);
  // The exit code, or 128 + the signal's number; waits at most `patience`, then -1.
  int wait(std::chrono::milliseconds patience);
  void kill_now();  // SIGKILL and reaped
  bool running();

 private:
  pid_t pid_ = -1;
};

struct RunResult {
  int exit_code;
  std::string output;  // standard output
};
RunResult run(const std::vector<std::string>& command, const std::string& input = {});

uint16_t free_port();
}  // namespace beian::testing
