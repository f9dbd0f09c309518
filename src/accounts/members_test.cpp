// Members of an account: what each role may, who is told, that somebody is left to look after them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "accounts/member.hpp"
#include "accounts/world_for_test.hpp"

namespace beian::accounts::test {
namespace {

using ::testing::ElementsAre;

constexpr const char* kMembersPath = "/api/v1/account/members";

struct Members : ::testing::TestWithParam<std::string> {
  Members() {
    world.account("chief");
    EXPECT_EQ(chief.sign_in("chief").status, 200);
  }
  // Ids of one millisecond have no order, so every deed has its own.
  void tick() { world.clock.advance(Millis{1}); }
  Browser::Answer add(Browser& by, const std::string& name, const std::string& role) {
    tick();
    return by.send("POST", kMembersPath,
                   Json::object({{"name", name}, {"password", kPassword}, {"role", role}}));
  }
  std::string added(const std::string& name, const std::string& role) {
    const auto answer = add(chief, name, role);
    EXPECT_EQ(answer.status, 201) << to_string(answer.json);
    return answer.json["member"]["id"].as_string();
  }
  std::unique_ptr<Browser> signed_in(const std::string& name) {
    auto browser = std::make_unique<Browser>(world);
    EXPECT_EQ(browser->sign_in(name).status, 200);
    return browser;
  }
  Browser::Answer give_role(Browser& by, const std::string& id, const std::string& role) {
    tick();
    return by.send("PATCH", std::string(kMembersPath) + "/" + id, Json::object({{"role", role}}));
  }
  Browser::Answer remove(Browser& by, const std::string& id) {
    tick();
    return by.send("DELETE", std::string(kMembersPath) + "/" + id);
  }
  std::vector<std::string> listed() {
    std::vector<std::string> out;
    const Json answer = chief.send("GET", kMembersPath).json;
    for (const auto& m : answer["members"].items())
      out.push_back(m["name"].as_string() + ":" + m["role"].as_string());
    return out;
  }
  std::vector<std::string> events() {
    const std::string account_id = account();
    return world.db.database->read_value([&](db::Tx& tx) {
      std::vector<std::string> out;
      const Json events = store::list_events(tx, {account_id, "", 100});
      for (const auto& e : events.items())
        if (e["kind"].as_string().starts_with("member"))
          out.push_back(e["kind"].as_string() + " by " + e["actor"].as_string());
      return out;
    });
  }
  std::string account() { return chief.send("GET", "/orders").json["account"].as_string(); }

  World world{GetParam()};
  Browser chief{world};
};
INSTANTIATE_TEST_SUITE_P(Backends, Members, ::testing::ValuesIn(testing::backends()));

TEST_P(Members, ActForTheAccountWithTheirOwnName) {
  EXPECT_THAT(listed(), ElementsAre("chief:owner"));
  const std::string id = added("样例编辑", "editor");
  EXPECT_THAT(listed(), ElementsAre("chief:owner", "样例编辑:editor"));
  const auto editor = signed_in("样例编辑");
  EXPECT_EQ(editor->send("GET", "/orders").json["account"].as_string(), account());
  const auto session = editor->send("GET", "/api/v1/session").json;
  EXPECT_EQ(session["account"]["id"].as_string(), id);
  EXPECT_EQ(session["acts_for"]["name"].as_string(), "chief");
  const auto who = [&] {
    http::Request request;
    request.headers = {{"Cookie", "beian_session=" + editor->cookie}};
    return world.api.authorizer().identify(request);
  }();
  EXPECT_EQ(who.actor(), id);
  EXPECT_EQ(who.account_id, account());
  // The own password is the own one, not the account's.
  const auto changed =
      editor->send("POST", "/api/v1/session/password",
                   Json::object({{"current", kPassword}, {"password", "another horse 样例"}}));
  EXPECT_EQ(changed.status, 204) << to_string(changed.json);
  EXPECT_EQ(Browser(world).sign_in("样例编辑", "another horse 样例").status, 200);
  EXPECT_EQ(Browser(world).sign_in("chief").status, 200);
}

TEST_P(Members, MayWhatTheirRoleMay) {
  struct Row {
    const char* role;
    bool write, manage;
  };
  for (const Row row : {Row{"owner", true, true}, Row{"manager", true, true},
                        Row{"editor", true, false}, Row{"reader", false, false}}) {
    SCOPED_TRACE(row.role);
    added(std::string("the-") + row.role, row.role);
    const auto member = signed_in(std::string("the-") + row.role);
    EXPECT_EQ(member->send("GET", "/orders").status, 200);
    EXPECT_EQ(member->send("GET", kMembersPath).status, 200);
    EXPECT_EQ(member->send("POST", "/orders").status, row.write ? 200 : 403);
    EXPECT_EQ(member->send("GET", "/review").status, 403);
    EXPECT_EQ(add(*member, std::string("by-") + row.role, "reader").status, row.manage ? 201 : 403);
  }
  for (const auto role : member_roles())
    for (const auto scope : member_scopes(role)) EXPECT_TRUE(role_holds("applicant", scope));
  EXPECT_TRUE(member_scopes("nobody").empty());
}

TEST_P(Members, TokensHoldNoMoreThanTheMember) {
  const std::string id = added("editor-one", "editor");
  const auto editor = signed_in("editor-one");
  const auto made = editor->send(
      "POST", "/api/v1/tokens",
      Json::object({{"name", "t"}, {"scopes", Json::array({"orders:read", "orders:write"})}}));
  ASSERT_EQ(made.status, 201) << to_string(made.json);
  const auto too_much =
      editor->send("POST", "/api/v1/tokens",
                   Json::object({{"name", "t"}, {"scopes", Json::array({"members"})}}));
  EXPECT_EQ(too_much.code(), "forbidden");
  EXPECT_EQ(too_much.field(), "/scopes/0");
  EXPECT_EQ(chief.send("GET", "/api/v1/tokens").json["tokens"].size(), 0u) << "not the account's";
  Browser program(world);
  program.token = made.json["token"].as_string();
  EXPECT_EQ(program.send("POST", "/orders").json["account"].as_string(), account());
  // A lower role counts from the next request.
  EXPECT_EQ(give_role(chief, id, "reader").status, 200);
  EXPECT_EQ(program.send("POST", "/orders").status, 403);
  EXPECT_EQ(program.send("GET", "/orders").status, 200);
  EXPECT_EQ(remove(chief, id).status, 204);
  EXPECT_EQ(program.send("GET", "/orders").status, 401);
}

TEST_P(Members, EndAtOnceAndMayComeBack) {
  const std::string id = added("editor-one", "editor");
  const auto editor = signed_in("editor-one");
  EXPECT_EQ(remove(chief, id).status, 204);
  EXPECT_EQ(editor->send("GET", "/orders").status, 401);
  EXPECT_EQ(Browser(world).sign_in("editor-one").code(), "account_disabled");
  EXPECT_THAT(listed(), ElementsAre("chief:owner"));
  EXPECT_EQ(remove(chief, id).status, 404);
  EXPECT_EQ(give_role(chief, id, "reader").status, 404);
  EXPECT_EQ(added("editor-one", "reader"), id);
  EXPECT_EQ(signed_in("editor-one")->send("POST", "/orders").status, 403);
}

TEST_P(Members, AreToldWhatIsWrong) {
  added("editor-one", "editor");
  world.account("somebody");
  const auto expect = [&](const Browser::Answer& answer, const char* code, const char* field) {
    EXPECT_EQ(answer.code(), code) << to_string(answer.json);
    EXPECT_EQ(answer.field(), field);
  };
  expect(add(chief, "EDITOR-one", "reader"), "member_exists", "/name");
  expect(add(chief, "chief", "reader"), "member_exists", "/name");
  expect(add(chief, "somebody", "reader"), "name_taken", "/name");
  expect(add(chief, "editor-two", "boss"), "code_unknown", "/role");
  expect(chief.send("POST", kMembersPath, Json::object({{"name", "x-1"}, {"role", "reader"}})),
         "required", "/password");
  expect(chief.send("POST", kMembersPath,
                    Json::object({{"name", "x-1"}, {"password", "short"}, {"role", "reader"}})),
         "too_short", "/password");
  expect(give_role(chief, account(), "reader"), "last_manager", "/role");
  expect(remove(chief, account()), "last_manager", "");
  // Others' accounts and members do not exist.
  Browser somebody(world);
  somebody.sign_in("somebody");
  const std::string stranger = add(somebody, "stranger", "reader").json["member"]["id"].as_string();
  expect(give_role(chief, stranger, "editor"), "not_found", "");
  expect(remove(chief, stranger), "not_found", "");
  expect(add(chief, "stranger", "reader"), "name_taken", "/name");
}

TEST_P(Members, AManagerIsNoOwner) {
  added("manager-one", "manager");
  const std::string second = added("owner-two", "owner");
  const auto manager = signed_in("manager-one");
  EXPECT_EQ(add(*manager, "owner-three", "owner").field(), "/role");
  EXPECT_EQ(give_role(*manager, second, "reader").code(), "forbidden");
  EXPECT_EQ(remove(*manager, second).code(), "forbidden");
  // With another owner the first sign-in may go, and the account stays.
  const std::string chief_id = account();
  const auto owner = signed_in("owner-two");
  EXPECT_EQ(remove(*owner, chief_id).status, 204);
  EXPECT_EQ(chief.send("GET", "/orders").status, 401);
  EXPECT_EQ(owner->send("GET", "/orders").json["account"].as_string(), chief_id);
  EXPECT_EQ(remove(*owner, second).code(), "last_manager");
}

TEST_P(Members, StopWithTheirAccount) {
  added("editor-one", "editor");
  const auto editor = signed_in("editor-one");
  const std::string id = account();  // asks by HTTP, so not inside the transaction
  world.db.database->write(
      [&](db::Tx& tx) { store::set_disabled(tx, world.clock.now(), id, true); });
  EXPECT_EQ(editor->send("GET", "/orders").status, 401);
  EXPECT_EQ(Browser(world).sign_in("editor-one").code(), "account_disabled");
}

TEST_P(Members, LeaveATraceOfWhoDidWhat) {
  const std::string manager = added("manager-one", "manager");
  const auto by = signed_in("manager-one");
  const std::string reader = add(*by, "reader-one", "reader").json["member"]["id"].as_string();
  give_role(*by, reader, "editor");
  remove(chief, reader);
  EXPECT_THAT(events(),
              ElementsAre("member_removed by " + account(), "member_role_changed by " + manager,
                          "member_added by " + manager, "member_added by " + account()));
}

TEST_P(Members, TwoOwnersWhoRemoveEachOtherLeaveOne) {
  const std::string second = added("owner-two", "owner");
  const std::string first = account();
  const auto caller = [&](const std::string& actor) {
    http::Caller out;
    out.account_id = first;
    out.actor_id = actor;
    out.scopes = {"members", "transfer"};
    return out;
  };
  std::vector<std::string> left(2);
  {
    const auto go = [&](size_t i, const std::string& who, const std::string& whom) {
      const auto done = remove_member(*world.db.database, world.clock.now(), caller(who), whom, "");
      left[i] = done ? "removed" : std::string(spec_of(done.error().front().code).name);
    };
    const std::jthread a(go, 0, first, second);
    const std::jthread b(go, 1, second, first);
  }
  std::ranges::sort(left);
  EXPECT_THAT(left, ElementsAre("last_manager", "removed"));
}

TEST_P(Members, TheirNamesMeanTheirAccount) {
  const std::string id = added("editor-one", "editor");
  const auto named = [&](const std::string& name) {
    return world.db.database->read_value(
        [&](db::Tx& tx) { return account_named(tx, name, "/account"); });
  };
  EXPECT_EQ(named("Editor-One")->id, account());
  EXPECT_EQ(named("chief")->id, account());
  EXPECT_EQ(named("nobody").error().front().field, "/account");
  remove(chief, id);
  EXPECT_FALSE(named("editor-one"));
}

}  // namespace
}  // namespace beian::accounts::test
