// Every kind of document that the sandbox authority sends, against the official schemas.
#include <gmock/gmock.h>

#include <set>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "sandbox/handed_for_tests.hpp"
#include "sandbox/notices.hpp"
#include "sandbox/parties_for_tests.hpp"
#include "sandbox/tasks.hpp"
#include "schema_for_tests.hpp"

namespace beian::sandbox {
namespace {

class SandboxConformance : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(conformance::schema_folder()))
      GTEST_SKIP() << "skipped: no schemas in " << conformance::schema_folder().string();
    s.add_provider("miit-3.0");
  }
  // The return document of a call, validated.
  std::string checked(const std::string& schema, const std::string& operation,
                      const SandboxForTests::Parameters& parameters = {}) {
    const auto response = s.soap(operation, parameters);
    const std::string characters = wire::read_response(response.body).value();
    std::string bytes = text::to_gbk_xml(characters).value();
    EXPECT_EQ(conformance::return_schema(schema).fault(bytes), "") << operation << characters;
    return characters;
  }
  SandboxForTests s{"sqlite"};
};

// Covers download:ICP/BAJG download:ICP/BASJ
TEST_F(SandboxConformance, DownloadsAreValid) {
  Json longest = samples::record(1);
  Json& manager = *longest.find("entity")->find("manager");
  manager.set("qq", "123456");
  manager.set("msn", "yangli@yangli-example.cn");
  longest.find("entity")->set("investor", "样例投资人");
  longest.find("entity")->set("remark", "生僻字 \xF0\xA0\xB0\xA1 的样例");
  longest.find("services")
      ->items()[0]
      .set("pre_approvals",
           Json::array({Json::object({{"content_type", 1},
                                      {"number", "样例审批 1 号"},
                                      {"files", Json::array({samples::jpeg()})}})}));
  Json faulty = samples::record(2);
  faulty.find("entity")->set("nature", 777);
  ASSERT_EQ(s.upload(1, {longest, faulty, samples::record(3)}).msg_code, 0);
  ASSERT_EQ(s.upload_xml(2, "no xml").msg_code, 0);
  s.sandbox->run_due();
  s.json("POST", "/manage/records/1/decision",
         Json::object({{"approve", true}, {"certificate_valid_until", "2031-01-31"}}));
  s.json("POST", "/manage/records/3/decision",
         Json::object({{"approve", false}, {"opinion", "样例意见"}}));
  const auto parts = s.fetch();
  bool filed = false;
  for (const auto& part : parts)
    filed |= part["filed"].at(0)["entity"]["certificate_valid_until"].as_string() == "2031-01-31";
  EXPECT_TRUE(filed);
  ASSERT_GE(s.documents.size(), 2u);
  for (const auto& xml : s.documents)
    EXPECT_EQ(conformance::data_schema("DownloadData").fault(xml), "") << xml;
}

// Every kind of download that V.3.0 has, as the sandbox makes it.
// Covers download:*/[!O]*
TEST_F(SandboxConformance, EveryKindHandedDownIsValid) {
  using namespace samples;
  constexpr int64_t kNet = 3405803776;
  Providers p("sqlite");
  p.report(kA, "icp", Json::object({{"new_filings", Json::array({record(1), record(2)})}}));
  for (const auto* id : {"1", "2"})
    p.s.json("POST", "/manage/records/" + std::string(id) + "/decision",
             Json::object({{"approve", true}}));
  const auto ip = [&](int64_t id, Json lists) {
    p.report(id, "ip", Json::object({{"new_filings", std::move(lists)}}));
  };
  ip(kA, Json::object({{"sources", Json::array({source(1, kNet, kNet + 63, 10)})},
                       {"assignments", Json::array({onwards(2, kNet, kNet + 15, kB),
                                                    assignment(3, kNet + 16, kNet + 31)})},
                       {"broadcasts", Json::array({broadcast(4, kNet, kNet + 63, 1, kA)})},
                       {"own_addresses", Json::array({own_address(5, 3325256704, 3325256719)})}}));
  ip(kB, Json::object({{"sources", Json::array({source(1, kNet + 8, kNet + 23, 10)})}}));
  p.report(kA, "domain_names",
           Json::object({{"new_filings", Json::array({domain_name(1, "yangli-reg-example.cn"),
                                                      domain_name(2, "-no-.cn")})}}));
  p.s.json("POST", "/manage/scenario",
           parse_json(embedded::file("data/sandbox/full-task-day.json")).value());
  p.s.json("POST", "/manage/check-addresses", Json::object());
  p.s.json("POST", "/manage/check-results", Json::object({{"provider_id", kA}}));
  p.s.json("POST", "/manage/notices",
           Json::object({{"provider_id", kA},
                         {"kind", "cancelled"},
                         {"body", Json::object({{"kind", 1}, {"record_id", 1}})}}));
  p.fetch(kA);
  p.fetch(kB);
  std::set<std::string> prefixes;
  for (const auto& name : p.files) prefixes.insert(name.substr(0, name.find("2000")));
  for (const auto& kind : notice_kinds()) {
    if (!profile_has(*wire::Profile::named("miit-3.0").value(), kind)) continue;
    EXPECT_TRUE(prefixes.contains(std::string(kind.file_prefix))) << kind.name;
  }
  for (const auto& xml : p.s.documents)
    EXPECT_EQ(conformance::data_schema("DownloadData").fault(xml), "") << xml.substr(0, 2000);
}

TEST_F(SandboxConformance, ReturnsAreValid) {
  const auto upload = [&](int64_t sequence) {
    return s.sealed(sequence, wire::seal_envelope(s.document({samples::record(1)}), s.keys));
  };
  checked("upload", "isp_upload", upload(3));
  checked("upload", "isp_upload", upload(1));
  s.sandbox->run_due();
  checked("querypreviousupload", "isp_querypreviousupload");
  checked("download", "isp_download");
  checked("downloadack", "isp_downloadack", {{"fileName", "x"}});
  s.json("POST", "/manage/records/1/decision", Json::object({{"approve", true}}));
  for (const auto& [type, condition] : SandboxForTests::Parameters{
           {"0", samples::domain(1)}, {"1", samples::credit_code(1)}, {"0", samples::domain(2)}})
    checked("querybeianstatus", "isp_querybeianstatus",
            {{"queryConditionType", type}, {"queryCondition", condition}});
}

// Everything that any ICP operation makes the sandbox send, to the provider and to the other one.
// Covers upload:ICP/* download:ICP/BASJ download:ICP/ZXSJ download:ICP/BAJG
TEST(SandboxDocuments, OfEveryOperationAreValid) {
  if (!std::filesystem::is_directory(conformance::schema_folder()))
    GTEST_SKIP() << "skipped: no schemas in " << conformance::schema_folder().string();
  Parties p("sqlite");
  constexpr int64_t kA = 20001;
  constexpr int64_t kB = 20002;
  p.add(kA, "miit-3.0");
  p.add(kB, "miit-3.0");
  const auto entity = p.file(kA, 1);
  Json service = samples::new_service(entity, 2);
  std::string long_url = "http://www." + samples::domain(2) + "/";
  long_url.resize(512, 'x');
  service.find("services")->items()[0].set("home_url", long_url);
  p.filed(kA, "new_services", service);
  const auto sites = p.services(entity.id);
  p.filed(kB, "new_accesses", samples::new_access(sites[0], 50, p.md5(1)));
  Json change = samples::change(p.document(entity.id, kA), kA);
  change.find("entity")->set("investor", "样例投资人");
  change.find("services")
      ->items()[0]
      .find("domains")
      ->push(Json::object({{"provider_domain_id", 9}, {"name", samples::domain(60)}}));
  p.filed(kA, "changes", change);
  p.send(kA, "verification_attachments",
         {samples::attachment(1, Json::object({{"kind", 2}, {"id", sites[0].id}}))});
  p.send(kA, "verification_results", {samples::verification_result(p.document(entity.id, kA), kA)});
  p.send(kA, "unfiled_site_actions",
         {samples::unfiled_action(samples::domain(80), 3405803777, kA)});
  p.filed(kB, "cancellations", samples::cancellation(2, p.accesses(sites[0].id).at(1).id, 4));
  p.filed(kA, "cancellations", samples::cancellation(1, sites[1].id, 1));
  p.send(kA, "cancellations", {samples::cancellation(0, entity.id, 777, "x")});
  p.filed(kA, "cancellations", samples::cancellation(0, entity.id, 1, p.md5(1)));
  p.fetch(kA);
  p.fetch(kB);
  ASSERT_GE(p.documents.size(), 5u);
  for (const auto& xml : p.documents)
    EXPECT_EQ(conformance::data_schema("DownloadData").fault(xml), "") << xml;
}

}  // namespace
}  // namespace beian::sandbox
