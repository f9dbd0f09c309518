#include <gtest/gtest.h>

#include "authority/address_samples_for_tests.hpp"
#include "authority/operation.hpp"
#include "testing/golden.hpp"
#include "wire/codec.hpp"

namespace beian::authority {
namespace {

Result<MappedRecord> mapped(const testing::AddressSample& sample, int64_t id = 77) {
  const auto* operation = find_operation(sample.operation);
  if (!operation) throw std::logic_error(sample.operation);
  RecordIds ids;
  ids.record = id;
  return operation->map({sample.operation, sample.body, ids, {}, addresses::test::kOwnUnit});
}

// Covers upload:IP/XZBA upload:IP/XGBA upload:IP/SCBA
TEST(MappingAddresses, AllBlocksAndOperationsAsTheWireHasThem) {
  Json all = Json::array();
  for (const auto& sample : testing::address_samples()) {
    const auto record = mapped(sample);
    ASSERT_TRUE(record) << sample.operation;
    Json marks = Json::array();
    for (const auto& mark : record->marks)
      marks.push(mark.scope + " " + std::to_string(mark.code) + " " + mark.mark);
    all.push(Json::object({{"operation", sample.operation},
                           {"record", record->record},
                           {"marks", std::move(marks)}}));
  }
  beian::testing::expect_golden("authority/addresses.json", to_pretty_string(all));
}

TEST(MappingAddresses, TheCodecTakesThemAndReadsTheSame) {
  for (const auto* name : {"miit-3.0", "openbeian-3.1"}) {
    const auto profile = wire::Profile::named(name).value();
    for (const auto& sample : testing::address_samples()) {
      const auto* operation = find_operation(sample.operation);
      const auto record = mapped(sample);
      ASSERT_TRUE(record);
      wire::UploadBuilder builder(profile, operation->block(), operation->path(),
                                  addresses::test::kOwnUnit);
      const auto added = builder.add(record->record);
      ASSERT_TRUE(added) << sample.operation << " " << added.error()[0].field;
      const auto back = wire::decode(*profile, "UploadData", builder.finish());
      ASSERT_TRUE(back) << sample.operation;
      const Json* list = back->pointer("/" + sample.operation);
      ASSERT_TRUE(list && list->size() == 1) << sample.operation;
      for (const auto& [field, value] : record->record.members())
        EXPECT_EQ(list->at(0)[field], value) << sample.operation << " " << field;
    }
  }
}

TEST(MappingAddresses, WithoutTheAuthoritysIdNothingCanBeChanged) {
  for (auto sample : testing::address_samples()) {
    if (sample.operation.starts_with("ip/new_filings")) continue;
    sample.body.erase("id");
    const auto record = mapped(sample);
    ASSERT_FALSE(record) << sample.operation;
    EXPECT_EQ(record.error()[0].field, "/id");
  }
}

}  // namespace
}  // namespace beian::authority
