#include "authority/mapping.hpp"

#include <gtest/gtest.h>

#include <set>

#include "authority/samples_for_tests.hpp"
#include "base/encoding.hpp"
#include "testing/golden.hpp"
#include "wire/codec.hpp"

namespace beian::authority {
namespace {

std::vector<Attached> five_materials() {
  return {{2, "/entity", "样例执照"},
          {3, "/entity", "样例证件甲"},
          {1, "/services/0", "样例核验单"},
          {4, "/services/0", "样例证件乙"},
          {5, "/services/0", "样例照片"}};
}

Result<Json> first_filing_record(const Json& document, const RecordIds& ids,
                                 const std::vector<Attached>& attached) {
  auto mapped = map_new_filing({"icp/new_filings", document, ids, attached, 4401});
  if (!mapped) return fail(mapped);
  return std::move(mapped->record);
}

TEST(Mapping, TheWholeRecordAsTheWireHasIt) {
  const Json document = testing::sample_document();
  const auto record = first_filing_record(document, deal_ids(document, 100), five_materials());
  ASSERT_TRUE(record);
  beian::testing::expect_golden("authority/first_filing_record.json", to_pretty_string(*record));
}

TEST(Mapping, TheCodecTakesWhatItMakes) {
  const Json document = testing::sample_document();
  const auto record = first_filing_record(document, deal_ids(document, 1), five_materials());
  ASSERT_TRUE(record);
  for (const auto* name : {"miit-3.0", "openbeian-3.1"}) {
    wire::UploadBuilder builder(wire::Profile::named(name).value(), "icp", "new_filings", 4401);
    const auto added = builder.add(*record);
    ASSERT_TRUE(added) << added.error()[0].field;
    const auto xml = builder.finish();
    const auto back = wire::decode(*wire::Profile::named(name).value(), "UploadData", xml);
    ASSERT_TRUE(back);
    EXPECT_EQ((*back)["icp"]["new_filings"].at(0)["entity"]["name"].as_string(),
              "样例科技有限公司1");
    EXPECT_EQ((*back)["icp"]["new_filings"].at(0)["attachments"].size(), 5u);
  }
}

TEST(Mapping, EveryThingHasANumberOfItsOwn) {
  const Json document = testing::sample_document();
  const auto ids = deal_ids(document, 7);
  std::set<int64_t> seen = {ids.record};
  size_t n = 1;
  for (const auto& s : ids.services) {
    seen.insert(s.id), ++n;
    for (const auto d : s.domains) seen.insert(d), ++n;
    for (const auto& a : s.accesses) {
      seen.insert(a.id), ++n;
      for (const auto ip : a.addresses) seen.insert(ip), ++n;
    }
  }
  EXPECT_EQ(seen.size(), n);
  EXPECT_EQ(static_cast<int64_t>(n), ids_needed(document));
  EXPECT_EQ(*seen.begin(), 7);
  EXPECT_EQ(*seen.rbegin(), 7 + ids_needed(document) - 1);
}

TEST(Mapping, AddressesAreUnsigned32BitNumbers) {
  EXPECT_EQ(ipv4_number("203.0.113.1").value(), 3405803777);
  EXPECT_EQ(ipv4_number("255.255.255.255").value(), 4294967295);
  for (const auto* bad : {"", "0.0.0.0", "203.0.113", "203.0.113.256", "203.0.113.1 ", "::1", "x"})
    EXPECT_FALSE(ipv4_number(bad)) << bad;
}

TEST(Mapping, BadAddressesAreAllToldWithTheirPlace) {
  Json document = testing::sample_document();
  Json& addresses =
      *document.find("services")->items()[0].find("accesses")->items()[0].find("addresses");
  addresses.items()[0].set("from", "203.0.113.9");
  addresses.items()[1].set("to", "nowhere");
  const auto record = first_filing_record(document, deal_ids(document, 1), {});
  ASSERT_FALSE(record);
  ASSERT_EQ(record.error().size(), 2u);
  EXPECT_EQ(record.error()[0].code, ProblemCode::bad_ip_range);
  EXPECT_EQ(record.error()[0].field, "/services/0/accesses/0/addresses/0");
  EXPECT_EQ(record.error()[1].code, ProblemCode::bad_ip_address);
  EXPECT_EQ(record.error()[1].field, "/services/0/accesses/0/addresses/1/to");
}

TEST(Mapping, WhatTheWireDoesNotHaveStaysHere) {
  const Json document = testing::sample_document();
  const auto record = first_filing_record(document, deal_ids(document, 1), {}).value();
  EXPECT_EQ(record["entity"]["manager"].find("emergency_mobile"), nullptr);
  EXPECT_EQ(record["services"].at(0).find("kind"), nullptr);
  EXPECT_EQ(record["entity"].find("remark"), nullptr);  // empty in the document
}

}  // namespace
}  // namespace beian::authority
