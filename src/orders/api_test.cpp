// The routes of an applicant, through the router, without sockets.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "orders/detect.hpp"
#include "orders/world_for_test.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;

class OrdersApiTest : public OrdersWorld {
 protected:
  http::Response get(const std::string& target, const std::string& account = "a1",
                     const std::string& role = "applicant") {
    return send("GET", target, account, "", {}, role);
  }
  http::Response create(const Json& body, const std::string& key = "") {
    http::Headers headers;
    if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
    return send("POST", "/api/v1/orders", "a1", to_string(body), headers);
  }
  http::Response save(const std::string& id, const Json& document, int64_t version) {
    return send("PUT", "/api/v1/orders/" + id, "a1",
                to_string(Json::object({{"document", document}, {"version", version}})));
  }
  http::Response event(const std::string& id, const std::string& name,
                       const std::string& account = "a1") {
    return send("POST", "/api/v1/orders/" + id + "/" + name, account);
  }
  Json question(int n = 1) {
    const Json document = sample_document(n);
    return Json::object({{"province", 440000},
                         {"nature", 4},
                         {"certificate", document["entity"]["certificate"]},
                         {"domains", document["services"].at(0)["domains"]}});
  }
  http::Response detect(const Json& body) {
    return send("POST", "/api/v1/orders/detect", "a1", to_string(body));
  }
  static Json with_name(Json document, const std::string& name) {
    document.find("entity")->set("name", name);
    return document;
  }
};

TEST_P(OrdersApiTest, CreateAndRead) {
  const auto made = create(Json::object({{"kind", "first"}, {"document", sample_document()}}));
  ASSERT_EQ(made.status, 201) << made.body;
  const Json order = json(made);
  EXPECT_EQ(order["state"].as_string(), "draft");
  EXPECT_EQ(order["state_title"].as_string(), "待完善备案信息");
  EXPECT_EQ(order["version"].as_int(), 1);
  EXPECT_EQ(order["document"], sample_document());
  EXPECT_EQ(order["allowed"], Json::array({"submit", "abandon"}));
  EXPECT_EQ(http::header_of(made.headers, "etag"), "\"1\"");
  const auto read = get("/api/v1/orders/" + order["id"].as_string());
  EXPECT_EQ(read.status, 200);
  Json seen = json(read);
  EXPECT_EQ(seen["progress"]["next"].as_string(), "applicant");
  EXPECT_TRUE(seen["review"].is_null());
  seen.erase("progress");
  seen.erase("review");
  EXPECT_EQ(seen, order);
  EXPECT_EQ(json(create(Json::object()))["document"], Json::object());
}

TEST_P(OrdersApiTest, CreateRefusesWhatItCannotKeep) {
  EXPECT_EQ(errors(create(Json::object({{"kind", "transfer"}}))), Lines{"kind_not_served@/kind"});
  EXPECT_EQ(errors(create(Json::object({{"kind", "cancel_entity"}}))), Lines{"not_found@/entity"});
  EXPECT_EQ(errors(create(Json::object({{"kind", "add_access"}}))), Lines{"required@/detection"});
  EXPECT_EQ(errors(create(Json::object({{"kind", "add_service"}}))), Lines{"required@/entity"});
  EXPECT_EQ(errors(create(Json::object({{"knd", "first"}}))), Lines{"unknown_field@/knd"});
  Json document = sample_document();
  document.set("x", 1);
  document.find("entity")->set("name", 5);
  EXPECT_EQ(errors(create(Json::object({{"document", document}}))),
            (Lines{"unknown_field@/document/x", "wrong_type@/document/entity/name"}));
  EXPECT_EQ(errors(create(Json::object({{"document", "x"}}))), Lines{"wrong_type@/document"});
  EXPECT_EQ(errors(create(Json::object({{"detection", "x"}}))),
            Lines{"detection_expired@/detection"});
  const auto broken = send("POST", "/api/v1/orders", "a1", "{\"kind\": first}");
  EXPECT_EQ(broken.status, 400);
  EXPECT_EQ(json(broken)["code"].as_string(), "malformed_json");
  EXPECT_EQ(json(get("/api/v1/orders"))["orders"].size(), 0u);
}

TEST_P(OrdersApiTest, TheSameRequestTwiceMakesOneOrder) {
  const Json body = Json::object({{"document", sample_document()}});
  const auto first = create(body, "key-1");
  const auto again = create(body, "key-1");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(json(first)["id"], json(again)["id"]);
  EXPECT_NE(json(create(body, "key-2"))["id"], json(first)["id"]);
  EXPECT_EQ(errors(create(Json::object(), "key-1")), Lines{"idempotency_key_reused@"});
  // Another account's keys are its own.
  const auto other =
      send("POST", "/api/v1/orders", "a2", to_string(body), {{"Idempotency-Key", "key-1"}});
  EXPECT_EQ(other.status, 201);
}

TEST_P(OrdersApiTest, NobodySeesAnotherAccountsOrder) {
  const std::string id = complete_draft("a1", sample_document());
  const std::string path = "/api/v1/orders/" + id;
  for (const auto& target : {path, path + "/findings", path + "/history", path + "/materials"})
    EXPECT_EQ(get(target, "a2").status, 404) << target;
  EXPECT_EQ(event(id, "submit", "a2").status, 404);
  EXPECT_EQ(event(id, "abandon", "a2").status, 404);
  EXPECT_EQ(send("PUT", path, "a2",
                 to_string(Json::object({{"document", Json::object()}, {"version", 1}})))
                .status,
            404);
  EXPECT_EQ(json(get("/api/v1/orders", "a2"))["orders"].size(), 0u);
  EXPECT_EQ(json(get("/api/v1/orders"))["orders"].size(), 1u);
  EXPECT_EQ(load(id).version, 1);
}

TEST_P(OrdersApiTest, StaffReadAsFarAsTheyMay) {
  const std::string path = "/api/v1/orders/" + submitted("a1", sample_document());
  for (const auto* role : {"reviewer", "officer"}) {
    const auto read = get(path, "staff", role);
    ASSERT_EQ(read.status, 200) << role;
    EXPECT_EQ(json(read)["document"], sample_document());
  }
  const auto audited = get(path, "staff", "auditor");
  ASSERT_EQ(audited.status, 200);
  EXPECT_EQ(audited.body.find("样例甲"), std::string::npos);
  EXPECT_EQ(audited.body.find("440106190001"), std::string::npos);
  EXPECT_EQ(json(audited)["allowed"].size(), 0u);
  EXPECT_EQ(get(path, "staff", "admin").status, 403);
  EXPECT_EQ(get(path, "", "").status, 401);
}

TEST_P(OrdersApiTest, SavingIsOptimistic) {
  const std::string id = json(create(Json::object()))["id"].as_string();
  const auto saved = save(id, sample_document(), 1);
  ASSERT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(json(saved)["version"].as_int(), 2);
  EXPECT_EQ(http::header_of(saved.headers, "etag"), "\"2\"");
  EXPECT_EQ(errors(save(id, Json::object(), 1)), Lines{"stale_version@/version"});
  EXPECT_EQ(json(save(id, sample_document(), 2))["version"].as_int(), 2);  // nothing changed

  const std::string path = "/api/v1/orders/" + id;
  const std::string body =
      to_string(Json::object({{"document", with_name(sample_document(), "样例")}}));
  EXPECT_EQ(errors(send("PUT", path, "a1", body)), Lines{"required@/version"});
  EXPECT_EQ(send("PUT", path, "a1", body, {{"If-Match", "\"1\""}}).status, 409);
  EXPECT_EQ(send("PUT", path, "a1", body, {{"If-Match", "\"abc\""}}).status, 409);
  EXPECT_EQ(send("PUT", path, "a1", body, {{"If-Match", "W/\"2\""}}).status, 200);
  EXPECT_EQ(errors(send("PUT", path, "a1", "{\"version\":3}")), Lines{"required@/document"});
  EXPECT_EQ(errors(send("PUT", path, "a1", "{\"version\":\"3\",\"document\":{}}")),
            Lines{"wrong_type@/version"});
}

TEST_P(OrdersApiTest, FindingsWithoutSubmitting) {
  const std::string id = json(create(Json::object()))["id"].as_string();
  Json findings = json(get("/api/v1/orders/" + id + "/findings"));
  EXPECT_FALSE(findings["complete"].as_bool());
  EXPECT_GE(findings["problems"].size(), 2u);
  EXPECT_FALSE(findings["problems"].at(0)["detail"].as_string().empty());
  EXPECT_EQ(errors(event(id, "submit")),
            (Lines{"material_missing@/entity/materials/2", "material_missing@/entity/materials/3",
                   "required@/entity", "required@/services"}));
  EXPECT_EQ(load(id).state, State::draft);
  const std::string sound = complete_draft("a1", sample_document());
  findings = json(get("/api/v1/orders/" + sound + "/findings"));
  EXPECT_TRUE(findings["complete"].as_bool()) << to_string(findings);
}

TEST_P(OrdersApiTest, SubmitWithdrawAbandon) {
  const std::string id = complete_draft("a1", sample_document());
  const int before = nudges_;
  const auto handed_in = event(id, "submit");
  ASSERT_EQ(handed_in.status, 200) << handed_in.body;
  EXPECT_EQ(json(handed_in)["state"].as_string(), "in_review");
  EXPECT_EQ(json(handed_in)["allowed"], Json::array({"withdraw"}));
  EXPECT_GT(nudges_, before);
  EXPECT_EQ(errors(save(id, sample_document(2), version(id))), Lines{"event_not_allowed@"});
  EXPECT_EQ(errors(event(id, "abandon")), Lines{"event_not_allowed@"});
  EXPECT_EQ(send("POST", "/api/v1/orders/" + id + "/withdraw", "a1", "{\"version\":1}").status,
            409);
  EXPECT_EQ(json(event(id, "withdraw"))["state"].as_string(), "draft");
  EXPECT_EQ(json(event(id, "abandon"))["state"].as_string(), "abandoned");
  EXPECT_EQ(errors(event(id, "submit")), Lines{"event_not_allowed@"});

  const Json history = json(get("/api/v1/orders/" + id + "/history"))["history"];
  Lines events;
  for (const auto& entry : history.items()) events.push_back(entry["event"].as_string());
  EXPECT_EQ(events, (Lines{"create", "submit", "withdraw", "abandon"}));
  EXPECT_EQ(history.at(1)["actor_id"].as_string(), "a1");
  EXPECT_EQ(history.at(1)["reason"].as_string(), "申请人提交，等待接入商初审");
}

TEST_P(OrdersApiTest, NothingMovesWhileItIsAtTheAuthority) {
  const std::string id = at_authority("a1", sample_document());
  const int64_t before = version(id);
  for (const auto* name : {"submit", "withdraw", "abandon", "resubmit"})
    EXPECT_EQ(errors(event(id, name)), Lines{"event_not_allowed@"}) << name;
  EXPECT_EQ(errors(save(id, sample_document(2), before)), Lines{"event_not_allowed@"});
  EXPECT_EQ(version(id), before);
}

TEST_P(OrdersApiTest, ListsInPages) {
  Lines ids;
  for (int i = 0; i < 3; ++i) {
    clock_.advance(Millis{5});
    ids.push_back(
        json(create(Json::object({{"document", sample_document(i + 1)}})))["id"].as_string());
  }
  const Json first = json(get("/api/v1/orders?limit=2"));
  ASSERT_EQ(first["orders"].size(), 2u);
  EXPECT_EQ(first["orders"].at(0)["id"].as_string(), ids[2]);
  EXPECT_EQ(first["orders"].at(0)["domains"], Json::array({"yangli-3-example.cn"}));
  EXPECT_EQ(first["orders"].at(0).find("document"), nullptr);
  const Json second = json(get("/api/v1/orders?limit=2&before=" + first["next"].as_string()));
  ASSERT_EQ(second["orders"].size(), 1u);
  EXPECT_TRUE(second["next"].is_null());
  EXPECT_EQ(json(get("/api/v1/orders?state=completed"))["orders"].size(), 0u);
  EXPECT_EQ(errors(get("/api/v1/orders?state=nowhere")), Lines{"code_unknown@/state"});
  EXPECT_EQ(errors(get("/api/v1/orders?limit=0")), Lines{"out_of_range@/limit"});
}

TEST_P(OrdersApiTest, DetectsAFirstFiling) {
  const auto answer = detect(question());
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json found = json(answer);
  EXPECT_EQ(found["kind"].as_string(), "first");
  EXPECT_EQ(found["domains"].at(0)["status"].as_string(), "not_filed");
  EXPECT_FALSE(found["explanation"].as_string().empty());

  // What was detected is the start of the order, and locked.
  const auto made = create(Json::object({{"detection", found["detection"]}}));
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = json(made)["id"].as_string();
  EXPECT_EQ(json(made)["locked"].size(), 5u);
  EXPECT_EQ(json(made)["document"]["entity"]["nature"].as_int(), 4);
  EXPECT_EQ(save(id, sample_document(1), 1).status, 200);
  EXPECT_EQ(errors(save(id, sample_document(2), 2)),
            (Lines{"verified_locked@/document/entity/certificate/number",
                   "verified_locked@/document/services/0/domains"}));
  const auto other =
      create(Json::object({{"detection", found["detection"]}, {"document", sample_document(2)}}));
  EXPECT_EQ(errors(other), (Lines{"verified_locked@/document/entity/certificate/number",
                                  "verified_locked@/document/services/0/domains"}));
  // Not another account's, and not for ever.
  EXPECT_EQ(send("POST", "/api/v1/orders", "a2",
                 to_string(Json::object({{"detection", found["detection"]}})))
                .status,
            409);
  clock_.advance(Millis{25LL * 3600 * 1000});
  EXPECT_EQ(create(Json::object({{"detection", found["detection"]}})).status, 409);
}

TEST_P(OrdersApiTest, DetectionIsThreeValued) {
  const Json document = sample_document();
  const std::string domain = "yangli-1-example.cn";
  const std::string number = document["entity"]["certificate"]["number"].as_string();
  FilingStatus unknown;
  unknown.reason = "管局查询超时";
  unknown.asked = clock_.now();
  status_.known[domain] = unknown;
  const Json found = json(detect(question()));
  EXPECT_EQ(found["kind"].as_string(), "first");
  EXPECT_EQ(found["domains"].at(0)["status"].as_string(), "unknown");
  EXPECT_EQ(found["domains"].at(0)["reason"].as_string(), "管局查询超时");

  FilingStatus filed;
  filed.kind = FilingStatus::Kind::filed;
  filed.entity_number = "粤ICP备2026000001号";
  status_.known[domain] = filed;
  EXPECT_EQ(errors(detect(question())),
            (Lines{"filed_elsewhere@/domains/0", "migration_not_taken@/domains/0"}));
  status_.known[number] = filed;  // the same entity, at another provider
  EXPECT_EQ(json(detect(question()))["kind"].as_string(), "add_access");
  status_.known.erase(domain);
  const Json added = json(detect(question()));
  EXPECT_EQ(added["kind"].as_string(), "add_service");
  EXPECT_EQ(added["entity_number"].as_string(), "粤ICP备2026000001号");
  EXPECT_TRUE(added["filing_password"].as_bool());
}

TEST_P(OrdersApiTest, DetectionChecksItsQuestion) {
  EXPECT_EQ(errors(detect(Json::object())), (Lines{"required@/certificate", "required@/domains",
                                                   "required@/nature", "required@/province"}));
  Json body = question();
  body.set("province", 110000);
  EXPECT_EQ(errors(detect(body)), Lines{"no_authority_link@/province"});
  body.set("province", 440100);
  body.set("nature", 99);
  body.set("domains", Json::array({"www.yangli-1-example.cn", 5}));
  body.find("certificate")->set("number", "1");
  EXPECT_EQ(errors(detect(body)),
            (Lines{"bad_certificate_number@/certificate/number", "bad_domain@/domains/1",
                   "code_unknown@/nature", "domain_not_independent@/domains/0",
                   "unknown_region@/province"}));
}

// What this provider's own registry knows needs no question to the authority, and is asked again
// when the order is handed in.
TEST_P(OrdersApiTest, TheOwnRegistryIsAskedTwice) {
  using namespace registry::test;
  const auto file = [&](int64_t id, const std::string& certificate, const std::string& domain,
                        int64_t provider) {
    EntitySample entity;
    entity.id = id;
    entity.number = "粤ICP备202600000" + std::to_string(id) + "号";
    entity.certificate = certificate;
    ServiceSample service;
    service.id = id;
    service.number = entity.number + "-1";
    service.domains = {{id, domain}};
    service.accesses = {{id, provider}};
    const auto done = db_.database->write_result([&](db::Tx& tx) {
      return registry::record(tx, clock_.now(), cipher_, "a1", kOwn, record_of(entity, {service}));
    });
    ASSERT_TRUE(done);
  };
  const auto number_of = [](int n) {
    return sample_document(n)["entity"]["certificate"]["number"].as_string();
  };
  const std::string early = complete_draft("a1", sample_document(1));
  // 1: this entity and its domain, here; 2: its domain under another entity; 3: the entity with
  // another domain; 4: this entity and domain, at another provider.
  file(1, number_of(1), "yangli-1-example.cn", kOwn);
  file(2, "91990000MA0000000X", "yangli-2-example.cn", kOwn);
  file(3, number_of(3), "yangli-30-example.cn", kOwn);
  file(4, number_of(4), "yangli-4-example.cn", kOther);
  EXPECT_EQ(errors(detect(question(1))), Lines{"already_filed@/domains/0"});
  EXPECT_NE(detect(question(1)).body.find("粤ICP备2026000001号-1"), std::string::npos);
  EXPECT_EQ(errors(detect(question(2))),
            (Lines{"filed_elsewhere@/domains/0", "migration_not_taken@/domains/0"}));
  EXPECT_EQ(json(detect(question(3)))["kind"].as_string(), "add_service");
  EXPECT_EQ(json(detect(question(4)))["kind"].as_string(), "add_access");
  EXPECT_EQ(detect(question(5)).status, 200);
  EXPECT_EQ(errors(event(early, "submit")), Lines{"already_filed@/services/0/domains/0"});
  EXPECT_EQ(load(early).state, State::draft);
}

INSTANTIATE_TEST_SUITE_P(Backends, OrdersApiTest, ::testing::ValuesIn(testing::backends()));

}  // namespace
}  // namespace beian::orders
