#include "wire/codec.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "base/text.hpp"
#include "platform/xml/xml.hpp"
#include "wire/samples_for_tests.hpp"

namespace beian::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const Profile& official() {
  static const auto profile = *Profile::named("miit-3.0");
  return *profile;
}

// The smallest record that can be filed, and the least around it.
Json record() {
  return *parse_json(R"({
    "entity": {"provider_entity_id": 7, "name": "样例有限公司",
      "location": {"province": 110000, "city": 110100},
      "certificate": {"type": 1, "number": "样例号码", "address": "样例住所"},
      "manager": {"name": "样例人", "mobile": "13800000001", "email": "a@yangli-example.cn"},
      "reporting_method": 1},
    "services": [{"provider_service_id": 8, "name": "样例网站", "contents": [1, 2], "languages": [1],
      "domains": [{"provider_domain_id": 9, "name": "yangli-example.cn"}],
      "accesses": [{"provider_access_id": 10, "locations": [11], "methods": [1],
        "addresses": [{"provider_address_id": 11, "from": 3221225985, "to": 3221225986}]}],
      "manager": {"name": "样例人", "mobile": "13800000001", "email": "a@yangli-example.cn"}}],
    "attachments": [{"format": 1, "purpose": 2, "content": "QUJD",
      "owner": {"kind": 1, "id": 7}}]})");
}

Json upload(Json first = record()) {
  Json list = Json::array();
  list.push(std::move(first));
  return Json::object(
      {{"icp", Json::object({{"new_filings", std::move(list)}, {"provider_id", 42}})}});
}

std::vector<std::string> paths(const auto& result) {
  std::vector<std::string> found;
  if (!result) {
    for (const Problem& p : result.error()) found.push_back(p.field);
  }
  return found;
}

std::string download(std::string_view inside, std::string_view version = "V.3.0") {
  return "<?xml version=\"1.0\" encoding=\"GBK\"?><DownloadData version=\"" + std::string(version) +
         "\">" + *text::to_gbk_xml(inside) + "</DownloadData>";
}

void round_trip(const char* name, const char* root, uint64_t seed) {
  const auto profile = *Profile::named(name);
  Sampler sampler(Sampler::Amount::random, seed);
  const Json model = sampler.value(profile->document(root));
  const auto xml = encode(*profile, root, model);
  RC_ASSERT(xml.has_value());
  const auto again = decode(*profile, root, *xml);
  RC_ASSERT(again.has_value());
  RC_ASSERT(sorted(*again) == sorted(model));
}

RC_GTEST_PROP(Codec, UploadsComeBack, (uint64_t seed)) {
  round_trip("miit-3.0", "UploadData", seed);
}
RC_GTEST_PROP(Codec, DownloadsComeBack, (uint64_t seed)) {
  round_trip("miit-3.0", "DownloadData", seed);
}
RC_GTEST_PROP(Codec, ExtendedUploadsComeBack, (uint64_t seed)) {
  round_trip("openbeian-3.1", "UploadData", seed);
}
RC_GTEST_PROP(Codec, ExtendedDownloadsComeBack, (uint64_t seed)) {
  round_trip("openbeian-3.1", "DownloadData", seed);
}

TEST(Codec, LeastAndMostComeBack) {
  for (const auto amount : {Sampler::Amount::least, Sampler::Amount::most}) {
    for (const char* root : {"UploadData", "DownloadData"}) {
      for (const Element& block : official().document(root).children) {
        const Json model = Sampler(amount).document(official(), root, block.name);
        const auto xml = encode(official(), root, model);
        ASSERT_TRUE(xml) << root << " " << paths(xml).front();
        const auto again = decode(official(), root, *xml);
        ASSERT_TRUE(again) << root << " " << paths(again).front();
        EXPECT_EQ(sorted(*again), sorted(model)) << root << " " << block.name;
      }
    }
  }
}

TEST(Codec, WritesGbkInTheProfilesOrder) {
  const auto xml = encode(official(), "UploadData", upload());
  ASSERT_TRUE(xml) << paths(xml).front();
  const std::string utf8 = *text::from_gbk(*xml);
  EXPECT_THAT(utf8,
              HasSubstr("<?xml version=\"1.0\" encoding=\"GBK\"?>\n<UploadData version=\"V.3.0\">"
                        "<ICP><XZBA><Baxx><Zt_xx><IspZtid>7</IspZtid><Dwmc>样例有限公司</Dwmc>"));
  EXPECT_THAT(utf8, HasSubstr("<Fwnr><Fwnr_id>1</Fwnr_id><Fwnr_id>2</Fwnr_id></Fwnr>"));
  EXPECT_THAT(utf8, HasSubstr("<Fj><Fjxx><Fjwjgs>1</Fjwjgs>"));
  EXPECT_THAT(utf8, HasSubstr("</XZBA><Qqdwid>42</Qqdwid></ICP></UploadData>"));
}

TEST(Codec, CharactersWithoutGbkFormAreReferences) {
  Json changed = record();
  changed.find("entity")->set("name", "𠰡<&>");
  const auto xml = encode(official(), "UploadData", upload(changed));
  ASSERT_TRUE(xml);
  EXPECT_THAT(*xml, HasSubstr("<Dwmc>&#x20c21;&lt;&amp;&gt;</Dwmc>"));
  EXPECT_EQ(*decode(official(), "UploadData", *xml)->pointer("/icp/new_filings/0/entity/name"),
            Json("𠰡<&>"));
}

TEST(Codec, EveryFaultOfAModelIsTold) {
  Json bad = record();
  Json& entity = *bad.find("entity");
  entity.erase("name");
  entity.set("nature", 1000);
  entity.set("reporting_method", "1");
  entity.set("investor", "");
  entity.set("remark", Json());  // null is absent
  entity.set("nickname", "x");
  Json& service = bad.find("services")->items()[0];
  service.set("contents", Json::array());
  service.set("languages", 1);
  service.set("name", std::string(513, 'x'));
  service.set("home_url", "a\x01pqrs");
  service.find("domains")->items().push_back(Json("x"));
  const auto xml = encode(official(), "UploadData", upload(bad));
  EXPECT_THAT(paths(xml),
              UnorderedElementsAre(
                  "/ICP/XZBA/Baxx[1]/Zt_xx", "/ICP/XZBA/Baxx[1]/Zt_xx/Dwmc",
                  "/ICP/XZBA/Baxx[1]/Zt_xx/Dwxz", "/ICP/XZBA/Baxx[1]/Zt_xx/Tzr",
                  "/ICP/XZBA/Baxx[1]/Zt_xx/Bbfs", "/ICP/XZBA/Baxx[1]/Wz_xx[1]/Fwnr/Fwnr_id",
                  "/ICP/XZBA/Baxx[1]/Wz_xx[1]/Yylb/Yylb_id", "/ICP/XZBA/Baxx[1]/Wz_xx[1]/Wzmc",
                  "/ICP/XZBA/Baxx[1]/Wz_xx[1]/Ym_xx[2]", "/ICP/XZBA/Baxx[1]/Wz_xx[1]/Syurl"));
  EXPECT_THAT(paths(encode(official(), "UploadData", Json())), ElementsAre("/"));
  EXPECT_THAT(paths(encode(official(), "UploadData", Json::object())), ElementsAre("/"));
  Json both = upload();
  both.set("domain_names", Json::object({{"provider_id", 1}}));
  EXPECT_THAT(paths(encode(official(), "UploadData", both)), ElementsAre("/"));
}

TEST(Codec, LengthsCountCharacters) {
  Json fits = record();
  std::string name;
  for (int i = 0; i < 255; ++i) name += "样";
  fits.find("entity")->set("name", name);
  const auto xml = encode(official(), "UploadData", upload(fits));
  ASSERT_TRUE(xml);
  EXPECT_TRUE(decode(official(), "UploadData", *xml));
  fits.find("entity")->set("name", name + "样");
  EXPECT_FALSE(encode(official(), "UploadData", upload(fits)));
}

TEST(Codec, GroupsOfAllComeInAnyOrderAndNumbersWithBlanks) {
  const auto model = decode(
      official(), "DownloadData",
      download("<ICP><BAJG><Jg_xx><Jgxx><Dmms>成功</Dmms><Jgdm>\n +0001060 </Jgdm></Jgxx>"
               "<Czlx>1</Czlx><Bs>7</Bs></Jg_xx><GJSHS><Gjsh><Shjg>1</Shjg><Shsj>2026-06-01</Shsj>"
               "</Gjsh></GJSHS></BAJG></ICP>"));
  ASSERT_TRUE(model) << paths(model).front();
  EXPECT_EQ(model->pointer("/icp/results/records/0/outcomes/0/code")->as_int(), 1060);
  EXPECT_EQ(model->pointer("/icp/results/records/0/mark")->as_string(), "7");
  EXPECT_EQ(model->pointer("/icp/results/decisions/0/time")->as_string(), "2026-06-01");
}

TEST(Codec, WhatTheSchemaLetsBeEmpty) {
  EXPECT_EQ(*decode(official(), "DownloadData", download("<ICP/>")), *parse_json(R"({"icp":{}})"));
  EXPECT_EQ(*decode(official(), "DownloadData", download("<ICP><BAJG/></ICP>")),
            *parse_json(R"({"icp":{"results":{}}})"));
  EXPECT_EQ(*decode(official(), "DownloadData", download("<SJTB/>")),
            *parse_json(R"({"synchronisation":{}})"));
}

TEST(Codec, EveryFaultOfADocumentIsTold) {
  const auto model = decode(
      official(), "DownloadData",
      download("<ICP>text<BAJG><GJSHS><Gjsh><Shjg>2</Shjg><Shjg>1</Shjg></Gjsh></GJSHS>"
               "<Jg_xx><Jgxx a='1'><Jgdm>x</Jgdm><Dmms>a<b/></Dmms><Jgdm>1</Jgdm><Neu><tief/></Neu>"
               "</Jgxx><Czlx>8</Czlx></Jg_xx></BAJG><BAJG/></ICP>"));
  EXPECT_THAT(
      paths(model),
      UnorderedElementsAre("/ICP", "/ICP/BAJG/GJSHS/Gjsh[1]/Shjg", "/ICP/BAJG/GJSHS/Gjsh[1]/Shjg",
                           "/ICP/BAJG/GJSHS/Gjsh[1]/Shsj", "/ICP/BAJG/Jg_xx", "/ICP/BAJG"));
  const auto record =
      decode(official(), "DownloadData",
             download("<ICP><BAJG><Jg_xx><Jgxx a='1'><Jgdm>x</Jgdm><Dmms>a<b/></Dmms><Jgdm>1</Jgdm>"
                      "<Neu><tief/></Neu></Jgxx><Czlx>8</Czlx></Jg_xx></BAJG></ICP>"));
  EXPECT_THAT(
      paths(record),
      UnorderedElementsAre("/ICP/BAJG/Jg_xx[1]/Jgxx[1]/@a", "/ICP/BAJG/Jg_xx[1]/Jgxx[1]/Jgdm",
                           "/ICP/BAJG/Jg_xx[1]/Jgxx[1]/Dmms/b", "/ICP/BAJG/Jg_xx[1]/Jgxx[1]/Jgdm",
                           "/ICP/BAJG/Jg_xx[1]/Jgxx[1]/Neu", "/ICP/BAJG/Jg_xx[1]/Czlx"));
  EXPECT_THAT(paths(decode(official(), "DownloadData", download("<IP/><ICP/>"))),
              ElementsAre("/ICP"));
  EXPECT_THAT(paths(decode(official(), "DownloadData", download(""))), ElementsAre("/"));
  EXPECT_THAT(paths(decode(official(), "UploadData", download("<ICP/>"))), ElementsAre("/"));
}

TEST(Codec, FaultsOfADocumentTellTheirLine) {
  const auto model =
      decode(official(), "DownloadData", download("\n<ICP>\n<BAJG/>\n<Fremd/></ICP>"));
  ASSERT_FALSE(model);
  using Args = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(model.error().front().args,
            (Args{{"path", "/ICP/Fremd"}, {"reason", "is not expected here"}, {"line", "4"}}));
}

// Code tables come from databases that have nulls.
TEST(Codec, NilIsNotThere) {
  const auto natures = [](const std::string& remark) {
    return decode(official(), "DownloadData",
                  download("<JCDM xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><Jcdm_xx>"
                           "<Dwxz_dms><Dwxz_xx><Id>1</Id><Mc>样例</Mc>" +
                           remark + "<Sfyx>1</Sfyx></Dwxz_xx></Dwxz_dms></Jcdm_xx></JCDM>"));
  };
  const auto with = natures("<Bz xsi:nil='true'/>"), without = natures("");
  ASSERT_TRUE(without) << paths(without).front();
  ASSERT_TRUE(with) << paths(with).front();
  EXPECT_EQ(*with, *without);
  EXPECT_TRUE(natures("<Bz xsi:nil='false'>a</Bz>"));
  for (const char* wrong : {"<Bz xsi:nil='true'>a</Bz>", "<Bz xsi:nil='perhaps'>a</Bz>", "<Bz/>",
                            "<Bz xsi:nil='false'/>", "<Bz nothing='1'>a</Bz>"})
    EXPECT_EQ(paths(natures(wrong)).size(), 1u) << wrong;
}

TEST(Codec, Versions) {
  EXPECT_THAT(paths(decode(official(), "DownloadData", download("<ICP/>", "V.4.0"))),
              ElementsAre("/@version"));
  EXPECT_THAT(paths(decode(official(), "DownloadData", "<DownloadData><ICP/></DownloadData>")),
              ElementsAre("/@version"));
  const auto extended = *Profile::named("openbeian-3.1");
  EXPECT_TRUE(decode(*extended, "DownloadData", download("<ICP/>", "V.3.0")));
  EXPECT_TRUE(decode(*extended, "DownloadData", download("<ICP/>", "OB.3.1")));
}

TEST(Codec, OurOwnElementsAreNoneOfTheOfficialOnes) {
  const Json model = *parse_json(R"({"icp": {"sms_verifications": [{"provider_entity_id": 7,
    "role": "entity_manager", "state": "pending", "wrong_inputs": 0,
    "deadline": "2026-06-02 10:00:00", "mobile_tail": "0001"}]}})");
  const auto extended = *Profile::named("openbeian-3.1");
  const auto xml = encode(*extended, "DownloadData", model);
  ASSERT_TRUE(xml) << paths(xml).front();
  EXPECT_EQ(*decode(*extended, "DownloadData", *xml), model);
  EXPECT_THAT(paths(encode(official(), "DownloadData", model)), ElementsAre("/ICP"));
  EXPECT_THAT(paths(decode(official(), "DownloadData", *xml)),
              ElementsAre("/@version", "/ICP/Ob_dxhy"));
  Json wrong = model;
  wrong.find("icp")->find("sms_verifications")->items()[0].set("state", "perhaps");
  EXPECT_THAT(paths(encode(*extended, "DownloadData", wrong)),
              ElementsAre("/ICP/Ob_dxhy/Ob_hyxx[1]/Ob_zt"));
}

TEST(Codec, AppsNeedNoDomainAndWebsitesDo) {
  const auto extended = *Profile::named("openbeian-3.1");
  Json filing = record();
  Json& service = filing.find("services")->items()[0];
  for (const char* field : {"contents", "domains", "accesses"}) service.erase(field);
  EXPECT_THAT(
      paths(encode(*extended, "UploadData", upload(filing))),
      UnorderedElementsAre("/ICP/XZBA/Baxx[1]/Wz_xx[1]/Fwnr/Fwnr_id",
                           "/ICP/XZBA/Baxx[1]/Wz_xx[1]/Ym_xx", "/ICP/XZBA/Baxx[1]/Wz_xx[1]/Jr_xx"));
  service.set("app", *parse_json(R"({"kind": 7, "applet_id": "wx0", "host_platform": "样例"})"));
  const auto xml = encode(*extended, "UploadData", upload(filing));
  ASSERT_TRUE(xml) << paths(xml).front();
  EXPECT_EQ(sorted(*decode(*extended, "UploadData", *xml)), sorted(upload(filing)));

  // The official profile has no words for it, in either direction.
  const std::string at = "/ICP/XZBA/Baxx[1]/Wz_xx[1]";
  const auto refused = encode(official(), "UploadData", upload(filing));
  EXPECT_THAT(paths(refused), ::testing::Contains(at));
  EXPECT_EQ(refused.error().front().args[1].second, "has no field \"app\"");
  EXPECT_THAT(paths(decode(official(), "UploadData", *xml)),
              ::testing::IsSupersetOf({std::string("/@version"), at + "/Ob_fw", at + "/Ym_xx"}));

  std::string without = *xml;
  const size_t from = without.find("<Ob_fw>"), to = without.find("</Ob_fw>") + 8;
  without.erase(from, to - from);
  EXPECT_THAT(paths(decode(*extended, "UploadData", without)),
              ElementsAre(at + "/Fwnr", at + "/Ym_xx", at + "/Jr_xx"));
  service.find("app")->set("kind", 1);
  EXPECT_THAT(paths(encode(*extended, "UploadData", upload(filing))),
              ElementsAre(at + "/Ob_fw/Ob_fwlx"));
}

TEST(Codec, HostileDocuments) {
  EXPECT_FALSE(decode(official(), "UploadData",
                      "<!DOCTYPE u [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><UploadData "
                      "version='V.3.0'>&x;</UploadData>"));
  EXPECT_FALSE(decode(official(), "UploadData", "<?xml version='1.0' encoding='GBK'?><\x81\x20/>"));
  EXPECT_FALSE(decode(official(), "UploadData", ""));
  std::string many = "<UploadData version='V.3.0'><ICP>";
  for (int i = 0; i < 1'000'000; ++i) many += "<x/>";
  EXPECT_EQ(paths(decode(official(), "UploadData", many)).size(), 100u);
  EXPECT_FALSE(decode(official(), "UploadData", *encode(official(), "UploadData", upload()),
                      {.max_bytes = 100}));
}

RC_GTEST_PROP(Codec, DamagedDocumentsAreJudgedAndNothingElse,
              (uint64_t seed, std::vector<std::pair<size_t, char>> damage)) {
  Sampler sampler(Sampler::Amount::random, seed);
  std::string xml =
      *encode(official(), "UploadData", sampler.value(official().document("UploadData")));
  for (const auto& [at, byte] : damage) xml[at % xml.size()] = byte;
  const auto model = decode(official(), "UploadData", xml);
  // What is still accepted can be written again.
  if (model) RC_ASSERT(encode(official(), "UploadData", *model).has_value());
}

TEST(Codec, RecordsAreCounted) {
  Json two = upload();
  two.find("icp")->find("new_filings")->items().push_back(record());
  EXPECT_TRUE(encode(official(), "UploadData", two, {.max_records = 2}));
  EXPECT_THAT(paths(encode(official(), "UploadData", two, {.max_records = 1})), ElementsAre("/"));
  EXPECT_THAT(paths(encode(official(), "UploadData", two, {.max_bytes = 1000})), ElementsAre("/"));
  const std::string xml = *encode(official(), "UploadData", two);
  EXPECT_THAT(paths(decode(official(), "UploadData", xml, {.max_records = 1})), ElementsAre("/"));
}

TEST(UploadBuilder, BuildsWhatEncodeWrites) {
  const auto profile = *Profile::named("miit-3.0");
  UploadBuilder builder(profile, "icp", "new_filings", 42);
  EXPECT_EQ(*builder.add(record()), UploadBuilder::Added::yes);
  EXPECT_EQ(*builder.add(record()), UploadBuilder::Added::yes);
  EXPECT_EQ(builder.records(), 2u);
  Json two = upload();
  two.find("icp")->find("new_filings")->items().push_back(record());
  const std::string whole = *encode(*profile, "UploadData", two);
  EXPECT_EQ(builder.bytes(), whole.size());
  EXPECT_EQ(builder.finish(), whole);
}

TEST(UploadBuilder, StopsAtTheLimits) {
  const auto profile = *Profile::named("miit-3.0");
  const size_t one = encode(*profile, "UploadData", upload())->size();
  UploadBuilder small(profile, "icp", "new_filings", 42, {.max_bytes = one});
  EXPECT_EQ(*small.add(record()), UploadBuilder::Added::yes);
  EXPECT_EQ(*small.add(record()), UploadBuilder::Added::full);
  EXPECT_EQ(small.finish().size(), one);
  UploadBuilder few(profile, "icp", "new_filings", 42, {.max_records = 1});
  EXPECT_EQ(*few.add(record()), UploadBuilder::Added::yes);
  EXPECT_EQ(*few.add(record()), UploadBuilder::Added::full);
  UploadBuilder tiny(profile, "icp", "new_filings", 42, {.max_bytes = one - 1});
  EXPECT_THAT(paths(tiny.add(record())), ElementsAre("/ICP/XZBA/Baxx"));
}

TEST(UploadBuilder, ARecordWithFaultsLeavesNothingBehind) {
  const auto profile = *Profile::named("miit-3.0");
  UploadBuilder builder(profile, "icp", "new_filings", 42);
  Json bad = record();
  bad.find("entity")->set("name", "");
  EXPECT_THAT(paths(builder.add(bad)), ElementsAre("/ICP/XZBA/Baxx[1]/Zt_xx/Dwmc"));
  EXPECT_THROW(builder.finish(), std::logic_error);
  EXPECT_TRUE(builder.add(record()));
  EXPECT_EQ(builder.finish(), *encode(*profile, "UploadData", upload()));
}

TEST(UploadBuilder, EveryBlockAndNested) {
  const auto profile = *Profile::named("miit-3.0");
  UploadBuilder builder(profile, "ip", "new_filings/sources", 42);
  ASSERT_TRUE(builder.add(*parse_json(
      R"({"provider_record_id": 1, "from": 3221225984, "to": 3221226239, "source_unit": 5})")));
  EXPECT_TRUE(decode(*profile, "UploadData", builder.finish()));
  EXPECT_THROW(UploadBuilder(profile, "icp", "other", 1), std::logic_error);
  EXPECT_THROW(UploadBuilder(profile, "other", "new_filings", 1), std::logic_error);
}

}  // namespace
}  // namespace beian::wire
