// Scanning a log: what `beian gate scan` does over a stream of zstd, beside `zstdcat | wc -l` over
// the same, in turns, each in a process of its own. The ratio first; then the lines' rate and the
// memory that was resident.
// Usage: bench_scan [GB of lines, default 10] [HOSTS, default 200000]
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "gate/builder.hpp"
#include "gate/scan.hpp"
#include "gate_names.hpp"
#include "median.hpp"

namespace {

using namespace beian;
using namespace beian::bench;

constexpr int kRuns = 3;
constexpr size_t kPieceBytes = size_t{400} << 20;  // of lines; the stream repeats it

// As a busy front end writes them: nginx's combined with host and server address behind.
class Log {
 public:
  explicit Log(uint64_t hosts) : hosts_(hosts) {}

  void append_line(std::string& out) {
    static constexpr const char* kAgents[] = {
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/131.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Mobile/15E148 MicroMessenger/8.0.54",
        "Mozilla/5.0 (Linux; Android 14; 样例) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "curl/8.5.0"};
    static constexpr const char* kPaths[] = {
        "/", "/static/js/app.", "/api/v2/items?page=", "/images/product/", "/news/2026/11/"};
    // Few hosts have most of the requests.
    const double u = static_cast<double>(random_() >> 11) * 0x1.0p-53;
    const auto host = static_cast<uint64_t>(static_cast<double>(hosts_) * u * u * u);
    if (random_() % 16 == 0) ++second_;
    char text[1024];
    const uint64_t r = random_(), q = random_();
    const std::string name = host_for(host * 2, host);
    const int size = std::snprintf(
        text, sizeof text,
        "%u.%u.%u.%u - - [30/Nov/2026:%02u:%02u:%02u +0800] \"%s %s%llu HTTP/1.1\" %u %u "
        "\"https://%s/\" \"%s\" \"%s\" 203.0.113.%u 0.%03u\n",
        static_cast<unsigned>(r & 127) + 64, static_cast<unsigned>(r >> 8 & 255),
        static_cast<unsigned>(r >> 16 & 255), static_cast<unsigned>(r >> 24 & 255),
        second_ / 3600 % 24, second_ / 60 % 60, second_ % 60, q % 8 == 0 ? "POST" : "GET",
        kPaths[q % 5], static_cast<unsigned long long>(q >> 44), q % 9 == 0 ? 304u : 200u,
        static_cast<unsigned>(r >> 40 & 0xffff), name.c_str(), kAgents[r % 5], name.c_str(),
        static_cast<unsigned>(host % 4) + 1, static_cast<unsigned>(q >> 20 & 255));
    out.append(text, static_cast<size_t>(size));
  }

 private:
  uint64_t hosts_;
  std::mt19937_64 random_{1};
  unsigned second_ = 0;
};

void write_log(const std::string& path, uint64_t hosts) {
  Log log(hosts);
  std::string text;
  text.reserve(kPieceBytes + 4096);
  while (text.size() < kPieceBytes) log.append_line(text);
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  const size_t size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3);
  if (ZSTD_isError(size) != 0) throw std::runtime_error("zstd");
  std::FILE* out = std::fopen(path.c_str(), "wb");
  if (out == nullptr || std::fwrite(packed.data(), 1, size, out) != size || std::fclose(out) != 0)
    throw std::runtime_error("cannot write " + path);
  std::printf("a log of %.0f MB, %.1f times smaller as zstd, %llu hosts\n",
              static_cast<double>(text.size()) / 1e6,
              static_cast<double>(text.size()) / static_cast<double>(size),
              static_cast<unsigned long long>(hosts));
}

void write_snapshot(const std::string& path, uint64_t hosts) {
  gate::Builder builder(path);
  for (uint64_t n = 0; n < hosts; ++n) {
    const std::string name = filed_name(n * 2);
    gate::Entry entry;
    entry.name = name;
    if (n % 10 != 0) builder.add(entry);
  }
  builder.finish();
}

struct Took {
  double seconds = 0, processor = 0, resident = 0;
};

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

Took in_child(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  if (status != 0) throw std::runtime_error("the measured process failed");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return {took.count(), seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) * 1024};
}

void count_lines(const std::string& files) {
  const std::string command = "zstdcat" + files + " | wc -l >/dev/null";
  execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  _exit(1);
}

void scan(const std::string& filed, const std::vector<std::string>& files) {
  const auto snapshot = gate::Snapshot::open(filed);
  gate::ScanOptions options;
  options.files = files;
  options.clock.now = 1'800'000'000;
  gate::SortedRuns hosts = gate::host_runs(options);
  const gate::ScanTotals totals = gate::read_logs(options, snapshot->suffixes(), hosts);
  uint64_t rows = 0;
  gate::ScanSinks sinks;
  sinks.unfiled = [&](const gate::UnfiledHost&) { ++rows; };
  const auto found = gate::judge_hosts(options, *snapshot, options.clock.now, hosts, sinks);
  const bool right = totals.whole() && totals.requests == totals.lines && rows == found.unfiled &&
                     found.unfiled > 0 && found.filed > found.unfiled;
  if (!right) _exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  const double gigabytes = argc > 1 ? std::atof(argv[1]) : 10;
  const uint64_t hosts = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 200'000;
  std::string folder = (std::filesystem::temp_directory_path() / "bench_scan.XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 2;
  const std::string log = folder + "/access.log.zst", filed = folder + "/filed.gate";
  write_log(log, hosts);
  write_snapshot(filed, hosts);
  const auto times = static_cast<size_t>(
      std::max(1.0, std::round(gigabytes * 1e9 / static_cast<double>(kPieceBytes))));
  const std::vector<std::string> files(times, log);
  std::string all;
  for (const std::string& file : files) all += " " + file;
  const double megabytes = static_cast<double>(times * kPieceBytes) / 1e6;
  std::vector<double> ratios, work, ours, theirs, resident;
  for (int i = 0; i < kRuns; ++i) {
    const Took bare = in_child([&] { count_lines(all); });
    const Took scanned = in_child([&] { scan(filed, files); });
    theirs.push_back(bare.seconds);
    ours.push_back(scanned.seconds);
    ratios.push_back(bare.seconds / scanned.seconds);
    work.push_back(scanned.processor / bare.processor);
    resident.push_back(scanned.resident);
  }
  std::printf("%3.0f %% of zstdcat | wc -l's rate (wanted: 80 %%)\n", 100 * median(ratios));
  std::printf("  with %.0f %% of its processor time; resident %.0f MB\n", 100 * median(work),
              median(resident) / 1e6);
  std::printf("  %.0f MB of lines: %.0f MB/s, zstdcat | wc -l %.0f MB/s\n", megabytes,
              megabytes / median(ours), megabytes / median(theirs));
  std::filesystem::remove_all(folder);
  return 0;
}
