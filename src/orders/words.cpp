#include "orders/words.hpp"

#include <algorithm>
#include <array>

namespace beian::orders {
namespace {

using Words = std::pair<std::string_view, std::string_view>;

constexpr auto kKinds = std::to_array<Words>({
    {"first", "First filing"},
    {"add_service", "New service"},
    {"add_access", "New access"},
    {"change_entity", "Change of the entity"},
    {"change_service", "Change of a service"},
    {"change_both", "Change of entity and services"},
    {"cancel_service", "Cancellation of a service"},
    {"cancel_entity", "Cancellation of the entity"},
    {"cancel_access", "Cancellation of an access"},
    {"migrate", "Migration to another entity"},
    {"transfer", "Transfer to another account"},
    {"claim", "Claim of a filing"},
});

constexpr auto kStates = std::to_array<Words>({
    {"draft", "Draft"},
    {"in_review", "In review"},
    {"needs_changes", "Changes asked for by the provider"},
    {"in_rereview", "Changed, in review again"},
    {"review_rejected", "Rejected in review"},
    {"ready_to_report", "About to go to the authority"},
    {"reporting", "Sent to the authority"},
    {"sms_pending", "Waiting for SMS verification"},
    {"at_authority", "In review at the authority"},
    {"authority_rejected", "Rejected by the authority"},
    {"completed", "Completed"},
    {"abandoned", "Abandoned"},
});

struct ActorWords {
  std::string_view name, zh, en;
};
constexpr auto kActors = std::to_array<ActorWords>({
    {"applicant", "申请人", "Applicant"},
    {"reviewer", "接入商审核员", "Provider's reviewer"},
    {"system", "系统", "System"},
    {"person", "相关负责人", "Persons in charge"},
    {"authority", "管局", "Authority"},
    {"nobody", "无", "Nobody"},
});

template <class Table>
std::string_view second_of(const Table& table, std::string_view name) {
  const auto* row = std::ranges::find(table, name, &Words::first);
  return row == table.end() ? name : row->second;
}

}  // namespace

std::string_view title_of(const OrderKind& kind, Language language) {
  return language == Language::zh ? kind.title : second_of(kKinds, kind.name);
}

std::string_view title_of(State state, Language language) {
  return language == Language::zh ? title_of(state) : second_of(kStates, name_of(state));
}

std::string_view actor_title(std::string_view actor, Language language) {
  const auto* row = std::ranges::find(kActors, actor, &ActorWords::name);
  if (row == kActors.end()) return actor;
  return language == Language::zh ? row->zh : row->en;
}

}  // namespace beian::orders
