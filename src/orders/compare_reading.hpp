// What a material's picture says, against what the applicant wrote. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace beian::orders {

enum class Verdict {
  same,     // it stands there, but for blanks, widths, punctuation and letters that look alike
  similar,  // something near it stands there
  missing,  // nothing like it
};
std::string_view name_of(Verdict verdict);  // "same", "similar", "missing"

struct ComparedField {
  std::string field;  // pointer into the document
  std::string expected;
  std::string found;  // the nearest part of the text, as it was read; empty: missing
  Verdict verdict = Verdict::missing;
};

// Is there anything to compare on materials of that purpose?
bool has_compared_fields(int purpose);

// The fields that should stand on that material, those that the document leaves empty left out.
// `document` as subject_of gives it, `owner` as the material has it ("/services/0"). What nobody
// compares (an icon, a face) has none.
std::vector<ComparedField> compare_reading(const Json& document, int purpose,
                                           const std::string& owner, std::string_view text);

}  // namespace beian::orders
