#include "registry/public_query.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "base/text.hpp"
#include "registry/hosts.hpp"
#include "registry/public_query_sql.hpp"

namespace beian::registry {

namespace {

using store::PublicRow;

// What one asked name is looked for under: a number, or the names that cover a host.
struct Question {
  std::optional<china::FilingNumber> number;
  std::vector<std::string> names;  // the narrowest first; of a number its text
};

Question question_of(std::string_view raw) {
  const std::string_view name = text::trim(raw);
  // Every number begins with a province's short name, which is no ASCII.
  if (!name.empty() && static_cast<unsigned char>(name.front()) >= 0x80) {
    if (auto number = china::parse_filing_number(name)) {
      std::string text = number->text();
      return {std::move(*number), {std::move(text)}};
    }
  }
  return {std::nullopt, covering_names(name)};
}

// Of several rows with one key the one in force, then the one learned last.
bool goes_before(const PublicRow& a, const PublicRow& b) {
  const auto key = [](const PublicRow& r) {
    return std::tuple(r.cancelled, -to_ms(r.filing.changed), r.filing.province, r.filing.service_id,
                      r.filing.entity_id, r.filing.domain_id);
  };
  return key(a) < key(b);
}

class Found {
 public:
  void put(std::vector<PublicRow> rows, std::string PublicFiling::*key) {
    for (auto& row : rows) {
      const auto at = rows_.find(row.filing.*key);
      if (at == rows_.end()) {
        std::string name = row.filing.*key;
        rows_.emplace(std::move(name), std::move(row));
      } else if (goes_before(row, at->second)) {
        at->second = std::move(row);
      }
    }
  }
  const PublicRow* find(const std::string& key) const {
    const auto at = rows_.find(key);
    return at == rows_.end() ? nullptr : &at->second;
  }

 private:
  std::unordered_map<std::string, PublicRow> rows_;
};

void once(std::vector<std::string>& keys) {
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
}

// The narrowest that is filed, else the narrowest that was.
PublicAnswer answer_of(const Question& question, const Found& found) {
  PublicAnswer out;
  out.asked = question.names.front();
  const PublicRow* cancelled = nullptr;
  for (const auto& name : question.names) {
    const PublicRow* row = found.find(name);
    if (row == nullptr) continue;
    if (!row->cancelled) {
      out.known = Known::filed;
      out.filing = row->filing;
      return out;
    }
    if (cancelled == nullptr) cancelled = row;
  }
  if (cancelled != nullptr) {
    out.known = Known::not_filed;
    out.reason = "cancelled";
    out.filing = cancelled->filing;
  }
  return out;
}

}  // namespace

std::string_view name_of(Known known) {
  return known == Known::filed ? "filed" : known == Known::not_filed ? "not_filed" : "unknown";
}

std::vector<PublicAnswer> is_filed(db::Tx& tx, const Whole& whole,
                                   const std::vector<std::string_view>& names) {
  std::vector<Question> questions;
  questions.reserve(names.size());
  std::vector<std::string> domains, services, entities;
  for (const auto name : names) {
    const auto& question = questions.emplace_back(question_of(name));
    auto& keys = !question.number ? domains : question.number->service ? services : entities;
    keys.insert(keys.end(), question.names.begin(), question.names.end());
  }
  for (auto* keys : {&domains, &services, &entities}) once(*keys);
  // One key never means two things: numbers of services, of entities and names differ.
  Found found;
  found.put(store::rows_of_domains(tx, domains), &PublicFiling::domain);
  found.put(store::rows_of_services(tx, services), &PublicFiling::service_number);
  found.put(store::rows_of_entities(tx, entities), &PublicFiling::entity_number);

  const auto country = whole_as_of(whole);
  std::vector<PublicAnswer> out;
  out.reserve(questions.size());
  for (const auto& question : questions) {
    if (question.names.empty()) {
      out.push_back({Known::unknown, "bad_name", "", std::nullopt, std::nullopt});
      continue;
    }
    auto& answer = out.emplace_back(answer_of(question, found));
    answer.as_of = question.number ? whole_as_of(whole, question.number->province()) : country;
    if (answer.known != Known::unknown) continue;
    const bool sure = answer.as_of.has_value();
    answer.known = sure ? Known::not_filed : Known::unknown;
    answer.reason = sure ? "not_in_library" : "not_synchronised";
  }
  return out;
}

}  // namespace beian::registry
