// Every diary of tests/scenarios/orders on every database.
#include <gtest/gtest.h>

#include <set>

#include "diary.hpp"
#include "orders/kind.hpp"

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

TEST(DiariesCover, EveryKindServiceCodeAndAccountQuestion) {
  std::set<std::string> told;
  for (const auto& name : diaries())
    for (const auto& word : read_diary(name)["covers"].items()) told.insert(word.as_string());
  std::vector<std::string> wanted{"service:app", "service:mini_program", "service:quick_app",
                                  "kind:transfer"};
  for (const auto& kind : orders::order_kinds()) wanted.push_back("kind:" + std::string(kind.name));
  for (const auto* state : {"unused", "granted", "in_filing", "used", "void"})
    wanted.push_back(std::string("code:") + state);
  for (const auto* question : {"entities_per_account", "accounts_per_entity", "identity_is_entity",
                               "domain_holder", "other_account", "open_orders"})
    wanted.push_back(std::string("account:") + question);
  for (const auto& word : wanted) EXPECT_TRUE(told.contains(word)) << "no diary covers " << word;
}

}  // namespace
}  // namespace beian::diary
