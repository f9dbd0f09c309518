#include "orders/compare_reading.hpp"

#include <algorithm>
#include <array>

#include "china/codes.hpp"
#include "china/domain.hpp"
#include "orders/find_in_text.hpp"

namespace beian::orders {
namespace {

enum class Entities { all, individuals, organisations };

// What should stand on a material.
struct Row {
  int purpose;
  bool of_owner;          // `path` starts at the material's owner, else at the document
  std::string_view path;  // a list stands for each of its members
  Written written;
  Entities entities = Entities::all;
};

constexpr auto kRows = std::to_array<Row>({
    // verification sheet
    {1, true, "/name", Written::words},
    {1, true, "/domains", Written::domain},
    {1, false, "/entity/name", Written::words},
    // entity's certificate
    {2, true, "/name", Written::words},
    {2, true, "/certificate/number", Written::number},
    {2, true, "/certificate/address", Written::words},
    {2, true, "/legal_representative", Written::words, Entities::organisations},
    // certificates of the managers; an individual's own is that of its manager
    {3, true, "/manager/name", Written::words},
    {3, true, "/manager/certificate_number", Written::number},
    {3, true, "/certificate/address", Written::words, Entities::individuals},
    {4, true, "/manager/name", Written::words},
    {4, true, "/manager/certificate_number", Written::number},
    // certificate of a domain, whose owner is the domain itself
    {13, true, "", Written::domain},
    {13, false, "/entity/name", Written::words},
    // identity document of the legal representative
    {26, true, "/legal_representative", Written::words},
});

bool is_for(const Row& row, const Json& document) {
  if (row.entities == Entities::all) return true;
  const Json& nature = document["entity"]["nature"];
  const bool individual = nature.is_int() && china::is_individual(nature.as_int());
  return individual == (row.entities == Entities::individuals);
}

// A third of it may have been read wrong, of a name of two characters one.
Verdict verdict_of(const Found& found) {
  if (found.distance == 0) return Verdict::same;
  return found.distance <= std::max<size_t>(1, found.length / 3) && found.distance < found.length
             ? Verdict::similar
             : Verdict::missing;
}

void add(std::vector<ComparedField>& out, const std::string& field, const Json& value,
         const Row& row, std::string_view text) {
  if (!value.is_string() || value.as_string().empty()) return;
  // A domain is kept as the machines have it, and printed as people do.
  const std::string expected =
      row.written == Written::domain ? china::display_domain(value.as_string()) : value.as_string();
  const Found found = find_in_text(expected, text, row.written);
  if (found.length == 0) return;
  const Verdict verdict = verdict_of(found);
  out.push_back(
      {field, expected, verdict == Verdict::missing ? std::string() : found.run, verdict});
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  constexpr std::array<std::string_view, 3> kNames{"same", "similar", "missing"};
  return kNames.at(static_cast<size_t>(verdict));
}

bool has_compared_fields(int purpose) {
  return std::ranges::any_of(kRows, [&](const Row& row) { return row.purpose == purpose; });
}

std::vector<ComparedField> compare_reading(const Json& document, int purpose,
                                           const std::string& owner, std::string_view text) {
  std::vector<ComparedField> out;
  for (const auto& row : kRows) {
    if (row.purpose != purpose || !is_for(row, document)) continue;
    const std::string field = (row.of_owner ? owner : std::string()) + std::string(row.path);
    const Json* value = document.pointer(field);
    if (value == nullptr) continue;
    if (!value->is_array()) add(out, field, *value, row, text);
    for (size_t i = 0; value->is_array() && i < value->size(); ++i)
      add(out, field + "/" + std::to_string(i), value->at(i), row, text);
  }
  return out;
}

}  // namespace beian::orders
