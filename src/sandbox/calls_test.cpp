// The six operations through the router, as a provider's SOAP client sees them, on both databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/samples_for_tests.hpp"
#include "sandbox/sandbox_for_tests.hpp"

namespace beian::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Calls : public ::testing::TestWithParam<std::string> {
 protected:
  Calls() { s.add_provider("miit-3.0", 1); }
  SandboxForTests s{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Backends, Calls, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

TEST_P(Calls, ServeTheirWsdl) {
  const auto up = s.wsdl("/ISPWebService/upDownLoad");
  EXPECT_EQ(up.operations.size(), 4u);
  EXPECT_EQ(up.find("isp_upload")->address, "http://127.0.0.1:8081/ISPWebService/upDownLoad");
  EXPECT_EQ(up.find("isp_upload")->parameters.front(), "ispId");
  const auto query = s.wsdl("/BeianStatusWebService/queryBeianStatus");
  EXPECT_EQ(query.find("isp_querybeianstatus")->parameters.front(), "ispID");
  EXPECT_NE(query.find("isp_querybeianstatus")->target_namespace,
            up.find("isp_upload")->target_namespace);
  ASSERT_NE(s.wsdl("/BeianStatusWebService/verifyBamm").find("isp_verifybamm"), nullptr);
  EXPECT_EQ(s.get("/ISPWebService/upDownLoad").status, 500);
}

TEST_P(Calls, RefuseWhatIsNoCall) {
  const auto path = std::string("/ISPWebService/upDownLoad");
  EXPECT_EQ(s.request("POST", path, "<no>").status, 500);
  const auto elsewhere =
      s.request("POST", "/BeianStatusWebService/verifyBamm",
                wire::write_request(*s.wsdl(path).find("isp_download"), {"isp_download", {}}));
  EXPECT_EQ(elsewhere.status, 500);
  EXPECT_THAT(elsewhere.body, HasSubstr("Fault"));
}

// Covers operation:isp_download code:2
TEST_P(Calls, TakeEitherSpellingAndAnyPrefix) {
  const std::string random(20, 'r');
  for (const std::string first : {"ispId", "ispID"}) {
    const std::string body =
        "<?xml version=\"1.0\"?><x:Envelope xmlns:x=\"http://schemas.xmlsoap.org/soap/envelope/\">"
        "<x:Body><q:isp_download xmlns:q=\"urn:whatever\"><q:" +
        first + ">20001</q:" + first + "><userName>" + kUser + "</userName><randVal>" + random +
        "</randVal><pwdHash>" + wire::password_hash(Secret(kPassword), random) +
        "</pwdHash><hashAlgorithm>0</hashAlgorithm></q:isp_download></x:Body></x:Envelope>";
    const auto response = s.request("POST", "/ISPWebService/upDownLoad", body);
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(wire::read_return(wire::read_response(response.body).value())->msg_code, 2);
  }
}

// Covers operation:isp_querypreviousupload code:0 code:4 code:5 code:10 code:12 code:16
TEST_P(Calls, Authenticate) {
  const auto code = [&](const SandboxForTests::Parameters& changes) {
    return s.call("isp_querypreviousupload", changes).msg_code;
  };
  EXPECT_EQ(code({}), 0);
  EXPECT_EQ(code({{"userName", "nobody"}}), 4);
  EXPECT_EQ(code({{"pwdHash", "AAAA"}}), 5);
  EXPECT_EQ(code({{"randVal", "short"}}), 16);
  EXPECT_EQ(code({{"hashAlgorithm", "7"}}), 10);
  EXPECT_EQ(code({{"ispId", "20002"}}), 12);
  EXPECT_EQ(code({{"ispId", "x"}}), 12);
}

// Covers code:901 code:902
TEST_P(Calls, RefuseDuringMaintenance) {
  s.json("PUT", "/manage/settings", Json::object({{"maintenance", true}}));
  EXPECT_EQ(s.upload(1, {samples::record(1)}).msg_code, 901);
  EXPECT_EQ(s.call("isp_download").msg_code, 902);
  EXPECT_EQ(s.call("isp_downloadack", {{"fileName", "a"}}).msg_code, 902);
  s.json("PUT", "/manage/settings", Json::object({{"maintenance", false}}));
  EXPECT_EQ(s.upload(1, {samples::record(1)}).msg_code, 0);
}

// Covers operation:isp_upload code:6 code:7 code:9 code:10 code:11 code:999
TEST_P(Calls, CheckTheEnvelope) {
  const auto good = wire::seal_envelope(s.document({samples::record(1)}), s.keys);
  const auto with = [&](const std::string& name, const std::string& value) {
    auto parameters = s.sealed(1, good);
    for (auto& [key, old] : parameters)
      if (key == name) old = value;
    return s.call("isp_upload", parameters).msg_code;
  };
  EXPECT_EQ(with("encryptAlgorithm", "5"), 9);
  EXPECT_EQ(with("encryptAlgorithm", "x"), 9);
  EXPECT_EQ(with("compressionFormat", "5"), 11);
  EXPECT_EQ(with("hashAlgorithm", "5"), 10);
  EXPECT_EQ(with("beianInfo", "!!"), 6);
  EXPECT_EQ(with("beianInfoHash", "AAAAAAAAAAAAAAAAAAAAAA=="), 7);
  EXPECT_EQ(with("dataSequence", "0"), 999);
  EXPECT_EQ(with("dataSequence", "2147483648"), 999);
  EXPECT_EQ(s.json("GET", "/manage/uploads").size(), 0u);
  EXPECT_EQ(with("", ""), 0);
}

// Covers operation:isp_upload operation:isp_querypreviousupload code:0 code:14 code:999
TEST_P(Calls, KeepTheSequence) {
  EXPECT_EQ(s.call("isp_querypreviousupload").file, std::nullopt);
  const auto gap = s.upload(4, {samples::record(1)});
  EXPECT_EQ(gap.msg_code, 14);
  EXPECT_THAT(gap.missing_sequences, ElementsAre(1, 2, 3));
  EXPECT_EQ(s.upload(1, {samples::record(1)}).msg_code, 0);
  EXPECT_EQ(s.upload(1, {samples::record(1)}).msg_code, 0);
  EXPECT_EQ(s.upload(1, {samples::record(2)}).msg_code, 999);
  EXPECT_EQ(s.upload(2, {samples::record(2)}).msg_code, 0);
  const auto previous = s.call("isp_querypreviousupload");
  ASSERT_TRUE(previous.file);
  EXPECT_EQ(previous.file->data_sequence, 2);
  EXPECT_EQ(s.xml_of(previous), s.document({samples::record(2)}));
  s.sandbox->run_due();
  EXPECT_EQ(s.json("GET", "/manage/records").size(), 2u);
}

// Covers code:19
TEST_P(Calls, DoNotTakeReportsFromAClosedAccount) {
  s.json("POST", "/manage/providers",
         Json::object({{"provider_id", kProvider},
                       {"user_name", kUser},
                       {"password", kPassword},
                       {"province", "440000"},
                       {"enabled", false}}));
  s.keys.encryption = wire::Encryption::none;
  EXPECT_EQ(s.upload(1, {samples::record(1)}).msg_code, 19);
  EXPECT_EQ(s.call("isp_download").msg_code, 2);
}

// Covers operation:isp_download operation:isp_downloadack code:0 code:2 code:21
TEST_P(Calls, HandTheSameFileDownUntilItIsAcknowledged) {
  s.upload(1, {samples::record(1)});
  s.sandbox->run_due();
  const auto first = s.call("isp_download");
  ASSERT_TRUE(first.file);
  EXPECT_EQ(first.msg_code, 0);
  s.restart();
  const auto again = s.call("isp_download");
  EXPECT_EQ(again.file->file_name, first.file->file_name);
  EXPECT_EQ(again.file->envelope.beian_info, first.file->envelope.beian_info);
  EXPECT_EQ(s.call("isp_downloadack", {{"fileName", ""}}).msg_code, 21);
  EXPECT_EQ(s.call("isp_downloadack", {{"fileName", "BAJG99"}}).msg_code, 999);
  EXPECT_EQ(s.call("isp_download").file->file_name, first.file->file_name);
  EXPECT_EQ(s.call("isp_downloadack", {{"fileName", first.file->file_name}}).msg_code, 0);
  EXPECT_EQ(s.call("isp_downloadack", {{"fileName", first.file->file_name}}).msg_code, 0);
  EXPECT_EQ(s.call("isp_download").msg_code, 2);
}

// Covers code:3
TEST_P(Calls, SayThatMoreIsWaiting) {
  s.upload(1, {samples::record(1)});
  s.sandbox->run_due();
  s.json("POST", "/manage/records/1/decision", Json::object({{"approve", true}}));
  EXPECT_EQ(s.call("isp_download").msg_code, 3);  // results, and then the filed record
  const auto parts = s.fetch();
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_NE(parts[0].find("results"), nullptr);
  EXPECT_NE(parts[1].find("filed"), nullptr);
}

// Covers code:15
TEST_P(Calls, PlayFaults) {
  const auto fault = [&](Json json) { s.json("POST", "/manage/faults", json); };
  fault(Json::object({{"operation", "isp_upload"}, {"kind", "code"}, {"code", 15}, {"times", 2}}));
  EXPECT_EQ(s.call("isp_download").msg_code, 2);
  EXPECT_EQ(s.upload(1, {samples::record(1)}).msg_code, 15);
  EXPECT_EQ(s.upload(1, {samples::record(1)}).msg_code, 15);
  const auto parameters =
      s.sealed(1, wire::seal_envelope(s.document({samples::record(1)}), s.keys));
  fault(Json::object({{"operation", "*"}, {"kind", "drop_before"}}));
  EXPECT_EQ(s.soap("isp_upload", parameters).status, 0);
  EXPECT_EQ(s.call("isp_querypreviousupload").file, std::nullopt);
  fault(Json::object({{"operation", "isp_upload"}, {"kind", "drop_after_commit"}}));
  EXPECT_EQ(s.soap("isp_upload", parameters).status, 0);
  EXPECT_EQ(s.call("isp_querypreviousupload").file->data_sequence, 1);
  EXPECT_EQ(s.soap("isp_upload", parameters).status, 200);
  fault(Json::object({{"operation", "isp_download"}, {"kind", "code"}, {"code", 901}}));
  s.request("DELETE", "/manage/faults");
  EXPECT_EQ(s.call("isp_download").msg_code, 2);
  EXPECT_EQ(s.request("POST", "/manage/faults", R"({"operation":"isp_x","kind":"y"})").status, 422);
}

// Covers operation:isp_querybeianstatus
TEST_P(Calls, AnswerWhatIsFiled) {
  s.upload(1, {samples::record(1)});
  s.sandbox->run_due();
  const auto ask = [&](const std::string& type, const std::string& condition) {
    return s.call("isp_querybeianstatus",
                  {{"queryConditionType", type}, {"queryCondition", condition}});
  };
  EXPECT_FALSE(ask("0", samples::domain(1)).status->filed);
  s.json("POST", "/manage/records/1/decision", Json::object({{"approve", true}}));
  const auto by_domain = ask("0", "WWW." + samples::domain(1));
  ASSERT_TRUE(by_domain.status->filed);
  EXPECT_EQ(by_domain.status->service_name, "样例网站1");
  EXPECT_EQ(by_domain.status->service_number, by_domain.status->entity_number + "-1");
  EXPECT_EQ(by_domain.status->condition, "WWW." + samples::domain(1));
  const auto by_number = ask("1", samples::credit_code(1));
  ASSERT_TRUE(by_number.status->filed);
  EXPECT_EQ(by_number.status->entity_number, by_domain.status->entity_number);
  EXPECT_TRUE(by_number.status->service_number.empty());
  EXPECT_FALSE(ask("2", samples::credit_code(1)).status->filed);
  EXPECT_EQ(ask("77", "anything").msg_code, 999);
  EXPECT_EQ(ask("1", "abc").msg_code, 999);
  EXPECT_EQ(ask("0", "not a domain").msg_code, 999);
}

// Covers operation:isp_verifybamm code:22
// 0 a domain, 1 to 12 a certificate of that type, in either case of its letters.
TEST_P(Calls, AnswerForEveryConditionType) {
  s.database.database->write([](db::Tx& tx) {
    for (int type = 1; type <= 12; ++type)
      tx.exec(
          "INSERT INTO filed_entities (record_id, provider_id, provider_entity_id, filing_number,"
          " name, certificate_type, certificate_number, service_counter, password_salt,"
          " password_hash, first_filed, last_changed, cancelled_at) VALUES (:type, 1, :type,"
          " :number, '样例', :type, :certificate, 0, '', '', 1, 1, :cancelled)",
          {{"type", type},
           {"number", "粤ICP备20260000" + std::to_string(10 + type) + "号"},
           {"certificate", "YANGLI" + std::to_string(type)},
           {"cancelled", type == 12 ? db::Value(1) : db::Value()}});
  });
  const auto filed = [&](int type, const std::string& condition) {
    const auto answer =
        s.call("isp_querybeianstatus",
               {{"queryConditionType", std::to_string(type)}, {"queryCondition", condition}});
    EXPECT_EQ(answer.msg_code, 0);
    EXPECT_EQ(answer.status->condition_type, type);
    EXPECT_EQ(answer.status->filed, !answer.status->entity_number.empty());
    return answer.status->filed;
  };
  for (int type = 1; type <= 12; ++type) {
    EXPECT_EQ(filed(type, "yangli" + std::to_string(type)), type != 12) << type;
    EXPECT_FALSE(filed(type, "yangli" + std::to_string(type % 12 + 1))) << type;
  }
  EXPECT_FALSE(filed(0, "yangli1-example.cn"));
}

TEST_P(Calls, CheckFilingPasswords) {
  s.upload(1, {samples::record(1)});
  s.sandbox->run_due();
  s.json("POST", "/manage/records/1/decision", Json::object({{"approve", true}}));
  const auto number = s.json("GET", "/manage/filed").at(0)["entity_number"].as_string();
  const auto told =
      s.json("GET", "/manage/phones/" + samples::mobile(2) + "/messages").at(0)["text"].as_string();
  const std::string mark = "备案密码 ";
  const std::string password = told.substr(told.find(mark) + mark.size(), 8);
  const auto check = [&](const std::string& baxh, const std::string& bamm) {
    return s.call("isp_verifybamm", {{"baxh", baxh}, {"bamm", bamm}});
  };
  EXPECT_EQ(check(number, password).password_right, true);
  EXPECT_EQ(check(number + "-1", password).password_right, true);
  EXPECT_EQ(check("粤ICP备1999999999号", password).msg_code, 999);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(check(number, "wrong").password_right, false);
  EXPECT_EQ(check(number, password).msg_code, 22);
  s.clock.advance(std::chrono::hours(25));
  EXPECT_EQ(check(number, password).password_right, true);
}

}  // namespace
}  // namespace beian::sandbox
