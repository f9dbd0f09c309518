#include "accounts/identity.hpp"

#include <gtest/gtest.h>

#include "accounts/world_for_test.hpp"
#include "china/identity_card.hpp"

namespace beian::accounts::test {
namespace {

struct AccountIdentity : ::testing::TestWithParam<std::string> {
  AccountIdentity() {
    world.router.add(identity_routes(world.db.database, world.clock, cipher));
    id = world.account("chief").id;
    world.account("boss", "officer");
    chief.sign_in("chief");
    officer.sign_in("boss");
  }
  // 样例: a valid checksum and a birth of 1900.
  static std::string number() {
    const std::string first17 = "44010619000101001";
    return first17 + china::identity_check_character(first17);
  }
  static Json person(const std::string& certificate) {
    return Json::object({{"kind", "person"},
                         {"name", "样例甲"},
                         {"certificate", Json::object({{"type", 2}, {"number", certificate}})}});
  }
  Browser::Answer put(const Json& body) {
    world.clock.advance(Millis{1});  // its event is the newest
    return officer.send("PUT", "/api/v1/accounts/" + id + "/identity", body);
  }

  crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
  World world{GetParam()};
  Browser chief{world}, officer{world};
  std::string id;
};
INSTANTIATE_TEST_SUITE_P(Backends, AccountIdentity, ::testing::ValuesIn(testing::backends()));

TEST_P(AccountIdentity, IsSetByTheProviderAndShownMasked) {
  EXPECT_EQ(chief.send("GET", "/api/v1/account/identity").status, 404);
  EXPECT_EQ(put(person(number())).status, 200);
  for (auto* reader : {&chief, &officer}) {
    const auto answer =
        reader->send("GET", reader == &chief ? "/api/v1/account/identity"
                                             : "/api/v1/accounts/" + id + "/identity");
    ASSERT_EQ(answer.status, 200);
    const Json& identity = answer.json["identity"];
    EXPECT_EQ(identity["name"].as_string(), mask_name("样例甲"));
    EXPECT_EQ(identity["certificate"]["number"].as_string(), mask_number(number()));
    EXPECT_EQ(to_string(answer.json).find(number()), std::string::npos);
  }
  world.db.database->read([&](db::Tx& tx) {
    EXPECT_TRUE(is_identity(tx, cipher, id, 2, number()));
    EXPECT_FALSE(is_identity(tx, cipher, id, 1, number()));
    EXPECT_FALSE(is_identity(tx, cipher, "nobody", 2, number()));
    EXPECT_EQ(identity_of(tx, cipher, id)->certificate_number, number());
    const auto row = tx.query_one("SELECT name, certificate_number FROM account_identities");
    EXPECT_EQ(row->text("name").find("样例"), std::string::npos);
    EXPECT_EQ(row->text("certificate_number").find(number()), std::string::npos);
    const auto events = store::list_events(tx, {id, "", 1});
    EXPECT_EQ(events.at(0)["kind"].as_string(), "identity_set");
    EXPECT_EQ(to_string(events).find("样例甲"), std::string::npos);
  });
}

TEST_P(AccountIdentity, IsToldWhatIsWrong) {
  EXPECT_EQ(chief.send("PUT", "/api/v1/accounts/" + id + "/identity", person(number())).status,
            403);
  const auto expect = [&](const Browser::Answer& answer, const char* code, const char* field) {
    EXPECT_EQ(answer.code(), code) << to_string(answer.json);
    EXPECT_EQ(answer.field(), field);
  };
  expect(put(person("44010619000101001X0")), "bad_identity_card", "/certificate/number");
  Json body = person(number());
  body.set("kind", "robot");
  expect(put(body), "code_unknown", "/kind");
  body = person(number());
  body.set("name", "   ");
  expect(put(body), "required", "/name");
  body.erase("certificate");
  body.set("name", "样例甲");
  expect(put(body), "required", "/certificate");
  body.set("certificate", Json::object({{"number", number()}}));
  expect(put(body), "required", "/certificate/type");
  body.set("certificate", Json::object({{"type", 999}, {"number", number()}}));
  expect(put(body), "code_unknown", "/certificate/type");
  expect(officer.send("PUT", "/api/v1/accounts/nobody/identity", person(number())), "not_found",
         "");
}

}  // namespace
}  // namespace beian::accounts::test
