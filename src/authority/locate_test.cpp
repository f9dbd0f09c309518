#include "authority/locate.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "authority/samples_for_tests.hpp"

namespace beian::authority {
namespace {

// Two services that have a manager's number in common.
Json two_services() {
  Json document = testing::sample_document(1);
  Json second = testing::sample_document(2)["services"].at(0);
  document.find("services")->push(std::move(second));
  return document;
}

TEST(Locate, WhatTheTextQuotesAndTheDocumentHas) {
  const Json document = two_services();
  EXPECT_EQ(locate(document, "“样例网站1”网站的“yangli-other1.cn”域名在黑名单中"),
            "/services/0/domains/1");
  EXPECT_EQ(locate(document, "域名yangli-other2.cn冲突，请核实"), "/services/1/domains/1");
  EXPECT_EQ(locate(document, "域名 YANGLI-OTHER2.CN 冲突"), "/services/1/domains/1");
  EXPECT_EQ(locate(document, "「样例网站2」名称冲突"), "/services/1/name");
  EXPECT_EQ(locate(document, "首页地址\"www.yangli-example1.cn\"格式错误"), "/services/0/home_url");
  EXPECT_EQ(locate(document, "证件号码SAMPLE1无效"), "/entity/certificate/number");
  EXPECT_EQ(locate(document, "邮箱(a@yangli-example.cn)无效"), "/entity/manager/email");
}

TEST(Locate, AnAddressInsideARange) {
  const Json document = testing::sample_document();
  EXPECT_EQ(locate(document, "IP地址203.0.113.3与报备不一致"),
            "/services/0/accesses/0/addresses/0");
  EXPECT_EQ(locate(document, "IP地址198.51.100.7冲突"), "/services/0/accesses/0/addresses/1");
  EXPECT_EQ(locate(document, "IP地址198.51.100.8冲突"), "");
}

TEST(Locate, TheSiteOrTheKindOfFaultDecidesBetweenEqualValues) {
  const Json document = two_services();
  EXPECT_EQ(locate(document, "手机号码13800000002无效"), "");  // of both services' managers
  EXPECT_EQ(locate(document, "“样例网站2”的手机号码13800000002无效"), "/services/1/manager/mobile");
  EXPECT_EQ(locate(document, "IP地址203.0.113.3无效，网站“样例网站1”"),
            "/services/0/accesses/0/addresses/0");
  Json same = testing::sample_document();
  same.find("services")->items()[0].find("manager")->set("mobile", "13800000001");
  EXPECT_EQ(locate(same, "手机号码13800000001无效"), "");
  EXPECT_EQ(locate(same, "手机号码13800000001无效", "/entity/manager/mobile"),
            "/entity/manager/mobile");
}

TEST(Locate, NothingWhenTheTextDoesNotTell) {
  const Json document = two_services();
  for (const auto* text : {"", "无效域名，请核实后再次报备", "“XX”网站的“XX域名”在黑名单中", "“",
                           "“”", "域名unknown-example.cn冲突", "1", "com"})
    EXPECT_EQ(locate(document, text), "") << text;
  EXPECT_EQ(locate(document, "yangli-other1.cn与yangli-other2.cn"), "");  // two services
  EXPECT_EQ(locate(document, "yangli-other1.cn与yangli-example1.cn"), "/services/0");
}

TEST(Locate, TheCodeTellsWhatOfANamedSite) {
  const Json document = two_services();
  EXPECT_EQ(field_of_result(document, 1005, "“样例网站2”的域名冲突"), "/services/1/domains");
  EXPECT_EQ(field_of_result(document, 1061, "“样例网站2”的核验单不符"), "/services/1/materials/1");
  EXPECT_EQ(field_of_result(document, 1005, "域名冲突"), "/services");
  EXPECT_EQ(field_of_result(document, 1011, "无效手机号码"), "/entity/manager/mobile");
  EXPECT_EQ(field_of_result(document, 1999, "其他错误"), "");
  // An access alone, a cancellation.
  const Json alone = Json::object(
      {{"access", Json::object({{"locations", Json::array({1})}})}, {"filing_password", "x"}});
  EXPECT_EQ(field_of_result(alone, 1040, "IP地址冲突"), "/access");
  EXPECT_EQ(field_of_result(alone, 1018, "备案密码错误"), "/filing_password");
  EXPECT_EQ(field_of_result(Json::object({{"reason", 9}}), 1026, "注销理由代码错误"), "/reason");
  EXPECT_EQ(field_of_result(Json::object({{"reason", 9}}), 1018, "备案密码错误"), "");
  // A body that only names what is filed has no such field.
  const Json access = Json::object({{"service", Json::object({{"filing_number", "x"}})}});
  EXPECT_EQ(field_of_result(access, 1011, "无效手机号码"), "");
}

void leaves(const Json& json, const std::string& at, std::vector<std::string>& out) {
  if (json.is_string() && json.as_string().size() > 3) out.push_back(at);
  for (size_t i = 0; json.is_array() && i < json.size(); ++i)
    leaves(json.at(i), at + "/" + std::to_string(i), out);
  for (const auto& [name, value] : json.members())
    leaves(value, std::string(at).append("/").append(name), out);
}

TEST(Locate, FindsAnyQuotedValueThatIsThereOnce) {
  const Json document = two_services();
  std::vector<std::string> all;
  leaves(document, "", all);
  EXPECT_TRUE(rc::check([&] {
    const auto pointer = *rc::gen::elementOf(all);
    const auto& value = document.pointer(pointer)->as_string();
    const auto place = locate(document, "样例：“" + value + "”有误");
    const auto times = std::count_if(all.begin(), all.end(), [&](const auto& p) {
      return document.pointer(p)->as_string() == value;
    });
    if (times == 1 && !pointer.ends_with("/from") && !pointer.ends_with("/to"))
      RC_ASSERT(place == pointer);
    // Never a place that the document does not have.
    RC_ASSERT(place.empty() || document.pointer(place) != nullptr);
  }));
}

TEST(Locate, TakesAnyText) {
  const Json document = two_services();
  EXPECT_TRUE(rc::check([&](const std::string& text) {
    const auto place = locate(document, text);
    RC_ASSERT(place.empty() || document.pointer(place) != nullptr);
  }));
}

}  // namespace
}  // namespace beian::authority
