// Every kind of download but results: what it changes, that it changes it once, and its trace.
#include <gtest/gtest.h>

#include <algorithm>

#include "authority/filed_sample_for_tests.hpp"
#include "authority/link_world_for_tests.hpp"
#include "authority/submission.hpp"
#include "authority/task.hpp"
#include "base/text.hpp"
#include "registry/blacklist.hpp"
#include "registry/codes.hpp"
#include "registry/findings.hpp"
#include "registry/registry.hpp"
#include "wire/codec.hpp"
#include "wire/samples_for_tests.hpp"

namespace beian::authority {
namespace {

using testing::filed_sample;
using testing::icp_document;
using testing::World;
using Lines = std::vector<std::string>;

class Handlers : public ::testing::TestWithParam<std::string> {
 protected:
  Handlers() { own_ = world_.config.provider_id; }

  // Down, and down once more in another file.
  void hand(const Json& document) {
    world_.authority.hand_down(document);
    world_.run(1);
  }
  void file(int64_t n, int64_t provider) {
    hand(icp_document("filed", Json::array({filed_sample(n, provider)})));
  }
  void file(int64_t n) { file(n, own_); }
  // Effects of the newest file, in the order of its items.
  Lines effects() {
    Lines out;
    const auto downloads = world_.downloads();
    for (const auto& row : world_.results(downloads.back().number)) out.push_back(row.effect);
    return out;
  }
  std::string note() {
    const auto downloads = world_.downloads();
    return world_.results(downloads.back().number).front().note;
  }
  template <class Work>
  auto read(Work&& work) {
    return world_.storage.database->read_value(work);
  }
  std::string reason(const std::string& host) {
    return read([&](db::Tx& tx) { return registry::access(tx, host).reason; });
  }
  Json findings() {
    return read([&](db::Tx& tx) { return registry::findings(tx, world_.cipher, {}); });
  }
  std::vector<Task> tasks() {
    auto list = read([](db::Tx& tx) { return list_tasks(tx, {}); });
    std::ranges::reverse(list);
    return list;
  }
  Task task(int64_t number) {
    return read([&](db::Tx& tx) { return find_task(tx, world_.cipher, number); }).value();
  }
  Result<Task> answer(int64_t number, const Json& body) {
    return world_.storage.database->write_result([&](db::Tx& tx) {
      return answer_task(tx, world_.cipher, world_.clock.now(), {world_.config}, number, "officer",
                         body);
    });
  }
  static Lines fields(const Result<Task>& refused) {
    Lines out;
    if (refused) return out;
    for (const auto& p : refused.error())
      out.push_back(std::string(spec_of(p.code).name) + "@" + p.field);
    std::ranges::sort(out);
    return out;
  }
  static Json unfiled(int64_t id, const std::string& checked = "2026-11-20 10:00:00") {
    return Json::object({{"id", id},
                         {"domain", "yangli-unfiled-example.cn"},
                         {"address", int64_t{3405803777}},
                         {"checked", checked},
                         {"carrier", 12},
                         {"province", 440000}});
  }
  static Json verification() {
    Json record = filed_sample(3, 1);
    Json& entity = *record.find("entity");
    entity.erase("filing_number");
    for (auto& service : record.find("services")->items()) {
      service.erase("filing_number");
      for (auto& access : service.find("accesses")->items()) {
        access.erase("provider");
        access.set("reporter_id", 1);
        access.set("reporting_type", 1);
      }
    }
    return record;
  }

  World world_{GetParam()};
  int64_t own_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Backends, Handlers, ::testing::ValuesIn(beian::testing::backends()));

// Covers download:ICP/BASJ
TEST_P(Handlers, RecordsOfOthersAreKeptAndRepeatsChangeNothing) {
  hand(icp_document("filed", Json::array({filed_sample(1, own_), filed_sample(2, own_ + 1),
                                          filed_sample(1, own_)})));
  EXPECT_EQ(effects(), (Lines{"applied", "applied", "noted"}));
  EXPECT_EQ(world_.downloads().back().flagged, 0);
  EXPECT_EQ(reason("yangli-1-example.cn"), "filed");
  EXPECT_EQ(reason("yangli-2-example.cn"), "no_access_here");
  hand(icp_document("filed", Json::array({filed_sample(2, own_ + 1)})));
  EXPECT_EQ(effects(), Lines{"noted"});
}

// Covers download:ICP/ZXSJ
TEST_P(Handlers, ACancellationClosesAndIsAppliedOnce) {
  file(1);
  const auto cancel = [&](int64_t kind, int64_t id) {
    return icp_document(
        "cancelled",
        Json::array({Json::object({{"kind", kind}, {"record_id", id}, {"remark", "样例注销"}})}));
  };
  hand(cancel(1, 1));
  EXPECT_EQ(effects(), Lines{"applied"});
  EXPECT_NE(note().find("粤ICP备2026000001号-1"), std::string::npos);
  EXPECT_EQ(reason("yangli-1-example.cn"), "cancelled");
  hand(cancel(1, 1));
  EXPECT_EQ(effects(), Lines{"noted"});
  hand(cancel(0, 1));
  EXPECT_EQ(effects(), Lines{"applied"});
  hand(cancel(0, 99));
  EXPECT_EQ(effects(), Lines{"unknown"});
  EXPECT_EQ(world_.downloads().back().flagged, 1);
  EXPECT_TRUE(world_.downloads().back().applied);
}

TEST_P(Handlers, ACancellationEndsTheSubmissionThatAskedForIt) {
  file(1);
  int64_t submission = 0;
  world_.write([&](db::Tx& tx) {
    ledger::Upload upload;
    upload.link = world_.config.id;
    upload.sequence = 1;
    upload.created = to_ms(world_.clock.now());
    submission = *submit(tx, world_.cipher, world_.clock.now(),
                         {world_.config.id, "icp/cancellations", {"manual", "officer"}, "", {}});
    mark_reporting(tx, world_.clock.now(), submission);
    upload.number = ledger::insert_upload(tx, upload);
    ledger::mark_answered(tx, upload, "accepted", 0, "", world_.clock.now());
    const int64_t id = ledger::take_numbers(tx, 1);
    ledger::insert_record(tx, {id, upload.number, "", submission, "", "{}"});
    ledger::insert_mark(tx, world_.config.id, {"icp/cancelled", 1, "1"}, id);
  });
  hand(icp_document("cancelled", Json::array({Json::object({{"kind", 1}, {"record_id", 1}})})));
  EXPECT_EQ(reason("yangli-1-example.cn"), "cancelled");
  const auto state =
      read([&](db::Tx& tx) { return find_submission(tx, world_.cipher, submission)->state; });
  EXPECT_EQ(state, "done");
}

// Covers download:ICP/HMDLB
TEST_P(Handlers, BlacklistsAreKeptAndTakenBack) {
  file(1);
  const auto lists = [&](int64_t operation) {
    const Json company = Json::object(
        {{"name", "样例黑名单公司"},
         {"nature", 4},
         {"certificate", Json::object({{"type", 1}, {"number", "91990000MA0BLACK1X"}})}});
    const Json site = Json::object(
        {{"name", "样例网站"},
         {"domains", Json::array({Json::object({{"name", "yangli-1-example.cn"}}),
                                  Json::object({{"name", "yangli-other-example.cn"}})})}});
    return icp_document(
        "blacklist",
        Json::object({{"entities", Json::array({Json::object({{"entity", company},
                                                              {"operation", operation},
                                                              {"remark", "样例原因"}}),
                                                Json::object({{"operation", operation}})})},
                      {"services", Json::array({Json::object(
                                       {{"service", site}, {"operation", operation}})})}}));
  };
  const auto listed = [&] {
    return read([&](db::Tx& tx) {
      return registry::listed_certificate(tx, world_.cipher, "91990000MA0BLACK1X").has_value();
    });
  };
  hand(lists(0));
  EXPECT_EQ(effects(), (Lines{"applied", "faulty", "applied"}));
  EXPECT_EQ(reason("www.yangli-1-example.cn"), "blacklisted");
  EXPECT_TRUE(listed());
  hand(lists(0));
  EXPECT_EQ(effects(), (Lines{"noted", "faulty", "noted"}));
  hand(lists(1));
  EXPECT_EQ(effects(), (Lines{"noted", "faulty", "noted"}));
  hand(lists(2));
  EXPECT_EQ(effects(), (Lines{"applied", "faulty", "applied"}));
  EXPECT_EQ(reason("www.yangli-1-example.cn"), "filed");
  EXPECT_FALSE(listed());
  hand(lists(2));
  EXPECT_EQ(effects(), (Lines{"noted", "faulty", "noted"}));
}

// Covers download:ICP/FFJRHMD
TEST_P(Handlers, IllegalAccessesAreKept) {
  file(1);
  const Json list = Json::array({Json::object({{"id", 5},
                                               {"domain", "yangli-1-example.cn"},
                                               {"address", int64_t{3405803777}},
                                               {"direct_provider", 900002},
                                               {"province", 440000},
                                               {"checked", "2026-11-20 10:00:00"}})});
  hand(icp_document("illegal_accesses", list));
  EXPECT_EQ(effects(), Lines{"applied"});
  EXPECT_EQ(reason("yangli-1-example.cn"), "blacklisted");
  hand(icp_document("illegal_accesses", list));
  EXPECT_EQ(effects(), Lines{"noted"});
}

// Covers download:ICP/WBAWZLB upload:ICP/WBACLJG
TEST_P(Handlers, AnUnfiledSiteIsATaskUntilItIsAnswered) {
  Json elsewhere = unfiled(8);
  elsewhere.set("provider", own_ + 1);
  hand(icp_document("unfiled_sites", Json::array({unfiled(7), elsewhere})));
  EXPECT_EQ(effects(), (Lines{"applied", "noted"}));
  ASSERT_EQ(tasks().size(), 1u);
  const auto first = task(1);
  EXPECT_EQ(first.kind, kUnfiledSite);
  EXPECT_EQ(first.subject, "yangli-unfiled-example.cn");
  EXPECT_EQ(first.state, "open");
  EXPECT_FALSE(first.overdue(world_.clock.now()));
  EXPECT_TRUE(first.overdue(world_.clock.now() + std::chrono::days{6}));
  hand(icp_document("unfiled_sites", Json::array({unfiled(7, "2026-11-22 10:00:00")})));
  EXPECT_EQ(effects(), Lines{"noted"});
  EXPECT_EQ(task(1).times, 2);
  EXPECT_EQ(task(1).body["checked"].as_string(), "2026-11-22 10:00:00");

  EXPECT_EQ(fields(answer(1, Json::object({{"result", 77}, {"x", 1}}))),
            (Lines{"code_unknown@/result", "required@/opinion", "unknown_field@/x"}));
  EXPECT_EQ(task(1).state, "open");
  const auto done = answer(1, Json::object({{"result", 1}, {"opinion", "样例：已关闭接入"}}));
  ASSERT_TRUE(done) << to_string(Json(fields(done).front()));
  EXPECT_EQ(done->state, "answered");
  const auto submission = read(
      [&](db::Tx& tx) { return find_submission(tx, world_.cipher, *done->submission).value(); });
  EXPECT_EQ(submission.operation, "icp/unfiled_site_actions");
  EXPECT_EQ(submission.body["domain"].as_string(), "yangli-unfiled-example.cn");
  EXPECT_EQ(submission.body["carrier"].as_int(), 12);
  EXPECT_EQ(fields(answer(1, Json::object({{"result", 1}, {"opinion", "样例"}}))),
            Lines{"event_not_allowed@"});
  // The file's acceptance is the authority's last word about an answer.
  world_.run(2);
  EXPECT_EQ(task(1).state, "done");
  ASSERT_EQ(world_.uploads().size(), 1u);
  const auto xml = world_.blobs->get(world_.uploads()[0].xml_blob).value();
  const auto upload = wire::decode(**wire::Profile::named("miit-3.0"), "UploadData", xml).value();
  const Json& reported = upload["icp"]["unfiled_site_actions"].at(0);
  EXPECT_EQ(reported["domain"].as_string(), "yangli-unfiled-example.cn");
  EXPECT_EQ(reported["address"].as_int(), 3405803777);
  // The old news once more is none; a newer check that found it again is a new task.
  hand(icp_document("unfiled_sites", Json::array({unfiled(7, "2026-11-22 10:00:00")})));
  EXPECT_EQ(effects(), Lines{"noted"});
  EXPECT_EQ(tasks().size(), 1u);
  hand(icp_document("unfiled_sites", Json::array({unfiled(7, "2026-11-23 10:00:00")})));
  EXPECT_EQ(effects(), Lines{"applied"});
  EXPECT_EQ(tasks().size(), 2u);
}

TEST_P(Handlers, AnAnswerThatTheAuthorityRefusesOpensTheTaskAgain) {
  hand(icp_document("unfiled_sites", Json::array({unfiled(7)})));
  const auto done = answer(1, Json::object({{"result", 1}, {"opinion", "样例"}}));
  ASSERT_TRUE(done);
  const auto set = [&](const std::string& state) {
    world_.write([&](db::Tx& tx) {
      tx.exec("UPDATE authority_submissions SET state = :state WHERE number = :number",
              {{"state", state}, {"number", *done->submission}});
    });
    return task(1).state;
  };
  EXPECT_EQ(set("reporting"), "answered");
  EXPECT_EQ(set("accepted"), "reported");
  EXPECT_EQ(set("done"), "done");
  EXPECT_EQ(set("refused"), "open");
  EXPECT_TRUE(answer(1, Json::object({{"result", 2}, {"opinion", "样例"}})));
  EXPECT_EQ(task(1).state, "answered");
}

// Covers download:ICP/HSRW upload:ICP/HSJG
TEST_P(Handlers, AVerificationTaskIsAnsweredWithItsRecord) {
  hand(icp_document("verification_tasks", Json::array({verification()})));
  EXPECT_EQ(effects(), Lines{"applied"});
  const auto made = task(1);
  EXPECT_EQ(made.kind, kVerification);
  EXPECT_EQ(made.entity_id, 3);
  EXPECT_EQ(fields(answer(1, Json::object({{"passed", false}, {"date", "2026-13-01"}}))),
            (Lines{"bad_format@/date", "required@/fault", "required@/opinion",
                   "required@/record/entity/location/city", "required@/record/services/0/contents",
                   "required@/verifier"}));
  Json entity = made.body["entity"];
  entity.find("location")->set("city", 440100);
  Json services = made.body["services"];
  services.items()[0].set("contents", Json::array({1}));
  const auto done = answer(
      1, Json::object({{"passed", true},
                       {"verifier", "样例核实员"},
                       {"opinion", "信息真实、准确、完整"},
                       {"record", Json::object({{"entity", entity}, {"services", services}})}}));
  ASSERT_TRUE(done) << fields(done).front();
  const auto submission = read(
      [&](db::Tx& tx) { return find_submission(tx, world_.cipher, *done->submission).value(); });
  EXPECT_EQ(submission.operation, "icp/verification_results");
  EXPECT_TRUE(submission.body["passed"].as_bool());
  EXPECT_EQ(submission.body["record"]["entity"]["authority_entity_id"].as_int(), 3);
  world_.run(2);
  EXPECT_EQ(task(1).state, "done");
}

// Covers download:ICP/XGTZ
TEST_P(Handlers, ANoticeIsATaskOnTheFiledRecordWithItsDeadline) {
  file(1);
  const auto notice = [](const std::string& text, const std::string& number, int64_t id) {
    Json one = Json::object({{"kind", 1}, {"text", text}});
    if (!number.empty()) one.set("filing_number", number);
    if (id != 0) one.set("record_id", id);
    return one;
  };
  const Json list = Json::array({notice("请于2026年12月10日前完成整改", "粤ICP备2026000001号-1", 0),
                                 notice("请尽快整改", "", 1), notice("请尽快整改", "", 42)});
  hand(icp_document("notices", list));
  EXPECT_EQ(effects(), (Lines{"applied", "applied", "applied"}));
  ASSERT_EQ(tasks().size(), 3u);
  EXPECT_TRUE(task(1).deadline_told);
  EXPECT_EQ(to_rfc3339(task(1).deadline), "2026-12-10T15:59:59.999Z");
  EXPECT_EQ(task(1).province, 440000);
  EXPECT_EQ(task(1).service_id, 1);
  EXPECT_FALSE(task(2).deadline_told);
  EXPECT_EQ(task(2).subject, "粤ICP备2026000001号-1");
  EXPECT_EQ(task(3).province, 0);
  hand(icp_document("notices", list));
  EXPECT_EQ(effects(), (Lines{"noted", "noted", "noted"}));
  EXPECT_EQ(tasks().size(), 3u);
  EXPECT_EQ(answer(1, Json::object({{"text", "已提交变更备案"}}))->state, "done");
  EXPECT_EQ(fields(answer(2, Json::object())), Lines{"required@/text"});
}

// Covers download:ICP/HCJG
TEST_P(Handlers, ChecksBecomeFindings) {
  file(1);
  const Json entity = Json::object({{"authority_entity_id", 1},
                                    {"name", "样例科技有限公司"},
                                    {"certificate_type", 1},
                                    {"certificate_number", "91990000MA0000001X"},
                                    {"reason", "样例：证件已注销"}});
  const auto site = [](Json members) {
    Json out = Json::object({{"authority_service_id", 1},
                             {"filing_number", "粤ICP备2026000001号-1"},
                             {"checked", "2026-11-20 10:00:00"}});
    for (const auto& [name, value] : members.members()) out.set(name, value);
    return out;
  };
  const auto results = [&](int64_t shell) {
    return icp_document(
        "check_results",
        Json::object(
            {{"entities", Json::array({entity})},
             {"accesses",
              Json::array({site(Json::object({{"result", 1}, {"authority_access_id", 1}})),
                           site(Json::object({{"result", 2},
                                              {"domain", "yangli-1-example.cn"},
                                              {"resolved_address", int64_t{3405803777}}}))})},
             {"shell_services", Json::array({site(Json::object({{"result", shell}}))})},
             {"dead_services",
              Json::array({site(Json::object({{"home_url", "www.yangli-1-example.cn"}}))})}}));
  };
  hand(results(1));
  EXPECT_EQ(effects(), Lines(5, "applied"));
  EXPECT_EQ(findings().size(), 5u);
  hand(results(1));
  EXPECT_EQ(effects(), Lines(5, "noted"));
  EXPECT_EQ(findings().size(), 5u);
  hand(results(0));
  int open = 0;
  const Json list = findings();
  for (const auto& finding : list.items()) {
    EXPECT_TRUE(finding["known"].as_bool());
    open += finding["state"].as_string() == "open" ? 1 : 0;
  }
  EXPECT_EQ(open, 4);
}

// Covers download:JCDM/*
TEST_P(Handlers, CodeTablesBecomeVersions) {
  const auto tables = [](const std::string& name) {
    const Json row =
        Json::object({{"id", 1}, {"mask", 1}, {"name", name}, {"remark", "样例"}, {"valid", 1}});
    const Json official = Json::object({{"id", 44},
                                        {"mask", 1},
                                        {"code", "44"},
                                        {"name", "样例管局"},
                                        {"valid", 1},
                                        {"email", "officer@yangli-example.cn"},
                                        {"mobile", "13800000001"}});
    const Json codes = Json::object(
        {{"service_contents", Json::array({row})}, {"administrations", Json::array({official})}});
    const Json unit = Json::object({{"id", 1001}, {"name", "样例接入商"}, {"valid", 1}});
    return Json::object(
        {{"base_codes", Json::object({{"providers", Json::array({unit})}, {"codes", codes}})}});
  };
  hand(tables("样例内容"));
  EXPECT_EQ(effects(), Lines(3, "applied"));
  hand(tables("样例内容"));
  EXPECT_EQ(effects(), Lines(3, "noted"));
  hand(tables("改过的内容"));
  read([&](db::Tx& tx) {
    const auto current = registry::current_codes(tx, "service_content");
    EXPECT_EQ(current->version.version, 3);
    EXPECT_EQ(current->table.find(1)->zh, "改过的内容");
    const auto offices = registry::current_codes(tx, "administration");
    EXPECT_EQ(to_string(offices->table.json()).find("13800000001"), std::string::npos);
    return 0;
  });
}

TEST_P(Handlers, EmptyBlocksAreNoFault) {
  world_.authority.hand_down_bytes("empty1",
                                   "<DownloadData version=\"V.3.0\"><ICP/></DownloadData>");
  world_.authority.hand_down_bytes(
      "empty2", "<DownloadData version=\"V.3.0\"><ICP><BAJG/><HMDLB/></ICP></DownloadData>");
  world_.run(2);
  for (const auto& download : world_.downloads()) {
    EXPECT_TRUE(download.applied) << download.problem;
    EXPECT_EQ(download.flagged, 0);
  }
}

// Whatever the schema allows is taken, and a second time it changes nothing but counters.
TEST_P(Handlers, AnythingThatIsValidIsAppliedOnce) {
  const auto profile = *wire::Profile::named("miit-3.0");
  const auto dump = [&] {
    return read([](db::Tx& tx) {
      std::string all;
      const std::pair<std::string, Lines> tables[] = {
          {"registry_entities", {"filing_number", "display_name", "cancelled"}},
          {"registry_services", {"filing_number", "name", "cancelled"}},
          {"registry_domains", {"name", "cancelled"}},
          {"registry_accesses", {"document", "cancelled"}},
          {"registry_blacklist_entities", {"certificate_index", "name_index"}},
          {"registry_blacklist_domains", {"name", "address", "list"}},
          {"registry_findings", {"kind", "subject", "state"}},
          {"authority_tasks", {"kind", "mark", "state"}},
          {"code_versions", {"name", "version", "state"}}};
      for (const auto& [table, columns] : tables) {
        const auto list = text::join(columns, ", ");
        for (const auto& row :
             tx.query("SELECT DISTINCT " + list + " FROM " + table + " ORDER BY " + list)) {
          all += "\n" + table;
          for (const auto& column : columns) all += " " + row.text(column);
        }
      }
      return all;
    });
  };
  for (const auto* block : {"ICP", "JCDM"}) {
    for (uint64_t seed = 0; seed < 6; ++seed) {
      const auto amount = seed == 0   ? wire::Sampler::Amount::least
                          : seed == 1 ? wire::Sampler::Amount::most
                                      : wire::Sampler::Amount::random;
      const Json document = wire::Sampler(amount, seed).document(*profile, "DownloadData", block);
      // Additions before deletions, so that a second time nothing is left to be done.
      hand(document);
      EXPECT_TRUE(world_.downloads().back().applied) << world_.downloads().back().problem;
      hand(document);
      const auto before = dump();
      hand(document);
      EXPECT_TRUE(world_.downloads().back().applied) << world_.downloads().back().problem;
      EXPECT_EQ(before, dump()) << block << " " << seed;
    }
  }
}

}  // namespace
}  // namespace beian::authority
