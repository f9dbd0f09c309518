#include "orders/follow_services.hpp"

#include <algorithm>
#include <set>

#include "materials/materials.hpp"
#include "orders/document.hpp"

namespace beian::orders {
namespace {

bool same_name(const Json& a, const Json& b) {
  return !a["name"].as_string().empty() && a["name"] == b["name"];
}

bool shares_a_domain(const Json& a, const Json& b) {
  return std::ranges::any_of(a["domains"].items(), [&](const Json& domain) {
    return std::ranges::find(b["domains"].items(), domain) != b["domains"].items().end();
  });
}

std::string service_at(size_t i) {
  return "/services/" + std::to_string(i);
}

// "/services/12/pre_approvals/0": 12; nothing for the entity's.
std::optional<size_t> service_of(const std::string& owner, size_t services) {
  for (size_t i = 0; i < services; ++i)
    if (covers(service_at(i), owner)) return i;
  return std::nullopt;
}

}  // namespace

std::map<size_t, size_t> places_of_services(const Json& before, const Json& after) {
  std::map<size_t, size_t> places;
  std::set<size_t> given;
  const auto match = [&](auto same) {
    for (size_t i = 0; i < before.size(); ++i)
      for (size_t j = 0; j < after.size() && !places.contains(i); ++j)
        if (!given.contains(j) && same(i, j)) {
          places[i] = j;
          given.insert(j);
        }
  };
  // First those that stay where they are: equal services keep their places.
  match([&](size_t i, size_t j) { return i == j && before.at(i) == after.at(j); });
  match([&](size_t i, size_t j) { return before.at(i) == after.at(j); });
  match([&](size_t i, size_t j) { return shares_a_domain(before.at(i), after.at(j)); });
  match([&](size_t i, size_t j) { return same_name(before.at(i), after.at(j)); });
  match([&](size_t i, size_t j) { return i == j; });
  return places;
}

void follow_services(db::Tx& tx, const std::string& order_id, const Json& before,
                     const Json& after) {
  const auto places = places_of_services(before["services"], after["services"]);
  const size_t services = before["services"].size();
  // Taken out first: two services may change places.
  std::vector<materials::Material> moved;
  for (auto& material : materials::of_order(tx, order_id)) {
    const auto at = service_of(material.owner, services);
    if (!at) continue;
    const auto place = places.find(*at);
    if (place != places.end() && place->second == *at) continue;
    materials::remove(tx, material.id);
    if (place == places.end()) continue;
    material.owner = service_at(place->second) + material.owner.substr(service_at(*at).size());
    moved.push_back(std::move(material));
  }
  for (const auto& material : moved) materials::insert(tx, material);
}

}  // namespace beian::orders
