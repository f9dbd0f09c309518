#include "rules/explain.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "rules/materials.hpp"

namespace beian::rules {
namespace {

constexpr std::array<Place, 6> kPlaces{Place::judged,    Place::material, Place::question,
                                       Place::checklist, Place::system,   Place::told};

std::string places_of(const Kind& kind, std::string_view (*word)(Place), std::string_view between) {
  std::vector<std::string> words;
  words.reserve(kind.places.size());
  for (const Place place : kind.places) words.emplace_back(word(place));
  return text::join(words, between);
}

std::string origin(const Rule& rule) {
  return rule.source + "，可信度" + std::string(chinese_of(rule.confidence));
}

// A cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string scope_of(const AppliesTo& to) {
  std::vector<std::string> parts;
  for (const auto* list : {&to.entity, &to.order, &to.service})
    if (!list->empty()) parts.push_back(text::join(*list, ", "));
  return parts.empty() ? "all" : text::join(parts, "; ");
}

bool stands(const Rule& rule, Place place) {
  return std::ranges::find(rule.kind->places, place) != rule.kind->places.end();
}

Json rule_json(const Rule& rule, const Json& params) {
  Json one = Json::object({{"kind", rule.kind->id}, {"title", rule.kind->title_zh}});
  Json places = Json::array();
  for (const Place place : rule.kind->places) places.push(name_of(place));
  one.set("place", std::move(places));
  if (!rule.kind->kept_by.empty()) one.set("kept_by", rule.kind->kept_by);
  one.set("severity", name_of(rule.severity));
  if (!rule.material.empty()) {
    one.set("material", rule.material);
    one.set("material_title", title_of_material(rule.material));
  }
  one.set("params", params);
  one.set("text", rule.text_zh);
  one.set("text_en", rule.text_en);
  one.set("source", rule.source);
  if (!rule.as_of.empty()) one.set("as_of", rule.as_of);
  one.set("confidence", name_of(rule.confidence));
  if (!rule.note_zh.empty()) {
    one.set("note", rule.note_zh);
    one.set("note_en", rule.note_en);
  }
  one.set("province", rule.province);
  return one;
}

// The words of a param that are materials.
void add_named(const Json& value, std::vector<const MaterialKind*>& out) {
  if (const auto* kind = value.is_string() ? material_kind(value.as_string()) : nullptr)
    out.push_back(kind);
  for (const Json& item : value.items()) add_named(item, out);
}

// What a rule may demand: its material, else the national rule's, and those that its params name.
std::vector<const MaterialKind*> materials_of(const Effective& effective) {
  std::vector<const MaterialKind*> out;
  const bool inherits = effective.rule->material.empty() && effective.national != nullptr;
  add_named((inherits ? effective.national : effective.rule)->material, out);
  for (const auto& param : effective.params.members()) add_named(param.second, out);
  return out;
}

struct Asked {
  const MaterialKind* material;
  std::vector<const Rule*> rules;
};

// In the order of the materials' list.
std::vector<Asked> asked_materials(const std::vector<Effective>& rules) {
  std::vector<Asked> out;
  for (const auto& kind : material_kinds()) {
    Asked asked{&kind, {}};
    for (const auto& effective : rules) {
      const auto named = materials_of(effective);
      if (std::ranges::find(named, &kind) != named.end()) asked.rules.push_back(effective.rule);
    }
    if (!asked.rules.empty()) out.push_back(std::move(asked));
  }
  return out;
}

Json materials_json(const std::vector<Effective>& rules) {
  Json out = Json::array();
  for (const auto& asked : asked_materials(rules)) {
    Json purposes = Json::array(), kinds = Json::array();
    for (const int purpose : asked.material->purposes) purposes.push(purpose);
    for (const Rule* rule : asked.rules) kinds.push(rule->kind->id);
    out.push(Json::object({{"material", asked.material->id},
                           {"title", asked.material->title_zh},
                           {"title_en", asked.material->title_en},
                           {"purposes", std::move(purposes)},
                           {"owner", name_of(asked.material->owner)},
                           {"rules", std::move(kinds)}}));
  }
  return out;
}

template <class Which>
Json texts_of(const std::vector<Effective>& rules, Which which) {
  Json out = Json::array();
  for (const auto& effective : rules)
    if (which(*effective.rule))
      out.push(
          Json::object({{"kind", effective.rule->kind->id}, {"text", effective.rule->text_zh}}));
  return out;
}

}  // namespace

Json requirements(const RuleSet& set, const Case& wanted) {
  const auto rules = in_force(set, wanted);
  Json list = Json::array();
  for (const auto& effective : rules) {
    Json one = rule_json(*effective.rule, effective.params);
    one.set("overrides", effective.national != nullptr);
    list.push(std::move(one));
  }
  const auto at = [](Place place) {
    return [place](const Rule& rule) { return stands(rule, place); };
  };
  return Json::object({{"province", wanted.province},
                       {"nature", wanted.nature},
                       {"kind", wanted.order},
                       {"service", wanted.service},
                       {"rules", std::move(list)},
                       {"materials", materials_json(rules)},
                       {"questions", texts_of(rules, at(Place::question))},
                       {"checklist", texts_of(rules, at(Place::checklist))},
                       {"warnings", texts_of(rules, [](const Rule& rule) {
                          return stands(rule, Place::judged) && rule.severity == Severity::warn;
                        })}});
}

Json book_json(const RuleSet& set, int64_t province) {
  const RuleBook& book = province == 0 ? set.national() : *set.book(province);
  Json rules = Json::array(), silent = Json::array();
  for (const Rule& rule : book.rules) {
    Json one = rule_json(rule, rule.params);
    Json applies = Json::object();
    const auto add = [&](const char* name, const std::vector<std::string>& words) {
      Json list = Json::array();
      for (const auto& word : words) list.push(word);
      if (!words.empty()) applies.set(name, std::move(list));
    };
    add("entity", rule.applies_to.entity);
    add("order", rule.applies_to.order);
    add("service", rule.applies_to.service);
    one.set("applies_to", std::move(applies));
    rules.push(std::move(one));
  }
  for (const Kind* kind : book.silent) silent.push(kind->id);
  return Json::object({{"province", book.province},
                       {"name", book.name},
                       {"authority", book.authority},
                       {"silent", std::move(silent)},
                       {"rules", std::move(rules)}});
}

std::string explain(const RuleSet& set, const Case& wanted) {
  const auto rules = in_force(set, wanted);
  std::string out;
  for (const Place place : kPlaces) {
    std::string lines;
    for (const auto& effective : rules) {
      const Rule& rule = *effective.rule;
      // Once, under its first place.
      if (rule.kind->places.front() != place) continue;
      lines += "- " + rule.kind->title_zh + "：" + rule.text_zh;
      if (!rule.material.empty()) lines += "（材料：" + title_of_material(rule.material) + "）";
      lines += "\n  " + std::string(chinese_of(rule.severity)) + "；" +
               (rule.province == 0 ? "全国规则" : "本省规则") + "；来源 " + origin(rule) +
               (rule.note_zh.empty() ? "" : "；分歧：" + rule.note_zh) + "\n";
    }
    if (!lines.empty()) out += std::string(chinese_of(place)) + "\n" + lines + "\n";
  }
  std::string materials;
  for (const auto& asked : asked_materials(rules)) {
    std::vector<std::string> titles;
    for (const Rule* rule : asked.rules) titles.push_back(rule->kind->title_zh);
    materials += "- " + asked.material->title_zh + "（" + text::join(titles, "、") + "）\n";
  }
  if (!materials.empty()) out += "可能需要的材料\n" + materials + "\n";
  return out;
}

std::string page(const RuleSet& set, int64_t province) {
  const RuleBook& book = province == 0 ? set.national() : *set.book(province);
  std::string out =
      "# " + book.name + "备案规则\n\n" + book.authority +
      "。由 `beian rules page` 按 data/rules 生成；管局会不经公告调整，以管局为准。\n\n" +
      "| 规则 | 内容 | 适用 | 落实 | 程度 | 材料 | 来源 | 可信度 | 分歧 |\n" +
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const Rule& rule : book.rules) {
    std::string place = places_of(*rule.kind, chinese_of, "、");
    if (!rule.kind->kept_by.empty()) place += "（" + rule.kind->kept_by + "）";
    out += "|";
    for (const auto& text :
         {rule.kind->title_zh + " `" + rule.kind->id + "`", rule.text_zh, scope_of(rule.applies_to),
          place, std::string(chinese_of(rule.severity)), rule.material, rule.source,
          std::string(chinese_of(rule.confidence)), rule.note_zh})
      out += " " + cell(text) + " |";
    out += "\n";
  }
  if (!book.silent.empty()) {
    out += "\n未找到本省说法、按全国规则办理的：";
    for (size_t i = 0; i < book.silent.size(); ++i)
      out += (i ? "、" : "") + book.silent[i]->title_zh;
    out += "。\n";
  }
  return out;
}

}  // namespace beian::rules
