#include "platform/process/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include "base/descriptor.hpp"

namespace beian::process {
namespace {

using Clock = std::chrono::steady_clock;

// Code 0 is success, as posix_spawn and its kin answer.
void must(int code, const char* what) {
  if (code != 0) throw std::system_error(code, std::generic_category(), what);
}

Descriptor checked(int number, const char* what) {
  if (number < 0) must(errno, what);
  return Descriptor(number);
}

void put_input(const Descriptor& memory, std::string_view input) {
  write_all(memory.get(), input, "input");
  if (::lseek(memory.get(), 0, SEEK_SET) < 0) must(errno, "input");
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (auto& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

// A process group of its own, to be ended with all that it starts; no signal blocked, and no other
// descriptor open: sockets of the server are among them.
pid_t spawn(const Command& command, int input, int output) {
  std::vector<std::string> words = command.words, environment = command.environment;
  const char* path = std::getenv("PATH");
  environment.push_back(std::string("PATH=") + (path ? path : "/usr/bin:/bin"));
  posix_spawn_file_actions_t actions;
  must(posix_spawn_file_actions_init(&actions), "spawn");
  posix_spawnattr_t attributes;
  must(posix_spawnattr_init(&attributes), "spawn");
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int code = posix_spawnp(&child, words.at(0).c_str(), &actions, &attributes,
                                pointers(words).data(), pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  must(code, words.at(0).c_str());
  return child;
}

// From here, a moment after its start, because nothing may be done between fork and exec by a
// process of many threads. The processor's time ends it when this process is gone before it.
void limit(pid_t child, const Limits& limits) {
  const auto seconds =
      static_cast<rlim_t>(std::chrono::ceil<std::chrono::seconds>(limits.time).count()) + 1;
  const rlimit memory{limits.memory, limits.memory}, time{seconds, seconds}, files{0, 0};
  prlimit(child, RLIMIT_AS, &memory, nullptr);
  prlimit(child, RLIMIT_CPU, &time, nullptr);
  prlimit(child, RLIMIT_FSIZE, &files, nullptr);
  prlimit(child, RLIMIT_CORE, &files, nullptr);
  setpriority(PRIO_PROCESS, static_cast<id_t>(child), limits.nice);
}

// What it is waited for with.
struct Patience {
  Clock::time_point until;
  int stop;  // readable: enough
};

// `exited`: there is something to be read.
End::Kind wait_for(int descriptor, const Patience& patience) {
  for (;;) {
    const auto left = std::chrono::ceil<Millis>(patience.until - Clock::now());
    if (left <= Millis::zero()) return End::Kind::too_long;
    std::array<pollfd, 2> both{{{descriptor, POLLIN, 0}, {patience.stop, POLLIN, 0}}};
    const int ready = ::poll(both.data(), both.size(), static_cast<int>(left.count()));
    if (ready > 0) return both[1].revents != 0 ? End::Kind::stopped : End::Kind::exited;
    if (ready < 0 && errno != EINTR) must(errno, "poll");
  }
}

// What stops it, or `exited` when it said all that it had to say and is gone.
End::Kind listen(int output, int child, const Patience& patience, size_t most, std::string& said) {
  std::array<char, size_t{16} * 1024> piece{};
  for (;;) {
    if (const auto kind = wait_for(output, patience); kind != End::Kind::exited) return kind;
    const ssize_t got = ::read(output, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) must(errno, "output");
    if (got == 0) return wait_for(child, patience);
    const size_t room = most - said.size();
    said.append(piece.data(), std::min(room, static_cast<size_t>(got)));
    if (static_cast<size_t>(got) > room) return End::Kind::too_much;
  }
}

// Ends what still runs of it, however it came to leave, and takes its status.
class Running {
 public:
  explicit Running(pid_t child) : child_(child) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { end(); }
  int end() {
    if (child_ == 0) return status_;
    ::kill(-child_, SIGKILL);
    while (::waitpid(child_, &status_, 0) < 0 && errno == EINTR) {
    }
    child_ = 0;
    return status_;
  }

 private:
  pid_t child_;
  int status_ = 0;
};

}  // namespace

End run(const Command& command, const Limits& limits) {
  const Descriptor input = checked(::memfd_create("input", MFD_CLOEXEC), "memory");
  put_input(input, command.input);
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) must(errno, "pipe");
  const Descriptor output(pipe[0]);
  Descriptor written(pipe[1]);

  const pid_t child = spawn(command, input.get(), written.get());
  Running running(child);
  limit(child, limits);
  written.close();
  // By its number: glibc 2.36 declares pidfd_open() for C only.
  const Descriptor watched =
      checked(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)), "pidfd");

  const Descriptor stop = checked(::eventfd(0, EFD_CLOEXEC), "eventfd");
  const std::stop_callback wake(limits.stop, [&] { ::eventfd_write(stop.get(), 1); });

  End end;
  end.kind = listen(output.get(), watched.get(), {Clock::now() + limits.time, stop.get()},
                    limits.output, end.output);
  const int status = running.end();
  if (end.kind != End::Kind::exited) return end;
  if (WIFSIGNALED(status)) {
    end.kind = End::Kind::killed;
    end.code = WTERMSIG(status);
  } else {
    end.code = WEXITSTATUS(status);
  }
  return end;
}

}  // namespace beian::process
