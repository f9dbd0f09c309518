// Who is told of certificates that end, and when; on both databases.
#include "orders/certificate_reminders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "orders/world_for_test.hpp"
#include "platform/jobs/jobs.hpp"
#include "registry/holders.hpp"

namespace beian::orders {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr Millis kDay = std::chrono::days{1};

class CertificateReminders : public OrdersWorld {
 protected:
  Context context() {
    return Context{db_.database, *blobs_, clock_, cipher_, status_, passwords_, directory_, {}, {}};
  }
  size_t look() { return remind_certificates(context()).told; }
  std::string day(int64_t from_now) { return china_date(clock_.now() + from_now * kDay); }
  // The n-th sample entity; until when its certificate holds as the authority told it.
  void filed(const std::string& account, int n, const std::string& until = {}) {
    file(account, {kOwn}, n,
         until.empty() ? Json::object() : Json::object({{"certificate_valid_until", until}}));
  }
  // A completed order of the account about it that says so of the entity, its manager, and the
  // service's.
  void ordered(const std::string& account, int n, const Json& entity, const Json& manager = {},
               const Json& service_manager = {}) {
    Json document = sample_document(n);
    const auto say = [](Json& where, const char* name, const Json& until) {
      if (!until.is_null()) where.set(name, until);
    };
    say(*document.find("entity")->find("certificate"), "until", entity);
    say(*document.find("entity")->find("manager"), "certificate_until", manager);
    say(*document.find("services")->items()[0].find("manager"), "certificate_until",
        service_manager);
    Order order = first_order(document);
    order.id = "O" + std::to_string(++orders_);
    order.account_id = account;
    db_.database->write([&](db::Tx& tx) {
      store_.insert(tx, order, {Actor::applicant, account, "样例", {}});
      tx.exec("UPDATE orders SET state = 'completed', filing_number = :number WHERE id = :id",
              {{"number", number(n)}, {"id", order.id}});
    });
  }
  static std::string number(int n) { return "粤ICP备202600000" + std::to_string(n) + "号"; }
  // What was put into the outbox since it was asked last: "a1 certificate.entity_ending 粤…号 30".
  std::vector<std::string> told(const std::string& job = "notices.tell") {
    std::vector<std::string> out;
    db_.database->write([&](db::Tx& tx) {
      for (const auto& row :
           tx.query("SELECT payload FROM jobs WHERE kind = :kind ORDER BY id", {{"kind", job}})) {
        const Json said = parse_json(row.text("payload")).value();
        if (job == "notices.tell")
          out.push_back(said["account"].as_string() + " " + said["kind"].as_string() + " " +
                        said["args"]["number"].as_string() + " " +
                        std::to_string(said["args"]["left"].as_int()) + " " +
                        said["args"]["until"].as_string());
        else
          out.push_back(row.text("payload"));
      }
      tx.exec("DELETE FROM jobs WHERE kind = :kind", {{"kind", job}});
    });
    return out;
  }
  static std::string line(const std::string& account, const std::string& kind, int n, int64_t left,
                          const std::string& until) {
    return account + " certificate." + kind + " " + number(n) + " " + std::to_string(left) + " " +
           until;
  }
  int orders_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Backends, CertificateReminders, ::testing::ValuesIn(testing::backends()));

TEST_P(CertificateReminders, AreToldTwiceBeforeAndOnceAfter) {
  const std::string until = day(40);
  filed("a1", 1, until + " 00:00:00");
  std::vector<std::string> all;
  int passed = 0;
  for (const int next : {0, 9, 10, 11, 32, 33, 34, 40, 41, 60}) {
    clock_.advance((next - passed) * kDay);
    passed = next;
    look();
    look();
    for (auto& one : told()) all.push_back(std::move(one));
  }
  EXPECT_THAT(all, ElementsAre(line("a1", "entity_ending", 1, 30, until),
                               line("a1", "entity_ending", 1, 7, until),
                               line("a1", "entity_ended", 1, -1, until)));
  const auto hooks = told("certificates.ending");
  ASSERT_EQ(hooks.size(), 3u);
  EXPECT_EQ(
      parse_json(hooks[2]).value(),
      Json::object({{"account", "a1"}, {"entity", number(1)}, {"whose", "entity"}, {"days", 0}}));
}

TEST_P(CertificateReminders, WhoLooksLateTellsTheLatestOnlyAndANewDayStartsThemAnew) {
  const std::string first = day(5);
  filed("a1", 1, first);
  EXPECT_EQ(look(), 1u);
  EXPECT_THAT(told(), ElementsAre(line("a1", "entity_ending", 1, 5, first)));
  const std::string second = day(20);
  filed("a1", 1, second);
  EXPECT_EQ(look(), 1u);
  EXPECT_THAT(told(), ElementsAre(line("a1", "entity_ending", 1, 20, second)));
  filed("a1", 1, day(31));
  EXPECT_EQ(look(), 0u);
}

TEST_P(CertificateReminders, WhatTheOrdersSaidCountsWhereTheAuthorityIsSilent) {
  filed("a1", 1);
  ordered("a1", 1, day(3), day(4), day(5));
  EXPECT_EQ(look(), 3u);
  EXPECT_THAT(told(), UnorderedElementsAre(line("a1", "entity_ending", 1, 3, day(3)),
                                           line("a1", "person_ending", 1, 4, day(4)),
                                           line("a1", "person_ending", 1, 5, day(5))));
  // The newest that names somebody decides, and one without end never ends.
  ordered("a1", 1, "long_term", "long_term", Json());
  clock_.advance(6 * kDay);
  EXPECT_EQ(look(), 0u);
  // The authority's own word goes first.
  filed("a1", 1, day(7));
  EXPECT_EQ(look(), 1u);
  EXPECT_THAT(told(), ElementsAre(line("a1", "entity_ending", 1, 7, day(7))));
}

TEST_P(CertificateReminders, NobodyIsToldOfWhoIsNotFiledAnyMore) {
  file("a1", {kOwn}, 1, Json::object({{"manager", sample_document(2)["entity"]["manager"]}}));
  ordered("a1", 1, Json(), day(4));
  EXPECT_EQ(look(), 0u);
  filed("a1", 1);
  EXPECT_EQ(look(), 1u);
}

TEST_P(CertificateReminders, EveryHolderIsToldAndNobodyElse) {
  const std::string until = day(7);
  filed("a1", 1, until);
  filed("", 2, until);
  filed("a3", 3, until);
  db_.database->write([&](db::Tx& tx) {
    registry::add_holder(tx, clock_.now(), "a2", 440000, 1);
    tx.exec("UPDATE registry_entities SET cancelled = 1 WHERE authority_id = 3");
  });
  EXPECT_EQ(look(), 1u);
  EXPECT_THAT(told(), UnorderedElementsAre(line("a1", "entity_ending", 1, 7, until),
                                           line("a2", "entity_ending", 1, 7, until)));
}

TEST_P(CertificateReminders, ALookGoesOnWhereTheLastOneCame) {
  const std::string until = day(7);
  filed("a2", 1, until);
  filed("a1", 2, until);
  filed("a1", 3, until);
  filed("", 4, until);
  std::vector<std::string> all;
  std::optional<CertificatesSeen> seen = CertificatesSeen{};
  int looks = 0;
  for (; seen; ++looks) {
    const auto look = remind_certificates(context(), *seen, 1);
    for (auto& one : told()) all.push_back(std::move(one));
    seen = look.next;
  }
  EXPECT_EQ(looks, 4);  // the last one finds nothing
  EXPECT_THAT(all, ElementsAre(line("a1", "entity_ending", 2, 7, until),
                               line("a1", "entity_ending", 3, 7, until),
                               line("a2", "entity_ending", 1, 7, until)));
}

TEST_P(CertificateReminders, AJobLooksOnceADay) {
  const std::string until = day(31);
  filed("a1", 1, until);
  jobs::Worker worker(db_.database, clock_);
  api_.on_jobs(worker);
  api_.schedule();
  worker.run_due();
  EXPECT_THAT(told(), IsEmpty());
  clock_.advance(kDay);
  worker.run_due();
  EXPECT_THAT(told(), ElementsAre(line("a1", "entity_ending", 1, 30, until)));
  EXPECT_EQ(db_.database->read_value([](db::Tx& tx) {
    return tx.query_i64("SELECT COUNT(*) AS n FROM jobs WHERE kind = 'orders.certificates'");
  }),
            1);
}

TEST_P(CertificateReminders, ManyNodesTellOnce) {
  for (int n = 1; n <= 3; ++n) filed("a" + std::to_string(n), n, day(7));
  std::atomic<size_t> all = 0;
  {
    std::vector<std::jthread> nodes;
    for (int i = 0; i < 3; ++i) nodes.emplace_back([&] { all += look(); });
  }
  EXPECT_EQ(all, 3u);
  EXPECT_EQ(told().size(), 3u);
}

}  // namespace
}  // namespace beian::orders
