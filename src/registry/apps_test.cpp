// Filed services that are no websites, on both databases.
#include "registry/apps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registry/filed_entity.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"
#include "registry/store.hpp"
#include "testing/database.hpp"

namespace beian::registry::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Apps : public ::testing::TestWithParam<std::string> {
 protected:
  // An entity with a website, an app with an access of its own, and a mini program without any.
  static Json sample() {
    Json record = record_of(
        {}, {{},
             {.id = 2,
              .number = "粤ICP备2026000001号-2A",
              .domains = {{2, "yangli-example.cn"}},
              .accesses = {{2, kOwn}}},
             {.id = 3, .number = "粤ICP备2026000001号-3X", .domains = {}, .accesses = {}}});
    Json& app = record.find("services")->items()[1];
    app.set("name", "样例生活");
    app.set("provider_service_id", 20);
    app.set("app", *parse_json(R"({"kind": 6, "contents": [33], "icon": {"format": 1,
        "content": "5qC35L6L"}, "platforms": [
          {"platform": "android", "package_id": "cn.yangli.example.App"},
          {"platform": "ios", "package_id": "cn.yangli.example.app"}]})"));
    Json& applet = record.find("services")->items()[2];
    for (const auto* list : {"domains", "accesses"}) applet.erase(list);
    applet.set("name", "样例小程序");
    applet.set("provider_service_id", 30);
    applet.set("app", *parse_json(R"({"kind": 7, "contents": [34], "applet_id": "wx0001",
        "host_platform": "样例平台"})"));
    return record;
  }
  Result<Recorded> put(const Json& json, const std::string& account = "account-1") {
    clock.advance(Millis(1));
    return db.database->write_result([&](db::Tx& tx) -> Result<Recorded> {
      return record(tx, clock.now(), cipher, account, kOwn, json);
    });
  }
  std::vector<FiledApp> find(const std::vector<std::string>& keys) {
    return db.database->read_value([&](db::Tx& tx) { return find_apps(tx, keys); });
  }
  FiledEntity opened() {
    return db.database->read_value([&](db::Tx& tx) { return open_filed(tx, cipher, 440000, 1); })
        .value();
  }

  testing::TestDatabase db = testing::make_database(GetParam());
  FakeClock clock;
  crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
};
INSTANTIATE_TEST_SUITE_P(Backends, Apps, ::testing::ValuesIn(testing::backends()));

TEST_P(Apps, AreFoundByWhatTellsThemApart) {
  ASSERT_TRUE(put(sample()));
  const auto app = find({"android:cn.yangli.example.app"});
  ASSERT_EQ(app.size(), 1u);
  EXPECT_EQ(app[0].kind, china::ServiceKind::app);
  EXPECT_EQ(app[0].service_number, "粤ICP备2026000001号-2A");
  EXPECT_EQ(app[0].entity_number, "粤ICP备2026000001号");
  EXPECT_EQ(app[0].service_name, "样例生活");
  EXPECT_EQ(app[0].account_id, "account-1");
  EXPECT_TRUE(app[0].served_here);
  EXPECT_EQ(find({"mini_program:样例平台:wx0001", "ios:cn.yangli.example.app"}).size(), 2u);
  EXPECT_THAT(find({"android:cn.yangli.other"}), IsEmpty());
  EXPECT_THAT(find({}), IsEmpty());

  // One platform goes, another comes.
  Json changed = sample();
  changed.find("services")
      ->items()[1]
      .find("app")
      ->set("platforms", Json::array({Json::object({{"platform", "harmonyos"},
                                                    {"package_id", "cn.yangli.example.hm"}})}));
  ASSERT_TRUE(put(changed));
  EXPECT_THAT(find({"android:cn.yangli.example.app"}), IsEmpty());
  EXPECT_EQ(find({"harmonyos:cn.yangli.example.hm"}).size(), 1u);
  // A cancelled one is free again.
  ASSERT_TRUE(db.database->write_result(
      [&](db::Tx& tx) { return cancel(tx, clock.now(), Cancel::service, {440000}, 2); }));
  EXPECT_THAT(find({"harmonyos:cn.yangli.example.hm"}), IsEmpty());
}

TEST_P(Apps, NeedAnAccessUnlessTheyRunOnAPlatform) {
  ASSERT_TRUE(put(sample()));
  const auto served = [&] {
    std::vector<bool> out;
    for (const auto& service : opened().services) out.push_back(service.served_here);
    return out;
  };
  EXPECT_THAT(served(), ElementsAre(true, true, true));
  const auto shells = [&] {
    return db.database->read_value([&](db::Tx& tx) {
      std::vector<bool> out;
      const Json all = store::entities(tx, "", {});
      for (const auto& service : all.at(0)["services"].items())
        out.push_back(service["shell"].as_bool());
      return out;
    });
  };
  EXPECT_THAT(shells(), ElementsAre(false, false, false));
  ASSERT_TRUE(db.database->write_result(
      [&](db::Tx& tx) { return cancel(tx, clock.now(), Cancel::access, {440000}, 2); }));
  EXPECT_THAT(served(), ElementsAre(true, false, true));
  EXPECT_THAT(shells(), ElementsAre(false, true, false));
  EXPECT_FALSE(find({"ios:cn.yangli.example.app"}).at(0).served_here);

  // What another provider reported is not served here.
  Json foreign = sample();
  foreign.find("services")->items()[2].erase("provider_service_id");
  ASSERT_TRUE(put(foreign));
  EXPECT_THAT(served(), ElementsAre(true, true, false));
}

TEST_P(Apps, ShareADomainWithAWebsite) {
  ASSERT_TRUE(put(sample()));
  const auto both =
      db.database->read_value([&](db::Tx& tx) { return find_domains(tx, "YANGLI-example.cn"); });
  ASSERT_EQ(both.size(), 2u);
  EXPECT_NE(both[0].kind, both[1].kind);
  // The website goes, the app still holds the domain open.
  ASSERT_TRUE(db.database->write_result(
      [&](db::Tx& tx) { return cancel(tx, clock.now(), Cancel::service, {440000}, 1); }));
  const auto answer =
      db.database->read_value([&](db::Tx& tx) { return access(tx, "api.yangli-example.cn"); });
  EXPECT_TRUE(answer.allow);
  EXPECT_EQ(answer.filing_number, "粤ICP备2026000001号-2A");
}

TEST_P(Apps, NamesOfOthersAreKnown) {
  ASSERT_TRUE(put(sample()));
  const auto elsewhere = [&](const std::string& name, const std::string& certificate) {
    return db.database->read_value(
        [&](db::Tx& tx) { return app_named_elsewhere(tx, cipher, name, certificate); });
  };
  EXPECT_TRUE(elsewhere("样例生活", "91990000MA0000001X"));
  EXPECT_FALSE(elsewhere("样例生活", EntitySample{}.certificate));  // its own
  EXPECT_FALSE(elsewhere("样例网站", "91990000MA0000001X"));        // a website
}

TEST_P(Apps, AnAuthorityWithoutWordsForThemHasTheirNumbers) {
  Json record =
      record_of({}, {{.number = "粤ICP备2026000001号-1K", .domains = {}, .accesses = {}}});
  ASSERT_TRUE(put(record));
  EXPECT_EQ(opened().services.at(0).kind, china::ServiceKind::quick_app);
  record.find("services")->items()[0].set("filing_number", "粤ICP备2026000001号-1");
  const auto refused = put(record);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().front().field, "/services/0/domains");
}

}  // namespace
}  // namespace beian::registry::test
