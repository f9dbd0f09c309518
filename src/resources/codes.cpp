#include "resources/codes.hpp"

#include "accounts/accounts.hpp"
#include "accounts/confirm_password.hpp"
#include "base/ids.hpp"
#include "resources/faults.hpp"

namespace beian::resources {
namespace {

constexpr int64_t kMostAtOnce = 100;

// Seven groups of four characters that nobody mixes up (Crockford base 32): 140 random bits.
std::string new_code() {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string out;
  for (const char byte : random_bytes(28)) {
    if (out.size() % 5 == 4) out += '-';
    out += kAlphabet[static_cast<unsigned char>(byte) & 31];
  }
  return out;
}

Result<std::string> account_named(db::Tx& tx, const std::string& name) {
  const auto found = accounts::account_named(tx, name, "/account");
  if (!found) return fail(found);
  return found->id;
}

struct Owned {
  Code code;
  Resource resource;
};
Result<Owned> owned(const Context& context, db::Tx& tx, const std::string& account_id,
                    const std::string& id) {
  auto code = context.store.code_by_id(tx, id);
  if (!code) return fail(ProblemCode::not_found);
  auto resource = context.store.load(tx, code->resource_id);
  if (!resource || resource->account_id != account_id) return fail(ProblemCode::not_found);
  return Owned{std::move(*code), std::move(*resource)};
}

// Moves a code that is nobody's or only granted, and leaves the trace.
Result<Code> move_free(const Context& context, db::Tx& tx, const Owned& it, CodeState to,
                       const std::string& grantee, const Event& event) {
  if (it.code.state != CodeState::unused && it.code.state != CodeState::granted)
    return std::unexpected(Problems{state_fault(it.code, "")});
  const TimePoint now = context.clock.now();
  context.store.lock(tx, it.resource.id);
  if (!context.store.move_code(tx, now, it.code, to, grantee, ""))
    return fail(ProblemCode::conflict);
  context.store.add_event(tx, now, it.resource.id, event);
  return context.store.code_by_id(tx, it.code.id).value();
}

Status confirmed(const Context& context, const http::Caller& caller,
                 const std::optional<Secret>& password) {
  if (!password) return fail(ProblemCode::required, "/password");
  return accounts::confirm_password(*context.database, context.clock.now(), caller, *password,
                                    "/password");
}

}  // namespace

Result<std::vector<Code>> create_codes(const Context& context, const http::Caller& caller,
                                       const std::string& source_id, int64_t count) {
  if (count < 1 || count > kMostAtOnce)
    return fail(ProblemCode::out_of_range, "/count",
                {{"min", "1"}, {"max", std::to_string(kMostAtOnce)}});
  return context.database->write_result([&](db::Tx& tx) -> Result<std::vector<Code>> {
    const auto resource = own_resource(context, tx, caller.account_id, source_id);
    if (!resource) return fail(resource);
    if (auto faults = unfit_faults(context, *resource, ""); !faults.empty())
      return std::unexpected(std::move(faults));
    if (!context.store.take(tx, resource->id, count))
      return fail(ProblemCode::quota_exhausted, "/count",
                  {{"quota", std::to_string(resource->quota)}});
    std::vector<Code> out;
    const TimePoint now = context.clock.now();
    for (int64_t i = 0; i < count; ++i) {
      Code code;
      code.id = new_id(now);
      code.resource_id = resource->id;
      code.code = new_code();
      code.created = code.changed = now;
      context.store.insert_code(tx, code);
      context.store.add_event(
          tx, now, resource->id,
          {.actor = caller.actor(), .name = "code_created", .code_id = code.id});
      out.push_back(std::move(code));
    }
    return out;
  });
}

Result<Code> revoke(const Context& context, const http::Caller& caller, const std::string& id) {
  return context.database->write_result([&](db::Tx& tx) -> Result<Code> {
    const auto it = owned(context, tx, caller.account_id, id);
    if (!it) return fail(it);
    auto moved = move_free(context, tx, *it, CodeState::voided, it->code.grantee,
                           {.actor = caller.actor(), .name = "code_void", .code_id = id});
    if (moved) context.store.give_back(tx, it->resource.id, 1);
    return moved;
  });
}

Result<Code> grant(const Context& context, const http::Caller& caller, const std::string& id,
                   const std::string& account_name, const std::optional<Secret>& password) {
  const std::string& owner = caller.account_id;
  // Hashing takes a moment and must not hold a transaction: what needs no password is looked up
  // first, and everything once more when it is written.
  const auto free = context.database->read_value([&](db::Tx& tx) -> Result<bool> {
    const auto it = owned(context, tx, owner, id);
    if (!it) return fail(it);
    const auto account = account_named(tx, account_name);
    if (!account) return fail(account);
    return *account == owner || context.store.allowed(tx, owner, *account);
  });
  if (!free) return fail(free);
  if (!*free)
    if (auto ok = confirmed(context, caller, password); !ok) return fail(ok);
  return context.database->write_result([&](db::Tx& tx) -> Result<Code> {
    const auto it = owned(context, tx, owner, id);
    if (!it) return fail(it);
    const auto account = account_named(tx, account_name);
    if (!account) return fail(account);
    return move_free(
        context, tx, *it, CodeState::granted, *account,
        {.actor = caller.actor(), .name = "code_granted", .code_id = id, .account_id = *account});
  });
}

Result<Code> take_back(const Context& context, const http::Caller& caller, const std::string& id) {
  return context.database->write_result([&](db::Tx& tx) -> Result<Code> {
    const auto it = owned(context, tx, caller.account_id, id);
    if (!it) return fail(it);
    return move_free(context, tx, *it, CodeState::unused, "",
                     {.actor = caller.actor(), .name = "code_taken_back", .code_id = id});
  });
}

Status allow(const Context& context, const http::Caller& caller, const std::string& account_name,
             const std::optional<Secret>& password) {
  const auto account =
      context.database->read_value([&](db::Tx& tx) { return account_named(tx, account_name); });
  if (!account) return fail(account);
  if (auto ok = confirmed(context, caller, password); !ok) return ok;
  context.database->write([&](db::Tx& tx) {
    context.store.allow(tx, context.clock.now(), caller.account_id, *account);
  });
  return {};
}

Status disallow(const Context& context, const std::string& account_id,
                const std::string& account_name) {
  return context.database->write_result([&](db::Tx& tx) -> Status {
    const auto account = account_named(tx, account_name);
    if (!account) return fail(account);
    if (!context.store.disallow(tx, account_id, *account)) return fail(ProblemCode::not_found);
    return {};
  });
}

}  // namespace beian::resources
