#include "notices/texts.hpp"

#include <algorithm>
#include <array>

namespace beian::notices {
namespace {

constexpr auto kKinds = std::to_array<Kind>({
    {"order.submitted", "submit", "订单已提交", "Order submitted",
     "{kind}订单（{subject}）已提交，等待接入商审核。",
     "The order ({kind}, {subject}) was submitted and waits for the provider's review."},
    {"order.resubmitted", "resubmit", "订单已原样重新提交", "Order sent again unchanged",
     "{kind}订单（{subject}）已原样重新提交管局，请各负责人及时完成短信核验。",
     "The order ({kind}, {subject}) goes to the authority again, unchanged. Ask the persons in "
     "charge to verify in time."},
    {"order.withdrawn", "withdraw", "订单已撤回", "Order withdrawn",
     "{kind}订单（{subject}）已撤回，可以修改后重新提交。",
     "The order ({kind}, {subject}) was taken back; change it and submit again."},
    {"order.abandoned", "abandon", "订单已放弃", "Order abandoned",
     "{kind}订单（{subject}）已放弃，内容只供查阅。",
     "The order ({kind}, {subject}) was abandoned; it stays readable."},
    {"order.expired", "expire", "订单已过期", "Order expired",
     "{kind}订单（{subject}）超过期限未处理，已自动放弃，内容只供查阅。",
     "The order ({kind}, {subject}) was left untouched for too long and is abandoned; it stays "
     "readable."},
    {"order.review_passed", "review_pass", "初审已通过", "Review passed",
     "{kind}订单（{subject}）已通过接入商审核，即将提交管局。",
     "The provider's review passed the order ({kind}, {subject}); it will be sent to the "
     "authority."},
    {"order.needs_changes", "review_needs_changes", "订单需要修改", "Changes asked for",
     "{kind}订单（{subject}）需要修改：请按审核意见修改标注的项目后重新提交。",
     "The order ({kind}, {subject}) needs changes: change what the review marked and submit "
     "again."},
    {"order.review_rejected", "review_reject", "初审未通过", "Rejected in review",
     "{kind}订单（{subject}）未通过接入商审核，请查看原因。",
     "The provider's review refused the order ({kind}, {subject}); see the reasons."},
    {"order.sms_waiting", "accept_with_sms", "等待短信核验", "SMS verification is waiting",
     "管局已接收{kind}订单（{subject}）。各负责人会收到短信，请提醒他们在 24 小时内完成核验。",
     "The authority took the order ({kind}, {subject}). The persons in charge get a message; ask "
     "them to verify within 24 hours."},
    {"order.sms_done", "sms_done", "短信核验完成", "SMS verification done",
     "{kind}订单（{subject}）的全部负责人已完成短信核验，等待管局审核。",
     "Every person in charge of the order ({kind}, {subject}) has verified; the authority reviews "
     "it."},
    {"order.sms_failed", "sms_failed", "短信核验未完成", "SMS verification missed",
     "{kind}订单（{subject}）的短信核验未在期限内完成或输错次数过多。内容不变时可以原样重新提交。",
     "The SMS verification of the order ({kind}, {subject}) was not done in time, or wrongly too "
     "often. Unchanged, it can be sent again."},
    {"order.at_authority", "accept", "管局已接收", "Taken by the authority",
     "管局已接收{kind}订单（{subject}），等待管局审核。",
     "The authority took the order ({kind}, {subject}) and reviews it."},
    {"order.authority_refused", "refuse", "管局驳回", "Refused by the authority",
     "管局驳回了{kind}订单（{subject}），请查看原因，修改后重新提交。",
     "The authority refused the order ({kind}, {subject}); see the reasons, change it and submit "
     "again."},
    {"order.review_completed", "review_complete", "审核通过，订单已完成",
     "Review passed, completed", "{kind}订单（{subject}）已通过接入商审核并完成：{done}。",
     "The provider's review passed the order ({kind}, {subject}), which completes it."},
    {"order.old_filing_cancelled", "next_part", "原备案已注销", "The old filing is cancelled",
     "{kind}订单（{subject}）的原备案已注销，正在上报新备案，网站保持接入。",
     "The old filing of the order ({kind}, {subject}) is cancelled; the new one goes to the "
     "authority, and the website stays reachable."},
    {"order.completed", "approve", "订单已完成", "Order completed",
     "{kind}订单（{subject}）已完成：{done}。", "The order ({kind}, {subject}) is completed."},
    {"order.reminder", "", "订单即将过期", "Order about to expire",
     "{kind}订单（{subject}）已有 {days} 天没有处理，将在 {left} 天后（{until}）自动放弃。",
     "The order ({kind}, {subject}) was not touched for {days} days; in {left} days ({until}) it "
     "will be abandoned."},
    {"order.sms_reminder", "", "请完成短信核验", "Please verify by SMS",
     "{kind}订单（{subject}）还有 {waiting} 人没有完成短信核验，请提醒他们在 {until} 前完成。",
     "{waiting} persons of the order ({kind}, {subject}) have not verified yet; ask them to do so "
     "before {until}."},
    {"migration.asked", "", "网站迁移等待您同意", "A website asks to move",
     "有账号申请把您名下的网站（{subject}）迁移到另一主体，须经您同意；请核对后答复。",
     "Somebody wants to move your website ({subject}) to another entity, which needs your consent; "
     "see who it is, and answer."},
    {"migration.agreed", "", "原主体同意迁移", "The holder agreed to the migration",
     "原主体所在的账号同意迁移（{subject}），订单填写完整后可以提交。",
     "The account that holds the website ({subject}) lets it go; the order can be submitted once "
     "it is complete."},
    {"migration.declined", "", "原主体不同意迁移", "The holder declined the migration",
     "原主体所在的账号不同意迁移（{subject}），订单暂时不能提交；请与对方联系，或放弃订单。",
     "The account that holds the website ({subject}) keeps it, so the order cannot be submitted; "
     "talk to them, or abandon it."},
    {"certificate.entity_ending", "", "主体证件即将到期",
     "The entity's certificate is about to end",
     "备案 {number} 的主体证件将于 {until} 到期（还有 {left} "
     "天）。换领新证件后，请在“我的备案”中办理变更备案，更新证件信息。",
     "The certificate of the entity filed as {number} ends on {until} (in {left} days). Once there "
     "is a new one, change the filing with it under My filings."},
    {"certificate.entity_ended", "", "主体证件已过期", "The entity's certificate has ended",
     "备案 {number} 的主体证件已于 {until} "
     "到期。请换领新证件，并在“我的备案”中办理变更备案，更新证件信息。",
     "The certificate of the entity filed as {number} ended on {until}. Get a new one, and change "
     "the filing with it under My filings."},
    {"certificate.person_ending", "", "负责人证件即将到期",
     "The certificate of a person in charge is about to end",
     "备案 {number} 中有负责人的证件将于 {until} 到期（还有 {left} "
     "天）。换领新证件后，请在“我的备案”中办理变更备案，更新证件信息。",
     "The certificate of a person in charge of {number} ends on {until} (in {left} days). Once "
     "there is a new one, change the filing with it under My filings."},
    {"certificate.person_ended", "", "负责人证件已过期",
     "The certificate of a person in charge has ended",
     "备案 {number} 中有负责人的证件已于 {until} "
     "到期。请换领新证件，并在“我的备案”中办理变更备案，更新证件信息。",
     "The certificate of a person in charge of {number} ended on {until}. Get a new one, and "
     "change "
     "the filing with it under My filings."},
    {"rules.changed", "", "备案规则有变化", "Rules changed",
     "备案规则已更新，{kind}订单（{subject}）有 {findings} 项需要重新检查。",
     "The rules have changed; the order ({kind}, {subject}) has {findings} findings to look at "
     "again."},
});

std::string filled(std::string_view text, const Json& args) {
  std::string out;
  while (!text.empty()) {
    const size_t open = text.find('{');
    const size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    out += text.substr(0, open);
    const Json& value = args[text.substr(open + 1, close - open - 1)];
    out += value.is_string() ? value.as_string() : value.is_null() ? "—" : to_string(value);
    text.remove_prefix(close + 1);
  }
  return out + std::string(text);
}

}  // namespace

std::span<const Kind> kinds() {
  return kKinds;
}

const Kind* find_kind(std::string_view name) {
  const auto* row = std::ranges::find(kKinds, name, &Kind::name);
  return row == kKinds.end() ? nullptr : row;
}

const Kind* kind_of_event(std::string_view event) {
  const auto* row = std::ranges::find_if(
      kKinds, [&](const Kind& kind) { return !event.empty() && kind.event == event; });
  return row == kKinds.end() ? nullptr : row;
}

std::string title_of(const Kind& kind, const Json& args, Language language) {
  return filled(language == Language::zh ? kind.title_zh : kind.title_en, args);
}

std::string text_of(const Kind& kind, const Json& args, Language language) {
  return filled(language == Language::zh ? kind.text_zh : kind.text_en, args);
}

}  // namespace beian::notices
