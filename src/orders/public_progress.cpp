#include "orders/public_progress.hpp"

#include <algorithm>
#include <array>

#include "orders/kind.hpp"
#include "platform/db/list_of_values.hpp"
#include "registry/hosts.hpp"

namespace beian::orders {
namespace {

struct Words {
  std::string_view name, zh, en;
};
// In the order of Stage.
constexpr std::array<Words, 4> kWords{{
    {"with_applicant", "待申请人修改后重新提交", "waiting for the applicant"},
    {"at_provider", "接入商审核中", "in review at the provider"},
    {"sms", "待相关负责人完成短信核验", "waiting for SMS verification"},
    {"at_authority", "管局审核中", "in review at the authority"},
}};

bool would_open(const OrderKind& kind) {
  return !is_change(kind) && !is_cancellation(kind);
}

}  // namespace

std::string_view name_of(Stage stage) {
  return kWords[static_cast<size_t>(stage)].name;
}

std::string_view title_of(Stage stage, Language language) {
  const auto& words = kWords[static_cast<size_t>(stage)];
  return language == Language::zh ? words.zh : words.en;
}

std::optional<Stage> stage_of(State state) {
  using enum State;
  switch (state) {
    case needs_changes:
    case review_rejected:
    case authority_rejected:
      return Stage::with_applicant;
    case in_review:
    case in_rereview:
    case ready_to_report:
      return Stage::at_provider;
    case sms_pending:
      return Stage::sms;
    case reporting:
    case at_authority:
      return Stage::at_authority;
    case draft:
    case completed:
    case abandoned:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<PublicProgress> public_progress(db::Tx& tx, std::string_view host) {
  const auto covering = registry::covering_names(host);
  if (covering.empty()) return std::nullopt;
  const db::List names(covering);
  // A domain is claimed by one open order.
  const auto rows = tx.query(
      "SELECT c.claim AS domain, o.kind AS kind, o.state AS state FROM order_claims c "
      "JOIN orders o ON o.id = c.order_id WHERE c.kind = 'domain' AND c.claim IN (" +
          names.text + ")",
      names.params);
  for (const auto& name : covering) {
    const auto row =
        std::ranges::find_if(rows, [&](const db::Row& one) { return one.text("domain") == name; });
    if (row == rows.end()) continue;
    const auto* kind = find_kind(row->text("kind"));
    const auto state = state_named(row->text("state"));
    const auto stage = state ? stage_of(*state) : std::nullopt;
    if (kind != nullptr && stage && would_open(*kind)) return PublicProgress{name, *stage};
  }
  return std::nullopt;
}

}  // namespace beian::orders
