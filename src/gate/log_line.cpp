#include "gate/log_line.hpp"

#include "base/text.hpp"
#include "gate/log_scan.hpp"

namespace beian::gate {

namespace {

constexpr std::string_view kNames[kLogKinds] = {"nginx", "haproxy", "json",    "hosts",
                                                "bind",  "unbound", "powerdns"};

Line read_plain(std::string_view line, Hit& out) {
  out.host = text::trim(line);
  return out.host.empty() || out.host.front() == '#' ? Line::passed : Line::hit;
}

bool has_host(std::string_view pattern) {
  return scan::host_variable(pattern) != nullptr;
}

}  // namespace

std::string_view name_of(LogKind kind) {
  return kNames[static_cast<size_t>(kind)];
}

Result<LogFormat> log_format_named(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const std::string_view rest = colon == text.npos ? "" : text.substr(colon + 1);
  LogFormat format;
  size_t kind = 0;
  while (kind < kLogKinds && kNames[kind] != name) ++kind;
  if (kind == kLogKinds) return fail(ProblemCode::bad_format, "--format");
  format.kind = static_cast<LogKind>(kind);
  if (format.kind == LogKind::nginx) {
    format.pattern = rest;
    if (!has_host(rest)) return fail(ProblemCode::bad_format, "--format");
  } else if (format.kind == LogKind::json && !rest.empty()) {
    const auto keys = text::split(rest, ',');
    if (keys.size() > 3 || keys[0].empty()) return fail(ProblemCode::bad_format, "--format");
    format.host_key = keys[0];
    if (keys.size() > 1) format.time_key = keys[1];
    if (keys.size() > 2) format.address_key = keys[2];
  } else if (format.kind == LogKind::haproxy && !rest.empty()) {
    int64_t capture = 0;
    if (!text::parse_i64(rest, capture) || capture < 1 || capture > 100)
      return fail(ProblemCode::bad_format, "--format");
    format.capture = static_cast<int>(capture);
  } else if (colon != text.npos) {
    return fail(ProblemCode::bad_format, "--format");
  }
  return format;
}

std::string describe(const LogFormat& format) {
  std::string out(name_of(format.kind));
  if (format.kind == LogKind::nginx) out += ":" + format.pattern;
  if (format.kind == LogKind::haproxy && format.capture != 1)
    out += ":" + std::to_string(format.capture);
  if (format.kind != LogKind::json || format.host_key.empty()) return out;
  out += ":" + format.host_key;
  if (!format.time_key.empty() || !format.address_key.empty()) out += "," + format.time_key;
  if (!format.address_key.empty()) out += "," + format.address_key;
  return out;
}

LineReader::LineReader(const LogFormat& format, const LogClock& clock)
    : format_(format), times_(clock) {
  if (format.kind == LogKind::nginx) compile(format.pattern);
}

Line LineReader::read(std::string_view line, Hit& out) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  out = {};
  if (line.empty()) return Line::passed;
  switch (format_.kind) {
    case LogKind::nginx:
      return read_nginx(line, out);
    case LogKind::haproxy:
      return read_haproxy(line, out);
    case LogKind::json:
      return read_json(line, out);
    case LogKind::hosts:
      return read_plain(line, out);
    case LogKind::bind:
      return read_bind(line, out);
    case LogKind::unbound:
      return read_unbound(line, out);
    case LogKind::powerdns:
      return read_powerdns(line, out);
  }
  return Line::unreadable;
}

}  // namespace beian::gate
