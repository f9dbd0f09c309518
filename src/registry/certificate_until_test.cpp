// Until when an entity's certificate holds, on both databases.
#include "registry/certificate_until.hpp"

#include <gtest/gtest.h>

#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"
#include "testing/database.hpp"

namespace beian::registry::test {
namespace {

class CertificateUntil : public ::testing::TestWithParam<std::string> {
 protected:
  std::string until(const Json& told) {
    Json record = record_of({}, {ServiceSample{}});
    if (!told.is_null()) record.find("entity")->set("certificate_valid_until", told);
    EXPECT_TRUE(db.database->write_result(
        [&](db::Tx& tx) { return registry::record(tx, clock.now(), cipher, "a1", kOwn, record); }));
    return db.database->read_value(
        [&](db::Tx& tx) { return certificate_until(tx, cipher, 440000, 1); });
  }
  testing::TestDatabase db = testing::make_database(GetParam());
  FakeClock clock;
  crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
};
INSTANTIATE_TEST_SUITE_P(Backends, CertificateUntil, ::testing::ValuesIn(testing::backends()));

TEST_P(CertificateUntil, IsADayOrNotTold) {
  EXPECT_EQ(until({}), "");
  EXPECT_EQ(until("2027-01-31"), "2027-01-31");
  EXPECT_EQ(until("2028-02-29 00:00:00"), "2028-02-29");
  EXPECT_EQ(until("长期有效，没有期限"), "");
  EXPECT_EQ(
      db.database->read_value([&](db::Tx& tx) { return certificate_until(tx, cipher, 440000, 2); }),
      "");
}

}  // namespace
}  // namespace beian::registry::test
