// The room on a real database, with accounts.
#pragma once

#include <gtest/gtest.h>

#include <sstream>

#include "accounts/accounts.hpp"
#include "base/problem_codes.hpp"
#include "resources/codes.hpp"
#include "resources/keep.hpp"
#include "resources/uses.hpp"
#include "testing/database.hpp"

namespace beian::resources::test {

class ResourcesWorld : public ::testing::TestWithParam<std::string> {
 protected:
  ResourcesWorld() {
    owner = account("owner-sample");
    other = account("other-sample");
  }
  std::string account(const std::string& name) {
    const auto made = accounts::create_account(*db.database, clock.now(), name,
                                               Secret("Sample-Password-2026"), "applicant");
    EXPECT_TRUE(made);
    return made->id;
  }
  // A cloud server of a year, changed by `with`.
  static Json body(const Json& with = Json::object()) {
    Json out = Json::object({{"account", "owner-sample"},
                             {"product", "cloud_server"},
                             {"region", "样例-华南1"},
                             {"billing", "subscription"},
                             {"from", "2026-01-01"},
                             {"until", "2027-12-31"},
                             {"addresses", Json::array({"203.0.113.7"})}});
    for (const auto& [name, value] : with.members()) {
      if (value.is_null())
        out.erase(name);
      else
        out.set(name, value);
    }
    return out;
  }
  Result<Kept> keep(const std::string& source, const Json& with = Json::object()) {
    clock.advance(Millis(1));
    return put(context, "officer-1", source, body(with));
  }
  Resource load(const std::string& source) {
    return *db.database->read_value(
        [&](db::Tx& tx) { return context.store.by_source(tx, source); });
  }
  Code code(const std::string& id) {
    return *db.database->read_value([&](db::Tx& tx) { return context.store.code_by_id(tx, id); });
  }
  Status take_for(const std::string& account_id, const std::string& order,
                  const std::vector<Claim>& claims) {
    return db.database->write_result(
        [&](db::Tx& tx) { return take(context, tx, account_id, order, claims); });
  }
  void settle_now(const std::string& order) {
    db.database->write([&](db::Tx& tx) { settle(context, tx, order); });
  }
  void give_up_now(const std::string& order) {
    db.database->write([&](db::Tx& tx) { give_up(context, tx, order); });
  }
  static http::Caller caller(const std::string& account_id) {
    http::Caller out;
    out.account_id = account_id;
    return out;
  }

  testing::TestDatabase db = testing::make_database(GetParam());
  FakeClock clock{TimePoint{Millis{1'795'000'000'000}}};
  crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
  Context context{db.database, clock, cipher, {}};
  std::string owner, other;
};

template <class T>
std::vector<std::string> faults(const Result<T>& result) {
  std::vector<std::string> out;
  if (!result)
    for (const auto& p : result.error())
      out.push_back(std::string(spec_of(p.code).name) + "@" + p.field);
  return out;
}

}  // namespace beian::resources::test
