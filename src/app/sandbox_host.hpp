// The sandbox authority with its server and store: what `beian authority` and `beian demo` run.
#pragma once

#include <memory>
#include <string>

#include "base/json.hpp"
#include "platform/http/server.hpp"
#include "sandbox/sandbox.hpp"

namespace beian::app {

struct SandboxHostOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;
  std::string data_directory;
  std::string database_url;  // empty: SQLite in the data folder
  sandbox::Options sandbox;
  // For tests: a clock that outlives the host (none: the system's), and whether start() also starts
  // the background work (else the test calls sandbox().run_due()).
  const Clock* clock = nullptr;
  bool background = true;
};

class SandboxHost {
 public:
  explicit SandboxHost(SandboxHostOptions options);
  ~SandboxHost();
  SandboxHost(const SandboxHost&) = delete;
  SandboxHost& operator=(const SandboxHost&) = delete;

  sandbox::Sandbox& sandbox();
  void start();
  std::string origin() const;  // once started
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace beian::app
