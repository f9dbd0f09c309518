// The reviewers' desk: who works on what, the calls of the phone verification, statistics.
#include <gtest/gtest.h>

#include "accounts/name.hpp"
#include "accounts/store.hpp"
#include "orders/take.hpp"
#include "orders/world_for_test.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;

class ReviewDesk : public OrdersWorld {
 protected:
  ReviewDesk() {
    reviewer("first-reviewer");
    reviewer("second-reviewer");
  }
  // An account whose id is its name; it signs in nowhere.
  void reviewer(const std::string& name) {
    const auto parsed = accounts::parse_name(name).value();
    db_.database->write([&](db::Tx& tx) {
      accounts::store::insert_account(
          tx, {{name, parsed.shown, "reviewer", clock_.now()}, parsed.key, "", false});
    });
  }
  http::Response ask(const std::string& verb, const std::string& path, const std::string& who,
                     const Json& body = Json::object(), const std::string& role = "reviewer") {
    return send(verb, "/api/v1/orders/" + path, who, verb == "GET" ? "" : to_string(body), {},
                role);
  }
  http::Response take(const std::string& id, const std::string& who, bool over = false) {
    return ask("PUT", id + "/reviewer", who,
               over ? Json::object({{"over", true}}) : Json::object());
  }
  std::string holder(const std::string& id) {
    const Json taken = json(ask("GET", id + "/reviewer", "first-reviewer"))["taken"];
    return taken["reviewer"].as_string();
  }
  http::Response decide(const std::string& id, const std::string& who, const std::string& verdict) {
    Json findings = Json::array();
    if (verdict != "pass")
      findings.push(Json::object(
          {{"field", "/entity/name"}, {"verdict", verdict}, {"text", "样例：与证件不一致"}}));
    return ask(
        "POST", id + "/review", who,
        Json::object({{"verdict", verdict}, {"version", version(id)}, {"findings", findings}}));
  }
  http::Response call(const std::string& id, const Json& body, const std::string& who) {
    return ask("POST", id + "/calls", who, body);
  }
  static Json call_of(const std::string& result) {
    return Json::object({{"person", "/entity/manager"}, {"phone", "mobile"}, {"result", result}});
  }
  Json statistics(const std::string& query = "") {
    return json(
        send("GET", "/api/v1/review/statistics" + query, "first-reviewer", "", {}, "reviewer"));
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, ReviewDesk, ::testing::ValuesIn(testing::backends()));

TEST_P(ReviewDesk, AnOrderIsOneReviewers) {
  const std::string id = submitted("a1", sample_document());
  EXPECT_EQ(ask("PUT", id + "/reviewer", "a1", Json::object(), "applicant").status, 403);
  EXPECT_EQ(holder(id), "");
  const auto taken = take(id, "first-reviewer");
  ASSERT_EQ(taken.status, 200) << taken.body;
  EXPECT_TRUE(json(taken)["taken"]["mine"].as_bool());
  EXPECT_EQ(take(id, "first-reviewer").status, 200);
  EXPECT_EQ(errors(take(id, "second-reviewer")), Lines{"order_taken@"});
  EXPECT_EQ(errors(decide(id, "second-reviewer", "pass")), Lines{"order_taken@"});
  EXPECT_EQ(errors(call(id, call_of("reached"), "second-reviewer")), Lines{"order_taken@"});
  // Who has it not cannot give it back; he may take it over.
  EXPECT_EQ(ask("DELETE", id + "/reviewer", "second-reviewer").status, 200);
  EXPECT_EQ(holder(id), "first-reviewer");
  EXPECT_EQ(take(id, "second-reviewer", true).status, 200);
  EXPECT_EQ(holder(id), "second-reviewer");
  EXPECT_EQ(errors(decide(id, "first-reviewer", "pass")), Lines{"order_taken@"});
  EXPECT_EQ(decide(id, "second-reviewer", "needs_changes").status, 200);
  EXPECT_EQ(holder(id), "");
  EXPECT_EQ(errors(take(id, "first-reviewer")), Lines{"event_not_allowed@"});
}

TEST_P(ReviewDesk, ATakeEndsWhenTheOrderMoves) {
  const std::string id = submitted("a1", sample_document());
  ASSERT_EQ(take(id, "first-reviewer").status, 200);
  clock_.advance(Millis{1000});
  ASSERT_EQ(send("POST", "/api/v1/orders/" + id + "/withdraw", "a1").status, 200);
  clock_.advance(Millis{1000});
  ASSERT_EQ(send("POST", "/api/v1/orders/" + id + "/submit", "a1").status, 200);
  EXPECT_EQ(holder(id), "");
  EXPECT_EQ(take(id, "second-reviewer").status, 200);
}

TEST_P(ReviewDesk, TheQueueTellsWhoHasWhat) {
  const std::string mine = submitted("a1", sample_document(1));
  const std::string free = submitted("a1", sample_document(2));
  ASSERT_EQ(take(mine, "first-reviewer").status, 200);
  const auto queue = send("GET", "/api/v1/review/orders", "second-reviewer", "", {}, "reviewer");
  std::map<std::string, Json> taken;
  for (const auto& order : json(queue)["orders"].items())
    taken[order["id"].as_string()] = order["taken"];
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[mine]["reviewer"].as_string(), "first-reviewer");
  EXPECT_FALSE(taken[mine]["mine"].as_bool());
  EXPECT_TRUE(taken[free].is_null());
}

TEST_P(ReviewDesk, TheQueueIsAskedNotThePage) {
  std::vector<std::string> ids;
  for (const int n : {1, 2, 3, 4}) {
    if (n == 4) clock_.advance(std::chrono::days{10});
    ids.push_back(submitted("a1", sample_document(n)));
    clock_.advance(Millis{1000});
  }
  ASSERT_EQ(take(ids[1], "first-reviewer").status, 200);
  const auto page = [&](const std::string& query) {
    const auto answer =
        send("GET", "/api/v1/review/orders?" + query, "first-reviewer", "", {}, "reviewer");
    EXPECT_EQ(answer.status, 200) << query << answer.body;
    return json(answer);
  };
  const auto found = [&](const std::string& query) {
    Lines out;
    for (const auto& order : page(query)["orders"].items()) out.push_back(order["id"].as_string());
    return out;
  };
  const Lines all(ids.begin(), ids.end());
  EXPECT_EQ(found(""), all);
  EXPECT_EQ(found("taken=mine"), Lines{ids[1]});
  EXPECT_EQ(found("taken=others"), Lines{});
  EXPECT_EQ(found("kind=first"), all);
  EXPECT_EQ(found("kind=add_service"), Lines{});
  EXPECT_EQ(found("province=440000"), all);
  EXPECT_EQ(found("province=110000"), Lines{});
  EXPECT_EQ(found("age=late"), (Lines{ids[0], ids[1], ids[2]}));
  EXPECT_EQ(found("age=fine"), Lines{ids[3]});
  EXPECT_EQ(found("age=today"), Lines{});
  EXPECT_EQ(found("text=%E6%A0%B7%E4%BE%8B%E7%A7%91%E6%8A%803"), Lines{ids[2]});  // 样例科技3
  EXPECT_EQ(found("text=" + ids[0].substr(5)), Lines{ids[0]});
  EXPECT_EQ(page("age=fine")["late"].as_int(), 3);
  EXPECT_TRUE(page("state=completed")["late"].is_null());
  // Pages of what was asked for, whole but the last.
  Json one = page("taken=free&limit=2");
  ASSERT_EQ(one["orders"].size(), 2u);
  EXPECT_EQ(one["orders"].at(1)["id"].as_string(), ids[2]);
  EXPECT_EQ(found("taken=free&limit=2&after=" + one["next"].as_string()), Lines{ids[3]});
  one = page("text=%E6%A0%B7%E4%BE%8B%E7%A7%91%E6%8A%804&limit=1");
  ASSERT_EQ(one["orders"].size(), 1u);
  EXPECT_TRUE(one["next"].is_null());
  // Kept before the column of the province.
  db_.database->write([&](db::Tx& tx) { tx.exec("UPDATE orders SET province = NULL"); });
  EXPECT_EQ(found("province=440000&taken=mine"), Lines{ids[1]});
  EXPECT_EQ(found("province=110000"), Lines{});
  EXPECT_EQ(errors(send("GET", "/api/v1/review/orders?state=x&kind=x&province=x&age=x&taken=x",
                        "first-reviewer", "", {}, "reviewer")),
            (Lines{"code_unknown@/age", "code_unknown@/kind", "code_unknown@/province",
                   "code_unknown@/state", "code_unknown@/taken"}));
}

TEST_P(ReviewDesk, EarlierOrdersThatAreLikeIt) {
  const auto earlier = [&](const std::string& id) {
    Lines out;
    const auto answer = ask("GET", id + "/earlier", "first-reviewer");
    EXPECT_EQ(answer.status, 200) << answer.body;
    const Json list = json(answer);
    for (const auto& order : list["orders"].items())
      out.push_back(order["id"].as_string() + to_string(order["same"]) +
                    std::to_string(order["findings"].size()));
    return out;
  };
  const std::string other = submitted("a1", sample_document(1));
  clock_.advance(Millis{1000});
  const std::string first = submitted("a1", sample_document(2));
  ASSERT_EQ(decide(first, "first-reviewer", "reject").status, 200);
  ASSERT_EQ(send("POST", "/api/v1/orders/" + first + "/abandon", "a1").status, 200);
  clock_.advance(Millis{1000});
  const std::string again = submitted("a1", sample_document(2));
  EXPECT_EQ(earlier(other), Lines{});
  const Lines like = earlier(again);
  ASSERT_FALSE(like.empty());
  EXPECT_EQ(like.front(), first + R"(["entity","domain","person"]1)");
  EXPECT_EQ(ask("GET", again + "/earlier", "a1", {}, "applicant").status, 403);
}

TEST_P(ReviewDesk, OwnReasons) {
  const auto put = [&](const std::string& id, const Json& body, const std::string& role = "admin") {
    return send("PUT", "/api/v1/admin/review-reasons/" + id, "admin-1", to_string(body), {}, role);
  };
  const auto said = [](const std::string& place, const std::string& text) {
    return Json::object({{"place", place}, {"text", text}});
  };
  EXPECT_EQ(put("b", said("name", "样例一")).status, 201);
  EXPECT_EQ(put("b", said("domain", " 样例二 ")).status, 200);
  EXPECT_EQ(put("a", said("any", "样例三")).status, 201);
  EXPECT_EQ(put("c", said("any", "样例"), "reviewer").status, 403);
  EXPECT_EQ(errors(put("B", said("moon", std::string(501, 'x')))),
            (Lines{"bad_format@/id", "code_unknown@/place", "too_long@/text"}));
  const Json all =
      json(send("GET", "/api/v1/review/reasons", "first-reviewer", "", {}, "reviewer"))["reasons"];
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all.at(0)["text"].as_string(), "样例三");
  EXPECT_EQ(all.at(1)["place"].as_string(), "domain");
  EXPECT_EQ(all.at(1)["text"].as_string(), "样例二");
  const auto away = [&](const std::string& id) {
    return send("DELETE", "/api/v1/admin/review-reasons/" + id, "admin-1", "", {}, "admin").status;
  };
  EXPECT_EQ(away("a"), 204);
  EXPECT_EQ(away("a"), 404);
  db_.database->read([&](db::Tx& tx) {
    EXPECT_EQ(tx.query_i64("SELECT COUNT(*) AS n FROM account_events WHERE kind IN "
                           "('review_reason_made', 'review_reason_changed', "
                           "'review_reason_removed')"),
              4);
  });
}

TEST_P(ReviewDesk, CallsAreKeptWithTheTailAlone) {
  const std::string id = submitted("a1", sample_document());
  const std::string mobile = sample_document()["entity"]["manager"]["mobile"].as_string();
  EXPECT_EQ(errors(call(id, Json::object(), "first-reviewer")),
            (Lines{"required@/person", "required@/phone", "required@/result"}));
  EXPECT_EQ(errors(call(id,
                        Json::object({{"person", "/entity/name"},
                                      {"phone", "pigeon"},
                                      {"result", "reached"},
                                      {"note", std::string(501, 'x')},
                                      {"mood", 1}}),
                        "first-reviewer")),
            (Lines{"code_unknown@/phone", "finding_field_unknown@/person", "too_long@/note",
                   "unknown_field@/mood"}));
  ASSERT_EQ(call(id, call_of("not_reached"), "first-reviewer").status, 201);
  clock_.advance(Millis{60'000});
  Json second = call_of("reached");
  second.set("call_back", "02000000000");
  second.set("note", "样例：本人确认");
  ASSERT_EQ(call(id, second, "first-reviewer").status, 201);

  const Json calls = json(ask("GET", id + "/calls", "second-reviewer"))["calls"];
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls.at(0)["attempt"].as_int(), 1);
  EXPECT_EQ(calls.at(1)["attempt"].as_int(), 2);
  EXPECT_EQ(calls.at(1)["tail"].as_string(), mobile.substr(mobile.size() - 4));
  EXPECT_EQ(calls.at(1)["note"].as_string(), "样例：本人确认");
  EXPECT_EQ(calls.at(1)["reviewer"].as_string(), "first-reviewer");
  const Json own = json(ask("GET", id + "/calls", "a1", {}, "applicant"))["calls"];
  ASSERT_EQ(own.size(), 2u);
  EXPECT_EQ(own.at(1)["call_back"].as_string(), "02000000000");
  EXPECT_TRUE(own.at(1)["note"].is_null());
  EXPECT_TRUE(own.at(1)["reviewer"].is_null());
  const Json seen = json(ask("GET", id + "/calls", "auditor-1", {}, "auditor"))["calls"];
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_TRUE(seen.at(1)["call_back"].is_null());
  EXPECT_EQ(ask("GET", id + "/calls", "a2", {}, "applicant").status, 404);
  // Nothing of it lies open.
  db_.database->read([&](db::Tx& tx) {
    for (const auto& row : tx.query("SELECT document FROM review_calls"))
      EXPECT_EQ(row.text("document").find("02000000000"), std::string::npos);
  });
  ASSERT_EQ(decide(id, "first-reviewer", "reject").status, 200);
  EXPECT_EQ(errors(call(id, call_of("reached"), "first-reviewer")), Lines{"event_not_allowed@"});
}

TEST_P(ReviewDesk, StatisticsCountDecisionsAndWhatWaits) {
  const std::string first = submitted("a1", sample_document(1));
  const std::string second = submitted("a1", sample_document(2));
  const std::string waiting = submitted("a1", sample_document(3));
  ASSERT_EQ(call(first, call_of("not_reached"), "first-reviewer").status, 201);
  ASSERT_EQ(call(first, call_of("reached"), "first-reviewer").status, 201);
  clock_.advance(Millis{3600'000});
  ASSERT_EQ(decide(first, "first-reviewer", "pass").status, 200);
  clock_.advance(std::chrono::days{10});
  ASSERT_EQ(decide(second, "second-reviewer", "reject").status, 200);

  const Json found = statistics();
  EXPECT_EQ(found["total"]["passed"].as_int(), 1);
  EXPECT_EQ(found["total"]["rejected"].as_int(), 1);
  EXPECT_EQ(found["total"]["late"].as_int(), 1);
  EXPECT_EQ(found["total"]["calls"].as_int(), 2);
  EXPECT_EQ(found["total"]["reached"].as_int(), 1);
  ASSERT_EQ(found["reviewers"].size(), 2u);
  EXPECT_EQ(found["reviewers"].at(0)["reviewer"].as_string(), "first-reviewer");
  EXPECT_EQ(found["reviewers"].at(0)["median_seconds"].as_int(), 3600);
  EXPECT_EQ(found["reviewers"].at(1)["needs_changes"].as_int(), 0);
  EXPECT_EQ(found["queue"].at(0)["orders"].as_int(), 1);
  EXPECT_EQ(found["queue"].at(0)["overdue"].as_int(), 1);
  const Json today = statistics("?since=" + china_date(clock_.now()));
  EXPECT_EQ(today["total"]["passed"].as_int(), 0);
  EXPECT_EQ(today["total"]["rejected"].as_int(), 1);
  EXPECT_TRUE(statistics("?until=2020-01-01")["total"]["median_seconds"].is_null());
}

}  // namespace
}  // namespace beian::orders
