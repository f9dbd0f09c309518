#include "platform/config/toml.hpp"

#include <toml++/toml.h>

#include <sstream>

namespace beian::config {

namespace {

Json to_json(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    Json out = Json::object();
    for (const auto& [key, value] : *table)
      out.members().emplace_back(std::string(key.str()), to_json(value));
    return out;
  }
  if (const auto* array = node.as_array()) {
    Json out = Json::array();
    for (const auto& item : *array) out.push(to_json(item));
    return out;
  }
  if (const auto* text = node.as_string()) return Json(text->get());
  if (const auto* number = node.as_integer()) return Json(number->get());
  if (const auto* number = node.as_floating_point()) return Json(number->get());
  if (const auto* flag = node.as_boolean()) return Json(flag->get());
  std::ostringstream out;
  node.visit([&out](const auto& n) {
    if constexpr (toml::is_date<decltype(n)> || toml::is_time<decltype(n)> ||
                  toml::is_date_time<decltype(n)>)
      out << n.get();
  });
  return Json(out.str());
}

}  // namespace

Result<Json> parse_toml(std::string_view text) {
  try {
    const toml::table table = toml::parse(text);
    return to_json(table);
  } catch (const toml::parse_error& e) {
    return fail(ProblemCode::malformed_toml, "",
                {{"line", std::to_string(e.source().begin.line)},
                 {"column", std::to_string(e.source().begin.column)},
                 {"reason", std::string(e.description())}});
  }
}

}  // namespace beian::config
