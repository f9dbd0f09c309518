// gate export, gate push: what a snapshot says, for proxies and resolvers that take a list.
#include <fcntl.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "app/current_snapshot.hpp"
#include "gate/export.hpp"
#include "gate/file.hpp"
#include "gate/push.hpp"

namespace beian::app {

namespace {

using gate::ExportReport;
using gate::Seconds;
using gate::Snapshot;
using Writer = std::function<Result<ExportReport>(std::ostream&)>;

Seconds now() {
  return static_cast<Seconds>(
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
}

// Checks what was written; nonzero: it must not take effect.
int judge(const Result<ExportReport>& report, const GateExportOptions& options) {
  if (!report) {
    complain(report.error());
    return 1;
  }
  if (options.format.starts_with("haproxy") && report->labels > gate::kMapLabels) {
    std::fprintf(stderr,
                 "A name has %zu labels; HAProxy asks for %zu at most and would not find it\n",
                 report->labels, gate::kMapLabels);
    return 1;
  }
  std::fprintf(stderr, "%llu allowed, %llu denied",
               static_cast<unsigned long long>(report->allowed),
               static_cast<unsigned long long>(report->denied));
  if (report->left_out > 0)
    std::fprintf(stderr, ", %llu too long for a zone",
                 static_cast<unsigned long long>(report->left_out));
  if (report->no_hosts > 0)
    std::fprintf(stderr, ", %llu of the hosts are none",
                 static_cast<unsigned long long>(report->no_hosts));
  if (report->changes_at > 0)
    std::fprintf(stderr, ", the next time begins or ends at %u", report->changes_at);
  std::fputc('\n', stderr);
  return 0;
}

// A file takes the place of the old one when all of it is on the disk.
int write_to(const GateExportOptions& options, const Writer& write) {
  if (options.output.empty()) {
    std::ios::sync_with_stdio(false);
    const int code = judge(write(std::cout), options);
    if (std::cout.flush()) return code;
    complain({{ProblemCode::file_unreadable, "", {{"path", "-"}, {"reason", "write"}}}});
    return 1;
  }
  const std::string part = options.output + ".part";
  int code = 1;
  {
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    if (out) code = judge(write(out), options);
    out.close();
    if (!out) {
      complain({{ProblemCode::file_unreadable, "", {{"path", part}, {"reason", "write"}}}});
      code = 1;
    }
  }
  if (code == 0) {
    const Descriptor file = open_file(part, O_WRONLY);
    gate::publish(file.get(), part, options.output);
  } else {
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
  }
  return code;
}

int export_changes(const GateExportOptions& options, const Snapshot& snapshot, Seconds at) {
  if (options.before.empty() || options.since == 0 || options.map.empty()) {
    std::fputs("haproxy-changes wants --before, --since and --map\n", stderr);
    return 2;
  }
  const auto before = current_snapshot(options.before);
  if (!before) return 2;
  return write_to(options, [&](std::ostream& out) {
    return gate::write_map_changes(*before, static_cast<Seconds>(options.since), snapshot, at,
                                   options.map, out);
  });
}

int export_zone(const GateExportOptions& options, const Snapshot& snapshot, Seconds at) {
  std::ifstream hosts;
  if (!options.hosts.empty()) {
    hosts.open(options.hosts == "-" ? "/dev/stdin" : options.hosts);
    if (!hosts) {
      complain({{ProblemCode::file_unreadable, "", {{"path", options.hosts}, {"reason", "open"}}}});
      return 2;
    }
  }
  const gate::ZoneOptions zone{.action = options.action,
                               .hosts = options.hosts.empty() ? nullptr : &hosts};
  return write_to(options, [&](std::ostream& out) { return write_zone(snapshot, at, zone, out); });
}

}  // namespace

int gate_export(const GateExportOptions& options) {
  const auto snapshot = current_snapshot(options.file);
  if (!snapshot) return 2;
  const Seconds at = options.at > 0 ? static_cast<Seconds>(options.at) : now();
  if (options.format == "haproxy-changes") return export_changes(options, *snapshot, at);
  if (options.format == "rpz") return export_zone(options, *snapshot, at);
  const gate::MapFormat format = options.format == "haproxy" ? gate::MapFormat::haproxy
                                 : options.format == "nginx" ? gate::MapFormat::nginx
                                                             : gate::MapFormat::plain;
  return write_to(options,
                  [&](std::ostream& out) { return write_map(*snapshot, at, format, out); });
}

int gate_push(const std::string& commands, const std::string& socket) {
  std::ifstream in(commands == "-" ? "/dev/stdin" : commands);
  if (!in) {
    complain({{ProblemCode::file_unreadable, "", {{"path", commands}, {"reason", "open"}}}});
    return 2;
  }
  const auto report = gate::push_commands(in, socket);
  if (!report) {
    complain(report.error());
    return 1;
  }
  for (const std::string& said : report->said) std::fprintf(stderr, "%s\n", said.c_str());
  std::printf("%llu done, %llu refused\n", static_cast<unsigned long long>(report->done),
              static_cast<unsigned long long>(report->refused));
  return report->refused > 0 ? 1 : 0;
}

}  // namespace beian::app
