#include "authority/mapping.hpp"

#include <gtest/gtest.h>

#include <set>

#include "authority/samples_for_tests.hpp"
#include "base/encoding.hpp"
#include "testing/golden.hpp"
#include "wire/codec.hpp"

namespace beian::authority {
namespace {

std::vector<Attached> five_materials() {
  return {{2, "/entity", "样例执照"},
          {3, "/entity", "样例证件甲"},
          {1, "/services/0", "样例核验单"},
          {4, "/services/0", "样例证件乙"},
          {5, "/services/0", "样例照片"}};
}

Result<Json> first_filing_record(const Json& document, const RecordIds& ids,
                                 const std::vector<Attached>& attached) {
  auto mapped = map_new_filing({"icp/new_filings", document, ids, attached, 4401});
  if (!mapped) return fail(mapped);
  return std::move(mapped->record);
}

TEST(Mapping, TheWholeRecordAsTheWireHasIt) {
  const Json document = testing::sample_document();
  const auto record = first_filing_record(document, deal_ids(document, 100), five_materials());
  ASSERT_TRUE(record);
  beian::testing::expect_golden("authority/first_filing_record.json", to_pretty_string(*record));
}

TEST(Mapping, TheCodecTakesWhatItMakes) {
  const Json document = testing::sample_document();
  const auto record = first_filing_record(document, deal_ids(document, 1), five_materials());
  ASSERT_TRUE(record);
  for (const auto* name : {"miit-3.0", "openbeian-3.1"}) {
    wire::UploadBuilder builder(wire::Profile::named(name).value(), "icp", "new_filings", 4401);
    const auto added = builder.add(*record);
    ASSERT_TRUE(added) << added.error()[0].field;
    const auto xml = builder.finish();
    const auto back = wire::decode(*wire::Profile::named(name).value(), "UploadData", xml);
    ASSERT_TRUE(back);
    EXPECT_EQ((*back)["icp"]["new_filings"].at(0)["entity"]["name"].as_string(),
              "样例科技有限公司1");
    EXPECT_EQ((*back)["icp"]["new_filings"].at(0)["attachments"].size(), 5u);
  }
}

// An app with a domain and an access, a mini program and a quick app without any.
Json apps_document() {
  Json document = testing::sample_document(1);
  const Json website = document["services"].at(0);
  const auto service = [&](const char* kind, const char* name, const char* app) {
    Json out = Json::object({{"kind", kind},
                             {"name", name},
                             {"languages", website["languages"]},
                             {"manager", website["manager"]},
                             {"remark", "样例服务：为样例用户查询样例账单，不面向公众"},
                             {"app", *parse_json(app)}});
    return out;
  };
  Json app = service("app", "样例生活", R"({"contents": [33, 1], "platforms": [
      {"platform": "android", "package_id": "cn.yangli.example.app", "public_key": "3059c0ffee",
       "fingerprint": "00112233445566778899aabbccddeeff", "domains": ["api.yangli-example1.cn"],
       "launch_scheme": "yangli-example"},
      {"platform": "ios", "package_id": "cn.yangli.example.app", "public_key": "3059c0ffee",
       "fingerprint": "00112233445566778899aabbccddeeff00112233"},
      {"platform": "other", "package_id": "样例系统应用"}],
      "provides_sdk": false, "uses_sdk": true,
      "sdks": [{"name": "样例支付SDK", "provider": "样例支付有限公司", "type": 1,
                "platforms": ["android", "ios"]}],
      "stores": [{"store": "样例应用市场", "url": "https://store.yangli-example.cn/app"}]})");
  app.set("domains", website["domains"]);
  app.set("accesses", website["accesses"]);
  const char* applet = R"({"contents": [34], "applet_id": "wx0001", "host_platform": "样例平台"})";
  document.set("services", Json::array({app, service("mini_program", "样例小程序", applet),
                                        service("quick_app", "样例快应用", applet)}));
  return document;
}

TEST(Mapping, AppsHaveTheirOwnWords) {
  const Json document = apps_document();
  auto attached = five_materials();
  attached.push_back({7, "/services/0/app", "样例图标"});
  const auto record = first_filing_record(document, deal_ids(document, 100), attached);
  ASSERT_TRUE(record);
  beian::testing::expect_golden("authority/apps_record.json", to_pretty_string(*record));
  const auto profile = wire::Profile::named("openbeian-3.1").value();
  wire::UploadBuilder builder(profile, "icp", "new_filings", 4401);
  const auto added = builder.add(*record);
  ASSERT_TRUE(added) << added.error()[0].field;
  const auto xml = builder.finish();
  beian::testing::expect_golden("authority/apps_record.xml", xml);
  EXPECT_TRUE(wire::decode(*profile, "UploadData", xml));
  // The icon is no attachment.
  EXPECT_EQ((*record)["attachments"].size(), 5u);
  wire::UploadBuilder official(wire::Profile::named("miit-3.0").value(), "icp", "new_filings",
                               4401);
  EXPECT_FALSE(official.add(*record));
}

TEST(Mapping, AChangedAppKeepsItsIconUnlessAnotherComes) {
  Json service = apps_document()["services"].at(0);
  service.find("app")->set("icon", Json::object({{"format", 2}, {"content", "5qC35L6L"}}));
  Json body = Json::object(
      {{"entity", testing::sample_document(1)["entity"]}, {"services", Json::array({service})}});
  body.find("entity")->set("authority_entity_id", 7);
  body.find("entity")->set("filing_number", "粤ICP备2026000001号");
  body.find("services")->items()[0].set("authority_service_id", 8);
  body.find("services")->items()[0].set("filing_number", "粤ICP备2026000001号-1A");
  const auto icon = [&](const std::vector<Attached>& attached) {
    const auto mapped = map_change({"icp/changes", body, deal_ids(body, 1), attached, 4401});
    return mapped ? mapped->record["services"].at(0)["app"]["icon"] : Json();
  };
  EXPECT_EQ(icon({}), Json::object({{"format", 2}, {"content", "5qC35L6L"}}));
  EXPECT_EQ(icon({{7, "/services/0/app", "新"}}),
            Json::object({{"format", 1}, {"content", base64_encode("新")}}));
}

TEST(Mapping, WhatTheCodecSaysOfAnAppIsToldOfTheBody) {
  Json document = apps_document();
  document.find("services")->items()[1].find("app")->set("applet_id", std::string(129, 'x'));
  document.find("services")
      ->items()[0]
      .find("app")
      ->find("platforms")
      ->items()[1]
      .set("platform", "symbian");
  const auto record = first_filing_record(document, deal_ids(document, 1), {});
  ASSERT_TRUE(record);
  const auto profile = wire::Profile::named("openbeian-3.1").value();
  wire::UploadBuilder builder(profile, "icp", "new_filings", 4401);
  const auto added = builder.add(*record);
  ASSERT_FALSE(added);
  std::set<std::string> fields;
  for (const auto& problem : in_terms_of_body(*profile, "icp/new_filings", document, added.error()))
    fields.insert(problem.field);
  EXPECT_TRUE(fields.contains("/services/1/app/applet_id"));
  EXPECT_TRUE(fields.contains("/services/0/app/platforms/1/platform"));
}

TEST(Mapping, EveryThingHasANumberOfItsOwn) {
  const Json document = testing::sample_document();
  const auto ids = deal_ids(document, 7);
  std::set<int64_t> seen = {ids.record};
  size_t n = 1;
  for (const auto& s : ids.services) {
    seen.insert(s.id), ++n;
    for (const auto d : s.domains) seen.insert(d), ++n;
    for (const auto& a : s.accesses) {
      seen.insert(a.id), ++n;
      for (const auto ip : a.addresses) seen.insert(ip), ++n;
    }
  }
  EXPECT_EQ(seen.size(), n);
  EXPECT_EQ(static_cast<int64_t>(n), ids_needed(document));
  EXPECT_EQ(*seen.begin(), 7);
  EXPECT_EQ(*seen.rbegin(), 7 + ids_needed(document) - 1);
}

TEST(Mapping, AddressesAreUnsigned32BitNumbers) {
  EXPECT_EQ(ipv4_number("203.0.113.1").value(), 3405803777);
  EXPECT_EQ(ipv4_number("255.255.255.255").value(), 4294967295);
  for (const auto* bad : {"", "0.0.0.0", "203.0.113", "203.0.113.256", "203.0.113.1 ", "::1", "x"})
    EXPECT_FALSE(ipv4_number(bad)) << bad;
}

TEST(Mapping, BadAddressesAreAllToldWithTheirPlace) {
  Json document = testing::sample_document();
  Json& addresses =
      *document.find("services")->items()[0].find("accesses")->items()[0].find("addresses");
  addresses.items()[0].set("from", "203.0.113.9");
  addresses.items()[1].set("to", "nowhere");
  const auto record = first_filing_record(document, deal_ids(document, 1), {});
  ASSERT_FALSE(record);
  ASSERT_EQ(record.error().size(), 2u);
  EXPECT_EQ(record.error()[0].code, ProblemCode::bad_ip_range);
  EXPECT_EQ(record.error()[0].field, "/services/0/accesses/0/addresses/0");
  EXPECT_EQ(record.error()[1].code, ProblemCode::bad_ip_address);
  EXPECT_EQ(record.error()[1].field, "/services/0/accesses/0/addresses/1/to");
}

TEST(Mapping, WhatTheWireDoesNotHaveStaysHere) {
  const Json document = testing::sample_document();
  const auto record = first_filing_record(document, deal_ids(document, 1), {}).value();
  EXPECT_EQ(record["entity"]["manager"].find("emergency_mobile"), nullptr);
  EXPECT_EQ(record["services"].at(0).find("kind"), nullptr);
  EXPECT_EQ(record["entity"].find("remark"), nullptr);  // empty in the document
}

}  // namespace
}  // namespace beian::authority
