#include "registry/journal.hpp"

#include "registry/store.hpp"

namespace beian::registry {

Standings standings_of(db::Tx& tx, const std::set<std::string>& names) {
  const std::vector<std::string> list(names.begin(), names.end());
  Standings out;
  for (const auto& standing : store::standings(tx, list)) {
    const char* reason = standing.cancelled           ? "cancelled"
                         : standing.filed.access_here ? "filed"
                                                      : "no_access_here";
    out[standing.filed.domain] = {reason, standing.filed.service_number};
  }
  // A name on the blacklist stands so, filed or not.
  for (const auto& name : store::blacklisted_names(tx, list)) out[name].first = "blacklisted";
  return out;
}

void tell_changes(db::Tx& tx, TimePoint now, const std::set<std::string>& names,
                  const Standings& before) {
  Standings after = standings_of(tx, names);
  // A domain id that came back under another name leaves the old one to nobody.
  for (const auto& [name, standing] : before) after.try_emplace(name, "not_filed", "");
  for (const auto& [name, standing] : after) {
    const auto known = before.find(name);
    if (known != before.end() && known->second == standing) continue;
    store::append_change(tx, now, name, standing.first, standing.second);
  }
}

}  // namespace beian::registry
