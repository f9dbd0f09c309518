// The profile miit-3.0 against the official schemas themselves, element by element: name, place,
// occurrence, kind of group, type and limits.
#include <gmock/gmock.h>

#include <set>

#include "schema_for_tests.hpp"
#include "wire/profile.hpp"

namespace beian::wire {
namespace {

using namespace conformance;

std::string name_of(xmlNodePtr node) {
  return reinterpret_cast<const char*>(node->name);
}

std::string attribute(xmlNodePtr node, const char* name, std::string otherwise = "") {
  xmlChar* value = xmlGetProp(node, BAD_CAST name);
  if (value == nullptr) return otherwise;
  std::string text = reinterpret_cast<const char*>(value);
  xmlFree(value);
  return text;
}

// Children but annotations.
std::vector<xmlNodePtr> parts(xmlNodePtr node) {
  std::vector<xmlNodePtr> found;
  for (xmlNodePtr n = node->children; n != nullptr; n = n->next) {
    if (n->type == XML_ELEMENT_NODE && name_of(n) != "annotation") found.push_back(n);
  }
  return found;
}

class Comparison {
 public:
  size_t elements = 0;

  void element(xmlNodePtr schema, const Element& ours, const std::string& at) {
    ++elements;
    const std::string here = at + "/" + ours.name;
    EXPECT_EQ(attribute(schema, "name"), ours.name) << at;
    known(schema, {"name", "type", "minOccurs", "maxOccurs", "nillable"}, here);
    EXPECT_EQ(attribute(schema, "nillable", "false"), ours.nillable ? "true" : "false") << here;
    if (!at.empty()) {
      EXPECT_EQ(attribute(schema, "minOccurs", "1"), std::to_string(ours.min_occurs)) << here;
      EXPECT_EQ(attribute(schema, "maxOccurs", "1"),
                ours.max_occurs == -1 ? "unbounded" : std::to_string(ours.max_occurs))
          << here;
    }
    EXPECT_FALSE(ours.title.empty()) << here;
    const auto inside = parts(schema);
    if (!inside.empty() && name_of(inside.front()) == "complexType")
      return group(inside.front(), ours, here);
    EXPECT_TRUE(ours.leaf()) << here;
    leaf(schema, ours, here);
  }

 private:
  static void known(xmlNodePtr node, const std::set<std::string>& names, const std::string& at) {
    for (xmlAttrPtr a = node->properties; a != nullptr; a = a->next)
      EXPECT_TRUE(names.contains(reinterpret_cast<const char*>(a->name))) << at << " " << a->name;
  }

  void group(xmlNodePtr type, const Element& ours, const std::string& at) {
    known(type, {}, at);
    for (xmlNodePtr part : parts(type)) {
      if (name_of(part) == "attribute") {
        EXPECT_EQ(attribute(part, "name"), "version") << at;
        continue;
      }
      const std::string kind = ours.group == Group::sequence ? "sequence"
                               : ours.group == Group::all    ? "all"
                                                             : "choice";
      EXPECT_EQ(name_of(part), kind) << at;
      known(part, {}, at);
      const auto theirs = parts(part);
      ASSERT_EQ(theirs.size(), ours.children.size()) << at;
      for (size_t i = 0; i < theirs.size(); ++i) {
        ASSERT_EQ(name_of(theirs[i]), "element") << at;
        element(theirs[i], ours.children[i], at);
      }
    }
  }

  static void leaf(xmlNodePtr schema, const Element& ours, const std::string& at) {
    Element theirs = ours;
    theirs.min_value = theirs.max_value = std::nullopt;
    theirs.min_length = 0;
    theirs.max_length = -1;
    theirs.values.clear();
    std::string base = attribute(schema, "type");
    for (xmlNodePtr simple : parts(schema)) {
      ASSERT_EQ(name_of(simple), "simpleType") << at;
      for (xmlNodePtr restriction : parts(simple)) {
        ASSERT_EQ(name_of(restriction), "restriction") << at;
        base = attribute(restriction, "base");
        for (xmlNodePtr facet : parts(restriction)) limit(facet, theirs, at);
      }
    }
    // BGBA's Wz_Bz has no type: anything may stand in it, and we want text.
    EXPECT_TRUE(!base.empty() || at == "/UploadData/ICP/BGBA/Bgxx/Wz_xx/Wz_Bz") << at;
    EXPECT_EQ(ours.type, base == "xs:long" ? Type::number : Type::text) << at << " " << base;
    EXPECT_EQ(ours.min_value, theirs.min_value) << at;
    EXPECT_EQ(ours.max_value, theirs.max_value) << at;
    EXPECT_EQ(ours.min_length, theirs.min_length) << at;
    EXPECT_EQ(ours.max_length, theirs.max_length) << at;
    EXPECT_EQ(ours.values, theirs.values) << at;
  }

  static void limit(xmlNodePtr facet, Element& into, const std::string& at) {
    const int64_t value = std::stoll(attribute(facet, "value", "0"));
    const std::string kind = name_of(facet);
    if (kind == "minInclusive")
      into.min_value = value;
    else if (kind == "maxInclusive")
      into.max_value = value;
    else if (kind == "minLength")
      into.min_length = value;
    else if (kind == "maxLength")
      into.max_length = value;
    else
      ADD_FAILURE() << at << ": a limit that the profile has no word for: " << kind;
  }
};

void count(const Element& element, size_t& into) {
  ++into;
  for (const Element& child : element.children) count(child, into);
}

class ProfileSchema : public ::testing::TestWithParam<const char*> {};

TEST_P(ProfileSchema, EveryElementIsTheSame) {
  if (!fs::is_directory(schema_folder()))
    GTEST_SKIP() << "skipped: no schemas in " << schema_folder().string();
  const std::string root = GetParam();
  const std::string file = root == "UploadData" ? "upload-data.xsd" : "download-data.xsd";
  const Document schema = parse(read_file(schema_folder() / file));
  ASSERT_NE(schema, nullptr);
  const auto tops = parts(xmlDocGetRootElement(schema.get()));
  ASSERT_EQ(tops.size(), 1u);
  const auto profile = *Profile::named("miit-3.0");
  Comparison comparison;
  comparison.element(tops.front(), profile->document(root), "");

  size_t ours = 0;
  count(profile->document(root), ours);
  EXPECT_EQ(comparison.elements, ours);
  const std::string text = read_file(schema_folder() / file);
  size_t theirs = 0;
  for (size_t at = text.find("<xs:element "); at != text.npos;
       at = text.find("<xs:element ", at + 1))
    ++theirs;
  EXPECT_EQ(comparison.elements, theirs);
}

INSTANTIATE_TEST_SUITE_P(Official, ProfileSchema, ::testing::Values("UploadData", "DownloadData"),
                         [](const auto& of) { return std::string(of.param); });

}  // namespace
}  // namespace beian::wire
