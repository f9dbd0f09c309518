#include "rules/explain.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

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

}  // namespace

Json requirements(const RuleSet& set, const Case& wanted) {
  Json list = Json::array();
  for (const auto& effective : in_force(set, wanted)) {
    const Rule& rule = *effective.rule;
    Json one = Json::object({{"kind", rule.kind->id}, {"title", rule.kind->title_zh}});
    Json places = Json::array();
    for (const Place place : rule.kind->places) places.push(name_of(place));
    one.set("place", std::move(places));
    one.set("severity", name_of(rule.severity));
    if (!rule.material.empty()) one.set("material", rule.material);
    one.set("params", effective.params);
    one.set("text", rule.text_zh);
    one.set("text_en", rule.text_en);
    one.set("source", rule.source);
    if (!rule.as_of.empty()) one.set("as_of", rule.as_of);
    one.set("confidence", name_of(rule.confidence));
    if (!rule.note.empty()) one.set("note", rule.note);
    one.set("province", rule.province);
    one.set("overrides", effective.national != nullptr);
    list.push(std::move(one));
  }
  return Json::object({{"province", wanted.province},
                       {"nature", wanted.nature},
                       {"kind", wanted.order},
                       {"service", wanted.service},
                       {"rules", std::move(list)}});
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
      if (!rule.material.empty()) lines += "（材料 " + rule.material + "）";
      lines += "\n  " + std::string(chinese_of(rule.severity)) + "；" +
               (rule.province == 0 ? "全国规则" : "本省规则") + "；来源 " + origin(rule) + "\n";
    }
    if (!lines.empty()) out += std::string(chinese_of(place)) + "\n" + lines + "\n";
  }
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
          std::string(chinese_of(rule.confidence)), rule.note})
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
