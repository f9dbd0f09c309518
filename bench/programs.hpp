// Programs that a benchmark measures: each on a core of its own, ended by its own id.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace beian::bench {

// The calling thread and those that it starts. Of one core there is no other choice.
void stay_on(int core);

class Program {
 public:
  // What `work` returns is how it ends; what it writes goes to the file `out`.
  Program(const std::function<int()>& work, int core, const std::string& out);
  Program(const std::vector<std::string>& command, int core, const std::string& out);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  int wait();
  bool running();
  // Not a moment of the processor until it goes on.
  void pause(bool on);

 private:
  pid_t pid_ = -1;
};

uint16_t free_port();
// Throws when the server ends before it listens there.
void wait_for(uint16_t port, Program& server);

}  // namespace beian::bench
