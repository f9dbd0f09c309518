#include "app/api_notation.hpp"

#include <array>
#include <stdexcept>

#include "base/text.hpp"

namespace beian::app {
namespace {

struct Word {
  std::string_view name, type, key, value;
};
constexpr auto kWords = std::to_array<Word>({
    {"string", "string", "", ""},
    {"integer", "integer", "", ""},
    {"number", "number", "", ""},
    {"boolean", "boolean", "", ""},
    {"object", "object", "", ""},
    {"id", "string", "pattern", "^[0-9A-Z]{26}$"},
    {"time", "string", "format", "date-time"},
    {"day", "string", "format", "date"},
});

Json with_null(Json schema) {
  if (schema.find("$ref") || schema.find("anyOf"))
    return Json::object(
        {{"anyOf", Json::array({std::move(schema), Json::object({{"type", "null"}})})}});
  if (!schema.find("type")) return schema;  // anything, null too
  schema.set("type", Json::array({schema["type"], "null"}));
  if (Json* words = schema.find("enum")) words->push(Json());
  return schema;
}

Json of_word(std::string_view word) {
  if (word == "any") return Json::object();
  for (const auto& row : kWords) {
    if (row.name != word) continue;
    Json out = Json::object({{"type", row.type}});
    if (!row.key.empty()) out.set(row.key, row.value);
    return out;
  }
  if (word.find('|') != word.npos) {
    Json words = Json::array();
    for (const auto& one : text::split(word, '|')) words.push(one);
    return Json::object({{"type", "string"}, {"enum", std::move(words)}});
  }
  if (!word.empty() && word.front() >= 'A' && word.front() <= 'Z') return reference_to(word);
  throw std::invalid_argument("no type \"" + std::string(word) + "\"");
}

Json of_text(std::string_view notation) {
  std::string_view about;
  if (const size_t at = notation.find(": "); at != notation.npos) {
    about = notation.substr(at + 2);
    notation = notation.substr(0, at);
  }
  const bool null = notation.ends_with('?');
  if (null) notation.remove_suffix(1);
  Json out = of_word(notation);
  if (null) out = with_null(std::move(out));
  if (!about.empty()) out.set("description", about);
  return out;
}

void add_fields(const Json& notation, const Json& schemas, Json& properties, Json& required) {
  if (const Json* base = notation.find("extends")) {
    const Json* found = schemas.find(base->as_string());
    if (!found || !found->find("fields"))
      throw std::invalid_argument("no fields to extend in \"" + base->as_string() + "\"");
    add_fields(*found, schemas, properties, required);
  }
  for (const auto& [key, value] : notation["fields"].members()) {
    const bool optional = key.ends_with('?');
    const std::string name = optional ? key.substr(0, key.size() - 1) : key;
    properties.set(name, schema_of_notation(value, schemas));
    if (!optional) required.push(name);
  }
}

Json of_fields(const Json& notation, const Json& schemas) {
  Json properties = Json::object(), required = Json::array();
  add_fields(notation, schemas, properties, required);
  Json out = Json::object({{"type", "object"}, {"properties", std::move(properties)}});
  if (required.size() > 0) out.set("required", std::move(required));
  out.set("additionalProperties", false);
  return out;
}

Json of_either(const Json& options, const Json& schemas) {
  Json list = Json::array();
  for (const auto& one : options.items()) list.push(schema_of_notation(one, schemas));
  return Json::object({{"anyOf", std::move(list)}});
}

Json of_object(const Json& notation, const Json& schemas) {
  Json out;
  if (notation.find("fields") || notation.find("extends"))
    out = of_fields(notation, schemas);
  else if (const Json* value = notation.find("map"))
    out = Json::object(
        {{"type", "object"}, {"additionalProperties", schema_of_notation(*value, schemas)}});
  else if (const Json* options = notation.find("either"))
    out = of_either(*options, schemas);
  else
    return notation;
  for (const auto& [key, value] : notation.members()) {
    if (key != "fields" && key != "extends" && key != "map" && key != "either" && key != "about" &&
        key != "null")
      throw std::invalid_argument("no key \"" + key + "\" beside fields, map or either");
  }
  if (notation["null"].as_bool()) out = with_null(std::move(out));
  if (const Json* about = notation.find("about")) out.set("description", *about);
  return out;
}

}  // namespace

Json reference_to(std::string_view name) {
  return Json::object({{"$ref", "#/components/schemas/" + std::string(name)}});
}

Json schema_of_notation(const Json& notation, const Json& schemas) {
  if (notation.is_string()) return of_text(notation.as_string());
  if (notation.is_object()) return of_object(notation, schemas);
  if (notation.is_array() && notation.size() == 1)
    return Json::object(
        {{"type", "array"}, {"items", schema_of_notation(notation.at(0), schemas)}});
  throw std::invalid_argument("neither a type nor fields: " + to_string(notation));
}

}  // namespace beian::app
