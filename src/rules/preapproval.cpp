#include "rules/preapproval.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "rules/look.hpp"

namespace beian::rules {
namespace {

struct FieldName {
  HintField field;
  std::string_view name;
};
constexpr auto kFields = std::to_array<FieldName>({{HintField::entity_name, "entity_name"},
                                                   {HintField::business_scope, "business_scope"},
                                                   {HintField::service_name, "service_name"},
                                                   {HintField::domain_label, "domain_label"},
                                                   {HintField::content, "content"}});

[[noreturn]] void bad(const std::string& what) {
  throw std::logic_error("data/rules/preapproval.json: " + what);
}

Keywords keywords_of(const Json& json) {
  Keywords out;
  for (const auto& [name, list] : json.members()) {
    const auto* field = std::ranges::find(kFields, name, &FieldName::name);
    if (field == kFields.end()) bad(name);
    for (const auto& word : list.items()) out.by_field[field->field].push_back(word.as_string());
  }
  return out;
}

Category category_of(const Json& json) {
  Category c;
  c.id = json["id"].as_string();
  c.title = json["title"]["zh"].as_string();
  c.document = json["document"].as_string();
  c.code = json["code"].as_int();
  c.nationwide = json["status"].as_string() != "cancelled_nationally";
  c.letter = json["letter"].as_string();
  c.keywords = keywords_of(json["keywords"]);
  for (const auto& [province, words] : json["provinces"].members()) {
    int64_t code = 0;
    if (!text::parse_i64(province, code)) bad(province);
    c.provinces.emplace(code, keywords_of(words));
  }
  for (const auto& province : json["no_letter_in"].items())
    c.no_letter_in.push_back(province.as_int());
  if (c.id.empty() || c.title.empty() || c.document.empty()) bad("a category without a name");
  return c;
}

}  // namespace

bool Category::takes_letter(int64_t province) const {
  return !letter.empty() && std::ranges::find(no_letter_in, province) == no_letter_in.end();
}

std::span<const Category> preapproval_categories() {
  static const auto categories = [] {
    std::vector<Category> out;
    const auto json = parse_json(embedded::file("data/rules/preapproval.json"));
    if (!json) bad("no JSON");
    for (const auto& one : (*json)["categories"].items()) out.push_back(category_of(one));
    return out;
  }();
  return categories;
}

const Category& preapproval_category(std::string_view id) {
  const auto all = preapproval_categories();
  const auto found = std::ranges::find(all, id, &Category::id);
  if (found == all.end()) bad(std::string(id));
  return *found;
}

std::vector<Hit> hits_of(const Category& category, const View& view) {
  std::vector<Hit> out;
  const auto look = [&](const Keywords& keywords) {
    const auto in = [&](HintField field, std::string_view text, const std::string& at) {
      const auto words = keywords.by_field.find(field);
      if (words == keywords.by_field.end()) return;
      const std::string word = first_of(text, words->second);
      const bool told = std::ranges::any_of(
          out, [&](const Hit& hit) { return hit.field == field && hit.at == at; });
      if (!word.empty() && !told) out.push_back({&category, field, word, at});
    };
    const Entity& e = view.entity();
    if (!view.individual()) {
      in(HintField::entity_name, e.name, "/entity/name");
      if (e.business_scope) in(HintField::business_scope, *e.business_scope, "/entity/name");
    }
    view.services([&](const Service& s) {
      in(HintField::service_name, s.name, s.at + "/name");
      if (keywords.by_field.contains(HintField::domain_label))
        for (const auto& domain : s.domains) {
          const std::string name = china::display_domain(domain.name);
          in(HintField::domain_label, name.substr(0, name.find('.')), domain.at);
        }
      // Apps choose their contents from another table.
      if (s.kind == "website" && keywords.by_field.contains(HintField::content))
        for (size_t i = 0; i < s.contents.size(); ++i)
          if (const auto* row = china::code_table("service_content").find(s.contents[i]))
            in(HintField::content, row->zh, s.at + "/contents/" + std::to_string(i));
    });
  };
  if (category.nationwide) look(category.keywords);
  const auto own = category.provinces.find(view.facts.province);
  if (own != category.provinces.end()) look(own->second);
  return out;
}

bool approved(const Category& category, const View& view) {
  bool found = false;
  view.services([&](const Service& s) {
    found = found || std::ranges::find(s.pre_approvals, category.code) != s.pre_approvals.end();
  });
  return found && category.code != 0;
}

}  // namespace beian::rules
