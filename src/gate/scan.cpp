#include "gate/scan.hpp"

#include <algorithm>
#include <cstring>

#include "gate/log_detect.hpp"
#include "gate/log_input.hpp"

namespace beian::gate {

namespace {

constexpr size_t kSampleBytes = 64 * 1024;

std::string_view sample_of(std::string_view lines) {
  if (lines.size() <= kSampleBytes) return lines;
  const size_t end = lines.rfind('\n', kSampleBytes);
  return lines.substr(0, end == lines.npos ? kSampleBytes : end);
}

// Reads one file's blocks after the other.
class Scanner {
 public:
  Scanner(const ScanOptions& options, const Suffixes& suffixes, SortedRuns& hosts)
      : options_(options), counter_(options.memory / 2, suffixes, hosts) {}

  void take(const LogInput::Block& block) {
    if (block.begins) {
      file_ = &totals_.files.emplace_back();
      file_->path = options_.files[block.file];
      reader_.reset();
    }
    file_->lines += block.overlong;
    for (uint64_t i = 0; i < block.overlong; ++i) unreadable(file_->lines);
    if (!block.lines.empty() && file_->problem.empty()) {
      if (!reader_) settle(block.lines);
      if (reader_) read(block.lines);
    }
    if (!block.ends) return;
    if (file_->problem.empty()) file_->problem = block.problem;
    totals_.lines += file_->lines;
    totals_.requests += file_->requests;
    totals_.passed += file_->passed;
    totals_.unreadable += file_->unreadable;
  }

  uint64_t lines() const { return totals_.lines + (file_ == nullptr ? 0 : file_->lines); }

  ScanTotals finish() {
    counter_.finish();
    return std::move(totals_);
  }

 private:
  void settle(std::string_view lines) {
    const auto format = settle_format(options_.format, sample_of(lines), options_.clock);
    if (!format) {
      file_->problem = "format";
      return;
    }
    file_->format = describe(*format);
    reader_.emplace(*format, options_.clock);
    source_ = is_dns(format->kind) ? Seen::kDns : Seen::kWeb;
  }

  void read(std::string_view lines) {
    totals_.bytes += lines.size();
    const char* at = lines.data();
    const char* const end = at + lines.size();
    uint64_t number = file_->lines, requests = 0, passed = 0;
    Hit hit;
    while (at < end) {
      const char* stop =
          static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
      if (stop == nullptr) stop = end;
      ++number;
      const Line told = reader_->read({at, static_cast<size_t>(stop - at)}, hit);
      at = stop + 1;
      if (told == Line::hit) {
        ++requests;
        const uint16_t address =
            hit.address.empty() ? HostCounter::kNoAddress : counter_.address(hit.address);
        if (hit.fleeting || hit.host.data() == nullptr) {
          counter_.add_now(hit.host, hit.time, address, source_);
        } else {
          counter_.add(hit.host, hit.time, address, source_);
        }
      } else if (told == Line::passed) {
        ++passed;
      } else {
        unreadable(number);
      }
    }
    file_->lines = number;
    file_->requests += requests;
    file_->passed += passed;
    counter_.settle();
  }

  void unreadable(uint64_t number) {
    ++file_->unreadable;
    if (file_->shown.size() < ScannedFile::kMostShown) file_->shown.push_back(number);
  }

  const ScanOptions& options_;
  HostCounter counter_;
  ScanTotals totals_;
  ScannedFile* file_ = nullptr;
  std::optional<LineReader> reader_;
  uint8_t source_ = Seen::kWeb;
};

// Greatest count first, then by name: as bytes that sort so.
std::string rank(uint64_t count, std::string_view host) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(~count >> shift & 0xff);
  out += host;
  return out;
}
constexpr size_t kRank = 8;

// Hosts in the order of the runs, asked for in groups, put into the order of the reports.
class Judge {
 public:
  Judge(const ScanOptions& options, const Snapshot& snapshot, Seconds now, const ScanSinks& sinks)
      : snapshot_(snapshot),
        now_(now),
        sinks_(sinks),
        unfiled_(options.folder, options.memory / 4, combine_none),
        invalid_(options.folder, options.memory / 8, combine_none) {}

  void take(std::string_view packed, std::string_view seen) {
    ++found_.hosts;
    const HostKey key = unpack_key(packed);
    if (key.kind != HostKind::name) {
      const uint64_t count = unpack_seen(seen).count;
      ++found_.invalid;
      found_.invalid_requests += count;
      // The kind behind the text: one text cut off may be another whole one.
      if (sinks_.invalid) invalid_.add(rank(count, key.host) + static_cast<char>(key.kind), seen);
      return;
    }
    waiting_.push_back({std::string(key.host), std::string(key.domain), unpack_seen(seen)});
    if (waiting_.size() == kGroup) ask();
  }

  ScanFindings finish() {
    ask();
    end_domain();
    if (sinks_.unfiled)
      unfiled_.each([&](std::string_view key, std::string_view value) {
        UnfiledHost out;
        out.host = key.substr(kRank);
        out.reason = static_cast<Reason>(value[0]);
        out.domain = out.host.substr(static_cast<uint8_t>(value[1]));
        std::memcpy(&out.number, value.data() + 2, sizeof out.number);
        out.seen = unpack_seen(value.substr(2 + sizeof out.number));
        sinks_.unfiled(out);
      });
    if (sinks_.invalid)
      invalid_.each([&](std::string_view key, std::string_view value) {
        sinks_.invalid({key.substr(kRank, key.size() - kRank - 1),
                        static_cast<HostKind>(key.back()), unpack_seen(value)});
      });
    return found_;
  }

 private:
  static constexpr size_t kGroup = 256;
  struct Waiting {
    std::string host, domain;
    Seen seen;
  };
  // Every host comes once.
  static void combine_none(std::string& /*into*/, std::string_view /*other*/) {}

  void ask() {
    std::vector<std::string_view> raw;
    for (const Waiting& one : waiting_) raw.push_back(one.host);
    std::vector<Answer> answers(raw.size());
    snapshot_.lookup(raw, now_, answers);
    for (size_t i = 0; i < raw.size(); ++i) {
      if (answers[i].allow) {
        ++found_.filed;
      } else {
        deny(waiting_[i], answers[i]);
      }
    }
    waiting_.clear();
  }

  void deny(Waiting& one, const Answer& answer) {
    ++found_.unfiled;
    found_.unfiled_requests += one.seen.count;
    if (!any_domain_ || domain_.domain != one.domain) {
      end_domain();
      any_domain_ = true;
      domain_ = {};
      domain_.domain = one.domain;
    }
    if (sinks_.unfiled) {
      std::string value;
      value += static_cast<char>(answer.reason);
      value += static_cast<char>(one.host.size() - one.domain.size());
      value.append(reinterpret_cast<const char*>(&answer.number), sizeof answer.number);
      unfiled_.add(rank(one.seen.count, one.host), value += pack(one.seen));
    }
    if (sinks_.domain)
      domain_.add({one.host, one.domain, answer.reason, answer.number, std::move(one.seen)});
  }

  void end_domain() {
    if (!std::exchange(any_domain_, false)) return;
    ++found_.domains;
    if (sinks_.domain) sinks_.domain(domain_);
  }

  const Snapshot& snapshot_;
  const Seconds now_;
  const ScanSinks& sinks_;
  SortedRuns unfiled_, invalid_;
  std::vector<Waiting> waiting_;
  UnfiledDomain domain_;
  bool any_domain_ = false;
  ScanFindings found_;
};

}  // namespace

bool ScanTotals::whole() const {
  return std::all_of(files.begin(), files.end(),
                     [](const ScannedFile& file) { return file.problem.empty(); });
}

bool ScanTotals::readable() const {
  return std::all_of(files.begin(), files.end(),
                     [](const ScannedFile& file) { return file.unreadable * 10 <= file.lines; });
}

void UnfiledDomain::add(const UnfiledHost& host) {
  ++hosts;
  if (most.empty() || host.seen.count > most.front().first) {
    reason = host.reason;
    number = host.number;
  }
  const auto more = [](const auto& a, const auto& b) { return a.first > b.first; };
  const std::pair<uint64_t, std::string> one{host.seen.count, host.host};
  most.insert(std::upper_bound(most.begin(), most.end(), one, more), one);
  if (most.size() > kMostHosts) most.pop_back();
  seen.add(host.seen);
}

SortedRuns host_runs(const ScanOptions& options) {
  return {options.folder, options.memory / 4, combine_seen};
}

ScanTotals read_logs(const ScanOptions& options, const Suffixes& suffixes, SortedRuns& hosts) {
  Scanner scanner(options, suffixes, hosts);
  LogInput input(options.files);
  while (const LogInput::Block* block = input.next()) {
    scanner.take(*block);
    if (options.progress) options.progress(input.bytes_read(), scanner.lines());
  }
  ScanTotals totals = scanner.finish();
  totals.spilled_runs = hosts.runs_written();
  return totals;
}

ScanFindings judge_hosts(const ScanOptions& options, const Snapshot& snapshot, Seconds now,
                         SortedRuns& hosts, const ScanSinks& sinks) {
  Judge judge(options, snapshot, now, sinks);
  hosts.each([&](std::string_view key, std::string_view seen) { judge.take(key, seen); });
  return judge.finish();
}

}  // namespace beian::gate
