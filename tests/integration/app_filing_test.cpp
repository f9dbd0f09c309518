// Apps, mini programs and quick apps from the API to the number and after, at the real sandbox
// authority: two real processes over the real interface.
#include <gtest/gtest.h>

#include "app/filing_walk.hpp"
#include "base/embedded.hpp"
#include "base/encoding.hpp"
#include "platform/image/image.hpp"
#include "testing/poll.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

Json scenario() {
  return parse_json(embedded::file("data/demo/first-website.json")).value();
}

const std::string& picture() {
  static const std::string kPicture = image::draw_sample(image::Format::jpeg, 800, 560, "样例材料");
  return kPicture;
}
const std::string& icon() {
  static const std::string kIcon = image::draw_sample(image::Format::png, 256, 256, "样例");
  return kIcon;
}

Json service_of(const std::string& kind, const std::string& name, const char* app) {
  Json service = scenario()["document"]["services"].at(0);
  for (const auto* member : {"contents", "home_url", "domains"}) service.erase(member);
  if (kind != "app") service.erase("accesses");
  service.set("kind", kind);
  service.set("name", name);
  service.set("remark", "样例服务：为样例用户查询样例账单与样例通知，不面向公众");
  service.set("app", *parse_json(app));
  return service;
}

Json app_service() {
  Json app = service_of("app", "云栖样例", R"({"contents": [33], "platforms": [
      {"platform": "android", "package_id": "cn.yangli.example.app",
       "fingerprint": "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF",
       "domains": ["api.yangli-app-example.cn"]}],
      "provides_sdk": false, "uses_sdk": false,
      "stores": [{"store": "样例应用市场", "url": "https://store.yangli-example.cn/app"}]})");
  std::string key;
  while (key.size() < 512) key += "c0ffee00";
  app.find("app")->find("platforms")->items()[0].set("public_key", key);
  app.set("domains", Json::array({"yangli-app-example.cn"}));
  return app;
}
Json mini_program() {
  return service_of("mini_program", "云栖样例小程序",
                    R"({"contents": [34], "applet_id": "wx0001", "host_platform": "样例平台"})");
}
Json quick_app() {
  return service_of("quick_app", "云栖样例快应用",
                    R"({"contents": [35], "applet_id": "com.yangli.quick",
                        "host_platform": "样例快应用联盟"})");
}
Json document_of(std::vector<Json> services) {
  Json list = Json::array();
  for (auto& service : services) list.push(std::move(service));
  Json document = scenario()["document"];
  document.set("services", std::move(list));
  return document;
}

struct Paper {
  int purpose;
  std::string owner;
};
std::vector<Paper> papers_of(const Json& document) {
  std::vector<Paper> papers = {{2, "/entity"}, {3, "/entity"}};
  for (size_t i = 0; i < document["services"].size(); ++i) {
    const std::string owner = "/services/" + std::to_string(i);
    for (const int purpose : {1, 4, 5}) papers.push_back({purpose, owner});
    if (document["services"].at(i)["kind"].as_string() == "app")
      papers.push_back({7, owner + "/app"});
  }
  return papers;
}

class AppFiling : public ::testing::TestWithParam<std::string> {
 protected:
  explicit AppFiling(SidesOptions options = {.backend = GetParam(),
                                             .auto_sms = true,
                                             .auto_decide_after_ms = 0})
      : sides_(std::move(options)) {}
  void SetUp() override {
    sides_.start_authority();
    sides_.start_provider();
    sides_.create_account("applicant-sample", "applicant");
    ASSERT_TRUE(applicant_.sign_in("applicant-sample", sides_.password()));
    ASSERT_TRUE(reviewer_.sign_in(TwoSides::kReviewer, sides_.password()));
  }

  static Json read(const Result<Json>& answer) {
    EXPECT_TRUE(answer) << app::describe(answer.error());
    return answer ? *answer : Json();
  }
  Json order(const std::string& id) { return read(applicant_.get("/api/v1/orders/" + id)); }
  Json entity() { return read(applicant_.get("/api/v1/registry/entities"))["entities"].at(0); }
  Json library() { return read(authority_.get("/manage/filed")).at(0)["services"]; }
  std::string reason(const std::string& host) {
    return read(applicant_.get("/api/v1/access?host=" + host))["reason"].as_string();
  }
  Json begun(const std::string& kind, const std::string& number) {
    return read(
        applicant_.post("/api/v1/orders", Json::object({{"kind", kind}, {"service", number}})));
  }
  Json save(const Json& draft, const Json& document) {
    return read(
        applicant_.put("/api/v1/orders/" + draft["id"].as_string(),
                       Json::object({{"document", document}, {"version", draft["version"]}})));
  }
  void attach(const std::string& id, const std::vector<Paper>& papers) {
    for (const auto& paper : papers)
      read(applicant_.post_bytes("/api/v1/orders/" + id +
                                     "/materials?purpose=" + std::to_string(paper.purpose) +
                                     "&owner=" + percent_encode(paper.owner) + "&name=a.jpg",
                                 paper.purpose == 7 ? "image/png" : "image/jpeg",
                                 paper.purpose == 7 ? icon() : picture()));
  }
  // Handed in and reviewed.
  void hand_in(const std::string& id, const std::vector<Paper>& papers) {
    attach(id, papers);
    // Guangdong's letter, with every order but cancellations.
    if (!order(id)["kind"].as_string().starts_with("cancel")) attach(id, {{11, "/entity"}});
    read(applicant_.post("/api/v1/orders/" + id + "/submit", Json::object()));
    const auto passed = app::pass_review(reviewer_, id);
    EXPECT_TRUE(passed) << app::describe(passed.error());
  }
  Json until(const std::string& id, const std::string& state) {
    Json now;
    EXPECT_TRUE(testing::eventually(
        [&] {
          now = order(id);
          const std::string& reached = now["state"].as_string();
          return reached == state || reached == "authority_rejected";
        },
        std::chrono::seconds(20)));
    EXPECT_EQ(now["state"].as_string(), state) << to_string(now["findings"]) << sides_.log_end();
    return now;
  }
  Json finish(const Json& draft, const std::vector<Paper>& papers) {
    const std::string& id = draft["id"].as_string();
    hand_in(id, papers);
    return until(id, "completed");
  }
  std::string create(const Json& document) {
    return read(applicant_.post("/api/v1/orders", Json::object({{"document", document}})))["id"]
        .as_string();
  }
  // All of them in one first filing; the entity's number.
  std::string file(const std::vector<Json>& services) {
    const Json document = document_of(services);
    const std::string id = create(document);
    hand_in(id, papers_of(document));
    return until(id, "completed")["filing_number"].as_string();
  }
  std::vector<std::string> numbers() {
    std::vector<std::string> out;
    const Json filed = entity();
    for (const auto& service : filed["services"].items())
      out.push_back(service["filing_number"].as_string());
    return out;
  }
  template <class Condition>
  void becomes(Condition condition) {
    EXPECT_TRUE(testing::eventually(condition)) << to_string(entity()) << sides_.log_end();
  }

  TwoSides sides_;
  app::ApiUser applicant_{sides_.provider_url()};
  app::ApiUser reviewer_{sides_.provider_url()};
  app::ApiUser authority_{sides_.authority_url()};
};
INSTANTIATE_TEST_SUITE_P(Backends, AppFiling, ::testing::ValuesIn(testing::backends()));

TEST_P(AppFiling, ThreeKindsInOneFirstFilingGetTheirNumbers) {
  const std::string number = file({app_service(), mini_program(), quick_app()});
  EXPECT_EQ(numbers(), (std::vector<std::string>{number + "-1A", number + "-2X", number + "-3K"}));
  const Json services = entity()["services"];
  EXPECT_EQ(services.at(0)["kind"].as_string(), "app");
  EXPECT_EQ(services.at(0)["app_keys"], Json::array({"android:cn.yangli.example.app"}));
  EXPECT_EQ(services.at(1)["kind"].as_string(), "mini_program");
  EXPECT_FALSE(services.at(1)["shell"].as_bool());
  EXPECT_EQ(reason("api.yangli-app-example.cn"), "filed");
  // What the authority has is what was typed.
  const Json there = library();
  EXPECT_EQ(there.at(0)["number"].as_string(), number + "-1A");
  EXPECT_EQ(there.at(0)["app"]["platforms"].at(0)["fingerprint"].as_string(),
            "00112233445566778899aabbccddeeff");
  EXPECT_EQ(there.at(0)["app"]["platforms"].at(0)["fingerprint_algorithm"].as_string(), "MD5");
  EXPECT_EQ(there.at(2)["app"]["applet_id"].as_string(), "com.yangli.quick");
  // The same one again is known at once.
  const Json known = entity();
  const auto again = applicant_.post(
      "/api/v1/orders/detect",
      Json::object({{"province", 440000},
                    {"nature", 4},
                    {"certificate", scenario()["document"]["entity"]["certificate"]},
                    {"kind", "app"},
                    {"app", Json::object({{"platforms",
                                           Json::array({Json::object(
                                               {{"platform", "android"},
                                                {"package_id", "cn.yangli.example.app"}})})}})}}));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().front().code, ProblemCode::app_filed);
  EXPECT_EQ(again.error().front().field, "/app/platforms/0/package_id");
}

TEST_P(AppFiling, AWebsiteAndAnAppShareTheirDomain) {
  Json website = scenario()["document"]["services"].at(0);
  Json app = app_service();
  app.set("domains", website["domains"]);
  app.find("app")->find("platforms")->items()[0].set("domains", website["domains"]);
  const std::string number = file({website, app});
  EXPECT_EQ(numbers(), (std::vector<std::string>{number + "-1", number + "-2A"}));
  // The website goes, the app keeps the domain open.
  const Json draft = begun("cancel_service", number + "-1");
  finish(save(draft, Json::object({{"reason", 1}})), {});
  EXPECT_EQ(reason("yangli-example.cn"), "filed");
}

TEST_P(AppFiling, AnAppIsChanged) {
  const std::string number = file({app_service(), mini_program()});
  Json draft = begun("change_service", number + "-1A");
  Json document = draft["document"];
  Json& app = document.find("services")->items()[0];
  EXPECT_EQ(app["app"]["uses_sdk"], Json(false));
  Json harmony = app["app"]["platforms"].at(0);
  harmony.set("platform", "harmonyos");
  harmony.erase("domains");
  app.find("app")->find("platforms")->push(harmony);
  app.set("name", "云栖样例新版");
  app.set("domains", Json::array({"yangli-app-example.cn", "yangli-more-example.cn"}));
  finish(save(draft, document), {{1, "/services/0"}, {7, "/services/0/app"}});
  becomes([&] { return reason("yangli-more-example.cn") == "filed"; });
  EXPECT_EQ(entity()["services"].at(0)["app_keys"],
            Json::array({"android:cn.yangli.example.app", "harmonyos:cn.yangli.example.app"}));
  EXPECT_EQ(library().at(0)["name"].as_string(), "云栖样例新版");

  draft = begun("change_service", number + "-2X");
  document = draft["document"];
  document.find("services")->items()[0].find("app")->set("applet_id", "wx0002");
  finish(save(draft, document), {{1, "/services/0"}});
  becomes([&] {
    return entity()["services"].at(1)["app_keys"] == Json::array({"mini_program:样例平台:wx0002"});
  });
}

TEST_P(AppFiling, AccessAndServicesEnd) {
  const std::string number = file({app_service(), mini_program()});
  Json draft = begun("cancel_access", number + "-1A");
  EXPECT_EQ(draft["filed"]["leaves"].as_string(), "shell_service");
  finish(save(draft, Json::object({{"reason", 4}})), {});
  EXPECT_EQ(reason("api.yangli-app-example.cn"), "no_access_here");
  EXPECT_TRUE(entity()["services"].at(0)["shell"].as_bool());
  for (const auto* end : {"-1A", "-2X"}) {
    draft = begun("cancel_service", number + end);
    const Json done = finish(save(draft, Json::object({{"reason", 1}})), {});
    EXPECT_EQ(done["state_title"].as_string(), "已注销");
  }
  EXPECT_EQ(reason("api.yangli-app-example.cn"), "cancelled");
  EXPECT_TRUE(entity()["shell"].as_bool());
}

TEST_P(AppFiling, AnAppIsAddedToAFiledEntity) {
  const std::string number = file({scenario()["document"]["services"].at(0)});
  const Json found = read(applicant_.post(
      "/api/v1/orders/detect",
      Json::object({{"province", 440000},
                    {"nature", 4},
                    {"certificate", scenario()["document"]["entity"]["certificate"]},
                    {"kind", "quick_app"},
                    {"app", Json::object({{"applet_id", "com.yangli.quick"},
                                          {"host_platform", "样例快应用联盟"}})}})));
  EXPECT_EQ(found["kind"].as_string(), "add_service");
  Json draft =
      read(applicant_.post("/api/v1/orders", Json::object({{"detection", found["detection"]}})));
  Json document = draft["document"];
  document.set("services", Json::array({quick_app()}));
  finish(save(draft, document), {{1, "/services/0"}, {4, "/services/0"}, {5, "/services/0"}});
  EXPECT_EQ(numbers(), (std::vector<std::string>{number + "-1", number + "-2K"}));
}

class RefusedApp : public AppFiling {
 protected:
  RefusedApp() : AppFiling({.backend = GetParam(), .auto_sms = true}) {}
};
INSTANTIATE_TEST_SUITE_P(Backends, RefusedApp, ::testing::ValuesIn(testing::backends()));

TEST_P(RefusedApp, IsTheApplicantsAgainWithTheCode) {
  const Json document = document_of({app_service()});
  const std::string id = create(document);
  hand_in(id, papers_of(document));
  until(id, "at_authority");
  Json records;
  ASSERT_TRUE(testing::eventually([&] {
    records = read(authority_.get("/manage/records?state=at_authority"));
    return records.size() == 1;
  }));
  read(authority_.post(
      "/manage/records/" + std::to_string(records.at(0)["id"].as_int()) + "/decision",
      Json::object({{"approve", false},
                    {"opinion", "样例意见：该应用已由他人备案"},
                    {"codes", Json::array({1037})}})));
  const Json refused = until(id, "authority_rejected");
  EXPECT_NE(to_string(refused["findings"]).find("1037"), std::string::npos)
      << to_string(refused["findings"]);
  // Mended and handed in again.
  Json mended = refused["document"];
  mended.find("services")->items()[0].set("name", "云栖样例二");
  save(refused, mended);
  read(applicant_.post("/api/v1/orders/" + id + "/submit", Json::object()));
  EXPECT_TRUE(app::pass_review(reviewer_, id));
  until(id, "at_authority");
  ASSERT_TRUE(testing::eventually([&] {
    records = read(authority_.get("/manage/records?state=at_authority"));
    return records.size() == 1;
  }));
  read(authority_.post(
      "/manage/records/" + std::to_string(records.at(0)["id"].as_int()) + "/decision",
      Json::object({{"approve", true}})));
  EXPECT_NE(until(id, "completed")["filing_number"].as_string(), "");
}

class OfficialInterface : public AppFiling {
 protected:
  OfficialInterface() : AppFiling({.backend = GetParam(), .profile = "miit-3.0"}) {}
};
INSTANTIATE_TEST_SUITE_P(Backends, OfficialInterface, ::testing::ValuesIn(testing::backends()));

TEST_P(OfficialInterface, HasNoWordsForApps) {
  const Json document = document_of({scenario()["document"]["services"].at(0), app_service()});
  const std::string id = create(document);
  attach(id, papers_of(document));
  attach(id, {{11, "/entity"}});
  const auto refused = applicant_.post("/api/v1/orders/" + id + "/submit", Json::object());
  ASSERT_FALSE(refused);
  ASSERT_EQ(refused.error().size(), 1u) << app::describe(refused.error());
  EXPECT_EQ(refused.error().front().code, ProblemCode::service_kind_not_taken);
  EXPECT_EQ(refused.error().front().field, "/services/1/kind");
}

}  // namespace
}  // namespace beian::tests
