#include "addresses/machine.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace beian::addresses {
namespace {

using enum State;
using enum Event;
constexpr auto add = Operation::add;
constexpr auto change = Operation::change;
constexpr auto del = Operation::remove;

constexpr auto kTransitions = std::to_array<Transition>({
    {draft, add, edit, draft, add},
    {draft, add, remove, deleted, add},  // nobody was told of it
    {draft, add, queue, queued, add},

    {queued, add, withdraw, draft, add},
    {queued, change, withdraw, changing, change},
    {queued, del, withdraw, deleting, del},
    {queued, add, report, reporting, add},
    {queued, change, report, reporting, change},
    {queued, del, report, reporting, del},

    {reporting, add, unreport, queued, add},
    {reporting, change, unreport, queued, change},
    {reporting, del, unreport, queued, del},
    {reporting, add, accept, filed, add},
    {reporting, change, accept, filed, change},
    {reporting, del, accept, deleted, del},
    {reporting, add, refuse, refused, add},
    {reporting, change, refuse, refused, change},
    {reporting, del, refuse, refused, del},

    {refused, add, edit, draft, add},
    {refused, add, remove, deleted, add},
    {refused, add, queue, queued, add},
    {refused, change, edit, changing, change},
    {refused, change, remove, deleting, del},
    {refused, change, discard, filed, change},
    {refused, change, queue, queued, change},
    {refused, del, edit, changing, change},
    {refused, del, remove, deleting, del},
    {refused, del, discard, filed, change},
    {refused, del, queue, queued, del},

    {filed, add, edit, changing, change},
    {filed, add, remove, deleting, del},
    {filed, change, edit, changing, change},
    {filed, change, remove, deleting, del},

    {changing, change, edit, changing, change},
    {changing, change, remove, deleting, del},
    {changing, change, discard, filed, change},
    {changing, change, queue, queued, change},

    {deleting, del, discard, filed, change},
    {deleting, del, queue, queued, del},
});

constexpr auto kStates = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"draft", "待上报"},
    {"queued", "排队上报"},
    {"reporting", "上报中"},
    {"filed", "已备案"},
    {"refused", "被退回"},
    {"changing", "有变更待上报"},
    {"deleting", "待上报删除"},
    {"deleted", "已删除"},
});
constexpr auto kOperations = std::to_array<std::string_view>({"add", "change", "remove"});
constexpr auto kEvents = std::to_array<std::string_view>(
    {"edit", "remove", "discard", "queue", "withdraw", "report", "unreport", "accept", "refuse"});

}  // namespace

std::string_view name_of(State state) {
  return kStates[static_cast<size_t>(state)].first;
}
std::string_view title_of(State state) {
  return kStates[static_cast<size_t>(state)].second;
}
std::optional<State> state_named(std::string_view name) {
  for (size_t i = 0; i < kStates.size(); ++i)
    if (kStates[i].first == name) return static_cast<State>(i);
  return std::nullopt;
}
std::string_view name_of(Operation operation) {
  return kOperations[static_cast<size_t>(operation) - 1];
}
std::optional<Operation> operation_named(std::string_view name) {
  for (size_t i = 0; i < kOperations.size(); ++i)
    if (kOperations[i] == name) return static_cast<Operation>(i + 1);
  return std::nullopt;
}
std::string_view name_of(Event event) {
  return kEvents[static_cast<size_t>(event)];
}

std::span<const Transition> transitions() {
  return kTransitions;
}

std::optional<Standing> apply(Standing at, Event event) {
  const auto row = std::ranges::find_if(kTransitions, [&](const Transition& t) {
    return t.from == at.state && t.operation == at.operation && t.event == event;
  });
  if (row == kTransitions.end()) return std::nullopt;
  return Standing{row->to, row->next};
}

std::vector<Event> allowed_events(Standing at) {
  std::vector<Event> out;
  for (const Event event : {edit, remove, discard, queue, withdraw})
    if (apply(at, event)) out.push_back(event);
  return out;
}

bool is_filed(Standing at) {
  return at.state == filed || (at.operation != add && at.state != deleted);
}

}  // namespace beian::addresses
