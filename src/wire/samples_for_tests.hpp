// Model values made from a profile: what the schema allows, from the least to the most. Tests only.
#pragma once

#include <algorithm>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "wire/codec.hpp"
#include "wire/profile.hpp"

namespace beian::wire {

class Sampler {
 public:
  enum class Amount { least, most, random };
  explicit Sampler(Amount amount, uint64_t seed = 0) : amount_(amount), random_(seed) {}

  // The members of the element as an object, or the value of a leaf.
  Json value(const Element& element) {
    if (element.leaf()) return element.type == Type::number ? number(element) : text(element);
    Json object = Json::object();
    members(element, object);
    return object;
  }
  // A whole document that holds only this block.
  Json document(const Profile& profile, std::string_view root, std::string_view block) {
    Json model = Json::object();
    for (const Element& child : profile.document(root).children) {
      if (child.name == block) model.set(child.field, value(child));
    }
    return model;
  }

  // The document that holds only this block, or only this operation of ICP, as XML.
  std::string text_of(const Profile& profile, std::string_view root, std::string_view name) {
    for (const Element& block : profile.document(root).children) {
      if (block.name == name) return encode(profile, root, document(profile, root, name)).value();
      for (const Element& operation : block.children) {
        if (block.name != "ICP" || operation.name != name) continue;
        Element only = block;
        std::erase_if(only.children,
                      [&](const Element& e) { return !e.leaf() && e.name != operation.name; });
        for (Element& child : only.children) child.min_occurs = 1;
        return encode(profile, root, Json::object({{block.field, value(only)}})).value();
      }
    }
    throw std::logic_error("no " + std::string(name));
  }

 private:
  static constexpr int kMany = 3;

  uint64_t below(uint64_t n) { return random_() % n; }

  Json number(const Element& e) {
    const int64_t low = e.min_value.value_or(std::numeric_limits<int64_t>::min());
    const int64_t high = e.max_value.value_or(std::numeric_limits<int64_t>::max());
    if (amount_ == Amount::least) return low;
    if (amount_ == Amount::most) return high;
    return std::uniform_int_distribution<int64_t>(low, high)(random_);
  }

  Json text(const Element& e) {
    if (!e.values.empty()) {
      if (amount_ == Amount::least) return e.values.front();
      if (amount_ == Amount::most) return e.values.back();
      return e.values[below(e.values.size())];
    }
    const int64_t high = e.max_length >= 0 ? e.max_length : std::max<int64_t>(e.min_length, 300);
    int64_t n = e.min_length;
    if (amount_ == Amount::most) n = high;
    if (amount_ == Amount::random)
      n += static_cast<int64_t>(
          below(static_cast<uint64_t>(std::min<int64_t>(high - e.min_length, 40) + 1)));
    std::string s;
    // Rare characters have no GBK form and travel as references.
    static const std::string kCharacters[] = {"样",
                                              "例",
                                              "a",
                                              "0",
                                              " ",
                                              "&",
                                              "<",
                                              ">",
                                              "\"",
                                              "'",
                                              "\t",
                                              "\n",
                                              "\r",
                                              "]",
                                              "·",
                                              "镕",
                                              "\xF0\xA0\xB0\xA1",
                                              "é"};
    for (int64_t i = 0; i < n; ++i)
      s += amount_ == Amount::random ? kCharacters[below(std::size(kCharacters))] : kCharacters[0];
    return s;
  }

  void members(const Element& group, Json& object) {
    if (group.group == Group::choice) {
      const auto& of = group.children;
      return member(of[amount_ == Amount::random ? below(of.size()) : 0], object, true);
    }
    // From behind: what a child needs not to be there is added at the end.
    std::vector<bool> chosen(group.children.size());
    for (size_t i = group.children.size(); i-- > 0;) {
      const Element& child = group.children[i];
      bool needed = child.min_occurs > 0;
      for (size_t j = i + 1; j < chosen.size() && needed; ++j)
        needed = !(chosen[j] && group.children[j].name == child.unless);
      chosen[i] = needed || wanted();
    }
    for (size_t i = 0; i < chosen.size(); ++i) member(group.children[i], object, chosen[i]);
  }
  bool wanted() { return amount_ == Amount::most || (amount_ == Amount::random && below(2) == 0); }

  void member(const Element& child, Json& object, bool wanted) {
    if (!wanted) return;
    if (child.field.empty()) return members(child, object);
    if (!child.repeated()) {
      object.set(child.field, value(child));
      return;
    }
    const int high = child.max_occurs > 0 ? std::min(child.max_occurs, child.leaf() ? 64 : kMany)
                                          : std::max(kMany, child.min_occurs);
    int n = std::max(1, child.min_occurs);
    if (amount_ == Amount::most) n = high;
    if (amount_ == Amount::random)
      n += static_cast<int>(below(static_cast<uint64_t>(std::min(kMany, high - n + 1))));
    Json list = Json::array();
    for (int i = 0; i < n; ++i) list.push(value(child));
    object.set(child.field, std::move(list));
  }

  Amount amount_;
  std::mt19937_64 random_;
};

// Members sorted by name, for comparing models that were written in another order.
inline Json sorted(const Json& json) {
  if (json.is_array()) {
    Json list = Json::array();
    for (const Json& item : json.items()) list.push(sorted(item));
    return list;
  }
  if (!json.is_object()) return json;
  Json::Object members;
  for (const auto& [key, value] : json.members()) members.emplace_back(key, sorted(value));
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return Json::object(std::move(members));
}

}  // namespace beian::wire
