// What follows from the entries that cover a host. Private to gate: one walk for snapshots and for
// what changed after them.
#pragma once

#include <algorithm>

#include "gate/host.hpp"
#include "gate/snapshot.hpp"

namespace beian::gate {

// Told the entries, the narrowest first.
class Decision {
 public:
  Decision(const Host& host, Seconds now) : now_(now) {
    out_.host = host.kind;
    out_.reason = Reason::not_filed;
  }

  // `own`: the name is the host itself.
  void tell(const Found& found, bool own) {
    if (found.what == Found::none) return;
    if (found.what == Found::damaged) {
      const HostKind host = out_.host;
      out_ = {};
      out_.host = host;
      out_.reason = Reason::damaged;
      over_ = true;
      return;
    }
    const format::Record& r = found.record;
    if (!r.is_entry() || (!own && r.exact())) return;
    const Reason reason = reason_at(r);
    if (reason == Reason::blacklisted) {
      over_ = true;
    } else if (decided_) {
      return;
    } else if (reason == Reason::not_yet || reason == Reason::expired ||
               reason == Reason::cancelled) {
      if (out_.reason != Reason::not_filed) return;  // the narrowest one explains
    } else {
      decided_ = true;
    }
    out_.reason = reason;
    out_.allow = decided_ && !over_ && allows(r.standing());
    out_.number = r.number;
    out_.until = r.until;
    out_.entry = found.name;
  }
  // Nothing wider can change it.
  bool over() const { return over_; }
  const Answer& answer() const { return out_; }

 private:
  Reason reason_at(const format::Record& r) const {
    if (now_ < r.from) return Reason::not_yet;
    if (r.until != 0 && now_ >= r.until) return Reason::expired;
    return static_cast<Reason>(r.standing());
  }

  Seconds now_;
  bool decided_ = false, over_ = false;
  Answer out_;
};

// Where a name begins that has one label more than the part from `at` on.
inline size_t label_before(std::string_view name, size_t at) {
  const size_t dot = at < 2 ? name.npos : name.rfind('.', at - 2);
  return dot == name.npos ? 0 : dot + 1;
}

// `widest`: the government name or the independent domain, below which names with up to `levels`
// labels more may have entries; find(at): that of the host's name from `at` on.
template <class Find>
Answer decide(const Host& host, Seconds now, const Found& widest, size_t levels, const Find& find) {
  Decision decision(host, now);
  const size_t first = host.filed_at();
  if (levels > 0 && first > 0) {
    size_t starts[128], count = 0;
    for (size_t at = first; at > 0 && count < std::min<size_t>(levels, 127);)
      starts[count++] = at = label_before(host.name(), at);
    while (count-- > 0) {
      decision.tell(find(starts[count]), starts[count] == 0);
      if (decision.over()) return decision.answer();
    }
  }
  decision.tell(widest, first == 0);
  return decision.answer();
}

}  // namespace beian::gate
