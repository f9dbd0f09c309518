// tests/scenarios/judge/ip_ym.json played against a whole sandbox; and the table of the result
// codes of IP and domain filings that tests/golden/sandbox/judge_codes_ip_ym.json keeps for
// docs/conformance.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "sandbox/address_records.hpp"
#include "sandbox/code_table_for_tests.hpp"
#include "sandbox/domain_records.hpp"
#include "sandbox/handed_for_tests.hpp"
#include "testing/golden.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kRegistry = 10;          // a unit that gives addresses
constexpr int64_t kNet = 3405803776;       // 203.0.113.0
constexpr int64_t kCustomer = 3325256704;  // 198.51.100.0
constexpr int64_t kFree = 3221225984;      // 192.0.2.0

Json scenario() {
  return parse_json(testing::tree_file("tests/scenarios/judge/ip_ym.json")).value();
}

// A library of three providers, made anew for every case, and base records that meet it.
class World {
 public:
  explicit World(const std::string& backend) : p(backend) {}

  // The codes that refuse the case's record; none when it is accepted.
  std::set<int64_t> play(const Json& example) {
    seed();
    for (const auto& before : example["before"].items())
      if (const auto codes = send(before); !codes.empty())
        throw std::logic_error("not accepted: " + to_string(before));
    return send(example);
  }

 private:
  void seed() {
    p.s.database.database->write([&](db::Tx& tx) {
      tx.exec("DELETE FROM address_records");
      tx.exec("DELETE FROM domain_records");
      put(tx, "$SA", kA, AddressKind::source, samples::source(1, kNet, kNet + 127, kRegistry));
      put(tx, "$AB", kA, AddressKind::assignment, samples::onwards(2, kNet + 64, kNet + 95, kB));
      put(tx, "$AA", kA, AddressKind::assignment, samples::assignment(3, kNet, kNet + 15));
      put(tx, "$GA", kA, AddressKind::broadcast, samples::broadcast(4, kNet, kNet + 127, 1, kA));
      put(tx, "$OA", kA, AddressKind::own_address,
          samples::own_address(5, kCustomer, kCustomer + 15));
      put(tx, "$SB", kB, AddressKind::source, samples::source(1, kNet + 64, kNet + 95, kA));
      put(tx, "$BB", kB, AddressKind::assignment, samples::assignment(2, kNet + 64, kNet + 67));
      put(tx, "$GB", kB, AddressKind::broadcast,
          samples::broadcast(4, kNet + 64, kNet + 95, 2, kB));
      put(tx, "$OB", kB, AddressKind::own_address,
          samples::own_address(5, kCustomer + 64, kCustomer + 79));
      put(tx, "$DA", kA, "yangli-reg-example.cn");
      put(tx, "$DB", kB, "yangli-reg2-example.cn");
    });
  }
  void put(db::Tx& tx, const std::string& name, int64_t who, AddressKind kind, Json model) {
    AddressRecord record;
    record.provider_id = who;
    record.kind = kind;
    record.provider_record_id = model["provider_record_id"].as_int();
    record.from = model["from"].as_int();
    record.to = model["to"].as_int();
    for (const auto* field : {"provider_record_id", "from", "to"}) model.erase(field);
    record.model = std::move(model);
    ids_[name] = insert_address(tx, record);
  }
  void put(db::Tx& tx, const std::string& name, int64_t who, const std::string& domain) {
    DomainRecord record;
    record.provider_id = who;
    record.provider_record_id = 1;
    record.name = domain;
    record.model = samples::domain_name(1, domain);
    record.model.erase("provider_record_id");
    ids_[name] = insert_domain(tx, record);
  }

  Json with_id(Json record, const std::string& name) {
    record.erase("provider_record_id");
    record.set("id", ids_.at(name));
    return record;
  }
  Json base(const std::string& operation) {
    using namespace samples;
    const Json new_source = source(100, kFree, kFree + 63, kRegistry);
    const Json new_assignment = assignment(101, kNet + 32, kNet + 39);
    const Json new_broadcast = broadcast(102, kNet, kNet + 63, 1, kA);
    const Json new_own = own_address(103, kCustomer + 128, kCustomer + 143);
    const Json new_domain = domain_name(104, "yangli-new-example.cn");
    const std::map<std::string, Json> all{
        {"new_filings/sources", new_source},
        {"new_filings/assignments", new_assignment},
        {"new_filings/broadcasts", new_broadcast},
        {"new_filings/own_addresses", new_own},
        {"changes/sources", with_id(source(0, kNet, kNet + 127, kRegistry), "$SA")},
        {"changes/assignments", with_id(assignment(0, kNet, kNet + 15), "$AA")},
        {"changes/broadcasts", with_id(broadcast(0, kNet, kNet + 127, 1, kA), "$GA")},
        {"changes/own_addresses", with_id(own_address(0, kCustomer, kCustomer + 15), "$OA")},
        {"deletions/sources", Json::object({{"id", ids_["$SA"]}})},
        {"deletions/assignments", Json::object({{"id", ids_["$AA"]}})},
        {"deletions/broadcasts", Json::object({{"id", ids_["$GA"]}})},
        {"deletions/own_addresses", Json::object({{"id", ids_["$OA"]}})},
        {"domain_filings", new_domain},
        {"domain_changes", with_id(domain_name(0, "yangli-reg-example.cn"), "$DA")},
        {"domain_deletions", Json::object({{"id", ids_["$DA"]}})},
    };
    return all.at(operation);
  }

  std::set<int64_t> send(const Json& example) {
    const std::string& operation = example["operation"].as_string();
    const int64_t who = example["as"].as_string() == "C" ? kC : kA;
    Json record = base(operation);
    for (const auto& field : example["erase"].items()) record.erase(field.as_string());
    for (const auto& [field, value] : example["set"].members())
      record.set(field, value.is_string() && value.as_string().starts_with('$')
                            ? Json(ids_.at(value.as_string()))
                            : value);
    const Json list = Json::array({record});
    if (operation.starts_with("domain_")) {
      const std::string plain = operation == "domain_filings"   ? "new_filings"
                                : operation == "domain_changes" ? "changes"
                                                                : "deletions";
      p.report(who, "domain_names", Json::object({{plain, list}}));
      return refusals(p.fetch(who).at(0)["domain_names"]["results"].at(0));
    }
    const auto parts = text::split(operation, '/');
    p.report(who, "ip", Json::object({{parts[0], Json::object({{parts[1], list}})}}));
    const Json told = p.fetch(who).at(0)["ip"]["results"];
    EXPECT_EQ(told.size(), 1u) << to_string(told);
    return refusals(told[parts[1]].at(0));
  }
  static std::set<int64_t> refusals(const Json& result) {
    std::set<int64_t> codes;
    for (const auto& outcome : result["outcomes"].items()) codes.insert(outcome["code"].as_int());
    codes.erase(2998);
    codes.erase(3998);
    return codes;
  }

  Providers p;
  std::map<std::string, int64_t> ids_;
};

class JudgeCodesIpYm : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Backends, JudgeCodesIpYm, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

// Covers upload:IP/XZBA upload:IP/XGBA upload:IP/SCBA upload:YM/XZBA upload:YM/XGBA
// upload:YM/SCBA download:IP/BAJG download:YM/BAJG
TEST_P(JudgeCodesIpYm, AreThoseOfTheScenario) {
  World world(GetParam());
  const Json all = scenario();
  for (const auto& example : all["cases"].items()) {
    std::set<int64_t> expected;
    for (const auto& code : example["codes"].items()) expected.insert(code.as_int());
    EXPECT_EQ(world.play(example), expected) << to_string(example);
  }
}

TEST_P(JudgeCodesIpYm, AnswerWithEverything) {
  Providers p(GetParam());
  p.report(kA, "ip",
           Json::object(
               {{"new_filings",
                 Json::object(
                     {{"sources", Json::array({samples::source(7, kNet, kNet + 127, kRegistry)})},
                      {"assignments", Json::array({samples::assignment(8, kNet, kNet + 15)})}})}}));
  const Json first = p.fetch(kA).at(0)["ip"]["results"];
  const Json& source = first["sources"].at(0);
  EXPECT_EQ(source["outcomes"].at(0)["code"].as_int(), 2998);
  EXPECT_EQ(source["provider_record_id"].as_int(), 7);
  EXPECT_EQ(source["operation"].as_int(), 1);
  const int64_t id = source["id"].as_int();
  EXPECT_GT(id, 0);
  EXPECT_EQ(first["assignments"].at(0)["outcomes"].at(0)["code"].as_int(), 2998);
  p.report(kB, "ip",
           Json::object({{"new_filings",
                          Json::object({{"sources", Json::array({samples::source(
                                                        9, kNet, kNet + 1, kRegistry)})}})}}));
  const Json conflict = p.fetch(kB).at(0)["ip"]["results"]["sources"].at(0);
  EXPECT_EQ(conflict["outcomes"].at(0)["code"].as_int(), 2056);
  const Json& about = conflict["outcomes"].at(0)["conflicts"].at(0);
  EXPECT_EQ(about["id"].as_int(), id);
  EXPECT_EQ(about["from"].as_int(), kNet);
  EXPECT_EQ(about["provider_record_id"], Json());  // another provider's own id is not told
  EXPECT_EQ(conflict["id"], Json());
  p.report(
      kA, "ip",
      Json::object(
          {{"deletions", Json::object({{"sources", Json::array({Json::object({{"id", id}})})}})}}));
  EXPECT_EQ(p.fetch(kA).at(0)["ip"]["results"]["sources"].at(0)["operation"].as_int(), 3);
  EXPECT_EQ(p.s.json("GET", "/manage/addresses?provider_id=20001")["sources"].size(), 0u);

  p.report(kA, "domain_names",
           Json::object(
               {{"new_filings", Json::array({samples::domain_name(5, "yangli-reg-example.cn")})}}));
  const Json domain = p.fetch(kA).at(0)["domain_names"]["results"].at(0);
  EXPECT_EQ(domain["outcomes"].at(0)["code"].as_int(), 3998);
  EXPECT_EQ(domain["provider_record_id"].as_int(), 5);
  EXPECT_EQ(p.s.json("GET", "/manage/domain-names?provider_id=20001").at(0)["id"], domain["id"]);
}

TEST_P(JudgeCodesIpYm, DomainsBelongToTheMinistry) {
  Options options;
  options.province = 440000;
  Providers p(GetParam(), options);
  p.report(kA, "domain_names",
           Json::object(
               {{"new_filings", Json::array({samples::domain_name(5, "yangli-reg-example.cn")})}}));
  EXPECT_EQ(p.fetch(kA).at(0)["domain_names"]["results"].at(0)["outcomes"].at(0)["code"].as_int(),
            3036);
}

TEST_P(JudgeCodesIpYm, NameTheRecordsOfAFileThatIsRefused) {
  Providers p(GetParam());
  const std::string head = "<?xml version=\"1.0\" encoding=\"GBK\"?><UploadData version=\"V.3.0\">";
  p.report_xml(kA, head +
                       "<IP><XZBA><Xzly><Ly><IspId>71</IspId></Ly></Xzly></XZBA><XGBA><Xgfp>"
                       "<Fpsy><Id>5</Id></Fpsy></Xgfp></XGBA><Qqdwid>20001</Qqdwid></IP>"
                       "</UploadData>");
  const Json ip = p.fetch(kA).at(0)["ip"]["results"];
  EXPECT_EQ(ip["sources"].at(0)["provider_record_id"].as_int(), 71);
  EXPECT_EQ(ip["sources"].at(0)["outcomes"].at(0)["code"].as_int(), 5001);
  EXPECT_EQ(ip["assignments"].at(0)["id"].as_int(), 5);
  EXPECT_EQ(ip["assignments"].at(0)["operation"].as_int(), 2);
  p.report_xml(kA, head +
                       "<YM><SCBA><Scxx><Id>9</Id></Scxx></SCBA><Qqdwid>1</Qqdwid></YM>"
                       "</UploadData>");
  const Json ym = p.fetch(kA).at(0)["domain_names"]["results"].at(0);
  EXPECT_EQ(ym["outcomes"].at(0)["code"].as_int(), 5003);
  EXPECT_EQ(ym["id"].as_int(), 9);
  p.report_xml(kA, head + "<IP><Nothing/></IP></UploadData>");
  EXPECT_EQ(p.fetch(kA).at(0)["ip"]["results"]["sources"].at(0)["outcomes"].at(0)["code"].as_int(),
            5001);
}

// Every code is decided by a case, by another test, or not at all with a reason.
TEST(JudgeCodeTableIpYm, MissesNone) {
  const Json table =
      code_table(scenario(), {"ip", "domain"}, "JudgeCodesIpYm.AreThoseOfTheScenario");
  EXPECT_EQ(table.size(), 97u);
  testing::expect_golden("sandbox/judge_codes_ip_ym.json", to_pretty_string(table) + "\n");
}

}  // namespace
}  // namespace beian::sandbox
