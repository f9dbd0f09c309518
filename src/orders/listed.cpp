#include "orders/listed.hpp"

#include <algorithm>

#include "china/codes.hpp"
#include "china/ip.hpp"
#include "orders/document.hpp"
#include "orders/shape.hpp"

namespace beian::orders {
namespace {

using Hits = std::vector<ListHit>;

void add(Hits& to, std::string field, std::optional<registry::ListedReason> reason,
         bool stops = true) {
  if (reason) to.push_back({std::move(field), std::move(*reason), stops});
}

void add_addresses(const Context& context, db::Tx& tx, const Json& service,
                   const std::string& at_service, Hits& to) {
  const auto& accesses = service["accesses"].items();
  for (size_t a = 0; a < accesses.size(); ++a) {
    const auto& ranges = accesses[a]["addresses"].items();
    for (size_t r = 0; r < ranges.size(); ++r) {
      const auto range =
          china::parse_ip_range(ranges[r]["from"].as_string(), ranges[r]["to"].as_string());
      if (!range || !range->from.is_v4()) continue;
      add(to, at_service + "/accesses/" + std::to_string(a) + "/addresses/" + std::to_string(r),
          registry::listed_address(tx, context.cipher, *range->from.to_u32(), *range->to.to_u32()),
          false);
    }
  }
}

std::optional<TimePoint> submitted_at(db::Tx& tx, const std::string& order_id) {
  const auto row = tx.query_one(
      "SELECT at FROM order_events WHERE order_id = :id AND event = :event "
      "ORDER BY seq DESC LIMIT 1",
      {{"id", order_id}, {"event", name_of(Event::submit)}});
  return row ? std::optional(from_ms(row->i64("at"))) : std::nullopt;
}

}  // namespace

std::vector<ListHit> blacklist_hits(const Context& context, db::Tx& tx, const Json& document) {
  Hits out;
  const Json& entity = document["entity"];
  add(out, "/entity/certificate/number",
      registry::listed_certificate(tx, context.cipher,
                                   entity["certificate"]["number"].as_string()));
  if (!china::is_individual(entity["nature"].as_int()))
    add(out, "/entity/name", registry::listed_name(tx, context.cipher, entity["name"].as_string()));
  for (const auto& field : domains_of(document))
    add(out, field.pointer, registry::listed_domain(tx, context.cipher, field.domain));
  const auto& services = document["services"].items();
  for (size_t s = 0; s < services.size(); ++s)
    add_addresses(context, tx, services[s], "/services/" + std::to_string(s), out);
  return out;
}

Findings check_blacklists(const Context& context, db::Tx& tx, const Json& document) {
  Findings out;
  for (auto& hit : blacklist_hits(context, tx, document))
    (hit.stops ? out.problems : out.warnings)
        .push_back({ProblemCode::blacklisted, hit.field, {{"reason", hit.reason.text}}});
  return out;
}

Json hits_json(const Context& context, db::Tx& tx, const Order& order) {
  auto hits = blacklist_hits(context, tx, subject_of(order));
  if (hits.empty()) return Json::array();
  // What is filed already, and not asked for by this order, stops nothing.
  const auto in_order = [&](const ListHit& hit) { return names_field(order.document, hit.field); };
  for (auto& hit : hits) hit.stops = hit.stops && in_order(hit);
  std::ranges::stable_sort(hits, std::greater{}, &ListHit::stops);
  const auto submitted = submitted_at(tx, order.id);
  Json out = Json::array();
  for (const auto& hit : hits)
    out.push(Json::object({{"field", hit.field},
                           {"list", hit.reason.list},
                           {"text", hit.reason.text},
                           {"source", hit.reason.source},
                           {"listed", to_rfc3339(hit.reason.listed)},
                           {"after_submission", submitted && hit.reason.listed > *submitted},
                           {"in_order", in_order(hit)},
                           {"stops", hit.stops}}));
  return out;
}

}  // namespace beian::orders
