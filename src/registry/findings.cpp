#include "registry/findings.hpp"

#include "base/personal.hpp"
#include "registry/holders.hpp"
#include "registry/store.hpp"

namespace beian::registry {

namespace {

std::string context_of(int64_t number) {
  return "registry.finding." + std::to_string(number);
}

std::optional<store::Target> record_of(db::Tx& tx, const std::vector<int64_t>& provinces,
                                       const CheckFinding& finding) {
  for (const int64_t province : provinces) {
    auto found = finding.service_id != 0 ? store::find_service_row(tx, province, finding.service_id)
                                         : store::find_entity_row(tx, province, finding.entity_id);
    if (found) return found;
  }
  return std::nullopt;
}

db::Params key_of(const CheckFinding& finding, int64_t province, int64_t entity_id) {
  return {{"source", finding.source},
          {"kind", finding.kind},
          {"province", province},
          {"entity", entity_id},
          {"service", finding.service_id},
          {"access", finding.access_id},
          {"filing", finding.filing_number},
          {"subject", finding.subject}};
}

// The number of a certificate is the only personal datum of a check.
Json masked(Json details) {
  if (Json* number = details.find("certificate_number"))
    *number = Json(mask_number(number->as_string()));
  return details;
}

}  // namespace

Found put_finding(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                  const std::vector<int64_t>& provinces, const CheckFinding& finding) {
  Found out;
  const auto record = record_of(tx, provinces, finding);
  out.known = record.has_value();
  if (record) out.account_id = record->account_id;
  db::Params params = key_of(finding, record ? record->province : 0,
                             record ? record->entity_id : finding.entity_id);
  const auto open = tx.query_one(
      "SELECT number FROM registry_findings WHERE state = 'open' AND source = :source "
      "AND kind = :kind AND province = :province AND entity_id = :entity "
      "AND service_id = :service AND access_id = :access AND filing_number = :filing "
      "AND subject = :subject",
      params);
  params.emplace_back("now", to_ms(now));
  params.emplace_back("checked", finding.checked);
  out.repeated = open.has_value();
  out.number =
      open ? open->i64("number")
           : tx.query_i64(
                 "INSERT INTO registry_findings (source, kind, province, entity_id, service_id, "
                 "access_id, filing_number, subject, checked, details, state, found, changed) "
                 "VALUES (:source, :kind, :province, :entity, :service, :access, :filing, "
                 ":subject, :checked, '', 'open', :now, :now) RETURNING number",
                 params);
  tx.exec(
      "UPDATE registry_findings SET details = :details, checked = :checked, changed = :now, "
      "times = times + :again WHERE number = :number",
      {{"details", cipher.seal(to_string(finding.details), context_of(out.number))},
       {"checked", finding.checked},
       {"now", to_ms(now)},
       {"again", out.repeated},
       {"number", out.number}});
  return out;
}

int64_t settle_findings(db::Tx& tx, TimePoint now, const std::string& source,
                        const std::string& kind, int64_t service_id, const std::string& reason) {
  return tx.exec(
      "UPDATE registry_findings SET state = 'settled', reason = :reason, changed = :now "
      "WHERE state = 'open' AND source = :source AND kind = :kind AND service_id = :service",
      {{"reason", reason},
       {"now", to_ms(now)},
       {"source", source},
       {"kind", kind},
       {"service", service_id}});
}

Status settle_finding(db::Tx& tx, TimePoint now, int64_t number, const std::string& account_id,
                      const std::string& reason) {
  const int64_t changed = tx.exec(
      "UPDATE registry_findings SET state = 'settled', reason = :reason, settled_by = :account, "
      "changed = :now WHERE number = :number AND state = 'open'",
      {{"reason", reason}, {"account", account_id}, {"now", to_ms(now)}, {"number", number}});
  if (changed == 1) return {};
  const bool there = tx.query_one("SELECT number FROM registry_findings WHERE number = :number",
                                  {{"number", number}})
                         .has_value();
  return fail(there ? ProblemCode::conflict : ProblemCode::not_found);
}

Json findings(db::Tx& tx, const crypto::ColumnCipher& cipher, const FindingFilter& filter) {
  std::string sql =
      "SELECT f.*, e.display_name AS entity_name FROM registry_findings f "
      "LEFT JOIN registry_entities e ON e.province = f.province "
      "AND e.authority_id = f.entity_id WHERE 1 = 1";
  db::Params params = {{"limit", filter.limit}};
  const auto only = [&](std::string_view name, const std::string& value,
                        std::string_view condition) {
    if (value.empty()) return;
    sql += " AND " + std::string(condition);
    params.emplace_back(name, value);
  };
  only("account", filter.account_id, held_condition("e"));
  only("kind", filter.kind, "f.kind = :kind");
  only("state", filter.state, "f.state = :state");
  if (filter.before > 0) {
    sql += " AND f.number < :before";
    params.emplace_back("before", filter.before);
  }
  Json out = Json::array();
  for (const auto& row : tx.query(sql + " ORDER BY f.number DESC LIMIT :limit", params)) {
    const int64_t number = row.i64("number");
    const auto details = parse_json(cipher.open(row.text("details"), context_of(number)));
    out.push(Json::object({{"number", number},
                           {"kind", row.text("kind")},
                           {"state", row.text("state")},
                           {"source", row.text("source")},
                           {"known", row.i64("province") != 0},
                           {"entity_name", row.text("entity_name")},
                           {"entity_id", row.i64("entity_id")},
                           {"service_id", row.i64("service_id")},
                           {"access_id", row.i64("access_id")},
                           {"filing_number", row.text("filing_number")},
                           {"subject", row.text("subject")},
                           {"checked", row.text("checked")},
                           {"details", details ? masked(*details) : Json()},
                           {"times", row.i64("times")},
                           {"reason", row.text("reason")},
                           {"found", to_rfc3339(from_ms(row.i64("found")))},
                           {"changed", to_rfc3339(from_ms(row.i64("changed")))}}));
  }
  return out;
}

}  // namespace beian::registry
