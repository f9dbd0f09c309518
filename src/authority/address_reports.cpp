#include "authority/address_reports.hpp"

#include "addresses/report.hpp"

namespace beian::authority {
namespace {

// Of one transaction.
constexpr size_t kBatch = 500;

std::string_view path_of(addresses::Operation operation) {
  switch (operation) {
    case addresses::Operation::add:
      return "new_filings";
    case addresses::Operation::change:
      return "changes";
    case addresses::Operation::remove:
      break;
  }
  return "deletions";
}

bool anything_in(db::Tx& tx, const std::string& link, std::string_view state) {
  return tx
      .query_one("SELECT id FROM address_records WHERE link = :link AND state = :state LIMIT 1",
                 {{"link", link}, {"state", state}})
      .has_value();
}

void take_back(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
               const std::string& link) {
  const addresses::Store store(cipher);
  for (const auto& row :
       tx.query("SELECT a.id FROM address_records a JOIN authority_submissions s "
                "ON s.number = a.submission WHERE a.link = :link AND a.state = 'reporting' "
                "AND s.state = 'withdrawn' ORDER BY a.id LIMIT :limit",
                {{"link", link}, {"limit", kBatch}}))
    if (auto record = store.load(tx, row.text("id")))
      addresses::came_back(tx, now, store, *record, "上报前撤回");
}

size_t hand_over(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                 const std::string& link) {
  const addresses::Store store(cipher);
  size_t n = 0;
  for (auto& record : addresses::ready(tx, store, link, kBatch)) {
    NewSubmission submission;
    submission.link = link;
    submission.operation = operation_of(record.block, record.standing.operation);
    submission.subject = {std::string(kAddressSubject), record.id};
    submission.body = address_body(record);
    const auto number = submit(tx, cipher, now, submission);
    if (!number) throw std::logic_error("no operation " + submission.operation);
    addresses::handed_over(tx, now, store, record, *number);
    ++n;
  }
  return n;
}

}  // namespace

std::string_view list_of(addresses::Block block) {
  switch (block) {
    case addresses::Block::source:
      return "sources";
    case addresses::Block::assignment:
      return "assignments";
    case addresses::Block::broadcast:
      return "broadcasts";
    case addresses::Block::own:
      break;
  }
  return "own_addresses";
}

std::string operation_of(addresses::Block block, addresses::Operation operation) {
  return "ip/" + std::string(path_of(operation)) + "/" + std::string(list_of(block));
}

Json address_body(const addresses::Record& record) {
  Json out =
      record.standing.operation == addresses::Operation::remove ? Json::object() : record.document;
  if (record.standing.operation != addresses::Operation::add && record.authority_id)
    out.set("id", *record.authority_id);
  return out;
}

size_t submit_addresses(db::Database& database, const crypto::ColumnCipher& cipher, TimePoint now,
                        const std::string& link) {
  bool queued = false, reporting = false;
  database.read([&](db::Tx& tx) {
    queued = anything_in(tx, link, "queued");
    reporting = anything_in(tx, link, "reporting");
  });
  if (reporting) database.write([&](db::Tx& tx) { take_back(tx, cipher, now, link); });
  size_t n = 0;
  for (size_t last = queued ? kBatch : 0; last == kBatch; n += last)
    database.write([&](db::Tx& tx) { last = hand_over(tx, cipher, now, link); });
  return n;
}

}  // namespace beian::authority
