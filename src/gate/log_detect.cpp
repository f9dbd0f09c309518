#include "gate/log_detect.hpp"

#include <algorithm>
#include <array>

#include "gate/host.hpp"

namespace beian::gate {

namespace {

constexpr size_t kMostLines = 200;

// Only to where the last variable of interest ends: what follows may be anything.
constexpr std::string_view kPatterns[] = {
    R"($host $remote_addr - $remote_user [$time_local] "$request")",
    R"($remote_addr - $remote_user [$time_local] $host "$request")",
    R"($remote_addr - $remote_user [$time_local] "$host" "$request")",
    R"($remote_addr $host $remote_user [$time_local] "$request")",
};
// Of nginx's combined and main, with the host behind them.
constexpr std::string_view kCombined =
    R"($remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent )"
    R"("$http_referer" "$http_user_agent" )";
constexpr std::string_view kTails[] = {
    R"("$host" "$server_addr")",
    R"("$host" $server_addr)",
    R"("$host" $server_addr )",
    R"($host $server_addr)",
    R"($host $server_addr )",
    R"("$host")",
    R"($host)",
    R"($host )",
    R"("$http_x_forwarded_for" "$host" "$server_addr")",
    R"("$http_x_forwarded_for" "$host" $server_addr)",
    R"("$http_x_forwarded_for" $host $server_addr)",
    R"("$http_x_forwarded_for" "$host")",
    R"("$http_x_forwarded_for" $host)",
    R"("$http_x_forwarded_for" $host )",
};

constexpr std::string_view kHostKeys[] = {
    "host",         "http_host", "request_host", "RequestHost", "request.host", ":authority",
    "authority",    "Host",      "req.host",     "vhost",       "server_name",  "ssl_server_name",
    "headers.host", "hostname",  "http.host",    "domain",      "url.domain"};
constexpr std::string_view kTimeKeys[] = {"time_iso8601", "time_local", "time",
                                          "ts",           "timestamp",  "@timestamp",
                                          "start_time",   "StartUTC",   "msec"};
constexpr std::string_view kAddressKeys[] = {"server_addr", "server_ip", "local_addr",
                                             "downstream_local_address", "destination.ip"};

std::vector<std::string_view> lines_of(std::string_view sample) {
  std::vector<std::string_view> out;
  while (!sample.empty() && out.size() < kMostLines) {
    const size_t end = sample.find('\n');
    const std::string_view line = sample.substr(0, end);
    if (!line.empty() && line != "\r") out.push_back(line);
    if (end == sample.npos) break;
    sample.remove_prefix(end + 1);
  }
  return out;
}

struct Score {
  size_t read = 0, names = 0, times = 0, addresses = 0;
};

Score score_of(const LogFormat& format, const std::vector<std::string_view>& lines,
               const LogClock& clock) {
  Score score;
  LineReader reader(format, clock);
  Hit hit;
  Host host;
  for (const std::string_view line : lines) {
    const Line told = reader.read(line, hit);
    score.read += told != Line::unreadable;
    if (told != Line::hit) continue;
    read_host(hit.host, Suffixes::embedded(), host);
    score.names += host.kind == HostKind::name;
    score.times += hit.time != 0;
    if (hit.address.empty()) continue;
    read_host(hit.address, Suffixes::embedded(), host);
    score.addresses += host.kind == HostKind::ip_address;
  }
  return score;
}

// The member that most lines have so; none when hardly any has.
template <size_t n>
std::string best_key(const std::string_view (&keys)[n], std::string LogFormat::*member,
                     size_t Score::*counted, LogFormat format,
                     const std::vector<std::string_view>& lines, const LogClock& clock) {
  std::string best;
  size_t most = lines.size() / 4;
  for (const std::string_view key : keys) {
    format.*member = key;
    const size_t count = score_of(format, lines, clock).*counted;
    if (count <= most) continue;
    most = count;
    best = key;
  }
  return best;
}

void find_keys(LogFormat& format, const std::vector<std::string_view>& lines,
               const LogClock& clock) {
  format.host_key = best_key(kHostKeys, &LogFormat::host_key, &Score::names, format, lines, clock);
  if (format.host_key.empty()) return;
  format.time_key = best_key(kTimeKeys, &LogFormat::time_key, &Score::times, format, lines, clock);
  format.address_key =
      best_key(kAddressKeys, &LogFormat::address_key, &Score::addresses, format, lines, clock);
}

bool only_replies(const LogFormat& format, const std::vector<std::string_view>& lines,
                  const LogClock& clock) {
  LogFormat with = format, without = format;
  with.replies = true;
  without.replies = false;
  return score_of(without, lines, clock).times + score_of(without, lines, clock).names == 0 &&
         score_of(with, lines, clock).names > 0;
}

std::vector<LogFormat> candidates() {
  std::vector<LogFormat> out;
  const auto add = [&](LogKind kind, std::string pattern) {
    LogFormat& format = out.emplace_back();
    format.kind = kind;
    format.pattern = std::move(pattern);
  };
  for (const LogKind kind : {LogKind::haproxy, LogKind::bind, LogKind::powerdns, LogKind::unbound})
    add(kind, "");
  for (int capture = 2; capture <= 4; ++capture) {
    add(LogKind::haproxy, "");
    out.back().capture = capture;
  }
  for (const std::string_view pattern : kPatterns) add(LogKind::nginx, std::string(pattern));
  for (const std::string_view tail : kTails)
    add(LogKind::nginx, std::string(kCombined) + std::string(tail));
  add(LogKind::hosts, "");
  return out;
}

void fill_in(LogFormat& format, const std::vector<std::string_view>& lines, const LogClock& clock) {
  if (format.kind == LogKind::json && format.host_key.empty()) find_keys(format, lines, clock);
  if (format.kind == LogKind::unbound) format.replies = only_replies(format, lines, clock);
}

}  // namespace

Result<LogFormat> settle_format(const std::optional<LogFormat>& given, std::string_view sample,
                                const LogClock& clock) {
  const auto lines = lines_of(sample);
  if (given) {
    LogFormat format = *given;
    fill_in(format, lines, clock);
    if (format.kind == LogKind::json && format.host_key.empty())
      return fail(ProblemCode::bad_format, "--format");
    return format;
  }
  std::vector<LogFormat> tried = candidates();
  if (!lines.empty() && lines.front().starts_with('{')) {
    LogFormat json;
    json.kind = LogKind::json;
    tried.assign(1, json);
  }
  std::optional<LogFormat> best;
  Score most;
  for (LogFormat& format : tried) {
    fill_in(format, lines, clock);
    if (format.kind == LogKind::json && format.host_key.empty()) continue;
    const Score score = score_of(format, lines, clock);
    // An address that is none: the pattern reads something else there.
    const bool addressed = format.pattern.find("$server_addr") != std::string::npos;
    if (score.read * 2 < lines.size() || score.names * 4 < lines.size()) continue;
    if (addressed && score.addresses * 2 < lines.size()) continue;
    if (best && score.names <= most.names) continue;
    best = format;
    most = score;
  }
  if (!best || most.names == 0) return fail(ProblemCode::bad_format, "--format");
  return *best;
}

}  // namespace beian::gate
