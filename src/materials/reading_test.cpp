#include "materials/reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/text.hpp"
#include "materials/materials.hpp"
#include "materials/read_job.hpp"
#include "platform/image/image.hpp"
#include "testing/database.hpp"

namespace beian::materials {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const TimePoint kNow{Millis{1'780'000'000'000}};

const std::string& certificate() {
  static const std::string kPicture = image::draw_sample(
      image::Format::png, 800, 560, "营业执照\n样例科技有限公司\n91440106MA0000007K");
  return kPicture;
}

// A program of our own in the place of Tesseract.
class Pretended {
 public:
  ReadingProgram does(const std::string& script) {
    const std::string path = folder_.path("reads");
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return {path, "样例程序 1"};
  }
  std::string path(std::string_view name) const { return folder_.path(name); }

 private:
  testing::TempFolder folder_;
};

TEST(ReadingProgram, TesseractIsFoundWithItsVersion) {
  const auto found = find_program("tesseract");
  EXPECT_EQ(found.trouble, "");
  EXPECT_EQ(found.program.path, "tesseract");
  EXPECT_THAT(found.program.version, HasSubstr("tesseract 5"));
}

TEST(ReadingProgram, WhatCannotBeUsedSaysWhy) {
  Pretended program;
  EXPECT_THAT(find_program("beian-no-such-program").trouble, HasSubstr("No such file"));
  EXPECT_THAT(find_program(program.does("exit 1").path).trouble, HasSubstr("does not answer"));
  const std::string only_english = "echo 'List of available languages (1):'; echo eng";
  EXPECT_THAT(find_program(program.does(only_english).path).trouble,
              HasSubstr("no data of chi_sim"));
}

TEST(ReadPicture, SaysWhatStandsOnIt) {
  const auto found = find_program("tesseract");
  const Reading reading = read_picture(found.program, certificate(), kNow);
  EXPECT_EQ(reading.state, Reading::State::read);
  EXPECT_THAT(reading.text, HasSubstr("样例科技有限公司"));
  EXPECT_THAT(reading.text, HasSubstr("91440106MA0000007K"));
  EXPECT_EQ(reading.program, found.program.version);
  EXPECT_EQ(reading.at, kNow);
}

TEST(ReadPicture, TellsApartNoTextNoPictureAndAProgramThatFails) {
  Pretended program;
  const auto read = [&](const std::string& script, const std::string& picture) {
    return read_picture(program.does(script), picture, kNow);
  };
  const std::string& picture = certificate();
  EXPECT_EQ(read("printf ' \\n\\f'", picture).state, Reading::State::unreadable);
  EXPECT_EQ(read("printf ' \\n\\f'", picture).text, "");
  EXPECT_EQ(read("echo text", "no picture").state, Reading::State::unreadable);
  EXPECT_EQ(read("echo text; exit 1", picture).state, Reading::State::failed);
  EXPECT_EQ(read("echo text; exit 1", picture).text, "");
  EXPECT_EQ(read("kill -SEGV $$", picture).state, Reading::State::failed);
}

TEST(ReadPicture, ATextWithoutEndIsCutAtACharacter) {
  Pretended program;
  const Reading reading = read_picture(program.does("yes 例"), certificate(), kNow);
  EXPECT_EQ(reading.state, Reading::State::read);
  EXPECT_TRUE(text::is_utf8(reading.text));
  EXPECT_LT(reading.text.size(), 200'000u);
}

class Readings : public ::testing::TestWithParam<std::string> {
 protected:
  Readings() {
    db_.database->write([&](db::Tx& tx) { insert(tx, material("M")); });
  }
  Material material(const std::string& id) {
    Material out;
    out.id = id;
    out.order_id = "A";
    out.purpose = 2;
    out.owner = "/entity";
    out.original = original_;
    return out;
  }
  Reading sample() { return {Reading::State::read, "样例科技有限公司", "样例程序 1", kNow}; }
  bool keep(const std::string& id, const Reading& reading) {
    bool kept = false;
    db_.database->write([&](db::Tx& tx) { kept = keep_reading(tx, cipher_, id, reading); });
    return kept;
  }
  std::optional<Reading> kept(const std::string& id = "M") {
    return db_.database->read_value([&](db::Tx& tx) { return find_reading(tx, cipher_, id); });
  }
  int64_t rows() {
    return db_.database->read_value(
        [](db::Tx& tx) { return tx.query_i64("SELECT count(*) FROM material_readings"); });
  }
  size_t run(const ReadingProgram& program) {
    jobs::Worker worker(db_.database, clock_);
    on_reading_jobs(worker, std::make_shared<ReadingContext>(
                                ReadingContext{db_.database, clock_, cipher_, *blobs_, program}));
    return worker.run_due();
  }
  void ask(const std::string& id = "M") {
    db_.database->write([&](db::Tx& tx) { ask_reading(tx, clock_.now(), id); });
  }

  testing::TestDatabase db_ = testing::make_database(GetParam());
  testing::TempFolder folder_;
  std::unique_ptr<blob::Store> blobs_ =
      blob::open_directory(folder_.path("blobs"), Secret(std::string(32, 'k')));
  std::string original_ = blobs_->put(certificate());
  crypto::ColumnCipher cipher_{Secret(std::string(32, 'k'))};
  FakeClock clock_;
  Pretended program_;
};

TEST_P(Readings, AreKeptSealed) {
  EXPECT_FALSE(kept());
  ASSERT_TRUE(keep("M", sample()));
  const auto found = kept();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, Reading::State::read);
  EXPECT_EQ(found->text, "样例科技有限公司");
  EXPECT_EQ(found->program, "样例程序 1");
  EXPECT_EQ(found->at, kNow);
  const std::string raw = db_.database->read_value(
      [](db::Tx& tx) { return tx.query_one("SELECT text FROM material_readings")->text("text"); });
  EXPECT_THAT(raw, Not(HasSubstr("样例")));
}

TEST_P(Readings, ANewerOneTakesThePlace) {
  ASSERT_TRUE(keep("M", sample()));
  ASSERT_TRUE(keep("M", {Reading::State::unreadable, "", "样例程序 2", kNow}));
  EXPECT_EQ(kept()->state, Reading::State::unreadable);
  EXPECT_EQ(kept()->text, "");
  EXPECT_EQ(rows(), 1);
}

TEST_P(Readings, GoWithTheirMaterial) {
  ASSERT_TRUE(keep("M", sample()));
  db_.database->write([&](db::Tx& tx) { remove(tx, "M"); });
  EXPECT_EQ(rows(), 0);
  EXPECT_FALSE(keep("M", sample())) << "read while it was removed";
  EXPECT_EQ(rows(), 0);
}

TEST_P(Readings, GoWithAMaterialThatIsReplaced) {
  ASSERT_TRUE(keep("M", sample()));
  db_.database->write([&](db::Tx& tx) { insert(tx, material("N")); });
  EXPECT_EQ(rows(), 0);
  EXPECT_FALSE(kept("N"));
}

TEST_P(Readings, TellWhatIsUnread) {
  const auto unread = [&] {
    return db_.database->read_value([](db::Tx& tx) {
      return unread_of_order(tx, "A").size() + unread_of_order(tx, "B").size();
    });
  };
  EXPECT_EQ(unread(), 1u);
  ASSERT_TRUE(keep("M", {Reading::State::failed, "", "", kNow}));
  EXPECT_EQ(unread(), 1u);
  ASSERT_TRUE(keep("M", {Reading::State::unreadable, "", "", kNow}));
  EXPECT_EQ(unread(), 0u);
}

TEST_P(Readings, WhatIsStoppedIsLeftToTheNextStart) {
  std::stop_source stop;
  stop.request_stop();
  const ReadingContext context{
      db_.database, clock_, cipher_, *blobs_, program_.does("sleep 1000"), stop.get_token()};
  const jobs::Job last{"1", "materials.read", Json::object({{"material", "M"}}), kReadingAttempts};
  const auto outcome = read_material(context, last);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, jobs::Outcome::Kind::again);
  EXPECT_FALSE(kept()) << "no failure";
}

TEST_P(Readings, AreMadeByAJob) {
  ask();
  ask();
  ask("gone");
  EXPECT_EQ(run(program_.does("cat >/dev/null; echo 样例科技有限公司")), 2u);
  ASSERT_TRUE(kept());
  EXPECT_THAT(kept()->text, HasSubstr("样例科技有限公司"));
  EXPECT_EQ(rows(), 1);
  ask();
  run(program_.does("echo other"));
  EXPECT_THAT(kept()->text, HasSubstr("样例科技有限公司")) << "read once";
}

TEST_P(Readings, AProgramThatFailsIsTriedAgainAndThenGivenUp) {
  const auto broken = program_.does("exit 1");
  ask();
  for (int attempt = 1; attempt < kReadingAttempts; ++attempt) {
    ASSERT_EQ(run(broken), 1u);
    EXPECT_FALSE(kept()) << "it may do better";
    clock_.advance(Millis{5 * 60'000});
  }
  ASSERT_EQ(run(broken), 1u);
  ASSERT_TRUE(kept());
  EXPECT_EQ(kept()->state, Reading::State::failed);
  clock_.advance(Millis{60 * 60'000});
  EXPECT_EQ(run(broken), 0u);
  ask();  // as at the next start
  EXPECT_EQ(run(program_.does("echo 样例")), 1u);
  EXPECT_EQ(kept()->state, Reading::State::read);
}

TEST_P(Readings, AProgramThatIsNotThereIsAFailureToo) {
  ask();
  EXPECT_EQ(run({"beian-no-such-program", "none"}), 1u);
  EXPECT_FALSE(kept());
  clock_.advance(Millis{5 * 60'000});
  EXPECT_EQ(run(program_.does("echo 样例")), 1u);
  EXPECT_EQ(kept()->state, Reading::State::read);
}

INSTANTIATE_TEST_SUITE_P(Backends, Readings, ::testing::ValuesIn(testing::backends()));

}  // namespace
}  // namespace beian::materials
