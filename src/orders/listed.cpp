#include "orders/listed.hpp"

#include "china/codes.hpp"
#include "china/ip.hpp"
#include "orders/document.hpp"
#include "registry/blacklist.hpp"

namespace beian::orders {
namespace {

void add(Problems& to, const std::string& field,
         const std::optional<registry::ListedReason>& reason) {
  if (reason) to.push_back({ProblemCode::blacklisted, field, {{"reason", reason->text}}});
}

void check_addresses(const Context& context, db::Tx& tx, const Json& service,
                     const std::string& at_service, Problems& warnings) {
  const auto& accesses = service["accesses"].items();
  for (size_t a = 0; a < accesses.size(); ++a) {
    const auto& ranges = accesses[a]["addresses"].items();
    for (size_t r = 0; r < ranges.size(); ++r) {
      const auto range =
          china::parse_ip_range(ranges[r]["from"].as_string(), ranges[r]["to"].as_string());
      if (!range || !range->from.is_v4()) continue;
      add(warnings,
          at_service + "/accesses/" + std::to_string(a) + "/addresses/" + std::to_string(r),
          registry::listed_address(tx, context.cipher, *range->from.to_u32(), *range->to.to_u32()));
    }
  }
}

}  // namespace

Findings check_blacklists(const Context& context, db::Tx& tx, const Json& document) {
  Findings out;
  const Json& entity = document["entity"];
  add(out.problems, "/entity/certificate/number",
      registry::listed_certificate(tx, context.cipher,
                                   entity["certificate"]["number"].as_string()));
  if (!china::is_individual(entity["nature"].as_int()))
    add(out.problems, "/entity/name",
        registry::listed_name(tx, context.cipher, entity["name"].as_string()));
  for (const auto& field : domains_of(document))
    add(out.problems, field.pointer, registry::listed_domain(tx, context.cipher, field.domain));
  const auto& services = document["services"].items();
  for (size_t s = 0; s < services.size(); ++s)
    check_addresses(context, tx, services[s], "/services/" + std::to_string(s), out.warnings);
  return out;
}

}  // namespace beian::orders
