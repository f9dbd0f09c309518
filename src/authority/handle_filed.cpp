// BASJ: filed records. The registry takes every one; the order behind it is completed.
#include <algorithm>

#include "authority/apply.hpp"
#include "authority/service_numbers.hpp"
#include "authority/submission.hpp"
#include "base/text.hpp"
#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "orders/migrate.hpp"
#include "registry/filed.hpp"
#include "registry/holders.hpp"
#include "registry/registry.hpp"

namespace beian::authority {
namespace {

constexpr int64_t kNewService = 2, kNewAccess = 3;  // Czlx

std::string words_of(const Problems& problems) {
  std::string out;
  for (const auto& p : problems) {
    if (!out.empty()) out += "；";
    out += p.field + " " + problem_text(p.code, p.args, Language::zh);
  }
  return out;
}

}  // namespace

void Applier::filed(const Json& records) {
  for (size_t i = 0; i < records.size(); ++i)
    filed_one("filed/" + std::to_string(i), records.at(i));
}

// Numbers of other providers' systems may equal ours: the certificate must be the order's too. What
// comes back may be cut (128 characters here, 255 in an upload).
bool Applier::is_the_filed_one(const ledger::UploadRecord& record, const Json& filed) {
  constexpr size_t kCutAt = 128;
  const auto order = orders_.load(tx_, record.order_id);
  if (!order) return false;
  const auto key = [](const Json& document) {
    return registry::certificate_key(document["entity"]["certificate"]["number"].as_string());
  };
  const auto ours = key(orders::subject_of(*order)), theirs = key(filed);
  if (theirs.empty()) return false;
  return ours == theirs || (text::length(theirs) >= kCutAt && ours.starts_with(theirs));
}

// The orders that asked for a service or an access of the record: each bears our own number.
std::vector<ledger::UploadRecord> Applier::orders_asking(const Json& filed) {
  std::vector<ledger::UploadRecord> out;
  const auto add = [&](int64_t operation, const Json& id) {
    if (!id.is_int()) return;
    auto record = record_marked(tx_, cipher_, link_.id,
                                {"icp/decisions", operation, std::to_string(id.as_int())});
    if (!record || record->order_id.empty() || !is_the_filed_one(*record, filed)) return;
    if (std::ranges::find(out, record->id, &ledger::UploadRecord::id) == out.end())
      out.push_back(std::move(*record));
  };
  for (const auto& service : filed["services"].items()) {
    add(kNewService, service["provider_service_id"]);
    for (const auto& access : service["accesses"].items())
      if (access["provider"].as_int() == link_.provider_id)
        add(kNewAccess, access["provider_access_id"]);
  }
  return out;
}

// The services of one order may be filed in parts; each keeps its number as it comes. A record that
// names none of them tells nothing of parts.
bool Applier::all_there(const ledger::UploadRecord& record, const orders::Order& order,
                        const Json& filed) {
  const Json numbers = service_numbers(record, order, filed);
  const size_t told = count_told(numbers);
  if (told == 0) return true;
  orders_.set_service_numbers(tx_, order.id, numbers);
  return told == numbers.size() || orders::kind_of(order).services != orders::Part::asked;
}

// The order has its number.
std::string Applier::complete(const ledger::UploadRecord& record, const Json& filed,
                              const Json& details, const registry::Recorded& recorded) {
  const auto order = orders_.load(tx_, record.order_id);
  // Told again, or told anew because something else of the entity changed.
  if (order && order->state == orders::State::completed) return "noted";
  if (order && !all_there(record, *order, filed)) {
    const auto now = orders_.load(tx_, record.order_id);
    if (now->service_numbers == order->service_numbers) return "noted";
    note(record,
         "管局已核准 " + std::to_string(now->service_numbers.size()) + " 个服务中的 " +
             std::to_string(count_told(now->service_numbers)) + " 个，等待其余服务",
         details);
    return "applied";
  }
  const auto effect =
      move(record, orders::Event::approve, "管局核准，备案号 " + recorded.entity_number, details);
  if (effect == "applied") orders_.set_filing_number(tx_, record.order_id, recorded.entity_number);
  // What it comes from stood in the registry until now, so that the website was never closed.
  if (effect == "applied" && order) orders::close_old_filing(tx_, now_, *order);
  return effect;
}

void Applier::filed_one(const std::string& item, const Json& filed) {
  const Json& entity = filed["entity"];
  std::optional<int64_t> id;
  if (const Json* given = entity.find("provider_entity_id")) id = given->as_int();
  auto record = record_of(id);
  if (record && !is_the_filed_one(*record, filed)) record.reset();
  auto asking = orders_asking(filed);
  if (record) asking.insert(asking.begin(), *record);

  const auto recorded =
      registry::record(tx_, now_, cipher_, asking.empty() ? "" : asking.front().account_id,
                       link_.provider_id, filed);
  if (!recorded) {
    result(item, "filed", id, record ? &*record : nullptr, "faulty",
           "备案数据不能登记：" + words_of(recorded.error()));
    return;
  }
  if (asking.empty()) return filed_without_order(item, id, filed, *recorded);
  // The entity's own mark is the first account's; what another one filed of it makes it a holder
  // too.
  for (const auto& order : asking)
    registry::add_holder(tx_, now_, order.account_id, recorded->province,
                         entity["authority_entity_id"].as_int());
  Json details = Json::object();
  details.set("filing_number", recorded->entity_number);
  Json numbers = Json::array();
  for (const auto& number : recorded->service_numbers) numbers.push(number);
  details.set("service_numbers", std::move(numbers));
  for (size_t i = 0; i < asking.size(); ++i) {
    const auto effect = complete(asking[i], filed, details, *recorded);
    const bool again = effect == "noted";
    result(i == 0 ? item : item + "/order/" + std::to_string(i), "filed",
           record && i == 0 ? id : std::nullopt, &asking[i],
           again && recorded->changed ? "applied" : effect,
           recorded->entity_number + (!again              ? ""
                                      : recorded->changed ? "（登记已更新）"
                                                          : "（重复下发）"));
  }
}

// Filed before this system, changed since (its certificate too), or another provider's and passed
// on: the registry has it now. A person should know of those that are served here and that nobody
// reported, when they appear.
void Applier::filed_without_order(const std::string& item, std::optional<int64_t> id,
                                  const Json& filed, const registry::Recorded& recorded) {
  bool here = false;
  for (const auto& service : filed["services"].items())
    for (const auto& access : service["accesses"].items())
      here = here || access["provider"].as_int() == link_.provider_id;
  if (here && id && recorded.added)
    return result(item, "filed", id, nullptr, "unknown",
                  "已登记 " + recorded.entity_number + "，但不对应本系统上报的订单");
  const std::string whose = here ? "" : "（其他接入商的备案数据）";
  result(item, "filed", id, nullptr, recorded.changed ? "applied" : "noted",
         (recorded.changed ? "已登记 " : "已有相同登记 ") + recorded.entity_number + whose);
}

}  // namespace beian::authority
