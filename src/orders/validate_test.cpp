// Each finding with its pointer: a table of one fault a row, applied to a sound order.
#include "orders/validate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "orders/document.hpp"
#include "orders/shape.hpp"
#include "orders/world_for_test.hpp"

namespace beian::orders {
namespace {

const TimePoint kNow{Millis{1'780'000'000'000}};

std::vector<std::string> lines_of(const Problems& problems) {
  std::vector<std::string> out;
  for (const auto& problem : problems)
    out.push_back(std::string(spec_of(problem.code).name) + "@" + problem.field);
  std::ranges::sort(out);
  return out;
}

// Sets what a pointer names; all parts but the last must be there.
Json* parent_of(Json& document, const std::string& pointer, std::string& last) {
  const size_t slash = pointer.rfind('/');
  last = pointer.substr(slash + 1);
  return const_cast<Json*>(document.pointer(pointer.substr(0, slash)));
}
void put(Json& document, const std::string& pointer, Json value) {
  std::string last;
  Json* parent = parent_of(document, pointer, last);
  ASSERT_NE(parent, nullptr) << pointer;
  if (parent->is_array()) {
    const auto index = static_cast<size_t>(std::stoi(last));
    if (index >= parent->size())
      parent->push(std::move(value));
    else
      parent->items()[index] = std::move(value);
  } else {
    parent->set(last, std::move(value));
  }
}
void drop(Json& document, const std::string& pointer) {
  std::string last;
  Json* parent = parent_of(document, pointer, last);
  ASSERT_NE(parent, nullptr) << pointer;
  parent->erase(last);
}

TEST(Validate, TheSampleIsSound) {
  const auto findings = validate(first_order(sample_document()), sample_materials(), kNow);
  EXPECT_EQ(lines_of(findings.problems), std::vector<std::string>{});
  EXPECT_EQ(lines_of(findings.warnings), std::vector<std::string>{});
}

TEST(Validate, AnIndividualHasNoBusinessScope) {
  Json document = sample_document();
  put(document, "/entity/nature", 5);
  put(document, "/entity/business_scope", "软件开发（样例）");
  const auto lines = lines_of(validate(first_order(document), sample_materials(), kNow).problems);
  EXPECT_TRUE(std::ranges::find(lines, "not_applicable@/entity/business_scope") != lines.end());
}

struct Fault {
  std::string pointer;
  Json value;
  std::vector<std::string> findings;
};

class OneFault : public ::testing::TestWithParam<Fault> {};

TEST_P(OneFault, IsFoundWhereItIs) {
  Json document = sample_document();
  put(document, GetParam().pointer, GetParam().value);
  const auto findings = validate(first_order(document), sample_materials(), kNow);
  EXPECT_EQ(lines_of(findings.problems), GetParam().findings);
}

std::string repeat(std::string_view s, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += s;
  return out;
}

const Json kRange6 = Json::object({{"from", "2001:db8::1"}, {"to", "2001:db8::2"}});
const Json kRangeBack = Json::object({{"from", "203.0.113.9"}, {"to", "203.0.113.1"}});
const Json kRangePrivate = Json::object({{"from", "10.0.0.1"}, {"to", "10.0.0.2"}});
const Json kRangeBad = Json::object({{"from", "203.0.113.300"}, {"to", "203.0.113.1"}});

INSTANTIATE_TEST_SUITE_P(
    Form, OneFault,
    ::testing::Values(
        Fault{"/entity/nickname", "x", {"unknown_field@/entity/nickname"}},
        Fault{"/extra", 1, {"unknown_field@/extra"}},
        Fault{"/entity/name", 7, {"wrong_type@/entity/name"}},
        Fault{"/entity/name", repeat("样", 256), {"too_long@/entity/name"}},
        Fault{"/entity/name", "样", {"too_short@/entity/name"}},
        Fault{"/entity/remark", repeat("样", 1025), {"too_long@/entity/remark"}},
        Fault{
            "/entity/location/address", repeat("样", 1025), {"too_long@/entity/location/address"}},
        Fault{"/services/0/name", repeat("样", 513), {"too_long@/services/0/name"}},
        Fault{"/services/0/name", Json::object(), {"wrong_type@/services/0/name"}},
        Fault{"/services/0/contents", "1", {"wrong_type@/services/0/contents"}},
        Fault{"/services/0/contents", Json::array(), {"required@/services/0/contents"}},
        Fault{"/services/0/accesses", Json::array(), {"required@/services/0/accesses"}},
        Fault{"/services/0/accesses/0/addresses",
              Json::array(),
              {"required@/services/0/accesses/0/addresses"}},
        Fault{"/services/0/domains",
              Json::array(),
              {"home_url_not_in_domains@/services/0/home_url", "required@/services/0/domains"}},
        Fault{
            "/entity/location/province",
            44,
            {"out_of_range@/entity/location/province", "unknown_region@/entity/location/province"}},
        Fault{"/entity/manager", "样例甲", {"wrong_type@/entity/manager"}},
        Fault{"/entity/certificate/until", "long_term", {}},
        Fault{"/entity/certificate/until", "2036-02-29", {}},
        Fault{"/entity/certificate/until", "2035-02-29", {"bad_format@/entity/certificate/until"}},
        Fault{"/services/0/manager/certificate_until",
              "2036/01/01",
              {"bad_format@/services/0/manager/certificate_until"}},
        Fault{"/entity/legal_representative", "样例甲", {}},
        Fault{"/entity/business_scope", "软件开发（样例）", {}}));

INSTANTIATE_TEST_SUITE_P(
    Codes, OneFault,
    ::testing::Values(
        Fault{"/entity/nature", 99, {"code_unknown@/entity/nature"}},
        Fault{"/entity/certificate/type", 99, {"code_unknown@/entity/certificate/type"}},
        Fault{"/services/0/contents/0", 999, {"code_unknown@/services/0/contents/0"}},
        Fault{"/services/0/contents/1", 8, {"duplicate@/services/0/contents/1"}},
        Fault{"/services/0/languages/0", 999, {"code_unknown@/services/0/languages/0"}},
        Fault{"/services/0/accesses/0/locations/0",
              99,
              {"code_unknown@/services/0/accesses/0/locations/0"}},
        Fault{"/services/0/accesses/0/methods/0",
              99,
              {"code_unknown@/services/0/accesses/0/methods/0"}},
        Fault{"/services/0/kind", "fax", {"kind_not_served@/services/0/kind"}},
        Fault{"/entity/location/county", 440999, {"unknown_region@/entity/location/county"}},
        Fault{"/entity/location/county", 440304, {"region_mismatch@/entity/location/county"}},
        Fault{
            "/entity/location/city",
            110100,
            {"region_mismatch@/entity/location/city", "region_mismatch@/entity/location/county"}}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, OneFault,
    ::testing::Values(
        Fault{"/entity/certificate/number",
              "91440106MA0000007X",
              {"bad_credit_code@/entity/certificate/number"}},
        Fault{"/entity/manager/certificate_number",
              "440106190001010013",
              {"bad_identity_card@/entity/manager/certificate_number"}},
        Fault{"/entity/manager/certificate_type",
              1,
              {"code_unknown@/entity/manager/certificate_type"}},
        Fault{"/entity/manager/mobile", "12345678901", {"bad_mobile@/entity/manager/mobile"}},
        Fault{"/entity/manager/emergency_mobile",
              "13800000002",
              {"same_person_number@/entity/manager/emergency_mobile"}},
        Fault{"/services/0/manager/mobile",
              "13800000002",
              {"same_person_number@/services/0/manager/mobile"}},
        Fault{"/services/0/manager/office_phone",
              "020-0000",
              {"bad_phone@/services/0/manager/office_phone",
               "too_short@/services/0/manager/office_phone"}},
        Fault{"/services/0/manager/email",
              "nobody.example.cn",
              {"bad_email@/services/0/manager/email"}}));

INSTANTIATE_TEST_SUITE_P(
    Names, OneFault,
    ::testing::Values(
        Fault{"/services/0/domains/0",
              "www.yangli-1-example.cn",
              {"domain_not_independent@/services/0/domains/0"}},
        Fault{"/services/0/domains/0",
              "yangli-1-example.cn/a",
              {"bad_domain@/services/0/domains/0", "home_url_not_in_domains@/services/0/home_url"}},
        Fault{"/services/0/domains/0",
              "yangli.nosuchsuffix",
              {"domain_without_suffix@/services/0/domains/0",
               "home_url_not_in_domains@/services/0/home_url"}},
        Fault{"/services/0/domains/1", "YANGLI-1-example.CN", {"duplicate@/services/0/domains/1"}},
        Fault{"/services/0/home_url",
              "www.yangli-2-example.cn",
              {"home_url_not_in_domains@/services/0/home_url"}},
        Fault{"/services/0/home_url",
              "notyangli-1-example.cn",
              {"home_url_not_in_domains@/services/0/home_url"}},
        Fault{"/services/0/home_url",
              "ftp://yangli-1-example.cn",
              {"bad_format@/services/0/home_url"}},
        Fault{"/services/0/home_url",
              "yangli-1-example.cn:99999",
              {"bad_format@/services/0/home_url"}},
        Fault{"/services/0/home_url", "https://yangli-1-example.cn:8443/样例?a=1", {}},
        Fault{"/services/0/accesses/0/addresses/0",
              kRange6,
              {"ipv4_only@/services/0/accesses/0/addresses/0/from"}},
        Fault{"/services/0/accesses/0/addresses/0",
              kRangeBack,
              {"bad_ip_range@/services/0/accesses/0/addresses/0/to"}},
        Fault{"/services/0/accesses/0/addresses/0",
              kRangePrivate,
              {"bad_ip_address@/services/0/accesses/0/addresses/0/from"}},
        Fault{"/services/0/accesses/0/addresses/0",
              kRangeBad,
              {"bad_ip_address@/services/0/accesses/0/addresses/0/from"}}));

class Missing : public ::testing::TestWithParam<const char*> {};
TEST_P(Missing, IsRequired) {
  Json document = sample_document();
  drop(document, GetParam());
  EXPECT_EQ(lines_of(validate(first_order(document), sample_materials(), kNow).problems),
            std::vector<std::string>{std::string("required@") + GetParam()});
}
INSTANTIATE_TEST_SUITE_P(
    Fields, Missing,
    ::testing::Values("/entity/name", "/entity/nature", "/entity/location/province",
                      "/entity/location/city", "/entity/location/address",
                      "/entity/certificate/type", "/entity/certificate/number",
                      "/entity/certificate/address", "/entity/manager", "/entity/manager/name",
                      "/entity/manager/office_phone", "/entity/manager/mobile",
                      "/entity/manager/email", "/entity/manager/certificate_type",
                      "/entity/manager/certificate_number", "/services/0/name",
                      "/services/0/contents", "/services/0/languages", "/services/0/accesses",
                      "/services/0/manager", "/services/0/accesses/0/locations",
                      "/services/0/accesses/0/addresses/0/from"));

TEST(Validate, ManyFaultsInOnePass) {
  Json document = sample_document();
  put(document, "/entity/certificate/number", "1");
  put(document, "/services/0/domains/0", "-");
  put(document, "/entity/manager/mobile", "1");
  const auto found = lines_of(validate(first_order(document), {}, kNow).problems);
  EXPECT_GE(found.size(), 8u);
  EXPECT_EQ(std::ranges::count_if(
                found, [](const auto& line) { return line.starts_with("material_missing@"); }),
            5);
}

TEST(Validate, AnEmptyDocumentNamesItsParts) {
  const auto found = lines_of(validate(first_order(Json::object()), {}, kNow).problems);
  EXPECT_NE(std::ranges::find(found, "required@/entity"), found.end());
  EXPECT_NE(std::ranges::find(found, "required@/services"), found.end());
  EXPECT_FALSE(validate(first_order(Json("x")), {}, kNow).problems.empty());
  EXPECT_FALSE(validate(first_order(Json()), {}, kNow).problems.empty());
}

TEST(Validate, CertificateFitsTheNature) {
  Json document = sample_document();
  put(document, "/entity/nature", 3);  // 事业单位 with a business licence
  EXPECT_EQ(lines_of(validate(first_order(document), sample_materials(), kNow).problems),
            std::vector<std::string>{"nature_certificate_mismatch@/entity/certificate/type"});
}

// A person files for himself: no office phone, no entity's certificate, one service.
TEST(Validate, AnIndividual) {
  Json document = sample_document();
  put(document, "/entity/nature", 5);
  put(document, "/entity/name", "样例甲");
  put(document, "/entity/certificate/type", 2);
  put(document, "/entity/certificate/number", document["entity"]["manager"]["certificate_number"]);
  drop(document, "/entity/manager/office_phone");
  drop(document, "/services/0/manager/office_phone");
  auto materials = sample_materials();
  std::erase_if(materials, [](const auto& m) { return m.purpose == 2; });
  EXPECT_EQ(lines_of(validate(first_order(document), materials, kNow).problems),
            std::vector<std::string>{});

  Json second = document["services"].at(0);
  second.set("name", "样例第二网站");
  second.set("domains", Json::array({"yangli-9-example.cn"}));
  second.erase("home_url");
  document.find("services")->push(second);
  const auto found = lines_of(validate(first_order(document), materials, kNow).problems);
  EXPECT_NE(std::ranges::find(found, "services_per_order@/services"), found.end());
}

TEST(Validate, OnePersonInBothRolesMayHaveOneNumber) {
  Json document = sample_document();
  put(document, "/services/0/manager", document["entity"]["manager"]);
  EXPECT_EQ(lines_of(validate(first_order(document), sample_materials(), kNow).problems),
            std::vector<std::string>{});
}

TEST(Validate, EveryMaterialOfEveryService) {
  Json document = sample_document();
  for (int purpose = 1; purpose <= 5; ++purpose) {
    auto materials = sample_materials();
    std::erase_if(materials, [&](const auto& m) { return m.purpose == purpose; });
    const std::string owner = purpose == 2 || purpose == 3 ? "/entity" : "/services/0";
    EXPECT_EQ(lines_of(validate(first_order(document), materials, kNow).problems),
              std::vector<std::string>{"material_missing@" + material_field(purpose, owner)});
  }
  Json second = document["services"].at(0);
  second.set("name", "样例第二网站");
  second.set("domains", Json::array({"yangli-9-example.cn"}));
  second.erase("home_url");
  document.find("services")->push(second);
  EXPECT_EQ(lines_of(validate(first_order(document), sample_materials(), kNow).problems),
            (std::vector<std::string>{"material_missing@/services/1/materials/1",
                                      "material_missing@/services/1/materials/4",
                                      "material_missing@/services/1/materials/5"}));
}

TEST(Validate, PreApprovalsNeedTheirScan) {
  Json document = sample_document();
  Json approval = Json::object({{"content_type", 1}, {"number", "样例〔2026〕1号"}});
  put(document, "/services/0/pre_approvals", Json::array({approval}));
  auto materials = sample_materials();
  const std::string owner = "/services/0/pre_approvals/0";
  EXPECT_EQ(lines_of(validate(first_order(document), materials, kNow).problems),
            std::vector<std::string>{"material_missing@" + owner + "/materials/6"});
  EXPECT_TRUE(check_material_owner(first_order(document), 6, owner));
  EXPECT_FALSE(check_material_owner(first_order(document), 6, "/services/0"));
  materials::Material scan;
  scan.purpose = 6;
  scan.owner = owner;
  materials.push_back(scan);
  EXPECT_EQ(lines_of(validate(first_order(document), materials, kNow).problems),
            std::vector<std::string>{});
}

TEST(Validate, CharactersWithoutGbkAreOnlyAWarning) {
  Json document = sample_document();
  put(document, "/entity/manager/name", "样例𠮷");
  const auto findings = validate(first_order(document), sample_materials(), kNow);
  EXPECT_EQ(lines_of(findings.problems), std::vector<std::string>{});
  ASSERT_EQ(lines_of(findings.warnings),
            std::vector<std::string>{"no_gbk_form@/entity/manager/name"});
  EXPECT_EQ(findings.warnings[0].args[0].second, "𠮷");
}

TEST(Shape, ADraftMayBeIncompleteButNotMisshapen) {
  Problems problems;
  check_shape(kWholeForm, Json::object(), "", false, problems);
  check_shape(kWholeForm, Json::object({{"entity", Json::object({{"name", "样"}})}}), "", false,
              problems);
  EXPECT_TRUE(problems.empty());
  check_shape(kWholeForm, Json::object({{"entity", Json::object({{"nam", "样"}})}}), "", false,
              problems);
  EXPECT_EQ(lines_of(problems), std::vector<std::string>{"unknown_field@/entity/nam"});
}

TEST(Shape, NormalFormOfWhatPeopleType) {
  Json document = sample_document();
  put(document, "/entity/name", "  样例科技有限公司　");
  put(document, "/entity/remark", "   ");
  put(document, "/entity/investor", nullptr);
  put(document, "/entity/certificate/number", " 91440106ma0000007x ");
  put(document, "/services/0/domains/0", "例子.中国");
  put(document, "/entity/manager/mobile", "+86 138-0000-0002");
  const Json normal = normalized(document);
  EXPECT_EQ(normal["entity"]["name"].as_string(), "样例科技有限公司");
  EXPECT_EQ(normal["entity"].find("remark"), nullptr);
  EXPECT_EQ(normal["entity"].find("investor"), nullptr);
  EXPECT_EQ(normal["entity"]["certificate"]["number"].as_string(), "91440106MA0000007X");
  EXPECT_EQ(normal["services"].at(0)["domains"].at(0).as_string(), "xn--fsqu00a.xn--fiqs8s");
  EXPECT_EQ(normal["entity"]["manager"]["mobile"].as_string(), "13800000002");
  EXPECT_EQ(normalized(normal), normal);
}

TEST(Shape, NamesFields) {
  const Json document = sample_document();
  for (const auto* field :
       {"", "/entity", "/entity/name", "/entity/remark", "/services/0/domains/0",
        "/services/0/manager/mobile", "/entity/materials/2", "/services/0/materials/5"})
    EXPECT_TRUE(names_field(document, field)) << field;
  for (const auto* field : {"entity", "/", "/entity/nam", "/services/1", "/services/0/domains/1",
                            "/services/x", "/entity/materials/9", "/entity/materials",
                            "/entity/name/x", "/materials/1", "/services/-1"})
    EXPECT_FALSE(names_field(document, field)) << field;
}

TEST(Document, ChangedFields) {
  const Json before = sample_document();
  Json after = before;
  EXPECT_TRUE(changed_fields(before, after).empty());
  put(after, "/entity/name", "样例");
  drop(after, "/entity/investor");
  put(after, "/entity/remark", "备注");
  put(after, "/services/0/domains/1", "b.cn");
  EXPECT_EQ(changed_fields(before, after),
            (std::vector<std::string>{"/entity/name", "/entity/investor", "/entity/remark",
                                      "/services/0/domains"}));
}

TEST(Document, MaskedHasNoNumberOfAPerson) {
  const Json document = sample_document();
  const std::string text = to_string(masked(document));
  for (const Json* person :
       {&document["entity"]["manager"], &document["services"].at(0)["manager"]})
    for (const auto* name : {"name", "mobile", "emergency_mobile", "certificate_number", "email"})
      EXPECT_EQ(text.find((*person)[name].as_string()), std::string::npos) << name;
  EXPECT_NE(text.find("样例科技1有限公司"), std::string::npos);  // an organisation's name is public
}

}  // namespace
}  // namespace beian::orders
