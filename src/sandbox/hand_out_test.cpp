// What an authority hands down by hand, as the provider fetches it, on both databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sandbox/handed_for_tests.hpp"
#include "sandbox/notices.hpp"

namespace beian::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kNet = 3405803776;

class HandOut : public ::testing::TestWithParam<std::string> {
 protected:
  Json post(const std::string& path, const Json& body) {
    return p.s.json("POST", "/manage/" + path, body);
  }
  http::Response refused(const std::string& path, const Json& body) {
    return p.s.request("POST", "/manage/" + path, to_string(body));
  }
  // Files one filing of A; its entity number.
  std::string file(int n = 1) {
    p.report(kA, "icp", Json::object({{"new_filings", Json::array({samples::record(n)})}}));
    const Json waiting = p.s.json("GET", "/manage/records?state=at_authority");
    const std::string id = std::to_string(waiting.at(0)["id"].as_int());
    const Json decided =
        p.s.json("POST", "/manage/records/" + id + "/decision", Json::object({{"approve", true}}));
    p.fetch(kA);
    return decided["entity_number"].as_string();
  }
  Providers p{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Backends, HandOut, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

// Covers download:ICP/FFJRHMD
TEST_P(HandOut, TakesAnyKindAndSaysAllThatIsWrong) {
  post("notices", Json::object({{"provider_id", kA},
                                {"kind", "rectifications"},
                                {"body", Json::object({{"kind", 1}, {"text", "样例整改"}})}}));
  post("notices",
       Json::object({{"provider_id", kA},
                     {"kind", "rectifications"},
                     {"body", Json::array({Json::object({{"kind", 0}, {"text", "一"}}),
                                           Json::object({{"kind", 0}, {"text", "二"}})})}}));
  const auto parts = p.fetch(kA);
  ASSERT_EQ(parts.size(), 1u);  // one file of the kind
  EXPECT_EQ(parts[0]["icp"]["notices"].size(), 3u);
  EXPECT_EQ(parts[0]["icp"]["notices"].at(2)["text"].as_string(), "二");

  const auto bad =
      refused("notices", Json::object({{"provider_id", kA},
                                       {"kind", "rectifications"},
                                       {"body", Json::object({{"kind", 9}, {"what", 1}})}}));
  EXPECT_EQ(bad.status, 422);
  EXPECT_THAT(bad.body, HasSubstr("Tzlb"));
  EXPECT_THAT(bad.body, HasSubstr("Tznr"));
  EXPECT_THAT(bad.body, HasSubstr("what"));
  EXPECT_EQ(
      refused("notices", Json::object({{"provider_id", kA}, {"kind", "x"}, {"body", 1}})).status,
      422);
  EXPECT_EQ(
      refused("notices",
              Json::object({{"provider_id", 9}, {"kind", "base_codes"}, {"body", Json::object()}}))
          .status,
      404);
  // V.3.0 has no words for it.
  EXPECT_THAT(refused("notices", Json::object({{"provider_id", kA},
                                               {"kind", "sms_verifications"},
                                               {"body", Json::array()}}))
                  .body,
              HasSubstr("sms_verifications"));
  EXPECT_TRUE(p.fetch(kA).empty());
}

TEST_P(HandOut, KeepsKindsApartAndJoinsListsByName) {
  const auto site = [&](const char* name) {
    return Json::object(
        {{"service", Json::object({{"name", "样例网站"},
                                   {"domains", Json::array({Json::object({{"name", name}})})}})},
         {"operation", 0}});
  };
  const auto hand = [&](const char* name) {
    post("notices",
         Json::object({{"provider_id", kA},
                       {"kind", "blacklist"},
                       {"body", Json::object({{"services", Json::array({site(name)})}})}}));
  };
  hand("yangli-a-example.cn");
  post("code-tables", Json::object({{"provider_id", kA}}));
  hand("yangli-b-example.cn");
  post("code-tables", Json::object({{"provider_id", kA}}));
  const auto parts = p.fetch(kA);
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0]["icp"]["blacklist"]["services"].size(), 2u);
  EXPECT_GT(parts[1]["base_codes"]["codes"]["regions"].size(), 3000u);
  EXPECT_EQ(parts[1], parts[2]);  // one document a file
}

// Covers download:JCDM/Bbdwlb download:JCDM/Jcdm_xx
TEST_P(HandOut, BaseCodesHoldEveryTable) {
  post("code-tables", Json::object({{"provider_id", kB}}));
  const Json codes = p.fetch(kB).at(0)["base_codes"];
  std::set<std::string> names;
  for (const auto& [name, rows] : codes["codes"].members()) {
    EXPECT_GT(rows.size(), 0u) << name;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 17u);  // all but the opinion classes
  std::set<int64_t> units;
  for (const auto& unit : codes["providers"].items()) units.insert(unit["id"].as_int());
  EXPECT_THAT(units, ::testing::IsSupersetOf({int64_t{1}, int64_t{10}, kA, kB, kC}));
}

// Covers download:ICP/HSRW download:ICP/WBAWZLB
TEST_P(HandOut, OpensTasksAndShowsTheirAnswers) {
  const std::string number = file();
  EXPECT_EQ(post("verification-tasks", Json::object({{"provider_id", kA}}))["notices"].as_int(), 1);
  EXPECT_EQ(post("verification-tasks", Json::object({{"provider_id", kB}}))["notices"].as_int(), 0);
  EXPECT_EQ(refused("verification-tasks",
                    Json::object({{"provider_id", kB}, {"entity_numbers", Json::array({number})}}))
                .status,
            404);
  post("unfiled-sites",
       Json::object({{"provider_id", kA},
                     {"sites", Json::array({Json::object({{"domain", "Yangli-Unfiled-Example.cn"},
                                                          {"address", "203.0.113.10"}})})}}));
  const auto parts = p.fetch(kA);
  ASSERT_EQ(parts.size(), 2u);
  const Json& task = parts[0]["icp"]["verification_tasks"].at(0);
  EXPECT_EQ(task["services"].at(0)["accesses"].at(0)["reporter_id"].as_int(), kA);
  const Json& site = parts[1]["icp"]["unfiled_sites"].at(0);
  EXPECT_EQ(site["domain"].as_string(), "yangli-unfiled-example.cn");
  EXPECT_EQ(site["address"].as_int(), kNet + 10);
  const Json tasks = p.s.json("GET", "/manage/tasks?provider_id=20001");
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_EQ(tasks.at(0)["subject"].as_string(), "yangli-unfiled-example.cn 3405803786");
  EXPECT_EQ(tasks.at(1)["subject"].as_string(),
            std::to_string(task["entity"]["authority_entity_id"].as_int()));
  EXPECT_TRUE(tasks.at(0)["answered_at"].is_null());
  const auto bad = refused(
      "unfiled-sites",
      Json::object(
          {{"provider_id", kA},
           {"sites", Json::array({Json::object({{"domain", "no"}, {"address", "::1"}})})}}));
  EXPECT_THAT(bad.body, HasSubstr("/sites/0/domain"));
  EXPECT_THAT(bad.body, HasSubstr("/sites/0/address"));
}

// Covers download:ICP/XGTZ
TEST_P(HandOut, RectifiesWhatIsFiled) {
  const std::string number = file();
  post("rectify", Json::object({{"number", number}, {"text", "样例：更新联系方式"}}));
  post("rectify", Json::object({{"number", number + "-1"}, {"text", "样例：悬挂备案号"}}));
  const Json notices = p.fetch(kA).at(0)["icp"]["notices"];
  EXPECT_EQ(notices.at(0)["kind"].as_int(), 0);
  EXPECT_EQ(notices.at(1)["kind"].as_int(), 1);
  EXPECT_EQ(notices.at(1)["filing_number"].as_string(), number + "-1");
  EXPECT_TRUE(p.fetch(kB).empty());
  EXPECT_EQ(
      refused("rectify", Json::object({{"number", "粤ICP备1999000001号"}, {"text", "x"}})).status,
      404);
}

// Covers download:ICP/HMDLB
TEST_P(HandOut, TellsEveryProviderOfTheBlacklist) {
  post("blacklist", Json::object({{"kind", "domain"}, {"value", "Yangli-Black-Example.cn"}}));
  post("blacklist",
       Json::object(
           {{"kind", "entity"}, {"value", samples::credit_code(9)}, {"name", "样例公司9"}}));
  post("blacklist", Json::object({{"kind", "illegal_access"},
                                  {"value", "yangli-illegal-example.cn"},
                                  {"address", "203.0.113.12"}}));
  EXPECT_EQ(p.s.request("DELETE", "/manage/blacklist/domain/yangli-black-example.cn").status, 204);
  EXPECT_EQ(p.s.request("DELETE", "/manage/blacklist/domain/yangli-black-example.cn").status, 404);
  for (const int64_t id : {kA, kB}) {
    const auto parts = p.fetch(id);
    ASSERT_EQ(parts.size(), 2u);
    const Json& list = parts[0]["icp"]["blacklist"];
    EXPECT_EQ(list["services"].at(0)["operation"].as_int(), 0);
    EXPECT_EQ(list["services"].at(1)["operation"].as_int(), 2);
    EXPECT_EQ(list["services"].at(1)["service"]["domains"].at(0)["name"].as_string(),
              "yangli-black-example.cn");
    EXPECT_EQ(list["entities"].at(0)["entity"]["name"].as_string(), "样例公司9");
    EXPECT_EQ(parts[1]["icp"]["illegal_accesses"].at(0)["address"].as_int(), kNet + 12);
  }
  const auto bad =
      refused("blacklist", Json::object({{"kind", "illegal_access"}, {"value", "no"}}));
  EXPECT_THAT(bad.body, HasSubstr("/value"));
  EXPECT_THAT(bad.body, HasSubstr("/address"));
}

// Covers download:IP/HCJG
TEST_P(HandOut, ChecksAddresses) {
  using namespace samples;
  const auto report = [&](int64_t id, const char* list, Json record) {
    p.report(id, "ip",
             Json::object({{"new_filings", Json::object({{list, Json::array({record})}})}}));
  };
  report(kA, "sources", source(1, kNet, kNet + 63, 10));
  report(kA, "assignments", onwards(2, kNet, kNet + 15, kB));
  report(kA, "assignments", assignment(3, kNet + 16, kNet + 47));
  report(kB, "sources", source(1, kNet + 8, kNet + 23, kA));
  report(kB, "assignments", assignment(2, kNet + 8, kNet + 15));
  report(kC, "sources", source(1, kNet + 10, kNet + 11, kB));
  for (const int64_t id : {kA, kB, kC}) p.fetch(id);

  const Json found = post("check-addresses", Json::object({{"provider_id", kB}}))["findings"].at(0);
  // A gave B .0-.15: of B's source .16-.23 are beyond it, and .0-.7 are none of B's sources.
  ASSERT_EQ(found["out_of_range"].size(), 1u);
  EXPECT_EQ(found["out_of_range"].at(0)["kind"].as_int(), 1);
  EXPECT_EQ(found["out_of_range"].at(0)["excess_from"].as_int(), kNet + 16);
  EXPECT_EQ(found["out_of_range"].at(0)["excess_to"].as_int(), kNet + 23);
  ASSERT_EQ(found["unreported"].size(), 2u);
  EXPECT_EQ(found["unreported"].at(0)["kind"].as_int(), 2);  // B's source without assignment
  EXPECT_EQ(found["unreported"].at(0)["from"].as_int(), kNet + 16);
  EXPECT_EQ(found["unreported"].at(1)["kind"].as_int(), 1);
  EXPECT_EQ(found["unreported"].at(1)["to"].as_int(), kNet + 7);
  EXPECT_EQ(found["overlaps"].size(), 0u);
  const Json handed = p.fetch(kB).at(0)["ip"]["check_results"];
  EXPECT_EQ(handed["unreported"], found["unreported"]);

  // When B no longer stands between them, A and C claim the same addresses.
  const int64_t source_b =
      p.s.json("GET", "/manage/addresses?provider_id=20002")["sources"].at(0)["id"].as_int();
  p.report(kB, "ip",
           Json::object(
               {{"deletions",
                 Json::object({{"sources", Json::array({Json::object({{"id", source_b}})})}})}}));
  const Json later = post("check-addresses", Json::object())["findings"];
  EXPECT_EQ(later.at(0)["overlaps"].at(0)["other_unit"].as_int(), kC);
  EXPECT_EQ(later.at(1)["out_of_range"].at(0)["kind"].as_int(), 2);  // B's assignment hangs free
  EXPECT_EQ(later.at(2)["overlaps"].at(0)["other_unit"].as_int(), kA);
}

// Covers download:SJTB/ICP download:SJTB/IP download:SJTB/YM download:SJTB/JCDM
TEST_P(HandOut, SynchronisesRecordByRecord) {
  using namespace samples;
  file(1);
  file(2);
  Json sources = Json::array(), assignments = Json::array(), domains = Json::array();
  for (int i = 0; i < 250; ++i) {
    sources.push(source(i + 1, kNet + 1000 + i * 4, kNet + 1000 + i * 4 + 3, 10));
    assignments.push(assignment(i + 1000, kNet + 1000 + i * 4, kNet + 1000 + i * 4 + 1));
    domains.push(domain_name(i + 1, "yangli-reg" + std::to_string(i) + "-example.cn"));
  }
  p.report(kA, "ip",
           Json::object({{"new_filings",
                          Json::object({{"sources", sources}, {"assignments", assignments}})}}));
  p.report(kA, "domain_names", Json::object({{"new_filings", domains}}));
  p.fetch(kA);
  p.files.clear();
  EXPECT_EQ(post("synchronise", Json::object({{"provider_id", kA}}))["notices"].as_int(), 4);
  const auto parts = p.fetch(kA);
  ASSERT_EQ(parts.size(), 4u);
  EXPECT_GT(parts[0]["synchronisation"]["base_codes"]["codes"]["regions"].size(), 3000u);
  EXPECT_EQ(parts[1]["synchronisation"]["filed"].size(), 2u);
  EXPECT_EQ(parts[1]["synchronisation"]["filed"].at(1)["entity"]["name"].as_string(), "样例公司2");
  EXPECT_EQ(parts[2]["synchronisation"]["ip"]["sources"].size(), 250u);
  EXPECT_EQ(parts[2]["synchronisation"]["ip"]["assignments"].size(), 250u);
  EXPECT_EQ(parts[2]["synchronisation"]["ip"]["sources"].at(0)["reporting_unit"].as_int(), kA);
  EXPECT_EQ(parts[3]["synchronisation"]["domain_names"].size(), 250u);
  EXPECT_THAT(p.files.at(2), HasSubstr("SJTB20001N"));

  // A service without a domain has no words in V.3.0: it is left out, the rest goes on.
  p.s.database.database->write([](db::Tx& tx) {
    tx.exec("DELETE FROM filed_domains WHERE service_id = (SELECT MIN(id) FROM filed_services)");
  });
  post("synchronise", Json::object({{"provider_id", kA}, {"parts", Json::array({"icp"})}}));
  EXPECT_EQ(post("verification-tasks", Json::object({{"provider_id", kA}}))["notices"].as_int(), 1);
  const auto rest = p.fetch(kA);
  ASSERT_EQ(rest.size(), 2u);
  ASSERT_EQ(rest[0]["synchronisation"]["filed"].size(), 1u);
  EXPECT_EQ(rest[0]["synchronisation"]["filed"].at(0)["entity"]["name"].as_string(), "样例公司2");
  EXPECT_EQ(rest[1]["icp"]["verification_tasks"].size(), 1u);

  // Nothing of B: not even an empty document.
  post("synchronise",
       Json::object({{"provider_id", kB}, {"parts", Json::array({"icp", "ip", "domain_names"})}}));
  EXPECT_TRUE(p.fetch(kB).empty());
  EXPECT_THAT(refused("synchronise",
                      Json::object({{"provider_id", kA}, {"parts", Json::array({"ip", "x"})}}))
                  .body,
              HasSubstr("/parts/1"));
}

TEST_P(HandOut, SynchronisesInBoundedFilesAcrossRestarts) {
  using namespace samples;
  Options options;
  options.synchronisation_bytes = 4000;
  Providers small(GetParam(), options);
  Json sources = Json::array(), assignments = Json::array();
  for (int i = 0; i < 30; ++i) {
    sources.push(source(i + 1, kNet + 1000 + i * 4, kNet + 1000 + i * 4 + 3, 10));
    assignments.push(assignment(i + 1000, kNet + 1000 + i * 4, kNet + 1000 + i * 4 + 1));
  }
  small.report(
      kA, "ip",
      Json::object(
          {{"new_filings", Json::object({{"sources", sources}, {"assignments", assignments}})}}));
  small.fetch(kA);
  small.s.json("POST", "/manage/synchronise",
               Json::object({{"provider_id", kA}, {"parts", Json::array({"ip"})}}));
  std::set<int64_t> seen;
  int files = 0;
  for (;; ++files) {
    const auto first = small.s.call("isp_download");
    if (!first.file) break;
    small.s.restart();  // as after SIGKILL: the same file again
    const auto again = small.s.call("isp_download");
    ASSERT_EQ(again.file->file_name, first.file->file_name);
    ASSERT_EQ(again.file->envelope.beian_info, first.file->envelope.beian_info);
    const std::string xml = small.s.xml_of(again);
    EXPECT_LT(xml.size(), 6000u);
    const Json model =
        wire::decode(*wire::Profile::named("miit-3.0").value(), "DownloadData", xml).value();
    for (const auto* list : {"sources", "assignments"})
      for (const auto& record : model["synchronisation"]["ip"][list].items())
        EXPECT_TRUE(seen.insert(record["id"].as_int()).second);
    small.s.call("isp_downloadack", {{"fileName", again.file->file_name}});
  }
  EXPECT_GE(files, 5);
  EXPECT_EQ(seen.size(), 60u);
}

TEST_P(HandOut, DropsWhatANewProfileHasNoWordsFor) {
  p.add(kB, "openbeian-3.1");
  post("notices", Json::object({{"provider_id", kB},
                                {"kind", "sms_verifications"},
                                {"body", Json::object({{"provider_entity_id", 1},
                                                       {"role", "entity_manager"},
                                                       {"state", "pending"},
                                                       {"wrong_inputs", 0},
                                                       {"deadline", "2026-06-02 09:00:00"},
                                                       {"mobile_tail", "0001"}})}}));
  post("notices", Json::object({{"provider_id", kB},
                                {"kind", "rectifications"},
                                {"body", Json::object({{"kind", 1}, {"text", "样例"}})}}));
  p.add(kB, "miit-3.0");
  const auto parts = p.fetch(kB);
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_NE(parts[0]["icp"].find("notices"), nullptr);
}

TEST_P(HandOut, ShowsWhatWaitsAndWhatWasFetched) {
  post("code-tables", Json::object());
  EXPECT_EQ(p.s.json("GET", "/manage/notices")["waiting"].size(), 3u);
  p.fetch(kA);
  const Json notices = p.s.json("GET", "/manage/notices?provider_id=20001");
  EXPECT_EQ(notices["waiting"].size(), 0u);
  ASSERT_EQ(notices["files"].size(), 1u);
  EXPECT_EQ(notices["files"].at(0)["kind"].as_string(), "base_codes");
  EXPECT_FALSE(notices["files"].at(0)["acknowledged_at"].is_null());
}

}  // namespace
}  // namespace beian::sandbox
