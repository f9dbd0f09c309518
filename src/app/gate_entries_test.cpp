// A snapshot made from the registry answers as the registry does, whatever was recorded, cancelled
// or blacklisted.
#include "app/gate_entries.hpp"

#include <gtest/gtest.h>

#include <random>

#include "gate/builder.hpp"
#include "gate/change.hpp"
#include "gate/snapshot.hpp"
#include "registry/blacklist.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"
#include "testing/database.hpp"

namespace beian::app {
namespace {

using namespace registry;  // NOLINT(google-build-using-namespace)
using registry::test::kOther;
using registry::test::kOwn;

// A gate that does not know blacklists as such cannot tell that they go before what is narrower.
std::vector<std::string> names() {
  std::vector<std::string> out = {"a-example.cn", "b-example.cn", "c-example.gov.cn",
                                  "y.c-example.gov.cn", "d_not-a-name.invalid"};
  if (gate::standing_named("blacklisted"))
    out.insert(out.end(), {"x.a-example.cn", "y.x.a-example.cn"});
  return out;
}
const std::vector<std::string> kNames = names();
const std::vector<std::string> kHosts = {
    "a-example.cn",     "www.a-example.cn",   "x.a-example.cn",       "z.x.a-example.cn",
    "y.x.a-example.cn", "q.y.x.a-example.cn", "b-example.cn",         "deep.b-example.cn",
    "c-example.gov.cn", "y.c-example.gov.cn", "www.c-example.gov.cn", "z.y.c-example.gov.cn",
    "nobody-example.cn"};

void one_thing(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
               std::mt19937& random) {
  const auto id = static_cast<int64_t>(1 + random() % 5);
  const auto& name = kNames[random() % kNames.size()];
  switch (random() % 5) {
    case 0:
      static_cast<void>(cancel(tx, now, Cancel::service, {440000}, id));
      break;
    case 1:
      list_domain(tx, now, cipher, "gd", {0, name, 0, "样例网站", "样例原因"});
      break;
    default: {
      registry::test::ServiceSample service;
      service.id = id;
      service.number = "粤ICP备2026000001号-" + std::to_string(id);
      service.domains = {{static_cast<int64_t>(1 + random() % 7), name}};
      service.accesses = {{id, random() % 2 == 0 ? kOwn : kOther}};
      if (!record(tx, now, cipher, "", kOwn, registry::test::record_of({}, {service})))
        throw std::logic_error("refused");
    }
  }
}

class FromRegistry : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Backends, FromRegistry, ::testing::ValuesIn(testing::backends()));

TEST_P(FromRegistry, ASnapshotAnswersAsTheRegistry) {
  const testing::TempFolder folder;
  const auto db = testing::make_database(GetParam());
  const crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
  struct RollBack {};
  for (unsigned seed = 0; seed < 25; ++seed) {
    std::mt19937 random(seed);
    FakeClock clock;
    try {
      db.database->write([&](db::Tx& tx) {
        for (size_t steps = 1 + random() % 14; steps > 0; --steps) {
          clock.advance(Millis(1));
          one_thing(tx, clock.now(), cipher, random);
        }
        gate::Builder builder(folder.path("one.gate"));
        each_name(tx, [&](const NameStanding& standing) {
          builder.add(gate_entry(standing));
          return true;
        });
        builder.finish();
        const auto snapshot = gate::Snapshot::open(folder.path("one.gate")).value();
        for (const auto& host : kHosts) {
          const auto truth = access(tx, host);
          const auto answer = snapshot.lookup(host, 1);
          const auto standing = gate::standing_told(truth.reason);
          EXPECT_EQ(answer.allow, truth.allow) << seed << " " << host;
          EXPECT_EQ(gate::name_of(answer.reason), standing ? gate::name_of(*standing) : "not_filed")
              << seed << " " << host;
          EXPECT_EQ(gate::number_text(answer.number), truth.filing_number) << seed << " " << host;
        }
        throw RollBack{};
      });
    } catch (const RollBack&) {
    }
  }
}

}  // namespace
}  // namespace beian::app
