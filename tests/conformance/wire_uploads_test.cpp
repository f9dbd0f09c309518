// What the provider makes of its own objects (tests/golden/authority/uploads), against the official
// schema.
#include "schema_for_tests.hpp"

namespace beian::conformance {
namespace {

// Covers upload:ICP/XZWZ upload:ICP/XZJR upload:ICP/BGBA upload:ICP/ZXBA upload:ICP/XZHYD
// upload:ICP/HSJG upload:ICP/WBACLJG upload:YM/XZBA upload:YM/XGBA upload:YM/SCBA
TEST(ProviderUploads, AreValid) {
  if (!fs::is_directory(schema_folder()))
    GTEST_SKIP() << "skipped: no schemas in " << schema_folder().string();
  int files = 0;
  const fs::path folder = fs::path(BEIAN_SOURCE_DIR) / "tests/golden/authority/uploads";
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".xml") continue;
    ++files;
    EXPECT_EQ(data_schema("UploadData").fault(read_file(entry.path())), "") << entry.path();
  }
  EXPECT_GE(files, 20);
}

}  // namespace
}  // namespace beian::conformance
