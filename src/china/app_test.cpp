#include "china/app.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beian::china {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string repeat(std::string_view s, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += s;
  return out;
}

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "" : std::string(spec_of(result.error().front().code).name);
}

TEST(PackageId, EachPlatformHasItsForm) {
  struct Row {
    const char *platform, *id;
    bool good;
  };
  for (const auto& [platform, id, good] : std::initializer_list<Row>{
           {"android", "cn.yangli_1.App", true},
           {"android", "cn", false},
           {"android", "1cn.yangli", false},
           {"android", "cn.yang-li", false},
           {"android", "cn..yangli", false},
           {"ios", "cn.yang-li.app", true},
           {"ios", "4cn.yangli", true},
           {"ios", "cn.yangli.*", false},
           {"ios", "cn.yangli_app", false},
           {"harmonyos", "cn.yangli.app", true},
           {"harmonyos", "cn.yangli", false},
           {"harmonyos", "c.y.ap", false},
           {"other", "样例 标识", true},
           {"other", " ", false},
       })
    EXPECT_EQ(code_of(check_package_id(platform, id)), good ? "" : "bad_app_field")
        << platform << " " << id;
  EXPECT_EQ(*check_package_id("ios", " cn.yangli.app "), "cn.yangli.app");
  EXPECT_TRUE(check_package_id("ios", "a." + repeat("b", 153)));
  EXPECT_FALSE(check_package_id("ios", "a." + repeat("b", 154)));
}

TEST(Fingerprint, LengthsGoWithThePlatform) {
  const std::string md5 = repeat("0a", 16), sha1 = repeat("0a", 20), sha256 = repeat("0a", 32);
  struct Row {
    const char* platform;
    std::vector<std::string> good, bad;
  };
  for (const auto& [platform, good, bad] : std::initializer_list<Row>{
           {"android", {md5}, {sha1, sha256}},
           {"ios", {sha1}, {md5, sha256}},
           {"harmonyos", {md5, sha1}, {sha256}},
           {"other", {md5, sha1, sha256}, {repeat("0a", 15)}},
       }) {
    for (const auto& print : good) EXPECT_TRUE(check_fingerprint(platform, print)) << platform;
    for (const auto& print : bad)
      EXPECT_EQ(code_of(check_fingerprint(platform, print)), "bad_app_field") << platform;
  }
  EXPECT_EQ(*check_fingerprint("android", "0A:" + repeat("0A:", 14) + "0A"), md5);
  EXPECT_FALSE(check_fingerprint("android", repeat("0g", 16)));
  EXPECT_EQ(fingerprint_algorithm(md5), "MD5");
  EXPECT_EQ(fingerprint_algorithm(sha1), "SHA-1");
  EXPECT_EQ(fingerprint_algorithm(sha256), "SHA-256");
  EXPECT_EQ(fingerprint_algorithm("0a"), "");
}

TEST(PublicKey, TakesTheFormsThatToolsPrint) {
  EXPECT_EQ(*check_public_key("android", "1" + repeat("0", 616)), "1" + repeat("0", 616));
  EXPECT_EQ(*check_public_key("ios", "0x" + repeat("AB ", 256)), repeat("AB", 256));
  EXPECT_TRUE(check_public_key("harmonyos", "04" + repeat("ab", 64)));
  EXPECT_TRUE(check_public_key("other", "3059" + repeat("ab", 60)));
  for (const char* platform : {"android", "ios"})  // no modulus of that length is a key there
    EXPECT_FALSE(check_public_key(platform, "04" + repeat("ab", 64))) << platform;
  for (const auto& bad : {std::string(), std::string("12345"), std::string("样例公钥"),
                          repeat("xy", 200), repeat("ab", 1000)})
    EXPECT_EQ(code_of(check_public_key("android", bad)), "bad_app_field") << bad;
}

TEST(AppDomain, GoesDownToTheFourthLevel) {
  EXPECT_EQ(*check_app_domain("API.yangli-example.cn"), "api.yangli-example.cn");
  EXPECT_TRUE(check_app_domain("b.a.yangli-example.cn"));
  EXPECT_TRUE(check_app_domain("b.a.yangli-example.com.cn"));  // a suffix of two labels
  EXPECT_EQ(code_of(check_app_domain("c.b.a.yangli-example.cn")), "bad_app_field");
  EXPECT_EQ(code_of(check_app_domain("yangli.nosuchsuffix")), "domain_without_suffix");
  EXPECT_EQ(code_of(check_app_domain("203.0.113.1")), "bad_domain");
}

TEST(AppKeys, AreWhatOnlyOneFilingMayHave) {
  const Json app = *parse_json(
      R"({"platforms": [{"platform": "android", "package_id": "cn.Yangli.app"},
                        {"platform": "ios", "package_id": "cn.yangli.app"},
                        {"platform": "ios", "package_id": " CN.yangli.app"}, {"platform": "ios"}, 7],
          "applet_id": "wx00A", "host_platform": "样例平台"})");
  EXPECT_THAT(app_keys(ServiceKind::app, app),
              ElementsAre("android:cn.yangli.app", "ios:cn.yangli.app"));
  EXPECT_THAT(app_keys(ServiceKind::mini_program, app), ElementsAre("mini_program:样例平台:wx00a"));
  EXPECT_THAT(app_keys(ServiceKind::quick_app, app), ElementsAre("quick_app:样例平台:wx00a"));
  EXPECT_THAT(app_keys(ServiceKind::website, app), IsEmpty());
  EXPECT_THAT(app_keys(ServiceKind::app, Json()), IsEmpty());
  EXPECT_THAT(app_keys(ServiceKind::quick_app, Json::object({{"applet_id", "x"}})), IsEmpty());
}

TEST(AppKinds, AreNumberedAsOnTheWire) {
  for (const auto kind : {ServiceKind::app, ServiceKind::mini_program, ServiceKind::quick_app})
    EXPECT_EQ(service_kind_of_app(Json::object({{"kind", service_type_of(kind)}})), kind);
  EXPECT_EQ(service_kind_of_app(Json()), ServiceKind::website);
  EXPECT_EQ(service_type_of(ServiceKind::website), 1);
}

}  // namespace
}  // namespace beian::china
