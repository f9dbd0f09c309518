#include "orders/stands_on.hpp"

#include "china/ip.hpp"
#include "orders/kind.hpp"
#include "resources/uses.hpp"

namespace beian::orders {
namespace {

// New services, and new accesses to services that are filed elsewhere.
bool stands_on_something(const OrderKind& kind) {
  return kind.services == Part::asked || kind.services == Part::named;
}

std::vector<resources::Claim::Address> addresses_of(const Json& service, const std::string& at) {
  std::vector<resources::Claim::Address> out;
  const auto& accesses = service["accesses"].items();
  for (size_t a = 0; a < accesses.size(); ++a) {
    const auto& ranges = accesses[a]["addresses"].items();
    for (size_t r = 0; r < ranges.size(); ++r)
      if (const auto range =
              china::parse_ip_range(ranges[r]["from"].as_string(), ranges[r]["to"].as_string()))
        out.push_back(
            {*range, at + "/accesses/" + std::to_string(a) + "/addresses/" + std::to_string(r)});
  }
  return out;
}

std::vector<resources::Claim> claims_of(const Order& order) {
  std::vector<resources::Claim> out;
  if (!stands_on_something(kind_of(order))) return out;
  const auto& services = order.document["services"].items();
  for (size_t i = 0; i < services.size(); ++i) {
    const std::string at = "/services/" + std::to_string(i);
    const Json& resource = services[i]["resource"];
    resources::Claim claim{static_cast<int64_t>(i), resource["source_id"].as_string(),
                           resource["code"].as_string(), at + "/resource",
                           addresses_of(services[i], at)};
    // Both is told by the validation.
    if (claim.resource.empty() != claim.code.empty()) out.push_back(std::move(claim));
  }
  return out;
}

// A provider that tells of no resource could never demand one.
Problems missing(const Context& context, db::Tx& tx, const Order& order) {
  Problems out;
  if (!context.options.resource_required || !stands_on_something(kind_of(order)) ||
      !context.options.resources || !resources::any_known(tx))
    return out;
  const auto& services = order.document["services"].items();
  for (size_t i = 0; i < services.size(); ++i)
    if (services[i]["resource"].members().empty())
      out.push_back(
          {ProblemCode::resource_required, "/services/" + std::to_string(i) + "/resource", {}});
  return out;
}

}  // namespace

Problems check_resources(const Context& context, db::Tx& tx, const Order& order) {
  Problems out = missing(context, tx, order);
  const auto claims = claims_of(order);
  if (context.options.resources)
    append_under(
        out, "",
        resources::foresee(*context.options.resources, tx, order.account_id, order.id, claims));
  else
    for (const auto& claim : claims) out.push_back({ProblemCode::not_found, claim.field, {}});
  return out;
}

std::vector<int64_t> filed_services(const Order& order) {
  std::vector<int64_t> out;
  const auto& numbers = order.service_numbers.items();
  for (size_t i = 0; i < numbers.size(); ++i)
    if (!numbers[i].is_null()) out.push_back(static_cast<int64_t>(i));
  return out;
}

Status take_resources(const Context& context, db::Tx& tx, const Order& order) {
  if (!context.options.resources) return {};
  resources::settle_services(*context.options.resources, tx, order.id, filed_services(order));
  return resources::take(*context.options.resources, tx, order.account_id, order.id,
                         claims_of(order));
}

}  // namespace beian::orders
