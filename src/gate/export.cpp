#include "gate/export.hpp"

#include <algorithm>
#include <vector>

namespace beian::gate {

namespace {

size_t labels_of(std::string_view name) {
  return 1 + static_cast<size_t>(std::count(name.begin(), name.end(), '.'));
}

void count_labels(const Ruling& ruling, ExportReport& report) {
  if (!ruling.exact) report.labels = std::max(report.labels, labels_of(ruling.name));
}

std::string haproxy_key(const Ruling& ruling) {
  return (ruling.exact ? "=" : "") + std::string(ruling.name);
}

std::string line_of(const Ruling& ruling, MapFormat format) {
  const Answer& answer = ruling.answer;
  switch (format) {
    case MapFormat::haproxy:
      return haproxy_key(ruling) + ' ' + std::string(word_of(answer)) + '\n';
    case MapFormat::nginx:
      return (ruling.exact ? "" : ".") + std::string(ruling.name) + ' ' +
             std::string(word_of(answer)) + ";\n";
    case MapFormat::plain:
      break;
  }
  std::string out(ruling.name);
  out += ruling.exact ? ",exact" : ",below";
  out += answer.allow ? ",allow," : ",deny,";
  out += name_of(answer.reason);
  out += ',' + number_text(answer.number) + ',';
  if (answer.until != 0) out += std::to_string(answer.until);
  return out + '\n';
}

}  // namespace

Result<ExportReport> write_map(const Snapshot& snapshot, Seconds at, MapFormat format,
                               std::ostream& out) {
  if (format == MapFormat::plain) {
    out << "name,scope,answer,reason,number,until\n";
  } else {
    out << "# at " << at << ", sequence " << snapshot.sequence() << '\n';
  }
  ExportReport report;
  const auto walked = each_ruling(snapshot, at, [&](const Ruling& ruling) {
    count_labels(ruling, report);
    out << line_of(ruling, format);
  });
  if (!walked) return fail(walked);
  static_cast<RulingReport&>(report) = *walked;
  return report;
}

Result<ExportReport> write_map_changes(const Snapshot& before, Seconds then, const Snapshot& after,
                                       Seconds now, const std::string& map, std::ostream& out) {
  ExportReport report;
  std::vector<std::string> allowing;
  const auto say = [&](bool allows, const std::string& command) {
    ++(allows ? report.allowed : report.denied);
    if (allows) {
      allowing.push_back(command);
    } else {
      out << command;
    }
  };
  const auto walked =
      each_changed_ruling(before, then, after, now, [&](const Ruling* was, const Ruling* is) {
        const std::string old_key = was != nullptr ? haproxy_key(*was) : "";
        const std::string key = is != nullptr ? haproxy_key(*is) : "";
        if (was != nullptr && old_key != key)
          say(!was->answer.allow, "del map " + map + ' ' + old_key + '\n');
        if (is == nullptr) return;
        count_labels(*is, report);
        const std::string_view word = word_of(is->answer);
        if (was != nullptr && old_key == key && word == word_of(was->answer)) return;
        const char* verb = old_key == key ? "set map " : "add map ";
        say(is->answer.allow, verb + map + ' ' + key + ' ' + std::string(word) + '\n');
      });
  if (!walked) return fail(walked);
  for (const std::string& command : allowing) out << command;
  return report;
}

}  // namespace beian::gate
