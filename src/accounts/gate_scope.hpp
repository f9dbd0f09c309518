// What a gate's token needs, and nothing else: a token with this alone reads what is filed of
// everybody (public facts, all at once) and changes nothing. Officers and administrators hold it.
#pragma once

#include "platform/http/router.hpp"

namespace beian::accounts {

inline constexpr http::Scope kGate{"gate:read"};

}  // namespace beian::accounts
