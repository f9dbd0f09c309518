#include "addresses/block.hpp"

#include <algorithm>

namespace beian::addresses {
namespace {

struct BlockWords {
  Block block;
  std::string_view name, title;
};
constexpr auto kWords = std::to_array<BlockWords>({
    {Block::source, "source", "来源"},
    {Block::assignment, "assignment", "分配"},
    {Block::broadcast, "broadcast", "广播"},
    {Block::own, "own", "自带"},
});

// Lengths that hold in new records and in changes: XgZd wants two characters of Lxrxm.
constexpr auto kFields = std::to_array<Field>({
    {"from", "起始IP", Kind::address},
    {"to", "终止IP", Kind::address},
    {"source_unit", "来源单位", Kind::unit},
    {"broadcast_unit", "广播单位", Kind::unit},
    {"applicant_unit", "广播申请单位", Kind::unit},
    {"use", "分配使用方式", Kind::code, 0, 0, "ip_assignment"},
    {"assigned_to", "分配对象", Kind::unit},
    {"source_kind", "来源单位类型", Kind::code, 0, 0, "unit_source_kind"},
    {"source_id", "来源单位标识", Kind::unit},
    {"source_name", "来源单位名称", Kind::text, 1, 255},
    {"manner", "使用方式", Kind::code, 0, 0, "ip_usage"},
    {"assigned", "分配日期", Kind::date},
    {"redirect_server", "域名跳转", Kind::flag},
    {"name", "单位名称", Kind::text, 1, 255},
    {"nature", "单位性质", Kind::code, 0, 0, "entity_nature"},
    {"unit_class", "单位分类", Kind::code, 0, 0, "unit_class"},
    {"industry", "行业分类", Kind::code, 0, 0, "industry"},
    {"province", "省", Kind::region},
    {"city", "市", Kind::region},
    {"county", "县", Kind::region},
    {"address", "详细地址", Kind::text, 1, 512},
    {"contact_name", "联系人姓名", Kind::text, 2, 20},
    {"contact_phone", "联系人电话", Kind::phone, 11, 255},
    {"contact_email", "联系人邮件", Kind::email, 6, 255},
    {"gateway", "网关IP", Kind::address},
    {"gateway_address", "网关物理地址", Kind::text, 1, 512},
    {"remark", "备注", Kind::text, 1, 1024},
});

// M must, o may, - never. An assignment has a letter for each use, 1 (分配且使用), 2 (再次分配),
// 3 (自用), 4 (预留), as the note at Fpsy says; a brought-along range one for each source_kind,
// 0 (非报备单位) and 1 (报备单位). XGBA leaves a brought-along range's gateway free, XZBA does not.
struct NeedRow {
  std::string_view field;
  std::string_view source, assignment, broadcast, own;
};
constexpr auto kNeeds = std::to_array<NeedRow>({
    {"from", "M", "MMMM", "M", "MM"},
    {"to", "M", "MMMM", "M", "MM"},
    {"source_unit", "M", "----", "-", "--"},
    {"broadcast_unit", "-", "----", "M", "--"},
    {"applicant_unit", "-", "----", "M", "--"},
    {"use", "-", "MMMM", "-", "--"},
    {"assigned_to", "-", "-M--", "-", "--"},
    {"source_kind", "-", "----", "-", "MM"},
    {"source_id", "-", "----", "-", "-M"},
    {"source_name", "-", "----", "-", "M-"},
    {"manner", "-", "M-M-", "-", "MM"},
    {"assigned", "-", "M-M-", "-", "MM"},
    {"redirect_server", "-", "o---", "-", "MM"},
    {"name", "-", "M---", "-", "MM"},
    {"nature", "-", "M---", "-", "MM"},
    {"unit_class", "-", "o---", "-", "--"},
    {"industry", "-", "o---", "-", "--"},
    {"province", "-", "M---", "-", "MM"},
    {"city", "-", "M---", "-", "MM"},
    {"county", "-", "o---", "-", "oo"},
    {"address", "-", "M---", "-", "MM"},
    {"contact_name", "-", "M---", "-", "MM"},
    {"contact_phone", "-", "M---", "-", "MM"},
    {"contact_email", "-", "M---", "-", "MM"},
    {"gateway", "-", "o-o-", "-", "MM"},
    {"gateway_address", "-", "o-o-", "-", "MM"},
    {"remark", "o", "oooo", "o", "oo"},
});

Need need_of_letter(char letter) {
  return letter == 'M' ? Need::must : letter == 'o' ? Need::may : Need::never;
}

// While it is not told which column counts, whatever any of them allows may be there.
Need need_in(std::string_view letters, int64_t column) {
  if (column >= 0 && column < static_cast<int64_t>(letters.size()))
    return need_of_letter(letters[static_cast<size_t>(column)]);
  if (letters.find_first_not_of('M') == letters.npos) return Need::must;
  return letters.find_first_not_of('-') == letters.npos ? Need::never : Need::may;
}

}  // namespace

std::string_view name_of(Block block) {
  return kWords[static_cast<size_t>(block)].name;
}
std::string_view title_of(Block block) {
  return kWords[static_cast<size_t>(block)].title;
}
std::optional<Block> block_named(std::string_view text) {
  for (const auto& words : kWords)
    if (words.name == text || words.title == text) return words.block;
  return std::nullopt;
}

std::span<const Field> fields() {
  return kFields;
}

const Field* find_field(std::string_view name_or_title) {
  const auto field = std::ranges::find_if(
      kFields, [&](const Field& f) { return f.name == name_or_title || f.title == name_or_title; });
  return field == kFields.end() ? nullptr : &*field;
}

Need need_of(Block block, std::string_view field, int64_t use, int64_t source_kind) {
  const auto row = std::ranges::find(kNeeds, field, &NeedRow::field);
  if (row == kNeeds.end()) return Need::never;
  switch (block) {
    case Block::source:
      return need_in(row->source, 0);
    case Block::assignment:
      return need_in(row->assignment, use - 1);
    case Block::broadcast:
      return need_in(row->broadcast, 0);
    case Block::own:
      return need_in(row->own, source_kind);
  }
  return Need::never;
}

int64_t longest(Block block, const Field& field) {
  // Xzly/Ly/Bz is shorter than the others' remarks.
  return block == Block::source && field.name == "remark" ? 512 : field.max;
}

}  // namespace beian::addresses
