// The materials that rules name (data/rules/materials.json): what they are called, and where an
// order holds them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace beian::rules {

enum class MaterialOwner { entity, service, domain, pre_approval, app };
std::string_view name_of(MaterialOwner owner);

struct MaterialKind {
  std::string id, title_zh, title_en;
  // Numbers of an order's materials (materials/materials.hpp). 1 to 7 are those that an authority
  // takes, from 11 on the provider's own.
  std::vector<int> purposes;
  bool all = false;  // a set, of which none may be missing; else any of them is the material
  MaterialOwner owner = MaterialOwner::entity;
};

// In the order of the file. Throws std::logic_error when the file is wrong.
std::span<const MaterialKind> material_kinds();
const MaterialKind* material_kind(std::string_view id);  // nullptr: none
const MaterialKind* material_of_purpose(int purpose);    // nullptr: none
std::string title_of_material(std::string_view id);      // Chinese; the id for an unknown one

}  // namespace beian::rules
