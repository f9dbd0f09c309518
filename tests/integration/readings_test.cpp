// The texts of pictures in the real program: from the setting to what the reviewer is told.
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>

#include "app/filing_walk.hpp"
#include "app/provider.hpp"
#include "base/embedded.hpp"
#include "platform/log/log.hpp"
#include "testing/poll.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

using std::chrono::seconds;
using Lines = std::vector<std::string>;

constexpr const char* kApplicant = "applicant-sample";

// The reviewer's table of one material: "field verdict".
Lines verdicts(const Json& readings, int purpose) {
  Lines out;
  for (const auto& one : readings["materials"].items())
    if (one["purpose"].as_int() == purpose)
      for (const auto& field : one["fields"].items())
        out.push_back(field["field"].as_string() + " " + field["verdict"].as_string());
  return out;
}

// On the card of the entity's manager.
Json with_a_wrong_digit(Json scenario) {
  for (auto& material : scenario.find("materials")->items()) {
    if (material["purpose"].as_int() != 3) continue;
    std::string number = material["lines"].at(2).as_string();
    number[10] = number[10] == '5' ? '6' : '5';
    material.find("lines")->items()[2] = number;
  }
  return scenario;
}

// In whichever order they are read.
bool are_read(const Json& readings) {
  const auto& materials = readings["materials"].items();
  return !materials.empty() && std::ranges::none_of(materials, [](const Json& one) {
    return one["state"].as_string() == "waiting";
  });
}

TEST(Readings, AreThereSoonAfterAnOrderIsHandedIn) {
  TwoSides sides({.settings = "[accounts]\npassword_memory_mb = 19\n"
                              "[materials]\nreading_program = \"tesseract\"\n"});
  sides.start_authority();
  sides.start_provider();
  sides.create_account(kApplicant, "applicant");
  app::ApiUser applicant(sides.provider_url()), reviewer(sides.provider_url());
  ASSERT_TRUE(applicant.sign_in(kApplicant, sides.password()));
  ASSERT_TRUE(reviewer.sign_in(TwoSides::kReviewer, sides.password()));

  const Json scenario =
      with_a_wrong_digit(parse_json(embedded::file("data/demo/first-website.json")).value());
  const auto made = applicant.post(
      "/api/v1/orders", Json::object({{"kind", "first"}, {"document", scenario["document"]}}));
  ASSERT_TRUE(made) << app::describe(made.error());
  const std::string id = (*made)["id"].as_string();
  ASSERT_TRUE(app::complete_order(applicant, id, scenario));
  Json readings;
  ASSERT_TRUE(testing::eventually(
      [&] {
        const auto answer = reviewer.get("/api/v1/orders/" + id + "/readings");
        if (answer) readings = *answer;
        return answer && are_read(readings);
      },
      seconds(120)))
      << to_string(readings) << sides.log_end();
  EXPECT_EQ(readings["program"].as_string(), "on");
  EXPECT_EQ(verdicts(readings, 2), (Lines{"/entity/name same", "/entity/certificate/number same",
                                          "/entity/certificate/address missing"}))
      << to_string(readings);
  EXPECT_EQ(verdicts(readings, 3),
            (Lines{"/entity/manager/name same", "/entity/manager/certificate_number similar"}))
      << to_string(readings);
}

TEST(Readings, AProgramThatCannotBeRunIsSaidAndTheRestWorks) {
  const testing::TempFolder folder;
  std::mutex mutex;
  std::string said;
  log::set_sink([&](std::string_view line) {
    const std::lock_guard lock(mutex);
    said += std::string(line) + "\n";
  });
  {
    app::ProviderOptions options;
    options.data_directory = folder.path();
    options.reading_program = "beian-no-such-program";
    app::Provider provider(options);
    provider.run_due();
    http::Request request;
    request.method = "GET";
    ASSERT_TRUE(http::set_target(request, "/readyz"));
    EXPECT_EQ(provider.router().handle(std::move(request)).status, 200);
  }
  log::set_sink({});
  EXPECT_NE(said.find("materials.reading_program_unusable"), said.npos) << said;
  EXPECT_NE(said.find("No such file or directory"), said.npos) << said;
}

}  // namespace
}  // namespace beian::tests
