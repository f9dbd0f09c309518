#include "gate/ruling.hpp"

#include <algorithm>

namespace beian::gate {

namespace {

bool holds(const Entry& entry, Seconds at) {
  return at >= entry.from && (entry.until == 0 || at < entry.until);
}

std::optional<Ruling> ruling_from(const Snapshot& snapshot, const Entry& entry, Seconds at) {
  Host host;
  read_host(entry.name, snapshot.suffixes(), host);
  Ruling out{.name = entry.name, .exact = entry.exact || host.government, .answer = {}};
  if (host.filed_at() > 0 || !holds(entry, at)) {
    // Something wider may decide in its place: it is blacklisted, or this one only explains.
    out.answer = snapshot.lookup(host, at);
    if (out.answer.entry != entry.name) return {};
    return out;
  }
  out.answer = {.allow = allows(entry.standing),
                .reason = static_cast<Reason>(entry.standing),
                .host = HostKind::name,
                .until = entry.until,
                .number = entry.number,
                .entry = entry.name};
  return out;
}

bool stands_alone(const Snapshot& snapshot, const Entry& entry) {
  Host host;
  read_host(entry.name, snapshot.suffixes(), host);
  return host.filed_at() == 0;
}

bool same(const Ruling& a, const Ruling& b) {
  return a.exact == b.exact && a.answer.allow == b.answer.allow &&
         a.answer.reason == b.answer.reason;
}

}  // namespace

std::string_view word_of(const Answer& answer) {
  return answer.allow ? "allow" : name_of(answer.reason);
}

Result<std::optional<Ruling>> ruling_of(const Snapshot& snapshot, std::string_view name,
                                        Seconds at) {
  const auto entry = snapshot.entry_of(name);
  if (!entry) return fail(entry);
  if (!*entry) return std::nullopt;
  return ruling_from(snapshot, **entry, at);
}

Result<std::optional<Ruling>> ruling_above(const Snapshot& snapshot, std::string_view name,
                                           Seconds at) {
  Host host;
  read_host(name, snapshot.suffixes(), host);
  if (host.government) return std::nullopt;
  for (size_t begin = 0; begin < host.independent_at;) {
    begin = name.find('.', begin) + 1;
    auto above = ruling_of(snapshot, name.substr(begin), at);
    if (!above || (*above && !(*above)->exact)) return above;
  }
  return std::nullopt;
}

Result<RulingReport> each_ruling(const Snapshot& snapshot, Seconds at,
                                 const std::function<void(const Ruling&)>& f) {
  RulingReport report;
  const Status walked = snapshot.each([&](const Entry& entry) {
    for (const Seconds time : {entry.from, entry.until}) {
      if (time > at && (report.changes_at == 0 || time < report.changes_at))
        report.changes_at = time;
    }
    const auto ruling = ruling_from(snapshot, entry, at);
    if (!ruling) return true;
    ++(ruling->answer.allow ? report.allowed : report.denied);
    f(*ruling);
    return true;
  });
  if (!walked) return fail(walked);
  return report;
}

Status each_changed_ruling(const Snapshot& before, Seconds then, const Snapshot& after, Seconds now,
                           const std::function<void(const Ruling*, const Ruling*)>& f) {
  Status status;
  const auto pointer = [](const std::optional<Ruling>& one) { return one ? &*one : nullptr; };
  const bool same_suffixes = before.suffixes().rules() == after.suffixes().rules();
  const Status first = before.each([&](const Entry& old) {
    const auto entry = after.entry_of(old.name);
    if (!entry) {
      status = fail(entry);
      return false;
    }
    // Most have not changed and never will. What lies below another name may with that one.
    if (*entry && **entry == old && !old.timed() && same_suffixes && stands_alone(before, old))
      return true;
    const auto was = ruling_from(before, old, then);
    const auto is = *entry ? ruling_from(after, **entry, now) : std::nullopt;
    if (was && is && same(*was, *is)) return true;
    if (was || is) f(pointer(was), pointer(is));
    return true;
  });
  if (!first || !status) return first ? status : first;
  const Status second = after.each([&](const Entry& latest) {
    const auto old = before.entry_of(latest.name);
    if (!old) {
      status = fail(old);
      return false;
    }
    if (*old) return true;
    if (const auto is = ruling_from(after, latest, now)) f(nullptr, &*is);
    return true;
  });
  return second ? status : second;
}

}  // namespace beian::gate
