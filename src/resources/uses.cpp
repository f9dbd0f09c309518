#include "resources/uses.hpp"

#include <algorithm>

#include "resources/faults.hpp"

namespace beian::resources {
namespace {

constexpr std::string_view kSystem = "system";

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

Result<Use> take_own(const Context& context, db::Tx& tx, const std::string& account_id,
                     const Claim& claim) {
  const auto resource = own_resource(context, tx, account_id, claim.resource);
  if (!resource) return fail(ProblemCode::not_found, claim.field);
  if (auto faults = unfit_faults(context, *resource, claim.field); !faults.empty())
    return std::unexpected(std::move(faults));
  if (!context.store.take(tx, resource->id, 1))
    return fail(ProblemCode::quota_exhausted, claim.field,
                {{"quota", std::to_string(resource->quota)}});
  return Use{claim.service, resource->id, "", false};
}

Result<Use> take_code(const Context& context, db::Tx& tx, const std::string& account_id,
                      const std::string& order_id, const Claim& claim) {
  const auto code = context.store.code_by_text(tx, claim.code);
  if (!code) return fail(ProblemCode::filing_code_unknown, claim.field);
  const auto resource = context.store.load(tx, code->resource_id);
  const bool mine = code->grantee.empty() ? resource && resource->account_id == account_id
                                          : code->grantee == account_id;
  if (!mine) return fail(ProblemCode::filing_code_foreign, claim.field);
  if (code->state != CodeState::unused && code->state != CodeState::granted)
    return std::unexpected(Problems{state_fault(*code, claim.field)});
  if (const auto reasons = unfit(*resource, context.limits, context.today()); !reasons.empty())
    return fail(ProblemCode::filing_code_void, claim.field, {{"reason", reasons.front()}});
  if (!context.store.move_code(tx, context.clock.now(), *code, CodeState::in_filing, code->grantee,
                               order_id))
    return fail(ProblemCode::filing_code_taken, claim.field);
  return Use{claim.service, resource->id, code->id, false};
}

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

}  // namespace

Status take(const Context& context, db::Tx& tx, const std::string& account_id,
            const std::string& order_id, const std::vector<Claim>& claims) {
  std::vector<Claim> wanted = claims;
  for (const Use& use : context.store.uses(tx, order_id)) {
    const auto same = std::ranges::find_if(wanted, [&](const Claim& claim) {
      return claim.service == use.service && holds(context, tx, use, claim);
    });
    if (same == wanted.end())
      free_use(context, tx, order_id, use);
    else
      wanted.erase(same);
  }
  Problems problems;
  for (const Claim& claim : wanted) {
    auto use = claim.code.empty() ? take_own(context, tx, account_id, claim)
                                  : take_code(context, tx, account_id, order_id, claim);
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

void settle(const Context& context, db::Tx& tx, const std::string& order_id) {
  const TimePoint now = context.clock.now();
  for (const Use& use : context.store.uses(tx, order_id)) {
    if (use.used) continue;
    if (!use.code_id.empty())
      if (const auto code = context.store.code_by_id(tx, use.code_id))
        context.store.move_code(tx, now, *code, CodeState::used, code->grantee, order_id);
    context.store.add_event(tx, now, use.resource_id,
                            {.actor = std::string(kSystem),
                             .name = "used",
                             .code_id = use.code_id,
                             .order_id = order_id});
  }
  context.store.set_used(tx, now, order_id);
}

void give_up(const Context& context, db::Tx& tx, const std::string& order_id) {
  for (const Use& use : context.store.uses(tx, order_id))
    if (!use.used) free_use(context, tx, order_id, use);
}

}  // namespace beian::resources
