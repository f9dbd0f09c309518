// A reported record as people read it: every field with its Chinese title from the wire profile,
// codes and addresses in words, beside what the library has.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "wire/profile.hpp"

namespace beian::sandbox {

// A field. `part` is where it stands: "主体信息 / 负责人信息".
struct ViewRow {
  std::string part, title, before, now;
  bool differs = false;
};
// Rows of title, library's value, reported value. `filed` null: nothing to compare with. Pictures
// are left out.
std::vector<ViewRow> field_rows(const wire::Element& record, const Json& reported,
                                const Json* filed);
// The same as HTML; a row that differs is marked. Without `compared` there is no column for what
// the library has.
std::string record_table(const std::vector<ViewRow>& rows, bool compared);

// The element of an upload operation's record: "icp", "new_filings". Throws std::logic_error.
const wire::Element& record_element(const wire::Profile& profile, std::string_view block,
                                    std::string_view path);

}  // namespace beian::sandbox
