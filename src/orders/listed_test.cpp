// What the authority hands down and an order must mind: blacklists and new code tables.
#include <gtest/gtest.h>

#include <algorithm>

#include "orders/submit.hpp"
#include "orders/world_for_test.hpp"
#include "registry/blacklist.hpp"
#include "registry/codes.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;

class OrdersListed : public OrdersWorld {
 protected:
  http::Response save(const std::string& id, const Json& document) {
    return send("PUT", "/api/v1/orders/" + id, "a1",
                to_string(Json::object({{"document", document}, {"version", version(id)}})));
  }
  http::Response submit_it(const std::string& id) {
    return send("POST", "/api/v1/orders/" + id + "/submit", "a1");
  }
  Json rehearsal(const std::string& id) {
    return json(send("POST", "/api/v1/orders/" + id + "/rehearsal", "r1", {}, {}, "reviewer"));
  }
  // "entity /entity/name after stops"
  Lines hits(const std::string& id) {
    Lines out;
    for (const auto& hit : rehearsal(id)["listed"].items())
      out.push_back(hit["list"].as_string() + " " + hit["field"].as_string() +
                    (hit["after_submission"].as_bool() ? " after" : " before") +
                    (hit["stops"].as_bool() ? " stops" : " warns"));
    return out;
  }
  http::Response review_it(const std::string& id, const std::string& verdict) {
    Json findings = Json::array();
    if (verdict != "pass")
      findings.push(
          Json::object({{"field", "/entity/name"}, {"verdict", verdict}, {"text", "样例意见"}}));
    return send(
        "POST", "/api/v1/orders/" + id + "/review", "r1",
        to_string(Json::object(
            {{"verdict", verdict}, {"version", version(id)}, {"findings", std::move(findings)}})),
        {}, "reviewer");
  }
  void list_domain(const std::string& name, int64_t address = 0) {
    db_.database->write([&](db::Tx& tx) {
      registry::list_domain(tx, clock_.now(), cipher_, "guangdong",
                            {address == 0 ? 0 : 7, name, address, "样例网站", "样例原因"});
    });
  }
  void list_entity(const registry::ListedEntity& entity) {
    db_.database->write(
        [&](db::Tx& tx) { registry::list_entity(tx, clock_.now(), cipher_, "guangdong", entity); });
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, OrdersListed, ::testing::ValuesIn(testing::backends()));

TEST_P(OrdersListed, NothingListedIsSavedOrSubmitted) {
  const Json document = sample_document();
  const std::string id = complete_draft("a1", document);
  const Json& entity = document["entity"];
  list_entity({1, entity["certificate"]["number"].as_string(), "另一名称", 4, "样例原因"});
  list_entity({1, "91990000MA0000000X", entity["name"].as_string(), 4, ""});
  list_domain("www.yangli-1-example.cn");
  const Lines expected = {"blacklisted@/entity/certificate/number", "blacklisted@/entity/name",
                          "blacklisted@/services/0/domains/0"};
  EXPECT_EQ(errors(submit_it(id)), expected);
  Json changed = document;
  changed.find("entity")->set("remark", "样例备注");
  const auto refused = save(id, changed);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(errors(refused), (Lines{"blacklisted@/document/entity/certificate/number",
                                    "blacklisted@/document/entity/name",
                                    "blacklisted@/document/services/0/domains/0"}));
  EXPECT_NE(refused.body.find("样例原因"), std::string::npos);
  EXPECT_EQ(load(id).document, document);
}

TEST_P(OrdersListed, AnAddressAloneIsToldAndStopsNobody) {
  const std::string id = complete_draft("a1", sample_document());
  list_domain("yangli-bad-example.cn", 3405803786);  // 203.0.113.10
  const Json findings = json(send("GET", "/api/v1/orders/" + id + "/findings", "a1"));
  EXPECT_TRUE(findings["complete"].as_bool()) << to_string(findings);
  ASSERT_EQ(findings["warnings"].size(), 1u);
  EXPECT_EQ(findings["warnings"].at(0)["code"].as_string(), "blacklisted");
  EXPECT_EQ(findings["warnings"].at(0)["field"].as_string(), "/services/0/accesses/0/addresses/0");
  EXPECT_EQ(submit_it(id).status, 200);
}

TEST_P(OrdersListed, WhatIsListedAfterSubmissionIsShownToTheReviewerAndNotPassed) {
  const Json document = sample_document();
  list_domain("yangli-bad-example.cn", 3405803786);  // 203.0.113.10, before
  clock_.advance(Millis{1000});
  const std::string id = submitted("a1", document);
  EXPECT_EQ(hits(id), Lines{"illegal_access /services/0/accesses/0/addresses/0 before warns"});
  clock_.advance(Millis{1000});
  const std::string listed = to_rfc3339(clock_.now());
  list_entity(
      {1, document["entity"]["certificate"]["number"].as_string(), "另一名称", 4, "样例原因"});
  list_domain("www.yangli-1-example.cn");
  EXPECT_EQ(hits(id), (Lines{"entity /entity/certificate/number after stops",
                             "site /services/0/domains/0 after stops",
                             "illegal_access /services/0/accesses/0/addresses/0 before warns"}));
  const Json first = rehearsal(id)["listed"].at(0);
  EXPECT_EQ(first["source"].as_string(), "guangdong");
  EXPECT_EQ(first["listed"].as_string(), listed);
  EXPECT_EQ(first["text"].as_string(), "证件号码在主体黑名单中：样例原因");

  const auto refused = review_it(id, "pass");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(errors(refused), (Lines{"blacklisted@/verdict", "blacklisted@/verdict"}));
  EXPECT_NE(refused.body.find("样例原因"), std::string::npos);
  EXPECT_EQ(load(id).state, State::in_review);
  EXPECT_EQ(review_it(id, "reject").status, 200);
}

TEST_P(OrdersListed, WhatIsTakenOffTheListPasses) {
  const std::string id = submitted("a1", sample_document());
  list_domain("yangli-1-example.cn");
  EXPECT_EQ(review_it(id, "pass").status, 409);
  db_.database->write([&](db::Tx& tx) {
    registry::unlist_domain(tx, clock_.now(), "guangdong", {0, "yangli-1-example.cn", 0, "", ""});
  });
  EXPECT_EQ(hits(id), Lines{});
  EXPECT_EQ(review_it(id, "pass").status, 200);
}

TEST_P(OrdersListed, AnOrderKeepsTheNamesOfItsCodes) {
  const std::string first = submitted("a1", sample_document(1));
  EXPECT_EQ(load(first).code_names["entity_nature"]["4"].as_string(), "企业");
  const auto told = load(first).code_names["service_content"]["8"].as_string();
  EXPECT_FALSE(told.empty());
  db_.database->write([&](db::Tx& tx) {
    registry::put_codes(tx, clock_.now(), "guangdong", 1, "service_content",
                        {{8, "改过的名称", "", true, {}}});
    registry::enforce_codes(tx, clock_.now(), 1);
  });
  const std::string second = submitted("a1", sample_document(2));
  EXPECT_EQ(load(second).code_names["service_content"]["8"].as_string(), "改过的名称");
  EXPECT_EQ(load(first).code_names["service_content"]["8"].as_string(), told);
  const Json shown = json(send("GET", "/api/v1/orders/" + first, "a1"));
  EXPECT_EQ(shown["code_names"]["service_content"]["8"].as_string(), told);
}

TEST_P(OrdersListed, ADeliveredTableDecidesWhichCodesExist) {
  const std::string id = complete_draft("a1", sample_document());
  db_.database->write([&](db::Tx& tx) {
    registry::put_codes(tx, clock_.now(), "guangdong", 1, "service_content",
                        {{8, "样例", "", false, {}}, {900, "新内容", "", true, {}}});
    registry::enforce_codes(tx, clock_.now(), 1);
  });
  EXPECT_EQ(errors(submit_it(id)), (Lines{"code_unknown@/services/0/contents/0"}));
}

}  // namespace
}  // namespace beian::orders
