#include "platform/http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "platform/log/log.hpp"

namespace beian::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Request make(std::string method, const std::string& target, Headers headers = {},
             std::string body = {}) {
  Request request;
  request.method = std::move(method);
  EXPECT_TRUE(set_target(request, target)) << target;
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.request_id = "test-1";
  return request;
}

Handler says(std::string text) {
  return [text](const Request&) { return Response::text(text); };
}

Json json_of(const Response& response) {
  auto json = parse_json(response.body);
  EXPECT_TRUE(json) << response.body;
  return json.value_or(Json());
}

TEST(Router, OddTextNeverReachesARoomThatDidNotAskForIt) {
  Router router;
  router.add(with_plain_text({{"GET", "/a/{id}", kPublic, "", says("in")}}));
  EXPECT_EQ(router.handle(make("GET", "/a/b?x=%E4%B8%AD")).body, "in");
  for (const char* target : {"/a/%FF", "/a/b?x=%FF", "/a/b?x=%00"}) {
    const Response refused = router.handle(make("GET", target));
    EXPECT_EQ(refused.status, 400) << target;
    EXPECT_EQ(json_of(refused)["code"].as_string(), "bad_request") << target;
  }
}

TEST(Router, FindsLiteralsBeforeParametersBeforeTheRest) {
  Router router;
  router.add({{"GET", "/a/{id}", kPublic, "", says("param")},
              {"GET", "/a/new", kPublic, "", says("literal")},
              {"GET", "/a/{rest*}", kPublic, "", says("rest")},
              {"GET", "/", kPublic, "", says("root")}});
  EXPECT_EQ(router.handle(make("GET", "/a/new")).body, "literal");
  EXPECT_EQ(router.handle(make("GET", "/a/7")).body, "param");
  EXPECT_EQ(router.handle(make("GET", "/a/7/8")).body, "rest");
  EXPECT_EQ(router.handle(make("GET", "/a/")).body, "rest");
  EXPECT_EQ(router.handle(make("GET", "/")).body, "root");
  EXPECT_EQ(router.handle(make("GET", "/a")).status, 404);
}

TEST(Router, FillsParametersDecoded) {
  Router router;
  router.add({{"GET", "/o/{id}/files/{path*}", kPublic, "", [](const Request& r) {
                 return Response::text(r.param("id") + "|" + r.param("path"));
               }}});
  EXPECT_EQ(router.handle(make("GET", "/o/a%2Fb%20c/files/x/%E7%B2%A4.jpg")).body,
            "a/b c|x/粤.jpg");
}

TEST(Router, AnswersAnUnknownParameterNameAsABug) {
  Router router;
  router.add({{"GET", "/o/{id}", kPublic, "",
               [](const Request& r) { return Response::text(r.param("number")); }}});
  log::set_sink([](std::string_view) {});
  EXPECT_EQ(router.handle(make("GET", "/o/1")).status, 500);
  log::set_sink({});
}

TEST(Router, FallsBackToAnotherShapeThatHasTheVerb) {
  Router router;
  router.add({{"GET", "/a/new", kPublic, "", says("new")},
              {"DELETE", "/a/{id}", kPublic, "", says("deleted")}});
  EXPECT_EQ(router.handle(make("DELETE", "/a/new")).body, "deleted");
}

TEST(Router, TellsAllowedMethods) {
  Router router;
  router.add({{"GET", "/a", kPublic, "", says("got")}, {"POST", "/a", kPublic, "", says("made")}});
  const auto wrong = router.handle(make("PUT", "/a"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(header_of(wrong.headers, "allow"), "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(json_of(wrong)["code"].as_string(), "method_not_allowed");
  const auto options = router.handle(make("OPTIONS", "/a"));
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(header_of(options.headers, "allow"), "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(router.handle(make("HEAD", "/a")).status, 200);
  EXPECT_EQ(router.handle(make("OPTIONS", "*")).status, 204);
  EXPECT_EQ(router.handle(make("OPTIONS", "/none")).status, 404);
}

TEST(Router, RefusesDuplicatesAndBadRoutesAtOnce) {
  Router router;
  router.add({{"GET", "/a/{id}", kPublic, "", says("")}});
  EXPECT_THROW(router.add({{"GET", "/a/{name}", kPublic, "", says("")}}), std::logic_error);
  EXPECT_NO_THROW(router.add({{"PUT", "/a/{name}", kPublic, "", says("")}}));
  EXPECT_THROW(router.add({{"GET", "a", kPublic, "", says("")}}), std::logic_error);
  EXPECT_THROW(router.add({{"GET", "/x{id}", kPublic, "", says("")}}), std::logic_error);
  EXPECT_THROW(router.add({{"GET", "/{}", kPublic, "", says("")}}), std::logic_error);
  EXPECT_THROW(router.add({{"GET", "/{r*}/b", kPublic, "", says("")}}), std::logic_error);
  EXPECT_THROW(router.add({{"GET", "/nothing", kPublic, "", Handler{}}}), std::logic_error);
}

TEST(Router, AsksTheAuthorizerForWhatIsNotPublic) {
  constexpr Scope kOrders{"orders"};
  Router router;
  bool ran = false;
  router.add({{"GET", "/mine", kOrders, "",
               [&](const Request& r) {
                 ran = true;
                 return Response::text(r.caller.account_id);
               }},
              {"GET", "/open", kPublic, "",
               [](const Request& r) { return Response::text("hi " + r.caller.account_id); }}});
  log::set_sink([](std::string_view) {});
  EXPECT_EQ(router.handle(make("GET", "/mine")).status, 500) << "no authorizer must not mean open";
  log::set_sink({});
  EXPECT_FALSE(ran);

  router.set_authorizer({.authorize = [](const Request& r, Scope scope) -> Result<Caller> {
                           EXPECT_EQ(scope.name(), "orders");
                           if (r.header("authorization").empty())
                             return fail(ProblemCode::not_signed_in);
                           Caller caller;
                           caller.account_id = "acc-1";
                           return caller;
                         },
                         .identify =
                             [](const Request&) {
                               Caller caller;
                               caller.account_id = "acc-2";
                               return caller;
                             }});
  const auto refused = router.handle(make("GET", "/mine"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_FALSE(header_of(refused.headers, "www-authenticate").empty());
  EXPECT_FALSE(ran);
  EXPECT_EQ(router.handle(make("GET", "/mine", {{"Authorization", "Bearer x"}})).body, "acc-1");
  EXPECT_EQ(router.handle(make("GET", "/open")).body, "hi acc-2");
}

TEST(Router, AsksTheFallbackOnlyWhenNoShapeFits) {
  Router router;
  router.add({{"POST", "/a", kPublic, "", says("")}});
  router.set_fallback(says("front end"));
  EXPECT_EQ(router.handle(make("GET", "/page")).body, "front end");
  EXPECT_EQ(router.handle(make("GET", "/a")).status, 405);
}

struct Foreign : std::runtime_error {
  using std::runtime_error::runtime_error;
};

TEST(Router, TurnsExceptionsIntoAnswers) {
  Router router;
  router.add({{"GET", "/away", kPublic, "",
               [](const Request&) -> Response { throw Unavailable("queue full", 7); }},
              {"GET", "/full", kPublic, "",
               [](const Request&) -> Response {
                 throw std::system_error(ENOSPC, std::generic_category(), "write");
               }},
              {"GET", "/foreign", kPublic, "",
               [](const Request&) -> Response { throw Foreign("database is locked"); }},
              {"GET", "/bug", kPublic, "",
               [](const Request&) -> Response { throw std::runtime_error("secret detail"); }},
              {"GET", "/odd", kPublic, "", [](const Request&) -> Response { throw 42; }}});
  router.set_exception_mapper([](std::exception_ptr e) -> std::optional<Unavailable> {
    try {
      std::rethrow_exception(e);
    } catch (const Foreign& f) {
      return Unavailable(f.what(), 3);
    } catch (...) {
      return std::nullopt;
    }
  });
  std::vector<std::string> lines;
  log::set_sink([&](std::string_view line) { lines.emplace_back(line); });
  const auto away = router.handle(make("GET", "/away"));
  const auto full = router.handle(make("GET", "/full"));
  const auto foreign = router.handle(make("GET", "/foreign"));
  lines.clear();
  const auto bug = router.handle(make("GET", "/bug"));
  const auto odd = router.handle(make("GET", "/odd"));
  log::set_sink({});

  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(header_of(away.headers, "retry-after"), "7");
  EXPECT_EQ(full.status, 503);
  EXPECT_FALSE(header_of(full.headers, "retry-after").empty());
  EXPECT_EQ(foreign.status, 503);
  EXPECT_EQ(header_of(foreign.headers, "retry-after"), "3");
  EXPECT_EQ(bug.status, 500);
  EXPECT_THAT(bug.body, Not(HasSubstr("secret detail")));
  EXPECT_EQ(json_of(bug)["request_id"].as_string(), "test-1");
  EXPECT_EQ(odd.status, 500);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[0], HasSubstr("secret detail"));
  EXPECT_THAT(lines[0], HasSubstr("test-1"));
}

TEST(ProblemResponse, CarriesEveryProblemInTheReadersLanguage) {
  const Problems problems = {{ProblemCode::too_long, "/name", {{"max", "10"}}},
                             {ProblemCode::required, "/city", {}}};
  const auto zh = problem_response(make("GET", "/"), problems);
  EXPECT_EQ(zh.status, 422);
  EXPECT_EQ(header_of(zh.headers, "content-type"), "application/problem+json");
  const Json body = json_of(zh);
  EXPECT_EQ(body["type"].as_string(), "urn:openbeian:problem:too_long");
  EXPECT_EQ(body["status"].as_int(), 422);
  EXPECT_EQ(body["request_id"].as_string(), "test-1");
  ASSERT_EQ(body["errors"].size(), 2u);
  EXPECT_EQ(body["errors"].at(0)["detail"].as_string(), "过长，最多 10 个字符");
  EXPECT_EQ(body["errors"].at(1)["field"].as_string(), "/city");
  EXPECT_EQ(body["errors"].at(1)["code"].as_string(), "required");

  const auto en =
      problem_response(make("GET", "/", {{"Accept-Language", "en-GB,en;q=0.9"}}), problems);
  EXPECT_EQ(json_of(en)["errors"].at(0)["detail"].as_string(), "Too long, at most 10 characters");
  EXPECT_EQ(header_of(en.headers, "content-language"), "en");
}

TEST(ProblemResponse, TellsWhenToComeBack) {
  const auto wait = problem_response(make("GET", "/"),
                                     {{ProblemCode::too_many_attempts, "", {{"seconds", "90"}}}});
  EXPECT_EQ(wait.status, 429);
  EXPECT_EQ(header_of(wait.headers, "retry-after"), "90");
}

TEST(ProblemResponse, IsNeverASuccess) {
  EXPECT_EQ(problem_response(make("GET", "/"), {}).status, 500);
}

TEST(Language, FollowsTheWeights) {
  const auto of = [](const char* accept) {
    return language_of(make("GET", "/", {{"accept-language", accept}}));
  };
  EXPECT_EQ(of(""), Language::zh);
  EXPECT_EQ(of("en"), Language::en);
  EXPECT_EQ(of("en-US,en;q=0.5"), Language::en);
  EXPECT_EQ(of("zh-CN,zh;q=0.9,en;q=0.8"), Language::zh);
  EXPECT_EQ(of("en;q=0.4, zh-Hans;q=0.6"), Language::zh);
  EXPECT_EQ(of("en;q=0"), Language::zh);
  EXPECT_EQ(of("fr"), Language::zh);
  EXPECT_EQ(of("en, zh"), Language::en) << "the first of two equals";
  EXPECT_EQ(of("zh, en"), Language::zh);
}

TEST(Target, IsReadIntoPathAndQuery) {
  const auto r = make("GET", "/a%20b/c?x=1&y=%E7%B2%A4+a&flag&=v&&z=a=b");
  EXPECT_EQ(r.path, "/a b/c");
  EXPECT_EQ(r.query_value("x"), "1");
  EXPECT_EQ(r.query_value("y"), "粤 a");
  EXPECT_EQ(r.query_value("z"), "a=b");
  EXPECT_EQ(r.query_value("none"), "");
  EXPECT_EQ(make("GET", "http://beian.example.cn/p?q=1").path, "/p");
  EXPECT_EQ(make("GET", "http://beian.example.cn?q=1").query_value("q"), "1");
  EXPECT_EQ(make("GET", "http://beian.example.cn").path, "/");
}

TEST(Target, IsRefusedWhenItTricks) {
  for (const char* target :
       {"", "a", "/%", "/%zz", "/a%00b", "/a/../b", "/%2e%2e/etc", "/./a", "/a?x=%q", "ftp://x/"}) {
    Request request;
    EXPECT_FALSE(set_target(request, target)) << target;
  }
}

TEST(Request, ReadsCookiesAndBodies) {
  auto r = make("POST", "/", {{"Cookie", "a=1; beian=x=y ;c"}}, "{\"a\":1}");
  EXPECT_EQ(r.cookie("beian"), "x=y");
  EXPECT_EQ(r.cookie("c"), "");
  EXPECT_EQ((*r.json_body())["a"].as_int(), 1);
  r.body = "{\n \"a\":}";
  const auto bad = r.json_body();
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error()[0].code, ProblemCode::malformed_json);
  EXPECT_EQ(bad.error()[0].args[0].second, "2");
  r.body = "[]";
  EXPECT_EQ(r.json_body().error()[0].code, ProblemCode::wrong_type);
  r.body = "";
  EXPECT_FALSE(r.json_body());
}

}  // namespace
}  // namespace beian::http
