// access() against a naive model: plain lists, walked from the start each time, that know nothing
// of SQL, fingerprints or the journal.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "registry/blacklist.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"
#include "testing/database.hpp"

namespace beian::registry::test {
namespace {

const std::vector<std::string> kNames = {"a-example.cn", "b-example.cn", "x.a-example.cn",
                                         "c-example.gov.cn", "y.c-example.gov.cn"};
const std::vector<std::string> kHosts = {
    "a-example.cn",         "www.a-example.cn",       "x.a-example.cn",   "z.x.a-example.cn",
    "b-example.cn",         "deep.b-example.cn",      "c-example.gov.cn", "y.c-example.gov.cn",
    "www.c-example.gov.cn", "not.y.c-example.gov.cn", "nobody-example.cn"};

struct Row {
  int64_t id;
  int64_t service;
  std::string name;
  int64_t provider = 0;
  bool cancelled = false;
};

// One thing that the authority tells: a record, a cancellation, a name on or off its blacklist.
struct Step {
  enum class Kind { record, cancel_entity, cancel_service, cancel_access, list, unlist } kind;
  ServiceSample service;  // record
  int64_t id = 0;         // cancel_service, cancel_access
  std::string name;       // list, unlist
};

struct Model {
  std::vector<Row> domains, accesses;
  std::set<std::string> listed;

  static void put(std::vector<Row>& rows, const Row& row) {
    std::erase_if(rows, [&](const Row& r) { return r.id == row.id; });
    rows.push_back(row);
  }
  void step(const Step& step) {
    using enum Step::Kind;
    if (step.kind == record) put_record(step.service);
    if (step.kind == list) listed.insert(step.name);
    if (step.kind == unlist) listed.erase(step.name);
    for (auto* rows : {&domains, &accesses}) {
      for (auto& row : *rows) {
        const bool hit = step.kind == cancel_entity ||
                         (step.kind == cancel_service && row.service == step.id) ||
                         (step.kind == cancel_access && rows == &accesses && row.id == step.id);
        row.cancelled = row.cancelled || hit;
      }
    }
  }
  void put_record(const ServiceSample& service) {
    for (auto* rows : {&domains, &accesses}) {
      for (auto& row : *rows) {
        if (row.service == service.id) row.cancelled = true;
      }
    }
    for (const auto& d : service.domains) put(domains, {d.id, service.id, d.name});
    for (const auto& a : service.accesses) put(accesses, {a.id, service.id, "", a.provider});
  }
  // What the rows of one name say: "", cancelled, no_access_here or filed.
  std::string standing(const std::string& name) const {
    std::string best;
    for (const auto& d : domains) {
      if (d.name != name) continue;
      std::string here = d.cancelled ? "cancelled" : "no_access_here";
      for (const auto& a : accesses) {
        if (!d.cancelled && a.service == d.service && !a.cancelled && a.provider == kOwn)
          here = "filed";
      }
      const auto rank = [](const std::string& s) {
        return s.empty() ? 0 : s == "cancelled" ? 1 : s == "no_access_here" ? 2 : 3;
      };
      if (rank(here) > rank(best)) best = here;
    }
    return best;
  }
  // What the journal must have told last about a name.
  std::string journalled(const std::string& name) const {
    return listed.contains(name) ? "blacklisted" : standing(name);
  }
  std::string access(const std::string& host) const {
    const bool government = host.ends_with(".gov.cn");
    bool cancelled = false;
    for (std::string at = host;;) {
      if (listed.contains(at)) return "blacklisted";
      const auto dot = at.find('.');
      if (government || at.find('.', dot + 1) == std::string::npos) break;
      at = at.substr(dot + 1);
    }
    for (std::string at = host;;) {
      const auto s = standing(at);
      if (!s.empty() && s != "cancelled") return s;
      cancelled = cancelled || s == "cancelled";
      const auto dot = at.find('.');
      at = at.substr(dot + 1);
      if (government || at.find('.') == std::string::npos) break;
    }
    return cancelled ? "cancelled" : "not_filed";
  }
};

ServiceSample random_service() {
  ServiceSample service;
  service.id = *rc::gen::inRange<int64_t>(1, 4);
  service.number = "粤ICP备2026000001号-" + std::to_string(service.id);
  service.domains.clear();
  service.accesses.clear();
  for (int64_t id = 1; id <= 6; ++id) {
    if (*rc::gen::inRange(0, 3) == 0) service.domains.push_back({id, *rc::gen::elementOf(kNames)});
  }
  for (int64_t id = 1; id <= 4; ++id) {
    if (*rc::gen::inRange(0, 3) == 0)
      service.accesses.push_back({id, *rc::gen::element(kOwn, kOther)});
  }
  if (service.domains.empty()) service.domains.push_back({1, kNames[0]});
  if (service.accesses.empty()) service.accesses.push_back({1, kOther});
  return service;
}

Step random_step() {
  using enum Step::Kind;
  Step step{*rc::gen::weightedElement<Step::Kind>({{6, record},
                                                   {1, cancel_entity},
                                                   {2, cancel_service},
                                                   {2, cancel_access},
                                                   {2, list},
                                                   {2, unlist}}),
            {},
            0,
            {}};
  if (step.kind == record) step.service = random_service();
  step.id = *rc::gen::inRange<int64_t>(1, 5);
  step.name = *rc::gen::elementOf(kNames);
  return step;
}

// What the registry makes of it; whether anything changed, nothing when it was refused.
std::optional<bool> take(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                         const Step& step) {
  using enum Step::Kind;
  const auto cancelled = [&](Cancel what, int64_t id) -> std::optional<bool> {
    const auto done = cancel(tx, now, what, {440000}, id);
    if (done) return done->changed;
    // Nobody has it: nothing happens.
    return done.error().front().code == ProblemCode::not_found ? std::optional(false)
                                                               : std::nullopt;
  };
  switch (step.kind) {
    case record: {
      const auto done = registry::record(tx, now, cipher, "", kOwn, record_of({}, {step.service}));
      if (!done) return std::nullopt;
      return done->changed;
    }
    case cancel_entity:
      return cancelled(Cancel::entity, 1);
    case cancel_service:
      return cancelled(Cancel::service, step.id);
    case cancel_access:
      return cancelled(Cancel::access, step.id);
    case list:
      return list_domain(tx, now, cipher, "gd", {0, step.name, 0, "样例网站", "样例原因"});
    case unlist:
      return unlist_domain(tx, now, "gd", {0, step.name, 0, {}, {}});
  }
  return std::nullopt;
}

struct RollBack {};

class AccessModel : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Backends, AccessModel, ::testing::ValuesIn(testing::backends()));

TEST_P(AccessModel, AgreesAfterAnyRecords) {
  const auto db = testing::make_database(GetParam());
  const crypto::ColumnCipher cipher{Secret(std::string(32, 'k'))};
  const bool held = rc::check([&] {
    std::vector<Step> history;
    const int steps = *rc::gen::inRange(1, 10);
    for (int i = 0; i < steps; ++i) {
      // Sometimes something old comes again.
      if (!history.empty() && *rc::gen::inRange(0, 4) == 0)
        history.push_back(*rc::gen::elementOf(history));
      else
        history.push_back(random_step());
    }
    std::vector<std::string> wrong;
    FakeClock clock;
    const auto check = [&](db::Tx& tx) {
      Model model;
      std::map<std::string, std::string> told, numbers;
      int64_t seen = 0;
      for (const auto& step : history) {
        clock.advance(Millis(1));
        if (!take(tx, clock.now(), cipher, step)) wrong.push_back("refused");
        if (take(tx, clock.now(), cipher, step) != std::optional(false))
          wrong.push_back("not idempotent");
        model.step(step);
        for (const auto& change : changes_after(tx, seen, 1000)) {
          if (change.number != ++seen) wrong.push_back("gap in the journal");
          if (numbers[change.domain] == change.filing_number && told[change.domain] == change.what)
            wrong.push_back("told twice: " + change.domain + " " + change.what);
          told[change.domain] = change.what;
          numbers[change.domain] = change.filing_number;
        }
        for (const auto& host : kHosts) {
          const auto answer = access(tx, host);
          if (answer.reason != model.access(host) || answer.allow != (answer.reason == "filed"))
            wrong.push_back(host + ": " + answer.reason + ", model " + model.access(host));
        }
        for (const auto& name : kNames) {
          const auto standing = model.journalled(name);
          const auto known = told.find(name);
          const std::string last = known == told.end() ? "" : known->second;
          if (standing != (last == "not_filed" ? "" : last))
            wrong.push_back(name + " stands " + standing + ", journal " + last);
          if (find_domain(tx, name).has_value() !=
              (model.standing(name) == "filed" || model.standing(name) == "no_access_here"))
            wrong.push_back("find_domain " + name);
        }
      }
      throw RollBack{};
    };
    try {
      db.database->write(check);
    } catch (const RollBack&) {
    }
    RC_ASSERT(wrong == std::vector<std::string>{});
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace beian::registry::test
