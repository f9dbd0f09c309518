// tests/scenarios/judge/codes.json played against a whole sandbox; and the table of all result
// codes of records that tests/golden/sandbox/judge_codes.json keeps for docs/conformance.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "sandbox/address_records.hpp"
#include "sandbox/code_table_for_tests.hpp"
#include "sandbox/parties_for_tests.hpp"
#include "sandbox/tasks.hpp"
#include "testing/golden.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kA = 20001;
constexpr int64_t kB = 20002;
constexpr int64_t kC = 20003;
constexpr int64_t kUnfiledAddress = 3405803777;

Json scenario() {
  return parse_json(testing::tree_file("tests/scenarios/judge/codes.json")).value();
}

// The member or item at the path; made when `make`, so that lists grow by one.
Json* place(Json& root, const std::string& path, bool make) {
  Json* here = &root;
  for (const auto& part : text::split(std::string_view(path).substr(1), '/')) {
    int64_t index = 0;
    if (here->is_array() && text::parse_i64(part, index)) {
      if (make && static_cast<size_t>(index) == here->size()) here->push(Json());
      here = &here->items().at(static_cast<size_t>(index));
      continue;
    }
    if (make && here->find(part) == nullptr) here->set(part, Json::object());
    here = here->find(part);
    if (here == nullptr) throw std::logic_error("no " + path);
  }
  return here;
}

void erase(Json& root, const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string last = path.substr(slash + 1);
  Json* parent = slash == 0 ? &root : place(root, path.substr(0, slash), false);
  int64_t index = 0;
  if (parent->is_array() && text::parse_i64(last, index))
    parent->items().erase(parent->items().begin() + index);
  else
    parent->erase(last);
}

class World {
 public:
  explicit World(const std::string& backend, Options options = {})
      : p(backend, std::move(options)) {
    p.add(kA, "miit-3.0");
    p.add(kB, "miit-3.0");
    p.add(kC, "miit-3.0");
    p.s.database.database->write([](db::Tx& tx) {
      AddressRecord source;
      source.provider_id = kC;
      source.provider_record_id = 1;
      source.from = kUnfiledAddress - 1;
      source.to = kUnfiledAddress + 126;
      source.model = Json::object();
      insert_address(tx, source);
    });
    const auto e1 = p.file(kA, 1);
    p.filed(kA, "new_services", samples::new_service(e1, 2));
    const auto sites = p.services(e1.id);
    p.filed(kB, "new_accesses", samples::new_access(sites[0], 50, p.md5(1)));
    name("E1", 1, e1);
    name("S1", sites[0]);
    name("S2", sites[1]);
    names_["$A1.id"] = p.accesses(sites[0].id).at(0).id;
    names_["$B1.id"] = p.accesses(sites[0].id).at(1).id;
    names_["$A2.id"] = p.accesses(sites[1].id).at(0).id;
    const auto e3 = p.file(kB, 3);
    name("E3", 3, e3);
    name("S3", p.services(e3.id).at(0));
    const auto e4 = p.file(kA, 4);
    name("E4", 4, e4);
    name("S4", p.services(e4.id).at(0));
    p.filed(kA, "cancellations", samples::cancellation(0, e4.id, 1, p.md5(4)));
    const auto e5 = p.file(kA, 5);
    const auto s5 = p.services(e5.id).at(0);
    name("S5", s5);
    p.filed(kA, "cancellations", samples::cancellation(1, s5.id, 1));
    p.send(kA, "new_filings", {samples::record(7)});
    in_process_ = p.last_record()["id"].as_int();
    names_["$P.certificate"] = samples::credit_code(7);
    names_["$black.certificate"] = samples::credit_code(91);
    blacklist("domain", samples::domain(90));
    blacklist("entity", samples::credit_code(91));
    e1_ = e1;
  }

  // The codes that the case's record gets; none when it is accepted.
  std::set<int64_t> play(const Json& example) {
    open_tasks();
    const std::string profile = example["profile"].as_string();
    if (!profile.empty()) p.add(kA, profile);
    for (const auto& before : example["before"].items())
      if (const auto codes = send(before); !codes.empty())
        throw std::logic_error("not accepted: " + to_string(before));
    auto codes = send(example);
    close();
    if (!profile.empty()) p.add(kA, "miit-3.0");
    return codes;
  }

  std::set<int64_t> send(const Json& example) {
    const std::string& as = example["as"].as_string();
    const int64_t who = as == "B" ? kB : as == "C" ? kC : kA;
    const std::string& operation = example["operation"].as_string();
    Json record = base(operation, who);
    for (const auto& path : example["erase"].items()) erase(record, path.as_string());
    for (const auto& [path, value] : example["set"].members())
      *place(record, path, true) = resolved(value);
    p.send(who, path_of(operation), {record});
    const Json judged = p.last_record();
    std::set<int64_t> codes;
    if (judged["state"].as_string() == "rejected")
      for (const auto& outcome : judged["outcomes"].items()) codes.insert(outcome["code"].as_int());
    return codes;
  }

  Parties p;

 private:
  void name(const std::string& key, int n, const LibraryEntity& entity) {
    names_["$" + key + ".id"] = entity.id;
    names_["$" + key + ".number"] = entity.number;
    names_["$" + key + ".certificate"] = entity.certificate_number;
    names_["$" + key + ".md5"] = p.md5(n);
    names_["$" + key + ".MD5"] = text::upper_ascii(p.md5(n));
  }
  void name(const std::string& key, const LibraryService& service) {
    names_["$" + key + ".id"] = service.id;
    names_["$" + key + ".number"] = service.number;
  }
  void blacklist(const char* kind, const std::string& value) {
    p.s.database.database->write([&](db::Tx& tx) {
      tx.exec("INSERT INTO blacklist (kind, value) VALUES (:kind, :value)",
              {{"kind", kind}, {"value", value}});
    });
  }
  Json resolved(const Json& value) const {
    if (!value.is_string() || !value.as_string().starts_with('$')) return value;
    return names_.at(value.as_string());
  }

  static std::string path_of(const std::string& operation) {
    if (operation == "new_filing") return "new_filings";
    if (operation == "new_service") return "new_services";
    if (operation == "new_access") return "new_accesses";
    if (operation == "change") return "changes";
    if (operation == "attachment") return "verification_attachments";
    if (operation == "verification_result") return "verification_results";
    if (operation == "unfiled_action") return "unfiled_site_actions";
    return "cancellations";
  }
  Json base(const std::string& operation, int64_t who) {
    if (operation == "new_filing") return samples::record(20);
    if (operation == "new_service") return samples::new_service(e1_, 21);
    if (operation == "new_access") {
      LibraryService service;
      service.number = names_.at("$S3.number").as_string();
      return samples::new_access(service, 78, p.md5(3));
    }
    if (operation == "change") return samples::change(p.document(e1_.id, who), who);
    if (operation == "cancel_entity") return samples::cancellation(0, e1_.id, 1, p.md5(1));
    if (operation == "cancel_service")
      return samples::cancellation(1, names_.at("$S2.id").as_int(), 1);
    if (operation == "cancel_access")
      return samples::cancellation(2, names_.at("$A1.id").as_int(), 4);
    if (operation == "attachment")
      return samples::attachment(
          1, Json::object({{"kind", 2}, {"filing_number", names_.at("$S1.number")}}));
    if (operation == "verification_result")
      return samples::verification_result(p.document(e1_.id, who), who);
    if (operation == "unfiled_action")
      return samples::unfiled_action(samples::domain(80), kUnfiledAddress, who);
    throw std::logic_error("no base record for " + operation);
  }

  // Of the two sites one is open and one answered.
  void open_tasks() {
    p.s.database.database->write([&](db::Tx& tx) {
      tx.exec("DELETE FROM tasks");
      open_task(tx, kA, TaskKind::verification, std::to_string(e1_.id), 1);
      open_task(tx, kA, TaskKind::unfiled_site,
                unfiled_subject(samples::domain(80), kUnfiledAddress), 1);
      answer_task(tx,
                  open_task(tx, kA, TaskKind::unfiled_site,
                            unfiled_subject(samples::domain(81), kUnfiledAddress), 1),
                  Json::object(), 2);
    });
  }
  // Nothing of the case stays in process: SMS runs out, officers refuse, counters of a day end.
  void close() {
    p.s.clock.advance(std::chrono::hours(25));
    p.s.sandbox->run_due();
    const Json open = p.s.json("GET", "/manage/records?state=at_authority");
    for (const auto& record : open.items())
      if (record["id"].as_int() != in_process_) p.decide(record["id"].as_int(), false);
  }

  std::map<std::string, Json> names_;
  LibraryEntity e1_;
  int64_t in_process_ = 0;
};

class JudgeCodes : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Backends, JudgeCodes, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

TEST_P(JudgeCodes, AreThoseOfTheScenario) {
  World world(GetParam());
  const Json all = scenario();
  for (const auto& example : all["cases"].items()) {
    std::set<int64_t> expected;
    for (const auto& code : example["codes"].items()) expected.insert(code.as_int());
    try {
      EXPECT_EQ(world.play(example), expected) << to_string(example);
    } catch (const std::exception& e) {
      ADD_FAILURE() << to_string(example) << " threw " << e.what();
    }
  }
}

// Covers code:1051
TEST_P(JudgeCodes, LimitsTheChangesOfADay) {
  Options options;
  options.changes_per_day = 2;
  World world(GetParam(), options);
  const Json change = Json::object({{"operation", "change"}});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(world.send(change), std::set<int64_t>{}) << i;
    world.p.decide(world.p.last_record()["id"].as_int(), false);
  }
  EXPECT_EQ(world.send(change), std::set<int64_t>{1051});
  // Another provider's count is its own, and a day later it begins anew.
  EXPECT_EQ(world.send(Json::object({{"operation", "change"}, {"as", "B"}})), std::set<int64_t>{});
  world.p.decide(world.p.last_record()["id"].as_int(), false);
  world.p.s.clock.advance(std::chrono::hours(24));
  EXPECT_EQ(world.send(change), std::set<int64_t>{});
}

// Covers code:1053
TEST_P(JudgeCodes, RefusesTheFilesOfAnAccountThatWasClosedMeanwhile) {
  Parties p(GetParam());
  p.add(kA, "miit-3.0");
  wire::UploadBuilder builder(wire::Profile::named("miit-3.0").value(), "icp", "new_filings", kA);
  builder.add(samples::record(1)).value();
  auto parameters = SandboxForTests::sealed(1, wire::seal_envelope(builder.finish(), p.s.keys));
  ASSERT_EQ(p.call(kA, "isp_upload", parameters).msg_code, 0);
  p.s.database.database->write([](db::Tx& tx) { tx.exec("UPDATE providers SET enabled = 0"); });
  p.s.sandbox->run_due();
  const auto told = p.fetch(kA);
  ASSERT_EQ(told.size(), 1u);
  const Json& result = told[0]["results"]["records"].at(0);
  EXPECT_EQ(result["outcomes"].at(0)["code"].as_int(), 1053);
  EXPECT_EQ(result["mark"].as_string(), "10");
}

// Every code of a record is decided by a case, by another test, or not at all with a reason.
TEST(JudgeCodeTable, MissesNone) {
  const Json table = code_table(scenario(), {"icp", "general"}, "JudgeCodes.AreThoseOfTheScenario");
  EXPECT_EQ(table.size(), 81u);
  testing::expect_golden("sandbox/judge_codes.json", to_pretty_string(table) + "\n");
}

}  // namespace
}  // namespace beian::sandbox
