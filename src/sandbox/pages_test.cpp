// The officer's pages: what a whole day needs, without script, safe against other sites' forms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "sandbox/handed_for_tests.hpp"

namespace beian::sandbox {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Pages : public ::testing::TestWithParam<std::string> {
 protected:
  std::string page(const std::string& path) {
    const auto response = p.s.get(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_THAT(response.body, Not(HasSubstr("<script")));
    return response.body;
  }
  http::Response post(const std::string& path, const std::string& form,
                      const std::string& origin = "http://127.0.0.1:8081") {
    return p.s.request("POST", path, form, {{"Origin", origin}});
  }
  void report(Json record) {
    p.report(kA, "icp", Json::object({{"new_filings", Json::array({std::move(record)})}}));
  }
  Providers p{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Backends, Pages, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

TEST_P(Pages, ShowARecordAndRefuseItWithCodes) {
  Json record = samples::record(1);
  record.find("entity")->set("name", "样例<b>公司");
  report(record);
  EXPECT_THAT(page("/desk"), HasSubstr("待审核"));
  EXPECT_THAT(page("/decide"), AllOf(HasSubstr("新增备案"), HasSubstr("样例&lt;b&gt;公司")));
  const std::string html = page("/decide/1");
  EXPECT_THAT(html, AllOf(HasSubstr("样例&lt;b&gt;公司"), HasSubstr("广东省深圳市南山区"),
                          HasSubstr("203.0.113.1"), HasSubstr("/decide/1/attachments/1"),
                          HasSubstr("value=\"1027\"")));
  EXPECT_THAT(html, Not(HasSubstr("value=\"2001\"")));
  EXPECT_EQ(post("/decide/1", "decision=refuse&opinion=x&code=1027", "http://elsewhere").status,
            403);
  EXPECT_EQ(post("/decide/1", "decision=refuse&opinion=").status, 422);
  EXPECT_EQ(
      post("/decide/1", "decision=refuse&opinion=%E4%B8%8D%E7%AC%A6&code=1027&code=1007").status,
      303);
  const Json results = p.fetch(kA).at(0)["icp"]["results"];
  const Json& outcomes = results["records"].at(1)["outcomes"];
  EXPECT_EQ(outcomes.at(0)["code"].as_int(), 1027);
  EXPECT_EQ(outcomes.at(1)["code"].as_int(), 1007);
  EXPECT_EQ(results["decisions"].at(0)["opinion"].as_string(), "不符");
}

TEST_P(Pages, ShowFilesWithTheirXml) {
  report(samples::record(1));
  EXPECT_THAT(page("/files"), HasSubstr("/files/1"));
  EXPECT_THAT(page("/files/1"), AllOf(HasSubstr("&lt;UploadData"), HasSubstr("样例公司1")));
  const auto raw = p.s.get("/files/1/xml");
  EXPECT_THAT(raw.body, HasSubstr("<UploadData"));
  EXPECT_EQ(p.s.get("/files/99").status, 404);
  EXPECT_EQ(p.s.get("/files/x/xml").status, 404);
}

TEST_P(Pages, HandOutAndShowWhatWaits) {
  EXPECT_EQ(post("/handed", "provider=0&what=base_codes", "http://elsewhere").status, 403);
  EXPECT_EQ(post("/handed", "provider=0&what=base_codes").status, 303);
  EXPECT_EQ(post("/handed", "provider=20001&what=synchronise").status, 303);
  EXPECT_EQ(post("/handed", "provider=20001&what=check").status, 303);
  EXPECT_EQ(post("/handed", "provider=7&what=check").status, 404);
  EXPECT_EQ(post("/handed", "provider=20001&what=nothing").status, 422);
  EXPECT_THAT(page("/handed"), AllOf(HasSubstr("基础代码"), HasSubstr("/handed/notices/1")));
  EXPECT_THAT(page("/handed/notices/1"), HasSubstr("industries"));
  p.fetch(kA);
  EXPECT_THAT(page("/handed"), HasSubstr("JCDM20001N1"));
  EXPECT_THAT(page("/handed/files/1"), HasSubstr("&lt;JCDM&gt;"));
  EXPECT_EQ(p.s.get("/handed/files/99").status, 404);
}

TEST_P(Pages, ShowTasksAddressesAndDomains) {
  p.s.json("POST", "/manage/unfiled-sites",
           Json::object({{"provider_id", kA},
                         {"sites", Json::array({Json::object({{"domain", "yangli-un-example.cn"},
                                                              {"address", "203.0.113.10"}})})}}));
  EXPECT_THAT(page("/tasks"), AllOf(HasSubstr("yangli-un-example.cn"), HasSubstr("待答复")));
  p.report(kA, "ip",
           Json::object({{"new_filings",
                          Json::object({{"sources", Json::array({samples::source(
                                                        1, 3405803776, 3405803839, 10)})}})}}));
  p.report(kA, "domain_names",
           Json::object(
               {{"new_filings", Json::array({samples::domain_name(1, "yangli-reg-example.cn")})}}));
  EXPECT_THAT(page("/addresses"),
              AllOf(HasSubstr("203.0.113.0-203.0.113.63"), HasSubstr("yangli-reg-example.cn")));
}

TEST_P(Pages, KeepAccountsAndSettings) {
  EXPECT_THAT(page("/providers"), HasSubstr("20002"));
  EXPECT_EQ(post("/providers",
                 "provider_id=20009&user_name=yangli9&password=x&profile=miit-3.0&"
                 "encryption=0&province=&enabled=1")
                .status,
            303);
  const auto bad = post("/providers",
                        "provider_id=20009&user_name=&password=&profile=miit-3.0&"
                        "encryption=1&key=short");
  EXPECT_EQ(bad.status, 422);
  EXPECT_THAT(bad.body, AllOf(HasSubstr("/user_name"), HasSubstr("/password"), HasSubstr("/key"),
                              HasSubstr("value=\"20009\"")));
  EXPECT_EQ(post("/settings", "auto_decide_after_ms=0&maintenance=1&auto_sms=0").status, 303);
  EXPECT_EQ(p.s.call("isp_download").msg_code, 902);
  EXPECT_THAT(page("/settings"), HasSubstr("value=\"0\""));
  EXPECT_EQ(post("/settings", "auto_decide_after_ms=-5").status, 422);
  EXPECT_EQ(post("/settings", "auto_decide_after_ms=&maintenance=0&auto_sms=0").status, 303);
  EXPECT_EQ(post("/settings/scenario", "name=data%2Fsandbox%2Fday-away.json").status, 303);
  EXPECT_THAT(page("/settings"), HasSubstr("day-away"));
  EXPECT_EQ(p.s.soap("isp_download").status, 0);
  EXPECT_EQ(post("/settings/scenario", "clear=1").status, 303);
  EXPECT_EQ(p.s.call("isp_download").msg_code, 2);
  EXPECT_EQ(post("/settings/scenario", "name=data%2Fcodes%2Fcodes.json").status, 422);
}

TEST(PagesWithToken, AskForIt) {
  Options options;
  options.management_token = Secret("样例令牌");
  Providers p("sqlite", options);
  for (const auto* path : {"/desk", "/files", "/files/1", "/files/1/xml", "/tasks", "/handed",
                           "/handed/files/1", "/addresses", "/providers", "/settings", "/decide",
                           "/manage/notices", "/manage/tasks", "/manage/scenario"})
    EXPECT_EQ(p.s.get(path).status, 401) << path;
  EXPECT_EQ(p.s.get("/query").status, 200);
  EXPECT_EQ(p.s.get("/desk", {{"Authorization", "Bearer 样例令牌"}}).status, 200);
}

}  // namespace
}  // namespace beian::sandbox
