// Comparing with a file under tests/golden/. BEIAN_GOLDEN=write writes the files anew; then read
// the difference before committing it.
#pragma once

#include <string_view>

namespace beian::testing {

// Fails the test with the first line that differs.
void expect_golden(std::string_view path_under_tests_golden, std::string_view actual);

}  // namespace beian::testing
