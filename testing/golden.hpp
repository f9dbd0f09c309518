// Comparing with a file under tests/golden/. BEIAN_GOLDEN=write writes the files anew; then read
// the difference before committing it.
#pragma once

#include <string>
#include <string_view>

namespace beian::testing {

// Fails the test with the first line that differs.
void expect_golden(std::string_view path_under_tests_golden, std::string_view actual);

// A data file of the tests, by its path from the root of the tree; throws when it is not there.
std::string tree_file(std::string_view path);

}  // namespace beian::testing
