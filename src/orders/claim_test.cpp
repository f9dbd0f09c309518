// Claims (认领备案) through the routes, on a real registry: who may, what must agree, what the
// reviewer sees, and that the account can work on what it got.
#include <gtest/gtest.h>

#include "orders/world_for_test.hpp"
#include "registry/filed_entity.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;

class Claims : public OrdersWorld {
 protected:
  Claims() { file("", {kOwn, kOther}, 3); }

  static Json document(int n = 3) {
    const Json whole = sample_document(n)["entity"];
    Json certificate = whole["certificate"];
    certificate.erase("address");
    return Json::object({{"entity_number", "粤ICP备202600000" + std::to_string(n) + "号-1"},
                         {"filing_password", "Sample-Filing-1"},
                         {"entity", Json::object({{"name", whole["name"]},
                                                  {"nature", whole["nature"]},
                                                  {"certificate", certificate}})}});
  }
  std::string draft(const Json& document, const std::string& account = "a1") {
    const auto made = send("POST", "/api/v1/orders", account,
                           to_string(Json::object({{"kind", "claim"}, {"document", document}})));
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made)["id"].as_string();
  }
  std::string complete(const Json& document, const std::string& account = "a1") {
    const std::string id = draft(document, account);
    for (const int purpose : {2, 3}) {
      auto stored =
          materials::prepare(*blobs_, clock_.now(), id, purpose, "/entity", "", sample_picture());
      EXPECT_TRUE(stored);
      db_.database->write([&](db::Tx& tx) { materials::insert(tx, *stored); });
    }
    return id;
  }
  http::Response submit(const std::string& id, const std::string& account = "a1") {
    return send("POST", "/api/v1/orders/" + id + "/submit", account);
  }
  http::Response pass(const std::string& id) {
    return send("POST", "/api/v1/orders/" + id + "/review", "r1",
                to_string(Json::object({{"verdict", "pass"}, {"version", version(id)}})), {},
                "reviewer");
  }
  std::string owner(int n = 3) {
    return db_.database->read_value([&](db::Tx& tx) {
      const auto entity = registry::open_filed(tx, cipher_, 440000, n);
      return entity ? entity->ref.account_id : "gone";
    });
  }
  // The problems of a claim with everything but what `document` says otherwise.
  Lines refused(const Json& document) { return errors(submit(complete(document))); }
};
INSTANTIATE_TEST_SUITE_P(Backends, Claims, ::testing::ValuesIn(testing::backends()));

TEST_P(Claims, TheReviewerHandsTheEntityOver) {
  const std::string id = complete(document());
  const auto submitted = submit(id);
  ASSERT_EQ(submitted.status, 200) << submitted.body;
  EXPECT_EQ(json(submitted)["record"], Json());  // only the reviewer's
  EXPECT_EQ(passwords_.asked, Lines{"粤ICP备2026000003号-1"});
  const auto seen = json(send("GET", "/api/v1/orders/" + id, "r1", "", {}, "reviewer"));
  EXPECT_EQ(seen["record"]["entity"]["manager"]["name"].as_string(), "样例甲");
  EXPECT_EQ(seen["record"]["services"].size(), 2u);
  EXPECT_EQ(seen["allowed"],
            Json::array({"review_complete", "review_needs_changes", "review_reject"}));
  // Its document has no place; the number that it names has.
  const auto queue = json(send("GET", "/api/v1/review/orders", "r1", "", {}, "reviewer"));
  EXPECT_EQ(queue["orders"].at(0)["province"].as_int(), 440000) << to_string(queue);
  EXPECT_EQ(owner(), "");
  const auto passed = pass(id);
  ASSERT_EQ(passed.status, 200) << passed.body;
  EXPECT_EQ(json(passed)["state"].as_string(), "completed");
  EXPECT_EQ(json(passed)["state_title"].as_string(), "已认领");
  EXPECT_EQ(json(passed)["filing_number"].as_string(), "粤ICP备2026000003号");
  EXPECT_EQ(owner(), "a1");
  const Json history = json(send("GET", "/api/v1/orders/" + id + "/history", "a1"))["history"];
  EXPECT_EQ(history.at(1)["details"]["filing_password"].as_string(), "right");
  EXPECT_EQ(history.at(2)["details"]["changed_since"], Json::array());
  // Changes and cancellations work on it now.
  for (const auto* kind : {"change_service", "cancel_access"})
    EXPECT_EQ(send("POST", "/api/v1/orders", "a1",
                   to_string(Json::object({{"kind", kind}, {"service", "粤ICP备2026000003号-1"}})))
                  .status,
              201)
        << kind;
  EXPECT_EQ(refused(document()), Lines{"already_filed@/entity_number"});
}

TEST_P(Claims, EverythingMustAgreeWithTheRecord) {
  Json wrong = document();
  Json* entity = wrong.find("entity");
  entity->set("name", "样例别家有限公司");
  entity->find("certificate")->set("number", sample_document(5)["entity"]["certificate"]["number"]);
  EXPECT_EQ(refused(wrong),
            (Lines{"claim_differs@/entity/certificate/number", "claim_differs@/entity/name"}));
  file("", {kOwn}, 6, Json::object({{"nature", 3}}));
  EXPECT_EQ(refused(document(6)), Lines{"claim_differs@/entity/nature"});
  Json unknown = document();
  unknown.set("entity_number", "粤ICP备2026000099号");
  EXPECT_EQ(refused(unknown), Lines{"claim_unknown@/entity_number"});
  Json senseless = document();
  senseless.set("entity_number", "号");
  EXPECT_EQ(refused(senseless), Lines{"bad_filing_number@/entity_number"});
  EXPECT_EQ(errors(submit(draft(Json::object()))),
            (Lines{"material_missing@/entity/materials/2", "material_missing@/entity/materials/3",
                   "required@/entity", "required@/entity_number"}));
  EXPECT_EQ(owner(), "");
}

TEST_P(Claims, SomebodyElsesIsNotGivenAway) {
  file("a2", {kOwn}, 4);
  EXPECT_EQ(refused(document(4)), Lines{"entity_of_other_account@/entity_number"});
  // To who cannot even name it nothing is told of its account.
  Json guess = document(4);
  guess.find("entity")->set("name", "样例猜测有限公司");
  EXPECT_EQ(refused(guess), Lines{"claim_differs@/entity/name"});
  // Filed, but through others only.
  file("", {kOther}, 5);
  EXPECT_EQ(refused(document(5)), Lines{"kind_differs@/entity_number"});
  // Two who claim the same: the first holds it, and who comes late finds it taken.
  const std::string first = complete(document()), second = complete(document(), "a2");
  ASSERT_EQ(submit(first).status, 200);
  EXPECT_EQ(errors(submit(second, "a2")), Lines{"open_order_exists@/entity/certificate/number"});
  ASSERT_EQ(pass(first).status, 200);
  EXPECT_EQ(errors(submit(second, "a2")), Lines{"entity_of_other_account@/entity_number"});
}

TEST_P(Claims, TheFilingPasswordIsAskedWhereTheAuthorityChecksIt) {
  Json without = document();
  without.erase("filing_password");
  const std::string id = complete(without);
  EXPECT_EQ(errors(submit(id)), Lines{"required@/filing_password"});
  Json wrong = document();
  wrong.set("filing_password", "Sample-Wrong-1");
  EXPECT_EQ(refused(wrong), Lines{"filing_password_wrong@/filing_password"});
  passwords_.offers = false;
  EXPECT_EQ(submit(id).status, 200);
}

TEST_P(Claims, WhatTheAuthorityToldMeanwhileIsTakenOver) {
  const std::string id = complete(document());
  passwords_.verdict = PasswordVerdict{PasswordVerdict::Kind::unknown, "管局没有应答", {}, {}};
  ASSERT_EQ(submit(id).status, 200);
  Json location = sample_document(3)["entity"]["location"];
  location.set("address", "样例新址9号");
  file("", {kOwn, kOther}, 3, Json::object({{"location", location}}));
  ASSERT_EQ(pass(id).status, 200);
  const Json history = json(send("GET", "/api/v1/orders/" + id + "/history", "a1"))["history"];
  EXPECT_EQ(history.at(1)["details"]["reason"].as_string(), "管局没有应答");
  EXPECT_EQ(history.at(2)["details"]["changed_since"], Json::array({"/entity/location/address"}));
  EXPECT_EQ(load(id).filed["entity"]["location"]["address"].as_string(), "样例新址9号");
}

TEST_P(Claims, ARecordThatChangedHandsMeanwhileIsNotHandedOver) {
  const std::string id = complete(document());
  ASSERT_EQ(submit(id).status, 200);
  file("", {kOwn}, 3, Json::object({{"name", "样例改名有限公司"}}));
  EXPECT_EQ(errors(pass(id)), Lines{"claim_differs@/entity/name"});
  EXPECT_EQ(load(id).state, State::in_review);
  EXPECT_EQ(owner(), "");
}

TEST_P(Claims, TheDetectionFindsIt) {
  const Json question = Json::object({{"province", 440000},
                                      {"nature", 4},
                                      {"certificate", sample_document(3)["entity"]["certificate"]},
                                      {"domains", Json::array({"filed-3-1-example.cn"})}});
  const Json found = json(send("POST", "/api/v1/orders/detect", "a1", to_string(question)));
  ASSERT_EQ(found["kind"].as_string(), "claim") << to_string(found);
  const Json order = json(send("POST", "/api/v1/orders", "a1",
                               to_string(Json::object({{"detection", found["detection"]}}))));
  EXPECT_EQ(order["document"]["entity_number"].as_string(), "粤ICP备2026000003号");
  EXPECT_EQ(order["document"]["services"], Json());
  Json other = order["document"];
  other.set("entity_number", "粤ICP备2026000004号");
  EXPECT_EQ(errors(send("PUT", "/api/v1/orders/" + order["id"].as_string(), "a1",
                        to_string(Json::object({{"document", other}, {"version", 1}})))),
            Lines{"verified_locked@/document/entity_number"});
  Json mine = order["document"];
  mine.find("entity")->set("name", sample_document(3)["entity"]["name"]);
  EXPECT_EQ(send("PUT", "/api/v1/orders/" + order["id"].as_string(), "a1",
                 to_string(Json::object({{"document", mine}, {"version", 1}})))
                .status,
            200);
}

TEST_P(Claims, APassThatReportsIsNotForIt) {
  const std::string id = complete(document());
  ASSERT_EQ(submit(id).status, 200);
  const auto reported = apply(id, Event::review_pass, Actor::reviewer);
  ASSERT_FALSE(reported);
  EXPECT_EQ(reported.error().front().code, ProblemCode::event_not_allowed);
  const std::string first = submitted("a2", sample_document(7));
  EXPECT_FALSE(apply(first, Event::review_complete, Actor::reviewer));
}

}  // namespace
}  // namespace beian::orders
