// record_many() against record() one after the other, on rows, seals and the journal; and that
// each_name() is what the journal told last.
#include "registry/record_many.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/text.hpp"
#include "registry/blacklist.hpp"
#include "registry/names.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"
#include "testing/database.hpp"

namespace beian::registry::test {
namespace {

const crypto::ColumnCipher& cipher() {
  static const crypto::ColumnCipher one{Secret(std::string(32, 'k'))};
  return one;
}

// Few ids, so that records meet; or many, so that most are new.
Json random_record(int64_t most) {
  const auto id = [&] { return *rc::gen::inRange<int64_t>(1, most + 1); };
  EntitySample entity;
  entity.id = id();
  entity.province = *rc::gen::element<int64_t>(440000, 330000);
  entity.nature = *rc::gen::element<int64_t>(4, 5);
  entity.name = *rc::gen::element<std::string>("样例公司甲", "样例公司乙");
  std::vector<ServiceSample> services;
  for (int n = *rc::gen::inRange(1, 4); n > 0; --n) {
    ServiceSample service;
    service.id = id();
    const bool app = *rc::gen::inRange(0, 4) == 0;
    service.number = "粤ICP备2026000001号-" + std::to_string(service.id) + (app ? "A" : "");
    service.domains.clear();
    service.accesses.clear();
    for (int d = *rc::gen::inRange(1, 3); d > 0; --d)
      service.domains.push_back({id(), "yangli-" + std::to_string(id()) + "-example.cn"});
    for (int a = *rc::gen::inRange(1, 3); a > 0; --a)
      service.accesses.push_back({id(), *rc::gen::element(kOwn, kOther)});
    services.push_back(std::move(service));
  }
  Json record = record_of(entity, services);
  if (*rc::gen::inRange(0, 2) == 0)
    record.find("entity")->set("reviewed", "2026-03-0" + std::to_string(*rc::gen::inRange(1, 4)));
  return record;
}

// Everything that the registry has, sealed documents opened.
std::vector<std::string> dump(db::Tx& tx) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& table, const std::string& columns,
                       const std::string& order) {
    for (const auto& row :
         tx.query("SELECT " + columns + " FROM " + table + " ORDER BY " + order)) {
      std::string line = table;
      for (const auto& column : text::split(columns, ',')) {
        const std::string name(text::trim(column));
        std::string value = row.text(name);
        if (name == "document" && table != "registry_accesses")
          value = cipher().open(value, std::string("registry.") +
                                           (table == "registry_entities" ? "entity." : "service.") +
                                           row.text("province") + "-" + row.text("authority_id"));
        line += "|" + value;
      }
      out.push_back(std::move(line));
    }
  };
  add("registry_entities",
      "province, authority_id, account_id, filing_number, display_name, nature, certificate_type, "
      "certificate_index, document, fingerprint, reviewed, recorded, changed, cancelled",
      "province, authority_id");
  add("registry_services",
      "province, authority_id, entity_id, filing_number, name, kind, reported_here, document, "
      "fingerprint, recorded, changed, cancelled",
      "province, authority_id");
  add("registry_domains", "province, authority_id, service_id, name, cancelled, changed",
      "province, authority_id");
  add("registry_accesses",
      "province, authority_id, service_id, provider_id, here, document, cancelled, changed",
      "province, authority_id");
  add("registry_apps", "province, service_id, app_key", "province, service_id, app_key");
  add("registry_contacts", "province, entity_id, service_id, kind, value_index",
      "province, entity_id, service_id, kind");
  add("registry_entity_accounts", "province, entity_id, account_id, former, since",
      "province, entity_id, account_id");
  add("registry_changes", "number, domain, what, filing_number, at, chain", "number");
  add("registry_journal", "id, last_number, chain", "id");
  return out;
}

struct RollBack {};

class RecordMany : public ::testing::TestWithParam<std::string> {
 protected:
  template <class Work>
  std::vector<std::string> undone(const Work& work) {
    std::vector<std::string> out;
    try {
      db_.database->write([&](db::Tx& tx) {
        work(tx);
        out = dump(tx);
        throw RollBack{};
      });
    } catch (const RollBack&) {
    }
    return out;
  }
  testing::TestDatabase db_ = testing::make_database(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Backends, RecordMany, ::testing::ValuesIn(testing::backends()));

struct Round {
  std::vector<Json> records;
  std::string account;
  int64_t cancelled = 0;  // a service, before the records
  std::string listed;     // a name, put on the blacklist before them
};

Round random_round(std::vector<Json>& told, int64_t most) {
  Round round;
  for (int n = *rc::gen::inRange(1, 8); n > 0; --n) {
    // Sometimes something old comes again.
    if (!told.empty() && *rc::gen::inRange(0, 3) == 0)
      round.records.push_back(*rc::gen::elementOf(told));
    else
      round.records.push_back(random_record(most));
    told.push_back(round.records.back());
  }
  round.account = *rc::gen::element<std::string>("", "", "account-1", "account-2");
  if (*rc::gen::inRange(0, 2) == 0) round.cancelled = *rc::gen::inRange<int64_t>(1, most + 1);
  if (*rc::gen::inRange(0, 3) == 0)
    round.listed =
        "yangli-" + std::to_string(*rc::gen::inRange<int64_t>(1, most + 1)) + "-example.cn";
  return round;
}

void before(db::Tx& tx, TimePoint now, const Round& round) {
  if (round.cancelled != 0)
    static_cast<void>(cancel(tx, now, Cancel::service, {440000}, round.cancelled));
  if (!round.listed.empty())
    list_domain(tx, now, cipher(), "gd", {0, round.listed, 0, "样例网站", "样例原因"});
}

TEST_P(RecordMany, IsRecordOneByOne) {
  const bool held = rc::check([&] {
    const auto most = *rc::gen::element<int64_t>(6, 30, 1000);
    std::vector<Json> told;
    std::vector<Round> rounds;
    for (int n = *rc::gen::inRange(1, 4); n > 0; --n) rounds.push_back(random_round(told, most));
    RecordedMany one_by_one, together;
    const auto expected = undone([&](db::Tx& tx) {
      FakeClock clock;
      for (const auto& round : rounds) {
        clock.advance(Millis(1));
        before(tx, clock.now(), round);
        for (const auto& json : round.records) {
          const auto done = record(tx, clock.now(), cipher(), round.account, kOwn, json).value();
          ++(done.added     ? one_by_one.added
             : done.changed ? one_by_one.changed
                            : one_by_one.unchanged);
        }
      }
    });
    std::map<std::string, std::string> told_last, standing;
    const auto got = undone([&](db::Tx& tx) {
      FakeClock clock;
      for (const auto& round : rounds) {
        clock.advance(Millis(1));
        before(tx, clock.now(), round);
        std::vector<Prepared> prepared;
        for (const auto& json : round.records)
          prepared.push_back(prepare(cipher(), kOwn, read_filed(json, false).value(), json));
        const auto done = record_many(tx, clock.now(), cipher(), round.account, prepared);
        together.added += done.added;
        together.changed += done.changed;
        together.unchanged += done.unchanged;
      }
      for (const auto& change : changes_after(tx, 0, 1000)) {
        told_last[change.domain] = change.what + " " + change.filing_number;
        if (change.what == "not_filed") told_last.erase(change.domain);
      }
      each_name(tx, [&](const NameStanding& one) {
        standing[one.name] = one.what + " " + one.filing_number;
        return true;
      });
    });
    RC_ASSERT(got == expected);
    RC_ASSERT(standing == told_last);
    RC_ASSERT(together.added == one_by_one.added);
    RC_ASSERT(together.changed == one_by_one.changed);
    RC_ASSERT(together.unchanged == one_by_one.unchanged);
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace beian::registry::test
