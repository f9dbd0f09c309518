// The routes of officers, through the router, without sockets.
#include <algorithm>

#include "addresses/world_for_test.hpp"

namespace beian::addresses {
namespace {

using namespace test;
using Lines = std::vector<std::string>;

class AddressesApiTest : public AddressWorld {
 protected:
  AddressesApiTest() {
    router_.add(api_.routes());
    http::Authorizer authorizer;
    authorizer.authorize = [this](const http::Request&, http::Scope scope) -> Result<http::Caller> {
      http::Caller caller{"who", role_, "s", {}};
      for (const auto& held : accounts::scopes_of(role_)) caller.scopes.emplace_back(held.name());
      const bool audits = role_ == "auditor";
      if (!audits && !accounts::holds(caller, scope)) return fail(ProblemCode::forbidden);
      return caller;
    };
    authorizer.identify = [](const http::Request&) { return http::Caller{}; };
    router_.set_authorizer(std::move(authorizer));
  }
  http::Response send(const std::string& method, const std::string& target,
                      const std::string& body = {}) {
    http::Request request;
    request.method = method;
    EXPECT_TRUE(http::set_target(request, target));
    request.body = body;
    return router_.handle(std::move(request));
  }
  static Json json(const http::Response& response) {
    return parse_json(response.body).value_or(Json());
  }
  static Lines errors(const http::Response& response) {
    Lines out;
    const Json body = json(response);
    for (const auto& e : body["errors"].items())
      out.push_back(e["code"].as_string() + "@" + e["field"].as_string());
    return out;
  }
  Json post(const Json& document, const std::string& block) {
    const auto made = send("POST", "/api/v1/addresses",
                           to_string(Json::object({{"block", block}, {"document", document}})));
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made);
  }

  int nudges_ = 0;
  std::string role_ = "officer";
  AddressesApi api_{db.database, clock, cipher, context.links, [this] { ++nudges_; }};
  http::Router router_;
};
INSTANTIATE_TEST_SUITE_P(Backends, AddressesApiTest, ::testing::ValuesIn(testing::backends()));

TEST_P(AddressesApiTest, CreateReadChangeDelete) {
  const Json made = post(source(), "source");
  const std::string at = "/api/v1/addresses/" + made["id"].as_string();
  EXPECT_EQ(made["state"].as_string(), "draft");
  EXPECT_EQ(made["authority"].as_string(), "guangdong");
  EXPECT_EQ(made["allowed"], Json::array({"edit", "remove", "queue"}));
  const auto read = send("GET", at);
  EXPECT_EQ(http::header_of(read.headers, "etag"), "\"1\"");
  EXPECT_EQ(json(read)["document"], normalized(source()));

  EXPECT_EQ(errors(send("PUT", at, "{}")), (Lines{"required@/version", "required@/document"}));
  const auto changed =
      send("PUT", at,
           to_string(
               Json::object({{"version", 1}, {"document", source("203.0.113.0", "203.0.113.7")}})));
  EXPECT_EQ(json(changed)["version"].as_int(), 2);
  EXPECT_EQ(errors(send("DELETE", at, R"({"version": 1})")), Lines{"stale_version@/version"});
  EXPECT_EQ(json(send("DELETE", at))["state"].as_string(), "deleted");
  EXPECT_EQ(json(send("GET", at + "/history"))["history"].size(), 3u);
  EXPECT_EQ(send("GET", "/api/v1/addresses/nobody").status, 404);
}

TEST_P(AddressesApiTest, BadBodiesAreToldWhole) {
  EXPECT_EQ(errors(send("POST", "/api/v1/addresses", R"({"blok": 1})")),
            (Lines{"unknown_field@/blok", "required@/block", "required@/document"}));
  EXPECT_EQ(errors(send("POST", "/api/v1/addresses", R"({"block": "source", "document": 5})")),
            Lines{"wrong_type@/document"});
  EXPECT_EQ(errors(send("GET", "/api/v1/addresses?address=203.0.113.999")),
            Lines{"bad_ip_address@?address"});
  EXPECT_EQ(errors(send("GET", "/api/v1/addresses?state=gone")), Lines{"code_unknown@?state"});
  EXPECT_EQ(errors(send("POST", "/api/v1/addresses/import?mode=some", "x")),
            Lines{"code_unknown@?mode"});
  EXPECT_EQ(errors(send("POST", "/api/v1/addresses/report", R"({"ids": []})")),
            Lines{"required@/ids"});
}

TEST_P(AddressesApiTest, ListsPageAndMask) {
  post(source(), "source");
  const Json used = post(assignment(), "assignment");
  const Json page = json(send("GET", "/api/v1/addresses?limit=1"));
  ASSERT_EQ(page["records"].size(), 1u);
  EXPECT_EQ(page["next"], used["id"]);
  EXPECT_EQ(page["records"].at(0)["document"]["contact_name"].as_string(), "样**");
  const Json rest =
      json(send("GET", "/api/v1/addresses?limit=1&after=" + page["next"].as_string()));
  EXPECT_EQ(rest["records"].at(0)["block"].as_string(), "source");
  EXPECT_TRUE(rest["next"].is_null());
  EXPECT_EQ(json(send("GET", "/api/v1/addresses?address=203.0.113.64/26"))["records"].size(), 1u);

  const std::string at = "/api/v1/addresses/" + used["id"].as_string();
  EXPECT_EQ(json(send("GET", at))["document"]["contact_name"].as_string(), "样例丁");
  role_ = "auditor";
  EXPECT_EQ(json(send("GET", at))["document"]["contact_name"].as_string(), "样**");
  EXPECT_EQ(json(send("GET", at))["document"]["contact_phone"].as_string(), "138****0007");
  role_ = "applicant";
  EXPECT_EQ(send("GET", at).status, 403);
}

TEST_P(AddressesApiTest, ImportCheckReport) {
  const std::string csv =
      "起始IP,终止IP,来源单位\n203.0.113.0,203.0.113.127,1001\n203.0.113.100,203.0.113.255,1001\n";
  const Json dry = json(send("POST", "/api/v1/addresses/import?block=source&dry_run=1", csv));
  EXPECT_EQ(dry["created"].as_int(), 2);
  EXPECT_FALSE(dry["applied"].as_bool());
  const Json done = json(send("POST", "/api/v1/addresses/import?block=source", csv));
  EXPECT_TRUE(done["applied"].as_bool());

  const Json checked = json(send("GET", "/api/v1/addresses/check"));
  EXPECT_EQ(checked["errors"].as_int(), 2);
  EXPECT_EQ(checked["warnings"].as_int(), 2);
  EXPECT_EQ(checked["counts"]["source"]["draft"].as_int(), 2);
  EXPECT_EQ(checked["findings"].at(0)["code"].as_string(), "address_overlap");
  EXPECT_EQ(checked["findings"].at(0)["range"].as_string(), "203.0.113.100-203.0.113.127");

  const Json refused = json(send("POST", "/api/v1/addresses/report"));
  EXPECT_EQ(refused["queued"].as_int(), 0);
  EXPECT_EQ(refused["refused"].size(), 2u);
  const auto second = checked["findings"].at(0)["other"].as_string();
  send("DELETE", "/api/v1/addresses/" + second);
  EXPECT_EQ(json(send("POST", "/api/v1/addresses/report"))["queued"].as_int(), 1);
  EXPECT_GT(nudges_, 0);
  const auto first = checked["findings"].at(0)["record"].as_string();
  EXPECT_EQ(json(send("POST", "/api/v1/addresses/" + first + "/withdraw"))["state"].as_string(),
            "draft");

  const auto exported_csv = send("GET", "/api/v1/addresses/export?block=source");
  EXPECT_TRUE(exported_csv.body.starts_with("\xEF\xBB\xBF编号,类别,起始IP,终止IP,来源单位,备注,"));
  EXPECT_EQ(http::header_of(exported_csv.headers, "content-type"), "text/csv; charset=utf-8");
}

TEST_P(AddressesApiTest, FindingsOfTheAuthority) {
  const Json record = post(source(), "source");
  db.database->write([&](db::Tx& tx) {
    CheckFinding finding;
    finding.link = "guangdong";
    finding.kind = "out_of_range";
    finding.record_id = record["id"].as_string();
    finding.document = Json::object({{"kind", 1}});
    store.note_finding(tx, clock.now(), finding);
  });
  const Json list = json(send("GET", "/api/v1/addresses/findings?open=1"));
  ASSERT_EQ(list["findings"].size(), 1u);
  const auto number = std::to_string(list["findings"].at(0)["number"].as_int());
  const auto at = "/api/v1/addresses/" + record["id"].as_string();
  EXPECT_EQ(json(send("GET", at))["check_findings"].size(), 1u);
  EXPECT_EQ(send("POST", "/api/v1/addresses/findings/" + number + "/close").status, 204);
  EXPECT_EQ(json(send("GET", "/api/v1/addresses/findings?open=1"))["findings"].size(), 0u);
  EXPECT_EQ(send("POST", "/api/v1/addresses/findings/99/close").status, 404);
}

}  // namespace
}  // namespace beian::addresses
