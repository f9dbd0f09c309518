#include "authority/operation.hpp"

#include <algorithm>
#include <array>

#include "orders/kind.hpp"

namespace beian::authority {
namespace {

constexpr auto kOperations = std::to_array<Operation>({
    {.name = "icp/new_filings", .title = "新增备案", .map = map_new_filing, .orders_only = true},
    {.name = "icp/new_services", .title = "新增互联网信息服务", .map = map_new_service},
    {.name = "icp/new_accesses", .title = "新增接入", .map = map_new_access},
    {.name = "icp/changes", .title = "变更备案", .map = map_change},
    {.name = "icp/cancellations", .title = "注销备案", .map = map_cancellation},
    {.name = "icp/verification_attachments",
     .title = "单独提交核验材料",
     .map = map_verification_attachment},
    {.name = "icp/verification_results",
     .title = "核实结果",
     .map = map_verification_result,
     .last_word = true},
    {.name = "icp/unfiled_site_actions",
     .title = "未备案网站处理结果",
     .map = map_unfiled_site_action,
     .last_word = true},

    {.name = "ip/new_filings/sources", .title = "新增IP来源", .map = map_address},
    {.name = "ip/new_filings/assignments",
     .title = "新增IP分配使用",
     .map = map_address,
     .before = "ip/new_filings/sources"},
    {.name = "ip/new_filings/broadcasts", .title = "新增IP广播", .map = map_address},
    {.name = "ip/new_filings/own_addresses", .title = "新增自带IP", .map = map_address},
    {.name = "ip/changes/sources", .title = "修改IP来源", .map = map_address},
    {.name = "ip/changes/assignments",
     .title = "修改IP分配使用",
     .map = map_address,
     .before = "ip/changes/sources"},
    {.name = "ip/changes/own_addresses", .title = "修改自带IP", .map = map_address},
    {.name = "ip/changes/broadcasts", .title = "修改IP广播", .map = map_address},
    {.name = "ip/deletions/sources", .title = "删除IP来源", .map = map_address},
    {.name = "ip/deletions/assignments", .title = "删除IP分配使用", .map = map_address},
    {.name = "ip/deletions/own_addresses", .title = "删除自带IP", .map = map_address},
    {.name = "ip/deletions/broadcasts", .title = "删除IP广播", .map = map_address},

    {.name = "domain_names/new_filings", .title = "新增域名备案", .map = map_domain_name},
    {.name = "domain_names/changes", .title = "修改域名备案", .map = map_domain_name},
    {.name = "domain_names/deletions", .title = "删除域名备案", .map = map_domain_name},
});

struct KindOperation {
  std::string_view kind, operation;
};
constexpr auto kKinds = std::to_array<KindOperation>({
    {"first", "icp/new_filings"},
    {"add_service", "icp/new_services"},
    {"add_access", "icp/new_accesses"},
    {"change_entity", "icp/changes"},
    {"change_service", "icp/changes"},
    {"change_both", "icp/changes"},
    {"cancel_entity", "icp/cancellations"},
    {"cancel_service", "icp/cancellations"},
    {"cancel_access", "icp/cancellations"},
});

}  // namespace

std::span<const Operation> operations() {
  return kOperations;
}

const Operation* find_operation(std::string_view name) {
  const auto* row = std::ranges::find(kOperations, name, &Operation::name);
  return row == kOperations.end() ? nullptr : row;
}

const Operation* operation_of_kind(std::string_view order_kind) {
  const auto* row = std::ranges::find(kKinds, order_kind, &KindOperation::kind);
  return row == kKinds.end() ? nullptr : find_operation(row->operation);
}

const Operation* operation_of(const orders::Order& order) {
  const auto* kind = orders::find_kind(order.kind);
  if (!kind || !kind->moves) return operation_of_kind(order.kind);
  if (order.parts == 0) return operation_of_kind("cancel_service");
  const bool asked = orders::entity_part(*kind, order.filed) == orders::Part::asked;
  return operation_of_kind(asked ? "first" : "add_service");
}

}  // namespace beian::authority
