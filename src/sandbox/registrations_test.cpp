// The sandbox's RDAP.
#include <gtest/gtest.h>

#include "sandbox/sandbox_for_tests.hpp"

namespace beian::sandbox {
namespace {

class RegistrationsTest : public ::testing::TestWithParam<std::string> {
 protected:
  SandboxForTests s{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Backends, RegistrationsTest, ::testing::ValuesIn(testing::backends()));

TEST_P(RegistrationsTest, TellsWhatWasRegistered) {
  const Json body = Json::object({{"domain", "例子.中国"},
                                  {"holder", "样例科技有限公司"},
                                  {"registrar", "样例注册商"},
                                  {"registered", "2021-01-01"},
                                  {"expires", "2027-01-01"}});
  s.json("POST", "/manage/registrations", body);
  s.json("POST", "/manage/registrations", body);
  EXPECT_EQ(s.json("GET", "/manage/registrations").size(), 1u);
  const auto found = s.get("/rdap/domain/xn--fsqu00a.xn--fiqs8s");
  ASSERT_EQ(found.status, 200);
  EXPECT_EQ(http::header_of(found.headers, "content-type"), "application/rdap+json");
  const Json domain = parse_json(found.body).value();
  EXPECT_EQ(domain["unicodeName"].as_string(), "例子.中国");
  EXPECT_EQ(domain["entities"].size(), 2u);
  EXPECT_EQ(s.get("/rdap/domain/unknown-example.cn").status, 404);
  EXPECT_EQ(s.get("/rdap/domain/no..name").status, 404);
}

TEST_P(RegistrationsTest, RefusesWhatCannotBe) {
  EXPECT_EQ(s.request("POST", "/manage/registrations",
                      R"({"domain":"www.yangli-example.cn","registered":"2021-02-30",)"
                      R"("expires":"x","status":"active","colour":"red"})")
                .status,
            422);
  EXPECT_EQ(s.json("GET", "/manage/registrations").size(), 0u);
}

}  // namespace
}  // namespace beian::sandbox
