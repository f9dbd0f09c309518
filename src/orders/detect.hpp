// Which kind of order an applicant needs is found, never asked: from province, nature, certificate
// and domains, the own registry and the authority's status query (three-valued).
#pragma once

#include "orders/context.hpp"
#include "orders/kind.hpp"

namespace beian::orders {

// Body: {"province","nature","certificate":{"type","number"},"domains":[…]}; of a service that is
// no website also "kind", "app" (of it {"platforms": [{"platform","package_id"}]}, or "applet_id"
// and "host_platform"), and "service_number"? when it is filed elsewhere, which no query can tell;
// its domains may be missing. Answer:
// {"kind", "title", "explanation", "entity_number"?, "service_number"?, "filing_password": is it
// asked, "certificate": STATUS, "domains": [STATUS…], "detection"} with STATUS = {"domain"?,
// "status": "filed"|"not_filed"|"unknown", "reason"?, "asked"}; `detection` is a sealed text to
// create the order with: what was verified is then locked. Problems of the body's fields,
// no_authority_link (/province), those of check_entity and check_open_orders
// (/certificate/number), and at /domains/n
// already_filed, filed_elsewhere with migration_not_taken (why it cannot come over), kind_differs
// (domains that need orders of several kinds); app_filed at /app/…
Result<Json> detect(const Context& context, const std::string& account_id, const Json& body);

struct Detection {
  const OrderKind* kind = nullptr;
  std::string entity;  // key of the account's own entity ("440000-17"), or ""
  Json facts;          // facts_of
};
// A detection of that account, or detection_expired.
Result<Detection> open_detection(const Context& context, const std::string& account_id,
                                 const std::string& detection);

// The kind of a new filing that a document needs, by the own registry alone.
struct Needed {
  const OrderKind* kind = nullptr;
  std::string entity;      // key of the account's own entity, or ""
  bool elsewhere = false;  // filed elsewhere: only a detection can begin such an order
};
// Problems with pointers into the document: those of decide_kind and check_entity.
Result<Needed> needed_here(const Context& context, db::Tx& tx, const std::string& account_id,
                           const Json& document);

}  // namespace beian::orders
