// Each finding about an app with its pointer: one fault a row, applied to a sound order.
#include <gtest/gtest.h>

#include <algorithm>

#include "orders/app_sample_for_test.hpp"
#include "orders/shape.hpp"
#include "orders/validate.hpp"
#include "orders/world_for_test.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;
const TimePoint kNow{Millis{1'780'000'000'000}};

Lines lines_of(const Problems& problems) {
  Lines out;
  for (const auto& problem : problems)
    out.push_back(std::string(spec_of(problem.code).name) + "@" + problem.field);
  std::ranges::sort(out);
  return out;
}

Json document_of(Json service) {
  Json document = sample_document();
  document.set("services", Json::array({std::move(service)}));
  return document;
}

std::vector<materials::Material> papers(bool icon) {
  auto all = sample_materials();
  if (!icon) return all;
  materials::Material picture;
  picture.purpose = 7;
  picture.owner = "/services/0/app";
  all.push_back(picture);
  return all;
}

Lines problems_of(const Json& document, bool icon) {
  return lines_of(validate(first_order(document), papers(icon), kNow).problems);
}

TEST(ValidateApp, TheSamplesAreSound) {
  EXPECT_EQ(problems_of(document_of(sample_app(1)), true), Lines{});
  EXPECT_EQ(problems_of(document_of(sample_applet("mini_program", 1)), false), Lines{});
  EXPECT_EQ(problems_of(document_of(sample_applet("quick_app", 1)), false), Lines{});
}

TEST(ValidateApp, OnlyAnAppNeedsAnIcon) {
  EXPECT_EQ(problems_of(document_of(sample_app(1)), false),
            Lines{"material_missing@/services/0/app/materials/7"});
}

TEST(ValidateApp, ServicesOfOneOrderMayShareADomainButForTwoWebsites) {
  Json document = sample_document();
  Json& services = *document.find("services");
  Json app = sample_app(1);
  app.set("domains", services.at(0)["domains"]);
  app.find("app")->find("platforms")->items()[0].erase("domains");
  services.push(app);
  const auto told = [&] {
    Lines out;
    for (const auto& line : problems_of(document, false))
      if (line.starts_with("duplicate")) out.push_back(line);
    return out;
  };
  EXPECT_EQ(told(), Lines{});
  Json website = services.at(0);
  services.push(website);
  EXPECT_EQ(told(), (Lines{"duplicate@/services/2/domains/0", "duplicate@/services/2/name"}));
}

struct Fault {
  std::string kind, pointer;  // below the service
  Json value;                 // null: dropped
  Lines findings;             // below the service
};

class OneAppFault : public ::testing::TestWithParam<Fault> {};

TEST_P(OneAppFault, IsFoundWhereItIs) {
  const auto& [kind, pointer, value, wanted] = GetParam();
  Json service = kind == "app" ? sample_app(1) : sample_applet(kind, 1);
  const size_t slash = pointer.rfind('/');
  Json* parent = const_cast<Json*>(service.pointer(pointer.substr(0, slash)));
  ASSERT_NE(parent, nullptr);
  const std::string last = pointer.substr(slash + 1);
  if (parent->is_array())
    std::stoul(last) < parent->size() ? void(parent->items()[std::stoul(last)] = value)
                                      : parent->push(value);
  else if (value.is_null())
    parent->erase(last);
  else
    parent->set(last, value);
  Lines expected;
  for (const auto& finding : wanted) {
    const size_t at = finding.find('@');
    expected.push_back(finding.substr(0, at) + "@/services/0" + finding.substr(at + 1));
  }
  std::ranges::sort(expected);
  EXPECT_EQ(problems_of(document_of(service), true), expected);
}

std::string repeat(std::string_view s, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += s;
  return out;
}
const Json kAndroid = sample_app(1)["app"]["platforms"].at(0);
const Json kPlatformless = Json::object({{"platform", "symbian"}, {"package_id", "cn.yangli.app"}});
const Json kSdk = Json::object({{"name", "样例SDK"}, {"provider", "样例公司"}, {"type", 77}});

INSTANTIATE_TEST_SUITE_P(
    Members, OneAppFault,
    ::testing::Values(
        Fault{"app", "/accesses", {}, {"required@/accesses"}},
        Fault{"app", "/accesses", Json::array(), {"required@/accesses"}},
        Fault{"app", "/remark", {}, {"required@/remark"}},
        Fault{"app", "/remark", repeat("样", 19), {"too_short@/remark"}},
        Fault{"app", "/remark", repeat("样", 201), {"too_long@/remark"}},
        Fault{"app", "/name", repeat("样", 61), {"too_long@/name"}},
        Fault{"app", "/languages", {}, {"required@/languages"}},
        Fault{"app",
              "/domains/0",
              "www.yangli-app-1-example.cn",
              {"domain_not_independent@/domains/0", "bad_app_field@/app/platforms/0/domains/0"}},
        Fault{"app", "/home_url", "www.yangli-app-1-example.cn", {"not_applicable@/home_url"}},
        Fault{"app", "/contents", Json::array({1}), {"not_applicable@/contents"}},
        Fault{"app", "/app/contents", {}, {"required@/app/contents"}},
        Fault{"app", "/app/contents/0", 501, {"code_unknown@/app/contents/0"}},  // only a group
        Fault{"app", "/app/contents/0", 9000, {"code_unknown@/app/contents/0"}},
        Fault{"app", "/app/contents/1", 33, {"duplicate@/app/contents/1"}},
        Fault{"app",
              "/app/contents",
              Json::array({1, 2, 33, 34, 35, 36}),
              {"too_many@/app/contents", "code_unknown@/app/contents/5"}},
        Fault{"app", "/app/provides_sdk", {}, {"required@/app/provides_sdk"}},
        Fault{"app", "/app/provides_sdk", 1, {"wrong_type@/app/provides_sdk"}},
        Fault{"app", "/app/uses_sdk", false, {"not_applicable@/app/sdks"}},
        Fault{"app", "/app/sdks", {}, {"required@/app/sdks"}},
        Fault{"app", "/app/sdks/0", kSdk, {"code_unknown@/app/sdks/0/type"}},
        Fault{
            "app", "/app/sdks/0/platforms/0", "symbian", {"bad_app_field@/app/sdks/0/platforms/0"}},
        Fault{"app",
              "/app/stores/0/url",
              "ftp://store.yangli-example.cn",
              {"bad_format@/app/stores/0/url"}},
        Fault{"app", "/app/applet_id", "wx0001", {"not_applicable@/app/applet_id"}},
        Fault{"app", "/app/nickname", "x", {"unknown_field@/app/nickname"}}));

INSTANTIATE_TEST_SUITE_P(
    Platforms, OneAppFault,
    ::testing::Values(
        Fault{"app", "/app/platforms", {}, {"required@/app/platforms"}},
        Fault{"app", "/app/platforms", Json::array(), {"required@/app/platforms"}},
        Fault{"app", "/app/platforms/2", kAndroid, {"duplicate@/app/platforms/2/package_id"}},
        Fault{
            "app", "/app/platforms/2", kPlatformless, {"bad_app_field@/app/platforms/2/platform"}},
        Fault{"app",
              "/app/platforms/0/package_id",
              "yangli",
              {"bad_app_field@/app/platforms/0/package_id"}},
        Fault{"app", "/app/platforms/0/package_id", {}, {"required@/app/platforms/0/package_id"}},
        Fault{"app", "/app/platforms/0/fingerprint", {}, {"required@/app/platforms/0/fingerprint"}},
        Fault{"app",
              "/app/platforms/0/fingerprint",
              repeat("0a", 20),
              {"bad_app_field@/app/platforms/0/fingerprint"}},
        Fault{"app",
              "/app/platforms/1/fingerprint",
              repeat("0a", 16),
              {"bad_app_field@/app/platforms/1/fingerprint"}},
        Fault{"app", "/app/platforms/0/public_key", {}, {"required@/app/platforms/0/public_key"}},
        Fault{"app",
              "/app/platforms/0/public_key",
              "样例公钥",
              {"bad_app_field@/app/platforms/0/public_key"}},
        Fault{"app",
              "/app/platforms/0/domains/0",
              "yangli-other-example.cn",
              {"bad_app_field@/app/platforms/0/domains/0"}},
        Fault{"app",
              "/app/platforms/0/domains/1",
              "API.yangli-app-1-example.cn",
              {"duplicate@/app/platforms/0/domains/1"}},
        Fault{"app",
              "/app/platforms/0/domains/0",
              "203.0.113.1",
              {"bad_domain@/app/platforms/0/domains/0"}}));

INSTANTIATE_TEST_SUITE_P(
    Applets, OneAppFault,
    ::testing::Values(
        Fault{"mini_program", "/app/applet_id", {}, {"required@/app/applet_id"}},
        Fault{"quick_app", "/app/host_platform", {}, {"required@/app/host_platform"}},
        Fault{"mini_program",
              "/domains",
              Json::array({"yangli-1-example.cn"}),
              {"not_applicable@/domains"}},
        Fault{"quick_app", "/accesses", sample_app(1)["accesses"], {"not_applicable@/accesses"}},
        Fault{"quick_app",
              "/app/platforms",
              Json::array({kAndroid}),
              {"not_applicable@/app/platforms"}},
        Fault{"mini_program", "/app/uses_sdk", false, {"not_applicable@/app/uses_sdk"}}));

TEST(ValidateApp, AWebsiteHasNoApp) {
  Json service = sample_document()["services"].at(0);
  service.set("app", sample_app(1)["app"]);
  EXPECT_EQ(problems_of(document_of(service), false), Lines{"not_applicable@/services/0/app"});
  service.erase("app");
  service.set("kind", "fax");
  EXPECT_EQ(problems_of(document_of(service), false), Lines{"kind_not_served@/services/0/kind"});
}

TEST(ValidateApp, WhatToolsPrintBecomesOneForm) {
  Json document = document_of(sample_app(1));
  Json& platform = document.find("services")->items()[0].find("app")->find("platforms")->items()[0];
  platform.set("fingerprint", repeat("0A:", 15) + "0A");
  platform.set("public_key", "0x" + repeat("AB ", 256));
  platform.set("domains", Json::array({"API.yangli-app-1-example.cn "}));
  const Json normal = normalized(document);
  const Json& made = normal["services"].at(0)["app"]["platforms"].at(0);
  EXPECT_EQ(made["fingerprint"].as_string(), repeat("0a", 16));
  EXPECT_EQ(made["public_key"].as_string(), repeat("AB", 256));
  EXPECT_EQ(made["domains"].at(0).as_string(), "api.yangli-app-1-example.cn");
  EXPECT_EQ(problems_of(normal, true), Lines{});
}

TEST(ValidateApp, AnIconBelongsToAnApp) {
  const Order order = first_order(document_of(sample_app(1)));
  EXPECT_TRUE(check_material_owner(order, 7, "/services/0/app"));
  EXPECT_FALSE(check_material_owner(order, 7, "/services/0"));
  EXPECT_FALSE(check_material_owner(first_order(sample_document()), 7, "/services/0/app"));
  EXPECT_TRUE(check_material_owner(first_order(Json::object()), 7, "/services/0/app"));
  EXPECT_TRUE(names_field(order.document, "/services/0/app/materials/7"));
  EXPECT_FALSE(names_field(order.document, "/services/0/app/materials/1"));
  EXPECT_TRUE(names_field(order.document, "/services/0/app/platforms/0/fingerprint"));
}

}  // namespace
}  // namespace beian::orders
