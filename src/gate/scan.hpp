// Which hosts are asked for in logs that may not be served here: counted from files of any size in
// bounded memory, judged by a snapshot, told in the order of their counts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gate/host_counter.hpp"
#include "gate/log_line.hpp"
#include "gate/snapshot.hpp"

namespace beian::gate {

struct ScanOptions {
  std::vector<std::string> files;   // "-": standard input
  std::optional<LogFormat> format;  // none: told from the first lines of each file
  LogClock clock;
  size_t memory = size_t{256} << 20;  // bytes, roughly; what files unpack with comes on top
  std::string folder = "/tmp";        // for what does not fit
  // Now and then: bytes of the files that were read, lines.
  std::function<void(uint64_t bytes, uint64_t lines)> progress;
};

struct ScannedFile {
  static constexpr size_t kMostShown = 5;
  std::string path, format;  // format: none when it could not be told
  // Why not all of it was read: "cut short", "damaged", "format", what the system says.
  std::string problem;
  uint64_t lines = 0, requests = 0;
  uint64_t passed = 0;          // lines without a request for a host
  uint64_t unreadable = 0;      // lines of another form, or longer than 256 KB
  std::vector<uint64_t> shown;  // numbers of the first unreadable ones
};

struct ScanTotals {
  std::vector<ScannedFile> files;
  uint64_t lines = 0, requests = 0, passed = 0, unreadable = 0;
  uint64_t bytes = 0;         // of lines
  uint64_t spilled_runs = 0;  // 0: everything fitted into memory
  bool whole() const;         // every file was read to its end
  bool readable() const;      // of ten lines of a file no more than one told nothing
};

struct UnfiledHost {
  std::string_view host, domain;  // domain: whose filing is missing
  Reason reason = Reason::not_filed;
  PackedNumber number = 0;  // of a filing that holds no longer
  Seen seen;
};
struct InvalidHost {
  std::string_view host;  // as the log has it
  HostKind kind = HostKind::empty;
  Seen seen;
};
// All unfiled hosts of a domain.
struct UnfiledDomain {
  static constexpr size_t kMostHosts = 20;
  std::string domain;
  Reason reason = Reason::not_filed;  // of the host most asked for
  PackedNumber number = 0;
  uint64_t hosts = 0;
  std::vector<std::pair<uint64_t, std::string>> most;  // count and host, the greatest first
  Seen seen;

  void add(const UnfiledHost& host);
};

struct ScanSinks {
  std::function<void(const UnfiledHost&)> unfiled;   // the most asked for first
  std::function<void(const InvalidHost&)> invalid;   // the same
  std::function<void(const UnfiledDomain&)> domain;  // by name, before the others
};
struct ScanFindings {
  uint64_t hosts = 0, filed = 0, unfiled = 0, invalid = 0;  // different ones
  uint64_t unfiled_requests = 0, invalid_requests = 0;
  uint64_t domains = 0;  // of the unfiled
};

// The packed keys of hosts with what was seen of them.
SortedRuns host_runs(const ScanOptions& options);
ScanTotals read_logs(const ScanOptions& options, const Suffixes& suffixes, SortedRuns& hosts);
ScanFindings judge_hosts(const ScanOptions& options, const Snapshot& snapshot, Seconds now,
                         SortedRuns& hosts, const ScanSinks& sinks);

}  // namespace beian::gate
