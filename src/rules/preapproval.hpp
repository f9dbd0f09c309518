// What needs an approval before it is filed (前置审批), by the words that hint at it:
// data/rules/preapproval.json. Hints gathered from access providers' pages, not law.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/evaluators.hpp"

namespace beian::rules {

// Where a word was found; the order of the fields of preapproval.json.
enum class HintField { entity_name, business_scope, service_name, domain_label, content };

struct Keywords {
  std::map<HintField, std::vector<std::string>> by_field;
};

struct Category {
  std::string id, title, document;
  int64_t code = 0;        // of preapproval_content; 0: it has none
  bool nationwide = true;  // false: abolished, only the words of provinces count
  Keywords keywords;
  std::map<int64_t, Keywords> provinces;
  std::string letter;  // the material that says "not involved"; empty: none is taken
  std::vector<int64_t> no_letter_in;

  bool takes_letter(int64_t province) const;
};

// Of the embedded file. Throws std::logic_error when it is wrong.
std::span<const Category> preapproval_categories();
const Category& preapproval_category(std::string_view id);

struct Hit {
  const Category* category = nullptr;
  HintField field = HintField::entity_name;
  std::string word, at;
};
// The hits of a category, the first of each field and service.
std::vector<Hit> hits_of(const Category& category, const View& view);
// Does a service of this kind name an approval of that category?
bool approved(const Category& category, const View& view);

}  // namespace beian::rules
