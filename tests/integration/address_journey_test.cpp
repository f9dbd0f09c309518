// IP address reporting from a spreadsheet to the authority's library and out of it again, with both
// sides as real processes.
#include <gtest/gtest.h>

#include <fstream>

#include "app/api_user.hpp"
#include "platform/http/client.hpp"
#include "testing/database.hpp"
#include "testing/poll.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

// 1001 is the provider's own number as a unit. All addresses are for documentation, all names 样例.
constexpr const char* kFile =
    "类别,起始IP,终止IP,来源单位,广播单位,广播申请单位,分配使用方式,分配对象,来源单位类型,"
    "来源单位名称,使用方式,分配日期,域名跳转,单位名称,单位性质,省,市,县,详细地址,联系人姓名,"
    "联系人电话,联系人邮件,网关IP,网关物理地址,备注\r\n"
    "来源,203.0.113.0/24,,2001,,,,,,,,,,,,,,,,,,,,,样例来源\r\n"
    "分配,203.0.113.0,203.0.113.15,,,,分配且使用,,,,静态,2026/3/1,否,样例数据科技有限公司,4,"
    "440000,440300,440305,样例路1号,样例丁,13800000007,contact@yangli-example.cn,203.0.113.1,"
    "样例机房,\r\n"
    "分配,203.0.113.16,203.0.113.31,,,,再次分配,2001,,,,,,,,,,,,,,,,,\r\n"
    "分配,203.0.113.32,203.0.113.127,,,,预留,,,,,,,,,,,,,,,,,,\r\n"
    "广播,203.0.113.0,203.0.113.255,,3001,1001,,,,,,,,,,,,,,,,,,,\r\n"
    "自带,198.51.100.0,198.51.100.63,,,,,,非报备单位,样例来源单位,动态,2026-03-02,否,"
    "样例数据科技有限公司,4,440000,440300,,样例路1号,样例丁,13800000007,"
    "contact@yangli-example.cn,198.51.100.1,样例机房,\r\n";
constexpr size_t kLines = 6;

class AddressJourney : public ::testing::TestWithParam<std::string> {
 protected:
  AddressJourney() {
    sides_.start_authority();
    sides_.start_provider();
    EXPECT_TRUE(officer_.sign_in(TwoSides::kOfficer, sides_.password()));
    manage("/manage/units", Json::object({{"id", 2001}, {"name", "样例上级单位"}}));
    manage("/manage/units",
           Json::object({{"id", 3001}, {"name", "样例基础企业"}, {"carrier", true}}));
  }

  void manage(const std::string& path, const Json& body) {
    http::ClientRequest request;
    request.method = "POST";
    request.url = sides_.authority_url() + path;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = to_string(body);
    const auto answer = http::send(request);
    ASSERT_TRUE(answer) << path;
    ASSERT_LT(answer->status, 300) << path << " " << answer->body;
  }
  Json library() {
    http::ClientRequest request;
    request.url = sides_.authority_url() + "/manage/addresses?provider_id=1001";
    const auto answer = http::send(request);
    return answer ? parse_json(answer->body).value_or(Json()) : Json();
  }
  Json get(const std::string& path) { return officer_.get(path).value_or(Json()); }
  Json records(const std::string& filter = "") {
    return get("/api/v1/addresses?limit=200" + filter)["records"];
  }
  // Until that many records are in the state; a refusal ends the waiting.
  void await(const std::string& state, size_t count) {
    EXPECT_TRUE(testing::eventually(
        [&] {
          return records("&state=" + state).size() == count || records("&state=refused").size() > 0;
        },
        std::chrono::seconds(60)));
    const Json all_refused = records("&state=refused");
    for (const auto& refused : all_refused.items())
      ADD_FAILURE() << to_string(refused["document"]) << to_string(refused["findings"]);
    EXPECT_EQ(records("&state=" + state).size(), count) << sides_.log_end();
  }
  void report() {
    const auto done = officer_.post("/api/v1/addresses/report", Json::object());
    ASSERT_TRUE(done);
    EXPECT_EQ((*done)["refused_count"].as_int(), 0) << to_string(*done);
  }
  std::string id_of(const std::string& range) {
    return records("&address=" + range).at(0)["id"].as_string();
  }
  testing::RunResult command(std::vector<std::string> words) {
    words.insert(words.begin(), {beian_binary(), "addresses"});
    words.insert(words.end(), {"--config", sides_.folder() + "/provider.toml"});
    return testing::run(words);
  }

  TwoSides sides_{{.backend = GetParam(), .profile = "miit-3.0", .auto_decide_after_ms = 0}};
  app::ApiUser officer_{sides_.provider_url()};
};
INSTANTIATE_TEST_SUITE_P(Backends, AddressJourney, ::testing::ValuesIn(testing::backends()));

// Covers upload:IP/XZBA upload:IP/XGBA upload:IP/SCBA download:IP/BAJG download:IP/HCJG
// Covers download:SJTB/IP code:2998
TEST_P(AddressJourney, FromASpreadsheetToTheLibraryAndOutAgain) {
  // In by the command, dry at first.
  const std::string file = sides_.folder() + "/addresses.csv";
  std::ofstream(file, std::ios::binary) << kFile;
  EXPECT_EQ(command({"import", file, "--dry-run"}).exit_code, 0);
  EXPECT_EQ(records().size(), 0u);
  const auto imported = command({"import", file, "--json"});
  EXPECT_EQ(imported.exit_code, 0) << imported.output;
  EXPECT_EQ(parse_json(imported.output).value()["created"].as_int(), static_cast<int64_t>(kLines));

  const Json checked = get("/api/v1/addresses/check");
  EXPECT_EQ(checked["errors"].as_int(), 0) << to_string(checked);
  EXPECT_EQ(checked["findings"].at(0)["code"].as_string(), "address_gap");
  EXPECT_EQ(command({"check"}).exit_code, 0);

  report();
  await("filed", kLines);
  EXPECT_EQ(library()["assignments"].size(), 3u);
  const Json source = get("/api/v1/addresses/" + records("&block=source").at(0)["id"].as_string());
  EXPECT_EQ(source["authority_id"], library()["sources"].at(0)["id"]);

  // The same file again is nothing new.
  const auto again = officer_.post_bytes("/api/v1/addresses/import", "text/csv", kFile);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)["unchanged"].as_int(), static_cast<int64_t>(kLines));

  // A change.
  const std::string part = id_of("203.0.113.40");
  ASSERT_NE(part, source["id"].as_string());
  const Json before = get("/api/v1/addresses/" + part);
  Json document = before["document"];
  document.set("to", "203.0.113.63");
  ASSERT_TRUE(officer_.put("/api/v1/addresses/" + part,
                           Json::object({{"version", before["version"]}, {"document", document}})));
  report();
  await("filed", kLines);
  EXPECT_EQ(get("/api/v1/addresses/" + part)["filed"]["to"].as_string(), "203.0.113.63");

  // What the authority's own check finds is shown here: most of the source is not assigned.
  manage("/manage/check-addresses", Json::object({{"provider_id", 1001}}));
  EXPECT_TRUE(testing::eventually(
      [&] { return get("/api/v1/addresses/findings?open=1")["findings"].size() > 0; },
      std::chrono::seconds(30)));

  // The authority's library is what is here.
  manage("/manage/synchronise",
         Json::object({{"provider_id", 1001}, {"parts", Json::array({"ip"})}}));
  EXPECT_TRUE(testing::eventually(
      [&] {
        return get("/api/v1/authority/synchronisations")["synchronisations"]
            .at(0)["library_whole"]
            .as_bool();
      },
      std::chrono::seconds(30)))
      << sides_.log_end();
  const Json told = get("/api/v1/authority/synchronisations")["synchronisations"].at(0);
  EXPECT_EQ(told["kind"].as_string(), "ip");
  EXPECT_EQ(told["unchanged"].as_int(), static_cast<int64_t>(kLines)) << to_string(told);
  EXPECT_EQ(told["missing_there"].as_int(), 0) << to_string(told);

  // Everything leaves; the source waits for what stands on it.
  const Json all = records();
  for (const auto& record : all.items())
    EXPECT_TRUE(officer_.del("/api/v1/addresses/" + record["id"].as_string()));
  report();
  await("deleted", kLines);
  EXPECT_EQ(library()["sources"].size(), 0u);
  EXPECT_EQ(library()["assignments"].size(), 0u);
}

TEST_P(AddressJourney, ARefusalComesBackToItsRecord) {
  const auto made = officer_.post(
      "/api/v1/addresses", Json::object({{"block", "source"},
                                         {"document", Json::object({{"from", "203.0.113.0"},
                                                                    {"to", "203.0.113.255"},
                                                                    {"source_unit", 987654}})}}));
  ASSERT_TRUE(made);
  report();
  const std::string at = "/api/v1/addresses/" + (*made)["id"].as_string();
  EXPECT_TRUE(testing::eventually([&] { return get(at)["state"].as_string() == "refused"; },
                                  std::chrono::seconds(60)));
  const Json refused = get(at);
  EXPECT_EQ(refused["findings"].at(0)["code"].as_int(), 2029) << to_string(refused);
  EXPECT_EQ(refused["findings"].at(0)["field"].as_string(), "/source_unit");
}

}  // namespace
}  // namespace beian::tests
