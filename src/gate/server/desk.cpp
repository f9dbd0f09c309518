#include "gate/server/desk.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <ctime>
#include <vector>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "gate/printable.hpp"

namespace beian::gate::server {

namespace {

constexpr size_t kAtOnce = 256;  // lines of a list

std::string_view status_line(int status) {
  switch (status) {
    case 200:
      return "HTTP/1.1 200 OK\r\n";
    case 204:
      return "HTTP/1.1 204 No Content\r\n";
    case 403:
      return "HTTP/1.1 403 Forbidden\r\n";
    case 404:
      return "HTTP/1.1 404 Not Found\r\n";
    case 405:
      return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 413:
      return "HTTP/1.1 413 Content Too Large\r\n";
    case 431:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 503:
      return "HTTP/1.1 503 Service Unavailable\r\n";
    case 505:
      return "HTTP/1.1 505 HTTP Version Not Supported\r\n";
    default:
      return "HTTP/1.1 400 Bad Request\r\n";
  }
}

void append_number(uint64_t number, std::string& out) {
  char text[20];
  out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
}

// Header fields are ASCII: what is not stands there percent-encoded (UTF-8), which may also be put
// into an address as it is.
void append_filing_number(PackedNumber number, std::string& out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  char text[kLongestNumber];
  const size_t size = write_number(number, text);
  for (size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      out += text[i];
    } else {
      const char encoded[3] = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
      out.append(encoded, 3);
    }
  }
}

Answer no_name(HostKind kind) {
  Answer out;
  out.host = kind;
  return out;
}

// Of `?host=…`, decoded; more than one is `repeated`, as of fields.
struct Asked {
  bool good = true;
  std::vector<std::string> hosts;
};
Asked read_query(std::string_view target) {
  Asked out;
  std::string_view rest = target.substr(std::min(target.find('?'), target.size()));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view pair = rest.substr(0, std::min(rest.find('&'), rest.size()));
    rest.remove_prefix(pair.size());
    if (!pair.starts_with("host=")) continue;
    auto host = percent_decode(pair.substr(5), true);
    out.good = out.good && host && text::is_utf8(*host);
    if (out.good) out.hosts.push_back(std::move(*host));
  }
  return out;
}

// Whoever reads the answers by line and tab must not be misled by a host.
void append_plain(std::string_view host, std::string& out) {
  const size_t at = out.size();
  if (text::is_utf8(host))
    out.append(host);
  else
    out.append(printable(host));
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(at), out.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
}

}  // namespace

Desk::Desk(const Live& live, const Policy& policy, Board& board, Counters& counters)
    : live_(live), policy_(policy), board_(board), counters_(counters), reader_(live) {}

void Desk::set_time(Seconds now) {
  const uint64_t good = std::max<uint64_t>(live_.confirmed(), reader_.view().snapshot->created());
  age_ = good < now ? static_cast<Seconds>(now - good) : 0;
  if (now == now_) return;
  now_ = now;
  const auto time = static_cast<time_t>(now);
  tm utc{};
  gmtime_r(&time, &utc);
  std::strftime(date_, sizeof date_, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
}

Verdict Desk::judged(const Answer& answer) {
  Verdict out{answer, answer.allow, told_reason(answer)};
  if (policy_.when_stale != WhenStale::answer && stale()) {
    const Reason r = answer.reason;
    const bool may_have_changed = r == Reason::not_filed || r == Reason::expired ||
                                  r == Reason::not_yet || r == Reason::cancelled ||
                                  r == Reason::elsewhere;
    if (policy_.when_stale == WhenStale::deny ? out.allow : may_have_changed) {
      out.allow = policy_.when_stale == WhenStale::allow;
      out.reason = kStale;
    }
  }
  counters_.answers[out.allow ? 1 : 0][out.reason].add();
  return out;
}

void Desk::end_head(bool keep, bool version_1_1, std::string& out) {
  out.append(date_, sizeof date_ - 1);
  if (!keep)
    out.append("Connection: close\r\n");
  else if (!version_1_1)
    out.append("Connection: keep-alive\r\n");
  out.append("\r\n");
}

// ---- proxies

void Desk::proxy(const Request& request, bool own_field, Question question, bool& keep,
                 std::string& out) {
  counters_.questions[static_cast<size_t>(question)].add();
  const bool asked = own_field && request.asked > 0;
  const size_t count = asked ? request.asked : request.hosts;
  // RFC 9112, 3.2: without Host, or with several, it is no good request whatever else it tells.
  const bool bad = count > 1 || request.hosts > 1 || (request.version_1_1 && request.hosts == 0);
  const Verdict verdict =
      judged(count > 1 || request.hosts > 1 ? no_name(HostKind::repeated)
             : bad || count == 0            ? no_name(HostKind::empty)
                                 : reader_.lookup(asked ? request.asked_host : request.host, now_));
  keep = keep && !bad;
  if (bad)
    out.append(status_line(400)).append("Content-Length: 0\r\n");
  else if (!verdict.allow)
    out.append(status_line(403)).append("Content-Length: 0\r\n");
  else if (question == Question::check)
    out.append(status_line(204));
  else
    out.append(status_line(200)).append("Content-Length: 0\r\n");
  out.append(verdict.allow ? "X-Beian-Answer: allow\r\n" : "X-Beian-Answer: deny\r\n");
  out.append("X-Beian-Reason: ").append(told_name(verdict.reason));
  if (verdict.answer.number != 0) {
    out.append("\r\nX-Beian-Number: ");
    append_filing_number(verdict.answer.number, out);
  }
  if (!verdict.answer.entry.empty()) out.append("\r\nX-Beian-Name: ").append(verdict.answer.entry);
  out.append("\r\nX-Beian-Age: ");
  append_number(age_, out);
  out.append("\r\n");
  end_head(keep, request.version_1_1, out);
}

void Desk::check(const Request& request, bool& keep, std::string& out) {
  proxy(request, true, Question::check, keep, out);
}

void Desk::envoy(const Request& request, bool& keep, std::string& out) {
  // Envoy passes the client's own fields on when it is told to: only Host is its word.
  proxy(request, false, Question::envoy, keep, out);
}

// ---- people and programs

void Desk::content(const Request& request, bool keep, int status, std::string_view type,
                   std::string_view text, std::string& out) {
  out.append(status_line(status)).append("Content-Type: ").append(type);
  out.append("\r\nCache-Control: no-store\r\nContent-Length: ");
  append_number(text.size(), out);
  out.append("\r\n");
  end_head(keep, request.version_1_1, out);
  if (request.method != "HEAD") out.append(text);
}

void Desk::lookup(const Request& request, bool keep, std::string& out) {
  const Asked asked = read_query(request.target);
  if (!asked.good || asked.hosts.empty()) return refuse(400, keep, out);
  counters_.questions[static_cast<size_t>(Question::lookup)].add();
  const Verdict verdict = judged(asked.hosts.size() > 1 ? no_name(HostKind::repeated)
                                                        : reader_.lookup(asked.hosts[0], now_));
  const Answer& answer = verdict.answer;
  Json json = Json::object(
      {{"host", asked.hosts[0]}, {"allow", verdict.allow}, {"reason", told_name(verdict.reason)}});
  if (!answer.entry.empty()) json.set("entry", answer.entry);
  if (answer.number != 0) json.set("number", number_text(answer.number));
  if (answer.until != 0) json.set("until", static_cast<int64_t>(answer.until));
  json.set("sequence", reader_.view().sequence);
  json.set("age", static_cast<int64_t>(age_));
  content(request, keep, 200, "application/json", to_string(json) + "\n", out);
}

void Desk::health(const Request& request, bool keep, std::string& out) {
  counters_.other.add();
  const View& view = reader_.view();
  const bool is_stale = stale();
  // What answers from old state answers: only who would deny everything should get no questions.
  const bool good = !stopping() && !(is_stale && policy_.when_stale == WhenStale::deny);
  const Json json = Json::object({{"status", stopping() ? "stopping"
                                             : is_stale ? "stale"
                                                        : "ok"},
                                  {"entries", view.snapshot->entries()},
                                  {"created", view.snapshot->created()},
                                  {"sequence", view.sequence},
                                  {"age", static_cast<int64_t>(age_)}});
  content(request, keep, good ? 200 : 503, "application/json", to_string(json) + "\n", out);
}

void Desk::metrics(const Request& request, bool keep, std::string& out) {
  counters_.other.add();
  content(request, keep, 200, "text/plain; version=0.0.4",
          metrics_text(board_, reader_.view(), stale(), age_), out);
}

void Desk::refuse(int status, bool keep, std::string& out, std::string_view allow) {
  counters_.refused.add();
  out.append(status_line(status)).append("Content-Length: 0\r\n");
  if (!allow.empty()) out.append("Allow: ").append(allow).append("\r\n");
  if (status == 503) out.append("Retry-After: 1\r\n");
  end_head(keep, true, out);
}

// ---- lists

void Desk::begin_lines(const Request& request, bool keep, std::string& out) {
  out.append(status_line(200)).append("Content-Type: text/plain; charset=utf-8\r\nX-Beian-Age: ");
  append_number(age_, out);
  out.append("\r\nCache-Control: no-store\r\n");
  if (request.version_1_1) out.append("Transfer-Encoding: chunked\r\n");
  end_head(keep, request.version_1_1, out);
}

void Desk::lines(std::string_view& list, size_t most, std::string& out) {
  std::array<std::string_view, kAtOnce> raw;
  std::array<Answer, kAtOnce> answers;
  size_t count = 0;
  for (; count < std::min(most, kAtOnce) && !list.empty(); ++count) {
    const size_t end = std::min(list.find('\n'), list.size());
    raw[count] = list.substr(0, end);
    if (raw[count].ends_with('\r')) raw[count].remove_suffix(1);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  reader_.lookup(std::span(raw).first(count), now_, std::span(answers).first(count));
  counters_.questions[static_cast<size_t>(Question::bulk)].add(count);
  for (size_t i = 0; i < count; ++i) {
    const Verdict verdict = judged(answers[i]);
    append_plain(raw[i], out);
    out.append(verdict.allow ? "\tallow\t" : "\tdeny\t").append(told_name(verdict.reason));
    out.append("\t").append(verdict.answer.entry).append("\t");
    char number[kLongestNumber];
    out.append(number, write_number(verdict.answer.number, number)).append("\n");
  }
}

}  // namespace beian::gate::server
