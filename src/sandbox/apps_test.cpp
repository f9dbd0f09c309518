// Apps, mini programs and quick apps at the sandbox authority, on both databases: their numbers,
// what is a conflict, what the pages show.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/filed.hpp"
#include "sandbox/parties_for_tests.hpp"

namespace beian::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kA = 20001;
constexpr int64_t kB = 20002;

Json app_of(int n, const char* id = "cn.yangli.example.app") {
  Json service = samples::service(n);
  for (const char* member : {"contents", "home_url"}) service.erase(member);
  service.set("name", "样例应用" + std::to_string(n));
  service.set(
      "app",
      Json::object({{"kind", 6},
                    {"contents", Json::array({33})},
                    {"platforms",
                     Json::array({Json::object({{"platform", "android"}, {"package_id", id}})})},
                    {"icon", Json::object({{"format", 1}, {"content", samples::jpeg()}})}}));
  return service;
}

Json applet_of(int n, int64_t kind) {
  Json service = app_of(n);
  for (const char* member : {"domains", "accesses"}) service.erase(member);
  service.set("app", Json::object({{"kind", kind},
                                   {"contents", Json::array({34})},
                                   {"applet_id", "wx" + std::to_string(n)},
                                   {"host_platform", "样例平台"}}));
  return service;
}

class SandboxApps : public ::testing::TestWithParam<std::string> {
 protected:
  static Options verifying() {
    Options options;
    options.auto_sms = true;
    return options;
  }
  void SetUp() override {
    p.add(kA, "openbeian-3.1");
    p.add(kB, "openbeian-3.1");
    entity = p.file(kA, 1);
    p.fetch(kA);
  }
  Json adding(std::vector<Json> services) {
    Json record = samples::new_service(entity, 2);
    Json list = Json::array();
    for (auto& service : services) list.push(std::move(service));
    record.set("services", std::move(list));
    return record;
  }
  // The codes of what was answered to a record that A sent.
  std::vector<int64_t> codes(const std::string& path, const Json& record, int64_t provider = kA) {
    p.send(provider, path, {record});
    std::vector<int64_t> out;
    for (const auto& document : p.fetch(provider))
      for (const auto& result : document["results"]["records"].items())
        for (const auto& outcome : result["outcomes"].items())
          out.push_back(outcome["code"].as_int());
    return out;
  }
  std::string page(const std::string& question) {
    return p.s.request("GET", "/query?q=" + question).body;
  }
  Parties p{GetParam(), verifying()};
  LibraryEntity entity;
};
INSTANTIATE_TEST_SUITE_P(Backends, SandboxApps, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

TEST_P(SandboxApps, NumbersCountOverAllKindsAndEndWithTheKind) {
  p.filed(kA, "new_services", adding({app_of(2), applet_of(3, 7), applet_of(4, 8)}));
  std::vector<std::string> numbers;
  for (const auto& service : p.services(entity.id)) numbers.push_back(service.number);
  EXPECT_THAT(numbers, ElementsAre(entity.number + "-1", entity.number + "-2A",
                                   entity.number + "-3X", entity.number + "-4K"));
  const auto told = p.fetch(kA);
  ASSERT_FALSE(told.empty());
  const Json& services = told.back()["filed"].at(0)["services"];
  ASSERT_EQ(services.size(), 3u);
  EXPECT_EQ(services.at(0)["app"]["platforms"].at(0)["package_id"].as_string(),
            "cn.yangli.example.app");
  EXPECT_EQ(services.at(0)["app"]["icon"]["content"].as_string(), samples::jpeg());
  EXPECT_EQ(services.at(1).find("domains"), nullptr);
  EXPECT_EQ(services.at(2)["app"]["applet_id"].as_string(), "wx4");

  EXPECT_THAT(page("样例应用2"), HasSubstr(entity.number + "-2A"));
  EXPECT_THAT(page("CN.yangli.example.app"), HasSubstr("App名称"));
  EXPECT_THAT(page(entity.number + "-3X"), HasSubstr("小程序备案号"));
  EXPECT_THAT(page("cn.yangli.example.ap_"), HasSubstr("没有查到"));
}

TEST_P(SandboxApps, TheSameAppTwiceIsOneTooMany) {
  p.filed(kA, "new_services", adding({app_of(2)}));
  p.fetch(kA);
  Json again = app_of(5, "CN.yangli.example.APP");
  EXPECT_THAT(codes("new_services", adding({again})), ElementsAre(1037));
  // Twice in one record, and in process.
  EXPECT_THAT(
      codes("new_services", adding({app_of(6, "cn.yangli.two"), app_of(7, "cn.yangli.two")})),
      ElementsAre(1037));
  EXPECT_THAT(codes("new_services", adding({app_of(8, "cn.yangli.three")})), IsEmpty());
  EXPECT_THAT(codes("new_services", adding({app_of(9, "cn.yangli.three")})), ElementsAre(1037));
}

TEST_P(SandboxApps, ADomainIsSharedWithinOneEntity) {
  Json app = app_of(2);
  app.set("name", p.services(entity.id).at(0).name);  // a website and an app may have one name
  app.set("domains",
          Json::array({Json::object({{"provider_domain_id", 22}, {"name", samples::domain(1)}})}));
  p.filed(kA, "new_services", adding({app}));
  EXPECT_EQ(p.services(entity.id).size(), 2u);
  p.fetch(kA);
  p.read([&](db::Tx& tx) {
    EXPECT_EQ(services_with_domain(tx, samples::domain(1)).size(), 2u);
    // The website answers for the name.
    EXPECT_EQ(filed_by_domain(tx, samples::domain(1))->service_number, entity.number + "-1");
    return 0;
  });
  // Another entity's app may not have it.
  const auto other = p.file(kB, 7);
  p.fetch(kB);
  Json foreign = samples::new_service(other, 8);
  Json taking = app_of(8, "cn.yangli.other");
  taking.set("domains", app["domains"]);
  foreign.set("services", Json::array({taking}));
  EXPECT_THAT(codes("new_services", foreign, kB), ElementsAre(1005));
  // Nor a second website of the same one.
  Json website = samples::service(9);
  website.set("domains", app["domains"]);
  website.erase("home_url");
  EXPECT_THAT(codes("new_services", adding({website})), ElementsAre(1005));
}

TEST_P(SandboxApps, AChangeBringsAnotherPlatform) {
  p.filed(kA, "new_services", adding({app_of(2)}));
  p.fetch(kA);
  const auto services = p.services(entity.id);
  Json document = p.document(entity.id, kA);
  Json& list = *document.find("services");
  list.items().erase(list.items().begin());  // the website stays as it is
  Json record = samples::change(document, kA);
  record.find("services")
      ->items()[0]
      .find("app")
      ->find("platforms")
      ->push(Json::object({{"platform", "ios"}, {"package_id", "cn.yangli.example.app"}}));
  Json wrong = record;
  wrong.find("services")->items()[0].find("app")->set("kind", 8);
  EXPECT_THAT(codes("changes", wrong), ::testing::Contains(1016));
  p.filed(kA, "changes", record);
  p.read([&](db::Tx& tx) {
    EXPECT_THAT(app_keys_of(tx, services.at(1).id),
                ElementsAre("android:cn.yangli.example.app", "ios:cn.yangli.example.app"));
    return 0;
  });
  // A cancelled app leaves its name to others.
  p.fetch(kA);
  p.filed(kA, "cancellations", samples::cancellation(1, services.at(1).id, 1));
  p.fetch(kA);
  EXPECT_THAT(codes("new_services", adding({app_of(5)})), IsEmpty());
}

TEST_P(SandboxApps, WhatIsWrongWithAnApp) {
  const auto judged = [&](const char* member, Json value) {
    Json app = app_of(2);
    app.find("app")->set(member, std::move(value));
    return codes("new_services", adding({app}));
  };
  EXPECT_THAT(judged("contents", Json::array({501})), ElementsAre(1034));  // only a group
  EXPECT_THAT(
      judged("platforms",
             Json::array({Json::object({{"platform", "ios"}, {"package_id", "cn.yangli.*"}})})),
      ElementsAre(1999));
  Json bare = app_of(2);
  bare.find("app")->erase("platforms");
  EXPECT_THAT(codes("new_services", adding({bare})), ElementsAre(1999));
}

}  // namespace
}  // namespace beian::sandbox
