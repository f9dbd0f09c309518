// Submissions on their way out and back, on both databases.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "authority/filed_sample_for_tests.hpp"
#include "authority/link_world_for_tests.hpp"
#include "authority/operation.hpp"
#include "registry/registry.hpp"

namespace beian::authority {
namespace {

using testing::World;
using Fault = testing::FakeAuthority::Fault;
using Kind = Fault::Kind;

class Submitting : public ::testing::TestWithParam<std::string> {
 protected:
  World world_{GetParam()};

  std::string state(int64_t number) { return world_.submission(number).state; }
  std::vector<std::string> sent() {
    std::vector<std::string> out;
    for (const auto& [sequence, file] : world_.authority.files())
      out.push_back(file.operation + " " + std::to_string(file.records.size()));
    return out;
  }
  // The effect of each item of the newest download.
  std::vector<std::string> effects() {
    std::vector<std::string> out;
    for (const auto& row : world_.results(world_.downloads().back().number))
      out.push_back(row.kind + " " + row.effect);
    return out;
  }
  int64_t taken(const std::string& operation) {
    const auto number = world_.add_submission(operation, 1, operation == "icp/new_services");
    world_.run(1);
    EXPECT_EQ(state(number), "accepted");
    return number;
  }
  void tell(const Json& document) {
    world_.authority.hand_down(document);
    world_.run(1);
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Submitting, ::testing::ValuesIn(beian::testing::backends()));

using Strings = std::vector<std::string>;

TEST_P(Submitting, AFileHoldsTheOperationOfTheOldestThatWaits) {
  const auto cancel = world_.add_submission("icp/cancellations", 1);
  const auto first = world_.add_ready_order(1);
  const auto change = world_.add_submission("icp/changes", 2);
  const auto second = world_.add_ready_order(2);
  const auto other = world_.add_submission("icp/cancellations", 3);
  world_.run(1);
  EXPECT_EQ(sent(), (Strings{"icp/cancellations 2", "icp/new_filings 2", "icp/changes 1"}));
  for (const auto number : {cancel, change, other}) EXPECT_EQ(state(number), "accepted");
  for (const auto& id : {first, second}) EXPECT_EQ(world_.state(id), "at_authority");
  EXPECT_EQ(world_.authority.violations(), 0);
}

TEST_P(Submitting, SourcesGoBeforeAssignments) {
  const auto add = [&](const std::string& operation, const std::string& body) {
    world_.write([&](db::Tx& tx) {
      ASSERT_TRUE(submit(tx, world_.cipher, world_.clock.now(),
                         {"gd", operation, {"address", "1"}, "", parse_json(body).value()}));
    });
    world_.clock.advance(Millis{1});
  };
  add("ip/new_filings/assignments", R"({"from": "203.0.113.1", "to": "203.0.113.9", "use": 4})");
  world_.add_ready_order(1);
  add("ip/new_filings/sources",
      R"({"from": "203.0.113.0", "to": "203.0.113.255", "source_unit": 1})");
  world_.run(1);
  EXPECT_EQ(sent(), (Strings{"ip/new_filings/sources 1", "ip/new_filings/assignments 1",
                             "icp/new_filings 1"}));
}

TEST_P(Submitting, WithoutAFormOnTheWireItIsHeldAndStopsNobody) {
  int64_t bad = 0;
  world_.write([&](db::Tx& tx) {
    bad = submit(tx, world_.cipher, world_.clock.now(),
                 {"gd", "icp/cancellations", {"manual", "x"}, "", Json::object({{"reason", 1}})})
              .value();
  });
  const auto good = world_.add_submission("icp/cancellations", 1);
  world_.service->run_due();
  EXPECT_EQ(state(good), "accepted");
  EXPECT_EQ(state(bad), "held");
  EXPECT_NE(world_.submission(bad).problem.find("/service"), std::string::npos);
  const auto later = world_.add_submission("icp/cancellations", 2);
  world_.run(1);
  EXPECT_EQ(state(later), "accepted");
  world_.write([&](db::Tx& tx) { EXPECT_TRUE(withdraw(tx, world_.clock.now(), bad)); });
  world_.run(8);
  EXPECT_EQ(state(bad), "withdrawn");
  EXPECT_EQ(world_.authority.records("icp/cancellations").size(), 2u);
}

TEST_P(Submitting, ARefusedFileGivesItsSubmissionsBack) {
  for (int i = 0; i < 3; ++i) world_.authority.fault("isp_upload", {Kind::code, 7});
  const auto number = world_.add_submission("icp/changes", 1, true);
  world_.service->run_due();
  EXPECT_EQ(state(number), "reporting");
  while (world_.uploads()[0].state != "refused") {
    world_.clock.advance(Millis{300'000});
    world_.service->run_due();
  }
  EXPECT_EQ(state(number), "queued");
  world_.run(2);
  EXPECT_EQ(state(number), "accepted");
  EXPECT_EQ(sent(), (Strings{"icp/changes 1"}));
  EXPECT_EQ(world_.uploads()[1].sequence, 1);
}

TEST_P(Submitting, WhatGetsNoAnswerIsDoneWhenItsFileIsTaken) {
  const auto result = world_.add_submission("icp/verification_results");
  const auto action = world_.add_submission("icp/unfiled_site_actions");
  world_.run(1);
  EXPECT_EQ(state(result), "done");
  EXPECT_EQ(state(action), "done");
}

TEST_P(Submitting, AnOrderOfAKindWithoutAnOperationIsHeld) {
  const auto id = world_.add_ready_order(1);
  world_.write([&](db::Tx& tx) {
    tx.exec("UPDATE orders SET kind = 'transfer' WHERE id = :id", {{"id", id}});
  });
  const auto other = world_.add_ready_order(2);
  world_.run(1);
  EXPECT_EQ(world_.state(id), "ready_to_report");
  EXPECT_EQ(world_.state(other), "at_authority");
}

// The other kinds of orders are reported as their submissions are: only the queue differs.
TEST_P(Submitting, AnOrderOfAnotherKindGoesOutUnderItsOperation) {
  const auto id = world_.add_ready_order(1);
  auto order = world_.order(id);
  world_.write([&](db::Tx& tx) {
    tx.exec("UPDATE orders SET kind = 'add_service' WHERE id = :id", {{"id", id}});
    Json document = order.document;
    document.set("entity_number", "粤ICP备2026000009号");
    ASSERT_TRUE(
        orders::OrderStore(world_.cipher).save_document(tx, world_.clock.now(), order, document));
  });
  world_.run(1);
  EXPECT_EQ(world_.state(id), "at_authority");
  EXPECT_EQ(sent(), (Strings{"icp/new_services 1"}));
  tell(testing::result_document(2, "粤ICP备2026000009号",
                                {{1022, "网站首页地址“www.yangli-example1.cn”格式错误"}}));
  EXPECT_EQ(world_.state(id), "authority_rejected");
  EXPECT_EQ(world_.order(id).findings.at(0)["field"].as_string(), "/services/0/home_url");
}

// Covers code:1005 code:1020
TEST_P(Submitting, SeveralFaultsOfOneRecordAreAllKeptAtTheirPlaces) {
  const auto number = taken("icp/new_services");
  tell(testing::result_document(
      2, "粤ICP备2026000001号",
      {{1062, "ICP接入信息比对IP库信息成功"},
       {1005, "“样例网站1”网站的“yangli-more1-example.cn”域名冲突，该域名在备案信息库中已存在"},
       {1020, "“样例二号网站1”网站名称冲突"}}));
  EXPECT_EQ(effects(), (Strings{"fault applied"}));
  const auto found = world_.submission(number);
  EXPECT_EQ(found.state, "refused");
  ASSERT_EQ(found.outcomes.size(), 3u);
  EXPECT_EQ(found.outcomes.at(0)["verdict"].as_string(), "note");
  EXPECT_EQ(found.outcomes.at(1)["field"].as_string(), "/services/0/domains/1");
  EXPECT_EQ(found.outcomes.at(1)["text"].as_string(),
            "“样例网站1”网站的“yangli-more1-example.cn”域名冲突，该域名在备案信息库中已存在");
  EXPECT_EQ(found.outcomes.at(2)["field"].as_string(), "/services/1/name");
  // The same again is late news.
  tell(testing::result_document(2, "粤ICP备2026000001号", {{1005, "样例"}}));
  EXPECT_EQ(effects(), (Strings{"fault noted"}));
}

TEST_P(Submitting, EveryOperationIsFoundByItsOwnMark) {
  struct Case {
    const char* operation;
    int64_t czlx;
    std::string mark;
  };
  const auto access = taken("icp/new_accesses");
  const auto access_id =
      world_.authority.records("icp/new_accesses").at(0)["provider_access_id"].as_int();
  tell(testing::result_document(3, std::to_string(access_id), {{1038, "样例"}}));
  EXPECT_EQ(state(access), "refused");
  for (const Case& c : {Case{"icp/new_services", 2, "粤ICP备2026000001号"},
                        Case{"icp/changes", 4, "70001"}, Case{"icp/cancellations", 7, "80001"}}) {
    SCOPED_TRACE(c.operation);
    const auto number = taken(c.operation);
    tell(testing::result_document(c.czlx == 4 ? 6 : 4, "999", {{1999, "样例"}}));
    EXPECT_EQ(effects(), (Strings{"fault unknown"}));
    tell(testing::result_document(c.czlx, c.mark, {{1999, "样例"}}));
    EXPECT_EQ(effects(), (Strings{"fault applied"}));
    EXPECT_EQ(state(number), "refused");
  }
}

TEST_P(Submitting, ADecisionSettles) {
  const auto change = taken("icp/changes");
  tell(testing::decision_document(4, 70001, true, "同意"));
  EXPECT_EQ(state(change), "done");
  const auto service = taken("icp/new_services");
  const auto id = world_.authority.records("icp/new_services")
                      .at(0)["services"]
                      .at(1)["provider_service_id"]
                      .as_int();
  tell(testing::decision_document(2, id, false, "样例：材料不清晰"));
  const auto found = world_.submission(service);
  EXPECT_EQ(found.state, "refused");
  EXPECT_EQ(found.outcomes.at(0)["text"].as_string(), "样例：材料不清晰");
  EXPECT_EQ(found.outcomes.at(0)["code"].as_int(), 1002);
}

TEST_P(Submitting, AKeptAttachmentIsDone) {
  const auto number = taken("icp/verification_attachments");
  world_.authority.hand_down_as_35(
      testing::result_document(4, "70001", {{1060, "核验单信息成功入库"}}));
  world_.run(1);
  EXPECT_EQ(effects(), (Strings{"success applied"}));
  EXPECT_EQ(state(number), "done");
}

// An authority that keeps to the schema's numbers has only the remark to name these.
TEST_P(Submitting, WhatHasNoNumberIsNamedByTheRemark) {
  const auto attachment = taken("icp/verification_attachments");
  tell(testing::result_document(4, "", {{1060, "核验单信息成功入库"}}, "XZHYD 70001"));
  EXPECT_EQ(state(attachment), "done");
  const auto action = world_.add_submission("icp/unfiled_site_actions");
  const auto result = world_.add_submission("icp/verification_results");
  world_.run(1);
  EXPECT_EQ(state(action), "done");
  tell(testing::result_document(4, "", {{5006, "该未备案网站的处理结果已经上报"}},
                                "WBACLJG yangli-unfiled1-example.cn"));
  EXPECT_EQ(state(action), "refused");
  tell(testing::result_document(4, "", {{1001, "样例"}}, "HSJG 70001"));
  EXPECT_EQ(effects(), (Strings{"success noted"}));
  EXPECT_EQ(state(result), "done");
}

TEST_P(Submitting, ACancelledRecordEndsWhatAskedForIt) {
  const auto number = taken("icp/cancellations");
  Json row = Json::object({{"kind", 1}, {"record_id", 80001}});
  tell(Json::object({{"icp", Json::object({{"cancelled", Json::array({std::move(row)})}})}}));
  EXPECT_EQ(state(number), "done");
}

// ZXSJ has no word for an access, so its grant is all that will be heard: by the result, by the
// decision, or by both.
TEST_P(Submitting, AGrantedCancellationOfAnAccessEndsIt) {
  Json records = Json::array();
  for (int n = 1; n <= 3; ++n) records.push(testing::filed_sample(n, world_.config.provider_id));
  tell(testing::icp_document("filed", records));
  const auto reason = [&](int n) {
    const auto host = "yangli-" + std::to_string(n) + "-example.cn";
    return world_.storage.database->read_value(
        [&](db::Tx& tx) { return registry::access(tx, host).reason; });
  };
  const auto asked = [&](int64_t access) {
    const Json body =
        Json::object({{"access", Json::object({{"authority_access_id", access}})}, {"reason", 4}});
    int64_t number = 0;
    world_.write([&](db::Tx& tx) {
      number = submit(tx, world_.cipher, world_.clock.now(),
                      {"gd", "icp/cancellations", {"manual", "officer"}, "", body})
                   .value();
    });
    return number;
  };
  const auto first = asked(1), second = asked(2), third = asked(3);
  world_.run(1);
  // Nobody's, and refused: nothing ends.
  tell(testing::decision_document(5, 999, true, "同意"));
  EXPECT_EQ(effects(), (Strings{"decision unknown"}));
  tell(testing::decision_document(5, 3, false, "样例：不同意"));
  EXPECT_EQ(state(third), "refused");
  for (const int n : {1, 2, 3}) EXPECT_EQ(reason(n), "filed");

  tell(testing::result_document(5, "1", {{1001, "样例"}}));
  EXPECT_EQ(state(first), "done");
  EXPECT_EQ(reason(1), "no_access_here");
  tell(testing::decision_document(5, 1, true, "同意"));
  EXPECT_EQ(effects(), (Strings{"decision noted"}));
  tell(testing::decision_document(5, 2, true, "同意"));
  EXPECT_EQ(effects(), (Strings{"decision applied"}));
  EXPECT_EQ(state(second), "done");
  EXPECT_EQ(reason(2), "no_access_here");
}

TEST_P(Submitting, TwoForTheSameEntityAreAnsweredInTheirOrder) {
  world_.config.max_records = 1;
  world_.restart();
  const auto first = world_.add_submission("icp/new_services", 1);
  const auto second = world_.add_submission("icp/new_services", 1);
  world_.run(1);
  tell(testing::result_document(2, "70001", {{1005, "样例"}}));
  EXPECT_EQ(state(first), "refused");
  EXPECT_EQ(state(second), "accepted");
  tell(testing::result_document(2, "70001", {{1005, "样例"}}));
  EXPECT_EQ(state(second), "refused");
}

// Covers code:5001
TEST_P(Submitting, AFileThatBreaksTheSchemaIsToldByItsName) {
  const auto one = world_.add_submission("icp/cancellations", 1);
  const auto two = world_.add_submission("icp/cancellations", 2);
  world_.run(1);
  tell(testing::result_document(1, "", {{5001, world_.uploads()[0].file_name + ".xml"}}));
  EXPECT_EQ(state(one), "refused");
  EXPECT_EQ(state(two), "refused");
  EXPECT_EQ(effects(), (Strings{"fault applied", "fault applied"}));
  tell(testing::result_document(1, "", {{5001, "someoneelse.xml"}}));
  EXPECT_EQ(effects(), (Strings{"fault unknown"}));
}

TEST_P(Submitting, TheOrderBehindASubmissionHearsOfIt) {
  const auto order = world_.add_ready_order(1);
  const auto number =
      world_.add_submission("icp/verification_attachments", 1, false, {"order", order});
  world_.run(1);
  world_.authority.hand_down_as_35(
      testing::result_document(4, "70001", {{1061, "样例：用途不符"}}));
  world_.run(1);
  EXPECT_EQ(state(number), "refused");
  EXPECT_EQ(std::ranges::count(world_.events(order), "note"), 1);
  const auto rows = world_.results(world_.downloads().back().number);
  EXPECT_EQ(rows.at(0).order_id, order);
  EXPECT_EQ(rows.at(0).submission, number);
  EXPECT_EQ(world_.state(order), "at_authority");
}

TEST_P(Submitting, AnAnswerBeforeTheAnswerAboutTheFileStands) {
  world_.authority.when_submitted([&](const std::string&, const Json& record) {
    world_.authority.hand_down(
        testing::decision_document(7, record["record_id"].as_int(), true, "同意"));
  });
  world_.authority.fault("isp_upload", {Kind::lost_after});
  const auto number = world_.add_submission("icp/cancellations");
  world_.run(3);
  EXPECT_EQ(state(number), "done");
  EXPECT_EQ(world_.authority.calls("isp_upload"), 1);
  EXPECT_EQ(world_.submission(number).outcomes.size(), 1u);
}

TEST_P(Submitting, PersonsVerifyForOtherRecordsToo) {
  World world(GetParam(), "openbeian-3.1");
  const auto number = world.add_submission("icp/changes");
  world.run(1);
  const auto tell_sms = [&](const std::string& state) {
    Json task = testing::sms_task(1, 0, state);
    task.erase("provider_entity_id");
    task.set("operation", 4);
    task.set("mark", "70001");
    world.authority.hand_down(testing::sms_document({task}));
    world.run(1);
  };
  tell_sms("pending");
  EXPECT_EQ(world.submission(number).state, "accepted");
  tell_sms("expired");
  const auto found = world.submission(number);
  EXPECT_EQ(found.state, "refused");
  EXPECT_EQ(found.outcomes.size(), 2u);
  EXPECT_NE(found.outcomes.at(1)["text"].as_string().find("短信核验"), std::string::npos);
}

// Covers download:YM/BAJG code:3013 code:3998
TEST_P(Submitting, RecordsOfRegistrarsAreAnsweredToo) {
  const auto made = taken("domain_names/new_filings");
  const auto id =
      world_.authority.records("domain_names/new_filings").at(0)["provider_record_id"].as_int();
  const auto results = [](int64_t operation, const std::string& id_name, int64_t which, int code) {
    Json one = Json::object(
        {{"outcomes", Json::array({Json::object({{"code", code}, {"text", "样例结果"}})})},
         {"operation", operation},
         {id_name, which}});
    if (id_name != "id") one.set("id", 60001);
    return Json::object(
        {{"domain_names", Json::object({{"results", Json::array({std::move(one)})}})}});
  };
  tell(results(1, "provider_record_id", id, 3998));
  EXPECT_EQ(state(made), "done");
  EXPECT_EQ(world_.submission(made).outcomes.at(0)["authority_id"].as_int(), 60001);
  const auto changed = taken("domain_names/changes");
  tell(results(2, "id", 60001, 3013));
  EXPECT_EQ(state(changed), "refused");
  EXPECT_EQ(world_.submission(changed).outcomes.at(0)["field"].as_string(), "/registrant_email");
  tell(results(2, "id", 4, 3013));
  EXPECT_EQ(effects(), (Strings{"fault unknown"}));
}

// Covers code:30?? code:3999
TEST_P(Submitting, EveryRefusalOfARegistrarsRecordIsToldAtItsField) {
  const auto number = taken("domain_names/new_filings");
  const auto body = world_.submission(number).body;
  std::vector<int> codes;
  for (int code = 3001; code <= 3037; ++code) codes.push_back(code);
  codes.push_back(3999);
  Json outcomes = Json::array();
  for (const int code : codes)
    outcomes.push(Json::object({{"code", code}, {"text", "样例" + std::to_string(code)}}));
  Json result =
      Json::object({{"outcomes", std::move(outcomes)},
                    {"operation", 1},
                    {"provider_record_id", world_.authority.records("domain_names/new_filings")
                                               .at(0)["provider_record_id"]
                                               .as_int()}});
  Json results = Json::object({{"results", Json::array({std::move(result)})}});
  tell(Json::object({{"domain_names", std::move(results)}}));
  EXPECT_EQ(effects(), (Strings{"fault applied"}));
  const auto refused = world_.submission(number);
  EXPECT_EQ(refused.state, "refused");
  ASSERT_EQ(refused.outcomes.size(), codes.size());
  // Elements that V.3.0 does not have, whose record it is, and what has no name.
  const std::set<int> without_field = {3026, 3027, 3036, 3037, 3999};
  for (size_t i = 0; i < codes.size(); ++i) {
    const Json& outcome = refused.outcomes.at(i);
    EXPECT_EQ(outcome["verdict"].as_string(), "reject") << codes[i];
    EXPECT_EQ(outcome["code"].as_int(), codes[i]);
    EXPECT_EQ(outcome["text"].as_string(), "样例" + std::to_string(codes[i]));
    EXPECT_EQ(outcome["field"].as_string().empty(), without_field.contains(codes[i])) << codes[i];
  }
}

}  // namespace
}  // namespace beian::authority
