// What the pictures of an order say, from handing it in to what the reviewer sees.
#include "orders/readings.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "materials/read_job.hpp"
#include "orders/world_for_test.hpp"

namespace beian::orders {
namespace {

using ::testing::ElementsAre;
using Lines = std::vector<std::string>;

class OrderReadings : public OrdersWorld {
 protected:
  OrderReadings() { read_pictures(Options::Reading::on); }
  void read_pictures(Options::Reading reading) {
    Options options = many_entities();
    options.reading = reading;
    restart(options);
  }
  std::string handed_in() {
    std::string id = complete_draft("a1", document_);
    hand_in(id);
    return id;
  }
  void hand_in(const std::string& id) {
    const auto done = send("POST", "/api/v1/orders/" + id + "/submit", "a1",
                           to_string(Json::object({{"version", version(id)}})));
    ASSERT_EQ(done.status, 200) << done.body;
  }
  size_t run(const materials::ReadingProgram& program) {
    jobs::Worker worker(db_.database, clock_);
    materials::on_reading_jobs(
        worker, std::make_shared<materials::ReadingContext>(
                    materials::ReadingContext{db_.database, clock_, cipher_, *blobs_, program}));
    on_reading_jobs(worker, api_.context());
    return worker.run_due();
  }
  materials::ReadingProgram says(const std::string& script) {
    const std::string path = folder_.path("reads");
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return {path, "样例程序 1"};
  }
  http::Response ask(const std::string& id, const std::string& role = "reviewer") {
    return send("GET", "/api/v1/orders/" + id + "/readings", role == "applicant" ? "a1" : "r1", {},
                {}, role);
  }
  Json readings(const std::string& id) {
    const auto answer = ask(id);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json(answer);
  }
  Lines states(const std::string& id) {
    Lines out;
    for (const auto& one : readings(id)["materials"].items())
      out.push_back(std::to_string(one["purpose"].as_int()) + " " + one["state"].as_string());
    return out;
  }
  // "field verdict found" of the material of that purpose.
  Lines fields(const std::string& id, int purpose) {
    Lines out;
    for (const auto& one : readings(id)["materials"].items()) {
      if (one["purpose"].as_int() != purpose) continue;
      for (const auto& field : one["fields"].items())
        out.push_back(field["field"].as_string() + " " + field["verdict"].as_string() + " " +
                      field["found"].as_string());
    }
    return out;
  }

  const Json document_ = sample_document(1);
};
INSTANTIATE_TEST_SUITE_P(Backends, OrderReadings, ::testing::ValuesIn(testing::backends()));

TEST_P(OrderReadings, ShowWhatDiffers) {
  const Json& entity = document_["entity"];
  const std::string number = entity["certificate"]["number"].as_string();
  std::string wrong = entity["manager"]["certificate_number"].as_string();
  wrong[10] = wrong[10] == '5' ? '6' : '5';
  const std::string id = handed_in();
  EXPECT_THAT(states(id), ElementsAre("1 waiting", "2 waiting", "3 waiting", "4 waiting"));
  ask_readings(*api_.context(), id);
  const std::string name = entity["name"].as_string();
  const std::string person = entity["manager"]["name"].as_string();
  EXPECT_EQ(run(says("echo '" + name + "' " + number + " 姓名 " + person + " " + wrong)), 4u);
  EXPECT_THAT(states(id), ElementsAre("1 read", "2 read", "3 read", "4 read"));
  EXPECT_THAT(fields(id, 2),
              ElementsAre("/entity/name same " + name, "/entity/certificate/number same " + number,
                          "/entity/certificate/address missing "));
  EXPECT_THAT(fields(id, 3), ElementsAre("/entity/manager/name same " + person,
                                         "/entity/manager/certificate_number similar " + wrong));
}

TEST_P(OrderReadings, OnlyWhatIsUnderReviewIsRead) {
  const std::string draft = complete_draft("a1", document_);
  ask_readings(*api_.context(), draft);
  EXPECT_EQ(run(says("echo 样例")), 0u);
  hand_in(draft);
  read_pictures(Options::Reading::off);
  ask_readings(*api_.context(), draft);
  EXPECT_EQ(run(says("echo 样例")), 0u);
  EXPECT_EQ(readings(draft)["program"].as_string(), "off");
  read_pictures(Options::Reading::on);
  ask_readings(*api_.context(), draft);
  ask_readings(*api_.context(), draft);
  EXPECT_EQ(run(says("echo 样例")), 4u);
  ask_readings(*api_.context(), draft);
  EXPECT_EQ(run(says("echo 样例")), 0u) << "once";
}

// The server starts with a program where there was none. What has no text is said to have none.
TEST_P(OrderReadings, WhatWaitsForReviewAtTheStartIsRead) {
  const std::string id = handed_in();
  schedule_readings(*api_.context());
  EXPECT_EQ(run(says("echo")), 5u) << "the look, and four pictures";
  EXPECT_THAT(states(id),
              ElementsAre("1 unreadable", "2 unreadable", "3 unreadable", "4 unreadable"));
  EXPECT_THAT(fields(id, 2), ElementsAre());
  const Json first = readings(id)["materials"].at(0);
  EXPECT_EQ(first["program"].as_string(), "样例程序 1");
  EXPECT_EQ(first["read_at"].as_string(), to_rfc3339(clock_.now()));
  read_pictures(Options::Reading::broken);
  EXPECT_EQ(readings(id)["program"].as_string(), "broken");
}

TEST_P(OrderReadings, AreForThoseWhoReviewAndAreWrittenDown) {
  const std::string id = handed_in();
  EXPECT_EQ(ask(id, "applicant").status, 403);
  EXPECT_EQ(ask(id, "auditor").status, 403) << "they read without personal data";
  EXPECT_EQ(ask(id, "reviewer").status, 200);
  EXPECT_EQ(ask("nothing", "reviewer").status, 404);
  const int64_t looks = db_.database->read_value([&](db::Tx& tx) {
    return tx.query_i64("SELECT count(*) FROM order_views WHERE order_id = :id", {{"id", id}});
  });
  EXPECT_EQ(looks, 1);
}

}  // namespace
}  // namespace beian::orders
