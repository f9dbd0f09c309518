#include "registry/journal.hpp"

#include "registry/store.hpp"

namespace beian::registry {

namespace {

Standings standings_from(const std::vector<store::Standing>& known,
                         const std::set<std::string>& listed) {
  Standings out;
  for (const auto& standing : known) {
    const FiledDomain& filed = standing.filed;
    const char* reason = standing.cancelled  ? "cancelled"
                         : filed.access_here ? "filed"
                                             : "no_access_here";
    out[filed.domain] = {reason, number_of(filed)};
  }
  // A name on the blacklist stands so, filed or not; what is not filed any more has no number then.
  for (const auto& name : listed) {
    auto& [reason, number] = out[name];
    if (reason == "cancelled") number.clear();
    reason = "blacklisted";
  }
  return out;
}

}  // namespace

std::string number_of(const FiledDomain& filed) {
  return filed.service_number.empty() ? filed.entity_number : filed.service_number;
}

Standings standings_of(db::Tx& tx, const std::set<std::string>& names) {
  const std::vector<std::string> list(names.begin(), names.end());
  return standings_from(store::standings(tx, list), store::blacklisted_names(tx, list));
}

Standings standings_between(db::Tx& tx, const std::string& after, const std::string& last) {
  return standings_from(store::standings_between(tx, after, last),
                        store::blacklisted_between(tx, after, last));
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
