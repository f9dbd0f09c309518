#include "resources/uses.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "resources/faults.hpp"

namespace beian::resources {
namespace {

constexpr std::string_view kSystem = "system";

// What the order holds and names no more, and what it has to take.
struct Plan {
  std::vector<Use> given_up;
  std::vector<Claim> kept, wanted;
};

// What a claim stands on, when nothing but a race can take it away.
struct Found {
  Resource resource;
  std::optional<Code> code;
};

// Is it what the order already holds?
bool holds(const Context& context, db::Tx& tx, const Use& use, const Claim& claim) {
  if (!claim.code.empty()) {
    const auto code = context.store.code_by_text(tx, claim.code);
    return code && code->id == use.code_id;
  }
  if (!use.code_id.empty()) return false;
  const auto resource = context.store.load(tx, use.resource_id);
  return resource && resource->source_id == claim.resource;
}

Plan plan(const Context& context, db::Tx& tx, const std::string& order_id,
          const std::vector<Claim>& claims) {
  Plan out;
  out.wanted = claims;
  for (const Use& use : context.store.uses(tx, order_id)) {
    const auto same = std::ranges::find_if(out.wanted, [&](const Claim& claim) {
      return claim.service == use.service && holds(context, tx, use, claim);
    });
    if (same == out.wanted.end()) {
      if (!use.used) out.given_up.push_back(use);
    } else {
      out.kept.push_back(std::move(*same));
      out.wanted.erase(same);
    }
  }
  return out;
}

// Every resource concerned, always in the same order, so that two orders never wait for each other.
// Then the traces of a resource, which are numbered, are written by one after the other, too.
void lock_resources(const Context& context, db::Tx& tx, const std::string& order_id,
                    const std::vector<Claim>& claims) {
  std::set<std::string> ids;
  for (const Use& use : context.store.uses(tx, order_id)) ids.insert(use.resource_id);
  for (const Claim& claim : claims) {
    if (claim.code.empty()) {
      if (const auto resource = context.store.by_source(tx, claim.resource))
        ids.insert(resource->id);
    } else if (const auto code = context.store.code_by_text(tx, claim.code)) {
      ids.insert(code->resource_id);
    }
  }
  for (const auto& id : ids) context.store.lock(tx, id);
}

void free_use(const Context& context, db::Tx& tx, const std::string& order_id, const Use& use) {
  const TimePoint now = context.clock.now();
  if (use.code_id.empty()) {
    context.store.give_back(tx, use.resource_id, 1);
  } else if (const auto code = context.store.code_by_id(tx, use.code_id);
             code && code->state == CodeState::in_filing) {
    const auto resource = context.store.load(tx, use.resource_id);
    // The instance went while the order was open: its code ends with the order.
    const bool gone = !resource || resource->released;
    const CodeState to = gone                    ? CodeState::voided
                         : code->grantee.empty() ? CodeState::unused
                                                 : CodeState::granted;
    context.store.move_code(tx, now, *code, to, code->grantee, "");
    if (gone) context.store.give_back(tx, use.resource_id, 1);
  }
  context.store.delete_use(tx, order_id, use.service);
  context.store.add_event(tx, now, use.resource_id,
                          {.actor = std::string(kSystem),
                           .name = "given_back",
                           .code_id = use.code_id,
                           .order_id = order_id});
}

void settle_use(const Context& context, db::Tx& tx, const std::string& order_id, const Use& use) {
  const TimePoint now = context.clock.now();
  if (!use.code_id.empty())
    if (const auto code = context.store.code_by_id(tx, use.code_id))
      context.store.move_code(tx, now, *code, CodeState::used, code->grantee, order_id);
  context.store.set_used(tx, now, order_id, use.service);
  context.store.add_event(tx, now, use.resource_id,
                          {.actor = std::string(kSystem),
                           .name = "used",
                           .code_id = use.code_id,
                           .order_id = order_id});
}

// Does the resource have every address of the range, whatever it calls the parts?
bool has_all(const Resource& resource, const china::IpRange& range) {
  std::vector<china::IpRange> parts;
  for (const auto& text : resource.addresses)
    if (const auto part = china::parse_ip_range(text)) parts.push_back(*part);
  uint64_t covered = 0;
  std::ranges::sort(parts, {}, &china::IpRange::from);
  std::optional<china::IpAddress> reached;
  for (const auto& part : parts) {
    if (!part.overlaps(range)) continue;
    china::IpRange within{std::max(part.from, range.from), std::min(part.to, range.to)};
    if (reached && within.to <= *reached) continue;
    covered += within.size();
    if (reached && within.from <= *reached) covered -= china::IpRange{within.from, *reached}.size();
    reached = within.to;
  }
  return covered == range.size();
}

Problems outside(const Resource& resource, const Claim& claim) {
  Problems out;
  for (const auto& address : claim.addresses)
    if (!has_all(resource, address.range))
      out.push_back({ProblemCode::resource_unfit,
                     address.field,
                     {{"reason", address.range.text() + " 不在该资源的地址内"}}});
  return out;
}

Result<Found> find_own(const Context& context, db::Tx& tx, const std::string& account_id,
                       const Claim& claim) {
  auto resource = own_resource(context, tx, account_id, claim.resource);
  if (!resource) return fail(ProblemCode::not_found, claim.field);
  if (auto faults = unfit_faults(context, *resource, claim.field); !faults.empty())
    return std::unexpected(std::move(faults));
  return Found{std::move(*resource), std::nullopt};
}

// `freed`: codes that the order is about to give back, and may take again.
Result<Found> find_code(const Context& context, db::Tx& tx, const std::string& account_id,
                        const Claim& claim, const std::set<std::string>& freed) {
  const auto code = context.store.code_by_text(tx, claim.code);
  if (!code) return fail(ProblemCode::filing_code_unknown, claim.field);
  auto resource = context.store.load(tx, code->resource_id);
  const bool mine = code->grantee.empty() ? resource && resource->account_id == account_id
                                          : code->grantee == account_id;
  if (!mine) return fail(ProblemCode::filing_code_foreign, claim.field);
  if (code->state != CodeState::unused && code->state != CodeState::granted &&
      !freed.contains(code->id))
    return std::unexpected(Problems{state_fault(*code, claim.field)});
  if (const auto reasons = unfit(*resource, context.limits, context.today()); !reasons.empty())
    return fail(ProblemCode::filing_code_void, claim.field, {{"reason", reasons.front()}});
  return Found{std::move(*resource), *code};
}

Result<Found> look_up(const Context& context, db::Tx& tx, const std::string& account_id,
                      const Claim& claim, const std::set<std::string>& freed = {}) {
  auto found = claim.code.empty() ? find_own(context, tx, account_id, claim)
                                  : find_code(context, tx, account_id, claim, freed);
  if (!found) return found;
  if (auto faults = outside(found->resource, claim); !faults.empty())
    return std::unexpected(std::move(faults));
  return found;
}

Problem exhausted(const Resource& resource, const Claim& claim) {
  return {ProblemCode::quota_exhausted, claim.field, {{"quota", std::to_string(resource.quota)}}};
}

Result<Use> take_one(const Context& context, db::Tx& tx, const std::string& account_id,
                     const std::string& order_id, const Claim& claim) {
  const auto found = look_up(context, tx, account_id, claim);
  if (!found) return fail(found);
  const std::string& resource = found->resource.id;
  if (!found->code) {
    if (!context.store.take(tx, resource, 1))
      return std::unexpected(Problems{exhausted(found->resource, claim)});
    return Use{claim.service, resource, "", false};
  }
  const Code& code = *found->code;
  if (!context.store.move_code(tx, context.clock.now(), code, CodeState::in_filing, code.grantee,
                               order_id))
    return fail(ProblemCode::filing_code_taken, claim.field);
  return Use{claim.service, resource, code.id, false};
}

// What is held already is looked at again for its addresses only: the document may have changed.
Problems moved_outside(const Context& context, db::Tx& tx, const std::vector<Claim>& kept) {
  Problems out;
  for (const Claim& claim : kept) {
    std::optional<Resource> resource;
    if (claim.code.empty())
      resource = context.store.by_source(tx, claim.resource);
    else if (const auto code = context.store.code_by_text(tx, claim.code))
      resource = context.store.load(tx, code->resource_id);
    if (resource) append_under(out, "", outside(*resource, claim));
  }
  return out;
}

}  // namespace

bool any_known(db::Tx& tx) {
  return tx.query_one("SELECT 1 AS one FROM resources LIMIT 1").has_value();
}

Status take(const Context& context, db::Tx& tx, const std::string& account_id,
            const std::string& order_id, const std::vector<Claim>& claims) {
  lock_resources(context, tx, order_id, claims);
  const Plan planned = plan(context, tx, order_id, claims);
  for (const Use& use : planned.given_up) free_use(context, tx, order_id, use);
  Problems problems = moved_outside(context, tx, planned.kept);
  for (const Claim& claim : planned.wanted) {
    auto use = take_one(context, tx, account_id, order_id, claim);
    if (!use) {
      append_under(problems, "", std::move(use.error()));
      continue;
    }
    context.store.insert_use(tx, context.clock.now(), order_id, *use);
    context.store.add_event(
        tx, context.clock.now(), use->resource_id,
        {.actor = account_id, .name = "taken", .code_id = use->code_id, .order_id = order_id});
  }
  return status_of(std::move(problems));
}

Problems foresee(const Context& context, db::Tx& tx, const std::string& account_id,
                 const std::string& order_id, const std::vector<Claim>& claims) {
  const Plan planned = plan(context, tx, order_id, claims);
  std::map<std::string, int64_t> more;  // places taken of each resource
  std::set<std::string> freed, named;   // codes
  for (const Use& use : planned.given_up) {
    if (use.code_id.empty())
      --more[use.resource_id];
    else
      freed.insert(use.code_id);
  }
  Problems problems = moved_outside(context, tx, planned.kept);
  for (const Claim& claim : planned.wanted) {
    const auto found = look_up(context, tx, account_id, claim, freed);
    if (!found)
      append_under(problems, "", found.error());
    else if (found->code && !named.insert(found->code->id).second)
      problems.push_back({ProblemCode::filing_code_taken, claim.field, {}});
    else if (!found->code &&
             found->resource.taken + ++more[found->resource.id] > found->resource.quota)
      problems.push_back(exhausted(found->resource, claim));
  }
  return problems;
}

void settle(const Context& context, db::Tx& tx, const std::string& order_id) {
  lock_resources(context, tx, order_id, {});
  for (const Use& use : context.store.uses(tx, order_id))
    if (!use.used) settle_use(context, tx, order_id, use);
}

void settle_services(const Context& context, db::Tx& tx, const std::string& order_id,
                     const std::vector<int64_t>& services) {
  lock_resources(context, tx, order_id, {});
  for (const Use& use : context.store.uses(tx, order_id)) {
    if (use.used || std::ranges::find(services, use.service) == services.end()) continue;
    settle_use(context, tx, order_id, use);
    context.store.set_aside(tx, order_id, use.service);
  }
}

void give_up(const Context& context, db::Tx& tx, const std::string& order_id) {
  lock_resources(context, tx, order_id, {});
  for (const Use& use : context.store.uses(tx, order_id))
    if (!use.used) free_use(context, tx, order_id, use);
}

}  // namespace beian::resources
