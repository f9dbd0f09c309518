// What the public is told, on both databases and through the routes.
#include <gtest/gtest.h>

#include "china/regions.hpp"
#include "platform/http/router.hpp"
#include "registry/api.hpp"
#include "registry/blacklist.hpp"
#include "registry/compatible.hpp"
#include "registry/public_query.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"
#include "testing/database.hpp"
#include "testing/golden.hpp"

namespace beian::registry::test {
namespace {

class PublicQuery : public ::testing::TestWithParam<std::string> {
 protected:
  testing::TestDatabase db = testing::make_database(GetParam());
  FakeClock clock;
  crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
  http::Router router;

  void SetUp() override { router.add(http::with_plain_text(public_routes(db.database, clock))); }

  template <class Work>
  auto write(Work&& work) {
    return db.database->write_result(work);
  }
  void put(const Json& json) {
    ASSERT_TRUE(write([&](db::Tx& tx) -> Result<Recorded> {
      return record(tx, clock.now(), cipher, "", kOwn, json);
    }));
  }
  void synchronised(const std::vector<int64_t>& provinces = {440000}) {
    db.database->write([&](db::Tx& tx) { mark_whole(tx, provinces, clock.now()); });
  }
  http::Response send(const std::string& method, const std::string& target, std::string body = "",
                      const std::string& remote = "203.0.113.9") {
    http::Request request;
    request.method = method;
    request.remote = remote;
    request.body = std::move(body);
    EXPECT_TRUE(http::set_target(request, target));
    return router.handle(std::move(request));
  }
  Json get(const std::string& target) { return *parse_json(send("GET", target).body); }
  Json filings(const std::string& query) { return get("/api/v1/public/filings?" + query); }
  // "filed 粤ICP备…号-1", "unknown not_synchronised", …
  std::vector<std::string> lookup(const std::vector<std::string>& names) {
    Json list = Json::array();
    for (const auto& name : names) list.push(name);
    const auto answer = send("POST", "/api/v1/public/filings/lookup",
                             to_string(Json::object({{"names", std::move(list)}})));
    std::vector<std::string> out;
    const Json json = *parse_json(answer.body);
    for (const auto& one : json["answers"].items()) {
      const std::string& number = one["service_number"].as_string();
      const bool filed = one["status"] == Json("filed");
      out.push_back(one["status"].as_string() + " " +
                    (!filed           ? one["reason"].as_string()
                     : number.empty() ? one["entity_number"].as_string()
                                      : number));
    }
    return out;
  }
  Json query(const std::string& type, const std::string& search, int64_t page = 1,
             int64_t size = 10) {
    return db.database->read_value([&](db::Tx& tx) {
      return compatible_answer(tx, {type, search, page, size});
    });
  }

  // One entity with a website of two domains, an app and a mini program; one person.
  void put_samples() {
    ServiceSample site;
    site.domains = {{1, "yangli-example.cn"}, {2, "xn--fsqu00a.xn--fiqs8s"}};
    Json record = record_of({}, {site});
    record.find("entity")->set("reviewed", "2026-03-04 05:06:07");
    const auto add = [&](int64_t id, const std::string& number, int64_t kind,
                         const std::string& name, Json app) {
      ServiceSample sample;
      sample.id = id;
      sample.number = number;
      sample.domains = {};
      sample.accesses = {{id, kOwn}};
      Json service = record_of({}, {sample})["services"].at(0);
      app.set("kind", kind);
      service.set("name", name);
      service.set("app", std::move(app));
      record.find("services")->push(std::move(service));
    };
    add(2, "粤ICP备2026000001号-2A", 6, "样例应用",
        Json::object(
            {{"platforms", Json::array({Json::object({{"platform", "android"},
                                                      {"package_id", "cn.yangli.example"}})})}}));
    add(3, "粤ICP备2026000001号-3X", 7, "样例小程序",
        Json::object({{"applet_id", "wx0000000000000001"}, {"host_platform", "wechat"}}));
    put(record);
    ServiceSample own;
    own.id = 9;
    own.number = "粤ICP备2026000002号-1";
    own.domains = {{9, "yangli-person-example.cn"}};
    own.accesses = {{9, kOther}};
    put(record_of({.id = 2,
                   .number = "粤ICP备2026000002号",
                   .nature = 5,
                   .name = "样例乙",
                   .certificate_type = 2,
                   .certificate = "999999190001010014"},
                  {own}));
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, PublicQuery, ::testing::ValuesIn(testing::backends()));

TEST_P(PublicQuery, TellsFiledNotFiledAndWhatItCannotKnow) {
  put_samples();
  const std::vector<std::string> asked = {"www.YangLi-example.cn:443",
                                          "例子.中国",
                                          "粤icp备2026000001号-2a",
                                          "粤ICP备2026000001号",
                                          "nobody-example.cn",
                                          "粤ICP备2026999999号",
                                          "京ICP备2026000001号",
                                          "no host at all",
                                          "com.cn",
                                          "",
                                          "yangli-example.cn"};
  EXPECT_EQ(lookup(asked), (std::vector<std::string>{
                               "filed 粤ICP备2026000001号-1", "filed 粤ICP备2026000001号-1",
                               "filed 粤ICP备2026000001号-2A", "filed 粤ICP备2026000001号",
                               "unknown not_synchronised", "unknown not_synchronised",
                               "unknown not_synchronised", "unknown bad_name", "unknown bad_name",
                               "unknown bad_name", "filed 粤ICP备2026000001号-1"}));
  EXPECT_TRUE(filings("domain=nobody-example.cn")["as_of"].is_null());
  synchronised();
  EXPECT_EQ(lookup({"nobody-example.cn", "粤ICP备2026999999号", "京ICP备2026000001号"}),
            (std::vector<std::string>{"unknown not_synchronised", "not_filed not_in_library",
                                      "unknown not_synchronised"}))
      << "Beijing's library never came, and the domain may be filed there";
  EXPECT_TRUE(filings("domain=nobody-example.cn")["as_of"].is_null());
  EXPECT_EQ(filings("name=样例无人")["status"], Json("unknown"));
  const auto guangdong = Json(to_rfc3339(clock.now()));
  EXPECT_EQ(filings("number=粤ICP备2026999999号")["as_of"], guangdong);
  clock.advance(Millis{60'000});
  auto all = china::filing_provinces();
  ASSERT_EQ(all.size(), 31u);
  std::erase(all, 440000);
  synchronised(all);
  EXPECT_EQ(lookup({"nobody-example.cn", "京ICP备2026000001号"}),
            (std::vector<std::string>{"not_filed not_in_library", "not_filed not_in_library"}));
  EXPECT_EQ(filings("domain=nobody-example.cn")["as_of"], guangdong) << "the oldest";
  EXPECT_EQ(filings("name=样例无人")["status"], Json("not_filed"));
}

TEST_P(PublicQuery, WhatIsCancelledIsNotFiledWhateverElseIsKnown) {
  put_samples();
  ASSERT_TRUE(
      write([&](db::Tx& tx) { return cancel(tx, clock.now(), Cancel::service, {440000}, 1); }));
  EXPECT_EQ(lookup({"www.yangli-example.cn", "粤ICP备2026000001号-1", "粤ICP备2026000001号"}),
            (std::vector<std::string>{"not_filed cancelled", "not_filed cancelled",
                                      "filed 粤ICP备2026000001号"}));
  // Filed again under another number: what is in force goes before what was.
  ServiceSample again;
  again.id = 7;
  again.number = "粤ICP备2026000001号-7";
  again.domains = {{7, "yangli-example.cn"}};
  again.accesses = {{7, kOwn}};
  put(record_of({}, {again}));
  EXPECT_EQ(lookup({"www.yangli-example.cn"}),
            (std::vector<std::string>{"filed 粤ICP备2026000001号-7"}));
}

TEST_P(PublicQuery, EverythingUnderANumberPageByPage) {
  ServiceSample site;
  site.domains.clear();
  for (int64_t i = 1; i <= 60; ++i)
    site.domains.push_back({i, "yangli-" + std::to_string(i) + "-example.cn"});
  put(record_of({}, {site}));
  const Json first = filings("number=粤ICP备2026000001号");
  EXPECT_EQ(first["status"], Json("filed"));
  ASSERT_EQ(first["filings"].size(), 50u);
  EXPECT_EQ(first["filings"].at(0)["domain"], Json("yangli-1-example.cn"));
  EXPECT_EQ(first["filings"].at(0)["nature_name"], Json("企业"));
  const Json rest = filings("number=粤ICP备2026000001号-1&after=" + first["next"].as_string());
  ASSERT_EQ(rest["filings"].size(), 10u);
  EXPECT_EQ(rest["filings"].at(9)["domain"], Json("yangli-60-example.cn"));
  EXPECT_TRUE(rest["next"].is_null());
  EXPECT_EQ(filings("domain=a.b.yangli-7-example.cn")["filings"].size(), 1u);
}

TEST_P(PublicQuery, OrganisationsByTheBeginningOfTheirNames) {
  put_samples();
  for (int64_t i = 10; i < 70; ++i) {
    const std::string id = std::to_string(i);
    put(record_of(
        {.id = i, .number = "粤ICP备20260001" + id + "号", .name = "样例贸易" + id + "-有限公司"},
        {{.id = i,
          .number = "粤ICP备20260001" + id + "号-1",
          .domains = {{i, "yangli-" + id + "-example.cn"}},
          .accesses = {{i, kOwn}}}}));
  }
  const Json one = filings("name=样例科");
  ASSERT_EQ(one["filings"].size(), 1u);
  EXPECT_EQ(one["filings"].at(0)["entity_name"], Json("样例科技有限公司"));
  EXPECT_TRUE(one["filings"].at(0)["service_number"].is_null());
  std::vector<std::string> names;
  std::string after;
  do {
    const Json page = filings("name=样例贸易" + (after.empty() ? "" : "&after=" + after));
    for (const auto& filing : page["filings"].items())
      names.push_back(filing["entity_name"].as_string());
    after = page["next"].as_string();
  } while (!after.empty());
  ASSERT_EQ(names.size(), 60u);
  EXPECT_TRUE(std::ranges::is_sorted(names));
  // A person is found by no name, not even by the masked one.
  EXPECT_EQ(filings("name=样例乙")["filings"].size(), 0u);
  EXPECT_EQ(send("GET", "/api/v1/public/filings?name=样**").status, 422);
  EXPECT_EQ(send("GET", "/api/v1/public/filings?name=样").status, 422);
  EXPECT_EQ(query("web", "样**")["params"]["total"], Json(0));
  EXPECT_EQ(filings("domain=yangli-person-example.cn")["filings"].at(0)["entity_name"],
            Json("样**"));
  // Nor one whose nature an old record does not tell, or tells wrongly.
  ServiceSample site;
  site.id = 12;
  site.number = "粤ICP备2026000003号-1";
  site.domains = {{12, "yangli-officer-example.cn"}};
  site.accesses = {{12, kOther}};
  put(record_of({.id = 3,
                 .number = "粤ICP备2026000003号",
                 .nature = 0,
                 .name = "样例丙",
                 .certificate_type = 8,
                 .certificate = "样例000001"},
                {site}));
  EXPECT_EQ(filings("name=样例丙")["filings"].size(), 0u);
  EXPECT_EQ(query("web", "yangli-officer-example.cn")["params"]["list"].at(0)["unitName"],
            Json("样**"));
}

TEST_P(PublicQuery, WrongQuestionsAreToldAsProblems) {
  for (const char* bad : {"", "domain=a.cn&number=1", "number=1&after=x", "name=样例&after=1-2"})
    EXPECT_GE(send("GET", std::string("/api/v1/public/filings?") + bad).status, 400) << bad;
  const auto post = [&](const std::string& body) {
    return send("POST", "/api/v1/public/filings/lookup", body);
  };
  EXPECT_EQ(post("{").status, 400);
  EXPECT_EQ(post(R"({"names": "a.cn"})").status, 422);
  EXPECT_EQ(post(R"({"names": ["a.cn", 1]})").status, 422);
  EXPECT_EQ(post(R"({"names": []})").status, 200);
  Json many = Json::array();
  for (int i = 0; i <= 10'000; ++i) many.push("a.cn");
  EXPECT_EQ(post(to_string(Json::object({{"names", std::move(many)}}))).status, 422);
}

TEST_P(PublicQuery, AnAddressMayAskSoMuch) {
  Json names = Json::array();
  for (int i = 0; i < 10'000; ++i) names.push("n" + std::to_string(i) + "-example.cn");
  const std::string body = to_string(Json::object({{"names", std::move(names)}}));
  const auto bulk = [&](const std::string& remote) {
    return send("POST", "/api/v1/public/filings/lookup", body, remote);
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bulk("203.0.113.9").status, 200);
  const auto refused = bulk("203.0.113.9");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(http::header_of(refused.headers, "Retry-After"), "10");
  const auto compatible = [&] {
    for (int i = 0; i < 10; ++i) {
      auto answer = send("GET", "/query/web?search=a.cn");
      if (answer.status != 200) return answer;
    }
    return http::Response{};
  };
  const auto also = compatible();
  EXPECT_EQ(also.status, 429);
  EXPECT_FALSE(http::header_of(also.headers, "Retry-After").empty());
  EXPECT_EQ(bulk("198.51.100.4").status, 200);
  clock.advance(std::chrono::seconds(11));
  EXPECT_EQ(bulk("203.0.113.9").status, 200);
}

// The shape is what other people's clients read: a change here breaks them.
TEST_P(PublicQuery, AnswersAsTheWellKnownTools) {
  clock.advance(Millis(1));
  put_samples();
  db.database->write([&](db::Tx& tx) {
    list_domain(tx, clock.now(), cipher, "gd",
                {.name = "yangli-bad-example.cn", .site = "样例", .remark = ""});
  });
  std::string all;
  const auto ask = [&](const std::string& method, const std::string& target,
                       const std::string& body = "") {
    const auto answer = send(method, target, body);
    EXPECT_EQ(answer.status, 200);
    all += method + " " + target + " " + body + "\n" + to_pretty_string(*parse_json(answer.body)) +
           "\n";
  };
  ask("GET", "/query/web?search=yangli-example.cn");
  ask("GET", "/query/web?search=样例科技有限公司&pageNum=2&pageSize=1");
  ask("POST", "/query/web",
      R"({"search": "粤ICP备2026000001号-1", "pageNum": "1", "pageSize": 26})");
  ask("GET", "/query/app?search=样例应用");
  ask("GET", "/query/mapp?search=样例科技有限公司&pageNum=&pageSize=");
  ask("GET", "/query/kapp?search=粤ICP备2026000001号");
  ask("GET", "/query/bweb?search=www.yangli-bad-example.cn");
  ask("GET", "/query/bweb?search=yangli-example.cn");
  ask("GET", "/query/bapp?search=样例应用");
  ask("GET", "/query/blog?search=x");
  ask("GET", "/query/web");
  testing::expect_golden("registry/compatible.txt", all);
}

TEST_P(PublicQuery, PagesAsPageHelperCountsThem) {
  ServiceSample site;
  site.domains.clear();
  for (int64_t i = 1; i <= 95; ++i)
    site.domains.push_back({i, "yangli-" + std::to_string(i) + "-example.cn"});
  put(record_of({}, {site}));
  const auto page = [&](int64_t number) {
    return query("web", "样例科技有限公司", number, 10)["params"];
  };
  const Json middle = page(6);
  EXPECT_EQ(middle["total"], Json(95));
  EXPECT_EQ(middle["pages"], Json(10));
  EXPECT_EQ(to_string(middle["navigatepageNums"]), "[2,3,4,5,6,7,8,9]");
  EXPECT_EQ(middle["prePage"], Json(5));
  EXPECT_EQ(middle["nextPage"], Json(7));
  EXPECT_EQ(to_string(page(1)["navigatepageNums"]), "[1,2,3,4,5,6,7,8]");
  EXPECT_EQ(to_string(page(10)["navigatepageNums"]), "[3,4,5,6,7,8,9,10]");
  EXPECT_EQ(page(10)["size"], Json(5));
  EXPECT_EQ(page(10)["hasNextPage"], Json(false));
  EXPECT_EQ(page(11)["size"], Json(0));
  EXPECT_EQ(page(11)["total"], Json(95));
  EXPECT_EQ(compatible_number("", 10, 40), 10);
  EXPECT_EQ(compatible_number("-3", 10, 40), 10);
  EXPECT_EQ(compatible_number("400", 10, 40), 40);
}

}  // namespace
}  // namespace beian::registry::test
