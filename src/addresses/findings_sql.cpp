// What the authority's checks found.
#include "addresses/store.hpp"
#include "base/encoding.hpp"

namespace beian::addresses {

void Store::note_finding(db::Tx& tx, TimePoint now, const CheckFinding& finding) const {
  const std::string document = to_string(finding.document);
  tx.exec(
      "INSERT INTO address_findings (link, kind, print, record_id, first_ip, last_ip, document, "
      "first_seen, last_seen) VALUES (:link, :kind, :print, :record, :first, :last, :document, "
      ":now, :now) ON CONFLICT (link, print) DO UPDATE SET last_seen = excluded.last_seen, "
      "record_id = excluded.record_id, closed = 0",
      {{"link", finding.link},
       {"kind", finding.kind},
       {"print", hex_encode(crypto::sha256(finding.kind + " " + document))},
       {"record", finding.record_id},
       {"first", finding.ends.first},
       {"last", finding.ends.last},
       {"document", document},
       {"now", to_ms(now)}});
}

std::vector<CheckFinding> Store::findings(db::Tx& tx, const std::string& link,
                                          const std::string& record, bool open_only, int64_t before,
                                          size_t limit) const {
  std::string where = "1 = 1";
  db::Params params = {{"limit", limit}};
  if (!link.empty()) {
    where += " AND link = :link";
    params.emplace_back("link", link);
  }
  if (!record.empty()) {
    where += " AND record_id = :record";
    params.emplace_back("record", record);
  }
  if (open_only) where += " AND closed = 0";
  if (before > 0) {
    where += " AND number < :before";
    params.emplace_back("before", before);
  }
  std::vector<CheckFinding> out;
  for (const auto& row :
       tx.query("SELECT number, link, kind, record_id, first_ip, last_ip, document, first_seen, "
                "last_seen, closed FROM address_findings WHERE " +
                    where + " ORDER BY number DESC LIMIT :limit",
                params)) {
    CheckFinding f;
    f.number = row.i64("number");
    f.link = row.text("link");
    f.kind = row.text("kind");
    f.record_id = row.text("record_id");
    f.ends = {static_cast<uint32_t>(row.i64("first_ip")),
              static_cast<uint32_t>(row.i64("last_ip"))};
    if (auto document = parse_json(row.text("document"))) f.document = std::move(*document);
    f.first_seen = from_ms(row.i64("first_seen"));
    f.last_seen = from_ms(row.i64("last_seen"));
    if (const int64_t closed = row.i64("closed")) f.closed = from_ms(closed);
    out.push_back(std::move(f));
  }
  return out;
}

bool Store::close_finding(db::Tx& tx, TimePoint now, int64_t number) const {
  return tx.exec(
             "UPDATE address_findings SET closed = CASE WHEN closed = 0 THEN :now ELSE closed END "
             "WHERE number = :number",
             {{"number", number}, {"now", to_ms(now)}}) > 0;
}

}  // namespace beian::addresses
