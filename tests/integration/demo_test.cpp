// The job in one command, as a stranger runs it: on both databases and under both profiles.
#include <gtest/gtest.h>

#include <cstdlib>
#include <tuple>

#include "base/json.hpp"
#include "base/text.hpp"
#include "testing/database.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

class Demo : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Demo, EndsWithTheNumberAndTheOpenDomain) {
  const auto& [backend, profile] = GetParam();
  std::vector<std::string> command{
      beian_binary(), "demo",      "--once", "data/demo/first-website.json",
      "--json",       "--profile", profile};
  if (backend == "postgres")
    command.insert(command.end(), {"--database", std::getenv("BEIAN_TEST_POSTGRES")});
  const auto done = testing::run(command);
  EXPECT_EQ(done.exit_code, 0) << done.output;

  const auto lines = text::split(text::trim(done.output), '\n');
  EXPECT_GE(lines.size(), 8u);
  for (const auto& line : lines) EXPECT_TRUE(parse_json(line)) << line;
  const Json last = parse_json(lines.back()).value();
  EXPECT_TRUE(last["ok"].as_bool()) << lines.back();
  EXPECT_TRUE(last["filing_number"].as_string().starts_with("粤ICP备")) << lines.back();
  EXPECT_EQ(last["service_number"].as_string(), last["filing_number"].as_string() + "-1");
  EXPECT_EQ(last["access"]["answer"].as_string(), "allow");
}

TEST(DemoOnce, WrongScenarioIsRefusedWithItsPlace) {
  const testing::TempFolder folder;
  const auto done = testing::run({beian_binary(), "demo", "--once", folder.path("nothing.json")});
  EXPECT_EQ(done.exit_code, 2);
}

INSTANTIATE_TEST_SUITE_P(Everywhere, Demo,
                         ::testing::Combine(::testing::ValuesIn(testing::backends()),
                                            ::testing::Values("openbeian-3.1", "miit-3.0")));

}  // namespace
}  // namespace beian::tests
