// Review, what it marks, and materials: through the router.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "orders/world_for_test.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;

Json finding(const std::string& field, const std::string& verdict, const std::string& text) {
  return Json::object({{"field", field}, {"verdict", verdict}, {"text", text}});
}

class OrdersReview : public OrdersWorld {
 protected:
  http::Response review(const std::string& id, const std::string& verdict, Json findings = {},
                        const std::string& role = "reviewer") {
    Json body = Json::object({{"verdict", verdict}, {"version", version(id)}});
    if (!findings.is_null()) body.set("findings", std::move(findings));
    return send("POST", "/api/v1/orders/" + id + "/review", "r1", to_string(body), {}, role);
  }
  http::Response save(const std::string& id, const Json& document) {
    return send("PUT", "/api/v1/orders/" + id, "a1",
                to_string(Json::object({{"document", document}, {"version", version(id)}})));
  }
  http::Response submit(const std::string& id) {
    return send("POST", "/api/v1/orders/" + id + "/submit", "a1");
  }
  http::Response upload(const std::string& id, const std::string& query, const std::string& bytes,
                        const std::string& type = "image/jpeg") {
    return send("POST", "/api/v1/orders/" + id + "/materials" + query, "a1", bytes,
                {{"Content-Type", type}});
  }
  http::Response get(const std::string& target, const std::string& account = "a1",
                     const std::string& role = "applicant") {
    return send("GET", target, account, "", {}, role);
  }
};

TEST_P(OrdersReview, PassNamesTheLink) {
  const std::string id = submitted("a1", sample_document());
  EXPECT_EQ(review(id, "pass", {}, "applicant").status, 403);
  EXPECT_EQ(review(id, "pass", {}, "auditor").status, 403);
  const auto passed = review(id, "pass", Json::array({finding("/entity/name", "pass", "")}));
  ASSERT_EQ(passed.status, 200) << passed.body;
  EXPECT_EQ(json(passed)["state"].as_string(), "ready_to_report");
  EXPECT_EQ(json(passed)["authority"].as_string(), "guangdong");
  EXPECT_EQ(errors(review(id, "pass")), Lines{"event_not_allowed@"});
}

TEST_P(OrdersReview, TheBodyIsChecked) {
  const std::string id = submitted("a1", sample_document());
  EXPECT_EQ(errors(review(id, "maybe")), Lines{"code_unknown@/verdict"});
  EXPECT_EQ(errors(review(id, "needs_changes")), Lines{"finding_required@/findings"});
  EXPECT_EQ(errors(review(id, "reject", Json::array({finding("/entity", "pass", "")}))),
            Lines{"finding_required@/findings"});
  EXPECT_EQ(errors(review(id, "pass", Json::array({finding("/entity", "reject", "样例")}))),
            Lines{"finding_on_pass@/findings/0"});
  EXPECT_EQ(errors(review(id, "needs_changes",
                          Json::array({finding("/entity/nick", "needs_changes", "样例"),
                                       finding("/entity/name", "needs_changes", " "),
                                       finding("/services/0/materials/5", "bad", "样例"), "x"}))),
            (Lines{"code_unknown@/findings/2/verdict", "finding_field_unknown@/findings/0/field",
                   "required@/findings/1/text", "wrong_type@/findings/3"}));
  EXPECT_EQ(errors(send("POST", "/api/v1/orders/" + id + "/review", "r1", "{}", {}, "reviewer")),
            (Lines{"required@/verdict", "required@/version"}));
  EXPECT_EQ(send("POST", "/api/v1/orders/nothing/review", "r1", "{}", {}, "reviewer").status, 404);
  EXPECT_EQ(load(id).state, State::in_review);
}

TEST_P(OrdersReview, AProvinceWithoutLinkCannotBeSubmitted) {
  Json document = sample_document();
  document.find("entity")->set(
      "location",
      Json::object(
          {{"province", 110000}, {"city", 110100}, {"county", 110101}, {"address", "样例路1号"}}));
  const std::string id = complete_draft("a1", document);
  // And an organization files where its certificate was issued.
  EXPECT_EQ(errors(submit(id)), (Lines{"no_authority_link@/entity/location/province",
                                       "rule_refuses@/entity/location/province"}));
}

TEST_P(OrdersReview, OnlyMarkedFieldsOpenAgain) {
  const std::string id = submitted("a1", sample_document());
  const auto asked =
      review(id, "needs_changes",
             Json::array({finding("/entity/manager/mobile", "needs_changes", "样例：号码无法接通"),
                          finding("/services/0/materials/5", "needs_changes", "样例：照片模糊")}));
  ASSERT_EQ(asked.status, 200) << asked.body;
  EXPECT_EQ(json(get("/api/v1/orders/" + id))["findings"].size(), 2u);

  Json document = sample_document();
  document.find("entity")->set("name", "样例改名有限公司");
  document.find("entity")->find("manager")->set("mobile", "13700000001");
  EXPECT_EQ(errors(save(id, document)), Lines{"not_marked_for_change@/document/entity/name"});
  document.find("entity")->set("name", sample_document()["entity"]["name"]);
  EXPECT_EQ(save(id, document).status, 200);

  EXPECT_EQ(upload(id, "?purpose=5", sample_picture()).status, 201);
  EXPECT_EQ(errors(upload(id, "?purpose=1", sample_picture())),
            Lines{"not_marked_for_change@/services/0/materials/1"});
  // The manager was marked: his certificate may follow.
  EXPECT_EQ(upload(id, "?purpose=3", sample_picture()).status, 201);

  EXPECT_EQ(json(submit(id))["state"].as_string(), "in_rereview");
  EXPECT_EQ(json(send("POST", "/api/v1/orders/" + id + "/withdraw", "a1"))["state"].as_string(),
            "needs_changes");
  EXPECT_EQ(json(submit(id))["state"].as_string(), "in_rereview");
  EXPECT_EQ(json(review(id, "pass"))["findings"].size(), 0u);
}

TEST_P(OrdersReview, ARejectedOrderOpensWhole) {
  const std::string id = submitted("a1", sample_document());
  ASSERT_EQ(review(id, "reject", Json::array({finding("", "reject", "样例：材料不实")})).status,
            200);
  Json document = sample_document();
  document.find("entity")->set("name", "样例改名有限公司");
  EXPECT_EQ(save(id, document).status, 200);
  EXPECT_EQ(json(submit(id))["state"].as_string(), "in_rereview");
}

TEST_P(OrdersReview, TheQueueAndTheHistory) {
  const std::string first = submitted("a1", sample_document(1));
  clock_.advance(Millis{1000});
  const std::string second = submitted("a1", sample_document(2));
  const Json queue =
      json(send("GET", "/api/v1/review/orders?state=in_review&limit=1", "r1", "", {}, "reviewer"));
  ASSERT_EQ(queue["orders"].size(), 1u);
  EXPECT_EQ(queue["orders"].at(0)["id"].as_string(), first);
  EXPECT_EQ(queue["orders"].at(0)["entity_name"].as_string(), "样例科技1有限公司");
  const Json next =
      json(send("GET", "/api/v1/review/orders?limit=1&after=" + first, "r1", "", {}, "reviewer"));
  EXPECT_EQ(next["orders"].at(0)["id"].as_string(), second);
  EXPECT_TRUE(next["next"].is_null());
  EXPECT_EQ(get("/api/v1/review/orders").status, 403);

  ASSERT_EQ(review(first, "reject", Json::array({finding("/entity", "reject", "样例")})).status,
            200);
  const std::string history = "/api/v1/orders/" + first + "/history";
  // The applicant learns what and why, staff also who.
  const Json own = json(get(history))["history"];
  const Json last = own.at(own.size() - 1);
  EXPECT_EQ(last["event"].as_string(), "review_reject");
  EXPECT_EQ(last["details"]["findings"].at(0)["text"].as_string(), "样例");
  EXPECT_EQ(last.find("actor_id"), nullptr);
  const Json staff = json(get(history, "r2", "reviewer"))["history"];
  EXPECT_EQ(staff.at(own.size() - 1)["actor_id"].as_string(), "r1");
}

TEST_P(OrdersReview, Materials) {
  const std::string id = json(send("POST", "/api/v1/orders", "a1", "{}"))["id"].as_string();
  const std::string path = "/api/v1/orders/" + id + "/materials";
  const auto stored = upload(id, "?purpose=2&owner=%2Fentity&name=%E8%90%A5%E4%B8%9A.png",
                             sample_picture(image::Format::png), "image/png");
  ASSERT_EQ(stored.status, 201) << stored.body;
  const Json material = json(stored);
  EXPECT_EQ(material["owner"].as_string(), "/entity");
  EXPECT_EQ(material["file_name"].as_string(), "营业.png");
  EXPECT_EQ(material["width"].as_int(), 400);
  EXPECT_LE(material["bytes"].as_int(), 100 * 1024);
  EXPECT_EQ(version(id), 1);  // a picture makes no form stale
  EXPECT_EQ(json(get(path))["materials"].at(0)["file_name"].as_string(), "营业.png");
  db_.database->read([&](db::Tx& tx) {
    EXPECT_EQ(materials::of_order(tx, id).at(0).file_name.find("营业"), std::string::npos);
  });

  const std::string picture = path + "/" + material["id"].as_string() + "/picture";
  const auto read = get(picture);
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(http::header_of(read.headers, "content-type"), "image/jpeg");
  EXPECT_EQ(http::header_of(read.headers, "x-content-type-options"), "nosniff");
  EXPECT_EQ(image::check(read.body)->format, image::Format::jpeg);
  EXPECT_EQ(get(picture, "a2").status, 404);
  EXPECT_EQ(get(picture, "r1", "reviewer").status, 200);
  EXPECT_EQ(get(picture, "x1", "auditor").status, 403);

  // The same purpose and owner again replaces it.
  ASSERT_EQ(upload(id, "?purpose=2", sample_picture()).status, 201);
  const Json list = json(get(path))["materials"];
  ASSERT_EQ(list.size(), 1u);
  EXPECT_NE(list.at(0)["id"], material["id"]);
  EXPECT_EQ(get(picture).status, 404);
  const std::string left = path + "/" + list.at(0)["id"].as_string();
  EXPECT_EQ(send("DELETE", left, "a2").status, 404);
  EXPECT_EQ(send("DELETE", left, "a1").status, 204);
  EXPECT_EQ(send("DELETE", left, "a1").status, 404);
  EXPECT_EQ(json(get(path))["materials"].size(), 0u);
}

TEST_P(OrdersReview, PicturesThatAreNone) {
  const std::string id = json(send("POST", "/api/v1/orders", "a1", "{}"))["id"].as_string();
  const std::string& whole = sample_picture();
  EXPECT_EQ(errors(upload(id, "?purpose=2", "这是一份改名为 jpg 的文本")), Lines{"picture_kind@"});
  EXPECT_EQ(errors(upload(id, "?purpose=2", whole.substr(0, whole.size() / 2))),
            Lines{"picture_not_decodable@"});
  EXPECT_EQ(errors(upload(id, "?purpose=2", "")), Lines{"picture_kind@"});
  EXPECT_EQ(errors(upload(id, "?purpose=2", whole, "text/html")), Lines{"picture_kind@"});
  EXPECT_EQ(errors(upload(id, "?purpose=2", whole + std::string(4 * 1024 * 1024, 'x'))),
            Lines{"picture_too_large@"});
  EXPECT_EQ(errors(upload(id, "?purpose=9", whole)), Lines{"code_unknown@/purpose"});
  EXPECT_EQ(errors(upload(id, "?purpose=two", whole)), Lines{"code_unknown@/purpose"});
  EXPECT_EQ(errors(upload(id, "", whole)), Lines{"required@/purpose"});
  EXPECT_EQ(errors(upload(id, "?purpose=2&owner=/services/0", whole)),
            Lines{"material_owner@/owner"});
  EXPECT_EQ(errors(upload(id, "?purpose=1&owner=/services/7", whole)),
            Lines{"material_owner@/owner"});
  EXPECT_EQ(json(get("/api/v1/orders/" + id + "/materials"))["materials"].size(), 0u);
}

TEST_P(OrdersReview, NoPictureComesOrGoesWhileItIsReviewed) {
  const std::string id = submitted("a1", sample_document());
  EXPECT_EQ(errors(upload(id, "?purpose=2", sample_picture())), Lines{"event_not_allowed@"});
  const Json list = json(get("/api/v1/orders/" + id + "/materials"))["materials"];
  ASSERT_EQ(list.size(), 6u);
  EXPECT_EQ(
      errors(send("DELETE", "/api/v1/orders/" + id + "/materials/" + list.at(0)["id"].as_string(),
                  "a1")),
      Lines{"event_not_allowed@"});
}

TEST_P(OrdersReview, PicturesMayArriveSideBySide) {
  const std::string id = complete_draft("a1", sample_document());
  std::vector<std::thread> threads;
  std::array<int, 5> statuses{};
  for (int i = 0; i < 5; ++i)
    threads.emplace_back([&, i] {
      statuses[static_cast<size_t>(i)] =
          upload(id, "?purpose=" + std::to_string(i + 1), sample_picture()).status;
    });
  for (auto& thread : threads) thread.join();
  for (const int status : statuses) EXPECT_EQ(status, 201);
  EXPECT_EQ(json(get("/api/v1/orders/" + id + "/materials"))["materials"].size(), 6u);
  EXPECT_EQ(version(id), 1);
  EXPECT_EQ(submit(id).status, 200);
}

TEST_P(OrdersReview, BackUnchangedAfterAMissedSms) {
  const std::string id = submitted("a1", sample_document());
  ASSERT_EQ(review(id, "pass").status, 200);
  ASSERT_TRUE(apply(id, Event::report, Actor::system));
  ASSERT_TRUE(apply(id, Event::accept_with_sms, Actor::authority));
  ASSERT_TRUE(apply(id, Event::sms_failed, Actor::person));
  const auto again = send("POST", "/api/v1/orders/" + id + "/resubmit", "a1");
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(json(again)["state"].as_string(), "ready_to_report");
  EXPECT_EQ(json(again)["authority"].as_string(), "guangdong");
}

INSTANTIATE_TEST_SUITE_P(Backends, OrdersReview, ::testing::ValuesIn(testing::backends()));

}  // namespace
}  // namespace beian::orders
