#include "gate/server/metrics.hpp"

#include <cstdio>
#include <functional>

namespace beian::gate::server {

namespace {

constexpr std::string_view kQuestionNames[kQuestions] = {"check", "envoy", "lookup", "bulk"};

class Text {
 public:
  explicit Text(const Board& board) : board_(board) {}

  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    out_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    out_.append(name).append(" ").append(type).append("\n");
  }
  void line(std::string_view labels, uint64_t value, std::string_view suffix = "") {
    out_.append(name_).append(suffix).append(labels).append(" ");
    out_.append(std::to_string(value)).append("\n");
  }
  void one(std::string_view name, std::string_view type, std::string_view help, uint64_t value) {
    begin(name, type, help);
    line("", value);
  }
  void seconds(uint64_t nanoseconds, std::string_view suffix) {
    char text[40];
    std::snprintf(text, sizeof text, " %.9f\n", static_cast<double>(nanoseconds) / 1e9);
    out_.append(name_).append(suffix).append(text);
  }
  // Over all threads.
  uint64_t sum(const std::function<const Count&(const Counters&)>& of) const {
    uint64_t all = 0;
    for (const auto& counters : board_.counters) all += of(*counters).get();
    return all;
  }
  std::string take() { return std::move(out_); }

 private:
  const Board& board_;
  std::string out_;
  std::string_view name_;
};

void answers(Text& out) {
  out.begin("beian_gate_questions_total", "counter", "Hosts asked for");
  for (size_t q = 0; q < kQuestions; ++q)
    out.line("{question=\"" + std::string(kQuestionNames[q]) + "\"}",
             out.sum([q](const Counters& c) -> const Count& { return c.questions[q]; }));
  out.begin("beian_gate_answers_total", "counter", "Answers by what was told");
  for (size_t allow = 0; allow < 2; ++allow) {
    for (size_t r = 0; r < kToldReasons; ++r) {
      const uint64_t n =
          out.sum([=](const Counters& c) -> const Count& { return c.answers[allow][r]; });
      if (n == 0) continue;
      out.line(std::string("{answer=\"") + (allow == 1 ? "allow" : "deny") + "\",reason=\"" +
                   std::string(told_name(r)) + "\"}",
               n);
    }
  }
}

void latency(Text& out) {
  out.begin("beian_gate_latency_seconds", "histogram",
            "From when a request is there to read to when its answer is handed to the kernel");
  uint64_t all = 0;
  for (size_t b = 0; b <= Latency::kBuckets; ++b) {
    all += out.sum([b](const Counters& c) -> const Count& { return c.latency.buckets[b]; });
    char le[40] = "{le=\"+Inf\"}";
    if (b < Latency::kBuckets)
      std::snprintf(le, sizeof le, "{le=\"%.9f\"}",
                    static_cast<double>(uint64_t{1} << (Latency::kFirst + b)) / 1e9);
    out.line(le, all, "_bucket");
  }
  out.seconds(out.sum([](const Counters& c) -> const Count& { return c.latency.sum; }), "_sum");
  out.line("", all, "_count");
}

void connections(Text& out) {
  // Closed before opened, so that the difference is never below zero.
  const uint64_t closed = out.sum([](const Counters& c) -> const Count& { return c.closed; });
  const uint64_t opened = out.sum([](const Counters& c) -> const Count& { return c.opened; });
  out.one("beian_gate_connections", "gauge", "Open connections", opened - closed);
  out.one("beian_gate_connections_total", "counter", "Connections taken", opened);
  out.one("beian_gate_connections_shed_total", "counter", "Closed for want of room",
          out.sum([](const Counters& c) -> const Count& { return c.shed; }));
  out.one("beian_gate_connections_timed_out_total", "counter", "Closed for waiting too long",
          out.sum([](const Counters& c) -> const Count& { return c.timed_out; }));
  out.one("beian_gate_other_requests_total", "counter", "Requests that are no question",
          out.sum([](const Counters& c) -> const Count& { return c.other; }));
  out.one("beian_gate_refused_requests_total", "counter", "Requests that could not be taken",
          out.sum([](const Counters& c) -> const Count& { return c.refused; }));
}

}  // namespace

std::string_view name_of(Question question) {
  return kQuestionNames[static_cast<size_t>(question)];
}

std::string_view told_name(size_t reason) {
  if (reason == kStale) return "stale";
  return reason < kReasons ? name_of(static_cast<Reason>(reason))
                           : name_of(static_cast<HostKind>(reason - kReasons));
}

std::string metrics_text(const Board& board, const View& view, bool stale, Seconds age) {
  Text out(board);
  answers(out);
  latency(out);
  connections(out);
  out.one("beian_gate_snapshot_entries", "gauge", "Names in the snapshot",
          view.snapshot->entries());
  out.one("beian_gate_snapshot_created_seconds", "gauge", "When it was made",
          view.snapshot->created());
  out.one("beian_gate_sequence", "gauge", "Place in the feed of changes", view.sequence);
  out.one("beian_gate_age_seconds", "gauge", "How old the answers may be", age);
  out.one("beian_gate_stale", "gauge", "1: older than --stale-after", stale ? 1 : 0);
  out.one("beian_gate_snapshot_swaps_total", "counter", "Snapshots put in place of another",
          board.swaps.load());
  out.one("beian_gate_snapshots_refused_total", "counter", "New snapshots that were damaged",
          board.refused_snapshots.load());
  if (board.feed >= 0) {
    out.one("beian_gate_feed_connected", "gauge", "0: the provider system is away",
            static_cast<uint64_t>(board.feed));
    out.one("beian_gate_feed_changes", "gauge", "Changes that no snapshot has yet",
            board.feed_changes.load());
    out.one("beian_gate_feed_refused_total", "counter", "Names of the feed that are none",
            board.feed_refused.load());
    out.one("beian_gate_saved", "gauge", "0: changes are in force without a good journal on disk",
            board.saved ? 1 : 0);
  }
  return out.take();
}

}  // namespace beian::gate::server
