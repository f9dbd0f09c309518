#include "app/verify_snapshot.hpp"

#include <map>

#include "app/gate_entries.hpp"

namespace beian::app {

namespace {

constexpr size_t kPage = 2000;

std::string text_of(const gate::Entry& entry) {
  std::string out(gate::name_of(entry.standing));
  if (entry.number != 0) out += " " + gate::number_text(entry.number);
  return out;
}

bool from_list(const gate::Entry& entry) {
  using enum gate::Standing;
  return entry.standing == exempt || entry.standing == grace || entry.standing == blocked;
}

}  // namespace

Result<VerifyReport> verify_snapshot(
    db::Tx& tx, const gate::Snapshot& snapshot,
    const std::function<void(const char*, const std::string&, const std::string&,
                             const std::string&)>& tell,
    const std::function<void()>& step) {
  VerifyReport report;
  report.sequence = static_cast<uint64_t>(registry::last_change(tx));
  Status status;
  gate::Host host;
  uint64_t found_there = 0;
  registry::each_name(tx, [&](const registry::NameStanding& standing) {
    step();
    auto expected = gate_entry(standing);
    gate::read_host(standing.name, snapshot.suffixes(), host);
    if (host.kind != gate::HostKind::name) return true;  // nobody can ask for it
    expected.name = host.name();
    ++report.names;
    const auto found = snapshot.entry_of(host.name());
    if (!found) {
      status = fail(found);
      return false;
    }
    if (!*found) {
      ++report.missing;
      tell("missing", standing.name, text_of(expected), "");
      return true;
    }
    ++found_there;
    if (!from_list(**found) && !(**found == expected)) {
      ++report.different;
      tell("different", standing.name, text_of(expected), text_of(**found));
    }
    return true;
  });
  if (!status) return fail(status);
  // Nothing is extra when every entry was met: then nobody has to ask for 25 million names again.
  std::map<std::string, std::string> page;
  const auto ask = [&] {
    std::vector<std::string> names;
    for (const auto& [name, text] : page) names.push_back(name);
    for (const auto& known : registry::standings_of_names(tx, names)) page.erase(known.name);
    for (const auto& [name, text] : page) {
      ++report.extra;
      tell("extra", name, "", text);
    }
    page.clear();
  };
  const bool all_met = found_there == snapshot.entries();
  const auto walked = snapshot.each([&](const gate::Entry& entry) {
    step();
    if (from_list(entry))
      ++report.lists;
    else if (!all_met)
      page.emplace(std::string(entry.name), text_of(entry));
    if (page.size() >= kPage) ask();
    return true;
  });
  if (!walked) return fail(walked);
  ask();
  return report;
}

}  // namespace beian::app
