// Random operations of several providers: what was accepted can be granted, the library stays what
// a naive model of it says, and every record gets exactly one final answer. On both databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <set>

#include "sandbox/parties_for_tests.hpp"

namespace beian::sandbox {
namespace {

constexpr int kCases = 8;  // each is a database of its own
constexpr int64_t kProviders[] = {20001, 20002, 20003};

// Plain lists that know nothing of SQL and predict every number.
struct Site {
  std::string number;
  std::set<std::string> domains;
  std::multiset<int64_t> providers;
  bool operator==(const Site&) const = default;
};
struct Entity {
  std::string number, name;
  int counter = 0;
  std::vector<Site> sites;
  void add(const std::string& domain, int64_t provider) {
    sites.push_back({number + "-" + std::to_string(++counter), {domain}, {provider}});
  }
  Site& site(const std::string& wanted) { return *std::ranges::find(sites, wanted, &Site::number); }
};
struct Model {
  std::vector<Entity> entities;
  int counter = 0;
  Entity& entity(const std::string& number) {
    return *std::ranges::find(entities, number, &Entity::number);
  }
};

struct Waiting {
  int64_t id;
  std::function<void(Model&)> effect;
};

class Play {
 public:
  explicit Play(const std::string& backend) : p_(backend) {
    for (const int64_t provider : kProviders) p_.add(provider, "miit-3.0");
  }

  void step() {
    switch (*rc::gen::inRange(0, 12)) {
      case 0:
      case 1:
        return file();
      case 2:
        return add_service();
      case 3:
      case 4:
        return add_access();
      case 5:
        return change();
      case 6:
        return cancel(0);
      case 7:
        return cancel(1);
      case 8:
        return cancel(2);
      default:
        return decide();
    }
  }

  void check() {
    const auto [filed, wrong] = p_.read([](db::Tx& tx) { return snapshot(tx); });
    RC_ASSERT(wrong == "");
    Model expected = model_;
    std::erase_if(expected.entities, [](const Entity& e) { return e.number.empty(); });
    RC_ASSERT(filed.size() == expected.entities.size());
    for (size_t i = 0; i < filed.size(); ++i) {
      RC_ASSERT(filed[i].number == expected.entities[i].number);
      RC_ASSERT(filed[i].name == expected.entities[i].name);
      RC_ASSERT(filed[i].sites == expected.entities[i].sites);
    }
    RC_ASSERT(answers() == "");
  }

 private:
  static int64_t provider() { return kProviders[*rc::gen::inRange(0, 3)]; }

  // Sends one record; what becomes of the library when it is granted waits with it.
  void send(int64_t who, const std::string& operation, const Json& record,
            std::function<void(Model&)> effect) {
    p_.send(who, operation, {record});
    const Json judged = p_.last_record();
    if (judged["state"].as_string() != "rejected")
      waiting_.push_back({judged["id"].as_int(), std::move(effect)});
  }

  void file() {
    // Sometimes what was filed already, or is in process.
    const int n = next_ > 1 && *rc::gen::inRange(0, 4) == 0 ? *rc::gen::inRange(1, next_) : next_++;
    const int64_t who = provider();
    send(who, "new_filings", samples::record(n), [n, who](Model& model) {
      const std::string digits = samples::digits(++model.counter, 6);
      Entity entity{"粤ICP备2026" + digits + "号", "样例公司" + std::to_string(n), 0, {}};
      entity.add(samples::domain(n), who);
      model.entities.push_back(std::move(entity));
    });
  }

  std::optional<LibraryEntity> any_entity() {
    if (model_.entities.empty()) return std::nullopt;
    const auto& chosen = model_.entities[static_cast<size_t>(
        *rc::gen::inRange<int>(0, static_cast<int>(model_.entities.size())))];
    return p_.read([&](db::Tx& tx) { return entity_by_number(tx, chosen.number); });
  }
  std::optional<LibraryService> any_site(const LibraryEntity& entity) {
    const auto sites = p_.services(entity.id);
    if (sites.empty()) return std::nullopt;
    return sites[static_cast<size_t>(*rc::gen::inRange<int>(0, static_cast<int>(sites.size())))];
  }
  std::string md5(const LibraryEntity& entity) {
    const auto messages = p_.read([&](db::Tx& tx) {
      return tx.query("SELECT body FROM messages WHERE code = '' ORDER BY id DESC");
    });
    for (const auto& row : messages) {
      const std::string text = row.text("body");
      const std::string mark = "备案密码 ";
      if (text.find(entity.number) != std::string::npos)
        return hex_encode(crypto::md5(text.substr(text.find(mark) + mark.size(), 8)));
    }
    return {};
  }

  void add_service() {
    const auto entity = any_entity();
    if (!entity) return;
    const int n = next_++;
    const int64_t who = provider();
    Json record = samples::new_service(*entity, n);
    record.set("icp_password_md5", md5(*entity));
    send(who, "new_services", record, [n, who, number = entity->number](Model& model) {
      model.entity(number).add(samples::domain(n), who);
    });
  }

  void add_access() {
    const auto entity = any_entity();
    const auto site = entity ? any_site(*entity) : std::nullopt;
    if (!site) return;
    const int64_t who = provider();
    send(who, "new_accesses", samples::new_access(*site, 1000 + next_++, md5(*entity)),
         [who, number = entity->number, at = site->number](Model& model) {
           model.entity(number).site(at).providers.insert(who);
         });
  }

  void change() {
    const auto entity = any_entity();
    if (!entity) return;
    const int64_t who = provider();
    const auto filed = p_.read([&](db::Tx& tx) { return filed_document(tx, *entity, who); });
    if (!filed) return;
    Json record = samples::change(*filed, who);
    const std::string name = "样例改名" + std::to_string(next_);
    record.find("entity")->set("name", name);
    Json& site = record.find("services")->items()[0];
    const std::string domain = samples::domain(next_++);
    site.erase("home_url");
    if (*rc::gen::arbitrary<bool>()) site.set("domains", Json::array());
    site.find("domains")->push(Json::object({{"provider_domain_id", next_}, {"name", domain}}));
    std::set<std::string> domains;
    for (const auto& d : site["domains"].items()) domains.insert(d["name"].as_string());
    send(who, "changes", record,
         [name, domains, number = entity->number,
          at = site["filing_number"].as_string()](Model& model) {
           model.entity(number).name = name;
           model.entity(number).site(at).domains = domains;
         });
  }

  void cancel(int kind) {
    const auto entity = any_entity();
    if (!entity) return;
    const std::string number = entity->number;
    if (kind == 0)
      return send(provider(), "cancellations",
                  samples::cancellation(0, entity->id, 1, md5(*entity)), [number](Model& model) {
                    std::erase_if(model.entities,
                                  [&](const Entity& e) { return e.number == number; });
                  });
    const auto site = any_site(*entity);
    if (!site) return;
    const std::string at = site->number;
    if (kind == 1)
      return send(provider(), "cancellations", samples::cancellation(1, site->id, 1),
                  [number, at](Model& model) {
                    std::erase_if(model.entity(number).sites,
                                  [&](const Site& s) { return s.number == at; });
                  });
    const auto accesses = p_.accesses(site->id);
    if (accesses.empty()) return;
    const auto& access =
        accesses[static_cast<size_t>(*rc::gen::inRange<int>(0, static_cast<int>(accesses.size())))];
    const int64_t owner = access.provider_id;
    send(*rc::gen::inRange(0, 4) == 0 ? provider() : owner, "cancellations",
         samples::cancellation(2, access.id, 4), [number, at, owner](Model& model) {
           auto& providers = model.entity(number).site(at).providers;
           providers.erase(providers.find(owner));
         });
  }

  void decide() {
    if (waiting_.empty()) return;
    const auto chosen =
        waiting_.begin() + *rc::gen::inRange<int>(0, static_cast<int>(waiting_.size()));
    const bool approve = *rc::gen::inRange(0, 5) != 0;
    p_.decide(chosen->id, approve);  // throws on anything but 200: the accepted can be granted
    if (approve) chosen->effect(model_);
    waiting_.erase(chosen);
  }

  static std::pair<std::vector<Entity>, std::string> snapshot(db::Tx& tx) {
    std::vector<Entity> all;
    for (const auto& entity : all_entities(tx)) {
      Entity e{entity.number, entity.name, 0, {}};
      for (const auto& service : services_of(tx, entity.id)) {
        Site site{service.number, {}, {}};
        for (const auto& domain : domains_of(tx, service.id)) site.domains.insert(domain.name);
        for (const auto& access : accesses_of(tx, service.id))
          site.providers.insert(access.provider_id);
        e.sites.push_back(std::move(site));
      }
      all.push_back(std::move(e));
    }
    std::string wrong;
    if (tx.query_i64("SELECT COUNT(*) FROM filed_accesses a JOIN filed_services s"
                     " ON s.id = a.service_id WHERE s.cancelled_at IS NOT NULL") != 0)
      wrong += "an access of a cancelled service; ";
    if (tx.query_i64("SELECT COUNT(*) FROM record_targets t JOIN records r ON r.id = t.record_id"
                     " WHERE r.state NOT IN ('sms_pending', 'at_authority')") != 0)
      wrong += "a closed record holds something; ";
    if (tx.query_i64("SELECT COUNT(*) FROM record_domains d JOIN filed_domains f"
                     " ON f.name = d.domain JOIN records r ON r.id = d.record_id"
                     " WHERE r.operation IN ('new_filing', 'new_service')") != 0)
      wrong += "a filed domain is in process; ";
    return {all, wrong};
  }

  // A rejected record has one result with its codes; a decided one a result 1001 or 1002 and one
  // decision for each of its ids; an open one neither.
  std::string answers() {
    return p_.read([](db::Tx& tx) {
      std::string wrong;
      for (const auto& row : tx.query("SELECT id, state, operation, provider_id FROM records")) {
        size_t results = 0;
        size_t verdicts = 0;
        size_t decisions = 0;
        for (const auto& notice :
             tx.query("SELECT body FROM notices WHERE record_id = :id AND kind = 'results'"
                      " AND provider_id = :provider",
                      {{"id", row.i64("id")}, {"provider", row.i64("provider_id")}})) {
          const Json body = parse_json(notice.text("body")).value();
          decisions += body["decisions"].size();
          for (const auto& result : body["records"].items()) {
            const int64_t code = result["outcomes"].at(0)["code"].as_int();
            if (code == 1001 || code == 1002)
              ++verdicts;
            else if (code != 1062)
              ++results;
          }
        }
        const std::string state = row.text("state");
        const bool closed = state == "approved" || state == "refused";
        const size_t expected = closed ? 1 : 0;
        if (results != (state == "rejected" ? 1 : 0) || verdicts != expected ||
            decisions != expected)
          wrong += row.text("id") + " " + row.text("operation") + " " + state + "; ";
      }
      return wrong;
    });
  }

  Parties p_;
  Model model_;
  std::vector<Waiting> waiting_;
  int next_ = 1;
};

class LibraryModel : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Backends, LibraryModel, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

TEST_P(LibraryModel, AgreesAfterAnyOperations) {
  int cases = 0;
  const bool held = rc::check([&] {
    if (++cases > kCases) return;
    Play play(GetParam());
    const int steps = *rc::gen::inRange(30, 50);
    for (int i = 0; i < steps; ++i) {
      play.step();
      play.check();
    }
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace beian::sandbox
