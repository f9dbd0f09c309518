// BASJ: filed records. The registry takes every one; the order behind it is completed.
#include "authority/apply.hpp"
#include "base/text.hpp"
#include "registry/registry.hpp"

namespace beian::authority {
namespace {

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
// comes back may be shortened (128 of 255 characters).
bool Applier::is_the_filed_one(const ledger::UploadRecord& record, const Json& filed) {
  const auto order = orders_.load(tx_, record.order_id);
  if (!order) return false;
  const auto ours =
      text::upper_ascii(order->document["entity"]["certificate"]["number"].as_string());
  const auto theirs = text::upper_ascii(filed["entity"]["certificate"]["number"].as_string());
  return !theirs.empty() && ours.starts_with(theirs);
}

void Applier::filed_one(const std::string& item, const Json& filed) {
  const Json& entity = filed["entity"];
  std::optional<int64_t> id;
  if (const Json* given = entity.find("provider_entity_id")) id = given->as_int();
  auto record = record_of(id);
  if (record && !is_the_filed_one(*record, filed)) record.reset();

  const auto recorded = registry::record(tx_, now_, cipher_, record ? record->account_id : "",
                                         link_.provider_id, filed);
  if (!recorded) {
    result(item, "filed", id, record ? &*record : nullptr, "faulty",
           "备案数据不能登记：" + words_of(recorded.error()));
    return;
  }
  if (!record) {
    result(item, "filed", id, nullptr, "unknown",
           "已登记 " + recorded->entity_number + "，但不对应本系统上报的订单");
    return;
  }
  Json details = Json::object();
  details.set("filing_number", recorded->entity_number);
  Json numbers = Json::array();
  for (const auto& number : recorded->service_numbers) numbers.push(number);
  details.set("service_numbers", std::move(numbers));
  const auto effect =
      move(*record, orders::Event::approve, "管局核准，备案号 " + recorded->entity_number, details);
  if (effect == "applied")
    orders_.set_filing_number(tx_, record->order_id, recorded->entity_number);
  result(item, "filed", id, &*record, effect, recorded->entity_number);
}

}  // namespace beian::authority
