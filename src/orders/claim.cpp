#include "orders/claim.hpp"

#include <algorithm>

#include "accounts/accounts.hpp"
#include "base/text.hpp"
#include "china/filing_number.hpp"
#include "orders/document.hpp"
#include "orders/prefill.hpp"
#include "registry/registry.hpp"

namespace beian::orders {
namespace {

const std::string kNumber = "/entity_number";

// What an authority tells is cut at 128 characters.
bool same_certificate(const std::string& given, const std::string& filed) {
  constexpr size_t kCutAt = 128;
  const std::string ours = normal_certificate(given), theirs = normal_certificate(filed);
  if (theirs.empty()) return false;
  return ours == theirs || (text::length(theirs) >= kCutAt && ours.starts_with(theirs));
}

Problems differences(const Json& given, const Json& filed) {
  Problems problems;
  const auto differs = [&](std::string_view field, std::string_view name) {
    problems.push_back({ProblemCode::claim_differs,
                        "/entity" + std::string(field),
                        {{"name", std::string(name)}}});
  };
  const Json& certificate = given["certificate"];
  if (text::trim(given["name"].as_string()) != text::trim(filed["name"].as_string()))
    differs("/name", "主体名称");
  if (filed["nature"].is_int() && given["nature"] != filed["nature"])
    differs("/nature", "单位性质");
  if (certificate["type"] != filed["certificate"]["type"]) differs("/certificate/type", "证件类型");
  if (!same_certificate(certificate["number"].as_string(),
                        filed["certificate"]["number"].as_string()))
    differs("/certificate/number", "证件号码");
  return problems;
}

// An entity without any service is what a cancellation here left of it.
bool served_here(const registry::FiledEntity& entity) {
  return entity.services.empty() || std::ranges::any_of(entity.services, [](const auto& service) {
           return service.document["accesses"].size() > 0;
         });
}

Status check_owner(db::Tx& tx, const std::string& account_id, const registry::RecordRef& ref) {
  if (ref.account_id.empty()) return {};
  if (ref.account_id == account_id)
    return fail(ProblemCode::already_filed, kNumber, {{"number", ref.filing_number}});
  const auto owner = accounts::find_account(tx, ref.account_id);
  return fail(ProblemCode::entity_of_other_account, kNumber,
              {{"account", mask_name(owner ? owner->name : "")}});
}

}  // namespace

Result<Claimed> look_up_claimed(const Context& context, db::Tx& tx, const Order& order) {
  const auto number = china::parse_filing_number(order.document["entity_number"].as_string());
  if (!number) return fail(ProblemCode::bad_filing_number, kNumber);
  const std::string entity_number = number->entity().text();
  const auto ref = registry::find_filed(tx, {number->province()}, false, 0, entity_number);
  const auto entity =
      ref ? registry::open_filed(tx, context.cipher, ref->province, ref->entity_id) : std::nullopt;
  if (!entity) return fail(ProblemCode::claim_unknown, kNumber);
  // First whether the applicant is who it is about: to anybody else nothing of it is told.
  if (auto problems = differences(order.document["entity"], entity->document); !problems.empty())
    return std::unexpected(std::move(problems));
  if (const auto free = check_owner(tx, order.account_id, entity->ref); !free) return fail(free);
  if (!served_here(*entity))
    return fail(ProblemCode::kind_differs, kNumber,
                {{"kind", std::string(find_kind("add_access")->title)}});
  return Claimed{entity->ref.province, entity->ref.entity_id, entity_number, filed_whole(*entity)};
}

bool is_served_here(const Context& context, db::Tx& tx, const registry::RecordRef& entity) {
  const auto filed = registry::open_filed(tx, context.cipher, entity.province, entity.entity_id);
  return filed && served_here(*filed);
}

Result<std::vector<std::string>> hand_over(const Context& context, db::Tx& tx, const Order& order) {
  const auto claimed = look_up_claimed(context, tx, order);
  if (!claimed) return fail(claimed);
  context.store.set_filed(tx, order.id, claimed->filed);
  context.store.set_filing_number(tx, order.id, claimed->entity_number);
  if (!registry::adopt(tx, context.clock.now(), order.account_id, claimed->province,
                       claimed->entity_id))
    return fail(ProblemCode::conflict);
  return changed_fields(order.filed, claimed->filed);
}

}  // namespace beian::orders
