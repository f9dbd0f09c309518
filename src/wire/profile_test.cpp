#include "wire/profile.hpp"

#include <gtest/gtest.h>

namespace beian::wire {
namespace {

const Element* child(const Element& group, std::string_view name) {
  for (const Element& c : group.children) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

TEST(Profile, TheOfficialOne) {
  const auto profile = Profile::named("miit-3.0");
  ASSERT_TRUE(profile);
  EXPECT_EQ((*profile)->version(), "V.3.0");
  EXPECT_TRUE((*profile)->accepts("V.3.0"));
  EXPECT_FALSE((*profile)->accepts("OB.3.1"));
  const Element& upload = (*profile)->document("UploadData");
  EXPECT_EQ(upload.group, Group::choice);
  const Element* icp = child(upload, "ICP");
  ASSERT_NE(icp, nullptr);
  EXPECT_EQ(icp->field, "icp");
  const Element* filing = child(*child(*icp, "XZBA"), "Baxx");
  EXPECT_EQ(filing->field, "new_filings");
  EXPECT_TRUE(filing->record);
  EXPECT_EQ(filing->max_occurs, -1);
  const Element* name = child(*child(*filing, "Zt_xx"), "Dwmc");
  EXPECT_EQ(name->max_length, 255);
  EXPECT_EQ(name->min_length, 1);
  const Element* results = child(*child((*profile)->document("DownloadData"), "ICP"), "BAJG");
  EXPECT_EQ(results->field, "results");
  EXPECT_EQ(child(*results, "Jg_xx")->field, "records");
  EXPECT_THROW((*profile)->document("Other"), std::logic_error);
}

TEST(Profile, TheExtendingOneOnlyAdds) {
  const auto plain = *Profile::named("miit-3.0");
  const auto extended = *Profile::named("openbeian-3.1");
  EXPECT_EQ(extended->version(), "OB.3.1");
  EXPECT_TRUE(extended->accepts("V.3.0"));
  const Element* theirs = child(plain->document("DownloadData"), "ICP");
  const Element* ours = child(extended->document("DownloadData"), "ICP");
  EXPECT_EQ(ours->children.size(), theirs->children.size() + 1);
  EXPECT_EQ(ours->children.back().name, "Ob_dxhy");
  EXPECT_EQ(child(*theirs, "Ob_dxhy"), nullptr);
  EXPECT_EQ(plain, *Profile::named("miit-3.0"));
}

TEST(Profile, Names) {
  EXPECT_EQ(Profile::names(), (std::vector<std::string>{"miit-3.0", "openbeian-3.1"}));
}

TEST(Profile, UnknownNames) {
  ASSERT_FALSE(Profile::named("miit-9"));
  EXPECT_EQ(Profile::named("../codes").error().front().code, ProblemCode::not_found);
}

std::vector<std::string> faults(std::string_view json) {
  const auto profile = Profile::from_json(*parse_json(json));
  std::vector<std::string> fields;
  if (!profile) {
    for (const Problem& p : profile.error()) fields.push_back(p.field);
  }
  return fields;
}

TEST(Profile, FaultsAreToldWithTheirPlace) {
  using Fields = std::vector<std::string>;
  EXPECT_EQ(faults(R"({})"), (Fields{"/name", "/version", "/documents", "/documents"}));
  const std::string good =
      R"({"name":"UploadData","group":"choice","children":[{"name":"A","field":"a","type":"text"}]},)";
  const auto with = [&](const std::string& element) {
    return faults(R"({"name":"x","version":"1","documents":[)" + good +
                  R"({"name":"DownloadData","group":"all","children":[)" + element + "]}]}");
  };
  EXPECT_EQ(with(R"({"name":"A","field":"a","type":"text"})"), Fields{});
  EXPECT_EQ(with(R"({"name":"A","field":"a","type":"date"})"),
            Fields{"/documents/1/children/0/type"});
  EXPECT_EQ(with(R"({"name":"A","field":"a","typo":1})"), Fields{"/documents/1/children/0/typo"});
  EXPECT_EQ(with(R"({"name":"A","type":"text"})"), Fields{"/documents/1/children/0"});
  EXPECT_EQ(with(R"({"name":"A","field":"a","group":"all"})"), Fields{"/documents/1/children/0"});
  EXPECT_EQ(with(R"({"name":"A","field":"a"},{"name":"B","field":"a"})"), Fields{"/DownloadData"});
  EXPECT_EQ(with(R"({"name":"A","field":"a"},{"name":"G","group":"all","children":
            [{"name":"B","field":"a"}]})"),
            Fields{"/DownloadData"});
  EXPECT_EQ(faults(R"({"extends":"miit-3.0","name":"y","version":"2",
            "add":[{"to":["DownloadData/ICP","DownloadData/XX"],"element":{"name":"A","field":"a"}}]})"),
            Fields{"/add/0/to/1"});
  const std::string relax = R"({"extends":"miit-3.0","name":"y","version":"2",
            "add":[{"to":["DownloadData/ICP"],"element":{"name":"A","field":"a","min_occurs":0}}],
            "relax":[)";
  EXPECT_EQ(faults(relax + R"({"in":["DownloadData/ICP"],"children":["BAJG"],"unless":"A"}]})"),
            Fields{});
  EXPECT_EQ(faults(relax + R"({"in":["DownloadData/ICP"],"children":["X"],"unless":"B"}]})"),
            (Fields{"/relax/0/unless", "/relax/0/children"}));
  EXPECT_EQ(faults(relax + R"({"in":["DownloadData"],"children":["IP"],"unless":"ICP"}]})"),
            Fields{"/relax/0/unless"});
}

}  // namespace
}  // namespace beian::wire
