// The gate's HTTP answers beside nginx returning a constant: one thread of ours or one worker of
// nginx on one core, who asks on another. At rest; while a new snapshot is put in place every
// second; and while the gate follows a feed of changes and merges them into new snapshots all the
// time. In turns, medians; while nginx is measured the gate stands still. Ratios first. Half of the
// hosts are filed, and every answer of the steady load is looked at.
// Usage: bench_gate_http [NAMES, default 2000000] [SECONDS of each run, 5] [TURNS, 3]
//                        [CHANGES A SECOND, 10000]
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/chain.hpp"
#include "gate/builder.hpp"
#include "gate/follow.hpp"
#include "gate/server/run.hpp"
#include "gate_feed.hpp"
#include "gate_names.hpp"
#include "http_load.hpp"
#include "http_peers.hpp"
#include "median.hpp"
#include "platform/http/client.hpp"
#include "programs.hpp"

namespace {

using namespace beian;
using namespace beian::bench;
namespace fs = std::filesystem;

constexpr int kServerCore = 0, kClientCore = 1;
constexpr int kConnections = 64;
constexpr size_t kHosts = 100'000;

void build(const fs::path& path, uint64_t names) {
  gate::Builder builder(path, {.created = 1'800'000'000, .sequence = 0, .chain = kChainStart});
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

// Puts a snapshot into its own place again and again, as a new one would come: two files take
// turns, so that who does it costs nothing.
class Swaps {
 public:
  explicit Swaps(const fs::path& snapshot) {
    const fs::path files[2] = {snapshot.string() + ".a", snapshot.string() + ".b"};
    for (const fs::path& file : files) fs::copy_file(snapshot, file);
    thread_ = std::thread([this, snapshot, a = files[0], b = files[1]] {
      const fs::path next = snapshot.string() + ".next";
      for (bool first = true; !done_; first = !first) {
        fs::create_hard_link(first ? a : b, next);
        fs::rename(next, snapshot);
        for (int i = 0; i < 50 && !done_; ++i)
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    });
  }
  ~Swaps() {
    done_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

struct Server {
  uint16_t port = 0;
  Program* program = nullptr;
  std::vector<Asked> requests;
};

struct Place {
  fs::path folder;
  Server gate, nginx;
  Feed* feed = nullptr;
};

struct Measured {
  double nginx = 0, gate = 0;               // answers a second
  std::vector<Load> nginx_load, gate_load;  // at half of what the gate can; the median is in front
};

std::vector<Load> by_p99(std::vector<Load> loads) {
  std::ranges::sort(loads, {}, &Load::p99);
  return loads;
}

Measured measure(const Place& place, int seconds, int turns) {
  // What the gate has to do besides must not be a burden of nginx's.
  const auto only = [&](bool nginx) {
    if (place.feed != nullptr) place.feed->go_on(!nginx);
    place.gate.program->pause(nginx);
  };
  std::vector<double> nginx, gate;
  for (int i = 0; i < turns; ++i) {
    only(true);
    nginx.push_back(wrk(place.folder, place.nginx.port, kConnections, seconds, kClientCore));
    only(false);
    gate.push_back(wrk(place.folder, place.gate.port, kConnections, seconds, kClientCore));
  }
  Measured out{.nginx = median(nginx), .gate = median(gate), .nginx_load = {}, .gate_load = {}};
  for (int i = 0; i < turns; ++i) {
    only(true);
    out.nginx_load.push_back(
        steady_load(place.nginx.port, place.nginx.requests, kConnections, out.gate / 2, seconds));
    only(false);
    out.gate_load.push_back(
        steady_load(place.gate.port, place.gate.requests, kConnections, out.gate / 2, seconds));
  }
  out.nginx_load = by_p99(std::move(out.nginx_load));
  out.gate_load = by_p99(std::move(out.gate_load));
  return out;
}

void print(const char* who, const std::vector<Load>& loads) {
  const Load& middle = loads[loads.size() / 2];
  uint64_t answers = 0, wrong = 0;
  double taken = 0;
  for (const Load& one : loads) {
    answers += one.answers;
    wrong += one.wrong;
    taken += one.taken / static_cast<double>(loads.size());
  }
  std::printf(
      "    %s  p50 %.0f us, p99 %.0f (least %.0f, middle window %.0f), p99.9 %.0f, longest %.0f; "
      "%.0f a second, %llu wrong of %llu; the host took %.1f ms of a second\n",
      who, middle.p50, middle.p99, loads.front().p99, middle.p99_window, middle.p999, middle.most,
      middle.rate, static_cast<unsigned long long>(wrong), static_cast<unsigned long long>(answers),
      taken);
}

void print(const char* when, const Measured& m) {
  const double gate = m.gate_load[m.gate_load.size() / 2].p99,
               nginx = m.nginx_load[m.nginx_load.size() / 2].p99;
  const double window = m.gate_load[m.gate_load.size() / 2].p99_window;
  std::printf("%s\n", when);
  std::printf("  answers to nginx's constant 204 (0.85 wanted)  %6.2f  (%.0f to %.0f a second)\n",
              m.gate / m.nginx, m.gate, m.nginx);
  std::printf("  p99 at half load to the 1 ms allowed           %6.2f\n", gate / 1000);
  std::printf("  the same in the middle window of 20 ms         %6.2f\n", window / 1000);
  std::printf("  p99 to that of nginx at the same load          %6.2f\n", gate / nginx);
  print("gate ", m.gate_load);
  print("nginx", m.nginx_load);
  std::fflush(stdout);
}

gate::server::ServerOptions at_port(uint16_t port) {
  gate::server::ServerOptions options;
  options.listen = "127.0.0.1:" + std::to_string(port);
  return options;
}

// As `beian gate serve --from` does it.
int follow(const fs::path& snapshot, uint16_t feed, uint16_t port, size_t merge_after) {
  gate::server::hold_signals();
  gate::FollowOptions options;
  options.origin = "http://127.0.0.1:" + std::to_string(feed);
  options.keeper.path = snapshot;
  options.keeper.merge_after = merge_after;
  options.keeper.load = true;
  gate::Follower follower(options);
  if (!follower.start() || !follower.wait_until(0, std::chrono::seconds(60))) return 1;
  const auto tick = [&](bool, gate::server::Board& board) {
    const gate::FollowState state = follower.state();
    board.swaps = state.fetches + state.merges;
    board.feed = state.connected ? 1 : 0;
    board.feed_changes = state.overlay_changes;
  };
  return gate::server::run(*follower.live(), at_port(port), tick) ? 0 : 1;
}

uint64_t metric(uint16_t port, const std::string& name) {
  http::ClientRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(port) + "/metrics";
  const auto answer = http::send(request);
  const size_t at = answer ? answer->body.find("\n" + name + " ") : std::string::npos;
  return at == std::string::npos
             ? 0
             : std::strtoull(answer->body.c_str() + at + name.size() + 2, nullptr, 10);
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t names = argc > 1 ? static_cast<uint64_t>(std::atoll(argv[1])) : 2'000'000;
  const int seconds = argc > 2 ? std::atoi(argv[2]) : 5;
  const int turns = argc > 3 ? std::atoi(argv[3]) : 3;
  const uint64_t changes = argc > 4 ? static_cast<uint64_t>(std::atoll(argv[4])) : 10'000;
  Place place;
  place.folder = fs::temp_directory_path() / ("bench-gate-http-" + std::to_string(getpid()));
  fs::create_directories(place.folder);
  const fs::path snapshot = place.folder / "names.gate", followed = place.folder / "followed.gate";
  build(snapshot, names);
  fs::copy_file(snapshot, followed);
  place.gate.requests = place.nginx.requests = make_requests(place.folder / "hosts", names);
  for (Asked& one : place.nginx.requests) one.status = "204";
  write_wrk_script(place.folder, place.folder / "hosts");
  place.nginx.port = free_port();
  write_nginx(place.folder, place.nginx.port);
  Program nginx({"nginx", "-c", place.folder / "nginx.conf", "-e", place.folder / "nginx.log"},
                kServerCore, place.folder / "nginx.out");
  wait_for(place.nginx.port, nginx);
  std::printf("%.1f million names, %d connections, one core for the server, one for who asks\n",
              static_cast<double>(names) / 1e6, kConnections);
  uint64_t swapped = 0, merged = 0;
  {
    place.gate.port = free_port();
    Program gate([&] { return gate::server::run(snapshot, at_port(place.gate.port)) ? 0 : 1; },
                 kServerCore, place.folder / "gate.log");
    place.gate.program = &gate;
    wait_for(place.gate.port, gate);
    stay_on(kClientCore);
    print("at rest", measure(place, seconds, turns));
    const Swaps swaps(snapshot);
    print("a new snapshot every second", measure(place, seconds, turns));
    swapped = metric(place.gate.port, "beian_gate_snapshot_swaps_total");
    std::printf("  snapshots put to work                          %6llu\n",
                static_cast<unsigned long long>(swapped));
  }
  {
    Feed feed(names, changes);
    place.feed = &feed;
    place.gate.port = free_port();
    Program gate([&] { return follow(followed, feed.port(), place.gate.port, changes * 2); },
                 kServerCore, place.folder / "follow.log");
    place.gate.program = &gate;
    feed.begin();
    wait_for(place.gate.port, gate);
    print("10,000 changes a second, merged into new snapshots all the time",
          measure(place, seconds, turns));
    merged = metric(place.gate.port, "beian_gate_snapshot_swaps_total");
    std::printf(
        "  changes in force                               %6llu of %llu told\n"
        "  snapshots put to work                          %6llu\n",
        static_cast<unsigned long long>(metric(place.gate.port, "beian_gate_sequence")),
        static_cast<unsigned long long>(feed.told()), static_cast<unsigned long long>(merged));
  }
  fs::remove_all(place.folder);
  return swapped > 0 && merged > 0 ? 0 : 1;
}
