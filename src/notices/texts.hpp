// Every kind of in-site notice: its words in both languages.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/problem_codes.hpp"

namespace beian::notices {

struct Kind {
  std::string_view name;   // "order.review_passed"
  std::string_view event;  // of the order that tells it; "" when it is told by notices.tell
  // {name}: members of the notice's args. {subject} is what the order is about (a domain or a
  // number), {kind} its kind of order; orders.changed fills both in.
  std::string_view title_zh, title_en, text_zh, text_en;
};

std::span<const Kind> kinds();
const Kind* find_kind(std::string_view name);  // nullptr: none of ours
// The notice that an order's event makes; nullptr: none.
const Kind* kind_of_event(std::string_view event);

// The words; a name that the args lack becomes "—".
std::string title_of(const Kind& kind, const Json& args, Language language);
std::string text_of(const Kind& kind, const Json& args, Language language);

}  // namespace beian::notices
