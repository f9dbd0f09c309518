// Until when a certificate holds: noted by who approves, handed down with the entity; on both
// databases.
#include <gtest/gtest.h>

#include "sandbox/parties_for_tests.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kA = 20001;

class CertificateNoted : public ::testing::TestWithParam<std::string> {
 protected:
  CertificateNoted() { p.add(kA, "miit-3.0"); }
  http::Response approve(const std::string& until, bool approve = true) {
    const Json body = Json::object(
        {{"approve", approve}, {"opinion", "样例意见"}, {"certificate_valid_until", until}});
    return p.s.request("POST", path(), to_string(body));
  }
  std::string path() {
    return "/manage/records/" + std::to_string(p.last_record()["id"].as_int()) + "/decision";
  }
  // As BASJ told it last; empty: not told.
  std::string handed_down() {
    std::string told = "no record";
    for (const auto& part : p.fetch(kA))
      for (const auto& filed : part["filed"].items())
        told = filed["entity"]["certificate_valid_until"].as_string();
    return told;
  }
  Json change() { return samples::change(p.document(entity().id, kA), kA); }
  LibraryEntity entity() {
    return *p.read(
        [](db::Tx& tx) { return entity_by_certificate(tx, 1, samples::credit_code(1)); });
  }
  Parties p{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Backends, CertificateNoted, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

TEST_P(CertificateNoted, IsHandedDownWithTheEntity) {
  p.send(kA, "new_filings", {samples::record(1)});
  EXPECT_EQ(approve("2027-01-31").status, 200);
  EXPECT_EQ(handed_down(), "2027-01-31");
  // A service more leaves the entity as it is.
  p.filed(kA, "new_services", samples::new_service(entity(), 2));
  EXPECT_EQ(handed_down(), "2027-01-31");
  // A synchronisation too.
  p.s.json("POST", "/manage/synchronise",
           Json::object({{"provider_id", kA}, {"parts", Json::array({"icp"})}}));
  p.s.sandbox->run_due();
  bool synchronised = false;
  p.fetch(kA);
  for (const auto& xml : p.documents)
    synchronised |= xml.contains("<SJTB") && xml.contains("<Zsyxq>2027-01-31</Zsyxq>");
  EXPECT_TRUE(synchronised);
}

TEST_P(CertificateNoted, StandsOnThePapersOfTheLastDecision) {
  p.send(kA, "new_filings", {samples::record(1)});
  EXPECT_EQ(approve("2027-01-31").status, 200);
  EXPECT_EQ(handed_down(), "2027-01-31");
  p.send(kA, "changes", {change()});
  EXPECT_EQ(approve("2037-01-31").status, 200);
  EXPECT_EQ(handed_down(), "2037-01-31");
  p.filed(kA, "changes", change());
  EXPECT_EQ(handed_down(), "");
}

TEST_P(CertificateNoted, OnlyADayAndOnlyOfAnEntityThatIsReported) {
  p.send(kA, "new_filings", {samples::record(1)});
  for (const auto* wrong : {"长期有效，没有期限", "2027-02-30", "2027-01-31 00:00:00"})
    EXPECT_EQ(approve(wrong).status, 422) << wrong;
  EXPECT_EQ(approve("2027-01-31", false).status, 422);
  EXPECT_EQ(p.last_record()["state"].as_string(), "at_authority");
  EXPECT_EQ(approve("").status, 200);
  EXPECT_EQ(handed_down(), "");
  p.send(kA, "new_services", {samples::new_service(entity(), 2)});
  EXPECT_EQ(approve("2027-01-31").status, 422);
}

}  // namespace
}  // namespace beian::sandbox
