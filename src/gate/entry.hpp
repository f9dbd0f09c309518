// What a snapshot knows about a name, and what it answers about a host.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gate/host.hpp"
#include "gate/number.hpp"

namespace beian::gate {

enum class Standing : uint8_t {
  // May be served.
  filed = 1,   // 已备案
  grace = 2,   // for a time: an order is on its way, or a place was moved
  exempt = 3,  // the provider's own names and others that need no filing
  // May not.
  cancelled = 4,    // 已注销: only explains; a wider name that is filed still covers it
  closed = 5,       // 关停 by order of an authority
  elsewhere = 6,    // filed, but its access is not with us (未接入)
  blocked = 7,      // by ourselves
  blacklisted = 8,  // by an authority: with all that lies below, whatever that stands for itself
};
inline constexpr bool allows(Standing standing) {
  return standing == Standing::filed || standing == Standing::grace || standing == Standing::exempt;
}
std::string_view name_of(Standing standing);  // "filed"
std::optional<Standing> standing_named(std::string_view name);

// Seconds since 1970, until 2106.
using Seconds = uint32_t;

struct Entry {
  std::string_view name;  // as read_host takes it
  PackedNumber number = 0;
  Standing standing = Standing::filed;
  // Holds for this host alone, not for those below it. Government names are so anyway.
  bool exact = false;
  Seconds from = 0, until = 0;  // holds from … to before …; 0: always

  bool timed() const { return from != 0 || until != 0; }
  bool operator==(const Entry&) const = default;
};

enum class Reason : uint8_t {
  no_name,  // the host is none: `host` of the answer tells what it is
  filed,
  grace,
  exempt,
  cancelled,
  closed,
  elsewhere,
  blocked,
  blacklisted,
  not_filed,  // nothing is known of it
  expired,    // what there is was for a time that is over
  not_yet,    // or has not begun
  damaged,    // what the file has there is not what was written
};
inline constexpr size_t kReasons = 13;
std::string_view name_of(Reason reason);  // "not_filed"

struct Answer {
  bool allow = false;
  Reason reason = Reason::no_name;
  HostKind host = HostKind::empty;
  Seconds until = 0;  // of the entry that decided; 0: no end
  PackedNumber number = 0;
  // Whose filing decided: the host, a name above it, or empty. Lives as long as the snapshot.
  std::string_view entry;
};
// As people and programs are told: of no_name what the host is instead ("ip_address").
std::string_view reason_of(const Answer& answer);

}  // namespace beian::gate
