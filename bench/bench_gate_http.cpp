// The gate's HTTP answers beside nginx returning a constant: one thread of ours or one worker of
// nginx on one core, who asks on another. In turns, medians. Ratios first. Half of the hosts are
// filed, and every answer of the steady load is looked at.
// Usage: bench_gate_http [NAMES, default 2000000] [SECONDS of each run, 5] [TURNS, 3]
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "gate/builder.hpp"
#include "gate/server/run.hpp"
#include "gate_names.hpp"
#include "http_load.hpp"

namespace {

using namespace beian;
using namespace beian::bench;
namespace fs = std::filesystem;

constexpr int kServerCore = 0, kClientCore = 1;
constexpr int kConnections = 64;
constexpr size_t kHosts = 100'000;

void stay_on(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<size_t>(core), &set);
  sched_setaffinity(0, sizeof set, &set);  // of one core there is no other choice
}

// A program of its own, on a core of its own; ended by its own id.
class Program {
 public:
  Program(const std::function<int()>& work, int core, const std::string& out) {
    pid_ = fork();
    if (pid_ != 0) return;
    stay_on(core);
    write_to(out);
    _exit(work());
  }
  Program(const std::vector<std::string>& command, int core, const std::string& out)
      : Program([&] { return run(command); }, core, out) {}
  ~Program() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    wait();
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }
  bool running() {
    if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) != 0) pid_ = -1;
    return pid_ > 0;
  }

 private:
  static void write_to(const std::string& out) {
    const int fd = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
  }
  static int run(const std::vector<std::string>& command) {
    std::vector<char*> argv;
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    return 127;
  }
  pid_t pid_ = -1;
};

uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

void wait_for(uint16_t port, Program& server) {
  for (int i = 0; i < 1000 && server.running(); ++i) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int refused = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::close(fd);
    if (refused == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("a server does not listen");
}

void build(const fs::path& path, uint64_t names) {
  gate::Builder builder(path, {.created = 1'800'000'000});
  const gate::PackedNumber number = gate::pack_number("粤ICP备2026000001号-1").value();
  for (uint64_t n = 0; n < names; ++n) {
    const std::string name = filed_name(n);
    gate::Entry entry;
    entry.name = name;
    entry.number = number + (n << 24);
    builder.add(entry);
  }
  builder.finish();
}

// Whom to ask for, for wrk a line each.
std::vector<Asked> make_requests(const fs::path& hosts, uint64_t names) {
  std::vector<Asked> out;
  std::ofstream file(hosts);
  for (size_t i = 0; i < kHosts; ++i) {
    const uint64_t n = (i * 0x9E3779B97F4A7C15ULL >> 20) % (2 * names);
    const std::string host = host_for(n, i);
    file << host << "\n";
    out.push_back({"GET /check HTTP/1.1\r\nHost: gate\r\nX-Gate-Host: " + host + "\r\n\r\n",
                   n < names ? "204" : "403"});
  }
  return out;
}

void write_script(const fs::path& script, const fs::path& hosts) {
  std::ofstream(script) << "local requests, at = {}, 0\n"
                           "function init()\n"
                           "  for host in io.lines(\""
                        << hosts.string()
                        << "\") do\n"
                           "    requests[#requests + 1] = wrk.format(\"GET\", \"/check\", "
                           "{Host = \"gate\", [\"X-Gate-Host\"] = host})\n"
                           "  end\nend\n"
                           "function request()\n"
                           "  at = at % #requests + 1\n"
                           "  return requests[at]\nend\n";
}

void write_nginx(const fs::path& folder, uint16_t port) {
  std::ofstream(folder / "nginx.conf")
      << "daemon off;\nmaster_process off;\nworker_processes 1;\npid " << folder.string()
      << "/nginx.pid;\nerror_log " << folder.string() << "/nginx.log;\n"
      << "events { worker_connections 1024; }\nhttp {\n  access_log off;\n"
      << "  keepalive_requests 1000000000;\n  client_body_temp_path " << folder.string()
      << "/body;\n  proxy_temp_path " << folder.string() << "/proxy;\n  fastcgi_temp_path "
      << folder.string() << "/fastcgi;\n  uwsgi_temp_path " << folder.string()
      << "/uwsgi;\n  scgi_temp_path " << folder.string()
      << "/scgi;\n  server {\n    listen 127.0.0.1:" << port
      << ";\n    location / { return 204; }\n  }\n}\n";
}

// Answers a second, as wrk tells it.
double wrk(const fs::path& folder, uint16_t port, int seconds) {
  const std::string out = folder / "wrk.out";
  Program program(
      {"wrk", "-t1", "-c" + std::to_string(kConnections), "-d" + std::to_string(seconds) + "s",
       "-s", folder / "ask.lua", "http://127.0.0.1:" + std::to_string(port)},
      kClientCore, out);
  if (program.wait() != 0) throw std::runtime_error("wrk failed");
  std::ifstream in(out);
  double rate = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.find("Socket errors") != line.npos) throw std::runtime_error(line);
    if (line.starts_with("Requests/sec:")) rate = std::atof(line.c_str() + 13);
  }
  return rate;
}

double median(std::vector<double> of) {
  std::ranges::sort(of);
  return of[of.size() / 2];
}

// Puts the snapshot into its own place again and again, as a new one would come.
class Swaps {
 public:
  explicit Swaps(const fs::path& snapshot)
      : thread_([this, snapshot] {
          stay_on(kClientCore);
          const fs::path next = snapshot.string() + ".next";
          while (!done_) {
            fs::copy_file(snapshot, next, fs::copy_options::overwrite_existing);
            fs::rename(next, snapshot);
            std::this_thread::sleep_for(std::chrono::seconds(1));
          }
        }) {}
  ~Swaps() {
    done_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

struct Place {
  fs::path folder;
  uint16_t gate = 0, nginx = 0;
  std::vector<Asked> requests;
};

struct Measured {
  double nginx = 0, gate = 0;
  Load load;  // of the gate, at half of what it can
};

Measured measure(const Place& place, int seconds, int turns) {
  std::vector<double> nginx, gate;
  for (int i = 0; i < turns; ++i) {
    nginx.push_back(wrk(place.folder, place.nginx, seconds));
    gate.push_back(wrk(place.folder, place.gate, seconds));
  }
  Measured out{median(nginx), median(gate), {}};
  std::vector<Load> loads;
  for (int i = 0; i < turns; ++i)
    loads.push_back(steady_load(place.gate, place.requests, kConnections, out.gate / 2, seconds));
  std::ranges::sort(loads, {}, &Load::p99);
  out.load = loads[loads.size() / 2];
  for (const Load& one : loads) out.load.wrong = std::max(out.load.wrong, one.wrong);
  return out;
}

void print(const char* when, const Measured& m) {
  std::printf("%s\n", when);
  std::printf("  answers to nginx's constant 204 (0.85 wanted)  %6.2f  (%.0f to %.0f a second)\n",
              m.gate / m.nginx, m.gate, m.nginx);
  std::printf(
      "  p99 at half load to the 1 ms allowed           %6.2f  (p50 %.0f us, p99 %.0f, p99.9 "
      "%.0f, longest %.0f; %.0f a second, %llu wrong of %llu)\n",
      m.load.p99 / 1000, m.load.p50, m.load.p99, m.load.p999, m.load.most, m.load.rate,
      static_cast<unsigned long long>(m.load.wrong),
      static_cast<unsigned long long>(m.load.answers));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t names = argc > 1 ? static_cast<uint64_t>(std::atoll(argv[1])) : 2'000'000;
  const int seconds = argc > 2 ? std::atoi(argv[2]) : 5;
  const int turns = argc > 3 ? std::atoi(argv[3]) : 3;
  Place place;
  place.folder = fs::temp_directory_path() / ("bench-gate-http-" + std::to_string(getpid()));
  fs::create_directories(place.folder);
  const fs::path snapshot = place.folder / "names.gate";
  build(snapshot, names);
  place.requests = make_requests(place.folder / "hosts", names);
  write_script(place.folder / "ask.lua", place.folder / "hosts");
  place.gate = free_port();
  place.nginx = free_port();
  write_nginx(place.folder, place.nginx);
  {
    gate::server::ServerOptions options;
    options.listen = "127.0.0.1:" + std::to_string(place.gate);
    Program gate([&] { return gate::server::run(snapshot, options) ? 0 : 1; }, kServerCore,
                 place.folder / "gate.log");
    Program nginx({"nginx", "-c", place.folder / "nginx.conf", "-e", place.folder / "nginx.log"},
                  kServerCore, place.folder / "nginx.out");
    wait_for(place.gate, gate);
    wait_for(place.nginx, nginx);
    stay_on(kClientCore);
    std::printf("%.1f million names, %d connections, one core for the server, one for who asks\n",
                static_cast<double>(names) / 1e6, kConnections);
    print("at rest", measure(place, seconds, turns));
    const Swaps swaps(snapshot);
    print("a new snapshot every second", measure(place, seconds, turns));
  }
  std::ifstream log(place.folder / "gate.log");
  size_t swapped = 0;
  for (std::string line; std::getline(log, line);)
    swapped += line.find("gate.swapped") != line.npos;
  std::printf("  snapshots put to work                          %6zu\n", swapped);
  fs::remove_all(place.folder);
  return swapped > 0 ? 0 : 1;
}
