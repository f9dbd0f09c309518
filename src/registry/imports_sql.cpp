#include "registry/imports.hpp"

namespace beian::registry {

namespace {

std::string context_of(const std::string& source) {
  return "registry.import." + source;
}

}  // namespace

Import begin_import(db::Tx& tx, TimePoint now, const Import& wanted, bool anew) {
  const auto row = tx.query_one("SELECT * FROM registry_imports WHERE source = :source",
                                {{"source", wanted.source}});
  Import out = wanted;
  if (row && !anew && row->i64("finished") == 0 && row->text("terms") == wanted.terms) {
    out.read = row->i64("next");
    out.added = row->i64("added");
    out.changed = row->i64("changed");
    out.unchanged = row->i64("unchanged");
    out.refused = row->i64("refused");
    out.started = from_ms(row->i64("started"));
    return out;
  }
  out.started = now;
  for (const auto* table : {"registry_import_refused", "registry_imports"})
    tx.exec("DELETE FROM " + std::string(table) + " WHERE source = :source",
            {{"source", wanted.source}});
  tx.exec(
      "INSERT INTO registry_imports (source, name, terms, next, added, changed, unchanged, "
      "refused, started, finished) VALUES (:source, :name, :terms, 0, 0, 0, 0, 0, :now, 0)",
      {{"source", wanted.source},
       {"name", wanted.name},
       {"terms", wanted.terms},
       {"now", to_ms(now)}});
  return out;
}

bool advance_import(db::Tx& tx, const Import& before, const Import& step) {
  return tx.exec(
             "UPDATE registry_imports SET next = next + :read, added = added + :added, "
             "changed = changed + :changed, unchanged = unchanged + :unchanged, "
             "refused = refused + :refused WHERE source = :source AND next = :next "
             "AND finished = 0 AND started = :started",
             {{"read", step.read},
              {"added", step.added},
              {"changed", step.changed},
              {"unchanged", step.unchanged},
              {"refused", step.refused},
              {"source", before.source},
              {"next", before.read},
              {"started", to_ms(before.started)}}) == 1;
}

void keep_refused(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& source,
                  const Refused& refused) {
  tx.exec(
      "INSERT INTO registry_import_refused (source, record, line, place, reason, content) "
      "VALUES (:source, :record, :line, :place, :reason, :content)",
      {{"source", source},
       {"record", refused.record},
       {"line", refused.line},
       {"place", refused.place},
       {"reason", refused.reason},
       {"content", cipher.seal(refused.content, context_of(source))}});
}

std::vector<Refused> refused_after(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                   const std::string& source, int64_t record, int64_t limit) {
  std::vector<Refused> out;
  for (const auto& row :
       tx.query("SELECT record, line, place, reason, content FROM registry_import_refused "
                "WHERE source = :source AND record > :record ORDER BY record LIMIT :limit",
                {{"source", source}, {"record", record}, {"limit", limit}}))
    out.push_back({row.i64("record"), row.i64("line"), row.text("place"), row.text("reason"),
                   cipher.open(row.text("content"), context_of(source))});
  return out;
}

void finish_import(db::Tx& tx, TimePoint now, const std::string& source) {
  tx.exec("DELETE FROM registry_import_refused WHERE source = :source", {{"source", source}});
  tx.exec("UPDATE registry_imports SET finished = :now WHERE source = :source",
          {{"now", to_ms(now)}, {"source", source}});
}

}  // namespace beian::registry
