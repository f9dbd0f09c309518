// The ledger for people: search, pages, sending once more, how long bytes are kept.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "authority/keeping.hpp"
#include "authority/ledger_view.hpp"
#include "authority/link_world_for_tests.hpp"
#include "authority/resend.hpp"
#include "authority/trace.hpp"

namespace beian::authority {
namespace {

using testing::World;
using Fault = testing::FakeAuthority::Fault;
using Kind = Fault::Kind;

class Ledger : public ::testing::TestWithParam<std::string> {
 protected:
  World world_{GetParam()};
  int filed_ = 0;

  void file_every_record() {
    world_.authority.when_uploaded([&](const Json& record) {
      world_.authority.hand_down(testing::filed_document(record, ++filed_));
    });
  }
  // One file for each order, an hour apart, with its result.
  std::vector<std::string> three_filings() {
    file_every_record();
    std::vector<std::string> ids;
    for (int n = 1; n <= 3; ++n) {
      ids.push_back(world_.add_ready_order(n));
      world_.run(1, Millis{3'600'000});
    }
    return ids;
  }
  Json search(const std::map<std::string, std::string>& wanted) {
    const auto query = read_ledger_query([&](std::string_view name) {
      const auto it = wanted.find(std::string(name));
      return it == wanted.end() ? std::string() : it->second;
    });
    return world_.storage.database->read_value(
        [&](db::Tx& tx) { return ledger_page(tx, query.value()); });
  }
  std::vector<std::string> ids(const Json& page) {
    std::vector<std::string> out;
    for (const auto& entry : page["entries"].items()) out.push_back(entry["id"].as_string());
    return out;
  }
  std::vector<ledger::Trace> traces(int64_t upload) {
    return world_.storage.database->read_value(
        [&](db::Tx& tx) { return ledger::traces_of_upload(tx, upload); });
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Ledger, ::testing::ValuesIn(beian::testing::backends()));

using Ids = std::vector<std::string>;

TEST_P(Ledger, IsSearchedByWhatPeopleKnow) {
  const auto orders = three_filings();
  EXPECT_EQ(ids(search({})), (Ids{"d3", "u3", "d2", "u2", "d1", "u1"}));
  EXPECT_EQ(ids(search({{"order", orders[1]}})), (Ids{"d2", "u2"}));
  EXPECT_EQ(ids(search({{"sequence", "3"}})), Ids{"u3"});
  EXPECT_EQ(ids(search({{"direction", "up"}, {"state", "accepted"}})), (Ids{"u3", "u2", "u1"}));
  EXPECT_EQ(ids(search({{"file", "DOWNLOAD2"}})), Ids{"d2"});
  EXPECT_EQ(ids(search({{"file", "down_oad"}})), Ids{});
  EXPECT_EQ(ids(search({{"text", "操作成功"}})), (Ids{"u3", "u2", "u1"}));
  EXPECT_EQ(ids(search({{"text", "100%"}})), Ids{});
  EXPECT_EQ(ids(search({{"link", "js"}})), Ids{});
  const auto second = from_ms(world_.uploads()[1].created);
  EXPECT_EQ(ids(search({{"since", to_rfc3339(second)}, {"direction", "up"}})), (Ids{"u3", "u2"}));
  EXPECT_EQ(ids(search({{"until", to_rfc3339(second)}})), (Ids{"d1", "u1"}));
  EXPECT_EQ(ids(search({{"since", china_date(second)}, {"until", china_date(second)}})).size(), 6u);
  EXPECT_EQ(ids(search({{"until", "2020-01-01"}})), Ids{});
}

TEST_P(Ledger, PagesCoverEveryEntryOnce) {
  three_filings();
  for (const char* limit : {"1", "2", "4", "5"}) {
    Ids all;
    std::string before;
    for (int page = 0; page < 10; ++page) {
      const auto answer = search({{"limit", limit}, {"before", before}});
      for (auto& id : ids(answer)) all.push_back(id);
      if (answer["next"].is_null()) break;
      before = answer["next"].as_string();
    }
    EXPECT_EQ(all, (Ids{"d3", "u3", "d2", "u2", "d1", "u1"})) << limit;
  }
}

TEST_P(Ledger, TellsEverythingWrongInASearchAtOnce) {
  const std::map<std::string, std::string> wrong = {{"direction", "left"}, {"limit", "501"},
                                                    {"sequence", "x"},     {"since", "yesterday"},
                                                    {"before", "u1;d2"},   {"until", "2026-13-01"}};
  const auto query = read_ledger_query([&](std::string_view name) {
    const auto it = wrong.find(std::string(name));
    return it == wrong.end() ? std::string() : it->second;
  });
  ASSERT_FALSE(query);
  std::set<std::string> fields;
  for (const auto& problem : query.error()) fields.insert(problem.field);
  EXPECT_EQ(fields, (std::set<std::string>{"/direction", "/limit", "/sequence", "/since", "/before",
                                           "/until"}));
}

TEST_P(Ledger, KeepsEveryWordOfTheAuthority) {
  file_every_record();
  world_.service->run_due();
  world_.authority.fault("isp_upload", {Kind::lost_before});
  world_.authority.fault("isp_upload", {Kind::code, 15, {}, {}});
  world_.add_ready_order(1);
  world_.run(3);
  std::vector<std::string> what;
  for (const auto& trace : traces(1)) what.push_back(trace.what);
  // The second question: meanwhile the lease had run out.
  EXPECT_EQ(what, (Ids{"unanswered", "asked_previous", "answered", "asked_previous", "answered"}));
  const auto entry = world_.storage.database->read_value([&](db::Tx& tx) {
    return ledger_entry(tx, world_.cipher, LedgerId{'d', 1});
  });
  ASSERT_TRUE(entry);
  EXPECT_EQ((*entry)["trace"].at(0)["what"].as_string(), "acknowledged");
  EXPECT_EQ((*entry)["digest"].as_string().size(), 64u);
}

TEST_P(Ledger, AFileIsSentOnceMoreByAnOfficersWord) {
  three_filings();
  const auto before = world_.authority.files();
  const auto ask = [&](int64_t upload, const std::string& reason) {
    return ask_resend(*world_.storage.database, world_.clock.now(), upload, reason, "officer-1");
  };
  EXPECT_EQ(ask(2, " ").error()[0].code, ProblemCode::required);
  EXPECT_EQ(ask(99, "x").error()[0].code, ProblemCode::not_found);
  // The fake takes no number twice: its clear word ends the matter, and reporting goes on.
  ASSERT_TRUE(ask(2, "管局来电要求"));
  EXPECT_EQ(ask(2, "again").error()[0].code, ProblemCode::conflict);
  const auto id = world_.add_ready_order(4);
  world_.run(2);
  EXPECT_EQ(world_.state(id), "completed");
  EXPECT_EQ(world_.uploads()[1].resent, 1);
  EXPECT_EQ(world_.uploads()[1].resend_asked, 0);
  EXPECT_EQ(world_.uploads()[1].state, "accepted");
  auto trail = traces(2);
  ASSERT_GE(trail.size(), 4u);
  EXPECT_EQ(trail[1].what, "resend_asked");
  EXPECT_EQ(trail[1].actor, "officer-1");
  EXPECT_EQ(trail[1].text, "管局来电要求");
  EXPECT_EQ(trail[2].what, "answered");
  EXPECT_EQ(trail[3].what, "resend_given_up");

  // One that answers with success; and the wish outlives a lost connection.
  world_.authority.fault("isp_upload", {Kind::lost_before});
  world_.authority.fault("isp_upload", {Kind::code, 0});
  ASSERT_TRUE(ask(1, "管局来电要求"));
  world_.service->run_due();
  EXPECT_NE(world_.uploads()[0].resend_asked, 0);
  world_.run(2);
  EXPECT_EQ(world_.uploads()[0].resend_asked, 0);
  EXPECT_EQ(traces(1).back().what, "resend_done");
  EXPECT_EQ(world_.authority.files().size(), before.size() + 1);
}

TEST_P(Ledger, WhatIsUnderWayOrRefusedIsNotSentOnceMore) {
  world_.service->run_due();
  world_.authority.fault("isp_upload", {Kind::code, 19});
  world_.add_ready_order(1);
  world_.service->run_due();
  const auto plan =
      world_.storage.database->read_value([&](db::Tx& tx) { return plan_resend(tx, 1); });
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->possible);
  EXPECT_FALSE(plan->text.empty());
}

TEST_P(Ledger, BytesStayThreeMonthsAndRowsForEver) {
  three_filings();
  const auto uploads = world_.uploads();
  const auto downloads = world_.downloads();
  world_.clock.advance(kLeastKept - Millis{3 * 3'600'000 + 600'000});
  world_.run(1, std::chrono::days{1});
  // The first file's time is over by now, and the others' too after the day.
  for (const auto& upload : world_.uploads()) {
    EXPECT_GT(upload.bytes_removed, 0);
    EXPECT_GE(upload.bytes_removed, to_ms(from_ms(upload.answered) + kLeastKept));
    EXPECT_FALSE(world_.blobs->exists(upload.xml_blob));
    EXPECT_FALSE(world_.blobs->exists(upload.envelope_blob));
    EXPECT_EQ(upload.hash, uploads[static_cast<size_t>(upload.number) - 1].hash);
    EXPECT_EQ(traces(upload.number).back().what, "bytes_removed");
  }
  for (const auto& download : world_.downloads()) {
    EXPECT_GE(download.bytes_removed, to_ms(from_ms(download.applied_at) + kLeastKept));
    EXPECT_FALSE(world_.blobs->exists(download.blob));
  }
  EXPECT_EQ(world_.downloads().size(), downloads.size());
  const auto read = read_ledger_bytes(*world_.storage.database, *world_.blobs, world_.clock.now(),
                                      LedgerId{'u', 1}, false, "officer-1");
  EXPECT_FALSE(read);
  const auto again =
      ask_resend(*world_.storage.database, world_.clock.now(), 1, "管局来电要求", "officer-1");
  EXPECT_EQ(again.error()[0].code, ProblemCode::conflict);
}

TEST_P(Ledger, BytesGoOnlyWhenTheirTimeIsOverAndNobodyNeedsThem) {
  three_filings();
  const auto remove_at = [&](TimePoint now) {
    return remove_ended_bytes(*world_.storage.database, *world_.blobs, "gd", now, kLeastKept, 100);
  };
  const auto first = world_.uploads()[0];
  const auto ended = from_ms(std::max(first.answered, first.sent));
  EXPECT_EQ(remove_at(ended + kLeastKept), 0u);
  // A material of the same content, and a download that was never acknowledged.
  world_.write([&](db::Tx& tx) {
    tx.exec(
        "UPDATE materials SET original = :blob WHERE owner = '/entity' AND order_id = "
        "(SELECT order_id FROM authority_upload_records WHERE upload = 1)",
        {{"blob", first.envelope_blob}});
    tx.exec("UPDATE authority_downloads SET acked = 0 WHERE number = 1");
  });
  EXPECT_EQ(remove_at(ended + kLeastKept + Millis{1}), 1u);
  EXPECT_FALSE(world_.blobs->exists(first.xml_blob));
  EXPECT_TRUE(world_.blobs->exists(first.envelope_blob));
  EXPECT_TRUE(world_.blobs->exists(world_.downloads()[0].blob));
  EXPECT_TRUE(world_.blobs->exists(world_.uploads()[1].xml_blob));
  EXPECT_THROW(remove_ended_bytes(*world_.storage.database, *world_.blobs, "gd", ended,
                                  kLeastKept - Millis{1}, 100),
               std::invalid_argument);
}

// A new column that names blobs must be asked before bytes go: is_blob_needed knows these. The
// columns hold the 64 hex digits of a reference, and nothing else in the schema is called so.
TEST_P(Ledger, EveryColumnThatNamesABlobIsKnown) {
  const std::set<std::string> known = {
      "authority_uploads.xml_blob", "authority_uploads.envelope_blob", "authority_downloads.blob",
      "materials.original", "materials.reported"};
  std::set<std::string> found;
  world_.write([&](db::Tx& tx) {
    const bool sqlite = tx.dialect() == db::Dialect::sqlite;
    for (const auto& row : tx.query(
             sqlite ? "SELECT m.name AS t, p.name AS c FROM sqlite_master m, "
                      "pragma_table_info(m.name) p WHERE m.type = 'table'"
                    : "SELECT table_name AS t, column_name AS c FROM information_schema.columns "
                      "WHERE table_schema = 'public'")) {
      const auto column = row.text("c");
      if (column.ends_with("blob") || column == "original" || column == "reported")
        found.insert(row.text("t") + "." + column);
    }
  });
  EXPECT_EQ(found, known);
}

}  // namespace
}  // namespace beian::authority
