// The JSON of the tools that most programs ask about filings: those pass on what the ministry's own
// site answers (queryByCondition, a page of PageHelper), so that a client needs only another
// address. Sources: docs/adr/0034-public-query.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "registry/public_query.hpp"

namespace beian::registry {

struct CompatibleQuery {
  // web, app, mapp, kapp; with a b before it, whether it is listed as unlawful
  std::string type, search;
  int64_t page = 1, size = 10;
};
inline constexpr int64_t kMostCompatibleRows = 40;  // a page; more are asked for in vain

// pageNum and pageSize as clients send them, texts or numbers: what is none, or empty, is the
// default.
int64_t compatible_number(std::string_view text, int64_t otherwise, int64_t most);

// Always {"code", …}: 200 with "params", 101 without a search, 102 for a type that cannot be told.
Json compatible_answer(db::Tx& tx, const CompatibleQuery& query);

}  // namespace beian::registry
