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

TEST(DecideKind, NobodysEntityIsClaimed) {
  Known known;
  known.entity = Where::elsewhere;
  known.unowned = true;
  known.entity_number = "粤ICP备2026000001号";
  known.names = {kServed};
  const auto claim = decide_kind(known, {"", {"/domains/0"}});
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->kind->name, "claim");
  EXPECT_TRUE(claim->password);
  known.names = {kFree};
  const auto added = decide_kind(known, {"", {"/domains/0"}});
  ASSERT_TRUE(added);
  EXPECT_EQ(added->kind->name, "add_service");
  EXPECT_NE(added->explanation.find("认领备案"), std::string::npos);
  known.names = {kServed, kForeign};
  EXPECT_FALSE(decide_kind(known, {"", {"/domains/0", "/domains/1"}}));
}

TEST(DecideKind, AForeignWebsiteMayComeOver) {
  Known known;
  known.names = {kForeign, kForeign};
  known.movable = kForeign.service_number;
  const KnownFields fields{"/certificate/number", {"/domains/0", "/domains/1"}};
  const auto move = decide_kind(known, fields);
  ASSERT_TRUE(move);
  EXPECT_EQ(move->kind->name, "migrate");
  EXPECT_FALSE(move->password);
  for (const auto* word : {"粤ICP备2026000009号-1", "注销", "保持接入"})
    EXPECT_NE(move->explanation.find(word), std::string::npos) << word;
  known.entity = Where::elsewhere;
  known.entity_number = "粤ICP备2026000001号";
  EXPECT_TRUE(decide_kind(known, fields)->password);

  known.movable.clear();
  known.immovable = "样例原因";
  known.immovable_name = 1;
  const auto stays = decide_kind(known, fields);
  ASSERT_FALSE(stays);
  ASSERT_EQ(stays.error().size(), 3u);
  EXPECT_EQ(stays.error().back().code, ProblemCode::migration_not_taken);
  EXPECT_EQ(stays.error().back().field, "/domains/1");
  // Not everything that was asked for is the website.
  known.movable = kForeign.service_number;
  known.names = {kForeign, kFree};
  EXPECT_FALSE(decide_kind(known, fields));
}

TEST(DecideKind, ADomainRegisteredAfterItsFilingIsAFormerHolders) {
  Known known;
  known.names = {kForeign};
  const KnownFields fields{"/certificate/number", {"/domains/0"}};
  const auto told = [&](const std::string& filed, const std::string& registered) {
    known.names[0].filed_since = filed;
    known.names[0].registered = registered;
    return decide_kind(known, fields).error();
  };
  const auto late = told("2020-03-01", "2026-06-01");
  ASSERT_EQ(late.size(), 2u);
  EXPECT_EQ(late[0].code, ProblemCode::filed_elsewhere);
  EXPECT_EQ(late[1].code, ProblemCode::domain_registered_after_filing);
  EXPECT_EQ(late[1].field, "/domains/0");
  EXPECT_EQ(told("2026-06-01", "2020-03-01").size(), 1u);
  EXPECT_EQ(told("2026-06-01", "2026-06-01").size(), 1u);
  EXPECT_EQ(told("", "2026-06-01").size(), 1u);
  EXPECT_EQ(told("2020-03-01", "").size(), 1u);
}

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
