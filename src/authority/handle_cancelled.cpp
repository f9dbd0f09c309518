// ZXSJ: cancellations. The registry marks what is cancelled; the order or submission that asked for
// it is done.
#include "authority/apply.hpp"
#include "authority/submission.hpp"
#include "orders/kind.hpp"

namespace beian::authority {
namespace {

std::string_view title_of(registry::Cancel what) {
  switch (what) {
    case registry::Cancel::entity:
      return "主体";
    case registry::Cancel::service:
      return "互联网信息服务";
    case registry::Cancel::access:
      return "接入";
  }
  return "";
}

}  // namespace

void Applier::cancelled(const Json& records) {
  for (size_t i = 0; i < records.size(); ++i)
    cancelled_one("cancelled/" + std::to_string(i), records.at(i));
}

void Applier::cancelled_one(const std::string& item, const Json& given) {
  // Zxlb; the schema ends at 1, its text has a 2.
  const int64_t kind = given["kind"].as_int(-1);
  const int64_t id = given["record_id"].as_int();
  if (kind < 0 || kind > 2)
    return told(item, "cancelled", "faulty", "未知的注销类别 " + std::to_string(kind));
  const auto what = static_cast<registry::Cancel>(kind);
  const auto record =
      record_marked(tx_, cipher_, link_.id, {"icp/cancelled", kind, std::to_string(id)});
  if (record && !record->submission)
    if (const auto order = orders_.load(tx_, record->order_id);
        order && orders::kind_of(*order).moves && !orders::is_final(order->state))
      return released(item, *record, *order, given);
  const auto done = registry::cancel(tx_, now_, what, provinces_of(link_), id);

  std::string words = "注销" + std::string(title_of(what));
  std::string effect = "unknown";
  if (done) {
    words += " " + done->filing_number;
    effect = done->changed ? "applied" : "noted";
  } else {
    const bool several = done.error().front().code == ProblemCode::conflict;
    words += "，记录 " + std::to_string(id) + (several ? " 对应多个省的备案" : " 未在本系统登记");
  }
  if (const auto& remark = given["remark"].as_string(); !remark.empty()) words += "：" + remark;
  if (record && record->submission) {
    const auto moved =
        tell_outcomes(tx_, cipher_, now_, *record->submission, {{"pass", words, {}, ""}});
    if (effect != "applied") effect = moved;
  } else if (record) {
    const auto moved = move(*record, orders::Event::approve, words, given);
    if (const auto order = orders_.load(tx_, record->order_id); order && moved == "applied")
      orders_.set_filing_number(tx_, order->id,
                                order->filed["entity"]["filing_number"].as_string());
    if (effect != "applied") effect = moved;
  }
  result(item, "cancelled", {}, record ? &*record : nullptr, effect, words);
}

// The registry goes on calling the website filed until its new filing comes, or the order ends: it
// is not closed between (orders/migrate.hpp).
void Applier::released(const std::string& item, const ledger::UploadRecord& record,
                       const orders::Order& order, const Json& given) {
  const std::string words =
      "原备案 " + order.filed["from"]["service"]["filing_number"].as_string() + " 已注销";
  if (order.parts > 0) return result(item, "cancelled", {}, &record, "noted", words);
  const auto effect =
      move(record, orders::Event::next_part, words + "，继续上报新主体的备案", given);
  if (effect != "applied") orders_.set_parts(tx_, order.id, 1);
  result(item, "cancelled", {}, &record, effect, words);
}

}  // namespace beian::authority
