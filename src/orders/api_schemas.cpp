#include "orders/api_schemas.hpp"

#include <algorithm>

#include "orders/kind.hpp"
#include "orders/machine.hpp"
#include "orders/shape.hpp"

namespace beian::orders {
namespace {

std::string reference(std::string_view name) {
  return "#/components/schemas/" + std::string(name);
}

std::string name_in(std::string_view name, bool complete) {
  return std::string(name) + (complete ? "" : "Draft");
}

std::string_view name_of(const Shape* shape) {
  const auto named = named_shapes();
  const auto row = std::ranges::find(named, shape, &NamedShape::shape);
  return row == named.end() ? std::string_view{} : row->name;
}

Json schema_of(const Shape& shape, bool complete);

Json schema_or_reference(const Shape& shape, bool complete) {
  if (const auto name = name_of(&shape); !name.empty())
    return Json::object({{"$ref", reference(name_in(name, complete))}});
  return schema_of(shape, complete);
}

Json object_schema(const Shape& shape, bool complete) {
  Json properties = Json::object(), required = Json::array();
  for (const auto& member : shape.members) {
    properties.set(member.name, schema_or_reference(*member.shape, complete));
    if (complete && member.required) required.push(member.name);
  }
  Json out = Json::object({{"type", "object"}, {"properties", std::move(properties)}});
  if (required.size() > 0) out.set("required", std::move(required));
  out.set("additionalProperties", false);
  return out;
}

Json schema_of(const Shape& shape, bool complete) {
  switch (shape.kind) {
    case Kind::text: {
      Json out = Json::object({{"type", "string"}});
      if (complete) out.set("minLength", shape.min);
      out.set("maxLength", shape.max);
      return out;
    }
    case Kind::number:
      return Json::object({{"type", "integer"}, {"minimum", shape.min}, {"maximum", shape.max}});
    case Kind::boolean:
      return Json::object({{"type", "boolean"}});
    case Kind::object:
      return object_schema(shape, complete);
    case Kind::list: {
      Json out =
          Json::object({{"type", "array"}, {"items", schema_or_reference(*shape.item, complete)}});
      if (complete && shape.min > 0) out.set("minItems", shape.min);
      out.set("maxItems", shape.max);
      return out;
    }
  }
  return {};
}

std::string form_name(const Shape* form) {
  return std::string(name_of(form));
}

Json kind_schema() {
  Json names = Json::array();
  std::string about = "Kind of order, and the form that its document has when it is handed in.";
  for (const auto& kind : order_kinds()) {
    names.push(kind.name);
    about += "\n- `" + std::string(kind.name) + "` " + std::string(kind.title) + ": " +
             form_name(kind.form);
    if (kind.form_elsewhere && kind.form_elsewhere != kind.form)
      about += "; of an entity filed elsewhere " + form_name(kind.form_elsewhere);
  }
  return Json::object(
      {{"type", "string"}, {"enum", std::move(names)}, {"description", std::move(about)}});
}

Json words(Json names, std::string_view about) {
  return Json::object({{"type", "string"}, {"enum", std::move(names)}, {"description", about}});
}

void push_once(Json& list, std::string_view word) {
  const bool there = std::ranges::any_of(
      list.items(), [word](const Json& have) { return have.as_string() == word; });
  if (!there) list.push(word);
}

}  // namespace

Json api_schemas() {
  Json out = Json::object();
  for (const bool complete : {true, false})
    for (const auto& [name, shape] : named_shapes())
      out.set(name_in(name, complete), schema_of(*shape, complete));
  // A whole "Document" is handed in by nobody: each kind has its own form.
  out.erase("Document");
  out.set("OrderKind", kind_schema());
  Json states = Json::array(), events = Json::array(), actors = Json::array();
  for (const auto& row : transitions()) {
    push_once(states, orders::name_of(row.from));
    push_once(events, orders::name_of(row.event));
    push_once(actors, orders::name_of(row.actor));
  }
  for (const auto& row : transitions()) push_once(states, orders::name_of(row.to));
  out.set("OrderState",
          words(std::move(states), "State of an order; see docs/generated/orders.md"));
  out.set("OrderEvent", words(std::move(events), "What moves an order"));
  out.set("OrderActor", words(std::move(actors), "Who moves an order"));
  return out;
}

}  // namespace beian::orders
