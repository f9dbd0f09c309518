// The machine's ceiling for HTTP: an empty handler behind the server, driven by wrk with 50
// connections. Usage:
//   bench_http_empty [--seconds N] [--handler-threads N] [--io-threads N]
#include <spawn.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/http/server.hpp"

namespace {

// wrk's exit status; 127 when there is none.
int run_wrk(const std::string& url, int seconds) {
  std::string duration = "-d" + std::to_string(seconds) + "s";
  std::string target = url;
  std::string words[] = {"wrk", "-t1", "-c50", duration, "--latency", target};
  char* argv[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                  words[4].data(), words[5].data(), nullptr};
  pid_t child = 0;
  if (posix_spawnp(&child, "wrk", nullptr, nullptr, argv, environ) != 0) return 127;
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

}  // namespace

int main(int argc, char** argv) {
  beian::http::ServerOptions options;
  options.handler_threads = 2;
  int seconds = 5;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const int value = std::atoi(argv[i + 1]);
    if (name == "--seconds") seconds = value;
    if (name == "--handler-threads") options.handler_threads = static_cast<size_t>(value);
    if (name == "--io-threads") options.io_threads = static_cast<size_t>(value);
  }
  beian::http::Server server(
      options, [](const beian::http::Request&) { return beian::http::Response::no_content(); });
  std::printf("empty handler, %zu io and %zu handler threads, 50 connections\n", options.io_threads,
              options.handler_threads);
  std::fflush(stdout);
  const int status = run_wrk(server.origin() + "/", seconds);
  return server.stop() ? status : 1;
}
