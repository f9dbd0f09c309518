// Query logs of name servers. Only questions for an address count: those of somebody who wants to
// reach the host.
#include "gate/log_line.hpp"
#include "gate/log_scan.hpp"

namespace beian::gate {

namespace {

bool asks_for_address(std::string_view type) {
  return type == "A" || type == "AAAA" || type == "HTTPS" || type == "TYPE65";
}

}  // namespace

// The time with which a line begins: of the program, or of syslog.
Seconds LineReader::time_before(std::string_view line) {
  constexpr size_t kSyslog = 15;  // "Nov 30 12:34:56"
  if (line.starts_with('[')) return times_.read(line.substr(1, line.find(']') - 1));
  const bool digit = !line.empty() && line.front() >= '0' && line.front() <= '9';
  if (!digit) return times_.read(line.substr(0, kSyslog));
  size_t end = line.find(' ');
  // "30-Nov-2026 12:34:56.123", "2026-11-30 12:34:56"; RFC 3339 has a T.
  if (line.substr(0, end).find(':') == line.npos && end != line.npos) end = line.find(' ', end + 1);
  return times_.read(line.substr(0, end));
}

Line LineReader::found(std::string_view name, std::string_view type, std::string_view line,
                       Hit& out) {
  if (name.empty() || type.empty()) return Line::unreadable;
  if (!asks_for_address(type)) return Line::passed;
  out.host = name;
  out.time = time_before(line);
  return Line::hit;
}

// 30-Nov-2026 12:34:56.123 queries: info: client @0x7f01 192.0.2.9#53210 (www.example.cn): query:
// www.example.cn IN A +E(0)K (203.0.113.53)
Line LineReader::read_bind(std::string_view line, Hit& out) {
  constexpr std::string_view kQuery = ": query: ";
  const size_t client = scan::find(line, "client ");
  if (client == line.npos) return Line::unreadable;
  const size_t at = scan::find(line.substr(client), kQuery);
  if (at == line.npos) return Line::unreadable;
  std::string_view rest = line.substr(client + at + kQuery.size());
  const std::string_view name = scan::word(rest);
  scan::word(rest);  // the class
  return found(name, scan::word(rest), line, out);
}

// [1796013296] unbound[812:0] info: 192.0.2.9 www.example.cn. A IN
// … info: 192.0.2.9 www.example.cn. A IN NOERROR 0.000000 0 45
Line LineReader::read_unbound(std::string_view line, Hit& out) {
  constexpr std::string_view kInfo = " info: ";
  if (line.find("unbound") == line.npos) return Line::unreadable;
  const size_t at = scan::find(line, kInfo);
  if (at == line.npos) return Line::passed;  // notices and errors
  std::string_view rest = line.substr(at + kInfo.size());
  for (const std::string_view tag : {"query: ", "reply: "}) {
    if (rest.starts_with(tag)) rest.remove_prefix(tag.size());
  }
  const std::string_view client = scan::word(rest), name = scan::word(rest),
                         type = scan::word(rest), of = scan::word(rest);
  if (client.find_first_not_of("0123456789abcdef.:") != client.npos) return Line::passed;
  if (of != "IN") return Line::passed;
  if (format_.replies == rest.empty()) return Line::passed;
  return found(name, type, line, out);
}

// Nov 30 12:34:56 pdns_server[77]: Remote 192.0.2.9 wants 'www.example.cn|A', do = 0, …
// Nov 30 12:34:56 pdns_recursor[77]: 1 [1/1] question for 'www.example.cn|A' from 192.0.2.9:5353
Line LineReader::read_powerdns(std::string_view line, Hit& out) {
  size_t at = line.npos;
  for (const std::string_view before : {" wants '", "question for '"}) {
    at = scan::find(line, before);
    if (at == line.npos) continue;
    at += before.size();
    break;
  }
  if (at == line.npos)
    return line.find("pdns") == line.npos && line.find("Remote ") == line.npos ? Line::unreadable
                                                                               : Line::passed;
  const std::string_view asked = line.substr(at, line.find('\'', at) - at);
  const size_t bar = asked.rfind('|');
  if (bar == asked.npos) return Line::unreadable;
  return found(asked.substr(0, bar), asked.substr(bar + 1), line, out);
}

}  // namespace beian::gate
