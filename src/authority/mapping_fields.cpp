// Where in a body the thing stands that the codec complains of.
#include <algorithm>
#include <array>

#include "authority/mapping.hpp"
#include "base/text.hpp"

namespace beian::authority {
namespace {

// "Xzxx[2]": name and place from 1; 0 without one.
std::pair<std::string_view, int64_t> parse_step(std::string_view step) {
  const auto bracket = step.find('[');
  int64_t index = 0;
  if (bracket != std::string_view::npos)
    text::parse_i64(step.substr(bracket + 1, step.size() - bracket - 2), index);
  return {step.substr(0, bracket), index};
}

// The pointer into the record's model that an element path means; its steps that the profile does
// not know are left out.
std::string model_pointer(const wire::Profile& profile, std::string_view path) {
  const wire::Element* element = &profile.document("UploadData");
  std::string out;
  for (const auto& step : text::split(path.substr(std::min<size_t>(1, path.size())), '/')) {
    const auto [name, index] = parse_step(step);
    const auto child = std::ranges::find(element->children, name, &wire::Element::name);
    if (child == element->children.end()) break;
    element = &*child;
    if (element->record) {
      out.clear();
      continue;
    }
    if (element->field.empty()) continue;
    out += "/" + element->field;
    if (element->repeated() && index > 0) out += "/" + std::to_string(index - 1);
  }
  return out;
}

// Where a body has another word than the wire model.
struct Rename {
  std::string_view operation, model, body;
};
constexpr auto kRenames = std::to_array<Rename>({
    {"icp/new_accesses", "/locations", "/access/locations"},
    {"icp/new_accesses", "/methods", "/access/methods"},
    {"icp/new_accesses", "/addresses", "/access/addresses"},
    {"icp/cancellations", "/reason_text", "/remark"},
    {"icp/verification_results", "/result", "/passed"},
    {"icp/verification_results", "/time", "/date"},
});

std::string body_pointer(std::string_view operation, const Json& body, std::string pointer) {
  for (const auto& rename : kRenames)
    if (rename.operation == operation && pointer.starts_with(rename.model))
      return std::string(rename.body) + pointer.substr(rename.model.size());
  if (constexpr std::string_view kAppKind = "/app/kind"; pointer.ends_with(kAppKind))
    return pointer.substr(0, pointer.size() - kAppKind.size()) + "/kind";
  // A new domain is just its name.
  if (const auto parent = pointer.substr(0, pointer.rfind('/'));
      pointer.ends_with("/name") && body.pointer(parent) && body.pointer(parent)->is_string())
    return parent;
  return pointer;
}

}  // namespace

Problems in_terms_of_body(const wire::Profile& profile, std::string_view operation,
                          const Json& body, Problems problems) {
  for (auto& problem : problems)
    if (problem.code == ProblemCode::wire_schema)
      problem.field = body_pointer(operation, body, model_pointer(profile, problem.field));
  return problems;
}

}  // namespace beian::authority
