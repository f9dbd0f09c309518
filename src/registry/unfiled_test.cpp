// Sites that our own logs show, on both databases.
#include "registry/unfiled.hpp"

#include <gtest/gtest.h>

#include "registry/registry.hpp"
#include "testing/database.hpp"

namespace beian::registry::test {
namespace {

using std::chrono::days;
using std::chrono::hours;

class Unfiled : public ::testing::TestWithParam<std::string> {
 protected:
  Put put(const UnfiledSite& site) {
    clock.advance(Millis(1));
    Put out{};
    db.database->write([&](db::Tx& tx) { out = put_unfiled_site(tx, clock.now(), site); });
    return out;
  }
  Status handle(int64_t number, const std::string& what, std::optional<TimePoint> until = {}) {
    const UnfiledDecision decision{what, "样例", "officer-1", until};
    return db.database->write_result(
        [&](db::Tx& tx) { return handle_unfiled_site(tx, clock.now(), number, decision); });
  }
  Json all(const UnfiledFilter& filter = {}) {
    return db.database->read_value([&](db::Tx& tx) { return unfiled_sites(tx, filter); });
  }
  Json only() {
    const Json rows = all();
    EXPECT_EQ(rows.size(), 1u);
    return rows.at(0);
  }
  // Seen from the n-th hour on, for an hour.
  static UnfiledSite site(int hour, int64_t requests) {
    UnfiledSite out;
    out.domain = "yangli-new-example.cn";
    out.reason = "not_filed";
    out.source = "web";
    out.hosts = 1;
    out.requests = requests;
    out.first = TimePoint(Millis(1'779'000'000'000)) + hours(hour);
    out.last = out.first + hours(1) - Millis(1000);
    out.most_asked = {{"www.yangli-new-example.cn", requests}};
    out.addresses = {"203.0.113.1"};
    return out;
  }
  static std::string code_of(const Status& status) {
    return status ? ""
                  : std::string(spec_of(status.error().front().code).name) + "@" +
                        status.error().front().field;
  }

  testing::TestDatabase db = testing::make_database(GetParam());
  FakeClock clock;
};
INSTANTIATE_TEST_SUITE_P(Backends, Unfiled, ::testing::ValuesIn(testing::backends()));

TEST_P(Unfiled, TheSameReportTwiceChangesNothing) {
  EXPECT_EQ(put(site(0, 5)), Put::opened);
  const Json before = only();
  EXPECT_EQ(put(site(0, 5)), Put::unchanged);
  EXPECT_EQ(to_string(only()), to_string(before));
  EXPECT_EQ(before["requests"].as_int(), 5);
  EXPECT_EQ(before["state"].as_string(), "open");
  EXPECT_EQ(before["times"].as_int(), 1);
  EXPECT_EQ(before["most_asked"].at(0)["host"].as_string(), "www.yangli-new-example.cn");
  EXPECT_EQ(before["addresses"].at(0).as_string(), "203.0.113.1");
}

TEST_P(Unfiled, TimesThatDoNotOverlapAreAddedUp) {
  put(site(0, 5));
  EXPECT_EQ(put(site(1, 7)), Put::updated);
  EXPECT_EQ(only()["requests"].as_int(), 12);
  EXPECT_EQ(only()["most_asked"].at(0)["requests"].as_int(), 12);
  // Both logs once more, one by one and together: nothing new.
  EXPECT_EQ(put(site(0, 5)), Put::unchanged);
  EXPECT_EQ(put(site(1, 7)), Put::unchanged);
  UnfiledSite both = site(0, 12);
  both.last = site(1, 7).last;
  EXPECT_EQ(put(both), Put::unchanged);
  // A log that has grown: the greater number.
  both.requests = 20;
  both.addresses = {"203.0.113.2"};
  both.most_asked = {{"yangli-new-example.cn", 15}};
  EXPECT_EQ(put(both), Put::updated);
  const Json row = only();
  EXPECT_EQ(row["requests"].as_int(), 20);
  EXPECT_EQ(row["addresses"].size(), 2u);
  EXPECT_EQ(row["most_asked"].at(0)["host"].as_string(), "yangli-new-example.cn");
  EXPECT_EQ(row["first_seen"].as_string(), to_rfc3339(site(0, 1).first));
  EXPECT_EQ(row["last_seen"].as_string(), to_rfc3339(site(1, 1).last));
}

TEST_P(Unfiled, LogsWithoutTimesAndOfNameServers) {
  UnfiledSite timeless = site(0, 9);
  timeless.first = timeless.last = TimePoint{};
  timeless.source = "dns";
  put(timeless);
  EXPECT_TRUE(only()["first_seen"].is_null());
  EXPECT_EQ(only()["source"].as_string(), "dns");
  EXPECT_EQ(put(timeless), Put::unchanged);
  EXPECT_EQ(put(site(0, 5)), Put::updated);
  EXPECT_EQ(only()["requests"].as_int(), 9);
  EXPECT_EQ(only()["source"].as_string(), "web+dns");
  EXPECT_EQ(only()["first_seen"].as_string(), to_rfc3339(site(0, 1).first));
}

TEST_P(Unfiled, HandledUntilItIsSeenAgain) {
  put(site(0, 5));
  const int64_t number = only()["number"].as_int();
  EXPECT_EQ(code_of(handle(number, "ignore")), "code_unknown@/decision");
  EXPECT_EQ(code_of(handle(number + 1, "stopped")), "not_found@");
  EXPECT_EQ(code_of(handle(number, "filing")), "required@/until");
  EXPECT_EQ(code_of(handle(number, "filing", clock.now())), "out_of_range@/until");
  EXPECT_EQ(code_of(handle(number, "stopped")), "");
  EXPECT_EQ(only()["state"].as_string(), "handled");
  EXPECT_EQ(only()["handled_by"].as_string(), "officer-1");
  EXPECT_EQ(only()["handler"].as_string(), "");  // no such account
  // Logs of before open nothing, whatever they add.
  EXPECT_EQ(put(site(0, 5)), Put::unchanged);
  EXPECT_EQ(put(site(3, 2)), Put::updated);
  EXPECT_EQ(only()["state"].as_string(), "handled");
  UnfiledSite later = site(0, 1);
  later.first = later.last = clock.now() + hours(2);
  clock.advance(hours(3));
  EXPECT_EQ(put(later), Put::again);
  EXPECT_EQ(only()["state"].as_string(), "open");
  EXPECT_EQ(put(later), Put::unchanged);

  EXPECT_EQ(code_of(handle(number, "filing", clock.now() + days(20))), "");
  later.first = later.last = clock.now() + days(19);
  EXPECT_EQ(put(later), Put::updated);
  later.first = later.last = clock.now() + days(21);
  EXPECT_EQ(put(later), Put::again);
  EXPECT_EQ(code_of(handle(number, "not_ours")), "");
  later.first = later.last = clock.now() + days(400);
  EXPECT_EQ(put(later), Put::updated);
  EXPECT_EQ(only()["state"].as_string(), "handled");
}

TEST_P(Unfiled, PagesAndTheSiteOfAHost) {
  for (int i = 0; i < 5; ++i) {
    UnfiledSite one = site(0, i + 1);
    one.domain = "yangli-" + std::to_string(i) + "-example.cn";
    put(one);
  }
  UnfiledFilter page;
  page.limit = 3;
  const Json first = all(page);
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(first.at(0)["domain"].as_string(), "yangli-4-example.cn");
  page.before = first.at(2)["number"].as_int();
  const Json rest = all(page);
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest.at(1)["domain"].as_string(), "yangli-0-example.cn");
  EXPECT_EQ(all({"handled", "", ""}).size(), 0u);
  EXPECT_EQ(all({"open", "dns", ""}).size(), 0u);
  EXPECT_EQ(all({"open", "web", "yangli-2-example.cn"}).size(), 1u);
  EXPECT_EQ(all({"", "", "www.Yangli-2-example.cn"}).size(), 1u);
  EXPECT_EQ(all({"", "", "cn"}).size(), 0u);
  db.database->read([&](db::Tx& tx) {
    EXPECT_EQ(unfiled_site_of(tx, "WWW.yangli-2-example.cn")["requests"].as_int(), 3);
    EXPECT_TRUE(unfiled_site_of(tx, "yangli-9-example.cn").is_null());
    EXPECT_TRUE(unfiled_site_of(tx, "http://yangli-2-example.cn/").is_null());
    EXPECT_TRUE(unfiled_site_of(tx, "com.cn").is_null());
  });
}

}  // namespace
}  // namespace beian::registry::test
