// A record's way through the authority: judged, verified, decided, filed and told; on both
// databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sandbox/samples_for_tests.hpp"
#include "sandbox/sandbox_for_tests.hpp"

namespace beian::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Filing : public ::testing::TestWithParam<std::string> {
 protected:
  // Judges one file with these records and gives the documents about it.
  std::vector<Json> report(SandboxForTests& s, const std::vector<Json>& records,
                           int64_t sequence = 1) {
    EXPECT_EQ(s.upload(sequence, records).msg_code, 0);
    s.sandbox->run_due();
    return s.fetch();
  }
  static std::string six(int person) { return samples::identity(person).substr(12); }
  // What was told last of each.
  static std::vector<std::string> states(const Json& document) {
    std::vector<std::string> all;
    for (const auto& row : document["sms_verifications"].items()) {
      const std::string role = row["role"].as_string() + " ";
      std::erase_if(all, [&](const std::string& told) { return told.starts_with(role); });
      all.push_back(role + row["state"].as_string());
    }
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Filing, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

TEST_P(Filing, PlainProfileWaitsForTheDecisionAtOnce) {
  SandboxForTests s(GetParam());
  s.add_provider("miit-3.0");
  const auto judged = report(s, {samples::record(1)});
  ASSERT_EQ(judged.size(), 1u);
  const Json& result = judged[0]["results"]["records"].at(0);
  EXPECT_EQ(result["outcomes"].at(0)["code"].as_int(), 1062);
  EXPECT_EQ(result["mark"].as_string(), "10");
  EXPECT_EQ(result["operation"].as_int(), 1);
  EXPECT_EQ(s.state(), "at_authority");
  EXPECT_EQ(s.json("GET", "/manage/phones/" + samples::mobile(2) + "/messages").size(), 0u);

  const Json decided =
      s.json("POST", "/manage/records/1/decision", Json::object({{"approve", true}}));
  const std::string number = decided["entity_number"].as_string();
  EXPECT_EQ(number, "粤ICP备2026000001号");
  const auto told = s.fetch();
  ASSERT_EQ(told.size(), 2u);
  const Json& decision = told[0]["results"]["decisions"].at(0);
  EXPECT_EQ(told[0]["results"]["records"].at(0)["outcomes"].at(0)["code"].as_int(), 1001);
  EXPECT_EQ(decision["result"].as_int(), 1);
  EXPECT_EQ(decision["record_id"].as_int(), 10);
  const Json& filed = told[1]["filed"].at(0);
  EXPECT_EQ(filed["entity"]["filing_number"].as_string(), number);
  EXPECT_EQ(filed["entity"]["provider_entity_id"].as_int(), 10);
  EXPECT_EQ(filed["entity"]["reporting_type"].as_int(), 1);
  EXPECT_EQ(filed["services"].at(0)["filing_number"].as_string(), number + "-1");
  EXPECT_EQ(filed["services"].at(0)["accesses"].at(0)["provider"].as_int(), kProvider);
  EXPECT_EQ(filed["services"].at(0)["domains"].at(0)["name"].as_string(), samples::domain(1));
  const auto library = s.json("GET", "/manage/filed");
  ASSERT_EQ(library.size(), 1u);
  EXPECT_EQ(library.at(0)["services"].at(0)["domains"].at(0).as_string(), samples::domain(1));
  // A decision is made once.
  EXPECT_EQ(s.request("POST", "/manage/records/1/decision", R"({"approve":true})").status, 409);
  EXPECT_EQ(s.request("POST", "/manage/records/9/decision", R"({"approve":true})").status, 404);
}

TEST_P(Filing, BothPersonsVerifyByPhone) {
  SandboxForTests s(GetParam());
  s.add_provider("openbeian-3.1", 1);
  const auto tasks = report(s, {samples::record(1)});
  ASSERT_EQ(tasks.size(), 1u);
  EXPECT_THAT(states(tasks[0]), ElementsAre("entity_manager pending", "service_manager pending"));
  EXPECT_EQ(tasks[0]["sms_verifications"].at(1)["provider_service_id"].as_int(), 11);
  EXPECT_EQ(tasks[0]["sms_verifications"].at(0)["mobile_tail"].as_string(), "0002");
  EXPECT_EQ(s.state(), "sms_pending");
  EXPECT_EQ(s.request("POST", "/manage/records/1/decision", R"({"approve":true})").status, 409);

  const std::string first = samples::mobile(2);
  EXPECT_EQ(s.enter(first, six(2), "xxxxxx"), 422);
  EXPECT_EQ(s.enter(first, six(3), s.code_for(first)), 422);
  EXPECT_EQ(s.enter(samples::mobile(99), six(2), s.code_for(first)), 422);
  EXPECT_EQ(s.enter(first, six(2), s.code_for(first)), 200);
  EXPECT_EQ(s.enter(first, six(2), s.code_for(first)), 422);  // done already
  auto told = s.fetch();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(states(told[0]), ElementsAre("entity_manager done", "service_manager pending"));
  // Each wrong input was told as well; in one file all tell how many there are by now.
  const Json& rows = told[0]["sms_verifications"];
  EXPECT_EQ(rows.at(rows.size() - 2)["wrong_inputs"].as_int(), 2);
  const std::string second = samples::mobile(3);
  EXPECT_EQ(s.enter(second, six(3), s.code_for(second)), 200);
  EXPECT_EQ(s.state(), "at_authority");
  EXPECT_THAT(states(s.fetch().at(0)), ElementsAre("entity_manager done", "service_manager done"));
  s.json("POST", "/manage/records/1/decision", Json::object({{"approve", true}}));
  EXPECT_EQ(s.fetch().size(), 2u);
}

TEST_P(Filing, OnePersonGetsOneMessage) {
  SandboxForTests s(GetParam());
  s.add_provider("openbeian-3.1");
  Json record = samples::record(1);
  record.find("services")->items()[0].set("manager", samples::person(2));
  const auto tasks = report(s, {record});
  EXPECT_THAT(states(tasks.at(0)), ElementsAre("entity_manager pending"));
  EXPECT_EQ(s.json("GET", "/manage/phones/" + samples::mobile(2) + "/messages").size(), 1u);
  EXPECT_EQ(s.enter(samples::mobile(2), six(2), s.code_for(samples::mobile(2))), 200);
  EXPECT_EQ(s.state(), "at_authority");
}

TEST_P(Filing, FiveWrongInputsFail) {
  SandboxForTests s(GetParam());
  s.add_provider("openbeian-3.1");
  report(s, {samples::record(1)});
  const std::string right = s.code_for(samples::mobile(2));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(s.enter(samples::mobile(2), six(2), "wrong1"), 422);
  EXPECT_EQ(s.enter(samples::mobile(2), six(2), right), 422);
  EXPECT_EQ(s.state(), "sms_failed");
  const auto told = s.fetch();
  EXPECT_THAT(states(told.at(0)), ElementsAre("entity_manager failed", "service_manager pending"));
  // The other person's code is void too, and the record may come again.
  EXPECT_EQ(s.enter(samples::mobile(3), six(3), s.code_for(samples::mobile(3))), 422);
  report(s, {samples::record(1)}, 2);
  EXPECT_EQ(s.state(1), "sms_pending");
}

TEST_P(Filing, UnverifiedExpiresAfterADay) {
  SandboxForTests s(GetParam());
  s.add_provider("openbeian-3.1");
  report(s, {samples::record(1)});
  const std::string code = s.code_for(samples::mobile(2));
  s.clock.advance(std::chrono::hours(24) - Millis(1));
  s.sandbox->run_due();
  EXPECT_EQ(s.state(), "sms_pending");
  s.clock.advance(Millis(1));
  EXPECT_EQ(s.enter(samples::mobile(2), six(2), code), 422);
  s.sandbox->run_due();
  EXPECT_EQ(s.state(), "sms_failed");
  EXPECT_THAT(states(s.fetch().at(0)),
              ElementsAre("entity_manager expired", "service_manager expired"));
}

TEST_P(Filing, DecidesAndVerifiesByItselfWhenTold) {
  Options options;
  options.auto_sms = true;
  options.auto_decide_after = Millis(5000);
  SandboxForTests s(GetParam(), options);
  s.add_provider("openbeian-3.1");
  report(s, {samples::record(1)});
  EXPECT_EQ(s.state(), "at_authority");
  s.clock.advance(Millis(4999));
  s.sandbox->run_due();
  EXPECT_EQ(s.state(), "at_authority");
  s.clock.advance(Millis(1));
  s.restart();  // the deadline is a row, not a timer
  s.sandbox->run_due();
  EXPECT_EQ(s.state(), "approved");
}

TEST_P(Filing, SettingsReachWhatWaitsAlready) {
  SandboxForTests s(GetParam());
  s.add_provider("openbeian-3.1");
  report(s, {samples::record(1)});
  EXPECT_EQ(s.state(), "sms_pending");
  s.json("PUT", "/manage/settings",
         Json::object({{"auto_sms", true}, {"auto_decide_after_ms", 0}}));
  s.sandbox->run_due();
  EXPECT_EQ(s.state(), "approved");
  EXPECT_EQ(s.request("PUT", "/manage/settings", R"({"auto_sms":1,"x":2})").status, 422);
}

TEST_P(Filing, RefusalTellsTheOpinionAndFreesTheNames) {
  SandboxForTests s(GetParam());
  s.add_provider("miit-3.0");
  report(s, {samples::record(1)});
  EXPECT_EQ(s.request("POST", "/manage/records/1/decision", R"({"approve":false})").status, 422);
  s.json("POST", "/manage/records/1/decision",
         Json::object({{"approve", false}, {"opinion", "样例意见"}}));
  const auto told = s.fetch();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0]["results"]["records"].at(0)["outcomes"].at(0)["code"].as_int(), 1002);
  EXPECT_EQ(told[0]["results"]["decisions"].at(0)["result"].as_int(), 0);
  EXPECT_EQ(told[0]["results"]["decisions"].at(0)["opinion"].as_string(), "样例意见");
  EXPECT_EQ(s.json("GET", "/manage/filed").size(), 0u);
  report(s, {samples::record(1)}, 2);
  EXPECT_EQ(s.state(1), "at_authority");
}

std::set<int64_t> codes_of(const Json& result) {
  std::set<int64_t> codes;
  for (const auto& outcome : result["outcomes"].items()) codes.insert(outcome["code"].as_int());
  return codes;
}

TEST_P(Filing, RepeatsAreConflicts) {
  SandboxForTests s(GetParam());
  s.add_provider("miit-3.0");
  // The same record twice in a file: the first one counts.
  const auto judged = report(s, {samples::record(1), samples::record(1)});
  const Json& results = judged.at(0)["results"]["records"];
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(codes_of(results.at(0)), (std::set<int64_t>{1062}));
  EXPECT_EQ(codes_of(results.at(1)), (std::set<int64_t>{1003, 1037, 1038, 1039}));
  s.json("POST", "/manage/records/1/decision", Json::object({{"approve", true}}));
  s.fetch();
  const auto again = report(s, {samples::record(1)}, 2);
  EXPECT_EQ(codes_of(again.at(0)["results"]["records"].at(0)),
            (std::set<int64_t>{1003, 1005, 1021, 1037, 1038}));
  s.json("POST", "/manage/blacklist",
         Json::object({{"kind", "domain"}, {"value", samples::domain(2)}}));
  s.fetch();  // every provider is told of it
  const auto black = report(s, {samples::record(2)}, 3);
  EXPECT_EQ(codes_of(black.at(0)["results"]["records"].at(0)), (std::set<int64_t>{1064}));
}

TEST_P(Filing, RefusesWholeFiles) {
  SandboxForTests s(GetParam());
  s.add_provider("miit-3.0");
  int64_t sequence = 0;
  const auto verdict = [&](std::string xml) {
    EXPECT_EQ(s.upload_xml(++sequence, xml).msg_code, 0);
    s.sandbox->run_due();
    return s.fetch().at(0)["results"]["records"].at(0);
  };
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string xml = s.document({samples::record(1)});
    const size_t at = xml.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return xml.replace(at, from.size(), to);
  };
  EXPECT_EQ(codes_of(verdict("not xml")), (std::set<int64_t>{5001}));
  const Json broken = verdict(with("<Bbfs>1</Bbfs>", "<Bbfs>7</Bbfs>"));
  EXPECT_EQ(codes_of(broken), (std::set<int64_t>{5001}));
  EXPECT_EQ(broken["mark"].as_string(), "10");
  EXPECT_THAT(broken["remark"].as_string(), HasSubstr("dataSequence=2"));
  EXPECT_EQ(codes_of(verdict(with("V.3.0", "V.2.0"))), (std::set<int64_t>{5004}));
  EXPECT_EQ(codes_of(verdict(s.document({samples::record(1)}, kProvider + 1))),
            (std::set<int64_t>{5003}));
  EXPECT_EQ(
      codes_of(verdict("<?xml version=\"1.0\" encoding=\"GBK\"?><UploadData version=\"V.3.0\">"
                       "<OTHER><Qqdwid>20001</Qqdwid></OTHER></UploadData>")),
      (std::set<int64_t>{5011}));
  EXPECT_EQ(s.json("GET", "/manage/records").size(), 0u);
  const auto uploads = s.json("GET", "/manage/uploads?provider_id=20001");
  EXPECT_EQ(uploads.size(), 5u);
  EXPECT_THAT(uploads.at(0)["fault"].as_string(), HasSubstr("5011"));
}

TEST_P(Filing, ManyRecordsTravelInOneFileAndNumbersHaveNoGap) {
  SandboxForTests s(GetParam());
  s.add_provider("miit-3.0");
  std::vector<Json> records;
  for (int n = 1; n <= 30; ++n) records.push_back(samples::record(n));
  const auto judged = report(s, records);
  ASSERT_EQ(judged.size(), 1u);
  EXPECT_EQ(judged[0]["results"]["records"].size(), 30u);
  s.json("PUT", "/manage/settings", Json::object({{"auto_decide_after_ms", 0}}));
  s.sandbox->run_due();
  const auto told = s.fetch();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1]["filed"].size(), 30u);
  std::set<std::string> numbers;
  const Json library = s.json("GET", "/manage/filed");
  for (const auto& entity : library.items()) numbers.insert(entity["entity_number"].as_string());
  EXPECT_EQ(numbers.size(), 30u);
  EXPECT_TRUE(numbers.contains("粤ICP备2026000030号"));
}

TEST_P(Filing, AKilledJudgeJudgesOnce) {
  SandboxForTests s(GetParam());
  s.add_provider("openbeian-3.1");
  s.upload(1, {samples::record(1)});
  s.restart();  // accepted, not judged: the job is a row of the same transaction
  s.sandbox->run_due();
  // A lost lease: the same work comes again.
  s.database.database->write([](db::Tx& tx) {
    tx.exec(
        "INSERT INTO jobs (id, kind, payload, run_at) VALUES ('again', 'sandbox.judge',"
        " :payload, 0)",
        {{"payload", R"({"provider":20001})"}});
  });
  s.sandbox->run_due();
  EXPECT_EQ(s.json("GET", "/manage/records").size(), 1u);
  EXPECT_EQ(s.json("GET", "/manage/phones/" + samples::mobile(2) + "/messages").size(), 1u);
  EXPECT_EQ(s.fetch().size(), 1u);
}

TEST_P(Filing, PagesServePeopleAndEscapeWhatWasReported) {
  Options options;
  options.management_token = Secret("样例令牌-token");
  SandboxForTests s(GetParam(), options);
  s.add_provider("openbeian-3.1");
  Json record = samples::record(1);
  record.find("entity")->set("name", "<script>样例</script>");
  s.upload(1, {record});
  s.sandbox->run_due();

  EXPECT_EQ(s.get("/decide").status, 401);
  EXPECT_EQ(s.get("/manage/records").status, 401);
  const http::Headers officer{
      {"Authorization", "Basic " + base64_encode("officer:样例令牌-token")}};
  const auto list = s.get("/decide", officer);
  ASSERT_EQ(list.status, 200);
  EXPECT_THAT(list.body, HasSubstr("&lt;script&gt;样例"));
  EXPECT_THAT(list.body, Not(HasSubstr("<script>")));
  const auto desk = s.get("/decide/1", officer);
  EXPECT_THAT(desk.body, HasSubstr(samples::credit_code(1)));
  EXPECT_THAT(desk.body, HasSubstr("/decide/1/attachments/1"));
  const auto picture = s.get("/decide/1/attachments/0", officer);
  EXPECT_EQ(base64_encode(picture.body), samples::jpeg());
  EXPECT_EQ(s.get("/decide/1/attachments/2", officer).status, 404);
  EXPECT_EQ(s.get("/decide/77", officer).status, 404);
  EXPECT_THAT(s.get("/phones?mobile=" + samples::mobile(2), officer).body, HasSubstr("验证码"));

  EXPECT_EQ(s.get("/sms").status, 200);
  const std::string form = "mobile=" + samples::mobile(2) + "&last_six=" + six(2) + "&code=000";
  EXPECT_EQ(s.request("POST", "/sms", form).status, 422);
  EXPECT_EQ(s.request("POST", "/sms", form, {{"Origin", "http://elsewhere.example"}}).status, 403);
  const auto query = s.get("/query?q=" + samples::domain(1));
  EXPECT_THAT(query.body, HasSubstr("没有查到"));
}

TEST_P(Filing, PagesDoTheWholeJob) {
  SandboxForTests s(GetParam());
  s.add_provider("openbeian-3.1");
  report(s, {samples::record(1)});
  for (const int person : {2, 3}) {
    const std::string mobile = samples::mobile(person);
    const auto page =
        s.request("POST", "/sms",
                  "mobile=" + mobile + "&last_six=" + six(person) + "&code=" + s.code_for(mobile));
    EXPECT_THAT(page.body, HasSubstr("核验成功"));
  }
  EXPECT_EQ(s.request("POST", "/decide/1", "decision=refuse&opinion=").status, 422);
  EXPECT_EQ(s.request("POST", "/decide/1", "decision=approve&opinion=").status, 303);
  EXPECT_THAT(s.get("/query?q=" + samples::domain(1)).body, HasSubstr("粤ICP备2026000001号-1"));
  EXPECT_THAT(s.get("/query?q=粤ICP备2026000001号").body, HasSubstr("样例公司1"));
}

TEST_P(Filing, ProviderAccountsAreChecked) {
  SandboxForTests s(GetParam());
  const auto response = s.request(
      "POST", "/manage/providers",
      R"({"provider_id":0,"user_name":"","encryption":1,"key":"short","profile":"x","y":1})");
  EXPECT_EQ(response.status, 422);
  for (const char* field :
       {"/provider_id", "/user_name", "/password", "/key", "/iv", "/profile", "/y"})
    EXPECT_THAT(response.body, HasSubstr(field));
  s.add_provider("miit-3.0");
  EXPECT_EQ(s.request("POST", "/manage/providers",
                      R"({"provider_id":3,"user_name":"yangli","password":"样例口令"})")
                .status,
            409);
}

}  // namespace
}  // namespace beian::sandbox
