#include "orders/transfer.hpp"

#include "accounts/accounts.hpp"
#include "accounts/attempts.hpp"
#include "accounts/confirm_password.hpp"
#include "accounts/store.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "platform/log/log.hpp"
#include "registry/filed_entity.hpp"
#include "registry/holders.hpp"

namespace beian::orders {
namespace {

using Standing = Transfer::State;

constexpr size_t kLongestReason = 500;
constexpr int64_t kTries = 5;
constexpr Millis kTryWindow{3600 * 1000};

// Three groups of four characters that nobody mixes up (Crockford base 32): 60 random bits.
std::string new_code() {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string out;
  for (const char byte : random_bytes(12)) {
    if (out.size() % 5 == 4) out += '-';
    out += kAlphabet[static_cast<unsigned char>(byte) & 31];
  }
  return out;
}

std::string index_of(const Context& context, const std::string& id, std::string_view code) {
  std::string normal;
  for (const char c : text::upper_ascii(code))
    if (c != '-' && c != ' ') normal += c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
  return context.cipher.blind_index(normal, "orders.transfer:" + id);
}

std::unexpected<Problems> impossible(const std::string& field, std::string_view reason) {
  return fail(ProblemCode::transfer_not_possible, field, {{"reason", std::string(reason)}});
}

std::string_view why_not_waiting(Standing state) {
  switch (state) {
    case Standing::waiting:
      return "";
    case Standing::done:
      return "该转移已经完成";
    case Standing::cancelled:
      return "转出账号已撤销该转移";
    case Standing::declined:
      return "转入账号已拒绝该转移";
    case Standing::expired:
      return "该转移已过期，请重新发起";
  }
  return "";
}

// Drafts count, but for the provider: nobody can abandon those of a lost account.
bool has_open_order(db::Tx& tx, const std::string& account_id, bool drafts) {
  return tx
      .query_one(
          "SELECT id FROM orders WHERE account_id = :account "
          "AND state NOT IN ('completed', 'abandoned'" +
              std::string(drafts ? "" : ", 'draft'") + ") LIMIT 1",
          {{"account", account_id}})
      .has_value();
}

// What keeps an account from taking an entity; empty: nothing.
std::string_view hindrance(const Context& context, db::Tx& tx, const std::string& account_id) {
  if (has_open_order(tx, account_id, true)) return "转入账号有未办结的订单";
  const auto held = registry::holdings(tx, account_id).size();
  if (static_cast<int64_t>(held) >= context.options.accounts.entities_per_account)
    return "转入账号下已有主体";
  return "";
}

void trace(db::Tx& tx, TimePoint now, const Transfer& t, const std::string& actor) {
  const Json details = Json::object({{"transfer", t.id}, {"filing_number", t.filing_number}});
  accounts::store::add_event(tx, now, {"entity_moved_out", t.from_account, actor, "", details});
  accounts::store::add_event(tx, now, {"entity_moved_in", t.to_account, actor, "", details});
}

// An own entity that this account may give away.
Result<Transfer> wanted(const Context& context, db::Tx& tx, const std::string& account_id,
                        const std::string& entity, const std::string& account_name) {
  Problems problems;
  const auto ref = registry::find_own(tx, account_id, false, entity);
  if (!ref) problems.push_back({ProblemCode::not_found, "/entity", {}});
  const auto to = accounts::account_named(tx, account_name, "/account");
  if (!to) append_under(problems, "", to.error());
  if (!problems.empty()) return std::unexpected(std::move(problems));
  if (to->id == account_id) return impossible("/account", "转入账号就是本账号");
  if (ref->account_id != account_id)
    return impossible("/entity", "该主体由另一账号主要持有，请由该账号发起");
  if (has_open_order(tx, account_id, true))
    return impossible("/entity", "本账号有未办结的订单，请先办结或放弃");
  const auto waiting = transfers::waiting_for(tx, ref->province, ref->entity_id);
  if (waiting && waiting->expires > context.clock.now())
    return impossible("/entity", "该主体已有等待确认的转移");
  // Of another account the holder learns no more than this.
  if (to->role != "applicant" || !hindrance(context, tx, to->id).empty())
    return impossible("/account", "转入账号目前不能接收，请与对方核对");
  const auto filed = registry::open_filed(tx, context.cipher, ref->province, ref->entity_id);
  Transfer out;
  out.province = ref->province;
  out.entity_id = ref->entity_id;
  out.filing_number = ref->filing_number;
  out.entity_name = filed ? filed->display_name : "";
  out.from_account = account_id;
  out.to_account = to->id;
  return out;
}

void expire(const Context& context, db::Tx& tx, const Transfer& t) {
  const TimePoint now = context.clock.now();
  if (transfers::move(tx, now, t.id, Standing::expired))
    transfers::add_event(tx, context.cipher, t.id, {now, "expired", "", "", ""});
}

Result<Transfer> party_to(db::Tx& tx, const http::Caller& caller, const std::string& id) {
  auto found = transfers::load(tx, id);
  if (!found ||
      (found->from_account != caller.account_id && found->to_account != caller.account_id))
    return fail(ProblemCode::not_found);
  return std::move(*found);
}

Status still_waits(const Context& context, const Transfer& t) {
  const bool late = t.state == Standing::waiting && t.expires <= context.clock.now();
  const auto why = why_not_waiting(late ? Standing::expired : t.state);
  if (!why.empty()) return impossible("", why);
  return {};
}

Result<Transfer> settled(db::Tx& tx, const std::string& id) {
  auto after = transfers::load(tx, id);
  if (!after) return fail(ProblemCode::not_found);
  return std::move(*after);
}

}  // namespace

Result<Started> start_transfer(const Context& context, const http::Caller& caller,
                               const std::string& entity, const std::string& account_name,
                               const std::optional<Secret>& password) {
  // What needs no password is looked at first; hashing must not hold a transaction.
  const auto first = context.database->read_value(
      [&](db::Tx& tx) { return wanted(context, tx, caller.account_id, entity, account_name); });
  if (!first) return fail(first);
  if (!password) return fail(ProblemCode::required, "/password");
  const TimePoint now = context.clock.now();
  if (auto right =
          accounts::confirm_password(*context.database, now, caller, *password, "/password");
      !right)
    return fail(right);
  const std::string id = new_id(now), code = new_code();
  return context.database->write_result([&](db::Tx& tx) -> Result<Started> {
    auto transfer = wanted(context, tx, caller.account_id, entity, account_name);
    if (!transfer) return fail(transfer);
    if (const auto late = transfers::waiting_for(tx, transfer->province, transfer->entity_id))
      expire(context, tx, *late);
    transfer->id = id;
    transfer->created = transfer->changed = now;
    transfer->expires = now + context.options.accounts.transfer_life;
    transfers::insert(tx, *transfer, index_of(context, id, code));
    transfers::add_event(tx, context.cipher, id,
                         {now, "started", caller.account_id, caller.actor(), ""});
    return Started{std::move(*transfer), code};
  });
}

Result<Transfer> confirm_transfer(const Context& context, const http::Caller& caller,
                                  const std::string& id, const std::string& code) {
  const auto asked = context.database->read_value([&](db::Tx& tx) -> Result<Transfer> {
    auto found = party_to(tx, caller, id);
    if (!found) return found;
    if (found->to_account != caller.account_id) return fail(ProblemCode::forbidden);
    if (const auto waits = still_waits(context, *found); !waits) return fail(waits);
    return found;
  });
  if (!asked) return asked;
  const TimePoint now = context.clock.now();
  // Before the code is looked at, so that a burst cannot slip through.
  if (auto counted = accounts::count_attempts(*context.database, now,
                                              {{"transfer:" + id, kTries, kTryWindow}});
      !counted)
    return fail(counted);
  return context.database->write_result([&](db::Tx& tx) -> Result<Transfer> {
    const auto t = party_to(tx, caller, id);
    if (!t) return t;
    if (const auto waits = still_waits(context, *t); !waits) return fail(waits);
    if (!transfers::has_code(tx, id, index_of(context, id, code)))
      return fail(ProblemCode::transfer_code_wrong, "/code");
    if (has_open_order(tx, t->from_account, true)) return impossible("", "转出账号有未办结的订单");
    if (const auto why = hindrance(context, tx, t->to_account); !why.empty())
      return impossible("", why);
    if (!transfers::move(tx, now, id, Standing::done))
      return impossible("", why_not_waiting(Standing::done));
    if (!registry::move_entity(tx, now, t->province, t->entity_id, t->from_account, t->to_account))
      return impossible("", "该主体已不在转出账号名下");
    transfers::add_event(tx, context.cipher, id,
                         {now, "confirmed", caller.account_id, caller.actor(), ""});
    trace(tx, now, *t, caller.actor());
    return settled(tx, id);
  });
}

Result<Transfer> end_transfer(const Context& context, const http::Caller& caller,
                              const std::string& id) {
  return context.database->write_result([&](db::Tx& tx) -> Result<Transfer> {
    const auto t = party_to(tx, caller, id);
    if (!t) return t;
    if (const auto waits = still_waits(context, *t); !waits) return fail(waits);
    const bool own = t->from_account == caller.account_id;
    const Standing to = own ? Standing::cancelled : Standing::declined;
    const TimePoint now = context.clock.now();
    if (!transfers::move(tx, now, id, to)) return impossible("", why_not_waiting(to));
    transfers::add_event(tx, context.cipher, id,
                         {now, std::string(name_of(to)), caller.account_id, caller.actor(), ""});
    return settled(tx, id);
  });
}

Result<Transfer> move_entity(const Context& context, const http::Caller& officer,
                             const std::string& entity_key, const std::string& account_name,
                             const std::string& reason) {
  const std::string why(text::trim(reason));
  if (why.empty()) return fail(ProblemCode::required, "/reason");
  if (!text::is_utf8(why) || text::length(why) > kLongestReason)
    return fail(ProblemCode::too_long, "/reason", {{"max", std::to_string(kLongestReason)}});
  const TimePoint now = context.clock.now();
  Transfer t;
  t.id = new_id(now);
  t.created = t.expires = t.changed = now;
  t.state = Standing::done;
  return context.database->write_result([&](db::Tx& tx) -> Result<Transfer> {
    const auto parts = text::split(entity_key, '-');
    if (parts.size() != 2 || !text::parse_i64(parts[0], t.province) ||
        !text::parse_i64(parts[1], t.entity_id))
      return fail(ProblemCode::not_found);
    const auto filed = registry::open_filed(tx, context.cipher, t.province, t.entity_id);
    if (!filed) return fail(ProblemCode::not_found);
    const auto to = accounts::account_named(tx, account_name, "/account");
    if (!to) return fail(to);
    t.filing_number = filed->ref.filing_number;
    t.entity_name = filed->display_name;
    t.from_account = filed->ref.account_id;
    t.to_account = to->id;
    if (t.from_account.empty()) return impossible("", "该主体不在任何账号名下，请办理认领备案");
    if (t.from_account == t.to_account) return impossible("/account", "该主体已在该账号名下");
    if (to->role != "applicant") return impossible("/account", "该账号不是申请人账号");
    if (has_open_order(tx, t.from_account, false))
      return impossible("", "转出账号有办理中的订单，须先办结、放弃或到期");
    if (const auto hinders = hindrance(context, tx, t.to_account); !hinders.empty())
      return impossible("/account", hinders);
    if (const auto waiting = transfers::waiting_for(tx, t.province, t.entity_id)) {
      transfers::move(tx, now, waiting->id, Standing::cancelled);
      transfers::add_event(tx, context.cipher, waiting->id,
                           {now, "cancelled", "", officer.actor(), why});
    }
    registry::move_entity(tx, now, t.province, t.entity_id, t.from_account, t.to_account);
    transfers::insert(tx, t, "");
    transfers::add_event(tx, context.cipher, t.id, {now, "moved", "", officer.actor(), why});
    trace(tx, now, t, officer.actor());
    return t;
  });
}

size_t expire_transfers(const Context& context) {
  size_t expired = 0;
  context.database->write([&](db::Tx& tx) {
    const auto due = transfers::overdue(tx, context.clock.now());
    for (const auto& t : due) expire(context, tx, t);
    expired = due.size();
  });
  if (expired > 0) log::info("transfers.expired", {{"count", std::to_string(expired)}});
  return expired;
}

}  // namespace beian::orders
