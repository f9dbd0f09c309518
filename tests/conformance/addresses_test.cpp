// Reports of IP addresses as the provider writes them, against the official schema.
#include "authority/address_samples_for_tests.hpp"
#include "authority/operation.hpp"
#include "schema_for_tests.hpp"
#include "wire/codec.hpp"

namespace beian::authority {
namespace {

// Covers upload:IP/XZBA upload:IP/XGBA upload:IP/SCBA
TEST(ConformanceAddresses, EveryBlockAndOperationIsValid) {
  if (!conformance::fs::is_directory(conformance::schema_folder()))
    GTEST_SKIP() << "skipped: no schemas in " << conformance::schema_folder().string();
  const auto profile = wire::Profile::named("miit-3.0").value();
  for (const auto& sample : testing::address_samples()) {
    const auto* operation = find_operation(sample.operation);
    ASSERT_NE(operation, nullptr) << sample.operation;
    RecordIds ids;
    ids.record = 77;
    const auto record =
        operation->map({sample.operation, sample.body, ids, {}, addresses::test::kOwnUnit});
    ASSERT_TRUE(record) << sample.operation;
    wire::UploadBuilder builder(profile, operation->block(), operation->path(),
                                addresses::test::kOwnUnit);
    ASSERT_TRUE(builder.add(record->record)) << sample.operation;
    EXPECT_EQ(conformance::data_schema("UploadData").fault(builder.finish()), "")
        << sample.operation;
  }
}

}  // namespace
}  // namespace beian::authority
