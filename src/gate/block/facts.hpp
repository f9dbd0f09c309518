// Why a host is not served here, and what its owner does next: in words for the people who see the
// block page. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gate/entry.hpp"

namespace beian::gate {

// What a gate says of a host: `beian gate lookup --json`, or GET /lookup?host= of a running one.
struct BlockAnswer {
  bool allow = false;
  Reason reason = Reason::no_name;
  HostKind kind = HostKind::empty;  // of no_name
  std::string number;               // 粤ICP备2026000001号-1; empty: none
  std::string entry;                // whose filing decided
};
BlockAnswer block_answer_of(const Answer& answer);
// Nothing when it is no such answer.
std::optional<BlockAnswer> read_block_answer(std::string_view json);

// How far an order is that would open the host; the provider's own public words.
struct BlockOrder {
  std::string domain;
  std::string stage;            // at_authority
  std::string title, title_en;  // 管局审核中
};
// Of GET /api/v1/public/progress. Nothing when none is under way, or it is no such answer.
std::optional<BlockOrder> read_block_order(std::string_view json);

struct BlockWords {
  std::string_view title, why, remedy;           // Chinese
  std::string_view title_en, why_en, remedy_en;  // English
};
// nullptr: nobody could be asked.
const BlockWords& words_of(const BlockAnswer* answer);

}  // namespace beian::gate
