#include "app/openapi.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>

#include "app/api_components.hpp"
#include "app/api_examples.hpp"
#include "app/api_notation.hpp"
#include "app/api_operation.hpp"
#include "base/embedded.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/log/log.hpp"

namespace beian::app {
namespace {

constexpr std::string_view kFolder = "data/api/";

std::string key_of(const http::Route& route) {
  return std::string(route.method) + " " + std::string(route.path);
}

std::string room_of(const ApiFile& file) {
  std::string name = file.name.substr(file.name.rfind('/') + 1);
  return name.substr(0, name.rfind('.'));
}

// The descriptors that were read: which file has which route.
struct Reading {
  std::vector<std::pair<const ApiFile*, Json>> files;
  std::map<std::string, size_t, std::less<>> routes;  // "GET /x" -> place in files
  std::vector<std::string> faults;
};

void read_file(const ApiFile& file, Reading& into) {
  auto json = parse_json(file.text);
  if (!json || !json->is_object()) {
    into.faults.push_back(file.name + ": not a JSON object");
    return;
  }
  for (const auto& [name, value] : json->members())
    if (name != "about" && name != "samples" && name != "schemas" && name != "routes")
      into.faults.push_back(file.name + ": no member \"" + name + "\" is known");
  for (const auto& [key, value] : (*json)["routes"].members())
    if (!into.routes.emplace(key, into.files.size()).second)
      into.faults.push_back(file.name + ": \"" + key + "\" is described in another file too");
  into.files.emplace_back(&file, std::move(*json));
}

// The file whose routes begin most like this one.
std::string file_for(const Reading& reading, std::string_view path) {
  const auto parts = text::split(path, '/');
  std::string best;
  size_t most = 2;  // "", "api", "v1" are everybody's
  if (path.starts_with("/api/v1/")) most = 3;
  for (const auto& [key, file] : reading.routes) {
    const auto other = text::split(std::string_view(key).substr(key.find(' ') + 1), '/');
    size_t same = 0;
    while (same < parts.size() && same < other.size() && parts[same] == other[same]) ++same;
    if (same <= most) continue;
    most = same;
    best = reading.files[file].first->name;
  }
  if (!best.empty()) return best;
  return std::string(kFolder) + (parts.size() > 3 ? parts[3] : std::string("app")) + ".json";
}

void add_schemas(const Reading& reading, Json& schemas, std::vector<std::string>& faults) {
  for (const auto& [file, json] : reading.files) {
    for (const auto& [name, notation] : json["schemas"].members()) {
      const std::string at = file->name + ": schema \"" + name + "\": ";
      if (schemas.find(name)) {
        faults.push_back(at + "there is one of that name already");
        continue;
      }
      try {
        schemas.set(name, schema_of_notation(notation, json["schemas"]));
      } catch (const std::invalid_argument& e) {
        faults.push_back(at + e.what());
      }
    }
  }
}

void check_references(const Json& json, const Json& document, std::set<std::string>& missing) {
  if (const auto* reference = json.find("$ref"); reference && reference->is_string())
    if (const auto& to = reference->as_string(); !document.pointer(to.substr(1)))
      missing.insert(to.substr(to.rfind('/') + 1));
  for (const auto& [name, value] : json.members()) check_references(value, document, missing);
  for (const auto& item : json.items()) check_references(item, document, missing);
}

void add_routes(std::span<const http::Route> routes, const Reading& reading, Json& paths,
                std::vector<std::string>& faults) {
  std::set<std::string, std::less<>> known;
  for (const auto& route : routes) {
    const std::string key = key_of(route);
    known.insert(key);
    const auto found = reading.routes.find(key);
    if (found == reading.routes.end()) {
      faults.push_back(key + " has no descriptor: add \"" + key + "\" to \"routes\" of " +
                       file_for(reading, route.path));
      continue;
    }
    const auto& [file, json] = reading.files[found->second];
    Json operation;
    std::vector<std::string> wrong;
    try {
      operation = operation_of(route, room_of(*file), json, json["routes"][key], wrong);
    } catch (const std::invalid_argument& e) {
      wrong.emplace_back(e.what());
    }
    const std::string at = file->name + ": \"" + key + "\": ";
    for (const auto& fault : wrong) faults.push_back(std::string(at).append(fault));
    if (!paths.find(route.path)) paths.set(route.path, Json::object());
    paths.find(route.path)->set(text::lower_ascii(route.method), std::move(operation));
  }
  for (const auto& [key, file] : reading.routes)
    if (!known.contains(key))
      faults.push_back(reading.files[file].first->name + ": \"" + key + "\" names no route");
}

// What is served: the document as bytes, with its tag.
struct Served {
  std::once_flag once;
  std::string body, tag;
};

void make(Served& served, std::span<const http::Route> routes) {
  const auto files = embedded_api_files();
  const auto description = describe_api(routes, files);
  for (const auto& fault : description.faults) log::warn("openapi.fault", {{"what", fault}});
  served.body = to_string(description.document);
  served.tag = "\"" + hex_encode(crypto::sha256(served.body)).substr(0, 32) + "\"";
}

bool names_tag(std::string_view header, std::string_view tag) {
  for (const auto& one : text::split(header, ',')) {
    std::string_view given = text::trim(one);
    if (given.starts_with("W/")) given.remove_prefix(2);
    if (given == tag || given == "*") return true;
  }
  return false;
}

}  // namespace

std::vector<ApiFile> embedded_api_files() {
  std::vector<ApiFile> out;
  for (const auto& file : embedded::files())
    if (file.name.starts_with(kFolder) && file.name.ends_with(".json"))
      out.push_back({std::string(file.name), file.bytes});
  return out;
}

ApiDescription describe_api(std::span<const http::Route> routes, std::span<const ApiFile> files) {
  ApiDescription out;
  Reading reading;
  for (const auto& file : files) read_file(file, reading);
  out.faults = std::move(reading.faults);
  Json schemas = common_schemas(), paths = Json::object(), tags = Json::array();
  add_schemas(reading, schemas, out.faults);
  add_routes(routes, reading, paths, out.faults);
  for (const auto& [file, json] : reading.files)
    tags.push(Json::object({{"name", room_of(*file)}, {"description", json["about"]}}));
  out.document = Json::object(
      {{"openapi", "3.1.0"},
       {"info", api_info()},
       {"servers", Json::array({Json::object({{"url", "/"}})})},
       {"tags", std::move(tags)},
       {"paths", std::move(paths)},
       {"components",
        Json::object({{"schemas", std::move(schemas)}, {"securitySchemes", security_schemes()}})}});
  std::set<std::string> missing;
  check_references(out.document, out.document, missing);
  for (const auto& name : missing)
    out.faults.push_back("no schema \"" + name +
                         "\": add it to \"schemas\" of the file in data/api that names it");
  return out;
}

std::vector<http::Route> openapi_routes(std::function<std::span<const http::Route>()> all) {
  const auto served = std::make_shared<Served>();
  const auto get = [served, all = std::move(all)](const http::Request& request) {
    std::call_once(served->once, [&] { make(*served, all()); });
    http::Response response;
    response.headers = {{"ETag", served->tag}, {"Cache-Control", "public, max-age=300"}};
    if (names_tag(request.header("if-none-match"), served->tag)) {
      response.status = 304;
      return response;
    }
    response.headers.emplace_back("Content-Type", "application/json");
    response.body = served->body;
    return response;
  };
  return {{"GET", "/api/v1/openapi.json", http::kPublic, "This description (OpenAPI 3.1)", get}};
}

}  // namespace beian::app
