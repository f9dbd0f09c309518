// Every document that src/wire writes, against the official schemas, and the other way round: what
// the codec accepts and refuses is what the schema accepts and refuses.
#include <gmock/gmock.h>

#include <map>
#include <random>

#include "base/text.hpp"
#include "schema_for_tests.hpp"
#include "wire/codec.hpp"
#include "wire/returns.hpp"
#include "wire/samples_for_tests.hpp"

namespace beian::wire {
namespace {

using namespace conformance;

class Conformance : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::is_directory(schema_folder()))
      GTEST_SKIP() << "skipped: no schemas in " << schema_folder().string();
  }
};

std::string first_path(const auto& result) {
  return result ? "" : result.error().front().field + " " + result.error().front().args[1].second;
}

constexpr const char* kRoots[] = {"UploadData", "DownloadData"};

TEST_F(Conformance, EveryBlockFromLeastToMost) {
  const auto profile = *Profile::named("miit-3.0");
  for (const char* root : kRoots) {
    for (const Element& block : profile->document(root).children) {
      for (const auto amount : {Sampler::Amount::least, Sampler::Amount::most}) {
        const auto xml =
            encode(*profile, root, Sampler(amount).document(*profile, root, block.name));
        ASSERT_TRUE(xml) << root << "/" << block.name << first_path(xml);
        EXPECT_EQ(data_schema(root).fault(*xml), "") << root << "/" << block.name;
      }
    }
  }
}

// One operation alone, as it is sent in practice: the block with nothing else in it.
struct Operation {
  std::string name;
  Element block;
  Json model(Sampler::Amount amount, uint64_t seed) const {
    return Json::object({{block.field, Sampler(amount, seed).value(block)}});
  }
};
std::vector<Operation> operations(const Profile& profile, std::string_view root) {
  std::vector<Operation> all;
  for (const Element& block : profile.document(root).children) {
    for (const Element& operation : block.children) {
      if (operation.leaf()) continue;
      Element only = block;
      std::erase_if(only.children,
                    [&](const Element& e) { return !e.leaf() && e.name != operation.name; });
      for (Element& child : only.children) child.min_occurs = 1;
      all.push_back({std::string(root) + "/" + block.name + "/" + operation.name, std::move(only)});
    }
  }
  return all;
}

using Amount = Sampler::Amount;

// Covers upload:* download:*/[!O]*
TEST_F(Conformance, EveryOperationAlone) {
  const auto profile = *Profile::named("miit-3.0");
  unsigned tried = 0;
  for (const char* root : kRoots) {
    for (const Operation& operation : operations(*profile, root)) {
      for (const auto amount : {Amount::least, Amount::most, Amount::random, Amount::random}) {
        const auto xml = encode(*profile, root, operation.model(amount, tried));
        ASSERT_TRUE(xml) << operation.name << first_path(xml);
        EXPECT_EQ(data_schema(root).fault(*xml), "") << operation.name;
        EXPECT_TRUE(decode(*profile, root, *xml)) << operation.name;
        ++tried;
      }
    }
  }
  // Upload 8 + 3 + 3, download 9 + 2 + 1, 2 of JCDM, 4 of SJTB.
  EXPECT_EQ(tried, 4u * 32);
}

TEST_F(Conformance, RandomDocuments) {
  const auto profile = *Profile::named("miit-3.0");
  for (const char* root : kRoots) {
    for (uint64_t seed = 0; seed < 40; ++seed) {
      Sampler sampler(Sampler::Amount::random, seed);
      const auto xml = encode(*profile, root, sampler.value(profile->document(root)));
      ASSERT_TRUE(xml) << seed << first_path(xml);
      ASSERT_EQ(data_schema(root).fault(*xml), "") << root << " seed " << seed;
    }
  }
}

// A document of the extended profile without its own elements is one of the official interface.
TEST_F(Conformance, TheExtendedProfileIsTheOfficialOneWithoutItsElements) {
  const auto official = *Profile::named("miit-3.0"), extended = *Profile::named("openbeian-3.1");
  for (const char* root : kRoots) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      const Json model = Sampler(Sampler::Amount::random, seed).value(official->document(root));
      std::string xml = *encode(*extended, root, model);
      EXPECT_FALSE(decode(*official, root, xml)) << "its version is not theirs";
      xml.replace(xml.find("OB.3.1"), 6, "V.3.0");
      EXPECT_EQ(xml, *encode(*official, root, model));
      EXPECT_EQ(data_schema(root).fault(xml), "");
    }
  }
}

// ---- Broken documents: both judges must agree.

std::vector<xmlNodePtr> elements(xmlNodePtr node) {
  std::vector<xmlNodePtr> found;
  for (xmlNodePtr n = node->children; n != nullptr; n = n->next) {
    if (n->type != XML_ELEMENT_NODE) continue;
    found.push_back(n);
    for (xmlNodePtr inner : elements(n)) found.push_back(inner);
  }
  return found;
}

bool leaf(xmlNodePtr node) {
  return xmlChildElementCount(node) == 0;
}

// Breaks one thing; tells what.
std::string mutate(xmlDoc* document, std::mt19937_64& random) {
  const auto all = elements(xmlDocGetRootElement(document));
  xmlNodePtr node = all[random() % all.size()];
  const std::string name = reinterpret_cast<const char*>(node->name);
  switch (random() % 6) {
    case 0:
      xmlUnlinkNode(node);
      xmlFreeNode(node);
      return "without " + name;
    case 1:
      xmlAddNextSibling(node, xmlCopyNode(node, 1));
      return name + " twice";
    case 2:
      if (xmlNodePtr next = xmlNextElementSibling(node)) xmlAddNextSibling(next, node);
      return name + " after the next";
    case 3:
      xmlNodeSetName(node, BAD_CAST "Fremd");
      return name + " renamed";
    case 4:
      xmlNewProp(node, BAD_CAST "fremd", BAD_CAST "1");
      return name + " with an attribute";
    default: {
      if (!leaf(node)) return "unchanged";
      static const std::string kTexts[] = {"",
                                           "x",
                                           "-1",
                                           "0",
                                           "1",
                                           "12",
                                           "100000",
                                           "4294967296",
                                           "99",
                                           "65",
                                           "9223372036854775808",
                                           "1.0",
                                           "0x1",
                                           "2026-06-01",
                                           std::string(129, 'y'),
                                           std::string(513, 'y'),
                                           std::string(5000, 'y')};
      const std::string& text = kTexts[random() % std::size(kTexts)];
      xmlNodeSetContent(node, BAD_CAST text.c_str());
      return name + " = " + text.substr(0, 20) + " (" + std::to_string(text.size()) + ")";
    }
  }
}

// Breaks the document so many times, and compares what the schema and the codec say.
class BrokenDocuments {
 public:
  int refused = 0, accepted = 0;

  void judge(std::string_view root, const std::string& name, const std::string& xml, int times) {
    for (int i = 0; i < times && !::testing::Test::HasFatalFailure(); ++i) judge(root, name, xml);
  }
  uint64_t seed() { return random_(); }

 private:
  void judge(std::string_view root, const std::string& name, const std::string& xml) {
    const Document document = parse(xml);
    ASSERT_NE(document, nullptr);
    if (elements(xmlDocGetRootElement(document.get())).empty()) return;
    const std::string what = mutate(document.get(), random_);
    // BGBA's Wz_Bz has no type in the schema: anything may stand in it, and we want text.
    if (what.starts_with("Wz_Bz with")) return;
    xmlChar* bytes = nullptr;
    int size = 0;
    xmlDocDumpMemoryEnc(document.get(), &bytes, &size, "GBK");
    const std::string broken(reinterpret_cast<char*>(bytes), static_cast<size_t>(size));
    xmlFree(bytes);
    const std::string theirs = data_schema(root).fault(broken);
    for (const auto& profile : {official_, extended_}) {
      const auto ours = decode(*profile, root, broken);
      ASSERT_EQ(theirs.empty(), ours.has_value())
          << name << " by " << profile->name() << ": " << what << "\nschema: " << theirs
          << "codec: " << first_path(ours);
    }
    ++(theirs.empty() ? accepted : refused);
  }

  std::shared_ptr<const Profile> official_ = *Profile::named("miit-3.0"),
                                 extended_ = *Profile::named("openbeian-3.1");
  std::mt19937_64 random_{20260601};
};

TEST_F(Conformance, BothRefuseTheSameDocuments) {
  const auto profile = *Profile::named("miit-3.0");
  BrokenDocuments broken;
  for (const char* root : kRoots) {
    for (const Element& block : profile->document(root).children) {
      const Json model = Sampler(Amount::most).document(*profile, root, block.name);
      broken.judge(root, block.name, *encode(*profile, root, model), 8);
    }
    for (const Operation& operation : operations(*profile, root)) {
      for (const auto amount : {Amount::least, Amount::random}) {
        const std::string xml = *encode(*profile, root, operation.model(amount, broken.seed()));
        broken.judge(root, operation.name, xml, 15);
      }
    }
  }
  EXPECT_GT(broken.refused, 400);
  EXPECT_GT(broken.accepted, 50);
}

// ---- The documents in `return`.

std::string bytes_of(const Return& answer) {
  return *text::to_gbk_xml(write_return(answer));
}

TEST_F(Conformance, Returns) {
  const Return done{
      .msg_code = 0, .msg = "操作成功", .missing_sequences = {}, .file = {}, .status = {}};
  for (const char* name :
       {"upload", "download", "downloadack", "querypreviousupload", "querybeianstatus"})
    EXPECT_EQ(return_schema(name).fault(bytes_of(done)), "") << name;

  Return gap = done;
  gap.msg_code = 14;
  gap.missing_sequences = {3, 4};
  EXPECT_EQ(return_schema("upload").fault(bytes_of(gap)), "");
  Return longer = done;
  for (int i = 0; i < 300; ++i) longer.msg += "样";
  EXPECT_EQ(return_schema("upload").fault(bytes_of(longer)), "");

  Return file = done;
  file.file =
      FileInfo{.envelope = seal_envelope("<样例/>", {}), .file_name = "a1", .data_sequence = {}};
  EXPECT_EQ(return_schema("download").fault(bytes_of(file)), "");
  file.file->data_sequence = 7;
  EXPECT_EQ(return_schema("querypreviousupload").fault(bytes_of(file)), "");
  // Nothing was uploaded yet.
  file.file = FileInfo{.envelope = {}, .file_name = "", .data_sequence = 0};
  EXPECT_EQ(return_schema("querypreviousupload").fault(bytes_of(file)), "");

  Return status = done;
  status.status = StatusInfo{.condition_type = 0,
                             .condition = "yangli-example.cn",
                             .filed = true,
                             .service_name = "样例",
                             .entity_number = "京ICP备2026000001号",
                             .service_number = "京ICP备2026000001号-1"};
  EXPECT_EQ(return_schema("querybeianstatus").fault(bytes_of(status)), "");
  status.status = StatusInfo{.condition_type = 2,
                             .condition = "1234",
                             .filed = false,
                             .service_name = {},
                             .entity_number = {},
                             .service_number = {}};
  EXPECT_EQ(return_schema("querybeianstatus").fault(bytes_of(status)), "");
}

// The quirk itself, so that nobody wonders later whether it is true.
TEST_F(Conformance, TheReturnSchemasRefuseEveryRealMessage) {
  const Schema strict(read_file(schema_folder() / "upload-return.xsd"));
  const Return done{
      .msg_code = 0, .msg = "操作成功", .missing_sequences = {}, .file = {}, .status = {}};
  EXPECT_THAT(strict.fault(bytes_of(done)), ::testing::HasSubstr("256"));
}

// ---- Golden files: the model and its document, for people to read.

// Covers download:ICP/Ob_dxhy
TEST(Golden, FirstFilingAndItsResults) {
  const fs::path folder = fs::path(BEIAN_SOURCE_DIR) / "tests/golden/wire";
  const struct {
    const char *name, *profile, *root;
  } kFiles[] = {{"first-filing", "miit-3.0", "UploadData"},
                {"results", "miit-3.0", "DownloadData"},
                {"filed", "miit-3.0", "DownloadData"},
                {"sms-verifications", "openbeian-3.1", "DownloadData"},
                {"first-filing-apps", "openbeian-3.1", "UploadData"},
                {"filed-app", "openbeian-3.1", "DownloadData"}};
  for (const auto& file : kFiles) {
    const auto model = parse_json(read_file(folder / (std::string(file.name) + ".json")));
    ASSERT_TRUE(model) << file.name;
    const auto profile = *Profile::named(file.profile);
    const auto xml = encode(*profile, file.root, *model);
    ASSERT_TRUE(xml) << file.name << first_path(xml);
    EXPECT_EQ(sorted(*decode(*profile, file.root, *xml)), sorted(*model)) << file.name;
    const fs::path golden = folder / (std::string(file.name) + ".xml");
    const char* write = std::getenv("BEIAN_GOLDEN");
    if (write != nullptr && std::string_view(write) == "write")
      std::ofstream(golden, std::ios::binary) << *xml;
    EXPECT_EQ(read_file(golden), *xml) << file.name;
    if (std::string_view(file.profile) == "miit-3.0" && fs::is_directory(schema_folder())) {
      const std::string schema =
          std::string_view(file.root) == "UploadData" ? "upload-data.xsd" : "download-data.xsd";
      EXPECT_EQ(Schema(read_file(schema_folder() / schema)).fault(*xml), "") << file.name;
    }
  }
}

}  // namespace
}  // namespace beian::wire
