#include "testing/golden.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace beian::testing {

namespace {

std::string first_difference(const std::string& expected, const std::string& actual) {
  std::istringstream left(expected), right(actual);
  for (int line = 1;; ++line) {
    std::string a, b;
    const bool more_a = static_cast<bool>(std::getline(left, a));
    const bool more_b = static_cast<bool>(std::getline(right, b));
    if (!more_a && !more_b) return "only the end of the last line differs";
    if (a == b && more_a == more_b) continue;
    return "line " + std::to_string(line) + "\n  golden: " + (more_a ? a : "(no more lines)") +
           "\n  actual: " + (more_b ? b : "(no more lines)");
  }
}

}  // namespace

void expect_golden(std::string_view path_under_tests_golden, std::string_view actual) {
  const std::filesystem::path path =
      std::filesystem::path(BEIAN_SOURCE_DIR) / "tests/golden" / path_under_tests_golden;
  const char* mode = std::getenv("BEIAN_GOLDEN");
  if (mode && std::string_view(mode) == "write") {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << actual;
    out.flush();
    EXPECT_TRUE(out.good()) << "cannot write " << path;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in.good()) << path << " is missing; BEIAN_GOLDEN=write makes it";
  const std::string expected((std::istreambuf_iterator<char>(in)), {});
  EXPECT_TRUE(expected == actual) << path << " differs, "
                                  << first_difference(expected, std::string(actual))
                                  << "\nIf the change is meant: BEIAN_GOLDEN=write";
}

std::string tree_file(std::string_view path) {
  std::ifstream in(std::filesystem::path(BEIAN_SOURCE_DIR) / path, std::ios::binary);
  if (!in) throw std::runtime_error("no file " + std::string(path));
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace beian::testing
