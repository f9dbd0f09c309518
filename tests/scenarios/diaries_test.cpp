// Every diary of tests/scenarios/orders on every database.
#include <gtest/gtest.h>

#include "diary.hpp"

namespace beian::diary {
namespace {

using Played = std::tuple<std::string, std::string>;  // diary, database

class Diaries : public ::testing::TestWithParam<Played> {};

INSTANTIATE_TEST_SUITE_P(Orders, Diaries,
                         ::testing::Combine(::testing::ValuesIn(diaries()),
                                            ::testing::ValuesIn(testing::backends())),
                         [](const auto& played) {
                           std::string name =
                               std::get<0>(played.param) + "_" + std::get<1>(played.param);
                           for (char& c : name)
                             if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                           return name;
                         });

TEST_P(Diaries, GoesAsWritten) {
  const auto& [name, backend] = GetParam();
  Player player(read_diary(name), backend);
  for (const auto& line : player.play()) ADD_FAILURE() << name << line;
}

}  // namespace
}  // namespace beian::diary
