#include "app/api_operation.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include "app/api_examples.hpp"
#include "app/api_notation.hpp"
#include "base/problem_codes.hpp"
#include "base/text.hpp"

namespace beian::app {
namespace {

constexpr auto kMembers =
    std::to_array<std::string_view>({"about", "path", "query", "headers", "body", "body_optional",
                                     "answers", "answer_headers", "problems", "examples"});

bool reads_only(const http::Route& route) {
  return route.method == "GET";
}

// "GET /api/v1/orders/{id}/findings" -> getOrdersByIdFindings
std::string operation_id(const http::Route& route) {
  std::string out = text::lower_ascii(route.method);
  std::string_view path = route.path;
  if (path.starts_with("/api/v1/")) path.remove_prefix(8);
  bool word = true;
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (c == '{') out += "By";
    if (letter) out += word && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    word = !letter;
  }
  return out == "get" ? "getRoot" : out;
}

std::vector<std::string> names_in_path(std::string_view path) {
  std::vector<std::string> out;
  for (const auto& part : text::split(path, '/'))
    if (part.starts_with('{')) out.push_back(part.substr(1, part.size() - 2));
  return out;
}

// A description stands beside the schema, where readers look for it.
Json parameter(std::string_view name, std::string_view in, bool required, Json schema) {
  Json out = Json::object({{"name", name}, {"in", in}, {"required", required}});
  if (const Json* about = schema.find("description")) {
    out.set("description", *about);
    schema.erase("description");
  }
  out.set("schema", std::move(schema));
  return out;
}

Json parameters_of(const http::Route& route, const Json& file, const Json& descriptor,
                   std::vector<std::string>& faults) {
  Json out = Json::array();
  const auto names = names_in_path(route.path);
  for (const auto& name : names) {
    const Json* said = descriptor["path"].find(name);
    out.push(parameter(name, "path", true,
                       schema_of_notation(said ? *said : Json("string"), file["schemas"])));
  }
  for (const auto& [name, value] : descriptor["path"].members())
    if (std::ranges::find(names, name) == names.end())
      faults.push_back("the path has no {" + name + "}");
  for (const auto& [member, in] : {std::pair{"query", "query"}, std::pair{"headers", "header"}}) {
    for (const auto& [key, value] : descriptor[member].members()) {
      const bool optional = key.ends_with('?');
      out.push(parameter(optional ? key.substr(0, key.size() - 1) : key, in, !optional,
                         schema_of_notation(value, file["schemas"])));
    }
  }
  return out;
}

Json raw_content(const Json& types) {
  Json out = Json::object();
  for (const auto& type : types.items()) out.set(type.as_string(), Json::object());
  return out;
}

Json body_examples(const Json& file, const Json& descriptor) {
  Json out = Json::object();
  for (const auto& [name, example] : descriptor["examples"].members()) {
    // What is refused is no example to follow.
    if (!example.find("body") || example["status"].as_int(200) >= 400) continue;
    Json one = Json::object();
    if (const Json* about = example.find("about")) one.set("summary", *about);
    one.set("value", shown_example(example["body"], file["samples"]));
    out.set(name, std::move(one));
  }
  return out;
}

Json request_body(const Json& file, const Json& descriptor) {
  const Json& body = descriptor["body"];
  Json out = Json::object({{"required", !descriptor["body_optional"].as_bool()}});
  if (const Json* types = body.find("raw")) {
    out.set("content", raw_content(*types));
    return out;
  }
  Json media = Json::object({{"schema", schema_of_notation(body, file["schemas"])}});
  if (Json examples = body_examples(file, descriptor); examples.size() > 0)
    media.set("examples", std::move(examples));
  out.set("content", Json::object({{"application/json", std::move(media)}}));
  return out;
}

std::string title_of(const std::string& status) {
  if (status == "201") return "Made";
  if (status == "204") return "Done; no body";
  if (status == "303") return "See the address in Location";
  if (status == "304") return "Not changed";
  return "Answer";
}

void add_answers(const Json& file, const Json& descriptor, Json& responses,
                 std::vector<std::string>& faults) {
  if (descriptor["answers"].size() == 0) faults.emplace_back("\"answers\" has no answer");
  for (const auto& [status, answer] : descriptor["answers"].members()) {
    Json one = Json::object({{"description", title_of(status)}});
    Json headers = Json::object();
    for (const auto& [name, about] : descriptor["answer_headers"].members())
      headers.set(name, Json::object({{"description", about},
                                      {"schema", Json::object({{"type", "string"}})}}));
    if (headers.size() > 0) one.set("headers", std::move(headers));
    if (const Json* types = answer.find("raw"))
      one.set("content", raw_content(*types));
    else if (!answer.is_null())
      one.set("content",
              Json::object(
                  {{"application/json",
                    Json::object({{"schema", schema_of_notation(answer, file["schemas"])}})}}));
    responses.set(status, std::move(one));
  }
}

const ProblemSpec* find_problem(std::string_view name) {
  const auto all = all_problems();
  const auto found = std::ranges::find(all, name, &ProblemSpec::name);
  return found == all.end() ? nullptr : &*found;
}

void add_problems(const std::vector<std::string>& names, Json& responses,
                  std::vector<std::string>& faults) {
  std::map<int, Json> by_status;
  for (const auto& name : names) {
    const auto* spec = find_problem(name);
    if (!spec) {
      faults.push_back("no problem \"" + name + "\" in src/base/problems.def");
      continue;
    }
    Json& codes = by_status.emplace(spec->http_status, Json::array()).first->second;
    const auto& have = codes.items();
    if (std::ranges::find(have, Json(name)) == have.end()) codes.push(name);
  }
  for (auto& [status, codes] : by_status) {
    std::string about;
    for (const auto& code : codes.items())
      about += (about.empty() ? "`" : ", `") + code.as_string() + "`";
    responses.set(
        std::to_string(status),
        Json::object(
            {{"description", about},
             {"content", Json::object({{"application/problem+json",
                                        Json::object({{"schema", reference_to("Problem")}})}})},
             {"x-problems", std::move(codes)}}));
  }
}

Json security_of(const http::Route& route) {
  if (route.scope == http::kPublic) return Json::array();
  Json session = Json::object({{"session", Json::array()}});
  if (!reads_only(route)) session.set("csrf", Json::array());
  return Json::array(
      {std::move(session), Json::object({{"token", Json::array({route.scope.name()})}})});
}

}  // namespace

std::vector<std::string> common_problems(const http::Route& route, bool json_body) {
  std::vector<std::string> out;
  if (route.scope != http::kPublic) {
    out.insert(out.end(), {"not_signed_in", "forbidden", "password_to_change"});
    if (!reads_only(route)) out.emplace_back("csrf");
  }
  if (json_body) out.insert(out.end(), {"malformed_json", "wrong_type"});
  return out;
}

Json operation_of(const http::Route& route, const std::string& room, const Json& file,
                  const Json& descriptor, std::vector<std::string>& faults) {
  for (const auto& [name, value] : descriptor.members())
    if (std::ranges::find(kMembers, name) == kMembers.end())
      faults.push_back("no member \"" + name + "\" is known");
  Json out = Json::object({{"operationId", operation_id(route)},
                           {"tags", Json::array({room})},
                           {"summary", route.summary}});
  if (const Json* about = descriptor.find("about")) out.set("description", *about);
  out.set("x-scope", route.scope.name());
  out.set("security", security_of(route));
  if (Json parameters = parameters_of(route, file, descriptor, faults); parameters.size() > 0)
    out.set("parameters", std::move(parameters));
  const Json* body = descriptor.find("body");
  if (body) out.set("requestBody", request_body(file, descriptor));
  auto problems = common_problems(route, body && !body->find("raw"));
  for (const auto& name : descriptor["problems"].items()) problems.push_back(name.as_string());
  Json responses = Json::object();
  add_answers(file, descriptor, responses, faults);
  add_problems(problems, responses, faults);
  out.set("responses", std::move(responses));
  return out;
}

}  // namespace beian::app
