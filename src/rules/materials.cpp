#include "rules/materials.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/embedded.hpp"
#include "base/json.hpp"

namespace beian::rules {
namespace {

struct Owner {
  std::string_view word;
  MaterialOwner owner;
};
constexpr auto kOwners = std::to_array<Owner>({{"entity", MaterialOwner::entity},
                                               {"service", MaterialOwner::service},
                                               {"domain", MaterialOwner::domain},
                                               {"pre_approval", MaterialOwner::pre_approval},
                                               {"app", MaterialOwner::app}});

MaterialKind kind_of(const Json& json) {
  MaterialKind out{json["id"].as_string(),          json["title"]["zh"].as_string(),
                   json["title"]["en"].as_string(), {},
                   json["all"].as_bool(),           MaterialOwner::entity};
  for (const Json& purpose : json["purposes"].items())
    out.purposes.push_back(static_cast<int>(purpose.as_int()));
  const auto* owner = std::ranges::find(kOwners, json["owner"].as_string(), &Owner::word);
  if (owner == kOwners.end() || out.id.empty() || out.title_zh.empty() || out.title_en.empty() ||
      out.purposes.empty())
    throw std::logic_error("data/rules/materials.json: " + out.id);
  out.owner = owner->owner;
  return out;
}

}  // namespace

std::string_view name_of(MaterialOwner owner) {
  return std::ranges::find(kOwners, owner, &Owner::owner)->word;
}

std::span<const MaterialKind> material_kinds() {
  static const auto kKinds = [] {
    const auto json = parse_json(embedded::file("data/rules/materials.json"));
    if (!json) throw std::logic_error("data/rules/materials.json is no JSON");
    std::vector<MaterialKind> kinds;
    for (const Json& one : (*json)["materials"].items()) kinds.push_back(kind_of(one));
    return kinds;
  }();
  return kKinds;
}

const MaterialKind* material_kind(std::string_view id) {
  const auto kinds = material_kinds();
  const auto found = std::ranges::find(kinds, id, &MaterialKind::id);
  return found == kinds.end() ? nullptr : &*found;
}

const MaterialKind* material_of_purpose(int purpose) {
  const auto kinds = material_kinds();
  const auto found = std::ranges::find_if(kinds, [&](const MaterialKind& kind) {
    return !kind.all && std::ranges::find(kind.purposes, purpose) != kind.purposes.end();
  });
  return found == kinds.end() ? nullptr : &*found;
}

std::string title_of_material(std::string_view id) {
  const auto* kind = material_kind(id);
  return kind == nullptr ? std::string(id) : kind->title_zh;
}

}  // namespace beian::rules
