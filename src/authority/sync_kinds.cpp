// What each kind of a synchronisation does with a record.
#include <algorithm>
#include <array>

#include "authority/apply.hpp"
#include "authority/code_rows.hpp"
#include "authority/sync_addresses.hpp"
#include "base/text.hpp"
#include "registry/records.hpp"
#include "registry/registry.hpp"

namespace beian::authority {
namespace {

std::string key_of(int64_t province, int64_t id) {
  return std::to_string(province) + "-" + std::to_string(id);
}

std::string words_of(const Problems& problems) {
  std::string out;
  for (const auto& p : problems) {
    if (!out.empty()) out += "；";
    out += p.field + " " + problem_text(p.code, p.args, Language::zh);
  }
  return out;
}

Synced::What what_of(bool known, bool changed) {
  if (!known) return Synced::What::added;
  return changed ? Synced::What::changed : Synced::What::unchanged;
}

Synced take_filed(const SyncRecord& in) {
  Synced out;
  const auto done = registry::record(in.tx, in.now, in.cipher, "", in.link.provider_id, in.record);
  if (!done) {
    out.what = Synced::What::faulty;
    out.problem = "备案数据不能登记：" + words_of(done.error());
    return out;
  }
  const int64_t id = in.record["entity"]["authority_entity_id"].as_int();
  out.key = key_of(done->province, id);
  out.subject = done->entity_number;
  out.what = what_of(!done->added, done->changed);
  bool here = false;
  for (const auto& service : in.record["services"].items()) {
    out.seen.emplace_back(done->province, service["authority_service_id"].as_int());
    for (const auto& access : service["accesses"].items())
      here = here || access["provider"].as_int() == in.link.provider_id;
  }
  out.missing_here = done->added && here;
  return out;
}

NotNamed missing_filed(db::Tx& tx, const LinkConfig& link, const SyncSeries& series) {
  NotNamed out;
  for (const int64_t province : provinces_of(link))
    for (const auto& service : registry::served_services(tx, province, series.began)) {
      const bool seen =
          tx.query_one(
                "SELECT id FROM authority_sync_seen WHERE download = :series "
                "AND province = :province AND id = :id",
                {{"series", series.number}, {"province", province}, {"id", service.id}})
              .has_value();
      if (!seen) out.emplace_back(key_of(province, service.id), service.filing_number);
    }
  return out;
}

// Registrations of domain names (YM). The names of registrants are personal data: sealed.
Synced take_domain_name(const SyncRecord& in) {
  Synced out;
  const int64_t id = in.record["id"].as_int();
  const std::string document = to_string(in.record);
  const std::string print = in.cipher.blind_index(document, "authority_domain_records.print");
  const db::Params key = {{"link", in.link.id}, {"id", id}};
  const auto known = in.tx.query_one(
      "SELECT fingerprint FROM authority_domain_records WHERE link = :link AND authority_id = :id",
      key);
  out.key = key_of(0, id);
  out.subject = in.record["name"].as_string();
  out.seen.emplace_back(0, id);
  out.what = what_of(known.has_value(), !known || known->text("fingerprint") != print);
  if (out.what == Synced::What::unchanged) return out;
  in.tx.exec(
      "INSERT INTO authority_domain_records (link, authority_id, provider_record_id, name, "
      "document, fingerprint, changed) VALUES (:link, :id, :record, :name, :document, :print, "
      ":now) "
      "ON CONFLICT (link, authority_id) DO UPDATE SET "
      "provider_record_id = excluded.provider_record_id, name = excluded.name, "
      "document = excluded.document, fingerprint = excluded.fingerprint, "
      "changed = excluded.changed",
      {{"link", in.link.id},
       {"id", id},
       {"record", in.record["provider_record_id"].as_int()},
       {"name", text::lower_ascii(out.subject)},
       {"document",
        in.cipher.seal(document, "authority_domain_records:" + in.link.id + ":" + key_of(0, id))},
       {"print", print},
       {"now", to_ms(in.now)}});
  return out;
}

NotNamed missing_domain_names(db::Tx& tx, const LinkConfig& link, const SyncSeries& series) {
  NotNamed out;
  for (const auto& row :
       tx.query("SELECT authority_id, name FROM authority_domain_records r WHERE r.link = :link "
                "AND NOT EXISTS (SELECT 1 FROM authority_sync_seen s WHERE s.download = :series "
                "AND s.province = 0 AND s.id = r.authority_id) ORDER BY authority_id",
                {{"link", link.id}, {"series", series.number}}))
    out.emplace_back(key_of(0, row.i64("authority_id")), row.text("name"));
  return out;
}

// Rows join a version that is put in force when the whole has come; the tables are the report.
Synced take_code(const SyncRecord& in) {
  Synced out;
  const auto list = in.operation.substr(in.operation.rfind('/') + 1);
  const std::string table = table_of_list(list);
  if (table.empty()) {
    out.what = Synced::What::faulty;
    out.problem = "未知的代码表 " + std::string(list);
    return out;
  }
  registry::put_codes(in.tx, in.now, in.link.id, in.download, table, {code_row(list, in.record)});
  return out;
}

constexpr auto kKinds = std::to_array<SyncKind>({
    {"synchronisation/filed", "icp", take_filed, missing_filed},
    {"synchronisation/ip", "ip", take_address, missing_addresses},
    {"synchronisation/domain_names", "domains", take_domain_name, missing_domain_names},
    {"synchronisation/base_codes", "codes", take_code, nullptr},
});

}  // namespace

const SyncKind* sync_kind_of(std::string_view operation) {
  const auto* row = std::ranges::find_if(
      kKinds, [&](const SyncKind& kind) { return operation.starts_with(kind.prefix); });
  return row == kKinds.end() ? nullptr : row;
}

const SyncKind* sync_kind_named(std::string_view name) {
  const auto* row = std::ranges::find(kKinds, name, &SyncKind::name);
  return row == kKinds.end() ? nullptr : row;
}

}  // namespace beian::authority
