#include "resources/keep.hpp"

#include <algorithm>

#include "accounts/body.hpp"
#include "accounts/name.hpp"
#include "accounts/store.hpp"
#include "base/day.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "china/ip.hpp"

namespace beian::resources {
namespace {

constexpr size_t kLongestSource = 64, kLongestRegion = 64, kMostAddresses = 256;
constexpr int64_t kMostQuota = 100'000;

// A day that exists, as 2026-11-25.
bool is_day(std::string_view s) {
  return parse_day(s) && s >= "1990";
}

Status check_source(const std::string& id) {
  if (id.size() > kLongestSource)
    return fail(ProblemCode::too_long, "/source_id", {{"max", std::to_string(kLongestSource)}});
  const bool plain = std::ranges::all_of(id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  });
  if (id.empty() || !plain) return fail(ProblemCode::bad_format, "/source_id");
  return {};
}

void read_days(accounts::Body& in, Resource& r) {
  r.from_day = in.text("from");
  r.until_day = in.optional_text("until").value_or("");
  if (!r.from_day.empty() && !is_day(r.from_day)) in.add(ProblemCode::bad_format, "/from");
  if (!r.until_day.empty() && !is_day(r.until_day))
    in.add(ProblemCode::bad_format, "/until");
  else if (!r.until_day.empty() && r.until_day < r.from_day)
    in.add(ProblemCode::out_of_range, "/until", {{"min", r.from_day}, {"max", "9999-12-31"}});
}

void read_product(accounts::Body& in, const Limits& limits, Resource& r) {
  r.product = in.text("product");
  const Product* known = product(r.product);
  if (!r.product.empty() && !known)
    in.add(ProblemCode::code_unknown, "/product", {{"code", r.product}});
  const auto quota = in.optional_int("quota", 0, kMostQuota);
  r.quota = quota ? *quota : known && known->quota > 0 ? known->quota : limits.quota;
  const std::string billing = in.text("billing");
  if (const auto named = billing_named(billing))
    r.billing = *named;
  else if (!billing.empty())
    in.add(ProblemCode::code_unknown, "/billing", {{"code", billing}});
}

void read_addresses(accounts::Body& in, Resource& r) {
  const auto texts = in.texts("addresses", kMostAddresses);
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto range = china::parse_ip_range(texts[i]);
    if (range)
      r.addresses.push_back(range->text());
    else
      in.add(range.error().front().code, "/addresses/" + std::to_string(i));
  }
}

struct Read {
  Resource resource;
  std::string account_key;
};

Result<Read> read(const Limits& limits, const std::string& source_id, const Json& body) {
  if (!body.is_object()) return fail(ProblemCode::wrong_type, "", {{"expected", "object"}});
  Read out;
  Resource& r = out.resource;
  Problems problems;
  if (const auto ok = check_source(source_id); !ok) append_under(problems, "", ok.error());
  r.source_id = source_id;
  accounts::Body in(body);
  const std::string account = in.text("account");
  if (const auto name = accounts::parse_name(account, "/account"))
    out.account_key = name->key;
  else if (!account.empty())
    in.add(ProblemCode::not_found, "/account");
  read_product(in, limits, r);
  r.region = in.text("region");
  if (text::length(r.region) > kLongestRegion)
    in.add(ProblemCode::too_long, "/region", {{"max", std::to_string(kLongestRegion)}});
  r.mainland = in.optional_bool("mainland").value_or(true);
  read_days(in, r);
  read_addresses(in, r);
  if (const auto done = in.finish(); !done) append_under(problems, "", done.error());
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return out;
}

bool says_the_same(const Resource& a, const Resource& b) {
  return a.account_id == b.account_id && a.product == b.product && a.region == b.region &&
         a.mainland == b.mainland && a.billing == b.billing && a.from_day == b.from_day &&
         a.until_day == b.until_day && a.addresses == b.addresses && a.quota == b.quota &&
         a.released == b.released;
}

Result<Kept> put(const Context& context, db::Tx& tx, const std::string& actor, Read read,
                 bool write) {
  Resource& r = read.resource;
  const auto account = accounts::store::account_by_key(tx, read.account_key);
  if (!account) return fail(ProblemCode::not_found, "/account");
  r.account_id = account->account.id;
  const TimePoint now = context.clock.now();
  const auto before = context.store.by_source(tx, r.source_id);
  r.changed = now;
  if (!before) {
    r.id = new_id(now);
    r.created = now;
    if (write) {
      context.store.insert(tx, r);
      context.store.add_event(tx, now, r.id, {.actor = actor, .name = "created"});
    }
    return Kept{r, true, true};
  }
  if (says_the_same(*before, r)) return Kept{*before, false, false};
  if (r.quota < before->taken)
    return fail(ProblemCode::out_of_range, "/quota",
                {{"min", std::to_string(before->taken)}, {"max", std::to_string(kMostQuota)}});
  r.id = before->id;
  r.taken = before->taken;
  r.created = before->created;
  r.version = before->version + 1;
  if (write) {
    context.store.update(tx, r);
    context.store.add_event(tx, now, r.id, {.actor = actor, .name = "changed"});
  }
  return Kept{r, false, true};
}

}  // namespace

Result<Resource> own_resource(const Context& context, db::Tx& tx, const std::string& account_id,
                              const std::string& source_id) {
  auto found = context.store.by_source(tx, source_id);
  if (!found || found->account_id != account_id) return fail(ProblemCode::not_found);
  return std::move(*found);
}

Result<Kept> put(const Context& context, const std::string& actor, const std::string& source_id,
                 const Json& body) {
  const auto wanted = read(context.limits, source_id, body);
  if (!wanted) return fail(wanted);
  return context.database->write_result(
      [&](db::Tx& tx) { return put(context, tx, actor, *wanted, true); });
}

Result<Kept> put_in(const Context& context, db::Tx& tx, const std::string& actor,
                    const std::string& source_id, const Json& body, bool write) {
  auto wanted = read(context.limits, source_id, body);
  if (!wanted) return fail(wanted);
  return put(context, tx, actor, std::move(*wanted), write);
}

Result<Resource> release(const Context& context, const std::string& actor,
                         const std::string& source_id) {
  return context.database->write_result([&](db::Tx& tx) -> Result<Resource> {
    auto r = context.store.by_source(tx, source_id);
    if (!r) return fail(ProblemCode::not_found);
    if (r->released) return std::move(*r);
    const TimePoint now = context.clock.now();
    r->released = true;
    r->changed = now;
    ++r->version;
    context.store.update(tx, *r);
    context.store.add_event(tx, now, r->id, {.actor = actor, .name = "released"});
    for (const Code& code : context.store.codes_of(tx, r->id)) {
      if (code.state != CodeState::unused && code.state != CodeState::granted) continue;
      if (!context.store.move_code(tx, now, code, CodeState::voided, code.grantee, "")) continue;
      context.store.give_back(tx, r->id, 1);
      context.store.add_event(tx, now, r->id,
                              {.actor = actor, .name = "code_void", .code_id = code.id});
    }
    return context.store.load(tx, r->id).value();
  });
}

}  // namespace beian::resources
