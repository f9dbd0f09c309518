// The notation of descriptors, and what is told when a route and its descriptor part.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "accounts/accounts.hpp"
#include "app/api_examples.hpp"
#include "app/api_notation.hpp"
#include "app/openapi.hpp"

namespace beian::app {
namespace {

Json json(std::string_view text) {
  return parse_json(text).value();
}

std::string schema(std::string_view notation, std::string_view schemas = "{}") {
  return to_string(schema_of_notation(json(notation), json(schemas)));
}

http::Route route(std::string_view method, std::string_view path,
                  http::Scope scope = accounts::kOrdersRead) {
  return {method, path, scope, "What it does",
          [](const http::Request&) { return http::Response::no_content(); }};
}

const std::string kThings = R"({
  "about": "Things",
  "samples": {"thing": "T1"},
  "schemas": {"Thing": {"fields": {"id": "string"}}},
  "routes": {
    "GET /api/v1/things/{id}": {"answers": {"200": "Thing"}, "problems": ["not_found"]},
    "POST /api/v1/things": {
      "body": {"fields": {"name": "string"}}, "answers": {"201": "Thing"},
      "examples": {"make": {"body": {"name": "{{thing}}"}, "status": 201},
                   "bad": {"body": {}, "status": 422}}}
  }})";

ApiDescription describe(const std::vector<http::Route>& routes, const std::string& text) {
  const std::vector<ApiFile> files{{"data/api/things.json", text}};
  return describe_api(routes, files);
}

const std::vector<http::Route> kRoutes{route("GET", "/api/v1/things/{id}"),
                                       route("POST", "/api/v1/things", accounts::kOrdersWrite)};

TEST(Notation, TypesAndDescriptions) {
  EXPECT_EQ(schema(R"("string")"), R"({"type":"string"})");
  EXPECT_EQ(schema(R"("any")"), "{}");
  EXPECT_EQ(schema(R"("time?")"), R"({"type":["string","null"],"format":"date-time"})");
  EXPECT_EQ(schema(R"("a|b?: which")"),
            R"({"type":["string","null"],"enum":["a","b",null],"description":"which"})");
  EXPECT_EQ(schema(R"("Order")"), R"({"$ref":"#/components/schemas/Order"})");
  EXPECT_EQ(schema(R"("Order?")"),
            R"({"anyOf":[{"$ref":"#/components/schemas/Order"},{"type":"null"}]})");
  EXPECT_EQ(schema(R"(["integer"])"), R"({"type":"array","items":{"type":"integer"}})");
}

TEST(Notation, ObjectsAreClosed) {
  EXPECT_EQ(schema(R"({"fields": {"a": "string", "b?": "integer"}, "about": "x"})"),
            R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},)"
            R"("required":["a"],"additionalProperties":false,"description":"x"})");
  EXPECT_EQ(schema(R"({"extends": "Base", "fields": {"b": "string"}})",
                   R"({"Base": {"fields": {"a": "string"}}})"),
            R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},)"
            R"("required":["a","b"],"additionalProperties":false})");
  EXPECT_EQ(schema(R"({"map": "integer"})"),
            R"({"type":"object","additionalProperties":{"type":"integer"}})");
  EXPECT_EQ(schema(R"({"type": "string", "maxLength": 3})"), R"({"type":"string","maxLength":3})");
}

TEST(Notation, WhatIsWrongIsSaid) {
  for (const auto* bad : {R"("strong")", R"({"fields": {"a": "strong"}})", R"(["a", "b"])", "7",
                          R"({"extends": "Nobody"})", R"({"map": "string", "colour": 1})"})
    EXPECT_THROW(schema(bad), std::invalid_argument) << bad;
}

TEST(Examples, SamplesTakeTheirPlace) {
  const Json samples = json(R"({"order": "O1", "version": 3})");
  EXPECT_EQ(to_string(shown_example(json(R"(["{{version}}", "\"{{version}}\"", "{{order}}/x"])"),
                                    samples)),
            R"([3,"\"3\"","O1/x"])");
  EXPECT_EQ(
      shown_example(json(R"({"$file": "data/demo/first-website.json#/document/entity/nature"})"),
                    samples),
      Json(4));
  EXPECT_THROW(shown_example(Json("{{nobody}}"), samples), std::invalid_argument);
  EXPECT_THROW(shown_example(json(R"({"$file": "data/no.json#/x"})"), samples),
               std::invalid_argument);
}

TEST(OpenApi, OperationsComeFromRouteAndDescriptor) {
  const auto description = describe(kRoutes, kThings);
  EXPECT_EQ(description.faults, std::vector<std::string>{});
  const Json& document = description.document;
  const Json& get = document["paths"]["/api/v1/things/{id}"]["get"];
  EXPECT_EQ(get["operationId"].as_string(), "getThingsById");
  EXPECT_EQ(get["summary"].as_string(), "What it does");
  EXPECT_EQ(to_string(get["security"]), R"([{"session":[]},{"token":["orders:read"]}])");
  EXPECT_EQ(to_string(get["responses"]["404"]["x-problems"]), R"(["not_found"])");
  EXPECT_EQ(to_string(get["responses"]["401"]["x-problems"]), R"(["not_signed_in"])");
  const Json& post = document["paths"]["/api/v1/things"]["post"];
  EXPECT_EQ(to_string(post["security"]),
            R"([{"session":[],"csrf":[]},{"token":["orders:write"]}])");
  const Json& examples = post["requestBody"]["content"]["application/json"]["examples"];
  EXPECT_EQ(to_string(examples), R"({"make":{"value":{"name":"T1"}}})");
}

TEST(OpenApi, ARouteWithoutDescriptorNamesTheFile) {
  auto routes = kRoutes;
  routes.push_back(route("DELETE", "/api/v1/things/{id}"));
  routes.push_back(route("GET", "/api/v1/rockets"));
  const auto faults = describe(routes, kThings).faults;
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_NE(faults[0].find("DELETE /api/v1/things/{id} has no descriptor"), std::string::npos);
  EXPECT_NE(faults[0].find("data/api/things.json"), std::string::npos);
  EXPECT_NE(faults[1].find("data/api/rockets.json"), std::string::npos);
}

TEST(OpenApi, FaultsOfDescriptorsAreTold) {
  const auto told = [](const std::string& from, const std::string& to) {
    std::string text = kThings;
    text.replace(text.find(from), from.size(), to);
    std::string all;
    for (const auto& fault : describe(kRoutes, text).faults) all += fault + "\n";
    return all;
  };
  EXPECT_EQ(told("Things", "Thing"), "");
  EXPECT_NE(told("GET /api/v1/things/{id}", "PUT /api/v1/things/{id}").find("names no route"),
            std::string::npos);
  EXPECT_NE(told("not_found", "lost").find("no problem \"lost\""), std::string::npos);
  EXPECT_NE(told("\"200\": \"Thing\"", "\"200\": \"Thong\"").find("no schema \"Thong\""),
            std::string::npos);
  EXPECT_NE(told("\"problems\"", "\"problem\"").find("no member \"problem\""), std::string::npos);
  EXPECT_NE(told("{{thing}}", "{{thong}}").find("no sample for {{thong}}"), std::string::npos);
  EXPECT_NE(told("\"about\"", "\"abuot\"").find("no member \"abuot\""), std::string::npos);
  EXPECT_NE(told("\"id\": \"string\"", "\"id\": \"strong\"").find("no type \"strong\""),
            std::string::npos);
}

}  // namespace
}  // namespace beian::app
