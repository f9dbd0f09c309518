#include "authority/client.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "authority/fake_authority.hpp"

namespace beian::authority {
namespace {

using testing::FakeAuthority;
using Fault = FakeAuthority::Fault;

class ClientTest : public ::testing::Test {
 protected:
  FakeAuthority authority_;
  std::atomic<bool> cancel_{false};
};

// Covers operation:isp_querypreviousupload
TEST_F(ClientTest, SpellsAndOrdersParametersAsTheServedWsdlDoes) {
  Client client(authority_.link(), cancel_);
  const auto answer = client.previous_upload();
  ASSERT_TRUE(answer) << problem_text(answer.error()[0].code, answer.error()[0].args, Language::en);
  EXPECT_EQ(answer->msg_code, 0);
  EXPECT_EQ(answer->file->data_sequence, 0);
  EXPECT_EQ(authority_.seen_parameters(),
            (std::vector<std::string>{"ispID", "userName", "randVal", "pwdHash", "hashAlgorithm"}));
}

TEST_F(ClientTest, ADefiniteAnswerIsAnAnswerWhateverItsCode) {
  auto link = authority_.link();
  link.password = Secret("wrong");
  Client client(link, cancel_);
  const auto answer = client.download();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->msg_code, 5);
}

TEST_F(ClientTest, AProxysPageIsNoAnswer) {
  authority_.fault("isp_download", {Fault::Kind::lost_before});
  Client client(authority_.link(), cancel_);
  const auto answer = client.download();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error()[0].code, ProblemCode::peer_unreachable);
  const auto again = client.download();  // the WSDL is read anew
  ASSERT_TRUE(again);
  EXPECT_EQ(again->msg_code, 2);
}

TEST_F(ClientTest, NobodyThere) {
  auto link = authority_.link();
  link.upload_wsdl_url = "http://127.0.0.1:1/nobody?wsdl";
  Client client(link, cancel_);
  const auto answer = client.download();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error()[0].code, ProblemCode::peer_unreachable);
}

TEST_F(ClientTest, AHangingCallTimesOut) {
  auto link = authority_.link();
  link.call_timeout = Millis{300};
  authority_.fault("isp_download", {Fault::Kind::hang_after});
  Client client(link, cancel_);
  const auto answer = client.download();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error()[0].code, ProblemCode::peer_unreachable);
}

TEST_F(ClientTest, AStopEndsACallUnderWay) {
  authority_.fault("isp_download", {Fault::Kind::hang_after});
  Client client(authority_.link(), cancel_);
  const auto begun = std::chrono::steady_clock::now();
  Result<wire::Return> answer;
  std::thread call([&] { answer = client.download(); });
  while (authority_.calls("isp_download") == 0) std::this_thread::yield();
  cancel_ = true;
  call.join();
  EXPECT_FALSE(answer);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

// Covers operation:isp_querybeianstatus
TEST_F(ClientTest, AsksWhatIsFiled) {
  Client client(authority_.link(), cancel_);
  auto answer = client.filing_status(0, "yangli-example.cn");
  ASSERT_TRUE(answer);
  ASSERT_TRUE(answer->status);
  EXPECT_FALSE(answer->status->filed);
  authority_.set_filed(true);
  answer = client.filing_status(0, "yangli-example.cn");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->status->filed);
  EXPECT_EQ(answer->status->service_number, "粤ICP备2026000001号-1");
}

}  // namespace
}  // namespace beian::authority
