// Everything that the sandbox authority hands down, at the real provider: two real processes, what
// officers and applicants see through the public APIs.
#include <gtest/gtest.h>

#include "app/filing_walk.hpp"
#include "base/embedded.hpp"
#include "base/text.hpp"
#include "platform/http/client.hpp"
#include "testing/poll.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

constexpr int64_t kProvider = 1001;

class Downloads : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    sides_.start_authority();
    sides_.start_provider();
    ASSERT_TRUE(officer_.sign_in(TwoSides::kOfficer, sides_.password()));
    sides_.create_account("applicant-sample", "applicant");
    ASSERT_TRUE(applicant_.sign_in("applicant-sample", sides_.password()));
    app::WalkOptions options;
    options.provider = sides_.provider_url();
    options.authority = sides_.authority_url();
    options.applicant_name = "applicant-sample";
    options.reviewer_name = TwoSides::kReviewer;
    options.password = sides_.password();
    const Json scenario = parse_json(embedded::file("data/demo/first-website.json")).value();
    const auto walked = app::walk_first_filing(options, scenario, [](const app::WalkStep&) {});
    ASSERT_TRUE(walked) << app::describe(walked.error()) << sides_.log_end();
    number_ = walked->filing_number;
    domain_ = walked->access["domain"].as_string();
  }

  Json get(const std::string& path) { return read(officer_.get(path)); }
  Json mine(const std::string& path) { return read(applicant_.get(path)); }
  Json manage(const std::string& path, Json body) { return read(authority_.post(path, body)); }
  static Json read(const Result<Json>& answer) {
    EXPECT_TRUE(answer) << app::describe(answer.error());
    return answer ? *answer : Json();
  }
  std::string reason() { return mine("/api/v1/access?host=www." + domain_)["reason"].as_string(); }
  void becomes(const std::string& wanted) {
    EXPECT_TRUE(testing::eventually([&] { return reason() == wanted; }))
        << reason() << sides_.log_end();
  }
  // The newest task of a kind, once there is one.
  Json task(const std::string& kind) {
    Json found;
    const bool there = testing::eventually([&] {
      const Json list = get("/api/v1/authority/tasks?kind=" + kind);
      found = list["tasks"].at(0);
      return !found.is_null();
    });
    EXPECT_TRUE(there) << kind << sides_.log_end();
    return get(path_of(found));
  }
  static std::string path_of(const Json& task) {
    return "/api/v1/authority/tasks/" + std::to_string(task["number"].as_int());
  }
  void is_done(const Json& task) {
    EXPECT_TRUE(testing::eventually([&] {
      return get(path_of(task))["state"].as_string() == "done";
    })) << to_string(get(path_of(task)))
        << sides_.log_end();
  }
  // The answer that the authority has to its one task of a kind; the provider is done when its file
  // was taken, the authority a moment later.
  Json answer_at_authority(const std::string& kind) {
    Json task;
    EXPECT_TRUE(testing::eventually([&] {
      const Json list =
          read(authority_.get("/manage/tasks?provider_id=" + std::to_string(kProvider)));
      for (const auto& one : list.items())
        if (one["kind"].as_string() == kind) task = one;
      return task["answered_at"].is_string();
    })) << to_string(task)
        << sides_.log_end();
    return task["answer"];
  }
  TwoSides sides_{{.backend = GetParam()}};
  app::ApiUser officer_{sides_.provider_url()};
  app::ApiUser applicant_{sides_.provider_url()};
  app::ApiUser authority_{sides_.authority_url()};
  std::string number_, domain_;
};
INSTANTIATE_TEST_SUITE_P(Backends, Downloads, ::testing::ValuesIn(testing::backends()));

// Covers download:ICP/HMDLB download:ICP/HCJG download:ICP/ZXSJ
TEST_P(Downloads, BlacklistAndCancellationCloseTheDomain) {
  EXPECT_EQ(reason(), "filed");
  manage("/manage/blacklist", Json::object({{"kind", "domain"}, {"value", domain_}}));
  becomes("blacklisted");
  EXPECT_EQ(get("/api/v1/registry/blacklist?list=site")["entries"].size(), 1u);
  const auto removed = http::send(
      {.method = "DELETE", .url = sides_.authority_url() + "/manage/blacklist/domain/" + domain_});
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->status, 204);
  becomes("filed");
  const std::string key = mine("/api/v1/registry/entities")["entities"].at(0)["key"].as_string();
  int64_t id = 0;
  ASSERT_TRUE(text::parse_i64(key.substr(key.find('-') + 1), id)) << key;
  manage("/manage/check-results",
         Json::object({{"provider_id", kProvider},
                       {"entities", Json::array({Json::object({{"authority_entity_id", id},
                                                               {"name", "样例"},
                                                               {"certificate_type", 1},
                                                               {"certificate_number", "SAMPLE"},
                                                               {"reason", "样例：证件有误"}})})}}));
  EXPECT_TRUE(testing::eventually([&] {
    return mine("/api/v1/registry/findings")["findings"].size() == 1;
  })) << sides_.log_end();
  manage("/manage/notices",
         Json::object({{"provider_id", kProvider},
                       {"kind", "cancelled"},
                       {"body", Json::object({{"kind", 0}, {"record_id", id}})}}));
  becomes("cancelled");
}

// Covers download:ICP/WBAWZLB download:ICP/HSRW download:ICP/XGTZ
// Covers upload:ICP/WBACLJG upload:ICP/HSJG
TEST_P(Downloads, TasksAreAnswered) {
  manage("/manage/unfiled-sites",
         Json::object({{"provider_id", kProvider},
                       {"sites", Json::array({Json::object({{"domain", "yangli-unfiled-example.cn"},
                                                            {"address", "203.0.113.9"}})})}}));
  const Json site = task("unfiled_site");
  EXPECT_EQ(site["subject"].as_string(), "yangli-unfiled-example.cn");
  read(officer_.post(path_of(site) + "/answer",
                     Json::object({{"result", 1}, {"opinion", "样例：已关闭接入"}})));
  is_done(site);
  EXPECT_EQ(answer_at_authority("unfiled_site")["opinion"].as_string(), "样例：已关闭接入");

  manage("/manage/verification-tasks", Json::object({{"provider_id", kProvider}}));
  const Json verification = task("verification");
  read(officer_.post(
      path_of(verification) + "/answer",
      Json::object(
          {{"passed", true}, {"verifier", "样例核实员"}, {"opinion", "信息真实、准确、完整"}})));
  is_done(verification);
  EXPECT_EQ(answer_at_authority("verification")["verifier"].as_string(), "样例核实员");

  manage("/manage/rectify",
         Json::object({{"number", number_}, {"text", "请于2030年12月10日前完成整改"}}));
  const Json notice = task("rectification");
  EXPECT_EQ(notice["subject"].as_string(), number_);
  EXPECT_EQ(notice["deadline"].as_string(), "2030-12-10T15:59:59.999Z");
  read(officer_.post(path_of(notice) + "/answer", Json::object({{"text", "样例：已整改"}})));
  EXPECT_EQ(get(path_of(notice))["state"].as_string(), "done");
}

// Covers download:JCDM/Jcdm_xx download:SJTB/ICP download:SJTB/JCDM
TEST_P(Downloads, CodesAndFullSynchronisation) {
  manage("/manage/code-tables", Json::object({{"provider_id", kProvider}}));
  const auto version = [&] { return mine("/api/v1/codes/service_content")["version"].as_int(); };
  EXPECT_TRUE(testing::eventually([&] { return version() == 2; })) << sides_.log_end();
  manage("/manage/synchronise",
         Json::object({{"provider_id", kProvider}, {"parts", Json::array({"icp", "base_codes"})}}));
  const auto finished = [&] {
    int count = 0;
    const Json list = get("/api/v1/authority/synchronisations");
    for (const auto& report : list["synchronisations"].items())
      count += report["finished"].is_string() ? 1 : 0;
    return count;
  };
  EXPECT_TRUE(testing::eventually([&] { return finished() >= 2; })) << sides_.log_end();
  // The library is judged when nothing more of it comes.
  const auto library = [&] {
    const Json list = get("/api/v1/authority/synchronisations");
    for (const auto& report : list["synchronisations"].items())
      if (report["kind"].as_string() == "icp") return report;
    return Json();
  };
  EXPECT_TRUE(testing::eventually([&] { return library()["library_whole"].as_bool(); }))
      << to_string(library()) << sides_.log_end();
  EXPECT_EQ(library()["missing_there"].as_int(), 0) << to_string(library());
  const Json list = get("/api/v1/authority/synchronisations");
  for (const auto& report : list["synchronisations"].items()) {
    EXPECT_EQ(report["faulty"].as_int(), 0) << to_string(report);
  }
  // The same tables once more are no new version, and what was filed stays open.
  EXPECT_EQ(version(), 2);
  EXPECT_EQ(reason(), "filed");
}

}  // namespace
}  // namespace beian::tests
