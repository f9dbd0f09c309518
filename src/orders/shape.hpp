// The forms of an order's document as one table: members, types, lengths. Lengths are those of the
// wire (Xzba/Baxx of V.3.0), counted in characters, so that what passes here fits there. Which kind
// of order has which form: kind.hpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::orders {

enum class Kind { text, number, boolean, object, list };

// Services that any document can have; how many one order may have is a setting (validate.hpp).
inline constexpr int64_t kMostServices = 50;

struct Member;
struct Shape {
  Kind kind;
  int64_t min = 0, max = 0;                             // characters, value or items
  std::span<const Member> members;                      // of an object
  const Shape* item = nullptr;                          // of a list
  std::string (*normal)(const std::string&) = nullptr;  // a text's normal form, where it has one
};
struct Member {
  std::string_view name;
  const Shape* shape;
  bool required = false;  // always; what depends on other fields is validate()'s business
};

extern const Shape kWholeForm;      // entity and services
extern const Shape kEntityForm;     // the entity alone
extern const Shape kElsewhereForm;  // an entity filed elsewhere by its number, and services
extern const Shape kAccessForm;     // entity and service filed elsewhere by number, an access
extern const Shape kAskedApp;       // of an app what tells it apart, for the type detection
extern const Shape kCancelForm;     // a reason
extern const Shape kCancelAllForm;  // a reason and the filing password
// A website that moves to an entity: as kWholeForm and kElsewhereForm, but one service.
extern const Shape kMoveForm, kMoveElsewhereForm;
extern const Shape kClaimForm;  // an entity by its number, and what proves whose it is

// Every fault of form in one pass: wrong_type, unknown_field, too_long, too_short, out_of_range,
// too_many. With `complete` also required (a draft may be incomplete, a submitted order may not).
void check_shape(const Shape& shape, const Json& json, const std::string& pointer, bool complete,
                 Problems& problems);

// Does the pointer name something that a document of any form has or could have: a field, a list's
// item, or a material ("/entity/materials/2")? "" is the whole document.
bool names_field(const Json& document, std::string_view pointer);

// Members that are null or blank text are dropped, texts are trimmed; certificate numbers, phones,
// mail addresses, IP addresses and domains take their normal form as far as they have one. What has
// a wrong type stays as it is.
Json normalized(const Json& document);

// The shapes that the API's description names: the forms, and the parts that several of them have.
// "Document" is what any form has.
struct NamedShape {
  std::string_view name;
  const Shape* shape;
};
std::span<const NamedShape> named_shapes();

// Those members that the shape has, at every level.
Json cut(const Shape& shape, const Json& json);

}  // namespace beian::orders
