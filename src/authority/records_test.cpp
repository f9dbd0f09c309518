// The records of all operations: what the mapping makes of a body, and what it says of a bad one.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "authority/bodies_for_tests.hpp"
#include "authority/queue.hpp"
#include "base/encoding.hpp"
#include "platform/crypto/crypto.hpp"
#include "testing/database.hpp"
#include "testing/golden.hpp"
#include "wire/codec.hpp"

namespace beian::authority {
namespace {

using testing::sample_body;

constexpr int64_t kProvider = 4401, kFirstNumber = 100;

class Records : public ::testing::Test {
 protected:
  beian::testing::TempFolder folder_;
  std::unique_ptr<blob::Store> blobs_ =
      blob::open_directory(folder_.path("blobs"), Secret(std::string(32, 'k')));
  std::shared_ptr<const wire::Profile> profile_ = wire::Profile::named("miit-3.0").value();

  Json body(std::string_view operation, bool full = true) {
    return testing::put_blobs(sample_body(operation, full), *blobs_);
  }
  MappedRecord map(std::string_view operation, const Json& of) {
    const auto attached = attached_of_body(of, *blobs_).value();
    return find_operation(operation)
        ->map({operation, of, deal_ids(of, kFirstNumber), attached, kProvider})
        .value();
  }
  Status check(std::string_view operation, const Json& of) {
    return check_body(profile_, *find_operation(operation), of, *blobs_, kProvider);
  }
  // "code field" of each.
  std::vector<std::string> faults(std::string_view operation, const Json& of) {
    std::vector<std::string> out;
    if (const auto checked = check(operation, of); !checked)
      for (const auto& problem : checked.error())
        out.push_back(std::string(spec_of(problem.code).name) + " " + problem.field);
    std::ranges::sort(out);
    return out;
  }
  std::vector<std::string> marks(std::string_view operation, bool full) {
    std::vector<std::string> out;
    for (const auto& mark : map(operation, body(operation, full)).marks)
      out.push_back(mark.scope + " " + std::to_string(mark.code) + " " + mark.mark);
    return out;
  }
};

std::string file_name(std::string_view operation, bool full) {
  std::string name(operation);
  std::ranges::replace(name, '/', '-');
  return "authority/uploads/" + name + (full ? "-full" : "-least");
}

// Covers upload:ICP/XZWZ upload:ICP/XZJR upload:ICP/BGBA upload:ICP/ZXBA upload:ICP/XZHYD
// upload:ICP/HSJG upload:ICP/WBACLJG upload:YM/XZBA upload:YM/XGBA upload:YM/SCBA
TEST_F(Records, AsTheWireHasThem) {
  for (const auto name : testing::sample_operations()) {
    for (const bool full : {false, true}) {
      SCOPED_TRACE(std::string(name) + (full ? " full" : " least"));
      const auto& operation = *find_operation(name);
      const auto mapped = map(name, body(name, full));
      wire::UploadBuilder file(profile_, operation.block(), operation.path(), kProvider);
      const auto added = file.add(mapped.record);
      ASSERT_TRUE(added) << added.error()[0].field << " " << added.error()[0].args[1].second;
      const auto xml = file.finish();
      const auto read = wire::decode(*profile_, "UploadData", xml);
      ASSERT_TRUE(read);
      beian::testing::expect_golden(file_name(name, full) + ".json", to_pretty_string(*read));
      beian::testing::expect_golden(file_name(name, full) + ".xml", xml);
      EXPECT_TRUE(check(name, body(name, full)));
    }
  }
}

TEST_F(Records, BearTheMarksThatTheAuthorityWillName) {
  using Marks = std::vector<std::string>;
  EXPECT_EQ(marks("icp/new_services", false),
            (Marks{"icp/results 2 70001", "icp/decisions 2 101"}));
  EXPECT_EQ(marks("icp/new_services", true), (Marks{"icp/results 2 粤ICP备2026000001号",
                                                    "icp/decisions 2 101", "icp/decisions 2 107"}));
  EXPECT_EQ(marks("icp/new_accesses", true), (Marks{"icp/results 3 100", "icp/decisions 3 100",
                                                    "icp/results 3 粤ICP备2026000001号-1"}));
  EXPECT_EQ(marks("icp/changes", false),
            (Marks{"icp/results 4 70001", "icp/results 4 粤ICP备2026000001号",
                   "icp/decisions 4 70001", "icp/results 4 粤ICP备2026000001号-1"}));
  EXPECT_EQ(marks("icp/cancellations", false),
            (Marks{"icp/results 7 80001", "icp/decisions 7 80001", "icp/cancelled 1 80001"}));
  EXPECT_EQ(marks("icp/cancellations", true),
            (Marks{"icp/results 6 70001", "icp/results 6 粤ICP备2026000001号",
                   "icp/decisions 6 70001", "icp/cancelled 0 70001"}));
  EXPECT_EQ(marks("icp/verification_attachments", false),
            (Marks{"icp/results 35 70001", "icp/remarks 0 XZHYD 70001"}));
  EXPECT_EQ(marks("icp/verification_results", true), (Marks{"icp/remarks 0 HSJG 70001"}));
  EXPECT_EQ(marks("icp/unfiled_site_actions", true),
            (Marks{"icp/remarks 0 WBACLJG yangli-unfiled1-example.cn"}));
  EXPECT_EQ(marks("domain_names/new_filings", true), (Marks{"domain_names 1 100"}));
  EXPECT_EQ(marks("domain_names/changes", true), (Marks{"domain_names 2 60001"}));
  EXPECT_EQ(marks("domain_names/deletions", true), (Marks{"domain_names 3 60001"}));
}

TEST_F(Records, ThePasswordGoesAsItsHash) {
  const auto record = map("icp/new_accesses", body("icp/new_accesses")).record;
  EXPECT_EQ(record["icp_password_md5"].as_string(), hex_encode(crypto::md5("example-password")));
  EXPECT_EQ(to_string(record).find("example-password"), std::string::npos);
  // The GBK bytes, as everything is counted on the wire.
  EXPECT_EQ(
      map("icp/new_services", body("icp/new_services")).record["icp_password_md5"].as_string(),
      hex_encode(crypto::md5("\xD1\xF9\xC0\xFDpassword")));
}

TEST_F(Records, EverythingThatIsWrongIsToldAtItsPlace) {
  Json service = body("icp/new_services");
  service.set("entity", Json::object());
  Json& first = service.find("services")->items()[0];
  first.set("name", std::string(600, 'x'));
  first.find("domains")->items()[1] = "x";
  first.find("accesses")->items()[0].find("addresses")->items()[1].set("to", "nowhere");
  service.find("attachments")->items()[0].set("owner", "/services/7");
  service.find("attachments")->items()[1].set("blob", "gone");
  using Faults = std::vector<std::string>;
  EXPECT_EQ(faults("icp/new_services", service),
            (Faults{"bad_ip_address /services/0/accesses/0/addresses/1/to",
                    "material_missing /attachments/1/blob", "material_owner /attachments/0/owner",
                    "required /entity/authority_entity_id"}));
  service.set("entity", body("icp/new_services")["entity"]);
  first.find("accesses")->items()[0].find("addresses")->items()[1].set("to", "198.51.100.8");
  service.erase("attachments");
  EXPECT_EQ(faults("icp/new_services", service),
            (Faults{"wire_schema /services/0/domains/1", "wire_schema /services/0/name",
                    "wire_schema /services/0/pre_approvals/0/files"}));
}

TEST_F(Records, FaultsAreToldInTheWordsOfTheBody) {
  using Faults = std::vector<std::string>;
  Json access = body("icp/new_accesses");
  access.find("access")->find("methods")->items()[1] = 65;
  EXPECT_EQ(faults("icp/new_accesses", access), (Faults{"wire_schema /access/methods/1"}));
  access.erase("filing_password");
  EXPECT_EQ(faults("icp/new_accesses", access), (Faults{"required /filing_password"}));

  Json change = body("icp/changes");
  change.find("entity")->erase("filing_number");
  change.find("services")->items()[0].erase("authority_service_id");
  EXPECT_EQ(faults("icp/changes", change), (Faults{"required /entity/filing_number",
                                                   "required /services/0/authority_service_id"}));
  change = body("icp/changes");
  change.find("entity")->find("certificate")->set("type", 12);  // BGBA knows 11 of them
  change.find("services")->items()[0].find("domains")->items()[1] = "x";
  EXPECT_EQ(faults("icp/changes", change),
            (Faults{"wire_schema /entity/certificate/type", "wire_schema /services/0/domains/1"}));

  EXPECT_EQ(faults("icp/cancellations", Json::object()), (Faults{"required /service"}));
  Json cancel = body("icp/cancellations");
  cancel.erase("filing_password");
  cancel.erase("reason");
  EXPECT_EQ(faults("icp/cancellations", cancel),
            (Faults{"required /filing_password", "required /reason"}));
  cancel = body("icp/cancellations");
  cancel.set("remark", std::string(1001, 'x'));
  EXPECT_EQ(faults("icp/cancellations", cancel), (Faults{"wire_schema /remark"}));
  cancel.set("service", body("icp/cancellations", false)["service"]);
  EXPECT_EQ(faults("icp/cancellations", cancel), (Faults{"bad_format "}));

  Json result = body("icp/verification_results");
  result.set("date", "soon");
  result.erase("passed");
  EXPECT_EQ(faults("icp/verification_results", result), (Faults{"required /passed"}));
  result.set("passed", true);
  EXPECT_EQ(faults("icp/verification_results", result), (Faults{"wire_schema /date"}));

  Json picture = body("icp/verification_attachments");
  picture.find("attachments")->items()[0].set("owner", "/reason");
  EXPECT_EQ(faults("icp/verification_attachments", picture),
            (Faults{"material_owner /attachments/0/owner"}));
  picture.erase("attachments");
  EXPECT_EQ(faults("icp/verification_attachments", picture), (Faults{"required /attachments/0"}));
  EXPECT_EQ(faults("domain_names/changes", body("domain_names/new_filings")),
            (Faults{"required /id"}));
}

// A body comes from outside: whatever stands in it, there is an answer.
void disturb(Json& json, int depth) {
  const int what = *rc::gen::inRange(0, 6);
  if (json.is_object() && json.size() > 0 && depth < 6 && what != 0) {
    auto& members = json.members();
    return disturb(members[*rc::gen::inRange<size_t>(0, members.size())].second, depth + 1);
  }
  if (json.is_array() && json.size() > 0 && depth < 6 && what != 0)
    return disturb(json.items()[*rc::gen::inRange<size_t>(0, json.size())], depth + 1);
  static const Json kOthers[] = {
      Json(),    Json(-1),       Json("样例"), Json::array(),
      Json(3.5), Json::object(), Json(true),   Json::array({Json(1), Json("x"), Json::object()})};
  json = kOthers[*rc::gen::inRange<size_t>(0, std::size(kOthers))];
}

TEST_F(Records, AnyBodyHasARecordOrProblemsAtPlacesOfItsOwn) {
  const auto all = testing::sample_operations();
  EXPECT_TRUE(rc::check([&] {
    const auto operation = all[*rc::gen::inRange<size_t>(0, all.size())];
    Json given = body(operation, *rc::gen::arbitrary<bool>());
    for (int n = *rc::gen::inRange(0, 4); n > 0; --n) disturb(given, 0);
    const auto checked = check(operation, given);
    if (checked) return;
    RC_ASSERT(!checked.error().empty());
    for (const auto& problem : checked.error()) {
      RC_ASSERT(problem.field.empty() || problem.field.front() == '/');
      RC_ASSERT(problem.field.find("ICP") == std::string::npos);
    }
  }));
}

}  // namespace
}  // namespace beian::authority
