// A reported record as people read it: every field with its Chinese title from the wire profile,
// codes and addresses in words, beside what the library has.
#pragma once

#include <string>

#include "base/json.hpp"
#include "wire/profile.hpp"

namespace beian::sandbox {

// Rows (<tr>) of title, library's value, reported value; a row that differs is marked. `filed`
// null: nothing to compare with, and no column for it. Pictures are left out.
std::string record_table(const wire::Element& record, const Json& reported, const Json* filed);

// The element of an upload operation's record: "icp", "new_filings". Throws std::logic_error.
const wire::Element& record_element(const wire::Profile& profile, std::string_view block,
                                    std::string_view path);

}  // namespace beian::sandbox
