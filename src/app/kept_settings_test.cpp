// What administrators keep in the database, from their request to the next start, on both
// databases.
#include "app/kept_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/configure.hpp"
#include "platform/log/log.hpp"
#include "testing/database.hpp"

namespace beian::app {
namespace {

class KeptSettings : public ::testing::TestWithParam<std::string> {
 protected:
  testing::TestDatabase db_ = testing::make_database(GetParam());
  const http::Caller admin_ = [] {
    http::Caller caller;
    caller.account_id = "the-admin";
    return caller;
  }();
  const std::string remote_ = "192.0.2.1";
  SettingChange change() const { return {SystemClock().now(), admin_, remote_}; }
  auto keep(const std::string& key, const std::string& value) {
    return keep_setting(*db_.database, change(), key, value);
  }
  // A start with this one setting given on the command line.
  ProviderOptions start(const std::string& key = "log.level", const std::string& value = "info") {
    CommonOptions common;
    common.overrides = {{"database.url", db_.url}, {key, value}};
    return start_options(common).value();
  }
  std::string from(const ProviderOptions& options, std::string_view key) {
    for (const auto& s : options.settings)
      if (s.key == key) return std::string(s.from);
    return "";
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, KeptSettings, ::testing::ValuesIn(testing::backends()));

TEST_P(KeptSettings, CountFromTheNextStart) {
  EXPECT_EQ(start().expiry_days, 45);
  ASSERT_TRUE(keep("orders.expiry_days", "60"));
  ASSERT_TRUE(keep("orders.expiry_days", "61"));
  const auto options = start();
  EXPECT_EQ(options.expiry_days, 61);
  EXPECT_EQ(from(options, "orders.expiry_days"), "kept");
  ASSERT_TRUE(forget_setting(*db_.database, change(), "orders.expiry_days"));
  EXPECT_EQ(start().expiry_days, 45);
  const auto twice = forget_setting(*db_.database, change(), "orders.expiry_days");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error()[0].code, ProblemCode::not_found);
}

TEST_P(KeptSettings, TheCommandLineWins) {
  ASSERT_TRUE(keep("orders.expiry_days", "60"));
  const auto options = start("orders.expiry_days", "30");
  EXPECT_EQ(options.expiry_days, 30);
  EXPECT_EQ(from(options, "orders.expiry_days"), "command_line");
}

TEST_P(KeptSettings, ARefusedOneIsNotKept) {
  EXPECT_FALSE(keep("orders.expiry_days", "0"));
  EXPECT_FALSE(keep("server.port", "80"));
  db_.database->read([](db::Tx& tx) {
    EXPECT_TRUE(kept_settings(tx).empty());
    EXPECT_EQ(tx.query_i64("SELECT COUNT(*) FROM account_events"), 0);
  });
}

// A program of another version kept it: it must not stop this one.
TEST_P(KeptSettings, WhatIsNotUnderstoodIsLeftOutAndLogged) {
  ASSERT_TRUE(keep("orders.expiry_days", "60"));
  db_.database->write([](db::Tx& tx) {
    for (const std::string name : {"orders.of_another_time", "server.port", "orders.transfer"})
      tx.exec(
          "INSERT INTO kept_settings (name, value, account_id, changed) "
          "VALUES (:name, '1', 'x', 0)",
          {{"name", name}});
    tx.exec(
        "INSERT INTO kept_settings (name, value, account_id, changed) "
        "VALUES ('accounts.transfer_days', 'ages', 'x', 0)",
        {});
  });
  std::vector<std::string> lines;
  log::set_sink([&](std::string_view line) { lines.emplace_back(line); });
  const auto options = start();
  log::set_sink({});
  EXPECT_EQ(options.expiry_days, 60);
  EXPECT_EQ(options.server.port, 8080);
  EXPECT_EQ(std::ranges::count_if(
                lines, [](auto& l) { return l.find("settings.kept_left_out") != l.npos; }),
            4);
}

TEST_P(KeptSettings, WhoChangedWhatIsRecorded) {
  ASSERT_TRUE(keep("session.hours", "2"));
  ASSERT_TRUE(keep("session.hours", "3"));
  db_.database->read([](db::Tx& tx) {
    const auto rows = tx.query("SELECT * FROM account_events ORDER BY id DESC");
    ASSERT_EQ(rows.size(), 2u);
    for (const auto& row : rows) {
      EXPECT_EQ(row.text("kind"), "setting_changed");
      EXPECT_EQ(row.text("remote"), "192.0.2.1");
    }
    EXPECT_EQ(tx.query_i64("SELECT COUNT(*) FROM account_events WHERE details LIKE "
                           "'%\"before\":\"2\"%\"value\":\"3\"%'"),
              1);
  });
}

}  // namespace
}  // namespace beian::app
