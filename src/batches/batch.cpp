#include "batches/batch.hpp"

#include <algorithm>
#include <array>

namespace beian::batches {
namespace {

struct StageRow {
  Stage stage;
  std::string_view name;
};
constexpr auto kStages = std::to_array<StageRow>(
    {{Stage::check, "check"}, {Stage::create, "create"}, {Stage::submit, "submit"}});

struct StateRow {
  RowState state;
  std::string_view name, title;
};
constexpr auto kStates = std::to_array<StateRow>({
    {RowState::waiting, "waiting", "待检查"},
    {RowState::good, "good", "检查通过"},
    {RowState::bad, "bad", "有误"},
    {RowState::created, "created", "已创建订单"},
    {RowState::not_submitted, "not_submitted", "已创建订单，未能提交"},
    {RowState::submitted, "submitted", "已提交"},
});

const StateRow& row_of(RowState state) {
  return *std::ranges::find(kStates, state, &StateRow::state);
}

}  // namespace

std::string_view name_of(Stage stage) {
  return std::ranges::find(kStages, stage, &StageRow::stage)->name;
}

std::optional<Stage> stage_named(std::string_view name) {
  const auto row = std::ranges::find(kStages, name, &StageRow::name);
  if (row == kStages.end()) return std::nullopt;
  return row->stage;
}

std::string_view name_of(RowState state) {
  return row_of(state).name;
}

std::string_view title_of(RowState state) {
  return row_of(state).title;
}

std::optional<RowState> row_state_named(std::string_view name) {
  const auto row = std::ranges::find(kStates, name, &StateRow::name);
  if (row == kStates.end()) return std::nullopt;
  return row->state;
}

}  // namespace beian::batches
