#include "registry/records.hpp"

#include "china/filing_number.hpp"
#include "registry/store.hpp"

namespace beian::registry {

namespace {

std::optional<RecordRef> ref_of(const std::optional<store::Target>& target) {
  if (!target) return std::nullopt;
  return RecordRef{target->province, target->entity_id, target->service_id, target->filing_number,
                   target->account_id};
}

}  // namespace

std::optional<RecordRef> find_filed(db::Tx& tx, const std::vector<int64_t>& provinces, bool service,
                                    int64_t id, const std::string& number) {
  for (const int64_t province : provinces) {
    if (id == 0) break;
    auto found = ref_of(service ? store::find_service_row(tx, province, id)
                                : store::find_entity_row(tx, province, id));
    if (found) return found;
  }
  if (number.empty()) return std::nullopt;
  const auto parsed = china::parse_filing_number(number);
  const std::string normal = parsed ? parsed->text() : number;
  for (const int64_t province : provinces)
    if (const auto row = store::id_by_number(tx, province, service, normal))
      return ref_of(service ? store::find_service_row(tx, province, *row)
                            : store::find_entity_row(tx, province, *row));
  return std::nullopt;
}

}  // namespace beian::registry
