// gate: snapshots of what may be served here. Made from lists, asked, compared, checked.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "gate/builder.hpp"
#include "gate/diff.hpp"
#include "gate/list.hpp"
#include "gate/snapshot.hpp"

namespace beian::app {

namespace {

using gate::Answer;
using gate::Entry;
using gate::Snapshot;

gate::Seconds now() {
  return static_cast<gate::Seconds>(
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
}

std::optional<Snapshot> opened(const std::string& path) {
  auto snapshot = Snapshot::open(path);
  if (snapshot) return std::move(*snapshot);
  complain(snapshot.error());
  return {};
}

// A line that is written anew on a terminal while something long goes on; nothing elsewhere.
class Progress {
 public:
  explicit Progress(const char* what) : what_(what), shown_(isatty(STDERR_FILENO) != 0) {}
  ~Progress() {
    if (shown_ && count_ >= kStep) std::fputs("\r\033[K", stderr);
  }
  void step() {
    if (++count_ % kStep == 0 && shown_)
      std::fprintf(stderr, "\r%.1f million %s", static_cast<double>(count_) / 1e6, what_);
  }

 private:
  static constexpr uint64_t kStep = 1u << 18;
  const char* what_;
  bool shown_;
  uint64_t count_ = 0;
};

// ---- build

// The published list; false, and told, when it cannot be read.
bool read_suffixes(const std::string& path, std::optional<gate::Suffixes>& out) {
  if (path.empty()) return true;
  std::ifstream in(path, std::ios::binary);
  const auto list = gate::Suffixes::parse(std::string(std::istreambuf_iterator<char>(in), {}));
  if (!list) {
    complain({{ProblemCode::file_unreadable, "", {{"path", path}, {"reason", "no suffix list"}}}});
    return false;
  }
  out = *list;
  return true;
}

Json to_json(const gate::BuildReport& built, const gate::ListReport& read) {
  Json bad = Json::array();
  for (const gate::BadLine& one : read.bad)
    bad.push(Json::object({{"line", static_cast<int64_t>(one.line)}, {"reason", one.reason}}));
  const auto number = [](uint64_t n) { return Json(static_cast<int64_t>(n)); };
  return Json::object({{"entries", number(built.entries)},
                       {"replaced", number(built.replaced)},
                       {"refused", number(read.refused)},
                       {"bad_lines", std::move(bad)},
                       {"file_bytes", number(built.file_bytes)},
                       {"name_bytes", number(built.name_bytes)}});
}

void append(gate::ListReport& all, const gate::ListReport& one) {
  all.lines += one.lines;
  all.taken += one.taken;
  all.refused += one.refused;
  for (const gate::BadLine& bad : one.bad) {
    if (all.bad.size() < gate::ListReport::kMostBad) all.bad.push_back(bad);
  }
}

// ---- lookup

Json to_json(std::string_view host, const Answer& answer) {
  Json out = Json::object(
      {{"host", host}, {"allow", answer.allow}, {"reason", gate::name_of(answer.reason)}});
  if (answer.reason == gate::Reason::no_name) out.set("kind", gate::name_of(answer.host));
  if (!answer.entry.empty()) out.set("entry", answer.entry);
  if (answer.number != 0) out.set("number", gate::number_text(answer.number));
  if (answer.until != 0) out.set("until", static_cast<int64_t>(answer.until));
  return out;
}

// host, allow or deny, reason, entry, number: tabs between them.
std::string to_line(std::string_view host, const Answer& answer) {
  std::string out(host);
  out += answer.allow ? "\tallow\t" : "\tdeny\t";
  out += answer.reason == gate::Reason::no_name ? gate::name_of(answer.host)
                                                : gate::name_of(answer.reason);
  out += '\t';
  out += answer.entry;
  out += '\t' + gate::number_text(answer.number) + '\n';
  return out;
}

class Asker {
 public:
  Asker(const Snapshot& snapshot, const GateOptions& options)
      : snapshot_(snapshot), options_(options), at_(now()) {}

  void ask(std::string_view host) {
    hosts_.emplace_back(host);
    if (hosts_.size() == kGroup) flush();
  }
  void flush() {
    const std::vector<std::string_view> raw(hosts_.begin(), hosts_.end());
    answers_.resize(raw.size());
    snapshot_.lookup(raw, at_, answers_);
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
  const Snapshot& snapshot_;
  const GateOptions& options_;
  gate::Seconds at_;
  std::vector<std::string> hosts_;
  std::vector<Answer> answers_;
  bool denied_ = false;
};

}  // namespace

int gate_build(const GateOptions& options) {
  std::optional<gate::Suffixes> suffixes;
  if (!read_suffixes(options.suffix_list, suffixes)) return 2;
  gate::Builder builder(options.file,
                        {.created = now(), .suffixes = suffixes ? &*suffixes : nullptr});
  Progress progress("lines");
  const auto take = [&](const Entry& entry) {
    progress.step();
    return builder.add(entry);
  };
  gate::ListReport read;
  for (const std::string& input : options.inputs) {
    std::vector<char> buffer(1u << 20);
    std::ifstream file;
    file.rdbuf()->pubsetbuf(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    file.open(input == "-" ? "/dev/stdin" : input, std::ios::binary);
    if (!file) {
      complain({{ProblemCode::file_unreadable, "", {{"path", input}, {"reason", "open"}}}});
      return 2;
    }
    append(read, gate::read_list(file, take));
    // An input that broke off must not become half a snapshot.
    if (file.bad()) {
      complain({{ProblemCode::file_unreadable, "", {{"path", input}, {"reason", "read"}}}});
      return 1;
    }
  }
  if (options.strict && read.refused > 0) {
    for (const gate::BadLine& one : read.bad)
      std::fprintf(stderr, "line %llu: %s\n", static_cast<unsigned long long>(one.line),
                   one.reason.c_str());
    std::fprintf(stderr, "%llu lines refused, nothing written\n",
                 static_cast<unsigned long long>(read.refused));
    return 1;
  }
  const gate::BuildReport built = builder.finish();
  if (options.json) {
    std::printf("%s\n", to_string(to_json(built, read)).c_str());
    return 0;
  }
  for (const gate::BadLine& one : read.bad)
    std::printf("line %llu: %s\n", static_cast<unsigned long long>(one.line), one.reason.c_str());
  std::printf("%llu entries, %llu replaced, %llu lines refused, %llu bytes\n",
              static_cast<unsigned long long>(built.entries),
              static_cast<unsigned long long>(built.replaced),
              static_cast<unsigned long long>(read.refused),
              static_cast<unsigned long long>(built.file_bytes));
  return 0;
}

int gate_lookup(const GateOptions& options) {
  const auto snapshot = opened(options.file);
  if (!snapshot) return 2;
  Asker asker(*snapshot, options);
  for (const std::string& host : options.inputs) asker.ask(host);
  if (options.from_stdin) {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
      if (line.ends_with('\r')) line.pop_back();
      asker.ask(line);
    }
  }
  asker.flush();
  return asker.denied() ? 1 : 0;
}

int gate_diff(const GateOptions& options) {
  const auto before = opened(options.file), after = opened(options.inputs.front());
  if (!before || !after) return 2;
  const auto report = gate::diff(*before, *after, [](const Entry* old, const Entry* latest) {
    if (old != nullptr) std::printf("-%s", gate::list_line(*old).c_str());
    if (latest != nullptr) std::printf("+%s", gate::list_line(*latest).c_str());
  });
  if (!report) {
    complain(report.error());
    return 2;
  }
  std::fprintf(stderr, "%llu added, %llu removed, %llu changed\n",
               static_cast<unsigned long long>(report->added),
               static_cast<unsigned long long>(report->removed),
               static_cast<unsigned long long>(report->changed));
  return report->added + report->removed + report->changed > 0 ? 1 : 0;
}

int gate_verify(const GateOptions& options) {
  const auto snapshot = opened(options.file);
  if (!snapshot) return 1;
  if (auto good = snapshot->verify(); !good) {
    good.error().front().args.front().second = options.file;
    complain(good.error());
    return 1;
  }
  std::printf("whole: %llu entries\n", static_cast<unsigned long long>(snapshot->entries()));
  return 0;
}

}  // namespace beian::app
