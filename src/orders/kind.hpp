// Every kind of order as one row: what is asked, what is fixed, which materials, who takes part.
// Whatever differs between kinds is read from here. Words: domain glossary, "Kinds of order".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "orders/order.hpp"
#include "orders/shape.hpp"

namespace beian::orders {

// What becomes of a part of the document.
enum class Part {
  none,    // not in it
  named,   // only what tells which one it is
  fixed,   // as it is filed, not to be edited
  edited,  // starts as it is filed, to be edited
  asked,   // new
};

// What of the registry the applicant names to begin the order; nothing: the type detection begins
// it.
enum class Target { nothing, entity, service };

// What the authority says that completes it.
enum class End {
  filed,      // the filed record with its number (BASJ)
  decision,   // that it agrees (Gjsh, or result 1001): nothing new to file, or told later
  cancelled,  // the cancellation (ZXSJ)
  review,     // nothing is reported: the provider's reviewer says it
};

struct OrderKind {
  std::string_view name;
  std::string_view title, done;  // Chinese; done: the title of `completed`
  Target target;
  const Shape* form;            // of its document
  const Shape* form_elsewhere;  // when the entity is not filed here; nullptr: it must be
  Part entity, services;        // of an entity that is not filed here only the name is asked
  // Purposes of materials (needed_materials); those of parts that do not change are not needed.
  std::span<const int> materials;
  bool sms;     // the authority has the persons verified by SMS
  bool review;  // the provider reviews it first
  End end;
  int64_t cancels;  // cancel_category of the code tables, or -1
  // Two uploads: the service is cancelled where it is filed, then filed anew (migrate.hpp).
  bool moves = false;
};

std::span<const OrderKind> order_kinds();
const OrderKind* find_kind(std::string_view name);  // nullptr: none of ours
// Of a stored order. Throws std::logic_error for a kind that the table does not have.
const OrderKind& kind_of(const Order& order);

bool is_change(const OrderKind& kind);
// Of the machine's events one may not be for this kind (a pass that reports, or completes), or not
// for a migration at that point: `parts` of its uploads are done.
bool takes_event(const OrderKind& kind, State from, int64_t parts, Event event);
bool is_cancellation(const OrderKind& kind);
// The form of the order's document, by where its entity is filed.
const Shape& form_of(const OrderKind& kind, const Json& filed);
// What is in its document of the entity (services), by where the entity is filed.
Part entity_part(const OrderKind& kind, const Json& filed);

// --- materials ---

enum class Owner { entity, service, pre_approval, domain, app };  // app: of a service of that kind
struct MaterialRow {
  int purpose;
  Owner owner;
  bool of_individuals;  // an individual's own certificate is that of its manager
  std::string_view title;
  // The parts of the owner that it is evidence of: of a change it is needed when one of them
  // differs.
  std::span<const std::string_view> evidence;
};
// Those that an authority takes.
std::span<const MaterialRow> material_rows();
// Those and the provider's own, which only rules ask for (rules/materials.hpp); nullptr: none.
const MaterialRow* material_row(int purpose);
bool takes_material(const OrderKind& kind, int purpose);

// The table for people, Markdown, for `beian doc orders`.
std::string kinds_table();

}  // namespace beian::orders
