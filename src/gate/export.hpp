// A snapshot as lists for programs that cannot ask it. docs/adr/0033-gate-elsewhere.md says which
// is for whom and what each of them cannot tell; in short:
//
// - A list is of one moment. Entries with times come and go between two exports: the report says
//   when the next does so (changes_at), and a list should be written anew by then.
// - Names that nobody filed are in no list. A proxy says no to what it does not find. A resolver
//   cannot: it answers for the whole world, so its zone denies only what is known to be denied,
//   and hosts that it is given beside (ZoneOptions::hosts), such as those that are served here.
// - Hosts are compared as they are: whoever asks takes off the port and the final dot and makes
//   the letters small. Percent-encodings and U-labels are not found, which means no.
#pragma once

#include <istream>
#include <ostream>
#include <string>

#include "gate/ruling.hpp"

namespace beian::gate {

struct ExportReport : RulingReport {
  uint64_t left_out = 0;  // of a zone: names too long for it
  uint64_t no_hosts = 0;  // of a zone: lines of `hosts` that are none (addresses, suffixes)
  size_t labels = 0;      // of the longest name with names below it
};

enum class MapFormat {
  // One line a name, for map_str: `example.cn allow` for the name and all below it, with `=` in
  // front for this host alone. To be asked for `=host` first, then the host's last 8 labels, 7 … 2;
  // the first found decides. So names of more labels than that cannot be told (`labels`).
  haproxy,
  // For a `map` with `hostnames`: `.example.cn allow;`, without the dot for this host alone.
  nginx,
  // CSV: name,scope,answer,reason,number,until.
  plain,
};
Result<ExportReport> write_map(const Snapshot& snapshot, Seconds at, MapFormat format,
                               std::ostream& out);

// Commands for HAProxy's socket, one a line, that make of the map that was written of `before` at
// `then` the one of `after` at `now`. In an order in which no host is allowed meanwhile that is
// not before or after: first what denies. Keeps the others in memory. `map`: the file's name in
// HAProxy's configuration. allowed and denied count the commands of each kind.
Result<ExportReport> write_map_changes(const Snapshot& before, Seconds then, const Snapshot& after,
                                       Seconds now, const std::string& map, std::ostream& out);

// Beyond this many labels HAProxy is not asked (MapFormat::haproxy).
inline constexpr size_t kMapLabels = 8;

struct ZoneOptions {
  // What a denied name becomes: "nxdomain", "nodata", an address or a host's name, such as the
  // block page's.
  std::string action = "nxdomain";
  // One host a line; those that may not be served are denied though nothing is known of them. Null:
  // none.
  std::istream* hosts = nullptr;
};
// A response policy zone (RPZ): the names that are denied, and what is allowed below them. The
// serial is the moment, in seconds since 1970. Names above 220 bytes are left out, so that those of
// the zone have room behind them; the zone's own name is that of the resolver's configuration.
// bad_format, /action, for an action that is none.
Result<ExportReport> write_zone(const Snapshot& snapshot, Seconds at, const ZoneOptions& options,
                                std::ostream& out);

}  // namespace beian::gate
