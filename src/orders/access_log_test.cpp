// Data about me: who saw or changed what, told to the account that it is about.
#include "orders/access_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/personal.hpp"
#include "orders/filed_for_test.hpp"

namespace beian::orders {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AccessLog : public HoldersWorld {
 protected:
  AccessLog() {
    account("chief");
    account("样例审核", "reviewer");
    account("officer-1", "officer");
    account("auditor-1", "auditor");
  }
  http::Response as(const std::string& name, const std::string& role, const std::string& target) {
    clock_.advance(Millis{1});
    return send("GET", target, name, "", {}, role);
  }
  http::Response log(const std::string& query = "", const std::string& who = "chief") {
    return send("GET", "/api/v1/account/access-log" + query, who);
  }
  // "what event order? material role name", newest first.
  Lines lines(const std::string& query = "", const std::string& who = "chief") {
    Lines out;
    const Json body = json(log(query, who));
    for (const auto& e : body["entries"].items()) {
      std::string line = e["action"].as_string() + " " + e["what"].as_string();
      if (!e["event"].is_null()) line += " " + e["event"].as_string();
      if (!e["material"].is_null()) line += " " + std::to_string(e["material"].as_int());
      line += " by " + e["role"].as_string();
      if (!e["name"].is_null()) line += " " + e["name"].as_string();
      out.push_back(std::move(line));
    }
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, AccessLog, ::testing::ValuesIn(testing::backends()));

TEST_P(AccessLog, TellsWhoSawWhat) {
  const std::string id = submitted("chief", sample_document());
  const std::string path = "/api/v1/orders/" + id;
  EXPECT_THAT(lines(), IsEmpty());
  ASSERT_EQ(as("样例审核", "reviewer", path).status, 200);
  const Json pictures = json(as("样例审核", "reviewer", path + "/materials"))["materials"];
  ASSERT_EQ(as("样例审核", "reviewer",
               path + "/materials/" + pictures.at(0)["id"].as_string() + "/picture")
                .status,
            200);
  ASSERT_EQ(as("officer-1", "officer", path + "/history").status, 200);
  ASSERT_EQ(as("auditor-1", "auditor", path).status, 200);
  EXPECT_THAT(lines(),
              ElementsAre("seen order by auditor " + mask_name("auditor-1"),
                          "seen order by officer " + mask_name("officer-1"),
                          "seen material " + std::to_string(pictures.at(0)["purpose"].as_int()) +
                              " by reviewer " + mask_name("样例审核"),
                          "seen order by reviewer " + mask_name("样例审核")));
  const Json first = json(log())["entries"].at(0);
  EXPECT_EQ(first["order"].as_string(), id);
  EXPECT_THAT(lines("", "a2"), IsEmpty());
}

TEST_P(AccessLog, OneLineForAViewerAThingAndAnHour) {
  const std::string id = submitted("chief", sample_document());
  for (int i = 0; i < 5; ++i) as("样例审核", "reviewer", "/api/v1/orders/" + id);
  EXPECT_EQ(lines().size(), 1u);
  clock_.advance(std::chrono::hours(1));
  as("样例审核", "reviewer", "/api/v1/orders/" + id);
  EXPECT_EQ(lines().size(), 2u);
  // What shows nothing, and what is refused, leaves no trace.
  as("officer-1", "officer", "/api/v1/orders/" + id + "/waiting");
  as("auditor-1", "auditor", "/api/v1/orders/" + id + "/materials/none/picture");
  // Nor does looking at one's own.
  as("chief", "applicant", "/api/v1/orders/" + id);
  EXPECT_EQ(lines().size(), 2u);
}

TEST_P(AccessLog, TheQueueShowsOrdersToo) {
  submitted("chief", sample_document(1));
  submitted("a2", sample_document(2));
  ASSERT_EQ(as("样例审核", "reviewer", "/api/v1/review/orders").status, 200);
  EXPECT_THAT(lines(), ElementsAre("seen list by reviewer " + mask_name("样例审核")));
  EXPECT_EQ(lines("", "a2").size(), 1u);
}

TEST_P(AccessLog, TellsWhoChangedWhat) {
  const std::string id = submitted("chief", sample_document());
  clock_.advance(Millis{1});
  db_.database->write([&](db::Tx& tx) {
    ASSERT_TRUE(store_.apply(tx, clock_.now(), id, Event::review_pass,
                             {Actor::reviewer, "样例审核", "", {}}));
  });
  clock_.advance(Millis{1});
  ASSERT_TRUE(apply(id, Event::report, Actor::system));
  clock_.advance(Millis{1});
  db_.database->write([&](db::Tx& tx) {
    accounts::store::add_event(tx, clock_.now(),
                               {"entity_moved_in", "chief", "officer-1", "",
                                Json::object({{"filing_number", number(1)}})});
    accounts::store::add_event(tx, clock_.now(), {"signed_in", "chief", "chief", "", {}});
  });
  EXPECT_THAT(lines(),
              ElementsAre("changed entity entity_moved_in by officer " + mask_name("officer-1"),
                          "changed order report by system",
                          "changed order review_pass by reviewer " + mask_name("样例审核")));
  EXPECT_EQ(json(log())["entries"].at(0)["filing_number"].as_string(), number(1));
  // With what the account did itself.
  const Lines all = lines("?own=true");
  EXPECT_EQ(all.size(), 6u);
  EXPECT_EQ(all.back(), "changed order create by applicant chief");
  EXPECT_EQ(errors(log("?own=maybe")), Lines{"code_unknown@/own"});
}

TEST_P(AccessLog, ComesInPages) {
  const std::string id = submitted("chief", sample_document());
  for (int i = 0; i < 5; ++i) {
    as(i % 2 == 0 ? "样例审核" : "officer-1", i % 2 == 0 ? "reviewer" : "officer",
       "/api/v1/orders/" + id);
    clock_.advance(std::chrono::hours(1));
  }
  const Lines whole = lines();
  ASSERT_EQ(whole.size(), 5u);
  Lines paged;
  std::string before;
  for (int page = 0; page < 3; ++page) {
    const std::string query = "?limit=2" + (before.empty() ? "" : "&before=" + before);
    for (auto& line : lines(query)) paged.push_back(std::move(line));
    const Json next = json(log(query))["next"];
    EXPECT_EQ(next.is_null(), page == 2);
    before = next.as_string();
  }
  EXPECT_EQ(paged, whole);
  EXPECT_EQ(errors(log("?before=x")), Lines{"bad_format@/before"});
  EXPECT_EQ(errors(log("?limit=0")), Lines{"out_of_range@/limit"});
}

}  // namespace
}  // namespace beian::orders
