#include "app/api_user.hpp"

#include "base/text.hpp"
#include "platform/http/client.hpp"

namespace beian::app {

Problems read_problems(const Json& body) {
  Problems problems;
  for (const auto& error : body["errors"].items()) {
    Problem problem{ProblemCode::internal,
                    error["field"].as_string(),
                    {{"reason", error["detail"].as_string()}}};
    for (const auto& spec : all_problems()) {
      if (spec.name == error["code"].as_string()) problem.code = spec.code;
    }
    problems.push_back(std::move(problem));
  }
  if (problems.empty()) problems.push_back({ProblemCode::internal, "", {}});
  return problems;
}

std::string describe(const Problems& problems) {
  std::string out;
  for (const auto& problem : problems) {
    if (!out.empty()) out += "\n";
    if (!problem.field.empty()) out += problem.field + " ";
    out += std::string(spec_of(problem.code).name) + " " +
           problem_text(problem.code, problem.args, Language::zh);
    // What the text does not say itself.
    const std::string_view text = spec_of(problem.code).zh;
    for (const auto& [name, value] : problem.args) {
      if (text.find("{" + name + "}") != text.npos) continue;
      if (name == "reason" || name == "path") out += "（" + value + "）";
      if (name == "line") out += "（第 " + value + " 行）";
    }
  }
  return out;
}

Status ApiUser::register_account(const std::string& name, const Secret& password) {
  const auto made =
      post("/api/v1/accounts", Json::object({{"name", name}, {"password", password.reveal()}}));
  if (!made) return fail(made);
  return {};
}

Status ApiUser::sign_in(const std::string& name, const Secret& password) {
  cookie_.clear();
  csrf_.clear();
  const auto session =
      post("/api/v1/session", Json::object({{"name", name}, {"password", password.reveal()}}));
  if (!session) return fail(session);
  csrf_ = (*session)["csrf"].as_string();
  return {};
}

Result<Json> ApiUser::get(std::string_view path) {
  return send("GET", path, "", "");
}

Result<Json> ApiUser::post(std::string_view path, const Json& body,
                           std::string_view idempotency_key) {
  return send("POST", path, "application/json", to_string(body), idempotency_key);
}

Result<Json> ApiUser::del(std::string_view path) {
  return send("DELETE", path, "", "");
}

Result<Json> ApiUser::put(std::string_view path, const Json& body) {
  return send("PUT", path, "application/json", to_string(body));
}

Result<Json> ApiUser::post_bytes(std::string_view path, std::string_view content_type,
                                 std::string bytes) {
  return send("POST", path, content_type, std::move(bytes));
}

Result<Json> ApiUser::send(std::string_view method, std::string_view path,
                           std::string_view content_type, std::string body,
                           std::string_view idempotency_key) {
  http::ClientRequest request;
  request.method = method;
  request.url = origin_ + std::string(path);
  request.body = std::move(body);
  if (!content_type.empty()) request.headers.emplace_back("Content-Type", content_type);
  if (!cookie_.empty()) request.headers.emplace_back("Cookie", cookie_);
  if (!csrf_.empty()) request.headers.emplace_back("X-CSRF-Token", csrf_);
  if (!idempotency_key.empty()) request.headers.emplace_back("Idempotency-Key", idempotency_key);
  status_ = 0;
  const auto response = http::send(request);
  if (!response) return fail(response);
  status_ = response->status;
  for (const auto& [name, value] : response->headers) {
    if (text::lower_ascii(name) == "set-cookie") cookie_ = value.substr(0, value.find(';'));
  }
  if (response->body.empty() && status_ < 400) return Json();
  auto json = parse_json(response->body);
  if (!json) {
    return fail(ProblemCode::peer_unreachable, "",
                {{"reason", "HTTP " + std::to_string(status_) + "，不是 JSON"}});
  }
  if (status_ >= 400) return std::unexpected(read_problems(*json));
  return json;
}

}  // namespace beian::app
