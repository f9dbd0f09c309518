// Every kind of order from the API to the number, at the real sandbox authority: two real processes
// and, where something is filed elsewhere, another provider beside them.
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

constexpr int64_t kOtherProvider = 1002;

Json scenario() {
  return parse_json(embedded::file("data/demo/first-website.json")).value();
}

const std::string& picture() {
  static const std::string kPicture = image::draw_sample(image::Format::jpeg, 800, 560, "样例材料");
  return kPicture;
}

// Another provider with an account at the same authority, in this process.
class OtherProvider {
 public:
  OtherProvider(const std::string& authority, const Secret& password) {
    app::ProviderOptions options;
    options.data_directory = folder_.path("other");
    authority::LinkConfig link;
    link.id = "gd";
    link.provinces = {440000};
    link.upload_wsdl_url = authority + "/ISPWebService/upDownLoad?wsdl";
    link.query_wsdl_url = authority + "/BeianStatusWebService/queryBeianStatus?wsdl";
    link.verify_wsdl_url = authority + "/BeianStatusWebService/verifyBamm?wsdl";
    link.user_name = "other";
    link.password = Secret("Sample-Password-2");
    link.provider_id = kOtherProvider;
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

class OrderKinds : public ::testing::TestWithParam<std::string> {
 protected:
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
  Json mine(const std::string& path) { return read(applicant_.get(path)); }
  std::string reason(const std::string& domain) {
    return mine("/api/v1/access?host=" + domain)["reason"].as_string();
  }
  Json entity() { return mine("/api/v1/registry/entities")["entities"].at(0); }
  // What the authority's library has of the only entity.
  Json library() { return read(authority_.get("/manage/filed")).at(0); }
  template <class Condition>
  void becomes(Condition condition) {
    EXPECT_TRUE(testing::eventually(condition)) << to_string(entity()) << sides_.log_end();
  }

  struct Paper {
    int purpose;
    std::string owner;
  };
  // From a draft to completed, through review and authority.
  static Json finish(app::ApiUser& applicant, app::ApiUser& reviewer, const std::string& id,
                     const std::vector<Paper>& papers) {
    const std::string path = "/api/v1/orders/" + id;
    auto all = papers;
    // Guangdong's letter, with every order but cancellations.
    if (!read(applicant.get(path))["kind"].as_string().starts_with("cancel"))
      all.push_back({11, "/entity"});
    for (const auto& paper : all)
      read(applicant.post_bytes(path + "/materials?purpose=" + std::to_string(paper.purpose) +
                                    "&owner=" + percent_encode(paper.owner) + "&name=a.jpg",
                                "image/jpeg", picture()));
    read(applicant.post(path + "/submit", Json::object()));
    const auto passed = app::pass_review(reviewer, id);
    EXPECT_TRUE(passed) << app::describe(passed.error());
    Json order;
    EXPECT_TRUE(testing::eventually(
        [&] {
          order = read(applicant.get(path));
          const std::string& state = order["state"].as_string();
          return state == "completed" || state == "authority_rejected";
        },
        std::chrono::seconds(20)));
    EXPECT_EQ(order["state"].as_string(), "completed")
        << to_string(order["findings"]) << to_string(read(applicant.get(path + "/history")));
    return order;
  }
  Json finish(const Json& order, const std::vector<Paper>& papers = {}) {
    Json done = finish(applicant_, reviewer_, order["id"].as_string(), papers);
    if (HasFailure()) ADD_FAILURE() << sides_.log_end();
    return done;
  }
  Json save(const Json& order, const Json& document) {
    return read(
        applicant_.put("/api/v1/orders/" + order["id"].as_string(),
                       Json::object({{"document", document}, {"version", order["version"]}})));
  }
  static Json detect(app::ApiUser& applicant, const Json& document) {
    return read(
        applicant.post("/api/v1/orders/detect",
                       Json::object({{"province", document["entity"]["location"]["province"]},
                                     {"nature", document["entity"]["nature"]},
                                     {"certificate", document["entity"]["certificate"]},
                                     {"domains", document["services"].at(0)["domains"]}})));
  }
  static Json first(app::ApiUser& applicant, app::ApiUser& reviewer, const Json& document) {
    const Json found = detect(applicant, document);
    const Json order = read(
        applicant.post("/api/v1/orders",
                       Json::object({{"detection", found["detection"]}, {"document", document}})));
    return finish(applicant, reviewer, order["id"].as_string(),
                  {{1, "/services/0"},
                   {2, "/entity"},
                   {3, "/entity"},
                   {4, "/services/0"},
                   {5, "/services/0"}});
  }
  // The sample website with two domains, filed here: an older site, as an administrator says.
  void file_here() {
    sides_.create_account("admin-sample", "admin");
    app::ApiUser admin(sides_.provider_url());
    ASSERT_TRUE(admin.sign_in("admin-sample", sides_.password()));
    read(admin.put("/api/v1/rules/overrides/two-domains",
                   Json::object({{"rule", "one-domain-per-website"},
                                 {"severity", "warn"},
                                 {"reason", "样例：2019年前的网站"}})));
    Json document = scenario()["document"];
    document.find("services")
        ->items()[0]
        .set("domains", Json::array({"yangli-example.cn", "yangli-second-example.cn"}));
    number_ = first(applicant_, reviewer_, document)["filing_number"].as_string();
    ASSERT_FALSE(number_.empty()) << sides_.log_end();
    ASSERT_EQ(reason("yangli-second-example.cn"), "filed");
  }
  // The sample website, filed through another provider.
  void file_elsewhere() {
    read(authority_.post("/manage/providers", Json::object({{"provider_id", kOtherProvider},
                                                            {"user_name", "other"},
                                                            {"password", "Sample-Password-2"},
                                                            {"profile", "openbeian-3.1"},
                                                            {"encryption", 1},
                                                            {"key", "0123456789abcdef"},
                                                            {"iv", "fedcba9876543210"},
                                                            {"province", 440000}})));
    other_ = std::make_unique<OtherProvider>(sides_.authority_url(), sides_.password());
    app::ApiUser applicant(other_->origin()), reviewer(other_->origin());
    ASSERT_TRUE(applicant.sign_in("applicant", sides_.password()));
    ASSERT_TRUE(reviewer.sign_in("reviewer", sides_.password()));
    number_ = first(applicant, reviewer, scenario()["document"])["filing_number"].as_string();
    ASSERT_FALSE(number_.empty());
  }
  // As the authority told it to the entity manager's phone.
  std::string filing_password() {
    const Json manager = scenario()["document"]["entity"]["manager"];
    const Json messages =
        read(authority_.get("/manage/phones/" + manager["mobile"].as_string() + "/messages"));
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
  // Another website of the sample entity.
  static Json second_website() {
    Json service = scenario()["document"]["services"].at(0);
    service.set("name", "样例商城网站");
    service.set("domains", Json::array({"yangli-shop-example.cn"}));
    service.set("home_url", "www.yangli-shop-example.cn");
    return service;
  }
  static Json question_of(const Json& service) {
    Json document = scenario()["document"];
    document.set("services", Json::array({service}));
    return document;
  }

  TwoSides sides_{{.backend = GetParam(), .auto_sms = true, .auto_decide_after_ms = 0}};
  app::ApiUser applicant_{sides_.provider_url()};
  app::ApiUser reviewer_{sides_.provider_url()};
  app::ApiUser authority_{sides_.authority_url()};
  std::unique_ptr<OtherProvider> other_;
  std::string number_;
};
INSTANTIATE_TEST_SUITE_P(Backends, OrderKinds, ::testing::ValuesIn(testing::backends()));

TEST_P(OrderKinds, AServiceIsAddedToAnEntityFiledHere) {
  file_here();
  const Json found = detect(applicant_, question_of(second_website()));
  EXPECT_EQ(found["kind"].as_string(), "add_service");
  EXPECT_EQ(found["entity_number"].as_string(), number_);
  Json order =
      read(applicant_.post("/api/v1/orders", Json::object({{"detection", found["detection"]}})));
  Json document = order["document"];
  EXPECT_EQ(document["entity"]["name"], scenario()["document"]["entity"]["name"]);
  document.set("services", Json::array({second_website()}));
  order =
      finish(save(order, document), {{1, "/services/0"}, {4, "/services/0"}, {5, "/services/0"}});
  EXPECT_EQ(order["filing_number"].as_string(), number_);
  EXPECT_EQ(order["state_title"].as_string(), "已备案");
  const Json services = entity()["services"];
  ASSERT_EQ(services.size(), 2u);
  EXPECT_EQ(services.at(1)["filing_number"].as_string(), number_ + "-2");
  EXPECT_EQ(reason("www.yangli-shop-example.cn"), "filed");
  EXPECT_EQ(reason("yangli-example.cn"), "filed");
}

TEST_P(OrderKinds, AServiceIsAddedToAnEntityFiledElsewhere) {
  file_elsewhere();
  const Json found = detect(applicant_, question_of(second_website()));
  EXPECT_EQ(found["kind"].as_string(), "add_service");
  EXPECT_EQ(found["entity_number"].as_string(), number_);
  EXPECT_TRUE(found["filing_password"].as_bool());
  Json order =
      read(applicant_.post("/api/v1/orders", Json::object({{"detection", found["detection"]}})));
  Json document = order["document"];
  document.set("services", Json::array({second_website()}));
  document.set("filing_password", "Sample-Wrong-1");
  order = save(order, document);
  const std::string path = "/api/v1/orders/" + order["id"].as_string();
  const auto wrong = applicant_.post(path + "/submit", Json::object());
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().front().code, ProblemCode::filing_password_wrong);
  document.set("filing_password", filing_password());
  order =
      finish(save(order, document), {{1, "/services/0"}, {4, "/services/0"}, {5, "/services/0"}});
  EXPECT_EQ(order["filing_number"].as_string(), number_);
  // The account's own from now on.
  EXPECT_EQ(entity()["services"].at(0)["filing_number"].as_string(), number_ + "-2");
  EXPECT_EQ(reason("www.yangli-shop-example.cn"), "filed");
  EXPECT_EQ(entity()["name"], scenario()["document"]["entity"]["name"]);
}

TEST_P(OrderKinds, AnAccessIsAddedToAServiceFiledElsewhere) {
  file_elsewhere();
  const Json filed = scenario()["document"];
  const Json found = detect(applicant_, filed);
  EXPECT_EQ(found["kind"].as_string(), "add_access");
  EXPECT_EQ(found["service_number"].as_string(), number_ + "-1");
  Json order =
      read(applicant_.post("/api/v1/orders", Json::object({{"detection", found["detection"]}})));
  Json document = order["document"];
  Json access = filed["services"].at(0)["accesses"].at(0);
  access.set("addresses",
             Json::array({Json::object({{"from", "198.51.100.7"}, {"to", "198.51.100.7"}})}));
  document.find("services")->items()[0].set("accesses", Json::array({access}));
  document.set("filing_password", filing_password());
  order =
      finish(save(order, document), {{1, "/services/0"}, {4, "/services/0"}, {5, "/services/0"}});
  EXPECT_EQ(order["state_title"].as_string(), "已接入");
  EXPECT_EQ(entity()["services"].at(0)["filing_number"].as_string(), number_ + "-1");
  EXPECT_TRUE(entity()["services"].at(0)["access_here"].as_bool());
  EXPECT_EQ(reason("www.yangli-example.cn"), "filed");
}

TEST_P(OrderKinds, EntityAndServiceAreChanged) {
  file_here();
  Json order = read(applicant_.post(
      "/api/v1/orders", Json::object({{"kind", "change_entity"}, {"entity", number_}})));
  Json document = order["document"];
  document.find("entity")->set("name", "样例科技（深圳）有限公司");
  order = finish(save(order, document), {{2, "/entity"}, {28, "/entity"}});
  EXPECT_EQ(order["state_title"].as_string(), "已变更");
  becomes([&] { return entity()["name"].as_string() == "样例科技（深圳）有限公司"; });

  order = read(applicant_.post(
      "/api/v1/orders", Json::object({{"kind", "change_service"}, {"service", number_ + "-1"}})));
  document = order["document"];
  EXPECT_EQ(document["entity"]["name"].as_string(), "样例科技（深圳）有限公司");
  Json* service = document.find("services")->items().data();
  service->set("domains", Json::array({"yangli-example.cn"}));
  service->set("name", "样例改名网站");
  finish(save(order, document), {{1, "/services/0"}});
  becomes([&] { return reason("yangli-second-example.cn") == "cancelled"; });
  EXPECT_EQ(reason("yangli-example.cn"), "filed");

  order = read(applicant_.post("/api/v1/orders",
                               Json::object({{"kind", "change_both"}, {"entity", number_}})));
  document = order["document"];
  document.find("entity")->find("location")->set("address", "样例大道8号");
  service = document.find("services")->items().data();
  service->find("accesses")
      ->items()[0]
      .set("addresses",
           Json::array({Json::object({{"from", "198.51.100.8"}, {"to", "198.51.100.9"}})}));
  finish(save(order, document), {{1, "/services/0"}});
  const Json there = library();
  EXPECT_EQ(there["entity_name"].as_string(), "样例科技（深圳）有限公司") << to_string(there);
  // The next order begins with what is filed now.
  becomes([&] {
    const Json next = read(applicant_.post(
        "/api/v1/orders", Json::object({{"kind", "change_service"}, {"service", number_ + "-1"}})));
    return next["document"]["entity"]["location"]["address"].as_string() == "样例大道8号" &&
           next["document"]["services"]
                   .at(0)["accesses"]
                   .at(0)["addresses"]
                   .at(0)["to"]
                   .as_string() == "198.51.100.9";
  });
}

TEST_P(OrderKinds, AccessServiceAndEntityAreCancelled) {
  file_here();
  Json order = read(applicant_.post(
      "/api/v1/orders", Json::object({{"kind", "cancel_access"}, {"service", number_ + "-1"}})));
  EXPECT_EQ(order["filed"]["leaves"].as_string(), "shell_service");
  order = finish(save(order, Json::object({{"reason", 4}})));
  EXPECT_EQ(order["state_title"].as_string(), "已取消接入");
  EXPECT_EQ(reason("yangli-example.cn"), "no_access_here");
  EXPECT_TRUE(entity()["services"].at(0)["shell"].as_bool());

  order = read(applicant_.post(
      "/api/v1/orders", Json::object({{"kind", "cancel_service"}, {"service", number_ + "-1"}})));
  EXPECT_EQ(order["filed"]["leaves"].as_string(), "shell_entity");
  order = finish(save(order, Json::object({{"reason", 1}, {"remark", "样例：不再运营"}})));
  EXPECT_EQ(order["state_title"].as_string(), "已注销");
  EXPECT_EQ(reason("yangli-example.cn"), "cancelled");
  EXPECT_TRUE(entity()["shell"].as_bool());

  order = read(applicant_.post("/api/v1/orders",
                               Json::object({{"kind", "cancel_entity"}, {"entity", number_}})));
  order =
      finish(save(order, Json::object({{"reason", 1}, {"filing_password", filing_password()}})));
  EXPECT_EQ(order["filing_number"].as_string(), number_);
  EXPECT_TRUE(entity()["cancelled"].as_bool());
  EXPECT_FALSE(entity()["shell"].as_bool());
}

}  // namespace
}  // namespace beian::tests
