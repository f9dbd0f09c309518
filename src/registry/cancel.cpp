// A cancellation becomes rows, and the journal tells what it changed for each domain.
#include "registry/journal.hpp"
#include "registry/registry.hpp"
#include "registry/store.hpp"

namespace beian::registry {

namespace {

std::optional<store::Target> find(db::Tx& tx, Cancel what, int64_t province, int64_t id) {
  switch (what) {
    case Cancel::entity:
      return store::find_entity_row(tx, province, id);
    case Cancel::service:
      return store::find_service_row(tx, province, id);
    case Cancel::access:
      return store::find_access_row(tx, province, id);
  }
  return std::nullopt;
}

}  // namespace

Result<Cancelled> cancel(db::Tx& tx, TimePoint now, Cancel what,
                         const std::vector<int64_t>& provinces, int64_t id) {
  store::lock(tx);
  std::optional<store::Target> target;
  for (const int64_t province : provinces) {
    auto found = find(tx, what, province, id);
    if (!found) continue;
    if (target) return fail(ProblemCode::conflict);
    target = std::move(found);
  }
  if (!target) return fail(ProblemCode::not_found);
  Cancelled out{target->province, target->filing_number, target->account_id, !target->cancelled};
  if (target->cancelled) return out;

  std::vector<int64_t> services;
  if (what == Cancel::entity)
    services = store::services_of(tx, target->province, target->entity_id);
  else
    services.push_back(target->service_id);
  std::set<std::string> names;
  for (const int64_t service : services)
    names.merge(store::names_of(tx, target->province, service));
  const Standings before = standings_of(tx, names);
  if (what == Cancel::access) {
    store::cancel_access(tx, now, target->province, id, target->service_id);
  } else {
    for (const int64_t service : services)
      store::cancel_service(tx, now, target->province, service);
    if (what == Cancel::entity) store::cancel_entity(tx, now, target->province, id);
  }
  tell_changes(tx, now, names, before);
  return out;
}

}  // namespace beian::registry
