// gate report: what `gate scan` wrote becomes open sites of the registry.
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>

#include "app/configure.hpp"
#include "app/unfiled_sites.hpp"
#include "base/csv.hpp"
#include "base/text.hpp"

namespace beian::app {

namespace {

enum Column : size_t { host, domain, reason, number, count, first, last, source, addresses };

std::optional<gate::Reason> reason_named(std::string_view name) {
  for (size_t i = 0; i < gate::kReasons; ++i) {
    if (gate::name_of(static_cast<gate::Reason>(i)) == name) return static_cast<gate::Reason>(i);
  }
  return std::nullopt;
}

bool read_seconds(std::string_view text, gate::Seconds& out) {
  if (text.empty()) return true;
  const auto time = parse_rfc3339(text);
  if (!time || to_ms(*time) < 0) return false;
  out = static_cast<gate::Seconds>(to_ms(*time) / 1000);
  return true;
}

bool read_seen(const std::vector<std::string>& cells, gate::Seen& seen) {
  int64_t requests = 0;
  if (!text::parse_i64(cells[count], requests) || requests < 1) return false;
  seen.count = static_cast<uint64_t>(requests);
  if (!read_seconds(cells[first], seen.first) || !read_seconds(cells[last], seen.last))
    return false;
  if (cells[source] == "web") seen.sources = gate::Seen::kWeb;
  if (cells[source] == "dns") seen.sources = gate::Seen::kDns;
  if (cells[source] == "web+dns") seen.sources = gate::Seen::kWeb | gate::Seen::kDns;
  for (const std::string& address : text::split(cells[addresses], ' ')) {
    if (address == "…") seen.more_addresses = true;
    if (!address.empty() && address != "…") seen.addresses.push_back(address);
  }
  return seen.sources != 0;
}

// False when a line is not as scan writes them.
bool add_line(const std::vector<std::string>& cells,
              std::map<std::string, gate::UnfiledDomain, std::less<>>& domains) {
  if (cells.size() != report_header().size()) return false;
  const std::string_view name = csv::plain_cell(cells[host]), of = csv::plain_cell(cells[domain]);
  gate::Host read;
  gate::read_host(name, gate::Suffixes::embedded(), read);
  const auto why = reason_named(cells[reason]);
  const auto packed = gate::pack_number(cells[number]);
  gate::UnfiledHost one;
  if (read.kind != gate::HostKind::name || of.empty() || !name.ends_with(of) || !why || !packed ||
      !read_seen(cells, one.seen))
    return false;
  one.host = name;
  one.domain = of;
  one.reason = *why;
  one.number = *packed;
  const auto at = domains.try_emplace(std::string(of)).first;
  at->second.domain = at->first;
  at->second.add(one);
  return true;
}

}  // namespace

int gate_report(const CommonOptions& common, const std::string& path) {
  std::ifstream in(path == "-" ? "/dev/stdin" : path, std::ios::binary);
  const auto refuse = [&](const std::string& why) {
    complain({{ProblemCode::file_unreadable, "", {{"path", path}, {"reason", why}}}});
    return 2;
  };
  if (!in) return refuse("open");
  csv::Reader reader(in);
  csv::Record record;
  if (reader.next(record) != csv::Reader::Got::record || record.cells != report_header())
    return refuse("no report of gate scan");
  std::map<std::string, gate::UnfiledDomain, std::less<>> domains;
  csv::Reader::Got got;
  while ((got = reader.next(record)) == csv::Reader::Got::record) {
    if (!add_line(record.cells, domains)) return refuse("line " + std::to_string(record.line));
  }
  if (got != csv::Reader::Got::end) return refuse("line " + std::to_string(record.line));
  UnfiledSites sites;
  if (!sites.open(common)) return 2;
  for (const auto& [name, found] : domains) sites.add(found);
  sites.finish();
  return 0;
}

}  // namespace beian::app
