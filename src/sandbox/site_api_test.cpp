// What the authority's own site asks the management and the public interface.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "sandbox/handed_for_tests.hpp"

namespace beian::sandbox {
namespace {

using ::testing::HasSubstr;

class SiteApi : public ::testing::TestWithParam<std::string> {
 protected:
  void report(Json record) {
    p.report(kA, "icp", Json::object({{"new_filings", Json::array({std::move(record)})}}));
  }
  int status(const std::string& method, const std::string& path, const Json& body = {}) {
    return p.s.request(method, path, body.is_null() ? "" : to_string(body)).status;
  }
  Json get(const std::string& path) { return p.s.json("GET", path); }
  Providers p{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Backends, SiteApi, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

std::string header(const http::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

// The value of the first row so called.
std::string told(const Json& rows, std::string_view title) {
  for (const auto& row : rows.items())
    if (row["title"].as_string() == title) return row["now"].as_string();
  return {};
}

TEST_P(SiteApi, ShowsARecordWhole) {
  report(samples::record(1));
  const Json record = get("/manage/records/1");
  EXPECT_EQ(record["state"].as_string(), "at_authority");
  EXPECT_EQ(told(record["reported"], "主办单位或主办人名称"), "样例公司1");
  EXPECT_FALSE(record["compared"].as_bool(true));
  EXPECT_EQ(record["filed"].size(), 0U);
  ASSERT_GT(record["attachments"].size(), 0U);
  EXPECT_FALSE(record["attachments"].at(0)["title"].as_string().empty());
  const auto picture = p.s.get("/manage/records/1/attachments/0");
  EXPECT_EQ(picture.status, 200);
  EXPECT_EQ(header(picture, "X-Content-Type-Options"), "nosniff");
  for (const auto* missing :
       {"/manage/records/9", "/manage/records/x", "/manage/records/1/attachments/99",
        "/manage/records/1/attachments/x"})
    EXPECT_EQ(status("GET", missing), 404) << missing;
  const Json codes = get("/manage/refusal-codes");
  ASSERT_GT(codes.size(), 0U);
  EXPECT_FALSE(codes.at(0)["text"].as_string().empty());
}

TEST_P(SiteApi, TellsOfAFileWhatBecameOfEachRecord) {
  report(samples::record(1));
  report(samples::record(1));  // in process already
  const Json first = get("/manage/uploads/1"), second = get("/manage/uploads/2");
  EXPECT_EQ(first["record_list"].at(0)["state"].as_string(), "at_authority");
  const Json& rejected = second["record_list"].at(0);
  EXPECT_EQ(rejected["state"].as_string(), "rejected");
  ASSERT_GT(rejected["outcomes"].size(), 0U);
  EXPECT_FALSE(rejected["outcomes"].at(0)["text"].as_string().empty());
  EXPECT_THAT(p.s.get("/manage/uploads/1/xml").body, HasSubstr("<UploadData"));
  EXPECT_EQ(status("GET", "/manage/uploads/9"), 404);
  EXPECT_EQ(status("GET", "/manage/uploads/x/xml"), 404);
}

TEST_P(SiteApi, TellsOfAFileWhatWasAnsweredAtOnce) {
  p.report(kA, "domain_names",
           Json::object(
               {{"new_filings", Json::array({samples::domain_name(1, "yangli-reg-example.cn")})}}));
  const Json domains = get("/manage/uploads/1")["answers"];
  ASSERT_EQ(domains.size(), 1U);
  EXPECT_EQ(domains.at(0)["kind"].as_string(), "domain_results");
  p.s.clock.advance(Millis(1000));
  p.report(kA, "ip",
           Json::object({{"new_filings",
                          Json::object({{"sources", Json::array({samples::source(
                                                        1, 3405803776, 3405803839, 10)})}})}}));
  const Json addresses = get("/manage/uploads/2")["answers"];
  ASSERT_EQ(addresses.size(), 1U);
  EXPECT_EQ(addresses.at(0)["kind"].as_string(), "sources");
  EXPECT_FALSE(addresses.at(0)["outcomes"].at(0)["text"].as_string().empty());
}

TEST_P(SiteApi, ListsAndChangesAccounts) {
  const Json all = get("/manage/providers");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all.at(0).find("password"), nullptr);
  EXPECT_EQ(all.at(0).find("key"), nullptr);
  p.s.json("PATCH", "/manage/providers/20002",
           Json::object({{"profile", "openbeian-3.1"}, {"enabled", false}}));
  const Json changed = get("/manage/providers").at(1);
  EXPECT_EQ(changed["profile"].as_string(), "openbeian-3.1");
  EXPECT_FALSE(changed["enabled"].as_bool(true));
  EXPECT_EQ(changed["province"].as_int(), 440000);
  EXPECT_EQ(p.s.call("isp_download", p.as(kB)).msg_code, 2);  // the password is the same
  EXPECT_EQ(status("PATCH", "/manage/providers/7", Json::object({{"enabled", true}})), 404);
  EXPECT_EQ(status("PATCH", "/manage/providers/20002", Json::object({{"provider_id", 1}})), 422);
  EXPECT_EQ(status("PATCH", "/manage/providers/20002", Json::object({{"encryption", 1}})), 422);
}

TEST_P(SiteApi, TellsHowTheSwitchesStand) {
  EXPECT_FALSE(get("/manage/settings")["maintenance"].as_bool(true));
  p.s.json("PUT", "/manage/settings", Json::object({{"maintenance", true}}));
  EXPECT_TRUE(get("/manage/settings")["maintenance"].as_bool());
  p.s.json("PUT", "/manage/settings", Json::object({{"maintenance", false}}));
  p.s.json("POST", "/manage/faults",
           Json::object({{"operation", "isp_download"}, {"kind", "code"}, {"code", 999}}));
  EXPECT_EQ(get("/manage/faults").at(0)["remaining"].as_int(), 1);
  EXPECT_EQ(p.s.call("isp_download").msg_code, 999);
  EXPECT_EQ(get("/manage/faults").size(), 0U);
  const Json ours = get("/manage/scenarios");
  for (const auto& scenario : ours.items()) p.s.json("POST", "/manage/scenario", scenario);
  EXPECT_GT(get("/manage/overview")["scenarios"].as_int(), 0);
  p.s.json("POST", "/manage/blacklist",
           Json::object({{"kind", "domain"}, {"value", "yangli-black-example.cn"}}));
  EXPECT_EQ(get("/manage/blacklist").at(0)["value"].as_string(), "yangli-black-example.cn");
}

TEST_P(SiteApi, AnswersThePublic) {
  report(samples::record(1));
  EXPECT_EQ(get("/manage/overview")["records"]["at_authority"].as_int(), 1);
  p.s.json("POST", "/manage/records/1/decision", Json::object({{"approve", true}}));
  const auto ask = [&](const std::string& question) {
    return get("/public/query?q=" + question)["found"];
  };
  const Json by_name = ask("样例公司1");
  ASSERT_EQ(by_name.size(), 1U);
  const std::string number = by_name.at(0)["entity_number"].as_string();
  EXPECT_EQ(ask(number).size(), 1U);
  EXPECT_EQ(ask(by_name.at(0)["domains"].at(0).as_string()).size(), 1U);
  EXPECT_EQ(ask("样例公司").size(), 0U);  // no part of a name
  EXPECT_EQ(status("GET", "/public/query"), 422);
  const Json nobody = Json::object({{"mobile", "13800000009"}, {"last_six", "1"}, {"code", "1"}});
  EXPECT_EQ(status("POST", "/public/sms", nobody), 422);
  EXPECT_EQ(p.s.request("POST", "/public/sms", to_string(nobody), {{"Origin", "http://elsewhere"}})
                .status,
            403);
}

TEST_P(SiteApi, ListsPhones) {
  EXPECT_EQ(get("/manage/phones").size(), 0U);
  report(samples::record(1));
  p.s.json("POST", "/manage/records/1/decision", Json::object({{"approve", true}}));
  const Json phones = get("/manage/phones");  // the filing password was told
  ASSERT_EQ(phones.size(), 1U);
  EXPECT_EQ(phones.at(0)["messages"].as_int(), 1);
}

TEST(SiteApiWithToken, AsksForItAsThePageDoes) {
  Options options;
  options.management_token = Secret("样例令牌");
  Providers p("sqlite", options);
  for (const auto* path :
       {"/manage/overview", "/manage/providers", "/manage/records", "/manage/records/1",
        "/manage/records/1/attachments/0", "/manage/refusal-codes", "/manage/uploads",
        "/manage/uploads/1", "/manage/uploads/1/xml", "/manage/settings", "/manage/faults",
        "/manage/scenarios", "/manage/phones", "/manage/blacklist"})
    EXPECT_EQ(p.s.get(path).status, 401) << path;
  EXPECT_EQ(p.s.request("PATCH", "/manage/providers/20002", "{}").status, 401);
  EXPECT_EQ(p.s.get("/public/query?q=x").status, 200);
  // A browser asks by itself where it is told to; a page with a script does it in its own way.
  EXPECT_THAT(header(p.s.get("/manage/overview"), "WWW-Authenticate"), HasSubstr("Basic"));
  EXPECT_THAT(
      header(p.s.get("/manage/overview", {{"Authorization", "Bearer -"}}), "WWW-Authenticate"),
      HasSubstr("Bearer"));
  EXPECT_EQ(p.s.get("/manage/overview", {{"Authorization", "Bearer 样例令牌"}}).status, 200);
}

}  // namespace
}  // namespace beian::sandbox
