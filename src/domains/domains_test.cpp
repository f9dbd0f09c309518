// What registries answer, in every form that they may take.
#include <gtest/gtest.h>

#include "domains/facts.hpp"
#include "domains/suffix.hpp"
#include "platform/http/server.hpp"
#include "testing/database.hpp"

namespace beian::domains {
namespace {

constexpr std::string_view kAnswer = R"({
  "objectClassName": "domain", "ldhName": "yangli-example.cn",
  "status": ["active", "client transfer prohibited"],
  "events": [{"eventAction": "registration", "eventDate": "2020-12-31T16:00:00Z"},
             {"eventAction": "last changed", "eventDate": "2024-05-05T00:00:00Z"},
             {"eventAction": "expiration", "eventDate": "2027-01-01T00:00:00+08:00"}],
  "entities": [
    {"objectClassName": "entity", "roles": ["registrar", "abuse"],
     "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "样例注册商"]]]},
    {"objectClassName": "entity", "roles": ["registrant"],
     "vcardArray": ["vcard", [["fn", {}, "text", "样例联系人"],
                              ["org", {}, "text", ["样例科技有限公司", "样例部门"]]]]}]})";

TEST(Rdap, ReadsWhatCounts) {
  const auto r = read_rdap(kAnswer);
  ASSERT_TRUE(r);
  EXPECT_EQ(r->holder, "样例科技有限公司");  // the organization goes before the person
  EXPECT_EQ(r->registrar, "样例注册商");
  EXPECT_EQ(r->registered, "2021-01-01");  // in Beijing
  EXPECT_EQ(r->expires, "2027-01-01");
  EXPECT_EQ(r->status.size(), 2u);
  EXPECT_EQ(to_json(registration_of(to_json(*r))), to_json(*r));
}

TEST(Rdap, LeavesOutWhatIsNotTold) {
  const auto r = read_rdap(R"({"objectClassName":"domain","entities":[{"roles":["registrant"]}]})");
  ASSERT_TRUE(r);
  EXPECT_EQ(r->holder, "");
  EXPECT_EQ(r->expires, "");
}

TEST(Rdap, RefusesWhatIsNone) {
  EXPECT_FALSE(read_rdap("<html>"));
  EXPECT_FALSE(read_rdap(R"({"objectClassName":"nameserver"})"));
  EXPECT_FALSE(read_rdap(R"([1,2])"));
  EXPECT_FALSE(read_rdap(
      R"({"objectClassName":"domain","events":[{"eventAction":"expiration","eventDate":"soon"}]})"));
}

TEST(Suffix, ByTopLevelInAnyScript) {
  EXPECT_TRUE(is_approved_suffix("yangli-example.cn"));
  EXPECT_TRUE(is_approved_suffix("yangli-example.com.cn"));
  EXPECT_TRUE(is_approved_suffix("xn--fsqu00a.xn--fiqs8s"));  // 例子.中国
  EXPECT_FALSE(is_approved_suffix("yangli-example.tk"));
}

class FactsTest : public ::testing::TestWithParam<std::string> {
 protected:
  Context context(const std::string& rdap_url) {
    Options options;
    options.rdap_url = rdap_url;
    options.resolve = false;
    return {db.database, clock, cipher, options};
  }
  testing::TestDatabase db = testing::make_database(GetParam());
  FakeClock clock;
  crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
};
INSTANTIATE_TEST_SUITE_P(Backends, FactsTest, ::testing::ValuesIn(testing::backends()));

TEST_P(FactsTest, AsksOnceADay) {
  int asked = 0, status = 200;
  http::Server registry({}, [&](const http::Request& request) {
    ++asked;
    EXPECT_EQ(request.path, "/base/domain/yangli-example.cn");
    http::Response response;
    response.status = status;
    response.body = kAnswer;
    return response;
  });
  const Context c = context(registry.origin() + "/base");
  EXPECT_EQ(facts(c, "WWW.Yangli-Example.cn", "/domain")->registration.holder, "样例科技有限公司");
  EXPECT_EQ(facts(c, "yangli-example.cn", "/domain")->registration.expires, "2027-01-01");
  EXPECT_EQ(asked, 1);
  clock.advance(Millis(24LL * 3600 * 1000));
  status = 404;
  EXPECT_EQ(facts(c, "yangli-example.cn", "/domain")->registration.kind, Registration::Kind::free);
  EXPECT_EQ(asked, 2);
}

TEST_P(FactsTest, WhatIsUnknownSaysWhyAndIsAskedSoonAgain) {
  int asked = 0, status = 503;
  http::Server registry({}, [&](const http::Request&) {
    ++asked;
    http::Response response;
    response.status = status;
    response.body = status == 200 ? "<html>" : "";
    return response;
  });
  const Context c = context(registry.origin() + "/");
  const auto found = facts(c, "yangli-example.cn", "/domain");
  EXPECT_EQ(found->registration.kind, Registration::Kind::unknown);
  EXPECT_EQ(found->registration.reason, "域名注册信息查询返回 503");
  EXPECT_EQ(found->resolution.kind, Resolution::Kind::unknown);
  facts(c, "yangli-example.cn", "/domain").value();
  EXPECT_EQ(asked, 1);
  clock.advance(Millis(10LL * 60 * 1000));
  status = 200;
  EXPECT_EQ(facts(c, "yangli-example.cn", "/domain")->registration.reason,
            "域名注册信息查询的回答无法识别");
  EXPECT_EQ(facts(context(""), "other-example.cn", "/domain")->registration.reason,
            "没有配置域名注册信息的查询地址");
  EXPECT_EQ(facts(context("http://127.0.0.1:1"), "third-example.cn", "/domain")->registration.kind,
            Registration::Kind::unknown);
}

TEST_P(FactsTest, RefusesWhatIsNoDomain) {
  EXPECT_EQ(facts(context(""), "http://a", "/domain").error()[0].field, "/domain");
  EXPECT_EQ(facts(context(""), "cn", "/domain").error()[0].field, "/domain");
}

}  // namespace
}  // namespace beian::domains
