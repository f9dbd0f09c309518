// gate scan: which hosts are asked for in logs that may not be served here.
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <optional>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "app/current_snapshot.hpp"
#include "app/unfiled_sites.hpp"
#include "base/clock.hpp"
#include "base/csv.hpp"
#include "base/json.hpp"
#include "gate/printable.hpp"
#include "gate/scan.hpp"

namespace beian::app {

namespace {

using gate::ScannedFile;

constexpr int kNotWhole = 3;

gate::Seconds now() {
  return static_cast<gate::Seconds>(
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
}

Json number(uint64_t n) {
  return {static_cast<int64_t>(n)};
}

// How much of the files is done, on a terminal.
class Progress {
 public:
  explicit Progress(const std::vector<std::string>& files) : shown_(isatty(STDERR_FILENO) != 0) {
    for (const std::string& file : files) {
      struct stat about {};
      if (::stat(file.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) unknown_ = true;
      total_ += static_cast<uint64_t>(about.st_size);
    }
  }
  ~Progress() {
    if (any_) std::fputs("\r\033[K", stderr);
  }
  void show(uint64_t bytes, uint64_t lines) {
    if (!shown_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < kEvery) return;
    last_ = now;
    any_ = true;
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    const double done = static_cast<double>(bytes) / kMega;
    constexpr uint64_t kWidth = 30;
    if (unknown_ || total_ == 0) {
      std::fprintf(stderr, "\r%.1f MB, ", done);
    } else {
      const uint64_t bars = std::min(kWidth, bytes * kWidth / total_);
      std::fprintf(stderr, "\r[%-30s] %3.0f %%, ", std::string(bars, '#').c_str(),
                   100.0 * static_cast<double>(bytes) / static_cast<double>(total_));
    }
    std::fprintf(stderr, "%.1f million lines, %.1f MB/s\033[K", static_cast<double>(lines) / 1e6,
                 done / seconds);
  }

 private:
  static constexpr std::chrono::milliseconds kEvery{200};
  static constexpr double kMega = 1e6;
  using Clock = std::chrono::steady_clock;
  bool shown_, unknown_ = false, any_ = false;
  uint64_t total_ = 0;
  Clock::time_point begin_ = Clock::now(), last_ = begin_;
};

// A file that must be written whole; standard output without a name.
class Out {
 public:
  explicit Out(const std::string& path)
      : path_(path), file_(path.empty() ? stdout : std::fopen(path.c_str(), "wb")) {}
  ~Out() {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  }
  Out(const Out&) = delete;
  Out& operator=(const Out&) = delete;
  bool opened() const { return file_ != nullptr; }
  void write(std::string_view text) {
    good_ = std::fwrite(text.data(), 1, text.size(), file_) == text.size() && good_;
  }
  bool finish() { return std::fflush(file_) == 0 && good_; }
  Problems problem(const char* reason) const {
    return {{ProblemCode::file_unreadable,
             "",
             {{"path", path_.empty() ? "-" : path_}, {"reason", reason}}}};
  }

 private:
  std::string path_;
  std::FILE* file_;
  bool good_ = true;
};

Json time_json(gate::Seconds seconds) {
  const std::string text = time_text(seconds);
  return text.empty() ? Json() : Json(text);
}

void set_seen(Json& out, const gate::Seen& seen) {
  out.set("count", number(seen.count));
  out.set("first", time_json(seen.first));
  out.set("last", time_json(seen.last));
  out.set("source", source_text(seen));
  Json addresses = Json::array();
  for (const std::string& address : seen.addresses) addresses.push(gate::printable(address));
  out.set("addresses", std::move(addresses));
  out.set("more_addresses", seen.more_addresses);
}

Json to_json(const gate::UnfiledHost& host) {
  Json out = Json::object(
      {{"host", host.host}, {"domain", host.domain}, {"reason", gate::name_of(host.reason)}});
  if (host.number != 0) out.set("number", gate::number_text(host.number));
  set_seen(out, host.seen);
  return out;
}

Json to_json(const gate::InvalidHost& host) {
  Json out =
      Json::object({{"host", gate::printable(host.host)}, {"kind", gate::name_of(host.kind)}});
  set_seen(out, host.seen);
  return out;
}

std::string csv_of(const gate::InvalidHost& host) {
  return csv::line_of({gate::printable(host.host), std::string(gate::name_of(host.kind)),
                       std::to_string(host.seen.count), time_text(host.seen.first),
                       time_text(host.seen.last), source_text(host.seen), address_text(host.seen)});
}

Json to_json(const gate::ScanTotals& totals) {
  Json files = Json::array();
  for (const ScannedFile& file : totals.files) {
    Json shown = Json::array();
    for (const uint64_t line : file.shown) shown.push(number(line));
    files.push(Json::object({{"path", file.path},
                             {"format", file.format},
                             {"problem", file.problem},
                             {"lines", number(file.lines)},
                             {"requests", number(file.requests)},
                             {"passed", number(file.passed)},
                             {"unreadable", number(file.unreadable)},
                             {"unreadable_lines", std::move(shown)}}));
  }
  return Json::object({{"files", std::move(files)},
                       {"lines", number(totals.lines)},
                       {"bytes", number(totals.bytes)},
                       {"requests", number(totals.requests)},
                       {"passed", number(totals.passed)},
                       {"unreadable", number(totals.unreadable)},
                       {"spilled_runs", number(totals.spilled_runs)}});
}

Json to_json(const gate::ScanFindings& found) {
  return Json::object({{"hosts", number(found.hosts)},
                       {"filed", number(found.filed)},
                       {"unfiled", number(found.unfiled)},
                       {"unfiled_domains", number(found.domains)},
                       {"unfiled_requests", number(found.unfiled_requests)},
                       {"invalid", number(found.invalid)},
                       {"invalid_requests", number(found.invalid_requests)}});
}

void tell(const gate::ScanTotals& totals) {
  const auto n = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  for (const ScannedFile& file : totals.files) {
    std::fprintf(stderr, "%s: %s: %llu lines, %llu requests", file.path.c_str(),
                 file.format.empty() ? "no format" : file.format.c_str(), n(file.lines),
                 n(file.requests));
    if (file.unreadable > 0) {
      std::fprintf(stderr, ", %llu unreadable (line", n(file.unreadable));
      for (const uint64_t line : file.shown) std::fprintf(stderr, " %llu", n(line));
      std::fputs(file.unreadable > file.shown.size() ? " …)" : ")", stderr);
    }
    if (file.problem == "format") {
      std::fputs(": NOT READ: no host is found in its first lines, give --format", stderr);
    } else if (!file.problem.empty()) {
      std::fprintf(stderr, ": NOT WHOLE: %s", file.problem.c_str());
    }
    std::fputc('\n', stderr);
  }
  if (!totals.readable())
    std::fputs("too much is unreadable to say that every host may be served\n", stderr);
}

void tell(const gate::ScanFindings& found) {
  const auto n = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  std::fprintf(stderr,
               "%llu hosts: %llu may be served, %llu may not (%llu domains, %llu requests), %llu "
               "are none (%llu requests)\n",
               n(found.hosts), n(found.filed), n(found.unfiled), n(found.domains),
               n(found.unfiled_requests), n(found.invalid), n(found.invalid_requests));
}

bool scan_options(const GateScanOptions& given, gate::ScanOptions& out) {
  out.files = given.logs;
  if (out.files.empty()) out.files.emplace_back("-");
  if (given.format != "auto") {
    auto format = gate::log_format_named(given.format);
    if (!format) {
      complain(format.error());
      return false;
    }
    out.format = std::move(*format);
  }
  out.clock.now = now();
  if (!gate::read_zone(given.zone, out.clock.zone_minutes)) {
    complain({{ProblemCode::bad_format, "--zone", {}}});
    return false;
  }
  out.memory = static_cast<size_t>(given.memory) << 20;
  out.folder = given.folder;
  return true;
}

// The report as it comes: CSV, or the members of a JSON object.
class Report {
 public:
  Report(const GateScanOptions& options, Out& out, Out* invalid)
      : json_(options.json), out_(out), invalid_(invalid) {}

  void begin(const gate::ScanTotals& totals) {
    if (json_) {
      out_.write("{\"scan\":" + to_string(to_json(totals)) + ",\n\"unfiled\":[");
    } else {
      out_.write(csv::line_of(report_header()));
      if (invalid_ != nullptr)
        invalid_->write(
            csv::line_of({"host", "kind", "count", "first", "last", "source", "addresses"}));
    }
  }
  void add(const gate::UnfiledHost& host) {
    if (json_) return add_json(to_json(host));
    out_.write(csv::line_of(report_cells(host)));
  }
  void add(const gate::InvalidHost& host) {
    if (json_ && !std::exchange(invalid_begun_, true)) {
      out_.write("],\n\"invalid\":[");
      first_ = true;
    }
    if (json_) return add_json(to_json(host));
    if (invalid_ != nullptr) invalid_->write(csv_of(host));
  }
  void end(const gate::ScanFindings& found) {
    if (!json_) return;
    if (!invalid_begun_) out_.write("],\n\"invalid\":[");
    out_.write("],\n\"found\":" + to_string(to_json(found)) + "}\n");
  }

 private:
  void add_json(const Json& row) {
    out_.write((std::exchange(first_, false) ? "\n" : ",\n") + to_string(row));
  }
  const bool json_;
  Out& out_;
  Out* invalid_;
  bool first_ = true, invalid_begun_ = false;
};

}  // namespace

int gate_scan(const CommonOptions& common, const GateScanOptions& options) {
  gate::ScanOptions scan;
  if (!scan_options(options, scan)) return 2;
  const auto snapshot = current_snapshot(options.file);
  if (!snapshot) return 2;
  Out out(options.out);
  std::optional<Out> invalid;
  if (!options.invalid.empty()) invalid.emplace(options.invalid);
  if (!out.opened() || (invalid && !invalid->opened())) {
    complain((out.opened() ? *invalid : out).problem("open"));
    return 2;
  }
  std::optional<UnfiledSites> sites;
  if (options.open_tasks) {
    sites.emplace();
    if (!sites->open(common)) return 2;
  }
  gate::SortedRuns hosts = gate::host_runs(scan);
  gate::ScanTotals totals;
  {
    Progress progress(scan.files);
    scan.progress = [&](uint64_t bytes, uint64_t lines) { progress.show(bytes, lines); };
    totals = gate::read_logs(scan, snapshot->suffixes(), hosts);
  }
  tell(totals);
  Report report(options, out, invalid ? &*invalid : nullptr);
  report.begin(totals);
  gate::ScanSinks sinks;
  sinks.unfiled = [&](const gate::UnfiledHost& host) { report.add(host); };
  sinks.invalid = [&](const gate::InvalidHost& host) { report.add(host); };
  if (sites) sinks.domain = [&](const gate::UnfiledDomain& domain) { sites->add(domain); };
  const gate::ScanFindings found = gate::judge_hosts(scan, *snapshot, scan.clock.now, hosts, sinks);
  report.end(found);
  tell(found);
  if (sites) sites->finish();
  if (!out.finish() || (invalid && !invalid->finish())) {
    complain(out.problem("write"));
    return 2;
  }
  if (!totals.whole() || !totals.readable()) return kNotWhole;
  return found.unfiled > 0 ? 1 : 0;
}

}  // namespace beian::app
