// Transferring a filing to another account: both sides, every way it ends, and races.
#include "orders/transfer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "orders/expire.hpp"
#include "orders/filed_for_test.hpp"
#include "registry/holders.hpp"

namespace beian::orders {
namespace {

class Transfers : public HoldersWorld {
 protected:
  Transfers() : HoldersWorld(Options{}) {
    for (const auto* name : {"holder", "target", "third-one"}) account(name);
    account("officer", "officer");
    file("holder", 1);
  }
  http::Response start(const std::string& by = "holder", const std::string& to = "target",
                       const std::string& password = kSamplePassword) {
    return send(
        "POST", "/api/v1/transfers", by,
        to_string(Json::object({{"entity", number(1)}, {"account", to}, {"password", password}})));
  }
  struct Begun {
    std::string id, code;
  };
  Begun begun(const std::string& to = "target") {
    const auto answer = start("holder", to);
    EXPECT_EQ(answer.status, 201) << answer.body;
    const Json body = json(answer);
    return {body["transfer"]["id"].as_string(), body["code"].as_string()};
  }
  http::Response confirm(const Begun& transfer, const std::string& by = "target") {
    return send("POST", "/api/v1/transfers/" + transfer.id + "/confirm", by,
                to_string(Json::object({{"code", transfer.code}})));
  }
  http::Response end(const Begun& transfer, const std::string& by) {
    return send("POST", "/api/v1/transfers/" + transfer.id + "/cancel", by);
  }
  http::Response move(const Json& body, const std::string& key = "440000-1",
                      const std::string& role = "officer") {
    return send("PUT", "/api/v1/registry/entities/" + key + "/account", "officer", to_string(body),
                {}, role);
  }
  Json read(const std::string& id, const std::string& by) {
    return json(send("GET", "/api/v1/transfers/" + id, by));
  }
  std::string state(const std::string& id) {
    return read(id, "holder")["transfer"]["state"].as_string();
  }
  Lines history(const std::string& id, const std::string& by) {
    Lines out;
    const Json answer = read(id, by);
    for (const auto& line : answer["history"].items())
      out.push_back(line["event"].as_string() + " " + line["side"].as_string() + " " +
                    line["actor_id"].as_string());
    return out;
  }
  Lines holders() {
    return db_.database->read_value([](db::Tx& tx) { return registry::holders(tx, 440000, 1); });
  }
  Lines reasons(const http::Response& response) {
    Lines out;
    const Json body = json(response);
    for (const auto& error : body["errors"].items()) out.push_back(error["detail"].as_string());
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Transfers, ::testing::ValuesIn(testing::backends()));

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_P(Transfers, TheOtherAccountConfirmsWithTheCode) {
  const Begun transfer = begun();
  EXPECT_EQ(transfer.code.size(), 14u);
  EXPECT_EQ(state(transfer.id), "waiting");
  EXPECT_EQ(holders(), Lines{"holder"}) << "nothing moves before it is confirmed";
  const Json seen = read(transfer.id, "target")["transfer"];
  EXPECT_EQ(seen["entity"]["filing_number"].as_string(), number(1));
  EXPECT_EQ(seen["from"].as_string(), mask_name("holder"));
  EXPECT_EQ(seen["to"].as_string(), "target");
  EXPECT_EQ(to_string(seen["allowed"]), R"(["confirm","decline"])");
  EXPECT_EQ(to_string(read(transfer.id, "holder")["transfer"]["allowed"]), R"(["cancel"])");

  Begun typed = transfer;  // as people type it
  std::ranges::replace(typed.code, '-', ' ');
  const auto done = confirm(typed);
  EXPECT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(state(transfer.id), "done");
  EXPECT_EQ(holders(), Lines{"target"});
  // The filing is the other account's to change now, and the first one's no more.
  EXPECT_EQ(begin_change("holder", 1).status, 404);
  EXPECT_EQ(begin_change("target", 1).status, 201);
  EXPECT_EQ(history(transfer.id, "holder"), (Lines{"started from holder", "confirmed to "}));
  EXPECT_EQ(history(transfer.id, "target"), (Lines{"started from ", "confirmed to target"}));
  for (const auto* side : {"holder", "target"})
    EXPECT_EQ(json(send("GET", "/api/v1/transfers", side))["transfers"].size(), 1u);
  EXPECT_EQ(json(send("GET", "/api/v1/transfers", "third-one"))["transfers"].size(), 0u);
  EXPECT_EQ(send("GET", "/api/v1/transfers/" + transfer.id, "third-one").status, 404);
  // A record that comes again for the first account's old order gives nothing back.
  file("holder", 1);
  EXPECT_EQ(holders(), Lines{"target"});
}

TEST_P(Transfers, AMemberActsForEitherSide) {
  db_.database->write([&](db::Tx& tx) {
    accounts::store::put_member(tx, {"third-one", "", "target", "owner", clock_.now(), {}});
  });
  // Named by the member's name, the entity goes to the account.
  const Begun transfer = begun("third-one");
  EXPECT_EQ(confirm(transfer, "target/third-one").status, 200);
  EXPECT_EQ(holders(), Lines{"target"});
  EXPECT_EQ(history(transfer.id, "target").at(1), "confirmed to third-one");
}

TEST_P(Transfers, CannotBeginWhateverStandsInTheWay) {
  EXPECT_EQ(errors(start("target")), (Lines{"not_found@/entity"}));
  EXPECT_EQ(errors(start("holder", "nobody-here")), (Lines{"not_found@/account"}));
  EXPECT_EQ(errors(start("holder", "holder")), (Lines{"transfer_not_possible@/account"}));
  EXPECT_EQ(errors(start("holder", "officer")), (Lines{"transfer_not_possible@/account"}));
  EXPECT_EQ(errors(start("holder", "target", "wrong horse 样例")),
            (Lines{"wrong_credentials@/password"}));
  EXPECT_EQ(errors(send("POST", "/api/v1/transfers", "holder",
                        to_string(Json::object({{"entity", number(1)}, {"account", "target"}})))),
            (Lines{"required@/password"}));
  EXPECT_EQ(errors(send("POST", "/api/v1/transfers", "holder", R"({"entity": 1, "more": 2})")),
            (Lines{"required@/account", "unknown_field@/more", "wrong_type@/entity"}));
  file("third-one", 2);
  const auto full = start("holder", "third-one");
  EXPECT_EQ(errors(full), (Lines{"transfer_not_possible@/account"}));
  EXPECT_THAT(reasons(full), ElementsAre(HasSubstr("目前不能接收")));
  const std::string draft = json(begin_change("holder", 1))["id"].as_string();
  EXPECT_EQ(errors(start()), (Lines{"transfer_not_possible@/entity"}));
  send("POST", "/api/v1/orders/" + draft + "/abandon", "holder");
  EXPECT_EQ(start().status, 201);
  const auto again = start();
  EXPECT_EQ(errors(again), (Lines{"transfer_not_possible@/entity"}));
  EXPECT_THAT(reasons(again), ElementsAre(HasSubstr("等待确认")));
}

TEST_P(Transfers, WhatChangedSinceIsToldWhenItIsConfirmed) {
  const Begun transfer = begun();
  const std::string of_holder = json(begin_change("holder", 1))["id"].as_string();
  const auto first = confirm(transfer);
  EXPECT_EQ(errors(first), (Lines{"transfer_not_possible@"}));
  EXPECT_THAT(reasons(first), ElementsAre(HasSubstr("转出账号有未办结的订单")));
  send("POST", "/api/v1/orders/" + of_holder + "/abandon", "holder");
  const std::string of_target =
      json(send("POST", "/api/v1/orders", "target", "{}"))["id"].as_string();
  EXPECT_THAT(reasons(confirm(transfer)), ElementsAre(HasSubstr("转入账号有未办结的订单")));
  send("POST", "/api/v1/orders/" + of_target + "/abandon", "target");
  file("target", 2);
  EXPECT_THAT(reasons(confirm(transfer)), ElementsAre(HasSubstr("转入账号下已有主体")));
  EXPECT_EQ(holders(), Lines{"holder"});
  EXPECT_EQ(state(transfer.id), "waiting");
}

TEST_P(Transfers, AWrongCodeIsTriedFiveTimes) {
  const Begun transfer = begun();
  const Begun wrong{transfer.id, "0000-0000-0000"};
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(errors(confirm(wrong)), (Lines{"transfer_code_wrong@/code"})) << i;
  EXPECT_EQ(errors(confirm(transfer)), (Lines{"too_many_attempts@"})) << "even the right one";
  clock_.advance(Millis{3600 * 1000});
  EXPECT_EQ(confirm(transfer).status, 200);
}

TEST_P(Transfers, OnlyTheNamedAccountConfirms) {
  const Begun transfer = begun();
  EXPECT_EQ(errors(confirm(transfer, "third-one")), (Lines{"not_found@"}));
  EXPECT_EQ(errors(confirm(transfer, "holder")), (Lines{"forbidden@"}));
  EXPECT_EQ(errors(end(transfer, "third-one")), (Lines{"not_found@"}));
  EXPECT_EQ(errors(confirm({"none", "x"})), (Lines{"not_found@"}));
  EXPECT_EQ(errors(send("POST", "/api/v1/transfers/" + transfer.id + "/confirm", "target", "{}")),
            (Lines{"required@/code"}));
}

TEST_P(Transfers, IsTakenBackOrDeclined) {
  const Begun first = begun();
  EXPECT_EQ(end(first, "holder").status, 200);
  EXPECT_EQ(state(first.id), "cancelled");
  EXPECT_THAT(reasons(confirm(first)), ElementsAre(HasSubstr("已撤销")));
  EXPECT_EQ(errors(end(first, "holder")), (Lines{"transfer_not_possible@"}));
  const Begun second = begun();
  EXPECT_EQ(end(second, "target").status, 200);
  EXPECT_EQ(state(second.id), "declined");
  EXPECT_EQ(history(second.id, "target"), (Lines{"started from ", "declined to target"}));
  EXPECT_EQ(confirm(begun()).status, 200) << "it may be tried again";
}

TEST_P(Transfers, Expires) {
  const Begun transfer = begun();
  clock_.advance(Millis{7LL * 24 * 3600 * 1000} - Millis{1});
  EXPECT_EQ(state(transfer.id), "waiting");
  clock_.advance(Millis{1});
  EXPECT_EQ(state(transfer.id), "expired") << "before the job has looked";
  EXPECT_THAT(reasons(confirm(transfer)), ElementsAre(HasSubstr("过期")));
  const Context context{db_.database, *blobs_,    clock_,    cipher_, status_,
                        passwords_,   directory_, Options{}, {}};
  EXPECT_EQ(expire_transfers(context), 1u);
  EXPECT_EQ(expire_transfers(context), 0u);
  EXPECT_EQ(history(transfer.id, "holder"), (Lines{"started from holder", "expired system "}));
  const Begun late = begun();
  clock_.advance(Millis{8LL * 24 * 3600 * 1000});
  EXPECT_EQ(confirm(begun()).status, 200) << "an overdue one stands in nobody's way";
  EXPECT_EQ(state(late.id), "expired");
}

TEST_P(Transfers, TheProviderMovesALostAccountsEntity) {
  const Json body = Json::object({{"account", "target"}, {"reason", "样例：账号无法找回"}});
  EXPECT_EQ(move(body, "440000-1", "applicant").status, 403);
  EXPECT_EQ(errors(move(body, "440000-99")), (Lines{"not_found@"}));
  EXPECT_EQ(errors(move(body, "nonsense")), (Lines{"not_found@"}));
  EXPECT_EQ(errors(move(Json::object({{"account", "nobody-here"}, {"reason", "样例"}}))),
            (Lines{"not_found@/account"}));
  EXPECT_EQ(errors(move(Json::object({{"account", "target"}, {"reason", " "}}))),
            (Lines{"required@/reason"}));
  EXPECT_EQ(errors(move(Json::object({{"account", "holder"}, {"reason", "样例"}}))),
            (Lines{"transfer_not_possible@/account"}));
  // Drafts of a lost account are nobody's to abandon; what was handed in goes its way first.
  begin_change("holder", 1);
  const Begun waiting = [&] {
    Transfer t;
    t.id = "T1";
    t.province = 440000;
    t.entity_id = 1;
    t.from_account = "holder";
    t.to_account = "third-one";
    t.created = clock_.now();
    t.expires = clock_.now() + Millis{1000};
    db_.database->write([&](db::Tx& tx) { transfers::insert(tx, t, "x"); });
    return Begun{"T1", ""};
  }();
  const auto moved = move(body);
  ASSERT_EQ(moved.status, 200) << moved.body;
  EXPECT_EQ(holders(), Lines{"target"});
  EXPECT_EQ(state(waiting.id), "cancelled");
  const std::string id = json(moved)["transfer"]["id"].as_string();
  const Json told = read(id, "holder");
  EXPECT_EQ(told["history"].at(0)["reason"].as_string(), "样例：账号无法找回");
  EXPECT_EQ(history(id, "target"), Lines{"moved provider "});
  const Json audit = db_.database->read_value([](db::Tx& tx) {
    return accounts::store::list_events(tx, {"", "", 10});
  });
  Lines trail;
  for (const auto& e : audit.items())
    trail.push_back(e["kind"].as_string() + " " + e["account"].as_string() + " by " +
                    e["actor"].as_string());
  EXPECT_THAT(trail, ::testing::IsSupersetOf({"entity_moved_out holder by officer",
                                              "entity_moved_in target by officer"}));
}

TEST_P(Transfers, TwoConfirmationsAreOne) {
  const Begun transfer = begun();
  std::vector<int> answers(2);
  {
    const auto go = [&](size_t i) { answers[i] = confirm(transfer).status; };
    const std::jthread a(go, 0), b(go, 1);
  }
  std::ranges::sort(answers);
  EXPECT_EQ(answers, (std::vector<int>{200, 409}));
  EXPECT_EQ(history(transfer.id, "holder").size(), 2u);
  EXPECT_EQ(holders(), Lines{"target"});
}

TEST_P(Transfers, AConfirmationAndANewOrderDoNotBothWin) {
  const Begun transfer = begun();
  int confirmed = 0, begun_order = 0;
  {
    const std::jthread a([&] { confirmed = confirm(transfer).status; });
    const std::jthread b([&] { begun_order = begin_change("holder", 1).status; });
  }
  // Whoever came second was told so: the order found no entity, or the transfer an open order.
  const bool one =
      (confirmed == 200 && begun_order == 404) || (confirmed == 409 && begun_order == 201);
  EXPECT_TRUE(one) << confirmed << " " << begun_order;
  EXPECT_EQ(holders(), Lines{confirmed == 200 ? "target" : "holder"});
}

}  // namespace
}  // namespace beian::orders
