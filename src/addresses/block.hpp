// The four blocks of IP address reporting (IP 地址备案): where addresses come from (来源), what
// they are used for (分配使用), who broadcasts them (广播), and those that customers bring along
// (自带). The fields of each are one table, from the IP part of upload-data (V.3.0); names are
// those of the wire profile, so a record's document and the wire differ only in how addresses are
// written: here "203.0.113.1", there 3405803777.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace beian::addresses {

enum class Block { source, assignment, broadcast, own };
inline constexpr std::array kBlocks{Block::source, Block::assignment, Block::broadcast, Block::own};

std::string_view name_of(Block block);   // source, assignment, broadcast, own
std::string_view title_of(Block block);  // 来源, 分配, 广播, 自带
// By either of the two.
std::optional<Block> block_named(std::string_view text);

// What an assigned range is for (Fpfs).
inline constexpr int64_t kUsed = 1, kPassedOn = 2, kSelfUsed = 3, kReserved = 4;
// Where a brought-along range comes from (Ly_dwlx).
inline constexpr int64_t kFromElsewhere = 0, kFromReportingUnit = 1;

enum class Kind { text, number, flag, code, unit, address, date, region, phone, email };
enum class Need { never, may, must };

struct Field {
  std::string_view name;   // contact_name
  std::string_view title;  // 联系人姓名: the CSV column
  Kind kind;
  int64_t min = 0, max = 0;     // characters of a text
  std::string_view table = {};  // of a code: china::code_table
};
// In the order in which people and CSV files have them: from, to, …, remark.
std::span<const Field> fields();
const Field* find_field(std::string_view name_or_title);

// Whether a block has the field. Of an assignment it depends on its use (0: not told yet, anything
// may be), of a brought-along range on its source_kind (-1: not told yet).
Need need_of(Block block, std::string_view field, int64_t use, int64_t source_kind);
// Most characters of a text field in this block.
int64_t longest(Block block, const Field& field);

}  // namespace beian::addresses
