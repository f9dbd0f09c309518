// Which kind is found: a table of what is known.
#include "orders/decide_kind.hpp"

#include <gtest/gtest.h>

namespace beian::orders {
namespace {

using Where = Known::Where;
using Domain = Known::Domain;

struct Case {
  Where entity;
  std::vector<Known::Name> names;
  std::string wanted;  // a kind, or problems "code@field …"
  bool password = false;
};

class DecideKind : public ::testing::TestWithParam<Case> {};

TEST_P(DecideKind, IsFoundAndExplained) {
  const auto& [entity, names, wanted, password] = GetParam();
  Known known;
  known.entity = entity;
  known.entity_number = entity == Where::nowhere ? "" : "粤ICP备2026000001号";
  known.names = names;
  KnownFields fields{"/certificate/number", {}};
  for (size_t i = 0; i < names.size(); ++i) fields.names.push_back("/domains/" + std::to_string(i));
  const auto decided = decide_kind(known, fields);
  if (!decided) {
    std::string told;
    for (const auto& problem : decided.error())
      told +=
          (told.empty() ? "" : " ") + std::string(spec_of(problem.code).name) + "@" + problem.field;
    EXPECT_EQ(told, wanted);
    return;
  }
  EXPECT_EQ(decided->kind->name, wanted);
  EXPECT_EQ(decided->password, password);
  EXPECT_NE(decided->explanation.find(decided->kind->title), std::string::npos);
  if (entity != Where::nowhere) {
    EXPECT_NE(decided->explanation.find("粤ICP备2026000001号"), std::string::npos);
  }
}

const Known::Name kFree{Domain::free, ""};
const Known::Name kServed{Domain::served, "粤ICP备2026000001号-1"};
const Known::Name kUnserved{Domain::unserved, "粤ICP备2026000001号-1"};
const Known::Name kUnservedToo{Domain::unserved, "粤ICP备2026000001号-2"};
const Known::Name kForeign{Domain::foreign, "粤ICP备2026000009号-1"};
constexpr auto kApp = china::ServiceKind::app;
const Known::Name kFreeApp{Domain::free, "", kApp};
const Known::Name kServedApp{Domain::served, "粤ICP备2026000001号-2A", kApp};
const Known::Name kUnservedApp{Domain::unserved, "粤ICP备2026000001号-2A", kApp};
const Known::Name kForeignApp{Domain::foreign, "粤ICP备2026000009号-2A", kApp};
INSTANTIATE_TEST_SUITE_P(
    Apps, DecideKind,
    ::testing::Values(Case{Where::nowhere, {kFreeApp}, "first"},
                      Case{Where::here, {kFree, kFreeApp}, "add_service"},
                      Case{Where::here, {kUnservedApp, kUnservedApp}, "add_access", true},
                      // Its domains say nothing of the access.
                      Case{Where::elsewhere, {kFree, kUnservedApp}, "add_access", true},
                      Case{Where::here, {kUnservedApp, kFreeApp}, "kind_differs@/domains/0"},
                      Case{Where::here, {kServedApp}, "app_filed@/domains/0"},
                      Case{Where::nowhere, {kFree, kForeignApp}, "app_filed@/domains/1"},
                      Case{Where::here,
                           {kForeign, kServedApp},
                           "filed_elsewhere@/domains/0 app_filed@/domains/1"}));
INSTANTIATE_TEST_SUITE_P(
    Table, DecideKind,
    ::testing::Values(Case{Where::nowhere, {kFree}, "first"},
                      Case{Where::nowhere, {kFree, kFree}, "first"},
                      Case{Where::here, {kFree}, "add_service"},
                      Case{Where::elsewhere, {kFree}, "add_service", true},
                      Case{Where::here, {kUnserved}, "add_access", true},
                      Case{Where::elsewhere, {kUnserved, kUnserved}, "add_access", true},
                      Case{Where::here, {kServed}, "already_filed@/domains/0"},
                      Case{Where::nowhere, {kFree, kForeign}, "filed_elsewhere@/domains/1"},
                      Case{Where::here,
                           {kServed, kForeign},
                           "already_filed@/domains/0 filed_elsewhere@/domains/1"},
                      Case{Where::elsewhere, {kFree, kUnserved}, "kind_differs@/domains/1"},
                      Case{
                          Where::elsewhere, {kUnserved, kUnservedToo}, "kind_differs@/domains/1"}));

TEST(DecideKind, SaysWhenTheAuthorityCouldNotAnswer) {
  Known known;
  known.names = {kFree};
  const auto sure = decide_kind(known, {"", {""}});
  known.unsure = true;
  const auto unsure = decide_kind(known, {"", {""}});
  EXPECT_EQ(sure->explanation.find("再次核对"), std::string::npos);
  EXPECT_NE(unsure->explanation.find("再次核对"), std::string::npos);
}

}  // namespace
}  // namespace beian::orders
