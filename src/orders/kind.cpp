#include "orders/kind.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include "materials/materials.hpp"
#include "rules/materials.hpp"

namespace beian::orders {
namespace {

constexpr auto kAll = std::to_array<int>({1, 2, 3, 4, 5, 6, 7});
constexpr auto kOfEntity = std::to_array<int>({2, 3});
constexpr auto kOfService = std::to_array<int>({1, 4, 5, 6, 7});
constexpr auto kOfAccess = std::to_array<int>({1, 4, 5});
constexpr std::span<const int> kNone;

// clang-format off
constexpr auto kKinds = std::to_array<OrderKind>({
    // name             title                     done           target           form               elsewhere         entity          services        materials   sms    review end              cancels
    {"first",          "首次备案",               "已备案",      Target::nothing, &kWholeForm,       nullptr,          Part::asked,    Part::asked,    kAll,       true,  true,  End::filed,      -1},
    {"add_service",    "新增互联网信息服务",     "已备案",      Target::entity,  &kWholeForm,       &kElsewhereForm,  Part::fixed,    Part::asked,    kOfService, true,  true,  End::filed,      -1},
    {"add_access",     "新增接入",               "已接入",      Target::nothing, &kAccessForm,      &kAccessForm,     Part::named,    Part::named,    kOfAccess,  true,  true,  End::filed,      -1},
    {"change_entity",  "变更主体",               "已变更",      Target::entity,  &kEntityForm,      nullptr,          Part::edited,   Part::none,     kOfEntity,  true,  true,  End::decision,   -1},
    {"change_service", "变更互联网信息服务",     "已变更",      Target::service, &kWholeForm,       nullptr,          Part::fixed,    Part::edited,   kOfService, true,  true,  End::decision,   -1},
    {"change_both",    "变更备案",               "已变更",      Target::entity,  &kWholeForm,       nullptr,          Part::edited,   Part::edited,   kAll,       true,  true,  End::decision,   -1},
    {"cancel_service", "注销互联网信息服务",     "已注销",      Target::service, &kCancelForm,      nullptr,          Part::none,     Part::none,     kNone,      true,  true,  End::cancelled,  1},
    {"cancel_entity",  "注销主体",               "已注销",      Target::entity,  &kCancelAllForm,   nullptr,          Part::none,     Part::none,     kNone,      true,  true,  End::cancelled,  0},
    {"cancel_access",  "取消接入",               "已取消接入",  Target::service, &kCancelForm,      nullptr,          Part::none,     Part::none,     kNone,      false, true,  End::decision,   2},
    {"migrate",        "迁移备案",               "已迁移",      Target::nothing, &kMoveForm,        &kMoveElsewhereForm, Part::asked, Part::asked,    kAll,       true,  true,  End::filed,      -1, true},
    {"claim",          "认领备案",               "已认领",      Target::nothing, &kClaimForm,       nullptr,          Part::named,    Part::none,     kOfEntity,  false, true,  End::review,     -1},
});
// clang-format on

constexpr auto kOfName = std::to_array<std::string_view>({"/name", "/nature", "/certificate"});
constexpr auto kOfManager = std::to_array<std::string_view>(
    {"/manager/name", "/manager/certificate_type", "/manager/certificate_number"});
constexpr auto kOfWhole = std::to_array<std::string_view>({""});

constexpr auto kMaterials = std::to_array<MaterialRow>({
    {1, Owner::service, true, "网站备案信息真实性核验单", kOfWhole},
    {2, Owner::entity, false, "主办单位有效证件", kOfName},
    {3, Owner::entity, true, "主体负责人有效证件", kOfManager},
    {4, Owner::service, true, "互联网信息服务负责人有效证件", kOfManager},
    {5, Owner::service, true, "互联网信息服务负责人现场核验照片", kOfManager},
    {6, Owner::pre_approval, true, "前置审批文件", kOfWhole},
    {7, Owner::app, true, "App 图标", {}},  // a change may bring another
});

Owner owner_of(rules::MaterialOwner owner) {
  switch (owner) {
    case rules::MaterialOwner::entity:
      return Owner::entity;
    case rules::MaterialOwner::service:
      return Owner::service;
    case rules::MaterialOwner::domain:
      return Owner::domain;
    case rules::MaterialOwner::pre_approval:
      return Owner::pre_approval;
    case rules::MaterialOwner::app:
      return Owner::app;
  }
  return Owner::entity;
}

std::string_view word_of(Part part) {
  switch (part) {
    case Part::none:
      return "";
    case Part::named:
      return "named";
    case Part::fixed:
      return "as filed, fixed";
    case Part::edited:
      return "as filed, edited";
    case Part::asked:
      return "asked";
  }
  return "";
}

std::string_view word_of(End end) {
  switch (end) {
    case End::filed:
      return "BASJ";
    case End::decision:
      return "BAJG";
    case End::cancelled:
      return "ZXSJ";
    case End::review:
      return "the review";
  }
  return "";
}

}  // namespace

std::span<const OrderKind> order_kinds() {
  return kKinds;
}

const OrderKind* find_kind(std::string_view name) {
  const auto* row = std::ranges::find(kKinds, name, &OrderKind::name);
  return row == kKinds.end() ? nullptr : row;
}

const OrderKind& kind_of(const Order& order) {
  const OrderKind* kind = find_kind(order.kind);
  if (!kind) throw std::logic_error("orders: no kind " + order.kind);
  return *kind;
}

bool is_change(const OrderKind& kind) {
  return kind.entity == Part::edited || kind.services == Part::edited;
}

bool takes_event(const OrderKind& kind, State from, int64_t parts, Event event) {
  switch (event) {
    case Event::review_pass:
      return kind.end != End::review;
    case Event::review_complete:
      return kind.end == End::review;
    case Event::next_part:
      return kind.moves && parts == 0;
    case Event::approve:
      return !kind.moves || parts > 0;
    // What is cancelled already must not become a draft, which holds nothing and never ends.
    case Event::withdraw:
      return parts == 0 || from != State::ready_to_report;
    default:
      return true;
  }
}

bool is_cancellation(const OrderKind& kind) {
  return kind.cancels >= 0;
}

const Shape& form_of(const OrderKind& kind, const Json& filed) {
  if (kind.moves) return filed["elsewhere"].as_bool() ? *kind.form_elsewhere : *kind.form;
  return filed.is_null() && kind.form_elsewhere ? *kind.form_elsewhere : *kind.form;
}

Part entity_part(const OrderKind& kind, const Json& filed) {
  if (kind.moves && filed.find("entity")) return Part::fixed;
  if (kind.moves) return filed["elsewhere"].as_bool() ? Part::named : kind.entity;
  return filed.is_null() && kind.form_elsewhere ? Part::named : kind.entity;
}

std::span<const MaterialRow> material_rows() {
  return kMaterials;
}

const MaterialRow* material_row(int purpose) {
  const auto* row = std::ranges::find(kMaterials, purpose, &MaterialRow::purpose);
  if (row != kMaterials.end()) return row;
  static const auto kOwn = [] {
    std::map<int, MaterialRow> rows;
    for (const auto& kind : rules::material_kinds())
      for (const int own : kind.purposes)
        rows.emplace(own, MaterialRow{own, owner_of(kind.owner), true, kind.title_zh, kOfWhole});
    return rows;
  }();
  const auto found = kOwn.find(purpose);
  return found == kOwn.end() ? nullptr : &found->second;
}

bool takes_material(const OrderKind& kind, int purpose) {
  if (purpose >= materials::kFirstOwnPurpose) return !kind.materials.empty();
  return std::ranges::find(kind.materials, purpose) != kind.materials.end();
}

std::string kinds_table() {
  std::string out =
      "| kind | 中文 | entity | services | materials | SMS | review | completed by |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const auto& kind : kKinds) {
    std::string materials;
    for (const int purpose : kind.materials)
      materials += (materials.empty() ? "" : ", ") + std::to_string(purpose);
    out += "| `" + std::string(kind.name) + "` | " + std::string(kind.title) + " | " +
           std::string(word_of(kind.entity)) + (kind.moves ? "; filed here: as filed, fixed" : "") +
           (kind.form_elsewhere && kind.entity != Part::named ? "; filed elsewhere: named" : "") +
           " | " + std::string(word_of(kind.services)) + " | " + materials + " | " +
           (kind.sms ? "yes" : "no") + " | " + (kind.review ? "yes" : "no") + " | " +
           (kind.moves ? "ZXSJ, then " : "") + std::string(word_of(kind.end)) + " |\n";
  }
  return out;
}

}  // namespace beian::orders
