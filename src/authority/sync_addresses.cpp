#include "authority/sync_addresses.hpp"

#include <algorithm>

#include "addresses/result.hpp"
#include "authority/address_reports.hpp"

namespace beian::authority {
namespace {

std::optional<addresses::Block> block_of_list(std::string_view list) {
  for (const auto block : addresses::kBlocks)
    if (list_of(block) == list) return block;
  return std::nullopt;
}

// Stands where other kinds have a province.
int64_t number_of(addresses::Block block) {
  return static_cast<int64_t>(block) + 1;
}

std::string key_of(addresses::Block block, int64_t id) {
  return std::string(list_of(block)) + "-" + std::to_string(id);
}

// As people and the room write it: addresses as text, without what is the wire's.
Json document_of(const Json& record) {
  Json out = Json::object();
  for (const auto& [name, value] : record.members()) {
    if (name == "id" || name == "provider_record_id" || name == "reporting_unit") continue;
    const auto* field = addresses::find_field(name);
    if (field && field->kind == addresses::Kind::address && value.is_int()) {
      const auto number = static_cast<uint32_t>(value.as_int());
      out.set(name, addresses::text_of({number, number}));
    } else {
      out.set(name, value);
    }
  }
  return out;
}

Synced::What what_of(addresses::Synced done) {
  switch (done) {
    case addresses::Synced::added:
      return Synced::What::added;
    case addresses::Synced::changed:
      return Synced::What::changed;
    case addresses::Synced::unchanged:
      return Synced::What::unchanged;
    case addresses::Synced::faulty:
      break;
  }
  return Synced::What::faulty;
}

}  // namespace

Synced take_address(const SyncRecord& in) {
  Synced out;
  const auto block = block_of_list(in.operation.substr(in.operation.rfind('/') + 1));
  if (!block) {
    out.what = Synced::What::faulty;
    out.problem = "未知的IP数据 " + std::string(in.operation);
    return out;
  }
  if (in.record["reporting_unit"].as_int() != in.link.provider_id) return out;
  addresses::Synchronised theirs;
  theirs.link = in.link.id;
  theirs.block = *block;
  theirs.authority_id = in.record["id"].as_int();
  theirs.provider_record_id = in.record["provider_record_id"].as_int();
  theirs.document = document_of(in.record);
  out.key = key_of(*block, theirs.authority_id);
  out.seen.emplace_back(number_of(*block), theirs.authority_id);
  if (const auto ends = addresses::ends_of(theirs.document))
    out.subject = addresses::text_of(*ends);
  const addresses::Store store(in.cipher);
  out.what = what_of(addresses::synchronise(in.tx, in.now, store, theirs));
  if (out.what == Synced::What::faulty) out.problem = "起止IP地址有误：" + out.key;
  out.missing_here = out.what == Synced::What::added;
  return out;
}

NotNamed missing_addresses(db::Tx& tx, const LinkConfig& link, const SyncSeries& series) {
  NotNamed out;
  for (const auto block : addresses::kBlocks) {
    const db::Params seen = {{"series", series.number}, {"list", number_of(block)}};
    const bool named = tx.query_one(
                             "SELECT id FROM authority_sync_seen WHERE download = :series "
                             "AND province = :list LIMIT 1",
                             seen)
                           .has_value();
    if (!named) continue;
    db::Params params = seen;
    params.emplace_back("link", link.id);
    params.emplace_back("block", addresses::name_of(block));
    for (const auto& row :
         tx.query("SELECT authority_id, filed_first, filed_last FROM address_records a "
                  "WHERE a.link = :link AND a.block = :block AND a.filed_first IS NOT NULL "
                  "AND a.state <> 'deleted' AND NOT EXISTS (SELECT 1 FROM authority_sync_seen s "
                  "WHERE s.download = :series AND s.province = :list AND s.id = a.authority_id) "
                  "ORDER BY a.first_ip, a.id",
                  params)) {
      const addresses::Ends ends = {static_cast<uint32_t>(row.i64("filed_first")),
                                    static_cast<uint32_t>(row.i64("filed_last"))};
      out.emplace_back(key_of(block, row.i64("authority_id")), addresses::text_of(ends));
    }
  }
  return out;
}

}  // namespace beian::authority
