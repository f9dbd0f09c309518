// A response policy zone. Which names hide the wildcard above them is not the same everywhere: by
// DNS every name that exists, be it only by names below it; in Unbound one that the neighbour in
// order shares. So whatever stands below a denied name is written out, and all give the same
// answer.
#include <arpa/inet.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "gate/export.hpp"

namespace beian::gate {

namespace {

constexpr size_t kLongestName = 220;
constexpr std::string_view kPass = "CNAME rpz-passthru.";

// What stands behind a denied name; empty: the action is none.
std::string record_of(const std::string& action) {
  if (action == "nxdomain") return "CNAME .";
  if (action == "nodata") return "CNAME *.";
  in6_addr address;
  if (inet_pton(AF_INET, action.c_str(), &address) == 1) return "A " + action;
  if (inet_pton(AF_INET6, action.c_str(), &address) == 1) return "AAAA " + action;
  Host host;
  read_host(action, Suffixes::embedded(), host);
  const bool named = host.kind == HostKind::name || host.kind == HostKind::no_suffix;
  return named ? "CNAME " + std::string(host.name()) + '.' : "";
}

class Zone {
 public:
  Zone(const Snapshot& snapshot, Seconds at, std::string denied, std::ostream& out)
      : snapshot_(snapshot), at_(at), denied_(std::move(denied)), out_(out) {}

  void head() {
    out_ << "$TTL 60\n@ SOA localhost. hostmaster.localhost. " << at_ << " 60 30 604800 60\n"
         << "@ NS localhost.\n; sequence " << snapshot_.sequence() << '\n';
  }

  Status put(const Ruling& ruling) {
    const auto above = ruling_above(snapshot_, ruling.name, at_);
    if (!above) return fail(above);
    const bool denied_above = *above && !(*above)->answer.allow;
    // What is not listed passes, so what is allowed is listed only where it is an exception.
    if (ruling.answer.allow && !denied_above) return {};
    write(ruling.name, ruling.answer.allow);
    if (!ruling.exact) {
      write_below(ruling.name, ruling.answer.allow);
    } else if (denied_above) {
      write_below(ruling.name, false);
    }
    if (denied_above) write_between(ruling.name, (*above)->name);
    return {};
  }

  // A host that is served here.
  void judge(std::string_view raw) {
    Host host;
    read_host(raw, snapshot_.suffixes(), host);
    if (host.kind != HostKind::name && !raw.empty()) ++no_hosts_;
    if (host.kind != HostKind::name || snapshot_.lookup(host, at_).reason != Reason::not_filed)
      return;
    if (!written_.emplace(host.name()).second) return;
    write(host.name(), false);
    ++unknown_;
  }

  uint64_t left_out() const { return left_out_; }
  uint64_t unknown() const { return unknown_; }
  uint64_t no_hosts() const { return no_hosts_; }

 private:
  void write(std::string_view name, bool allow) {
    if (name.size() > kLongestName) {
      ++left_out_;
      return;
    }
    out_ << name << ' ' << (allow ? kPass : denied_) << '\n';
  }
  void write_below(std::string_view name, bool allow) { write("*." + std::string(name), allow); }

  // The names between one and that above it, which exist by that and have no ruling.
  void write_between(std::string_view name, std::string_view above) {
    for (;;) {
      name = name.substr(name.find('.') + 1);
      if (name.size() <= above.size() || !written_.emplace(name).second) return;
      const auto own = snapshot_.entry_of(name);
      // An exact one that stands between has written its own.
      if (own && *own && ruling_of(snapshot_, name, at_).value_or(std::nullopt)) continue;
      write(name, false);
      write_below(name, false);
    }
  }

  const Snapshot& snapshot_;
  Seconds at_;
  std::string denied_;
  std::ostream& out_;
  std::set<std::string, std::less<>> written_;
  uint64_t left_out_ = 0, unknown_ = 0, no_hosts_ = 0;
};

}  // namespace

Result<ExportReport> write_zone(const Snapshot& snapshot, Seconds at, const ZoneOptions& options,
                                std::ostream& out) {
  const std::string denied = record_of(options.action);
  if (denied.empty()) return fail(ProblemCode::bad_format, "/action");
  Zone zone(snapshot, at, denied, out);
  zone.head();
  Status status;
  const auto walked = each_ruling(snapshot, at, [&](const Ruling& ruling) {
    if (status) status = zone.put(ruling);
  });
  if (!walked || !status) return walked ? fail(status) : fail(walked);
  if (options.hosts != nullptr) {
    for (std::string line; std::getline(*options.hosts, line);) zone.judge(text::trim(line));
  }
  ExportReport report;
  static_cast<RulingReport&>(report) = *walked;
  report.denied += zone.unknown();
  report.left_out = zone.left_out();
  report.no_hosts = zone.no_hosts();
  return report;
}

}  // namespace beian::gate
