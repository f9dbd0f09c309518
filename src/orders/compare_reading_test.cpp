#include "orders/compare_reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beian::orders {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Json& document() {
  static const Json kDocument = *parse_json(R"({
    "entity": {"name": "样例科技（广州）有限公司", "nature": 4, "legal_representative": "样例丙",
      "certificate": {"type": 1, "number": "91440106MA0000007K",
                      "address": "广东省广州市天河区样例大道1号样例大厦101室"},
      "manager": {"name": "样例甲", "certificate_number": "440106190001010012"}},
    "services": [{"name": "样例企业官方网站", "domains": ["yangli-example.cn", "xn--fsqu00a.xn--fiqs8s"],
      "manager": {"name": "样例乙", "certificate_number": "440106190001010020"}}]})");
  return kDocument;
}

Json individual() {
  Json out = document();
  Json entity = out["entity"];
  entity.set("name", "样例甲");
  entity.set("nature", 5);
  out.set("entity", std::move(entity));
  return out;
}

// "field expected-verdict found", one for each.
std::vector<std::string> compared(int purpose, const std::string& owner, std::string_view text,
                                  const Json& with = document()) {
  std::vector<std::string> out;
  for (const auto& one : compare_reading(with, purpose, owner, text))
    out.push_back(one.field + " " + std::string(name_of(one.verdict)) + " " + one.found);
  return out;
}

TEST(CompareReading, AnEntitysCertificate) {
  EXPECT_THAT(
      compared(2, "/entity",
               "营业执照\n统一社会信用代码 91440106MA0000001K\n名 称 样例科技 (广州) 有限公司\n"
               "法定代表人 样例丙\n住 所 天津市样例路9号"),
      ElementsAre("/entity/name same 样例科技 (广州) 有限公司",
                  "/entity/certificate/number similar 91440106MA0000001K",
                  "/entity/certificate/address missing ",
                  "/entity/legal_representative same 样例丙"));
}

TEST(CompareReading, TheExpectedIsWhatTheApplicantWrote) {
  const auto all = compare_reading(document(), 2, "/entity", "");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1].expected, "91440106MA0000007K");
  EXPECT_EQ(all[1].verdict, Verdict::missing);
  EXPECT_EQ(all[1].found, "");
}

TEST(CompareReading, CertificatesOfManagers) {
  EXPECT_THAT(compared(3, "/entity", "姓名 样例甲 号码 440106190001010012"),
              ElementsAre("/entity/manager/name same 样例甲",
                          "/entity/manager/certificate_number same 440106190001010012"));
  EXPECT_THAT(compared(4, "/services/0", "姓名 样例甲 号码 440106190001010012"),
              ElementsAre("/services/0/manager/name similar 样例甲",
                          "/services/0/manager/certificate_number similar 440106190001010012"));
}

TEST(CompareReading, AnIndividualsOwnCertificateHasItsAddress) {
  EXPECT_THAT(
      compared(3, "/entity",
               "姓名 样例甲\n住址 广东省广州市天河区样例大道1\n号样例大厦101室\n440106190001010012",
               individual()),
      ElementsAre("/entity/manager/name same 样例甲",
                  "/entity/manager/certificate_number same 440106190001010012",
                  "/entity/certificate/address same 广东省广州市天河区样例大道1 号样例大厦101室"));
}

TEST(CompareReading, AVerificationSheetNamesServiceDomainsAndEntity) {
  EXPECT_THAT(
      compared(1, "/services/0",
               "样例企业官方网站 www.yangli-example.cn\n样例科技（广州）有限公司"),
      ElementsAre("/services/0/name same 样例企业官方网站",
                  "/services/0/domains/0 same yangli-example.cn", "/services/0/domains/1 missing ",
                  "/entity/name same 样例科技（广州）有限公司"));
  EXPECT_THAT(compared(1, "/services/0", "例子.中国").at(2),
              "/services/0/domains/1 same 例子.中国");
}

TEST(CompareReading, ADomainsCertificateIsOfItsOwner) {
  EXPECT_THAT(compared(13, "/services/0/domains/0", "yangli-example.cn 样例科技有限公司"),
              ElementsAre("/services/0/domains/0 same yangli-example.cn",
                          "/entity/name similar 样例科技有限公司"));
}

TEST(CompareReading, NothingOfWhatNobodyWroteOrNobodyCompares) {
  Json without = document();
  Json entity = without["entity"];
  entity.erase("legal_representative");
  entity.erase("certificate");
  without.set("entity", std::move(entity));
  EXPECT_THAT(compared(2, "/entity", "样例", without), ElementsAre("/entity/name missing "));
  EXPECT_THAT(compared(5, "/services/0", "样例"), IsEmpty());
  EXPECT_THAT(compared(4, "/services/7", "样例"), IsEmpty());
  EXPECT_TRUE(has_compared_fields(2));
  EXPECT_FALSE(has_compared_fields(5));
  EXPECT_FALSE(has_compared_fields(7));
}

}  // namespace
}  // namespace beian::orders
