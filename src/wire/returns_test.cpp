#include "wire/returns.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace beian::wire {
namespace {

TEST(Returns, ReadsThePlainAnswer) {
  const auto answer = read_return(
      R"(<?xml version="1.0" encoding="GBK"?><return version="V.3.0"><msg_code>0</msg_code><msg>操作成功</msg></return>)");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->msg_code, 0);
  EXPECT_EQ(answer->msg, "操作成功");
  EXPECT_FALSE(answer->file);
  EXPECT_FALSE(answer->status);
}

TEST(Returns, MissingSequences) {
  Return answer{
      .msg_code = 14, .msg = "漏报", .missing_sequences = {3, 4}, .file = {}, .status = {}};
  const auto again = read_return(write_return(answer));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->missing_sequences, (std::vector<int64_t>{3, 4}));
}

TEST(Returns, FilesComeBack) {
  Return answer;
  answer.file =
      FileInfo{.envelope = seal_envelope("<a/>", {}), .file_name = "a<b>.zip", .data_sequence = 7};
  const auto again = read_return(write_return(answer));
  ASSERT_TRUE(again);
  ASSERT_TRUE(again->file);
  EXPECT_EQ(again->file->file_name, "a<b>.zip");
  EXPECT_EQ(again->file->data_sequence, 7);
  EXPECT_EQ(*open_envelope(again->file->envelope, {}), "<a/>");
  answer.file->data_sequence.reset();
  EXPECT_FALSE(read_return(write_return(answer))->file->data_sequence);
}

TEST(Returns, StatusComesBack) {
  Return answer;
  answer.status = StatusInfo{.condition_type = 0,
                             .condition = "yangli-example.cn",
                             .filed = true,
                             .service_name = "样例",
                             .entity_number = "京ICP备2026000001号",
                             .service_number = "京ICP备2026000001号-1"};
  const auto again = read_return(write_return(answer));
  ASSERT_TRUE(again);
  ASSERT_TRUE(again->status);
  EXPECT_TRUE(again->status->filed);
  EXPECT_EQ(again->status->service_number, "京ICP备2026000001号-1");
  answer.status = StatusInfo{.condition_type = 2,
                             .condition = "1234",
                             .filed = false,
                             .service_name = {},
                             .entity_number = {},
                             .service_number = {}};
  EXPECT_FALSE(read_return(write_return(answer))->status->filed);
}

TEST(Returns, PasswordChecksComeBack) {
  EXPECT_EQ(read_return(write_return({}))->password_right, std::nullopt);
  for (const bool right : {true, false}) {
    Return answer;
    answer.password_right = right;
    EXPECT_EQ(read_return(write_return(answer))->password_right, right);
  }
  EXPECT_FALSE(read_return("<return><msg_code>0</msg_code><VerifyRes>2</VerifyRes></return>"));
}

TEST(Returns, TheMessageIsCutToItsLimit) {
  std::string longer;
  for (int i = 0; i < 300; ++i) longer += "样";
  Return answer;
  answer.msg = longer;
  EXPECT_EQ(text::length(read_return(write_return(answer))->msg), 256u);
}

TEST(Returns, BlanksAroundNumbersAndUnknownElementsAreHarmless) {
  const auto answer = read_return("<return><more/><msg_code> 2\n</msg_code><msg/></return>");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->msg_code, 2);
}

TEST(Returns, FaultsAreCollectedWithTheirPath) {
  EXPECT_FALSE(read_return("<html/>"));
  EXPECT_FALSE(read_return("no xml"));
  const auto answer = read_return(
      "<return><msg_code>x</msg_code><dataSequences><dataSequence>-</dataSequence></dataSequences>"
      "<fileInfos><hashAlgorithm>0</hashAlgorithm></fileInfos></return>");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().front().field, "/return/msg_code");
  EXPECT_EQ(answer.error().size(), 7u);
}

TEST(Returns, Codes) {
  EXPECT_EQ(code_text(0), "操作成功");
  EXPECT_EQ(code_reaction(0), Reaction::success);
  EXPECT_EQ(code_reaction(2), Reaction::empty);
  EXPECT_EQ(code_reaction(3), Reaction::more);
  EXPECT_EQ(code_reaction(901), Reaction::retry);
  EXPECT_EQ(code_reaction(14), Reaction::rejected);
  EXPECT_FALSE(code_text(1062).empty());
  EXPECT_EQ(code_text(123456), "");
  EXPECT_EQ(code_reaction(123456), Reaction::rejected);
}

}  // namespace
}  // namespace beian::wire
