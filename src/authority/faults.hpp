// What a result code (Jgdm) of a new filing says about the applicant's document.
#pragma once

#include <cstddef>
#include <string>

namespace beian::authority {

// The field (JSON pointer into the order's document) that a code is about; "" when the code does
// not tell. With more than one service a code does not say which: "/services".
std::string field_of_fault(int code, size_t services);

// A harmless success beside other results (1001, 1060, 1062), by the code table.
bool is_success_code(int code);

}  // namespace beian::authority
