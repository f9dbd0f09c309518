// The room on a real database, behind a router.
#pragma once

#include <gtest/gtest.h>

#include <sstream>

#include "accounts/accounts.hpp"
#include "addresses/api.hpp"
#include "addresses/edit.hpp"
#include "addresses/import.hpp"
#include "addresses/report.hpp"
#include "addresses/result.hpp"
#include "addresses/sample_for_test.hpp"
#include "base/problem_codes.hpp"
#include "testing/database.hpp"

namespace beian::addresses::test {

class AddressWorld : public ::testing::TestWithParam<std::string> {
 protected:
  testing::TestDatabase db = testing::make_database(GetParam());
  FakeClock clock;
  crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
  Context context{db.database, clock, cipher, {{"guangdong", kOwnUnit}}, {}};
  Store store{cipher};

  Record made(Block block, const Json& document) {
    clock.advance(Millis(1));
    auto record = create(context, "officer-1", "", block, document);
    EXPECT_TRUE(record) << record.error()[0].field;
    return record.value();
  }
  Record load(const std::string& id) {
    return *db.database->read_value([&](db::Tx& tx) { return store.load(tx, id); });
  }
  State state(const std::string& id) { return load(id).standing.state; }
  std::vector<Record> ready_now() {
    std::vector<Record> out;
    db.database->write([&](db::Tx& tx) { out = ready(tx, store, "guangdong", 100); });
    return out;
  }
  // What the reporting worker does: everything that may go is on its way.
  size_t hand_over() {
    size_t n = 0;
    db.database->write([&](db::Tx& tx) {
      auto records = ready(tx, store, "guangdong", 100);
      n = records.size();
      for (auto& record : records) handed_over(tx, clock.now(), store, record, 7);
    });
    return n;
  }
  std::string answer(const std::string& id, const Answer& given) {
    std::string effect;
    db.database->write(
        [&](db::Tx& tx) { effect = apply_answer(tx, clock.now(), store, id, given); });
    return effect;
  }
  std::string accept(const std::string& id, Operation operation, int64_t authority_id) {
    return answer(id, {.operation = operation,
                       .accepted = true,
                       .provider_record_id = 100 + authority_id,
                       .authority_id = authority_id});
  }
  Record filed(Block block, const Json& document, int64_t authority_id) {
    const auto record = made(block, document);
    EXPECT_EQ(report(context, "officer-1", "", {record.id})->queued, 1);
    EXPECT_GE(hand_over(), 1u);
    EXPECT_EQ(accept(record.id, Operation::add, authority_id), "applied");
    return load(record.id);
  }
  Result<ImportReport> import(const std::string& csv, ImportOptions options = {}) {
    std::istringstream in(csv);
    options.actor = "officer-1";
    return import_csv(context, in, options);
  }
  std::string exported(const Filter& filter = {}, csv::Encoding encoding = csv::Encoding::utf8) {
    std::string out;
    EXPECT_TRUE(export_csv(context, filter, encoding, [&](std::string_view s) { out += s; }));
    return out;
  }
  size_t count() {
    return db.database->read_value([&](db::Tx& tx) { return store.list(tx, {}, {}, 100'000); })
        .size();
  }
};

inline std::vector<std::string> codes(const Problems& problems) {
  std::vector<std::string> out;
  for (const auto& p : problems) out.push_back(std::string(spec_of(p.code).name) + "@" + p.field);
  return out;
}

}  // namespace beian::addresses::test
