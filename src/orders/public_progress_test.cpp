// What visitors of a site hear of its filing while it is under way.
#include "orders/public_progress.hpp"

#include <gtest/gtest.h>

#include "orders/world_for_test.hpp"

namespace beian::orders {
namespace {

class PublicProgressTest : public OrdersWorld {
 protected:
  Json progress(const std::string& host) {
    return json(send("GET", "/api/v1/public/progress?host=" + host, ""));
  }
  std::string stage(const std::string& host) {
    const Json told = progress(host);
    return told["in_progress"].as_bool() ? told["stage"].as_string() : "none";
  }
  const std::string domain_ = sample_document()["services"].at(0)["domains"].at(0).as_string();
};
INSTANTIATE_TEST_SUITE_P(Backends, PublicProgressTest, ::testing::ValuesIn(testing::backends()));

TEST_P(PublicProgressTest, TellsTheStageAndNothingElse) {
  const std::string id = complete_draft("a1", sample_document());
  EXPECT_EQ(stage(domain_), "none") << "a draft is its applicant's own";
  ASSERT_EQ(send("POST", "/api/v1/orders/" + id + "/submit", "a1").status, 200);
  EXPECT_EQ(to_string(progress("www." + domain_ + ":8080")),
            "{\"in_progress\":true,\"domain\":\"" + domain_ +
                "\",\"stage\":\"at_provider\",\"title\":\"接入商审核中\","
                "\"title_en\":\"in review at the provider\"}");
  EXPECT_EQ(stage("other-example.cn"), "none");
  ASSERT_TRUE(apply(id, Event::review_needs_changes, Actor::reviewer));
  EXPECT_EQ(stage(domain_), "with_applicant");
  ASSERT_TRUE(apply(id, Event::abandon, Actor::applicant));
  EXPECT_EQ(stage(domain_), "none");
}

TEST_P(PublicProgressTest, FollowsTheOrderToTheAuthorityAndItsEnd) {
  const std::string id = at_authority("a1", sample_document());
  EXPECT_EQ(stage(domain_), "at_authority");
  ASSERT_TRUE(apply(id, Event::approve, Actor::authority));
  EXPECT_EQ(stage(domain_), "none");
}

// Whoever waits for a change or a cancellation is not about to be opened.
TEST_P(PublicProgressTest, OnlyWhatWouldOpenTheHost) {
  const std::string id = submitted("a1", sample_document());
  ASSERT_EQ(stage(domain_), "at_provider");
  for (const char* kind : {"change_service", "cancel_service", "cancel_access"}) {
    db_.database->write([&](db::Tx& tx) {
      tx.exec("UPDATE orders SET kind = :kind WHERE id = :id", {{"kind", kind}, {"id", id}});
    });
    EXPECT_EQ(stage(domain_), "none") << kind;
  }
}

TEST_P(PublicProgressTest, EveryStateHasAStageOrNone) {
  for (int i = 0; i <= static_cast<int>(State::abandoned); ++i) {
    const auto state = static_cast<State>(i);
    EXPECT_EQ(stage_of(state).has_value(), state != State::draft && !is_final(state))
        << name_of(state);
  }
}

TEST_P(PublicProgressTest, WrongHostsAndHaste) {
  EXPECT_EQ(send("GET", "/api/v1/public/progress", "").status, 422);
  EXPECT_EQ(send("GET", "/api/v1/public/progress?host=com.cn", "").status, 422);
  EXPECT_EQ(
      send("GET", "/api/v1/public/progress?host=" + std::string(2000, 'a') + ".cn", "").status,
      422);
  int status = 0;
  http::Response answer;
  for (int i = 0; i <= 300 && status != 429; ++i) {
    http::Request request;
    request.method = "GET";
    request.remote = "203.0.113.4";
    ASSERT_TRUE(http::set_target(request, "/api/v1/public/progress?host=a-example.cn"));
    answer = router_.handle(std::move(request));
    status = answer.status;
  }
  EXPECT_EQ(status, 429);
  EXPECT_EQ(http::header_of(answer.headers, "Retry-After"), "1");
}

}  // namespace
}  // namespace beian::orders
