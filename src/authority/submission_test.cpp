// Submissions and the marks of records as stored, on both databases.
#include "authority/submission.hpp"

#include <gtest/gtest.h>

#include "authority/operation.hpp"
#include "platform/db/migrate.hpp"
#include "testing/database.hpp"

namespace beian::authority {
namespace {

class Submissions : public ::testing::TestWithParam<std::string> {
 protected:
  beian::testing::TestDatabase storage_ = beian::testing::make_database(GetParam());
  crypto::ColumnCipher cipher_{Secret(std::string(32, 'k'))};
  TimePoint now_ = from_ms(1'764'000'000'000);

  template <class Work>
  auto write(Work&& work) {
    using Answer = decltype(work(std::declval<db::Tx&>()));
    std::optional<Answer> out;
    storage_.database->write([&](db::Tx& tx) { out.emplace(work(tx)); });
    return std::move(*out);
  }
  int64_t add(const std::string& operation = "icp/cancellations",
              Subject subject = {"manual", "officer"}) {
    Json body = Json::object();
    body.set("reason", 1);
    now_ += Millis{1};
    return write([&](db::Tx& tx) {
             return submit(tx, cipher_, now_, {"gd", operation, subject, "account-1", body});
           })
        .value();
  }
  Submission get(int64_t number) {
    return write([&](db::Tx& tx) { return find_submission(tx, cipher_, number); }).value();
  }
  // As a file that was taken has it.
  int64_t report(int64_t submission, int64_t sequence, const std::vector<ledger::Mark>& marks) {
    return write([&](db::Tx& tx) {
      ledger::Upload upload;
      upload.link = "gd";
      upload.sequence = sequence;
      upload.file_name = "upload";
      upload.records = 1;
      upload.number = ledger::insert_upload(tx, upload);
      const int64_t id = ledger::take_numbers(tx, 1);
      ledger::insert_record(tx, {id, upload.number, "", submission, "account-1", "{}"});
      for (const auto& mark : marks) ledger::insert_mark(tx, "gd", mark, id);
      EXPECT_TRUE(mark_reporting(tx, now_, submission));
      ledger::mark_answered(tx, upload, "accepted", 0, "", now_);
      mark_accepted(tx, now_, submission);
      return id;
    });
  }
  std::string tell(int64_t number, const std::string& verdict, const std::string& text) {
    return write([&](db::Tx& tx) {
      return tell_outcomes(tx, cipher_, now_, number, {{verdict, text, 1011, "/entity", {}}});
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Submissions, ::testing::ValuesIn(beian::testing::backends()));

TEST_P(Submissions, AreReadAsTheyWereWritten) {
  const auto number = add("icp/changes", {"order", "o1"});
  const auto found = get(number);
  EXPECT_EQ(found.link, "gd");
  EXPECT_EQ(found.operation, "icp/changes");
  EXPECT_EQ(found.subject, (Subject{"order", "o1"}));
  EXPECT_EQ(found.account_id, "account-1");
  EXPECT_EQ(found.body["reason"].as_int(), 1);
  EXPECT_EQ(found.state, "queued");
  EXPECT_EQ(found.created, now_);
  const auto sealed = write([&](db::Tx& tx) {
    return tx.query_one("SELECT body FROM authority_submissions")->text("body");
  });
  EXPECT_EQ(sealed.find("reason"), std::string::npos);
  EXPECT_FALSE(write([&](db::Tx& tx) { return find_submission(tx, cipher_, 999).has_value(); }));
  const auto of_order = write([&](db::Tx& tx) {
    return submissions_of(tx, cipher_, {"order", "o1"});
  });
  ASSERT_EQ(of_order.size(), 1u);
  EXPECT_EQ(of_order[0].number, number);
}

TEST_P(Submissions, OnlyOperationsOfTheirOwnAreTaken) {
  for (const auto* operation : {"icp/new_filings", "icp/nothing", ""}) {
    const auto refused = write([&](db::Tx& tx) {
      return submit(tx, cipher_, now_, {"gd", operation, {"manual", "x"}, "", Json::object()});
    });
    ASSERT_FALSE(refused) << operation;
    EXPECT_EQ(refused.error()[0].field, "/operation");
  }
}

TEST_P(Submissions, WaitInTheOrderOfTheirComing) {
  const auto first = add("icp/changes");
  const auto second = add("icp/cancellations");
  const auto third = add("icp/changes");
  write([&](db::Tx& tx) {
    hold_submission(tx, now_, second, "样例", now_ + Millis{1000});
    return 0;
  });
  const auto waiting = write([&](db::Tx& tx) { return waiting_operations(tx, "gd", now_); });
  ASSERT_EQ(waiting.size(), 1u);  // what is held waits for its time
  EXPECT_EQ(waiting[0].operation, "icp/changes");
  EXPECT_EQ(waiting[0].oldest, get(first).ready);
  const auto changes = write(
      [&](db::Tx& tx) { return waiting_submissions(tx, cipher_, "gd", "icp/changes", now_, 10); });
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].number, first);
  EXPECT_EQ(changes[1].number, third);
  EXPECT_EQ(
      write([&](db::Tx& tx) { return waiting_operations(tx, "gd", now_ + Millis{1000}).size(); }),
      2u);
  EXPECT_EQ(write([&](db::Tx& tx) { return waiting_operations(tx, "js", now_).size(); }), 0u);
  EXPECT_EQ(write([&](db::Tx& tx) { return count_waiting(tx, "gd"); }), 3);
}

TEST_P(Submissions, AreWithdrawnOnlyWhileTheyWait) {
  const auto number = add();
  ASSERT_TRUE(write([&](db::Tx& tx) { return withdraw(tx, now_, number); }));
  EXPECT_EQ(get(number).state, "withdrawn");
  EXPECT_FALSE(write([&](db::Tx& tx) { return mark_reporting(tx, now_, number); }));
  const auto sent = add();
  report(sent, 1, {});
  const auto late = write([&](db::Tx& tx) { return withdraw(tx, now_, sent); });
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error()[0].code, ProblemCode::conflict);
  const auto nobody = write([&](db::Tx& tx) { return withdraw(tx, now_, 999); });
  EXPECT_EQ(nobody.error()[0].code, ProblemCode::not_found);
}

TEST_P(Submissions, AnAnswerSettlesOnceAndIsKeptWhole) {
  const auto number = add();
  report(number, 1, {});
  EXPECT_EQ(tell(number, "note", "样例消息"), "noted");
  EXPECT_EQ(get(number).state, "accepted");
  EXPECT_EQ(tell(number, "reject", "样例：驳回"), "applied");
  EXPECT_EQ(get(number).state, "refused");
  EXPECT_EQ(tell(number, "reject", "样例：再次驳回"), "noted");
  EXPECT_EQ(tell(number, "pass", "样例：改为通过"), "applied");
  EXPECT_EQ(tell(number, "reject", "样例：太迟"), "late");
  const auto found = get(number);
  EXPECT_EQ(found.state, "done");
  ASSERT_EQ(found.outcomes.size(), 5u);
  EXPECT_EQ(found.outcomes.at(1)["text"].as_string(), "样例：驳回");
  EXPECT_EQ(found.outcomes.at(1)["code"].as_int(), 1011);
  EXPECT_EQ(found.outcomes.at(1)["field"].as_string(), "/entity");
}

TEST_P(Submissions, AMarkNamesTheOldestThatWaits) {
  const ledger::Mark mark{"icp/results", 2, "粤ICP备2026000001号"};
  const auto first = add(), second = add();
  const auto first_record = report(first, 1, {mark});
  const auto second_record = report(second, 2, {mark, mark});
  const auto find = [&](const ledger::Mark& asked) {
    return write([&](db::Tx& tx) { return record_marked(tx, cipher_, "gd", asked); });
  };
  EXPECT_EQ(find(mark)->id, first_record);
  EXPECT_EQ(find(mark)->submission, first);
  tell(first, "reject", "样例");
  EXPECT_EQ(find(mark)->id, second_record);
  tell(second, "pass", "样例");
  EXPECT_EQ(find(mark)->id, second_record);  // none waits: the newest
  EXPECT_FALSE(find({"icp/results", 3, mark.mark}));
  EXPECT_FALSE(find({"icp/decisions", 2, mark.mark}));
  EXPECT_FALSE(
      write([&](db::Tx& tx) { return record_marked(tx, cipher_, "js", mark).has_value(); }));
}

TEST_P(Submissions, ARefusedFileGivesThemBackInTheirPlaces) {
  const auto number = add();
  const auto place = get(number).ready;
  add();
  write([&](db::Tx& tx) {
    EXPECT_TRUE(mark_reporting(tx, now_, number));
    requeue(tx, now_ + Millis{5000}, number);
    return 0;
  });
  EXPECT_EQ(get(number).state, "queued");
  EXPECT_EQ(get(number).ready, place);
}

// What stood in the tables before stays, and can be named by an answer.
TEST_P(Submissions, OldRecordsGetTheirMarks) {
  auto old = beian::testing::make_empty_database(GetParam());
  const auto all = db::embedded_migrations("", old.database->dialect());
  auto before = all;
  std::erase_if(before, [](const db::Migration& m) { return m.number >= 7; });
  db::migrate(*old.database, before);
  old.database->write([](db::Tx& tx) {
    tx.exec("INSERT INTO authority_links (id) VALUES ('gd')");
    tx.exec(
        "INSERT INTO authority_uploads (number, link, sequence, state, file_name, records, "
        "xml_bytes, xml_blob, envelope_blob, hash, encrypt_algorithm, created) VALUES "
        "(1, 'gd', 1, 'accepted', 'f', 1, 1, '', '', '', 0, 1)");
    tx.exec(
        "INSERT INTO authority_upload_records (provider_entity_id, upload, order_id, account_id, "
        "ids) VALUES (41, 1, 'o1', 'a1', '{}')");
    tx.exec(
        "INSERT INTO authority_sms (provider_entity_id, role, provider_service_id, state, "
        "wrong_inputs, deadline, mobile_tail, updated) VALUES "
        "(41, 'entity_manager', 0, 'pending', 0, '', '0001', 1)");
  });
  db::migrate(*old.database, all);
  old.database->read([&](db::Tx& tx) {
    const auto records = ledger::records_marked(tx, "gd", {"icp/results", 1, "41"});
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].order_id, "o1");
    EXPECT_FALSE(records[0].submission);
    EXPECT_EQ(ledger::records_marked(tx, "gd", {"icp/decisions", 1, "41"}).size(), 1u);
    EXPECT_EQ(ledger::sms_of(tx, 41).size(), 1u);
  });
}

TEST(Operations, AreFoundByTheirNames) {
  for (const auto& operation : operations()) {
    EXPECT_EQ(find_operation(operation.name), &operation);
    EXPECT_TRUE(operation.before.empty() || find_operation(operation.before)) << operation.name;
  }
  EXPECT_EQ(find_operation("icp"), nullptr);
  ASSERT_NE(find_operation("ip/changes/sources"), nullptr);
  EXPECT_EQ(find_operation("ip/changes/sources")->block(), "ip");
  EXPECT_EQ(find_operation("ip/changes/sources")->path(), "changes/sources");
  EXPECT_EQ(operation_of_kind("first")->name, "icp/new_filings");
  EXPECT_EQ(operation_of_kind("change_both")->name, "icp/changes");
  EXPECT_EQ(operation_of_kind("transfer"), nullptr);
}

}  // namespace
}  // namespace beian::authority
