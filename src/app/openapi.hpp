// The description of the API (OpenAPI 3.1): verb, path, scope and summary from the routes
// themselves, bodies from the descriptors in data/api/*.json, an order's document from the table
// that validates it, problems from base/problems.def. `beian doc openapi` prints it, GET
// /api/v1/openapi.json serves it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "platform/http/router.hpp"

namespace beian::app {

// One descriptor file: a room's routes.
//   {"about": "…", "samples": {"order": "01…"},
//    "schemas": {"Order": NOTATION},                      (api_notation.hpp)
//    "routes": {"POST /api/v1/orders": {
//      "about"?: "…", "path"?: {"id": NOTATION}, "query"?: {"limit?": NOTATION},
//      "headers"?: {"Idempotency-Key?": NOTATION},
//      "body"?: NOTATION | {"raw": ["text/csv"]}, "body_optional"?: true,
//      "answers": {"200": NOTATION | null (no body) | {"raw": ["text/csv"]}},
//      "answer_headers"?: {"ETag": "…"}, "problems": ["not_found", …],
//      "examples"?: {"name": {"as"?, "path"?, "query"?, "headers"?, "body"?, "file"?,
//                             "status"?, "keep"?, "until"?}}}}}
// In examples "{{order}}" stands for what an earlier example kept; the document shows its sample.
// {"$file": "data/demo/first-website.json#/document"} is that part of an embedded file.
struct ApiFile {
  std::string name;  // "data/api/orders.json"
  std::string_view text;
};
std::vector<ApiFile> embedded_api_files();

struct ApiDescription {
  Json document;
  // What is missing or wrong, each with the file to edit; empty when the description is whole.
  std::vector<std::string> faults;
};
ApiDescription describe_api(std::span<const http::Route> routes, std::span<const ApiFile> files);

// GET /api/v1/openapi.json: made once, at the first call, from the routes that `all` names then.
std::vector<http::Route> openapi_routes(std::function<std::span<const http::Route>()> all);

}  // namespace beian::app
