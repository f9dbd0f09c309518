#include "sandbox/judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text.hpp"
#include "sandbox/contact_checks.hpp"
#include "sandbox/operations.hpp"
#include "sandbox/samples_for_tests.hpp"

namespace beian::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

const Circumstances kHere{TimePoint{Millis{1'780'000'000'000}}, 0, true};

Outcomes inspect(const Json& record, const Circumstances& circumstances) {
  return icp_operations().front().inspect(record, circumstances);
}

std::vector<int> codes_of(const Outcomes& outcomes) {
  std::vector<int> codes;
  for (const auto& o : outcomes) codes.push_back(o.code);
  return codes;
}

Json& at(Json& json, std::string_view path) {
  Json* here = &json;
  for (const auto& part : text::split(path.substr(1), '/')) {
    int64_t index = 0;
    here = text::parse_i64(part, index) ? &here->items().at(static_cast<size_t>(index))
                                        : here->find(part);
    if (here == nullptr) throw std::logic_error("no " + std::string(path));
  }
  return *here;
}

TEST(Judge, FindsNothingInAGoodRecord) {
  EXPECT_THAT(codes_of(inspect(samples::record(1), kHere)), ElementsAre());
  Circumstances guangdong = kHere;
  guangdong.province = 440000;
  EXPECT_THAT(codes_of(inspect(samples::record(1), guangdong)), ElementsAre());
}

// One thing made wrong, and exactly the code that the protocol has for it.
struct Fault {
  const char* name;
  int code;
  std::function<void(Json&)> spoil;
};
std::ostream& operator<<(std::ostream& out, const Fault& fault) {
  return out << fault.name;
}

void set(Json& json, std::string_view path, std::string_view field, Json value) {
  at(json, path).set(field, std::move(value));
}

const std::string kService = "/services/0";
const std::string kManager = "/entity/manager";
const std::string kAddress = "/services/0/accesses/0/addresses/0";

const Fault kFaults[] = {
    {"domain_without_suffix", 1004,
     [](Json& r) {
       set(r, "/services/0/domains/0", "name", "yangli.invalid-suffix-x");
       at(r, kService).erase("home_url");
     }},
    {"subdomain", 1004,
     [](Json& r) { set(r, "/services/0/domains/0", "name", "www." + samples::domain(1)); }},
    {"private_address", 1006,
     [](Json& r) {
       set(r, kAddress, "from", 3232235777);
       set(r, kAddress, "to", 3232235777);
     }},
    {"range_backwards", 1006, [](Json& r) { set(r, kAddress, "to", 3405803776); }},
    {"licence_number", 1008,
     [](Json& r) { set(r, "/entity/certificate", "number", "91440300MA5E000010"); }},
    {"certificate_of_another_nature", 1008, [](Json& r) { set(r, "/entity", "nature", 2); }},
    {"person_without_number", 1008, [](Json& r) { at(r, kManager).erase("certificate_number"); }},
    {"entity_email", 1009, [](Json& r) { set(r, kManager, "email", "no-at-sign.example"); }},
    {"entity_phone_missing", 1010, [](Json& r) { at(r, kManager).erase("office_phone"); }},
    {"service_phone", 1010,
     [](Json& r) { set(r, "/services/0/manager", "office_phone", "电话12345678901"); }},
    {"mobile", 1011, [](Json& r) { set(r, kManager, "mobile", "12800000001"); }},
    {"msn", 1012, [](Json& r) { set(r, kManager, "msn", "nobody"); }},
    {"qq", 1013, [](Json& r) { set(r, kManager, "qq", "01234"); }},
    {"nature", 1014, [](Json& r) { set(r, "/entity", "nature", 777); }},
    {"nature_missing", 1014, [](Json& r) { at(r, "/entity").erase("nature"); }},
    {"identity_card", 1015,
     [](Json& r) { set(r, kManager, "certificate_number", "440300190001010011"); }},
    {"county_elsewhere", 1019, [](Json& r) { set(r, "/entity/location", "county", 110101); }},
    {"unknown_city", 1019,
     [](Json& r) {
       set(r, "/entity/location", "city", 449900);
       at(r, "/entity/location").erase("county");
     }},
    {"home_url_format", 1022, [](Json& r) { set(r, kService, "home_url", "ftp://www.a.cn"); }},
    {"home_url_elsewhere", 1041,
     [](Json& r) { set(r, kService, "home_url", "http://www.yangli-other-example.cn"); }},
    {"overlapping_ranges", 1024,
     [](Json& r) {
       Json again = at(r, kAddress);
       again.set("from", 3405803778);
       again.set("to", 3405803779);
       at(r, "/services/0/accesses/0/addresses").push(again);
     }},
    {"same_access_twice", 1029,
     [](Json& r) {
       Json again = at(r, "/services/0/accesses/0");
       at(r, "/services/0/accesses").push(again);
     }},
    {"service_phone_missing", 1031,
     [](Json& r) { at(r, "/services/0/manager").erase("office_phone"); }},
    {"entity_manager_nameless", 1044, [](Json& r) { at(r, kManager).erase("name"); }},
    {"pre_approval", 1033,
     [](Json& r) {
       set(r, kService, "pre_approvals",
           Json::array({Json::object({{"content_type", 63}, {"number", "样例 1 号"}})}));
     }},
    {"content", 1034,
     [](Json& r) {
       set(r, kService, "contents", Json::array({8, 64}));
     }},
    {"language", 1066, [](Json& r) { set(r, kService, "languages", Json::array({64})); }},
    {"method", 1035,
     [](Json& r) { set(r, "/services/0/accesses/0", "methods", Json::array({64})); }},
    {"location", 1036,
     [](Json& r) { set(r, "/services/0/accesses/0", "locations", Json::array({64})); }},
    {"attachment_format", 1056, [](Json& r) { set(r, "/attachments/0", "format", 9); }},
    {"attachment_purpose", 1057, [](Json& r) { set(r, "/attachments/0", "purpose", 99); }},
    {"attachment_of_the_other_kind", 1061,
     [](Json& r) { set(r, "/attachments/0/owner", "kind", 2); }},
    {"odd_characters", 5008, [](Json& r) { set(r, "/entity", "name", "样例\xEE\x80\x80公司"); }},
    {"attachment_not_base64", 5010, [](Json& r) { set(r, "/attachments/0", "content", "样例"); }},
    {"attachment_of_another_format", 5010, [](Json& r) { set(r, "/attachments/0", "format", 2); }},
    {"attachment_too_large", 5010,
     [](Json& r) {
       set(r, "/attachments/0", "content",
           base64_encode("\xFF\xD8\xFF" + std::string(100 * 1024 - 2, 'x')));
     }},
};

class OneFault : public ::testing::TestWithParam<Fault> {};

TEST_P(OneFault, HasItsCode) {
  Json record = samples::record(1);
  GetParam().spoil(record);
  EXPECT_THAT(codes_of(inspect(record, kHere)), ElementsAre(GetParam().code));
}

INSTANTIATE_TEST_SUITE_P(Judge, OneFault, ::testing::ValuesIn(kFaults),
                         [](const auto& test) { return test.param.name; });

TEST(Judge, TellsSeveralFaultsAtOnce) {
  Json record = samples::record(1);
  set(record, "/entity", "nature", 777);
  set(record, kManager, "mobile", "1");
  set(record, kService, "contents", Json::array({64}));
  const auto outcomes = inspect(record, kHere);
  EXPECT_THAT(codes_of(outcomes), UnorderedElementsAre(1014, 1011, 1034));
  for (const auto& o : outcomes) EXPECT_FALSE(o.text.empty()) << o.code;
}

TEST(Judge, RefusesOtherProvincesWhenItIsOneProvinces) {
  Circumstances beijing = kHere;
  beijing.province = 110000;
  EXPECT_THAT(codes_of(inspect(samples::record(1), beijing)), ElementsAre(1045));
}

TEST(Judge, AsksForPersonNumbersOnlyForTheVerification) {
  Json record = samples::record(1);
  for (const auto* who : {"/entity/manager", "/services/0/manager"}) {
    at(record, who).erase("certificate_number");
    at(record, who).erase("certificate_type");
  }
  EXPECT_THAT(codes_of(inspect(record, kHere)), ElementsAre(1008, 1008));
  Circumstances plain = kHere;
  plain.person_numbers = false;
  EXPECT_THAT(codes_of(inspect(record, plain)), ElementsAre());
}

TEST(Judge, TakesAPersonsFilingWithoutNatureAndOfficePhone) {
  Json record = samples::record(1);
  at(record, "/entity").erase("nature");
  set(record, "/entity", "certificate",
      Json::object({{"type", 2}, {"number", samples::identity(7)}, {"address", "样例路 2 号"}}));
  for (const auto* who : {"/entity/manager", "/services/0/manager"})
    at(record, who).erase("office_phone");
  at(record, kManager).erase("certificate_number");
  EXPECT_THAT(codes_of(inspect(record, kHere)), ElementsAre());
  EXPECT_EQ(person_number(at(record, kManager), at(record, "/entity"), true), samples::identity(7));
}

TEST(Judge, RefusesTheSameTwiceInOneRecord) {
  Json record = samples::record(1);
  at(record, "/services").push(samples::service(1));
  EXPECT_THAT(codes_of(inspect(record, kHere)), UnorderedElementsAre(1020, 1037, 1039));
}

TEST(Judge, LooksIntoApps) {
  const Json app = Json::object(
      {{"kind", 6},
       {"contents", Json::array({33})},
       {"platforms",
        Json::array({Json::object({{"platform", "android"},
                                   {"package_id", "cn.example.yangli"},
                                   {"domains", Json::array({"api." + samples::domain(1)})}})})},
       {"stores", Json::array({Json::object(
                      {{"store", "样例商店"}, {"url", "https://store.example.cn/yangli"}})})},
       {"icon", Json::object({{"format", 1}, {"content", samples::jpeg()}})}});
  Json record = samples::record(1);
  for (const char* field : {"domains", "accesses", "contents"}) at(record, kService).erase(field);
  set(record, kService, "app", app);
  EXPECT_THAT(codes_of(inspect(record, kHere)), ElementsAre());
  const std::string kApp = kService + "/app";
  set(record, kApp, "contents", Json::array({999}));
  set(record, kApp + "/platforms/0", "domains", Json::array({"-.-"}));
  set(record, kApp + "/stores/0", "url", "ftp://store.example.cn");
  set(record, kApp + "/icon", "format", 2);
  EXPECT_THAT(codes_of(inspect(record, kHere)), UnorderedElementsAre(1034, 1004, 1022, 5010));
}

TEST(Judge, LimitsTheTextToWhatTheWireTakes) {
  std::string where;
  for (int i = 0; i < 300; ++i) where += "样";
  EXPECT_EQ(text::length(outcome(1005, where).text), 255u);
  EXPECT_TRUE(text::is_utf8(outcome(1005, where).text));
}

TEST(NormalForms, MakeTheSameThingEqual) {
  EXPECT_EQ(certificate_key(" 9144 0300ma5e "), "91440300MA5E");
  EXPECT_EQ(domain_key("样例.中国"), domain_key("xn--" + domain_key("样例.中国").substr(4)));
  EXPECT_EQ(url_key("HTTP://Www.Yangli-Example.cn/"), "www.yangli-example.cn");
  EXPECT_EQ(host_of_url("https://www.yangli-example.cn:8443/a?b#c"), "www.yangli-example.cn");
  EXPECT_EQ(host_of_url("http://"), "");
  EXPECT_EQ(first_mobile("13800000001;13800000002"), "13800000001");
}

}  // namespace
}  // namespace beian::sandbox
