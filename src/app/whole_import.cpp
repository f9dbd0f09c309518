#include "app/whole_import.hpp"

#include "base/text.hpp"
#include "china/regions.hpp"
#include "registry/public_query.hpp"

namespace beian::app {

Result<std::vector<int64_t>> stated_provinces(const std::string& text) {
  std::vector<int64_t> out;
  if (text == "all") return china::filing_provinces();
  for (const auto& part : text::split(text, ',')) {
    int64_t code = 0;
    if (!text::parse_i64(part, code) || china::province_of(code) != code ||
        china::filing_prefix_of(code).empty())
      return fail(ProblemCode::code_unknown, "--whole", {{"code", std::string(part)}});
    out.push_back(code);
  }
  return out;
}

MarkedWhole mark_imported_whole(db::Database& database, const std::vector<int64_t>& provinces,
                                TimePoint as_of) {
  MarkedWhole out;
  database.write([&](db::Tx& tx) {
    out = {};
    for (const int64_t province : provinces)
      (registry::has_entities_of(tx, province) ? out.marked : out.empty).push_back(province);
    registry::mark_whole(tx, out.marked, as_of);
  });
  return out;
}

}  // namespace beian::app
