// Who else uses a phone, and what an entity has on file; on both databases.
#include "registry/contacts.hpp"

#include <gmock/gmock.h>

#include "registry/holdings.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"
#include "testing/database.hpp"

namespace beian::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const TimePoint kNow{Millis{1'780'000'000'000}};
const std::string kCertificate = "91990000MA0000000X", kOtherCertificate = "91990000MA0000001W";

class Contacts : public ::testing::TestWithParam<std::string> {
 protected:
  void file(const test::EntitySample& entity, const std::string& mobile, int64_t service = 1) {
    Json filed = test::record_of(
        entity, {{service,
                  entity.number + "-1",
                  {{service, "yangli-" + std::to_string(service) + "-example.cn"}}}});
    filed.find("entity")->find("manager")->set("mobile", mobile);
    filed.find("services")->items()[0].find("manager")->set("mobile", mobile);
    db_.database->write([&](db::Tx& tx) {
      const auto recorded = record(tx, kNow, cipher_, "a1", test::kOwn, filed);
      ASSERT_TRUE(recorded);
    });
  }
  test::EntitySample other() {
    test::EntitySample out;
    out.id = 2;
    out.number = "粤ICP备2026000002号";
    out.certificate = kOtherCertificate;
    return out;
  }
  bool used(const std::string& mobile, const std::string& own) {
    return db_.database->read_value(
        [&](db::Tx& tx) { return used_elsewhere(tx, cipher_, Contact::mobile, mobile, own); });
  }
  Json manager() { return test::record_of({}, {{}})["services"].at(0)["manager"]; }
  int64_t organizations(const std::string& own) {
    return db_.database->read_value([&](db::Tx& tx) {
      return organizations_managed(tx, cipher_, manager()["certificate_number"].as_string(), own);
    });
  }
  testing::TestDatabase db_ = testing::make_database(GetParam());
  Secret key_{std::string(32, 'k')};
  crypto::ColumnCipher cipher_{key_};
};
INSTANTIATE_TEST_SUITE_P(Backends, Contacts, ::testing::ValuesIn(testing::backends()));

TEST_P(Contacts, AnotherEntitysPhoneIsUsedElsewhereOnesOwnIsNot) {
  file({}, "13800000001");
  EXPECT_TRUE(used("13800000001", kOtherCertificate));
  EXPECT_FALSE(used("13800000001", kCertificate));
  EXPECT_FALSE(used("13800000002", kOtherCertificate));
  EXPECT_FALSE(used("", kOtherCertificate));
  // What was changed is free again.
  file({}, "13800000003");
  EXPECT_FALSE(used("13800000001", kOtherCertificate));
  EXPECT_TRUE(used("13800000003", kOtherCertificate));
}

TEST_P(Contacts, ManyAreAskedAboutAtOnce) {
  file({}, "13800000001");
  const Json person = manager();
  const std::vector<ContactValue> values = {
      {Contact::mobile, "13800000001"},
      {Contact::mobile, ""},
      {Contact::email, "13800000001"},  // the same text as another kind of contact
      {Contact::certificate, person["certificate_number"].as_string()},
      {Contact::mobile, "13800000002"},
      {Contact::mobile, "13800000001"}};
  const auto asked = [&](const std::string& own) {
    return db_.database->read_value(
        [&](db::Tx& tx) { return used_elsewhere(tx, cipher_, values, own); });
  };
  EXPECT_THAT(asked(kOtherCertificate), ElementsAre(true, false, false, true, false, true));
  EXPECT_THAT(asked(kCertificate), ElementsAre(false, false, false, false, false, false));
  EXPECT_THAT(db_.database->read_value([&](db::Tx& tx) {
    return used_elsewhere(tx, cipher_, std::vector<ContactValue>{}, kCertificate);
  }),
              IsEmpty());
}

TEST_P(Contacts, ACancelledEntityUsesNothing) {
  file({}, "13800000001");
  db_.database->write(
      [&](db::Tx& tx) { ASSERT_TRUE(cancel(tx, kNow, Cancel::entity, {440000}, 1)); });
  EXPECT_FALSE(used("13800000001", kOtherCertificate));
}

TEST_P(Contacts, OrganizationsOfAServiceManagerAreCounted) {
  EXPECT_EQ(organizations("91990000MA0000002U"), 0);
  file({}, "13800000001", 1);
  file(other(), "13800000002", 2);
  EXPECT_EQ(organizations("91990000MA0000002U"), 2);
  EXPECT_EQ(organizations(kCertificate), 1);
}

TEST_P(Contacts, WhatWasRecordedBeforeIsIndexedOnce) {
  file({}, "13800000001", 1);
  file(other(), "13800000002", 2);
  db_.database->write([](db::Tx& tx) { tx.exec("DELETE FROM registry_contacts", {}); });
  EXPECT_FALSE(used("13800000001", kOtherCertificate));
  EXPECT_EQ(index_contacts(*db_.database, cipher_, 1), 1u);
  EXPECT_EQ(index_contacts(*db_.database, cipher_, 1), 1u);
  EXPECT_EQ(index_contacts(*db_.database, cipher_, 1), 0u);
  EXPECT_TRUE(used("13800000001", kOtherCertificate));
  EXPECT_TRUE(used("13800000002", kCertificate));
  EXPECT_EQ(organizations("91990000MA0000002U"), 2);
}

TEST_P(Contacts, HoldingsOfACertificate) {
  const auto held = [&](const std::string& certificate) {
    return db_.database->read_value(
        [&](db::Tx& tx) { return holdings_of(tx, cipher_, 1, certificate); });
  };
  EXPECT_THAT(held(kCertificate).entity_numbers, IsEmpty());
  file({}, "13800000001", 1);
  file(other(), "13800000002", 2);
  EXPECT_THAT(held(kCertificate).entity_numbers, ElementsAre("粤ICP备2026000001号"));
  EXPECT_THAT(held(kCertificate).domains, ElementsAre("yangli-1-example.cn"));
  EXPECT_EQ(held(kCertificate).service_names.size(), 1u);
  db_.database->write(
      [&](db::Tx& tx) { ASSERT_TRUE(cancel(tx, kNow, Cancel::service, {440000}, 1)); });
  EXPECT_THAT(held(kCertificate).entity_numbers, ElementsAre("粤ICP备2026000001号"));
  EXPECT_THAT(held(kCertificate).domains, IsEmpty());
}

}  // namespace
}  // namespace beian::registry
