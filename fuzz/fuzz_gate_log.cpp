// Lines of logs, in any format: whatever stands there, the readers read nothing outside a line, say
// the same twice, and a format that was told from the lines reads them and can be given again.
#include <memory>
#include <string>

#include "check.hpp"
#include "gate/log_detect.hpp"

using namespace beian;
using namespace beian::gate;

namespace {

const LogClock kClock{.zone_minutes = 480, .now = 1'800'000'000};
constexpr const char* kFormats[] = {
    R"(nginx:$remote_addr - $remote_user [$time_local] "$request" "$host" $server_addr)",
    "nginx:$host $msec",
    "nginx:{$time_iso8601}${http_host}|$server_addr|",
    "haproxy",
    "haproxy:3",
    "json:host,ts,server_addr",
    "json:request.host,request.time,request.server.addr",
    "hosts",
    "bind",
    "unbound",
    "powerdns"};

bool within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

size_t read_all(const LogFormat& format, std::string_view text) {
  LineReader reader(format, kClock), second(format, kClock);
  size_t hits = 0;
  Hit hit, again;
  for (;;) {
    const size_t end = text.find('\n');
    // A copy of its own, so that the sanitizer sees the line's ends.
    const std::string_view view = text.substr(0, end);
    const std::unique_ptr<char[]> copy(new char[view.size()]);
    view.copy(copy.get(), view.size());
    const std::string_view line(copy.get(), view.size());
    const Line told = reader.read(line, hit);
    fuzz::must(second.read(line, again) == told, "the same twice");
    if (told == Line::hit) {
      ++hits;
      fuzz::must(hit.host == again.host && hit.time == again.time && hit.address == again.address,
                 "the same hit twice");
      fuzz::must(hit.fleeting || within(hit.host, line), "the host stands in the line");
      fuzz::must(within(hit.address, line), "the address stands in the line");
    }
    if (end == text.npos) return hits;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text = fuzz::view(data + 1, size - 1);
  const size_t number = data[0] % (std::size(kFormats) + 1);
  if (number < std::size(kFormats)) {
    const auto format = log_format_named(kFormats[number]);
    fuzz::must(format.has_value(), "the formats are formats");
    read_all(*format, text);
    return 0;
  }
  const auto told = settle_format({}, text, kClock);
  if (told) {
    fuzz::must(read_all(*told, text) > 0, "a format that was told finds hosts");
    const auto again = log_format_named(describe(*told));
    fuzz::must(again && describe(*again) == describe(*told), "it can be given again");
  }
  if (const auto given = log_format_named(text)) read_all(*given, describe(*given));
  return 0;
}
