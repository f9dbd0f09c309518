// What people call kinds and states of orders, in both languages.
#pragma once

#include <string_view>

#include "orders/kind.hpp"

namespace beian::orders {

// 首次备案, First filing; the Chinese ones are those of the tables (kind.cpp, machine.cpp).
std::string_view title_of(const OrderKind& kind, Language language);
std::string_view title_of(State state, Language language);
// Of the actor who acts next; "nobody" has one as well.
std::string_view actor_title(std::string_view actor, Language language);

}  // namespace beian::orders
