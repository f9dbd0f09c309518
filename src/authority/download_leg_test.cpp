// Downloading and applying, on both databases.
#include <gtest/gtest.h>

#include <algorithm>

#include "authority/filed_sample_for_tests.hpp"
#include "authority/link_world_for_tests.hpp"
#include "authority/trace.hpp"
#include "base/encoding.hpp"
#include "registry/registry.hpp"

namespace beian::authority {
namespace {

using testing::World;
using Fault = testing::FakeAuthority::Fault;
using Kind = Fault::Kind;

class Downloading : public ::testing::TestWithParam<std::string> {
 protected:
  // An order that the authority has taken.
  std::string reported(World& world, int n = 1) {
    const auto id = world.add_ready_order(n);
    world.run(1);
    return id;
  }
  Json record_of(World& world, const std::string& order) {
    const int64_t id = world.record_id(order);
    for (const auto& [sequence, file] : world.authority.files())
      for (const auto& record : file.records)
        if (record["entity"]["provider_entity_id"].as_int() == id) return record;
    return {};
  }
  void file(World& world, const std::string& order, int64_t number) {
    world.authority.hand_down(testing::filed_document(record_of(world, order), number));
  }
  int count(const std::vector<std::string>& events, const std::string& name) {
    return static_cast<int>(std::ranges::count(events, name));
  }

  World world_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Backends, Downloading, ::testing::ValuesIn(beian::testing::backends()));

// Covers operation:isp_download operation:isp_downloadack download:ICP/BASJ
TEST_P(Downloading, AFiledRecordCompletesTheOrderAndFillsTheRegistry) {
  const auto id = reported(world_);
  file(world_, id, 1);
  world_.run(1);
  EXPECT_EQ(world_.state(id), "completed");
  EXPECT_EQ(world_.order(id).filing_number, "粤ICP备2026000001号");
  const auto domain = world_.storage.database->read_value(
      [](db::Tx& tx) { return registry::find_domain(tx, "yangli-example1.cn"); });
  ASSERT_TRUE(domain);
  EXPECT_EQ(domain->service_number, "粤ICP备2026000001号-1");
  EXPECT_EQ(domain->account_id, "account-1");
  EXPECT_TRUE(domain->access_here);
  const auto downloads = world_.downloads();
  ASSERT_EQ(downloads.size(), 1u);
  EXPECT_TRUE(downloads[0].applied);
  EXPECT_GT(downloads[0].acked, 0);
  EXPECT_EQ(downloads[0].flagged, 0);
}

TEST_P(Downloading, ALostAcknowledgementAppliesNothingTwice) {
  const auto id = reported(world_);
  world_.authority.fault("isp_downloadack", {Kind::lost_before});
  world_.authority.fault("isp_downloadack", {Kind::lost_after});
  file(world_, id, 1);
  world_.run(4);
  EXPECT_EQ(world_.state(id), "completed");
  EXPECT_EQ(count(world_.events(id), "approve"), 1);
  EXPECT_EQ(world_.downloads().size(), 1u);
  EXPECT_EQ(world_.downloads()[0].times_received, 2);
  EXPECT_EQ(world_.authority.waiting_downloads(), 0u);
}

TEST_P(Downloading, AFileThatComesAgainAfterItsAcknowledgementIsNotAppliedAgain) {
  const auto id = reported(world_);
  file(world_, id, 1);
  world_.run(1);
  world_.authority.repeat_last();
  world_.run(2);
  EXPECT_EQ(world_.downloads().size(), 1u);
  EXPECT_EQ(world_.downloads()[0].times_received, 2);
  EXPECT_EQ(count(world_.events(id), "approve"), 1);
  EXPECT_EQ(world_.authority.waiting_downloads(), 0u);
}

TEST_P(Downloading, AnAcknowledgementWhoseAnswerWasLostGoesOnceMore) {
  const auto id = reported(world_);
  world_.authority.fault("isp_downloadack", {Kind::lost_after});
  file(world_, id, 1);
  world_.run(1);
  // The authority took it and has nothing more to give.
  EXPECT_EQ(world_.authority.waiting_downloads(), 0u);
  ASSERT_EQ(world_.downloads().size(), 1u);
  EXPECT_EQ(world_.downloads()[0].acked, 0);
  world_.run(2);
  EXPECT_GT(world_.downloads()[0].acked, 0);
  EXPECT_EQ(world_.authority.acks(), (std::vector<std::string>{"download1", "download1"}));
  world_.run(5);
  EXPECT_EQ(world_.authority.calls("isp_downloadack"), 2);
  EXPECT_EQ(world_.downloads()[0].times_received, 1);
  EXPECT_EQ(count(world_.events(id), "approve"), 1);
  // So its bytes end as all others'.
  world_.clock.advance(kLeastKept);
  world_.run(2, std::chrono::days{1});
  EXPECT_GT(world_.downloads()[0].bytes_removed, 0);
}

class DeadAcknowledgement : public Downloading {
 protected:
  // Taken by the authority without a word, and every one sent once more is refused.
  void SetUp() override {
    id_ = reported(world_);
    world_.authority.fault("isp_downloadack", {Kind::lost_after});
    for (int n = 0; n < 100; ++n)
      world_.authority.fault("isp_downloadack", {Kind::code, 999, {}, "没有下发过该文件"});
    file(world_, id_, 1);
    world_.run(1);
  }
  std::vector<std::string> trace() {
    std::vector<std::string> out;
    for (const auto& one : world_.storage.database->read_value(
             [](db::Tx& tx) { return ledger::traces_of_download(tx, 1); }))
      out.push_back(one.what);
    return out;
  }
  std::string id_;
};
INSTANTIATE_TEST_SUITE_P(Backends, DeadAcknowledgement,
                         ::testing::ValuesIn(beian::testing::backends()));

TEST_P(DeadAcknowledgement, IsTriedWithGrowingPausesAndHoldsUpNothing) {
  world_.run(30, Millis{1'000});
  EXPECT_EQ(world_.downloads()[0].ack_tries, 1);
  // One each round that is due: after 1, 2, 4, 8 minutes.
  world_.run(16, Millis{60'000});
  EXPECT_EQ(world_.downloads()[0].ack_tries, 5);
  EXPECT_EQ(world_.link_row().state, "working");
  EXPECT_EQ(world_.downloads()[0].ack_given_up, 0);
  const auto traces = trace();
  EXPECT_EQ(std::ranges::count(traces, "ack_answered"), 5);
}

TEST_P(DeadAcknowledgement, IsGivenUpShownAndItsBytesEnd) {
  world_.run(60);
  const auto download = world_.downloads()[0];
  EXPECT_EQ(download.acked, 0);
  EXPECT_EQ(download.ack_tries, 10);
  EXPECT_GT(download.ack_given_up, 0);
  EXPECT_EQ(world_.authority.calls("isp_downloadack"), 11);
  EXPECT_EQ(trace().back(), "ack_given_up");
  world_.storage.database->read([](db::Tx& tx) {
    EXPECT_EQ(ledger::counts(tx, "gd").flagged_downloads, 1);
    ledger::Filter flagged;
    flagged.state = "flagged";
    EXPECT_EQ(ledger::list_downloads(tx, flagged).size(), 1u);
  });
  world_.clock.advance(kLeastKept);
  world_.run(2, std::chrono::days{1});
  EXPECT_GT(world_.downloads()[0].bytes_removed,
            to_ms(from_ms(download.ack_given_up) + kLeastKept));
}

// Given again after all: acknowledged as any other, and its bytes, back in the store, end again.
TEST_P(DeadAcknowledgement, ThatComesAgainIsAcknowledgedAndItsBytesEndAgain) {
  world_.run(60);
  world_.clock.advance(kLeastKept);
  world_.run(2, std::chrono::days{1});
  world_.authority.repeat_last();
  world_.authority.no_faults();
  world_.run(1);
  const auto download = world_.downloads()[0];
  EXPECT_GT(download.acked, 0);
  EXPECT_EQ(download.times_received, 2);
  EXPECT_EQ(download.bytes_removed, 0);
  EXPECT_TRUE(world_.blobs->exists(download.blob));
  EXPECT_EQ(count(world_.events(id_), "approve"), 1);
  world_.clock.advance(kLeastKept);
  world_.run(2, std::chrono::days{1});
  EXPECT_GT(world_.downloads()[0].bytes_removed, 0);
  EXPECT_FALSE(world_.blobs->exists(download.blob));
}

TEST_P(Downloading, AWrongHashIsFetchedAgain) {
  const auto id = reported(world_);
  world_.authority.hand_down(testing::filed_document(record_of(world_, id), 1), 2);
  world_.run(3);
  EXPECT_EQ(world_.state(id), "completed");
  EXPECT_EQ(world_.downloads().size(), 1u);
  EXPECT_EQ(world_.authority.acks().size(), 1u);
}

TEST_P(Downloading, AHashThatStaysWrongIsKeptAndStopsNobody) {
  const auto id = reported(world_);
  world_.authority.hand_down(testing::fault_document(1, {1011}), 100);
  file(world_, id, 1);
  world_.run(5);
  EXPECT_EQ(world_.state(id), "completed");
  const auto downloads = world_.downloads();
  ASSERT_EQ(downloads.size(), 2u);
  EXPECT_FALSE(downloads[0].opened);
  EXPECT_FALSE(downloads[0].problem.empty());
  EXPECT_TRUE(world_.blobs->exists(downloads[0].blob));
  EXPECT_EQ(world_.authority.waiting_downloads(), 0u);
}

TEST_P(Downloading, AFileThatIsNoDocumentIsKeptFlaggedAndStopsNobody) {
  const auto id = reported(world_);
  world_.authority.hand_down_bytes("broken", "<DownloadData version=\"V.3.0\"><Nonsense/>");
  file(world_, id, 1);
  world_.run(2);
  EXPECT_EQ(world_.state(id), "completed");
  const auto downloads = world_.downloads();
  ASSERT_EQ(downloads.size(), 2u);
  EXPECT_TRUE(downloads[0].opened);
  EXPECT_FALSE(downloads[0].applied);
  EXPECT_FALSE(downloads[0].problem.empty());
  EXPECT_EQ(world_.authority.acks(), (std::vector<std::string>{"broken", "download1"}));
}

// Covers download:ICP/BAJG
TEST_P(Downloading, FaultsBecomeFindingsAtTheirFields) {
  const auto id = reported(world_);
  world_.authority.hand_down(testing::fault_document(world_.record_id(id), {1062, 1011, 1005}));
  world_.run(1);
  EXPECT_EQ(world_.state(id), "authority_rejected");
  const Json findings = world_.order(id).findings;
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings.at(0)["field"].as_string(), "/entity/manager/mobile");
  EXPECT_EQ(findings.at(0)["code"].as_int(), 1011);
  EXPECT_EQ(findings.at(1)["field"].as_string(), "/services/0/domains");
}

TEST_P(Downloading, SuccessesAreOnlyNoted) {
  const auto id = reported(world_);
  const auto record = world_.record_id(id);
  world_.authority.hand_down(testing::fault_document(record, {1060, 1062}));
  world_.authority.hand_down(testing::decision_document(record, true, "同意"));
  world_.run(1);
  EXPECT_EQ(world_.state(id), "at_authority");
  EXPECT_EQ(count(world_.events(id), "note"), 2);
  for (const auto& download : world_.downloads()) EXPECT_EQ(download.flagged, 0);
}

TEST_P(Downloading, ARefusalCarriesTheOpinion) {
  const auto id = reported(world_);
  world_.authority.hand_down(
      testing::decision_document(world_.record_id(id), false, "样例：核验单不清晰"));
  world_.run(1);
  EXPECT_EQ(world_.state(id), "authority_rejected");
  EXPECT_EQ(world_.order(id).findings.at(0)["text"].as_string(), "样例：核验单不清晰");
}

TEST_P(Downloading, ResultsOfNobodyAreKeptAndFlagged) {
  world_.authority.hand_down(testing::fault_document(987654, {1011}));
  world_.authority.hand_down(testing::decision_document(987654, false, "样例"));
  world_.run(1);
  const auto downloads = world_.downloads();
  ASSERT_EQ(downloads.size(), 2u);
  for (const auto& download : downloads) {
    EXPECT_TRUE(download.applied);
    EXPECT_EQ(download.flagged, 1);
    ASSERT_EQ(world_.results(download.number).size(), 1u);
    EXPECT_EQ(world_.results(download.number)[0].effect, "unknown");
  }
}

TEST_P(Downloading, LateResultsLeaveATraceAndDoNoHarm) {
  const auto id = reported(world_);
  const auto record = world_.record_id(id);
  file(world_, id, 1);
  world_.run(1);
  world_.authority.hand_down(testing::fault_document(record, {1011}));
  world_.authority.hand_down(testing::decision_document(record, false, "样例"));
  world_.run(1);
  EXPECT_EQ(world_.state(id), "completed");
  EXPECT_EQ(count(world_.events(id), "note"), 2);
  EXPECT_EQ(world_.results(world_.downloads()[1].number)[0].effect, "late");
}

TEST_P(Downloading, ARecordWithOurNumberButAnotherCertificateIsNotOurs) {
  const auto id = reported(world_);
  Json document = testing::filed_document(record_of(world_, id), 1);
  document.find("icp")
      ->find("filed")
      ->items()[0]
      .find("entity")
      ->find("certificate")
      ->set("number", "OTHER");
  world_.authority.hand_down(document);
  world_.run(1);
  EXPECT_EQ(world_.state(id), "at_authority");
  EXPECT_EQ(world_.downloads()[0].flagged, 1);
}

// What was added or changed after the first filing comes under its number too.
TEST_P(Downloading, AChangedRecordIsNoNewsForTheFirstOrder) {
  const auto id = reported(world_);
  file(world_, id, 1);
  world_.run(1);
  Json changed = testing::filed_document(record_of(world_, id), 1);
  Json& record = changed.find("icp")->find("filed")->items()[0];
  const auto effect = [&] {
    world_.authority.hand_down(changed);
    world_.run(1);
    EXPECT_EQ(world_.downloads().back().flagged, 0);
    return world_.results(world_.downloads().back().number)[0].effect;
  };
  record.find("services")->items()[0].set("name", "样例新网站");
  EXPECT_EQ(effect(), "applied");
  // Its certificate may change as well; then it is no longer the order's, and yet nobody's news.
  record.find("entity")->find("certificate")->set("number", "OTHER");
  EXPECT_EQ(effect(), "applied");
  EXPECT_EQ(world_.state(id), "completed");
  EXPECT_EQ(count(world_.events(id), "note"), 0);
}

TEST_P(Downloading, TheNumberItselfSettlesAnUploadWhoseAnswerWasLost) {
  world_.authority.when_uploaded(
      [&](const Json& record) { world_.authority.hand_down(testing::filed_document(record, 1)); });
  world_.authority.fault("isp_upload", {Kind::lost_after});
  const auto id = world_.add_ready_order(1);
  world_.run(3);
  EXPECT_EQ(world_.state(id), "completed");
  EXPECT_EQ(world_.uploads()[0].state, "accepted");
  EXPECT_EQ(world_.authority.calls("isp_upload"), 1);
}

// One record of 1.2 MB: scans of approvals.
Json large_record(int64_t n, int64_t provider) {
  Json record = testing::filed_sample(n, provider);
  std::string scan;
  for (int i = 0; scan.size() < 120'000; ++i) scan += std::to_string(n * 1'000'000 + i) + "/";
  const std::string bytes = base64_encode(scan);
  Json scans = Json::array();
  for (int i = 0; i < 10; ++i) scans.push(bytes);
  record.find("services")
      ->items()[0]
      .set("pre_approvals",
           Json::array({Json::object(
               {{"content_type", 1}, {"number", "样例批文"}, {"files", std::move(scans)}})}));
  return record;
}

std::string large_document(const std::string& block, const std::string& field, int64_t provider,
                           int64_t records) {
  Json list = Json::array();
  for (int64_t n = 1; n <= records; ++n) list.push(large_record(n, provider));
  Json inner = Json::object();
  inner.set(field, std::move(list));
  return wire::encode(**wire::Profile::named("miit-3.0"), "DownloadData",
                      Json::object({{block, std::move(inner)}}), {.max_bytes = size_t{1} << 30})
      .value();
}

TEST_P(Downloading, OnlyALibraryMayBeLargerThanTheInterfaceAllows) {
  const auto provider = world_.config.provider_id;
  world_.authority.hand_down_bytes("library",
                                   large_document("synchronisation", "filed", provider, 36));
  world_.authority.hand_down_bytes("filed", large_document("icp", "filed", provider, 36));
  world_.run(3);
  const auto downloads = world_.downloads();
  ASSERT_EQ(downloads.size(), 2u);
  EXPECT_GT(downloads[0].bytes, 50 * 1024 * 1024);
  EXPECT_TRUE(downloads[0].opened);
  EXPECT_TRUE(downloads[0].applied);
  EXPECT_EQ(downloads[0].items, 36);
  EXPECT_FALSE(downloads[1].opened);
  EXPECT_FALSE(downloads[1].problem.empty());
  EXPECT_EQ(world_.authority.waiting_downloads(), 0u);
}

TEST_P(Downloading, ALibraryHasItsLimitToo) {
  world_.config.max_library_bytes = 51u * 1024 * 1024;
  world_.restart();
  world_.authority.hand_down_bytes(
      "library", large_document("synchronisation", "filed", world_.config.provider_id, 36));
  world_.run(1);
  ASSERT_EQ(world_.downloads().size(), 1u);
  EXPECT_FALSE(world_.downloads()[0].opened);
}

class SmsVerification : public Downloading {
 protected:
  World sms_{GetParam(), "openbeian-3.1"};
  std::string id_;
  int64_t entity_ = 0, service_ = 0;

  void SetUp() override {
    id_ = reported(sms_);
    entity_ = sms_.record_id(id_);
    service_ = record_of(sms_, id_)["services"].at(0)["provider_service_id"].as_int();
  }
  void tell(const std::string& entity_manager, const std::string& service_manager) {
    sms_.authority.hand_down(
        testing::sms_document({testing::sms_task(entity_, 0, entity_manager),
                               testing::sms_task(entity_, service_, service_manager)}));
    sms_.run(1);
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, SmsVerification,
                         ::testing::ValuesIn(beian::testing::backends()));

// Covers download:ICP/Ob_dxhy
TEST_P(SmsVerification, TheOrderWaitsForEachPerson) {
  EXPECT_EQ(sms_.state(id_), "reporting");  // taken, but not told yet who must verify
  tell("pending", "pending");
  EXPECT_EQ(sms_.state(id_), "sms_pending");
  tell("done", "pending");
  EXPECT_EQ(sms_.state(id_), "sms_pending");
  tell("done", "done");
  EXPECT_EQ(sms_.state(id_), "at_authority");
  file(sms_, id_, 1);
  sms_.run(1);
  EXPECT_EQ(sms_.state(id_), "completed");
}

TEST_P(SmsVerification, NotInTimeMeansRejectedAndTheSameAgain) {
  tell("pending", "pending");
  tell("done", "expired");
  EXPECT_EQ(sms_.state(id_), "authority_rejected");
  const Json findings = sms_.order(id_).findings;
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings.at(0)["field"].as_string(), "/services/0/manager/mobile");

  const orders::OrderStore store(sms_.cipher);
  sms_.write([&](db::Tx& tx) {
    ASSERT_TRUE(store.apply(tx, sms_.clock.now(), id_, orders::Event::resubmit,
                            {orders::Actor::applicant, "account-1", "", {}}));
  });
  sms_.run(1);
  EXPECT_EQ(sms_.state(id_), "reporting");
  EXPECT_NE(sms_.record_id(id_), entity_);
  // Old news about the first record must not touch the second.
  tell("failed", "failed");
  sms_.authority.hand_down(testing::fault_document(entity_, {1011}));
  sms_.run(1);
  EXPECT_EQ(sms_.state(id_), "reporting");
}

TEST_P(SmsVerification, AllDoneInOneFileGoesThroughBothSteps) {
  tell("done", "done");
  EXPECT_EQ(sms_.state(id_), "at_authority");
  const auto events = sms_.events(id_);
  EXPECT_EQ(count(events, "accept_with_sms"), 1);
  EXPECT_EQ(count(events, "sms_done"), 1);
}

TEST_P(SmsVerification, AFaultInTheRecordRefusesBeforeAnybodyVerified) {
  sms_.authority.hand_down(testing::fault_document(entity_, {1003}));
  sms_.run(1);
  EXPECT_EQ(sms_.state(id_), "authority_rejected");
}

}  // namespace
}  // namespace beian::authority
