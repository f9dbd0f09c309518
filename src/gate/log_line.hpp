// One line of a log: which host was asked for, when, on which address of ours. Reads only what it
// needs of a line and allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "gate/log_time.hpp"

namespace beian::gate {

enum class LogKind : uint8_t {
  nginx,     // any log_format, escape=default; Apache's too where it can be said in one
  haproxy,   // option httplog with the Host header captured
  json,      // an object a line
  hosts,     // nothing but a host
  bind,      // category queries of BIND 9
  unbound,   // log-queries, log-replies
  powerdns,  // log-dns-queries of the server, quiet=no of the recursor
};
inline constexpr size_t kLogKinds = 7;
std::string_view name_of(LogKind kind);  // "nginx"
// A query is no request: the name may be served elsewhere.
inline constexpr bool is_dns(LogKind kind) {
  return kind >= LogKind::bind;
}

struct LogFormat {
  LogKind kind = LogKind::nginx;
  std::string pattern;  // nginx: as log_format has it
  // json: names of members; request.host: that of an object inside. Empty: the log has none.
  std::string host_key, time_key, address_key;
  int capture = 1;       // haproxy: which of the captured headers is Host
  bool replies = false;  // unbound: count replies, for the log has no queries
};

// "haproxy", "haproxy:2", "bind", "unbound", "powerdns", "hosts", "json",
// "json:HOST[,TIME[,ADDR]]", "nginx:LOG_FORMAT". bad_format for anything else, and for a log_format
// without a host.
Result<LogFormat> log_format_named(std::string_view text);
std::string describe(const LogFormat& format);  // the same, as it can be given again

struct Hit {
  std::string_view host;     // as the log has it; empty: the request had none
  Seconds time = 0;          // 0: none, or none that can be read
  std::string_view address;  // of the server; empty: none
  // The host stands in the reader's own room and is gone with the next line.
  bool fleeting = false;
};
enum class Line : uint8_t {
  hit,
  passed,      // of this format, but nobody asked for a host: a comment, a query for MX …
  unreadable,  // of another format, or broken
};

class LineReader {
 public:
  LineReader(const LogFormat& format, const LogClock& clock);
  // Without its end; a CR is passed over.
  Line read(std::string_view line, Hit& out);

 private:
  enum class Want : uint8_t { nothing, host, time, address };
  struct Variable {
    Want want = Want::nothing;
    std::string until;  // what follows it; empty: it goes on to the end of the line
  };
  void compile(std::string_view pattern);
  Line read_nginx(std::string_view line, Hit& out);
  Line read_haproxy(std::string_view line, Hit& out);
  Line read_json(std::string_view line, Hit& out);
  Line read_bind(std::string_view line, Hit& out);
  Line read_unbound(std::string_view line, Hit& out);
  Line read_powerdns(std::string_view line, Hit& out);
  Line found(std::string_view name, std::string_view type, std::string_view line, Hit& out);
  Seconds time_before(std::string_view line);
  void unescape_nginx(Hit& out);
  void unescape_hash(Hit& out);

  LogFormat format_;
  LogTimes times_;
  std::string head_;  // nginx: before the first variable
  std::vector<Variable> variables_;
  std::string room_;
};

}  // namespace beian::gate
