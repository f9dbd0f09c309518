#include "addresses/validate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "addresses/machine.hpp"
#include "addresses/sample_for_test.hpp"
#include "base/problem_codes.hpp"

namespace beian::addresses {
namespace {

using namespace test;
using Lines = std::vector<std::string>;

Lines lines(const Problems& problems) {
  Lines out;
  for (const auto& p : problems) out.push_back(std::string(spec_of(p.code).name) + "@" + p.field);
  std::ranges::sort(out);
  return out;
}
Lines faults(Block block, const Json& document) {
  return lines(validate(block, normalized(document), kOwnUnit));
}
Json without_field(Json document, std::string_view name) {
  document.erase(name);
  return document;
}

TEST(AddressValidate, TheSamplesAreGood) {
  EXPECT_EQ(faults(Block::source, source()), Lines{});
  for (const int64_t use : {kUsed, kPassedOn, kSelfUsed, kReserved})
    EXPECT_EQ(faults(Block::assignment, assignment(use)), Lines{}) << use;
  EXPECT_EQ(faults(Block::broadcast, broadcast()), Lines{});
  for (const int64_t kind : {kFromElsewhere, kFromReportingUnit})
    EXPECT_EQ(faults(Block::own, own(kind)), Lines{}) << kind;
}

// The note at Fpsy, word for word: what must not be empty for each use, and what is filled in.
TEST(AddressValidate, TheConditionalFieldsOfAnAssignment) {
  struct Row {
    int64_t use;
    Lines must, may;
  };
  const std::vector<Row> rows = {
      {kUsed,
       {"manner", "assigned", "name", "nature", "province", "city", "address", "contact_name",
        "contact_phone", "contact_email"},
       {"unit_class", "industry", "county", "redirect_server", "gateway", "gateway_address"}},
      {kPassedOn, {"assigned_to"}, {}},
      {kSelfUsed, {"manner", "assigned"}, {"gateway", "gateway_address"}},
      {kReserved, {}, {}},
  };
  const Json everything = with(assignment(kUsed), Json::object({{"assigned_to", 1002}}));
  for (const auto& row : rows) {
    Json all = everything;
    all.set("use", row.use);
    for (const auto& [name, value] : everything.members()) {
      if (name == "from" || name == "to" || name == "use") continue;
      const bool must = std::ranges::count(row.must, name) > 0;
      const bool may = std::ranges::count(row.may, name) > 0;
      const auto told = faults(Block::assignment, all);
      EXPECT_EQ(std::ranges::count(told, "not_applicable@/" + name), must || may ? 0 : 1)
          << row.use << name;
      const auto missing = faults(Block::assignment, without_field(all, name));
      EXPECT_EQ(std::ranges::count(missing, "required@/" + name), must ? 1 : 0) << row.use << name;
    }
  }
}

TEST(AddressValidate, WhatABroughtAlongRangeComesFrom) {
  EXPECT_EQ(faults(Block::own, without_field(own(kFromReportingUnit), "source_id")),
            Lines{"required@/source_id"});
  EXPECT_EQ(faults(Block::own, without_field(own(kFromElsewhere), "source_name")),
            Lines{"required@/source_name"});
  Json both = own(kFromElsewhere);
  both.set("source_id", 9);
  EXPECT_EQ(faults(Block::own, both), Lines{"not_applicable@/source_id"});
  for (const auto* field : {"source_kind", "manner", "assigned", "redirect_server", "name",
                            "nature", "province", "city", "address", "contact_name",
                            "contact_phone", "contact_email", "gateway", "gateway_address"}) {
    const auto told = faults(Block::own, without_field(own(), field));
    EXPECT_EQ(std::ranges::count(told, "required@/" + std::string(field)), 1) << field;
  }
  EXPECT_EQ(faults(Block::own, without_field(own(), "county")), Lines{});
}

TEST(AddressValidate, EveryFaultHasItsPlaceAndAllAreTold) {
  Json bad = assignment(kUsed);
  bad.set("from", "203.0.113.20");
  bad.set("manner", 9);
  bad.set("assigned", "2026-02-30");
  bad.set("redirect_server", 2);
  bad.set("nature", 99);
  bad.set("city", 110100);
  bad.set("contact_name", "丁");
  bad.set("contact_phone", "123");
  bad.set("contact_email", "nobody");
  bad.set("gateway", "203.0.113.256");
  bad.set("unit_class", "2");
  bad.set("colour", "red");
  EXPECT_EQ(faults(Block::assignment, bad),
            (Lines{"bad_email@/contact_email", "bad_format@/assigned", "bad_ip_address@/gateway",
                   "bad_ip_range@/to", "bad_phone@/contact_phone", "code_unknown@/manner",
                   "code_unknown@/nature", "out_of_range@/redirect_server", "region_mismatch@/city",
                   "region_mismatch@/county", "too_short@/contact_name", "unknown_field@/colour",
                   "wrong_type@/unit_class"}));
}

TEST(AddressValidate, RangesAreIpv4AndPublic) {
  const auto of = [](const std::string& from, const std::string& to) {
    return faults(Block::source, source(from, to));
  };
  EXPECT_EQ(of("203.0.113.5", "203.0.113.5"), Lines{});
  EXPECT_EQ(of("10.0.0.1", "10.0.0.9"), Lines{"address_not_public@/from"});
  EXPECT_EQ(of("9.255.255.0", "11.0.0.0"), Lines{"address_not_public@/from"});
  EXPECT_EQ(of("255.255.255.255", "255.255.255.255"), Lines{"address_not_public@/from"});
  EXPECT_EQ(of("0.0.0.0", "1.0.0.1"), Lines{"bad_ip_address@/from"});
  EXPECT_EQ(of("2001:db8::1", "2001:db8::2"), (Lines{"ipv4_only@/from", "ipv4_only@/to"}));
  EXPECT_EQ(of("", "203.0.113.9"), Lines{"required@/from"});
  Json number = source();
  number.set("from", 3405803777);
  EXPECT_EQ(faults(Block::source, number), Lines{"wrong_type@/from"});
}

TEST(AddressValidate, UnitsMustDifferWhereTheInterfaceSaysSo) {
  EXPECT_EQ(faults(Block::source, with(source(), Json::object({{"source_unit", kOwnUnit}}))),
            Lines{"same_unit@/source_unit"});
  EXPECT_EQ(faults(Block::assignment,
                   with(assignment(kPassedOn), Json::object({{"assigned_to", kOwnUnit}}))),
            Lines{"same_unit@/assigned_to"});
  EXPECT_EQ(
      faults(Block::broadcast, with(broadcast(), Json::object({{"broadcast_unit", kOwnUnit}}))),
      Lines{"same_unit@/applicant_unit"});
  EXPECT_EQ(faults(Block::source, with(source(), Json::object({{"source_unit", 0}}))),
            Lines{"out_of_range@/source_unit"});
}

TEST(AddressValidate, LengthsAreThoseOfTheWire) {
  Json with_remark = source();
  with_remark.set("remark", std::string(513, 'x'));
  EXPECT_EQ(faults(Block::source, with_remark), Lines{"too_long@/remark"});
  Json reserved = assignment(kReserved);
  reserved.set("remark", std::string(1024, 'x'));
  EXPECT_EQ(faults(Block::assignment, reserved), Lines{});
  reserved.set("remark", std::string(1025, 'x'));
  EXPECT_EQ(faults(Block::assignment, reserved), Lines{"too_long@/remark"});
}

TEST(AddressValidate, NormalFormIsStable) {
  const Json messy = Json::object({{"remark", "  "},
                                   {"colour", " red "},
                                   {"contact_phone", "(0755) 26000001"},
                                   {"to", " 203.0.113.9 "},
                                   {"from", "203.0.113.1"},
                                   {"use", nullptr}});
  const Json normal = normalized(messy);
  EXPECT_EQ(to_string(normal),
            R"({"from":"203.0.113.1","to":"203.0.113.9","contact_phone":"0755-26000001",)"
            R"("colour":"red"})");
  EXPECT_EQ(normalized(normal), normal);
}

TEST(AddressValidate, EndsAreNumbers) {
  EXPECT_EQ(ends_of(source()), (Ends{3405803776, 3405804031}));
  EXPECT_EQ(ends_of(range("203.0.113.9", "203.0.113.1")), std::nullopt);
  EXPECT_EQ(ends_of(Json::object()), std::nullopt);
  EXPECT_EQ(text_of(Ends{3405803777, 3405803785}), "203.0.113.1-203.0.113.9");
}

TEST(AddressMachine, EveryEventLeadsToOnePlaceAndEveryPlaceIsReached) {
  std::vector<Standing> seen;
  for (const auto& t : transitions()) {
    EXPECT_EQ(std::ranges::count_if(transitions(),
                                    [&](const Transition& o) {
                                      return o.from == t.from && o.operation == t.operation &&
                                             o.event == t.event;
                                    }),
              1);
    seen.push_back({t.to, t.next});
  }
  // From a draft everything that has a row can be reached.
  std::vector<Standing> reached = {{State::draft, Operation::add}};
  for (size_t i = 0; i < reached.size(); ++i)
    for (const auto& t : transitions()) {
      const Standing to{t.to, t.next};
      if (Standing{t.from, t.operation} == reached[i] && std::ranges::count(reached, to) == 0)
        reached.push_back(to);
    }
  for (const auto& t : transitions())
    EXPECT_EQ(std::ranges::count(reached, Standing{t.from, t.operation}), 1)
        << name_of(t.from) << name_of(t.operation);
  // A record in a file waits for its result and for nothing else.
  EXPECT_TRUE(allowed_events({State::reporting, Operation::change}).empty());
  EXPECT_TRUE(allowed_events({State::deleted, Operation::remove}).empty());
}

TEST(AddressMachine, FiledIsWhatTheAuthorityHolds) {
  EXPECT_FALSE(is_filed({State::draft, Operation::add}));
  EXPECT_FALSE(is_filed({State::reporting, Operation::add}));
  EXPECT_TRUE(is_filed({State::filed, Operation::add}));
  EXPECT_TRUE(is_filed({State::refused, Operation::change}));
  EXPECT_TRUE(is_filed({State::reporting, Operation::remove}));
  EXPECT_FALSE(is_filed({State::deleted, Operation::remove}));
}

}  // namespace
}  // namespace beian::addresses
