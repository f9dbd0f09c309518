// Lines of an nginx log_format, and of HAProxy's httplog.
#include <algorithm>

#include "gate/log_line.hpp"
#include "gate/log_scan.hpp"

namespace beian::gate {

namespace {

// In the order in which they tell what we want.
constexpr const char* kHosts[] = {
    "host",       "http_host", "http2_authority", "ssl_server_name", "ssl_preread_server_name",
    "server_name"};
constexpr const char* kTimes[] = {"time_local", "time_iso8601", "msec"};
constexpr const char* kAddresses[] = {"server_addr"};

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Takes the variable that stands at pattern[at] == '$' off; empty: the dollar is only a dollar.
std::string_view variable_at(std::string_view pattern, size_t at, size_t& end) {
  const bool braces = at + 1 < pattern.size() && pattern[at + 1] == '{';
  const size_t begin = at + (braces ? 2 : 1);
  end = begin;
  while (end < pattern.size() && is_name(pattern[end])) ++end;
  const std::string_view name = pattern.substr(begin, end - begin);
  if (braces && end < pattern.size() && pattern[end] == '}') ++end;
  return name;
}

template <size_t n>
const char* first_of(const char* const (&names)[n], std::string_view pattern) {
  for (const char* name : names) {
    size_t end = 0;
    for (size_t at = pattern.find('$'); at != pattern.npos; at = pattern.find('$', at + 1)) {
      if (variable_at(pattern, at, end) == name) return name;
    }
  }
  return nullptr;
}

}  // namespace

const char* scan::host_variable(std::string_view pattern) {
  return first_of(kHosts, pattern);
}

void LineReader::compile(std::string_view pattern) {
  const char* host = first_of(kHosts, pattern);
  const char* time = first_of(kTimes, pattern);
  const char* address = first_of(kAddresses, pattern);
  const auto is = [](const char* wanted, std::string_view name) {
    return wanted != nullptr && name == wanted;
  };
  size_t at = 0, last = 0;
  while (at < pattern.size()) {
    size_t end = 0;
    const std::string_view name =
        pattern[at] == '$' ? variable_at(pattern, at, end) : std::string_view();
    if (name.empty()) {
      (variables_.empty() ? head_ : variables_.back().until) += pattern[at++];
      continue;
    }
    Variable& variable = variables_.emplace_back();
    if (is(host, name)) variable.want = Want::host;
    if (is(time, name)) variable.want = Want::time;
    if (is(address, name)) variable.want = Want::address;
    if (variable.want != Want::nothing) last = variables_.size();
    at = end;
  }
  // What stands behind the last that is wanted is not read.
  variables_.resize(last);
}

Line LineReader::read_nginx(std::string_view line, Hit& out) {
  if (!head_.empty()) {
    if (!line.starts_with(head_)) return Line::unreadable;
    line.remove_prefix(head_.size());
  }
  for (const Variable& variable : variables_) {
    std::string_view value = line;
    if (!variable.until.empty()) {
      const size_t end = scan::find(line, variable.until);
      if (end == line.npos) return Line::unreadable;
      value = line.substr(0, end);
      line.remove_prefix(end + variable.until.size());
    }
    if (variable.want == Want::nothing) continue;
    if (value == "-") value = value.substr(0, 0);
    if (variable.want == Want::host) out.host = value;
    if (variable.want == Want::time) out.time = times_.read(value);
    if (variable.want == Want::address) out.address = value;
  }
  unescape_nginx(out);
  return Line::hit;
}

// \x22, \xE4: what is no plain ASCII, and quotes and backslashes.
void LineReader::unescape_nginx(Hit& out) {
  if (out.host.find('\\') == out.host.npos) return;
  room_.clear();
  for (size_t i = 0; i < out.host.size(); ++i) {
    const std::string_view code = out.host.substr(i, 4);
    if (code.size() == 4 && code.starts_with("\\x") && scan::hex_digit(code[2]) >= 0 &&
        scan::hex_digit(code[3]) >= 0) {
      room_ += static_cast<char>(scan::hex_digit(code[2]) * 16 + scan::hex_digit(code[3]));
      i += 3;
    } else {
      room_ += out.host[i];
    }
  }
  out.host = room_;
  out.fleeting = true;
}

// ---- HAProxy

// … haproxy[14389]: 192.0.2.7:33317 [30/Nov/2026:12:14:14.655] front back/one 10/0/30/69/109 200
// 2750 - - ---- 1/1/1/1/0 0/0 {www.example.cn|} {} "GET /index.html HTTP/1.1"
Line LineReader::read_haproxy(std::string_view line, Hit& out) {
  size_t at = 0;
  std::string_view time;
  while (true) {
    at = scan::find(line, " [");
    if (at == line.npos) return Line::unreadable;
    line.remove_prefix(at + 2);
    const size_t close = line.find(']');
    if (close == line.npos) return Line::unreadable;
    time = line.substr(0, close);
    if (time.size() >= 20 && time[2] == '/' && time[6] == '/') break;
  }
  out.time = times_.read(time.substr(0, 20));
  const size_t quote = line.find('"');
  if (quote == line.npos) return Line::unreadable;
  const std::string_view request = line.substr(quote + 1);
  if (request.starts_with("<BADREQ>")) return Line::passed;
  const std::string_view before = line.substr(0, quote);
  if (const size_t open = before.find('{'); open != before.npos) {
    const size_t close = before.find('}', open);
    if (close == before.npos) return Line::unreadable;
    std::string_view captured = before.substr(open + 1, close - open - 1);
    for (int i = 1; i < format_.capture; ++i) {
      const size_t bar = captured.find('|');
      captured = bar == captured.npos ? std::string_view() : captured.substr(bar + 1);
    }
    out.host = captured.substr(0, captured.find('|'));
    unescape_hash(out);
    if (!out.host.empty()) return Line::hit;
  }
  // HTTP/2 asks with the whole address.
  const size_t blank = request.find(' ');
  const std::string_view target = blank == request.npos ? "" : request.substr(blank + 1);
  const size_t scheme = target.substr(0, 8).find("://");
  if (scheme == target.npos) {
    out.host = {};
    return before.find('{') == before.npos ? Line::unreadable : Line::hit;
  }
  const std::string_view rest = target.substr(scheme + 3);
  out.host = rest.substr(0, rest.find_first_of("/ ?\""));
  return Line::hit;
}

// #E4: what is no plain ASCII.
void LineReader::unescape_hash(Hit& out) {
  if (out.host.find('#') == out.host.npos) return;
  room_.clear();
  for (size_t i = 0; i < out.host.size(); ++i) {
    const std::string_view code = out.host.substr(i, 3);
    if (code.size() == 3 && code[0] == '#' && scan::hex_digit(code[1]) >= 0 &&
        scan::hex_digit(code[2]) >= 0) {
      room_ += static_cast<char>(scan::hex_digit(code[1]) * 16 + scan::hex_digit(code[2]));
      i += 2;
    } else {
      room_ += out.host[i];
    }
  }
  out.host = room_;
  out.fleeting = true;
}

}  // namespace beian::gate
