// 迁移备案: a website leaves the entity that it is filed under and goes to another one. Two
// uploads, one after the other: the old filing is cancelled (ZXBA 1), then the website is filed
// anew (XZWZ, or XZBA for an entity that has none). docs/adr/0021-migrate-and-claim.md.
#pragma once

#include "orders/context.hpp"
#include "orders/kind.hpp"

namespace beian::orders {

struct MoveQuestion {
  int64_t province = 0, nature = 0;  // of the entity that the website goes to
  std::vector<std::string> domains;  // normal forms
};

// Whether the website of those domains can go to that entity, as far as the registry here tells.
struct Move {
  // Why not (Chinese), and which of the domains it is about. Empty: it can.
  std::string no;
  size_t domain = 0;
  std::string service_number, service;  // number, and key ("440000-310")
  // For the order's `filed`: {"account", "entity": {"name","filing_number","authority_entity_id",
  // "certificate"}, "service": {"authority_service_id","filing_number","name","domains"},
  // "province", "leaves"?: "shell_entity"}. "account": whose it is, "" when nobody's.
  Json from;
};
Move look_at_move(const Context& context, db::Tx& tx, const std::string& account_id,
                  const MoveQuestion& question);

// Of an order, when it is handed in: is it all still so (migration_not_taken at the domains), has
// the old holder agreed (migration_not_taken, required /old_filing_password). Whose the domains are
// is looked at as in every order (check_domain_holders, rule cross-entity-migration). Once the old
// filing is cancelled: is nobody faster with the domains (filed_elsewhere).
Problems check_move(const Context& context, db::Tx& tx, const Order& order);

// The order is over while the old filing is cancelled at the authority: the registry, which kept
// the website open for the second upload, closes it. False when there is nothing to close (any
// more).
bool close_old_filing(db::Tx& tx, TimePoint now, const Order& order);
// The same for orders that still wait, when the old filing has been cancelled for as long as an
// untouched order lives (Options::untouched_life): they stay open, the website does not.
size_t close_overdue(const Context& context);

// What is to be done about a refusal, by how far the migration has come. Chinese.
std::string refusal_words(const Order& order);

// For people: {"parts": [{"title","number"?,"state": "done"|"under_way"|"waiting"}]}.
Json parts_json(const Order& order);

}  // namespace beian::orders
