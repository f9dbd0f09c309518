// Random walks: several accounts with many orders at once, reviewers, persons who type codes,
// officers who decide, and time that passes, at the whole provider and the real sandbox. Whatever
// happens in whatever order: no forbidden transition, no two open orders of one entity, no quota
// exceeded, a history without gaps, and in the end both sides agree on what is filed.
//
// RapidCheck prints the seed; RC_PARAMS="seed=…" walks the same way again.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "base/encoding.hpp"
#include "diary_values.hpp"
#include "diary_world.hpp"
#include "orders/order.hpp"
#include "platform/image/image.hpp"

namespace beian::diary {
namespace {

using orders::State;

constexpr int kAccounts = 3, kEntities = 3, kSteps = 70;
constexpr size_t kMostOrders = 4;
constexpr int64_t kQuota = 4;

struct Step {
  int action = 0, order = 0, account = 0, pick = 0;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "{" << step.action << " order " << step.order << " account " << step.account
             << " pick " << step.pick << "}";
}

rc::Gen<Step> steps() {
  return rc::gen::build<Step>(rc::gen::set(&Step::action, rc::gen::inRange(0, 90)),
                              rc::gen::set(&Step::order, rc::gen::inRange(0, 7)),
                              rc::gen::set(&Step::account, rc::gen::inRange(0, kAccounts)),
                              rc::gen::set(&Step::pick, rc::gen::inRange(0, 1000)));
}

const std::string& picture() {
  static const std::string kPicture = image::draw_sample(image::Format::jpeg, 400, 300, "样例材料");
  return kPicture;
}

struct Known {
  std::string id, account;
  int owner = 0, entity = 0;
  int64_t seen = 0;   // how far its history was checked
  std::string state;  // after that
};

// An order as the walk finds it in the database.
struct Now {
  std::string state;
  int64_t version = 0;
};

class Walk {
 public:
  explicit Walk(const std::string& backend)
      : world_({.backend = backend, .settings = {{"accounts.entities_per_account", "100"}}}) {}

  // Each walk has entities and accounts of its own.
  void begin() {
    base_ += kEntities;
    ++round_;
    orders_.clear();
    for (int a = 0; a < kAccounts; ++a) {
      const std::string name = account(a);
      world_.account_id(name);
      check(world_.call("officer", "PUT", "/api/v1/resources/" + resource(a),
                        to_string(Json::object({{"account", name},
                                                {"product", "cloud_server"},
                                                {"region", "样例-华南1"},
                                                {"billing", "subscription"},
                                                {"from", "2026-01-01"},
                                                {"until", "2099-12-31"},
                                                {"quota", kQuota},
                                                {"addresses", Json::array({"203.0.113.10"})}}))));
    }
  }

  void run(const Step& step) {
    act(step);
    check_invariants();
  }

  // Everything that is under way comes to rest, then both sides are compared.
  void end() {
    RC_ASSERT(world_.settle());
    check_invariants();
    check_filed();
    check_places();
  }

  int moves() const { return moves_; }
  int completed() const { return completed_; }

 private:
  std::string account(int a) const {
    return "applicant-" + std::to_string(round_) + "-" + std::to_string(a);
  }
  std::string resource(int a) const {
    return "i-sample-" + std::to_string(round_) + "-" + std::to_string(a);
  }
  Json document(int entity) const {
    return filled(Json::object({{"$sample", base_ + entity}}), {});
  }
  // As this account hands it in: the service stands on its resource.
  Json document(int entity, int a) const {
    Json out = document(entity);
    put_at(out, "/services/0/resource", Json::object({{"source_id", resource(a)}}));
    return out;
  }
  static void check(const http::Response& answer) {
    if (answer.status >= 400) RC_FAIL(answer.body);
  }

  Now now(const std::string& id) {
    return world_.provider().database().read_value([&](db::Tx& tx) {
      const auto row =
          tx.query_one("SELECT state, version FROM orders WHERE id = :id", {{"id", id}});
      return Now{row->text("state"), row->i64("version")};
    });
  }

  void act(const Step& step) {
    if (step.action < 4) return create(step);
    if (step.action < 8) {
      world_.round();
      return;
    }
    if (step.action == 8) return world_.advance(std::chrono::hours{24});
    if (step.action == 9) return world_.advance(std::chrono::days{step.pick % 20});
    if (step.action == 10) return make_code(step);
    if (step.action == 11) return revoke_code(step);
    if (step.action < 17) return decide(step);
    if (orders_.empty()) return;
    Known& order = orders_[static_cast<size_t>(step.order) % orders_.size()];
    if (step.action >= 40) return further(order, step);
    if (step.action < 22) return event(order, "submit", step);
    if (step.action < 24) return event(order, "withdraw", step);
    if (step.action == 24) return event(order, "abandon", step);
    if (step.action < 27) return event(order, "resubmit", step);
    if (step.action < 33) return review(order, step);
    if (step.action < 36) return save(order, step);
    type_codes(order, step);
  }

  void create(const Step& step) {
    if (orders_.size() >= kMostOrders) return;
    Known order;
    order.owner = step.account;
    order.account = account(step.account);
    order.entity = step.pick % kEntities;
    const auto made = world_.call(
        order.account, "POST", "/api/v1/orders",
        to_string(
            Json::object({{"kind", "first"}, {"document", document(order.entity, order.owner)}})));
    check(made);
    order.id = parse_json(made.body).value()["id"].as_string();
    upload(order);
    orders_.push_back(std::move(order));
  }

  void run_both() { world_.round(); }

  // Every picture that it lacks by its own findings.
  void upload(const Known& order) {
    constexpr std::string_view kMaterials = "/materials/";
    const std::string path = "/api/v1/orders/" + order.id;
    const Json findings =
        parse_json(world_.call(order.account, "GET", path + "/findings", "").body).value();
    for (const auto& problem : findings["problems"].items()) {
      const std::string field = problem["field"].as_string();
      const size_t cut = field.find(kMaterials);
      if (problem["code"].as_string() != "material_missing" || cut == std::string::npos) continue;
      check(world_.call(
          order.account, "POST",
          path + "/materials?name=a.jpg&purpose=" + field.substr(cut + kMaterials.size()) +
              "&owner=" + percent_encode(field.substr(0, cut)),
          picture(), {{"Content-Type", "image/jpeg"}}));
    }
  }

  // What is next for it, mostly done well: else few orders would come to an end.
  void further(const Known& order, const Step& step) {
    const auto state = *orders::state_named(order.state);
    if (orders::is_final(state)) return;
    if (orders::is_editable(state)) return event(order, "submit", step);
    if (state == State::in_review || state == State::in_rereview) return review(order, step);
    if (state == State::sms_pending) return type_codes(order, step);
    if (state == State::at_authority) return decide(step);
    world_.round();
  }

  // By its owner, or by somebody whom it is none of.
  void event(const Known& order, const std::string& name, const Step& step) {
    const std::string who = step.pick % 10 == 0 ? account(step.account) : order.account;
    const Now before = now(order.id);
    const auto answer = world_.call(who, "POST", "/api/v1/orders/" + order.id + "/" + name, "");
    if (who != order.account) RC_ASSERT(answer.status == 404);
    if (answer.status >= 400) RC_ASSERT(now(order.id).version == before.version);
  }

  void review(const Known& order, const Step& step) {
    const Now before = now(order.id);
    const bool stale = step.pick % 7 == 0;
    const int verdict = step.pick % 10;
    Json body = Json::object({{"verdict", verdict < 7   ? "pass"
                                          : verdict < 9 ? "needs_changes"
                                                        : "reject"},
                              {"version", before.version - (stale ? 1 : 0)}});
    if (verdict >= 7)
      body.set(
          "findings",
          Json::array({Json::object(
              {{"field", "/entity/investor"}, {"verdict", body["verdict"]}, {"text", "样例"}})}));
    const auto answer =
        world_.call("reviewer", "POST", "/api/v1/orders/" + order.id + "/review", to_string(body));
    if (stale) RC_ASSERT(answer.status >= 400);
    if (answer.status >= 400) RC_ASSERT(now(order.id).version == before.version);
  }

  void save(const Known& order, const Step& step) {
    const Now before = now(order.id);
    Json changed = document(order.entity, order.owner);
    put_at(changed, "/entity/investor", "样例出资人" + std::to_string(step.pick));
    const auto answer =
        world_.call(order.account, "PUT", "/api/v1/orders/" + order.id,
                    to_string(Json::object({{"document", changed}, {"version", before.version}})));
    if (answer.status >= 400) RC_ASSERT(now(order.id).version == before.version);
  }

  void make_code(const Step& step) {
    world_.call(account(step.account), "POST",
                "/api/v1/resources/" + resource(step.account) + "/codes",
                to_string(Json::object({{"count", 1 + step.pick % 3}})));
  }

  void revoke_code(const Step& step) {
    const std::string who = account(step.account);
    const auto codes = parse_json(world_.call(who, "GET", "/api/v1/filing-codes", "").body).value();
    if (codes["codes"].size() == 0) return;
    const Json& code = codes["codes"].at(static_cast<size_t>(step.pick) % codes["codes"].size());
    world_.call(who, "DELETE", "/api/v1/filing-codes/" + code["id"].as_string(), "");
  }

  // Rightly, or wrongly until there are no more inputs.
  void type_codes(const Known& order, const Step& step) {
    const bool right = step.pick % 4 != 0;
    const Json whole = document(order.entity);
    for (const auto* pointer : {"/entity/manager", "/services/0/manager"}) {
      const Json& person = *whole.pointer(pointer);
      const std::string mobile = person["mobile"].as_string();
      std::string code;
      const auto messages = parse_json(
          world_.ask_authority("GET", "/manage/phones/" + mobile + "/messages", "").body);
      for (const auto& message : messages.value().items())
        if (code.empty()) code = message["code"].as_string();
      const std::string card = person["certificate_number"].as_string();
      const std::string typed =
          to_string(Json::object({{"mobile", mobile},
                                  {"last_six", card.substr(card.size() - 6)},
                                  {"code", right ? code : std::string("x")}}));
      for (int i = 0; i < (right ? 1 : 5); ++i) world_.ask_authority("POST", "/manage/sms", typed);
    }
  }

  void decide(const Step& step) {
    const auto waiting =
        parse_json(world_.ask_authority("GET", "/manage/records?state=at_authority", "").body)
            .value();
    if (waiting.size() == 0) return;
    const Json& record = waiting.at(static_cast<size_t>(step.pick) % waiting.size());
    world_.ask_authority(
        "POST", "/manage/records/" + to_string(record["id"]) + "/decision",
        to_string(Json::object({{"approve", step.pick % 4 != 0}, {"opinion", "样例"}})));
  }

  // --- what holds after every step ---

  void check_invariants() {
    world_.provider().database().read([&](db::Tx& tx) {
      std::map<int, int> open;
      for (auto& order : orders_) {
        check_history(tx, order);
        const auto state = orders::state_named(order.state);
        RC_ASSERT(state);
        if (*state != State::draft && !orders::is_final(*state)) ++open[order.entity];
      }
      for (const auto& [entity, count] : open) RC_ASSERT(count == 1);
      for (const auto& row : tx.query("SELECT quota, taken FROM resources")) {
        RC_ASSERT(row.i64("taken") >= 0);
        RC_ASSERT(row.i64("taken") <= row.i64("quota"));
      }
    });
  }

  // From where it was checked last: one line for each version, each a row of the table.
  void check_history(db::Tx& tx, Known& order) {
    for (const auto& row :
         tx.query("SELECT seq, event, from_state, to_state, actor, reason FROM order_events WHERE "
                  "order_id = :id AND seq > :seen ORDER BY seq",
                  {{"id", order.id}, {"seen", order.seen}})) {
      RC_ASSERT(row.i64("seq") == order.seen + 1);
      RC_ASSERT(row.text("from_state") == order.state);
      RC_ASSERT(!row.text("reason").empty());
      const auto event = orders::event_named(row.text("event"));
      const auto actor = orders::actor_named(row.text("actor"));
      RC_ASSERT(actor);
      if (event) {
        const auto* step =
            orders::find_transition(*orders::state_named(order.state), *event, *actor);
        RC_ASSERT(step != nullptr);
        RC_ASSERT(orders::name_of(step->to) == row.text("to_state"));
        ++moves_;
        if (step->to == State::completed) ++completed_;
      } else if (row.text("event") != "create") {
        RC_ASSERT(row.text("to_state") == order.state);
      }
      order.seen = row.i64("seq");
      order.state = row.text("to_state");
    }
    const auto row =
        tx.query_one("SELECT state, version FROM orders WHERE id = :id", {{"id", order.id}});
    RC_ASSERT(row->i64("version") == order.seen);
    RC_ASSERT(row->text("state") == order.state);
  }

  // What the provider holds for completed is what the authority has filed, and the other way.
  void check_filed() {
    const auto filed = parse_json(world_.ask_authority("GET", "/manage/filed", "").body).value();
    std::map<std::string, std::string> numbers;  // by the entity's name
    for (const auto& entity : filed.items())
      numbers[entity["entity_name"].as_string()] = entity["entity_number"].as_string();
    std::map<std::string, int> completed;
    for (const auto& order : orders_) {
      const Json seen =
          parse_json(world_.call(order.account, "GET", "/api/v1/orders/" + order.id, "").body)
              .value();
      const std::string name = seen["document"]["entity"]["name"].as_string();
      if (order.state != "completed") {
        RC_ASSERT(seen["filing_number"].as_string().empty());
        continue;
      }
      ++completed[name];
      RC_ASSERT(seen["filing_number"].as_string() == numbers[name]);
    }
    for (int e = 0; e < kEntities; ++e) {
      const std::string name = document(e)["entity"]["name"].as_string();
      RC_ASSERT(completed[name] == (numbers[name].empty() ? 0 : 1));
    }
  }

  // What is taken of a resource is what stands on it and the codes that are not void.
  void check_places() {
    world_.provider().database().read([&](db::Tx& tx) {
      for (const auto& row : tx.query(
               "SELECT r.taken, (SELECT COUNT(*) FROM filing_codes c WHERE c.resource_id = r.id "
               "AND c.state <> 'void') + (SELECT COUNT(*) FROM resource_uses u WHERE "
               "u.resource_id = r.id AND u.code_id = '') AS held FROM resources r"))
        RC_ASSERT(row.i64("taken") == row.i64("held"));
    });
  }

  World world_;
  int base_ = 0, round_ = 0, moves_ = 0, completed_ = 0;
  std::vector<Known> orders_;
};

class RandomWalks : public ::testing::TestWithParam<std::string> {
 protected:
  // A walk costs seconds: few of them, and none again to make it shorter, unless asked for.
  static void SetUpTestSuite() { ::setenv("RC_PARAMS", "max_success=5 noshrink=1", 0); }
};
INSTANTIATE_TEST_SUITE_P(Backends, RandomWalks, ::testing::ValuesIn(testing::backends()));

TEST_P(RandomWalks, KeepTheRules) {
  Walk walk(GetParam());
  const bool kept = rc::check("random walks over orders of several accounts", [&] {
    const auto way = *rc::gen::container<std::vector<Step>>(kSteps, steps());
    walk.begin();
    for (const auto& step : way) walk.run(step);
    walk.end();
  });
  EXPECT_TRUE(kept);
  // A walk where nothing ever gets anywhere would keep every rule.
  EXPECT_GT(walk.moves(), 20);
  EXPECT_GT(walk.completed(), 0);
  std::cout << walk.moves() << " moves, " << walk.completed() << " orders completed\n";
}

}  // namespace
}  // namespace beian::diary
