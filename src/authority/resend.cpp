#include "authority/resend.hpp"

#include "authority/trace.hpp"
#include "base/text.hpp"

namespace beian::authority {
namespace {

constexpr size_t kReasonLength = 200;

ResendPlan plan_for(const ledger::Upload& upload) {
  const std::string what = "序号 " + std::to_string(upload.sequence) + " 的文件 " +
                           upload.file_name + "（" + std::to_string(upload.records) + " 条记录）";
  if (upload.state == "refused") return {false, what + "被管局拒绝、未占用序号，其订单已另行上报"};
  if (upload.state != "accepted") return {false, what + "正在上报，系统会自动发送，无需补报"};
  if (upload.bytes_removed > 0) return {false, what + "已过保存期，内容已清除，无法补报"};
  if (upload.resend_asked > 0) return {false, what + "已要求补报，正等待发送"};
  return {true, "将把" + what +
                    "以原序号、原内容再向管局发送一次；不产生新的序号，不改变任何订单的状态。"
                    "仅在管局要求时使用"};
}

}  // namespace

Result<ResendPlan> plan_resend(db::Tx& tx, int64_t upload) {
  const auto found = ledger::find_upload(tx, upload);
  if (!found) return fail(ProblemCode::not_found);
  return plan_for(*found);
}

Status ask_resend(db::Database& database, TimePoint now, int64_t upload, const std::string& reason,
                  const std::string& actor) {
  if (text::trim(reason).empty()) return fail(ProblemCode::required, "/reason");
  if (text::length(reason) > kReasonLength)
    return fail(ProblemCode::too_long, "/reason", {{"max", std::to_string(kReasonLength)}});
  return database.write_result([&](db::Tx& tx) -> Status {
    const auto found = ledger::find_upload(tx, upload);
    if (!found) return fail(ProblemCode::not_found);
    if (!plan_for(*found).possible) return fail(ProblemCode::conflict, "/state");
    ledger::ask_resend(tx, upload, now);
    ledger::Trace trace{found->link, to_ms(now), "resend_asked"};
    trace.upload = upload;
    trace.text = reason;
    trace.actor = actor;
    ledger::note(tx, trace);
    return {};
  });
}

}  // namespace beian::authority
