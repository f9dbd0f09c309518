// Whose filing is it: the real provider and the real authority, two accounts, a member.
#include <gtest/gtest.h>

#include "app/filing_walk.hpp"
#include "base/embedded.hpp"
#include "base/encoding.hpp"
#include "platform/image/image.hpp"
#include "testing/poll.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

Json document() {
  return parse_json(embedded::file("data/demo/first-website.json")).value()["document"];
}

class Accounts : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    sides_.start_authority();
    sides_.start_provider();
    for (const auto* name : {"holder-sample", "target-sample"})
      sides_.create_account(name, "applicant");
    ASSERT_TRUE(holder_.sign_in("holder-sample", sides_.password()));
    ASSERT_TRUE(target_.sign_in("target-sample", sides_.password()));
    ASSERT_TRUE(reviewer_.sign_in(TwoSides::kReviewer, sides_.password()));
  }
  static Json read(const Result<Json>& answer) {
    EXPECT_TRUE(answer) << app::describe(answer.error());
    return answer ? *answer : Json();
  }
  static Result<Json> detect(app::ApiUser& user) {
    return user.post("/api/v1/orders/detect",
                     Json::object({{"province", 440000},
                                   {"nature", document()["entity"]["nature"]},
                                   {"certificate", document()["entity"]["certificate"]},
                                   {"domains", Json::array({"yangli-new-example.cn"})}}));
  }
  // From a draft to completed, through review and authority.
  Json finish(app::ApiUser& user, const Json& order,
              const std::vector<std::pair<int, std::string>>& papers) {
    static const std::string kPicture =
        image::draw_sample(image::Format::jpeg, 800, 560, "样例材料");
    const std::string path = "/api/v1/orders/" + order["id"].as_string();
    for (const auto& [purpose, owner] : papers)
      read(user.post_bytes(path + "/materials?purpose=" + std::to_string(purpose) +
                               "&owner=" + percent_encode(owner) + "&name=a.jpg",
                           "image/jpeg", kPicture));
    read(user.post(path + "/submit", Json::object()));
    const auto passed = app::pass_review(reviewer_, order["id"].as_string());
    EXPECT_TRUE(passed) << app::describe(passed.error());
    Json now;
    EXPECT_TRUE(testing::eventually(
        [&] {
          now = read(user.get(path));
          return now["state"].as_string() == "completed";
        },
        std::chrono::seconds(30)))
        << to_string(now["findings"]) << sides_.log_end();
    return now;
  }

  // As it comes: one entity an account.
  TwoSides sides_{
      {.backend = GetParam(), .auto_sms = true, .auto_decide_after_ms = 0, .settings = ""}};
  app::ApiUser holder_{sides_.provider_url()}, target_{sides_.provider_url()};
  app::ApiUser reviewer_{sides_.provider_url()};
};
INSTANTIATE_TEST_SUITE_P(Backends, Accounts, ::testing::ValuesIn(testing::backends()));

TEST_P(Accounts, AFilingGoesToAnotherAccount) {
  // An editor of the holder's files it.
  read(holder_.post("/api/v1/account/members",
                    Json::object({{"name", "editor-sample"},
                                  {"password", sides_.password().reveal()},
                                  {"role", "editor"}})));
  app::ApiUser editor(sides_.provider_url());
  ASSERT_TRUE(editor.sign_in("editor-sample", sides_.password()));
  const Json order = read(
      editor.post("/api/v1/orders", Json::object({{"kind", "first"}, {"document", document()}})));
  const std::string number = finish(editor, order,
                                    {{1, "/services/0"},
                                     {2, "/entity"},
                                     {3, "/entity"},
                                     {4, "/services/0"},
                                     {5, "/services/0"},
                                     {11, "/entity"}})["filing_number"]
                                 .as_string();
  ASSERT_FALSE(number.empty());
  EXPECT_EQ(read(holder_.get("/api/v1/orders"))["orders"].size(), 1u) << "it is the account's";

  // The other account is told whose it is, masked, and what to do.
  const auto refused = detect(target_);
  ASSERT_FALSE(refused);
  const Problem& told = refused.error().front();
  EXPECT_EQ(told.code, ProblemCode::entity_of_other_account);
  EXPECT_EQ(told.field, "/certificate/number");
  const std::string shown = app::describe(refused.error());
  EXPECT_NE(shown.find(mask_name("holder-sample")), std::string::npos) << shown;
  EXPECT_EQ(shown.find("holder-sample"), std::string::npos) << shown;
  EXPECT_NE(std::string(spec_of(told.code).advice_zh).find("转移备案"), std::string::npos);

  // An editor gives nothing away; the holder does, with the password, and the other confirms.
  const Json wanted = Json::object(
      {{"entity", number}, {"account", "target-sample"}, {"password", sides_.password().reveal()}});
  const auto forbidden = editor.post("/api/v1/transfers", wanted);
  ASSERT_FALSE(forbidden);
  EXPECT_EQ(forbidden.error().front().code, ProblemCode::forbidden);
  const Json started = read(holder_.post("/api/v1/transfers", wanted));
  const std::string path = "/api/v1/transfers/" + started["transfer"]["id"].as_string();
  EXPECT_EQ(read(target_.get("/api/v1/transfers"))["transfers"].size(), 1u);
  const auto wrong = target_.post(path + "/confirm", Json::object({{"code", "0000-0000-0000"}}));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().front().code, ProblemCode::transfer_code_wrong);
  const Json done =
      read(target_.post(path + "/confirm", Json::object({{"code", started["code"]}})));
  EXPECT_EQ(done["transfer"]["state"].as_string(), "done");
  EXPECT_EQ(read(holder_.get(path))["history"].size(), 2u);

  // The second account changes the filing, the first one cannot any more.
  const Json change = Json::object({{"kind", "change_entity"}, {"entity", number}});
  const auto gone = holder_.post("/api/v1/orders", change);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().front().code, ProblemCode::not_found);
  EXPECT_EQ(read(holder_.get("/api/v1/registry/entities"))["entities"].size(), 0u);
  Json begun = read(target_.post("/api/v1/orders", change));
  Json edited = begun["document"];
  edited.find("entity")->find("location")->set("address", "样例大道8号");
  begun = read(target_.put("/api/v1/orders/" + begun["id"].as_string(),
                           Json::object({{"document", edited}, {"version", begun["version"]}})));
  EXPECT_EQ(finish(target_, begun, {{11, "/entity"}})["state_title"].as_string(), "已变更");
  EXPECT_TRUE(testing::eventually([&] {
    const Json next = read(target_.post("/api/v1/orders", change));
    return next["document"]["entity"]["location"]["address"].as_string() == "样例大道8号";
  })) << sides_.log_end();
  // What is served stays served, and the first account is told whose the entity is now.
  EXPECT_EQ(read(target_.get("/api/v1/access?host=yangli-example.cn"))["reason"].as_string(),
            "filed");
  const auto now = detect(holder_);
  ASSERT_FALSE(now);
  EXPECT_EQ(now.error().front().code, ProblemCode::entity_of_other_account);
}

TEST_P(Accounts, AnIdentityIsSetOnTheCommandLine) {
  const auto set = [&](const std::string& account, const std::string& number) {
    return testing::run(
        {beian_binary(), "admin", "set-identity", "--config", sides_.folder() + "/provider.toml",
         "--account", account, "--kind", "organization", "--certificate-type", "1"},
        "样例科技有限公司\n" + number + "\n");
  };
  const std::string licence = document()["entity"]["certificate"]["number"].as_string();
  EXPECT_EQ(set("holder-sample", licence).exit_code, 0);
  const Json identity = read(holder_.get("/api/v1/account/identity"))["identity"];
  EXPECT_EQ(identity["kind"].as_string(), "organization");
  EXPECT_EQ(to_string(identity).find(licence), std::string::npos);
  EXPECT_EQ(set("holder-sample", "123").exit_code, 1);
  EXPECT_EQ(set("nobody-sample", licence).exit_code, 1);
}

}  // namespace
}  // namespace beian::tests
