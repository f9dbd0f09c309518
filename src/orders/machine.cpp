#include "orders/machine.hpp"

#include <algorithm>
#include <array>

namespace beian::orders {
namespace {

using enum State;
using enum Event;
constexpr auto applicant = Actor::applicant;
constexpr auto reviewer = Actor::reviewer;
constexpr auto system = Actor::system;
constexpr auto person = Actor::person;
constexpr auto authority = Actor::authority;

constexpr auto kTransitions = std::to_array<Transition>({
    {draft, submit, applicant, in_review, "申请人提交，等待接入商初审"},
    {draft, abandon, applicant, abandoned, "申请人放弃"},
    {draft, expire, system, abandoned, "超过期限未提交，自动放弃"},

    {in_review, withdraw, applicant, draft, "申请人撤回"},
    {in_review, review_pass, reviewer, ready_to_report, "初审通过，等待提交管局"},
    {in_review, review_complete, reviewer, completed, "初审通过，办理完成"},
    {in_review, review_needs_changes, reviewer, needs_changes, "初审要求修改或补充"},
    {in_review, review_reject, reviewer, review_rejected, "初审驳回"},

    {needs_changes, submit, applicant, in_rereview, "申请人修改后重新提交"},
    {needs_changes, abandon, applicant, abandoned, "申请人放弃"},
    {needs_changes, expire, system, abandoned, "超过期限未修改，自动放弃"},

    {in_rereview, withdraw, applicant, needs_changes, "申请人撤回"},
    {in_rereview, review_pass, reviewer, ready_to_report, "复审通过，等待提交管局"},
    {in_rereview, review_complete, reviewer, completed, "复审通过，办理完成"},
    {in_rereview, review_needs_changes, reviewer, needs_changes, "复审要求继续修改"},
    {in_rereview, review_reject, reviewer, review_rejected, "复审驳回"},

    {review_rejected, submit, applicant, in_rereview, "申请人修改后重新提交"},
    {review_rejected, abandon, applicant, abandoned, "申请人放弃"},
    {review_rejected, expire, system, abandoned, "超过期限未修改，自动放弃"},

    {ready_to_report, withdraw, applicant, draft, "申请人在上报前撤回"},
    {ready_to_report, report, system, reporting, "写入上报文件"},

    {reporting, unreport, system, ready_to_report, "上报文件整体被退回，重新排队"},
    {reporting, accept_with_sms, authority, sms_pending, "管局已接收，等待相关人员短信核验"},
    {reporting, accept, authority, at_authority, "管局已接收，等待管局审核"},
    {reporting, refuse, authority, authority_rejected, "管局驳回"},
    {reporting, next_part, authority, ready_to_report, "原备案已注销，继续上报新主体的备案"},
    {reporting, approve, authority, completed, "管局核准并下发备案号"},

    {sms_pending, sms_done, person, at_authority, "全部人员完成短信核验"},
    {sms_pending, sms_failed, person, authority_rejected, "短信核验未在期限内完成或输错次数过多"},
    {sms_pending, refuse, authority, authority_rejected, "管局驳回"},
    {sms_pending, next_part, authority, ready_to_report, "原备案已注销，继续上报新主体的备案"},
    {sms_pending, approve, authority, completed, "管局核准并下发备案号"},

    {at_authority, refuse, authority, authority_rejected, "管局驳回"},
    {at_authority, next_part, authority, ready_to_report, "原备案已注销，继续上报新主体的备案"},
    {at_authority, approve, authority, completed, "管局核准并下发备案号"},

    {authority_rejected, submit, applicant, in_rereview, "申请人修改后重新提交"},
    {authority_rejected, resubmit, applicant, ready_to_report, "短信核验未完成，原样重新提交管局"},
    {authority_rejected, abandon, applicant, abandoned, "申请人放弃"},
    {authority_rejected, expire, system, abandoned, "超过期限未修改，自动放弃"},
});

struct StateWords {
  State state;
  std::string_view name, title;
};
constexpr auto kStates = std::to_array<StateWords>({
    {draft, "draft", "待完善备案信息"},
    {in_review, "in_review", "等待初审"},
    {needs_changes, "needs_changes", "接入商审核为待修改"},
    {in_rereview, "in_rereview", "已修改待审核"},
    {review_rejected, "review_rejected", "初审驳回"},
    {ready_to_report, "ready_to_report", "待提交管局"},
    {reporting, "reporting", "上报中"},
    {sms_pending, "sms_pending", "待短信核验"},
    {at_authority, "at_authority", "待管局审核"},
    {authority_rejected, "authority_rejected", "管局驳回"},
    {completed, "completed", "已备案"},
    {abandoned, "abandoned", "已放弃"},
});

struct EventWords {
  Event event;
  std::string_view name, title;
};
constexpr auto kEvents = std::to_array<EventWords>({
    {submit, "submit", "提交"},
    {resubmit, "resubmit", "原样重新提交"},
    {withdraw, "withdraw", "撤回"},
    {abandon, "abandon", "放弃"},
    {expire, "expire", "到期"},
    {review_pass, "review_pass", "初审通过"},
    {review_complete, "review_complete", "初审通过并完成"},
    {review_needs_changes, "review_needs_changes", "要求修改"},
    {review_reject, "review_reject", "初审驳回"},
    {report, "report", "上报"},
    {unreport, "unreport", "退回队列"},
    {accept_with_sms, "accept_with_sms", "管局接收，待短信核验"},
    {accept, "accept", "管局接收"},
    {sms_done, "sms_done", "短信核验完成"},
    {sms_failed, "sms_failed", "短信核验未完成"},
    {refuse, "refuse", "管局驳回"},
    {next_part, "next_part", "原备案已注销"},
    {approve, "approve", "管局核准"},
});

constexpr auto kActors =
    std::to_array<std::string_view>({"applicant", "reviewer", "system", "person", "authority"});

// The word tables are indexed by the enumerators: they must stand in the same order.
template <class Table, class Get>
constexpr bool in_order(const Table& table, Get get) {
  for (size_t i = 0; i < table.size(); ++i)
    if (static_cast<size_t>(get(table[i])) != i) return false;
  return true;
}
static_assert(in_order(kStates, [](const StateWords& w) { return w.state; }));
static_assert(in_order(kEvents, [](const EventWords& w) { return w.event; }));
static_assert(kStates.size() == static_cast<size_t>(abandoned) + 1);
static_assert(kEvents.size() == static_cast<size_t>(approve) + 1);

}  // namespace

std::span<const Transition> transitions() {
  return kTransitions;
}

const Transition* find_transition(State from, Event event, Actor actor) {
  const auto* row = std::ranges::find_if(kTransitions, [&](const Transition& t) {
    return t.from == from && t.event == event && t.actor == actor;
  });
  return row == kTransitions.end() ? nullptr : row;
}

std::optional<State> next_state(State from, Event event, Actor actor) {
  const auto* row = find_transition(from, event, actor);
  return row ? std::optional(row->to) : std::nullopt;
}

std::vector<Event> allowed_events(State from, Actor actor) {
  std::vector<Event> events;
  for (const auto& t : kTransitions)
    if (t.from == from && t.actor == actor) events.push_back(t.event);
  return events;
}

std::string_view name_of(State state) {
  return kStates[static_cast<size_t>(state)].name;
}
std::string_view name_of(Event event) {
  return kEvents[static_cast<size_t>(event)].name;
}
std::string_view name_of(Actor actor) {
  return kActors[static_cast<size_t>(actor)];
}
std::string_view title_of(State state) {
  return kStates[static_cast<size_t>(state)].title;
}
std::string_view title_of(Event event) {
  return kEvents[static_cast<size_t>(event)].title;
}

std::optional<State> state_named(std::string_view name) {
  for (const auto& words : kStates)
    if (words.name == name) return words.state;
  return std::nullopt;
}

std::optional<Event> event_named(std::string_view name) {
  for (const auto& words : kEvents)
    if (words.name == name) return words.event;
  return std::nullopt;
}

std::optional<Actor> actor_named(std::string_view name) {
  for (size_t i = 0; i < kActors.size(); ++i)
    if (kActors[i] == name) return static_cast<Actor>(i);
  return std::nullopt;
}

bool is_final(State state) {
  return std::ranges::none_of(kTransitions, [&](const Transition& t) { return t.from == state; });
}

bool is_editable(State state) {
  return next_state(state, submit, applicant).has_value();
}

std::string machine_mermaid() {
  std::string out = "stateDiagram-v2\n";
  for (const auto& words : kStates)
    out += "    " + std::string(words.name) + " : " + std::string(words.title) + "\n";
  out += "    [*] --> draft\n";
  for (const auto& t : kTransitions)
    out += "    " + std::string(name_of(t.from)) + " --> " + std::string(name_of(t.to)) + " : " +
           std::string(name_of(t.event)) + " (" + std::string(name_of(t.actor)) + ")\n";
  for (const auto& words : kStates)
    if (is_final(words.state)) out += "    " + std::string(words.name) + " --> [*]\n";
  return out;
}

}  // namespace beian::orders
