// The samples that the independent stacks send: samples/BLOCK-OPERATION.json is the model of an
// upload, samples/down-BLOCK-OPERATION.json of a download, the XML beside it its document, GBK.
// Every kind of the profile has one.
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

std::string root_of(const fs::path& path) {
  return path.filename().string().starts_with("down-") ? "DownloadData" : "UploadData";
}

TEST(Samples, AreWhatTheEncoderWritesAndTheSchemaAllows) {
  const auto profile = *Profile::named("miit-3.0");
  for (const auto& entry : fs::directory_iterator(folder())) {
    if (entry.path().extension() != ".json") continue;
    const std::string root = root_of(entry.path());
    const auto model = parse_json(read_file(entry.path()));
    ASSERT_TRUE(model) << entry.path();
    const auto xml = encode(*profile, root, *model);
    ASSERT_TRUE(xml) << entry.path() << " " << xml.error().front().field << " "
                     << xml.error().front().args[1].second;
    fs::path golden = entry.path();
    golden.replace_extension(".xml");
    if (writing()) std::ofstream(golden, std::ios::binary) << *xml;
    EXPECT_EQ(read_file(golden), *xml) << golden;
    if (fs::is_directory(schema_folder())) {
      EXPECT_EQ(data_schema(root).fault(*xml), "") << golden;
    }
  }
}

// Covers upload:* download:*/[!O]*
TEST(Samples, ThereIsOneForEveryKind) {
  std::set<std::string> wanted, there;
  const auto profile = *Profile::named("miit-3.0");
  for (const std::string root : {"UploadData", "DownloadData"}) {
    for (const Element& block : profile->document(root).children) {
      for (const Element& operation : block.children) {
        if (operation.leaf()) continue;
        const std::string kind = block.name + "-" + operation.name;
        wanted.insert(root == "UploadData" ? kind : "down-" + kind);
      }
    }
  }
  for (const auto& entry : fs::directory_iterator(folder())) there.insert(entry.path().stem());
  EXPECT_EQ(there, wanted);
}

}  // namespace
}  // namespace beian::wire
