// Websites that go to another entity, and entities that were filed before this system: from the API
// to the numbers, at the real sandbox authority, two real processes.
#include <gtest/gtest.h>

#include "accounts/accounts.hpp"
#include "app/filing_walk.hpp"
#include "app/provider.hpp"
#include "base/embedded.hpp"
#include "base/encoding.hpp"
#include "platform/image/image.hpp"
#include "testing/poll.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

Json scenario(int n = 0) {
  Json whole = parse_json(embedded::file("data/demo/first-website.json")).value();
  return (n == 0 ? whole : app::variation(whole, n))["document"];
}

const std::string& picture() {
  static const std::string kPicture = image::draw_sample(image::Format::jpeg, 800, 560, "样例材料");
  return kPicture;
}

struct Paper {
  int purpose;
  std::string owner;
};
// What Guangdong asks for, its letter (11) too.
const std::vector<Paper> kPapers = {{1, "/services/0"}, {2, "/entity"},     {3, "/entity"},
                                    {4, "/services/0"}, {5, "/services/0"}, {11, "/entity"}};

Json read(const Result<Json>& answer) {
  EXPECT_TRUE(answer) << app::describe(answer.error());
  return answer ? *answer : Json();
}

// The system that this provider had before: the same account at the authority, another database.
class EarlierSystem {
 public:
  EarlierSystem(const std::string& authority, const Secret& password) {
    app::ProviderOptions options;
    options.data_directory = folder_.path("earlier");
    authority::LinkConfig link;
    link.id = "gd";
    link.provinces = {440000};
    link.upload_wsdl_url = authority + "/ISPWebService/upDownLoad?wsdl";
    link.query_wsdl_url = authority + "/BeianStatusWebService/queryBeianStatus?wsdl";
    link.user_name = "sample";
    link.password = Secret("Sample-Password-1");
    link.provider_id = 1001;
    link.profile = "openbeian-3.1";
    link.keys = {wire::Encryption::aes128cbc, Secret("0123456789abcdef"),
                 Secret("fedcba9876543210")};
    link.poll = Millis{1000};
    link.poll_soon = Millis{100};
    options.links = {link};
    provider_ = std::make_unique<app::Provider>(options);
    for (const auto* role : {"applicant", "reviewer"})
      accounts::create_account(provider_->database(), SystemClock().now(), role, password, role);
    provider_->start();
  }
  std::string origin() const { return provider_->origin(); }

 private:
  testing::TempFolder folder_;
  std::unique_ptr<app::Provider> provider_;
};

class MigrateAndClaim : public ::testing::TestWithParam<std::string> {
 protected:
  void start() {
    sides_.start_provider();
    for (const auto* name : {"holder-sample", "target-sample"})
      sides_.create_account(name, "applicant");
    ASSERT_TRUE(holder_.sign_in("holder-sample", sides_.password()));
    ASSERT_TRUE(target_.sign_in("target-sample", sides_.password()));
    ASSERT_TRUE(reviewer_.sign_in(TwoSides::kReviewer, sides_.password()));
  }
  static std::string path_of(const Json& order) {
    return "/api/v1/orders/" + order["id"].as_string();
  }
  static void attach(app::ApiUser& who, const Json& order, const std::vector<Paper>& papers) {
    for (const auto& paper : papers)
      read(who.post_bytes(path_of(order) + "/materials?purpose=" + std::to_string(paper.purpose) +
                              "&owner=" + percent_encode(paper.owner) + "&name=a.jpg",
                          "image/jpeg", picture()));
  }
  // Handed in and passed; the order as it stands when nothing moves by itself any more.
  static Json settled(app::ApiUser& who, app::ApiUser& reviewer, const Json& order) {
    read(who.post(path_of(order) + "/submit", Json::object()));
    const auto passed = app::pass_review(reviewer, order["id"].as_string());
    EXPECT_TRUE(passed) << app::describe(passed.error());
    Json now;
    EXPECT_TRUE(testing::eventually(
        [&] {
          now = read(who.get(path_of(order)));
          const std::string& state = now["state"].as_string();
          return state == "completed" || state == "authority_rejected";
        },
        std::chrono::seconds(30)));
    return now;
  }
  static Json save(app::ApiUser& who, const Json& order, const Json& document) {
    return read(who.put(path_of(order),
                        Json::object({{"document", document}, {"version", order["version"]}})));
  }
  static Json question(const Json& entity, const Json& domains) {
    return Json::object({{"province", entity["location"]["province"]},
                         {"nature", entity["nature"]},
                         {"certificate", entity["certificate"]},
                         {"domains", domains}});
  }
  // A first filing; the entity's number.
  static std::string first(app::ApiUser& who, app::ApiUser& reviewer, const Json& document) {
    const Json order =
        read(who.post("/api/v1/orders", Json::object({{"kind", "first"}, {"document", document}})));
    attach(who, order, kPapers);
    const Json done = settled(who, reviewer, order);
    EXPECT_EQ(done["state"].as_string(), "completed") << to_string(done["findings"]);
    return done["filing_number"].as_string();
  }
  // The holder's website as a draft of the target, agreed to; `to`: sample of the target's entity.
  Json moving(int to) {
    const Json wanted = scenario(to), domains = scenario()["services"].at(0)["domains"];
    const Json found =
        read(target_.post("/api/v1/orders/detect", question(wanted["entity"], domains)));
    EXPECT_EQ(found["kind"].as_string(), "migrate") << to_string(found);
    Json order =
        read(target_.post("/api/v1/orders", Json::object({{"detection", found["detection"]}})));
    Json document = order["document"];
    if (!document["entity"].find("manager")) document.set("entity", wanted["entity"]);
    Json website = wanted["services"].at(0);
    website.set("domains", domains);
    website.set("home_url", "www.yangli-example.cn");
    website.set("name", "样例迁入网站");
    document.set("services", Json::array({website}));
    order = save(target_, order, document);
    const auto early = target_.post(path_of(order) + "/submit", Json::object());
    EXPECT_FALSE(early);
    read(holder_.post("/api/v1/migrations/" + order["id"].as_string() + "/agree", Json::object()));
    return read(target_.get(path_of(order)));
  }
  std::string reason(const std::string& host) {
    return read(target_.get("/api/v1/access?host=" + host))["reason"].as_string();
  }
  static Json entity_of(app::ApiUser& who) {
    return read(who.get("/api/v1/registry/entities"))["entities"].at(0);
  }
  // The library's entity with that number.
  Json library(const std::string& number) {
    const Json filed = read(authority_.get("/manage/filed"));
    for (const auto& entity : filed.items())
      if (entity["entity_number"].as_string() == number) return entity;
    return filed;
  }
  std::string filing_password(const Json& entity) {
    const Json messages = read(
        authority_.get("/manage/phones/" + entity["manager"]["mobile"].as_string() + "/messages"));
    constexpr std::string_view kBefore = "备案密码 ", kAfter = "，请妥善保管";
    for (const auto& message : messages.items()) {
      const std::string& text = message["text"].as_string();
      const size_t from = text.find(kBefore);
      if (from == std::string::npos) continue;
      const size_t begin = from + kBefore.size();
      return text.substr(begin, text.find(kAfter) - begin);
    }
    return {};
  }
  static std::string code_of(const Result<Json>& answer) {
    if (answer) return "no problem";
    const auto& problem = answer.error().front();
    return std::string(spec_of(problem.code).name) + "@" + problem.field;
  }

  TwoSides sides_{{.backend = GetParam(), .auto_sms = true, .auto_decide_after_ms = 0}};
  app::ApiUser holder_{sides_.provider_url()};
  app::ApiUser target_{sides_.provider_url()};
  app::ApiUser reviewer_{sides_.provider_url()};
  app::ApiUser authority_{sides_.authority_url()};
};
INSTANTIATE_TEST_SUITE_P(Backends, MigrateAndClaim, ::testing::ValuesIn(testing::backends()));

TEST_P(MigrateAndClaim, AWebsiteGoesToAnEntityThatHasNone) {
  sides_.start_authority();
  start();
  const std::string old = first(holder_, reviewer_, scenario());
  ASSERT_EQ(reason("www.yangli-example.cn"), "filed");
  const Json order = moving(1);
  attach(target_, order, kPapers);
  const Json done = settled(target_, reviewer_, order);
  ASSERT_EQ(done["state"].as_string(), "completed")
      << to_string(done["findings"]) << sides_.log_end();
  EXPECT_EQ(done["state_title"].as_string(), "已迁移");
  const std::string number = done["filing_number"].as_string();
  EXPECT_NE(number, old);
  // On both sides it stands under the new one, and under it alone.
  EXPECT_EQ(entity_of(target_)["services"].at(0)["filing_number"].as_string(), number + "-1");
  EXPECT_TRUE(entity_of(holder_)["shell"].as_bool()) << to_string(entity_of(holder_));
  EXPECT_EQ(library(number)["services"].size(), 1u) << to_string(library(number));
  EXPECT_EQ(
      read(target_.get("/api/v1/access?host=www.yangli-example.cn"))["filing_number"].as_string(),
      number + "-1");
  // It was never closed between: the history has the two parts, the journal no gap.
  const Json history = read(target_.get(path_of(order) + "/history"))["history"];
  int reports = 0;
  bool released = false;
  for (const auto& entry : history.items()) {
    if (entry["event"].as_string() == "report") ++reports;
    released = released || entry["event"].as_string() == "next_part";
  }
  EXPECT_EQ(reports, 2);
  EXPECT_TRUE(released);
}

TEST_P(MigrateAndClaim, ARefusalOfTheSecondPartLeavesAWayOn) {
  sides_.start_authority();
  start();
  first(holder_, reviewer_, scenario());
  const std::string number = first(target_, reviewer_, scenario(1));
  read(authority_.post("/manage/scenario",
                       parse_json(R"({"name": "refuse-second", "title": "样例", "steps": [
        {"when": {"record": "new_service"}, "times": 1,
         "then": {"decision": {"approve": false, "opinion": "样例意见：请核对网站名称"}}},
        {"when": {"record": "*"}, "then": {"decision": {"approve": true, "opinion": "同意"}}}]})")
                           .value()));
  Json order = moving(1);
  EXPECT_EQ(order["filed"]["entity_number"].as_string(), number);
  attach(target_, order,
         {{1, "/services/0"}, {4, "/services/0"}, {5, "/services/0"}, {11, "/entity"}});
  Json now = settled(target_, reviewer_, order);
  ASSERT_EQ(now["state"].as_string(), "authority_rejected") << to_string(now) << sides_.log_end();
  EXPECT_NE(to_string(now["findings"]).find("已经注销而新备案没有核准"), std::string::npos);
  EXPECT_EQ(now["parts"].at(0)["state"].as_string(), "done");
  // The website is filed nowhere, but not closed while its order goes on.
  EXPECT_EQ(reason("www.yangli-example.cn"), "filed");
  Json document = now["document"];
  document.find("services")->items()[0].set("name", "样例迁入改名网站");
  now = settled(target_, reviewer_, save(target_, now, document));
  ASSERT_EQ(now["state"].as_string(), "completed") << to_string(now["findings"]);
  EXPECT_EQ(now["filing_number"].as_string(), number);
  EXPECT_EQ(entity_of(target_)["services"].size(), 2u);
  EXPECT_EQ(read(target_.get("/api/v1/access?host=yangli-example.cn"))["filing_number"].as_string(),
            number + "-2");
}

TEST_P(MigrateAndClaim, NotToAPersonAndNotWhereTheProvinceHasNoWay) {
  sides_.start_authority();
  start();
  first(holder_, reviewer_, scenario());
  const Json domains = scenario()["services"].at(0)["domains"];
  Json person = scenario(1)["entity"];
  person.set("nature", 5);
  person.set("certificate",
             Json::object({{"type", 2}, {"number", person["manager"]["certificate_number"]}}));
  const auto refused = target_.post("/api/v1/orders/detect", question(person, domains));
  ASSERT_FALSE(refused);
  ASSERT_EQ(refused.error().size(), 2u);
  EXPECT_EQ(refused.error().at(0).code, ProblemCode::filed_elsewhere);
  EXPECT_EQ(refused.error().at(1).code, ProblemCode::migration_not_taken);
  EXPECT_EQ(refused.error().at(1).field, "/domains/0");
}

TEST_P(MigrateAndClaim, WhatWasFiledBeforeIsClaimedAndChanged) {
  sides_.start_authority();
  std::string number;
  {
    EarlierSystem earlier(sides_.authority_url(), sides_.password());
    app::ApiUser applicant(earlier.origin()), reviewer(earlier.origin());
    ASSERT_TRUE(applicant.sign_in("applicant", sides_.password()));
    ASSERT_TRUE(reviewer.sign_in("reviewer", sides_.password()));
    number = first(applicant, reviewer, scenario());
  }
  start();
  Json certificate = scenario()["entity"]["certificate"];
  certificate.erase("address");
  Json document = Json::object({{"entity_number", number},
                                {"filing_password", filing_password(scenario()["entity"])},
                                {"entity", Json::object({{"name", scenario()["entity"]["name"]},
                                                         {"nature", scenario()["entity"]["nature"]},
                                                         {"certificate", certificate}})}});
  Json order = read(
      target_.post("/api/v1/orders", Json::object({{"kind", "claim"}, {"document", document}})));
  attach(target_, order, {{2, "/entity"}, {3, "/entity"}});
  const auto submit = [&](app::ApiUser& who, const Json& of) {
    return who.post(path_of(of) + "/submit", Json::object());
  };
  EXPECT_EQ(code_of(submit(target_, order)), "claim_unknown@/entity_number");
  read(authority_.post("/manage/synchronise", Json::object({{"provider_id", 1001}})));
  ASSERT_TRUE(testing::eventually([&] { return reason("www.yangli-example.cn") == "filed"; },
                                  std::chrono::seconds(20)))
      << sides_.log_end();

  Json wrong = document;
  wrong.find("entity")
      ->find("certificate")
      ->set("number", scenario(1)["entity"]["certificate"]["number"]);
  order = save(target_, order, wrong);
  EXPECT_EQ(code_of(submit(target_, order)), "claim_differs@/entity/certificate/number");
  wrong = document;
  wrong.set("filing_password", "Sample-Wrong-1");
  order = save(target_, order, wrong);
  EXPECT_EQ(code_of(submit(target_, order)), "filing_password_wrong@/filing_password");
  order = save(target_, order, document);
  const Json found =
      read(target_.post("/api/v1/orders/detect",
                        question(scenario()["entity"], scenario()["services"].at(0)["domains"])));
  EXPECT_EQ(found["kind"].as_string(), "claim");
  const Json done = settled(target_, reviewer_, order);
  ASSERT_EQ(done["state"].as_string(), "completed");
  EXPECT_EQ(done["filing_number"].as_string(), number);
  EXPECT_EQ(entity_of(target_)["filing_number"].as_string(), number)
      << to_string(entity_of(target_));

  // Nobody gets it a second time.
  const Json second = read(
      holder_.post("/api/v1/orders", Json::object({{"kind", "claim"}, {"document", document}})));
  attach(holder_, second, {{2, "/entity"}, {3, "/entity"}});
  EXPECT_EQ(code_of(submit(holder_, second)), "entity_of_other_account@/entity_number");

  Json change = read(target_.post(
      "/api/v1/orders", Json::object({{"kind", "change_service"}, {"service", number + "-1"}})));
  Json changed = change["document"];
  changed.find("services")->items()[0].set("name", "样例认领后改名网站");
  change = save(target_, change, changed);
  attach(target_, change, {{1, "/services/0"}, {11, "/entity"}});
  EXPECT_EQ(settled(target_, reviewer_, change)["state_title"].as_string(), "已变更")
      << sides_.log_end();
}

}  // namespace
}  // namespace beian::tests
