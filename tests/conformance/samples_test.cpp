// The samples that the independent stacks send: samples/BLOCK-OPERATION.json is the model, the XML
// beside it its document, GBK. Every upload kind of the profile has one.
#include <gtest/gtest.h>

#include <set>

#include "schema_for_tests.hpp"
#include "wire/codec.hpp"

namespace beian::wire {
namespace {

using namespace conformance;

fs::path folder() {
  return fs::path(BEIAN_SOURCE_DIR) / "tests/conformance/samples";
}

bool writing() {
  const char* write = std::getenv("BEIAN_GOLDEN");
  return write != nullptr && std::string_view(write) == "write";
}

TEST(Samples, AreWhatTheEncoderWritesAndTheSchemaAllows) {
  const auto profile = *Profile::named("miit-3.0");
  for (const auto& entry : fs::directory_iterator(folder())) {
    if (entry.path().extension() != ".json") continue;
    const auto model = parse_json(read_file(entry.path()));
    ASSERT_TRUE(model) << entry.path();
    const auto xml = encode(*profile, "UploadData", *model);
    ASSERT_TRUE(xml) << entry.path() << " " << xml.error().front().field << " "
                     << xml.error().front().args[1].second;
    fs::path golden = entry.path();
    golden.replace_extension(".xml");
    if (writing()) std::ofstream(golden, std::ios::binary) << *xml;
    EXPECT_EQ(read_file(golden), *xml) << golden;
    if (fs::is_directory(schema_folder())) {
      EXPECT_EQ(data_schema("UploadData").fault(*xml), "") << golden;
    }
  }
}

TEST(Samples, ThereIsOneForEveryUploadKind) {
  std::set<std::string> wanted, there;
  for (const Element& block : (*Profile::named("miit-3.0"))->document("UploadData").children) {
    for (const Element& operation : block.children) {
      if (!operation.leaf()) wanted.insert(block.name + "-" + operation.name);
    }
  }
  for (const auto& entry : fs::directory_iterator(folder())) there.insert(entry.path().stem());
  EXPECT_EQ(there, wanted);
}

}  // namespace
}  // namespace beian::wire
