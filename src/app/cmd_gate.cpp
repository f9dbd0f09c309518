// gate: snapshots of what may be served here, asked, compared, checked.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "app/current_snapshot.hpp"
#include "gate/diff.hpp"
#include "gate/list.hpp"
#include "gate/merge.hpp"
#include "gate/printable.hpp"
#include "gate/read_along.hpp"

namespace beian::app {

namespace {

using gate::Answer;
using gate::Entry;
using gate::Snapshot;

gate::Seconds now() {
  return static_cast<gate::Seconds>(
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
}

// What was printed must have arrived: no answer must look like "all may be served".
bool printed() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  complain({{ProblemCode::file_unreadable, "", {{"path", "-"}, {"reason", "write"}}}});
  return false;
}

// ---- lookup

Json to_json(std::string_view host, const Answer& answer) {
  Json out = Json::object({{"host", gate::readable(host)},
                           {"allow", answer.allow},
                           {"reason", gate::reason_of(answer)}});
  if (!answer.entry.empty()) out.set("entry", answer.entry);
  if (answer.number != 0) out.set("number", gate::number_text(answer.number));
  if (answer.until != 0) out.set("until", static_cast<int64_t>(answer.until));
  return out;
}

// host, allow or deny, reason, entry, number: tabs between them.
std::string to_line(std::string_view host, const Answer& answer) {
  std::string out(host);
  out += answer.allow ? "\tallow\t" : "\tdeny\t";
  out += gate::reason_of(answer);
  out += '\t';
  out += answer.entry;
  out += '\t' + gate::number_text(answer.number) + '\n';
  return out;
}

class Asker {
 public:
  Asker(const gate::Live& live, const GateOptions& options)
      : reader_(live), options_(options), at_(now()) {}

  void ask(std::string_view host) {
    hosts_.emplace_back(host);
    if (hosts_.size() == kGroup) flush();
  }
  void flush() {
    const std::vector<std::string_view> raw(hosts_.begin(), hosts_.end());
    answers_.resize(raw.size());
    reader_.lookup(raw, at_, answers_);
    std::string out;
    for (size_t i = 0; i < raw.size(); ++i) {
      out += options_.json ? to_string(to_json(raw[i], answers_[i])) + "\n"
                           : to_line(raw[i], answers_[i]);
      denied_ = denied_ || !answers_[i].allow;
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
    hosts_.clear();
  }
  bool denied() const { return denied_; }

 private:
  static constexpr size_t kGroup = 1024;
  gate::Live::Reader reader_;
  const GateOptions& options_;
  gate::Seconds at_;
  std::vector<std::string> hosts_;
  std::vector<Answer> answers_;
  bool denied_ = false;
};

}  // namespace

int gate_lookup(const GateOptions& options) {
  gate::ReadAlong files({.path = options.file});
  if (const auto open = files.open(); !open) {
    complain(open.error());
    return 2;
  }
  Asker asker(files.live(), options);
  for (const std::string& host : options.inputs) asker.ask(host);
  if (options.from_stdin) {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
      if (line.ends_with('\r')) line.pop_back();
      asker.ask(line);
    }
  }
  asker.flush();
  if (!printed()) return 2;
  return asker.denied() ? 1 : 0;
}

int gate_diff(const GateOptions& options) {
  const auto before = current_snapshot(options.file),
             after = current_snapshot(options.inputs.front());
  if (!before || !after) return 2;
  const auto report = gate::diff(*before, *after, [](const Entry* old, const Entry* latest) {
    if (old != nullptr) std::printf("-%s", gate::list_line(*old).c_str());
    if (latest != nullptr) std::printf("+%s", gate::list_line(*latest).c_str());
  });
  if (!report) {
    complain(report.error());
    return 2;
  }
  if (!printed()) return 2;
  std::fprintf(stderr, "%llu added, %llu removed, %llu changed\n",
               static_cast<unsigned long long>(report->added),
               static_cast<unsigned long long>(report->removed),
               static_cast<unsigned long long>(report->changed));
  return report->added + report->removed + report->changed > 0 ? 1 : 0;
}

namespace {

// What a follower keeps beside the file. A last change that is cut off may be one that is being
// written.
bool journal_is_whole(const Snapshot& snapshot, const std::string& path) {
  if (snapshot.chain() == 0 || !std::filesystem::exists(path)) return true;
  gate::Overlay changes(snapshot);
  const auto taken = gate::take_journal(path, snapshot, changes);
  if (!taken) {
    complain(taken.error());
    return false;
  }
  if (taken->read.state == gate::JournalState::damaged) {
    std::fprintf(stderr, "%s: damaged behind change %llu\n", path.c_str(),
                 static_cast<unsigned long long>(taken->read.sequence));
    return false;
  }
  if (taken->ours)
    std::printf("journal: up to change %llu, the snapshot to %llu\n",
                static_cast<unsigned long long>(taken->sequence),
                static_cast<unsigned long long>(snapshot.sequence()));
  else
    std::printf("journal: does not go on from the snapshot\n");
  return true;
}

}  // namespace

int gate_verify(const GateOptions& options) {
  const auto snapshot = Snapshot::open(options.file);
  if (!snapshot) {
    complain(snapshot.error());
    return 1;
  }
  if (auto good = snapshot->verify(); !good) {
    good.error().front().args.front().second = options.file;
    complain(good.error());
    return 1;
  }
  std::printf("whole: %llu entries\n", static_cast<unsigned long long>(snapshot->entries()));
  return journal_is_whole(*snapshot, options.file + ".journal") ? 0 : 1;
}

}  // namespace beian::app
