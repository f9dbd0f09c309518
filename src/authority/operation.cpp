#include "authority/operation.hpp"

#include <algorithm>
#include <array>

namespace beian::authority {
namespace {

constexpr auto kOperations = std::to_array<Operation>({
    {.name = "icp/new_filings", .title = "新增备案", .orders_only = true},
    {.name = "icp/new_services", .title = "新增互联网信息服务"},
    {.name = "icp/new_accesses", .title = "新增接入"},
    {.name = "icp/changes", .title = "变更备案"},
    {.name = "icp/cancellations", .title = "注销备案"},
    {.name = "icp/verification_attachments", .title = "单独提交核验材料"},
    {.name = "icp/verification_results", .title = "核实结果", .last_word = true},
    {.name = "icp/unfiled_site_actions", .title = "未备案网站处理结果", .last_word = true},

    {.name = "ip/new_filings/sources", .title = "新增IP来源"},
    {.name = "ip/new_filings/assignments",
     .title = "新增IP分配使用",
     .before = "ip/new_filings/sources"},
    {.name = "ip/new_filings/broadcasts", .title = "新增IP广播"},
    {.name = "ip/new_filings/own_addresses", .title = "新增自带IP"},
    {.name = "ip/changes/sources", .title = "修改IP来源"},
    {.name = "ip/changes/assignments", .title = "修改IP分配使用", .before = "ip/changes/sources"},
    {.name = "ip/changes/own_addresses", .title = "修改自带IP"},
    {.name = "ip/changes/broadcasts", .title = "修改IP广播"},
    {.name = "ip/deletions/sources", .title = "删除IP来源"},
    {.name = "ip/deletions/assignments", .title = "删除IP分配使用"},
    {.name = "ip/deletions/own_addresses", .title = "删除自带IP"},
    {.name = "ip/deletions/broadcasts", .title = "删除IP广播"},

    {.name = "domain_names/new_filings", .title = "新增域名备案"},
    {.name = "domain_names/changes", .title = "修改域名备案"},
    {.name = "domain_names/deletions", .title = "删除域名备案"},
});

struct KindOperation {
  std::string_view kind, operation;
};
constexpr auto kKinds = std::to_array<KindOperation>({
    {"first", "icp/new_filings"},
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

}  // namespace beian::authority
