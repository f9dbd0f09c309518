// The contract of the store, on every database: what the machine says is what the rows do.
#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <random>
#include <thread>
#include <utility>

#include "orders/attach.hpp"
#include "orders/expire.hpp"
#include "orders/kind.hpp"
#include "orders/review.hpp"
#include "orders/submit.hpp"
#include "orders/world_for_test.hpp"
#include "platform/metrics/metrics.hpp"

namespace beian::orders {
namespace {

constexpr int kEventCount = static_cast<int>(Event::approve) + 1;
constexpr int kActorCount = static_cast<int>(Actor::authority) + 1;
constexpr int kStateCount = static_cast<int>(State::abandoned) + 1;

class OrdersStore : public OrdersWorld {
 protected:
  Order insert(State state, const std::string& id, const Json& document = sample_document()) {
    Order order;
    order.id = id;
    order.account_id = "applicant";
    order.kind = "first";
    order.state = state;
    order.document = document;
    order.created = order.updated = clock_.now();
    db_.database->write([&](db::Tx& tx) {
      store_.insert(tx, order, {Actor::applicant, "applicant", "样例", {}});
    });
    return order;
  }
  int64_t count(const std::string& sql, const db::Params& params = {}) {
    return db_.database->read_value([&](db::Tx& tx) { return tx.query_i64(sql, params); });
  }
  Context context() {
    return {db_.database, *blobs_,    clock_,          cipher_, status_,
            passwords_,   directory_, many_entities(), {}};
  }
  static ProblemCode code(const auto& result) { return result.error().front().code; }
};

// Every state, event and actor: accepted exactly where the table has a row, and then nothing but
// that row's state is stored.
TEST_P(OrdersStore, AgreesWithTheTable) {
  for (int s = 0; s < kStateCount; ++s) {
    for (int e = 0; e < kEventCount; ++e) {
      for (int a = 0; a < kActorCount; ++a) {
        const auto state = static_cast<State>(s);
        const auto event = static_cast<Event>(e);
        const auto actor = static_cast<Actor>(a);
        auto expected = next_state(state, event, actor);
        if (!takes_event(*find_kind("first"), state, 0, event)) expected.reset();
        // Refusals need no row of their own: they change nothing.
        if (!expected && (e + a) % 5 != 0) continue;
        const std::string id =
            "O" + std::to_string(s) + "-" + std::to_string(e) + "-" + std::to_string(a);
        insert(state, id);
        const auto moved = apply(id, event, actor);
        const Order after = load(id);
        if (expected && event != Event::resubmit) {
          ASSERT_TRUE(moved) << id;
          EXPECT_EQ(*moved, *expected);
          EXPECT_EQ(after.state, *expected);
          EXPECT_EQ(after.version, 2);
        } else {
          ASSERT_FALSE(moved) << id;
          EXPECT_EQ(code(moved),
                    expected ? ProblemCode::resubmit_not_sms : ProblemCode::event_not_allowed);
          EXPECT_EQ(after.state, state);
          EXPECT_EQ(after.version, 1);
        }
      }
    }
  }
}

TEST_P(OrdersStore, RandomWalksLeaveACompleteHistory) {
  std::mt19937 random(20261123);
  for (int walk = 0; walk < 8; ++walk) {
    const std::string id = "W" + std::to_string(walk);
    insert(State::draft, id);
    State state = State::draft;
    int64_t moves = 0;
    for (int step = 0; step < 25; ++step) {
      const auto event = static_cast<Event>(random() % kEventCount);
      const auto actor = static_cast<Actor>(random() % kActorCount);
      const auto done = apply(id, event, actor);
      const auto expected = next_state(state, event, actor);
      if (event != Event::resubmit) {
        ASSERT_EQ(done.has_value(), expected.has_value());
      }
      if (!done) continue;
      state = *done;
      ++moves;
    }
    const auto history =
        db_.database->read_value([&](db::Tx& tx) { return store_.history(tx, id); });
    ASSERT_EQ(history.size(), static_cast<size_t>(moves) + 1);
    State at = State::draft;
    for (size_t i = 1; i < history.size(); ++i) {
      EXPECT_EQ(history[i].from, name_of(at));
      EXPECT_EQ(history[i].seq, static_cast<int64_t>(i) + 1);
      EXPECT_FALSE(history[i].reason.empty());
      at = *state_named(history[i].to);
    }
    EXPECT_EQ(at, load(id).state);
  }
}

TEST_P(OrdersStore, MoveHistoryAndOutboxAreOneTransaction) {
  insert(State::draft, "A");
  const auto jobs = [&] {
    return count("SELECT COUNT(*) FROM jobs WHERE kind = 'orders.changed'");
  };
  ASSERT_TRUE(apply("A", Event::submit, Actor::applicant));
  EXPECT_EQ(jobs(), 1);
  EXPECT_EQ(count("SELECT COUNT(*) FROM order_events WHERE order_id = 'A'"), 2);
  struct Broken {};
  EXPECT_THROW(db_.database->write([&](db::Tx& tx) {
    ASSERT_TRUE(
        store_.apply(tx, clock_.now(), "A", Event::review_pass, {Actor::reviewer, "r", "", {}}));
    throw Broken{};
  }),
               Broken);
  EXPECT_EQ(load("A").state, State::in_review);
  EXPECT_EQ(jobs(), 1);
  EXPECT_EQ(count("SELECT COUNT(*) FROM order_events WHERE order_id = 'A'"), 2);
}

TEST_P(OrdersStore, StaleAndMissing) {
  insert(State::in_review, "A");
  const auto with = [&](const std::string& id, int64_t version) {
    return db_.database->write_result([&](db::Tx& tx) {
      return store_.apply(tx, clock_.now(), id, Event::review_pass, {Actor::reviewer, "r", "", {}},
                          version);
    });
  };
  EXPECT_EQ(code(with("A", 7)), ProblemCode::stale_version);
  EXPECT_EQ(code(with("B", 1)), ProblemCode::not_found);
  EXPECT_TRUE(with("A", 1));
  EXPECT_EQ(code(with("A", 1)), ProblemCode::stale_version);
}

TEST_P(OrdersStore, NothingPersonalStandsOpenInTheRows) {
  insert(State::in_review, "A");
  db_.database->write([&](db::Tx& tx) {
    const Json finding =
        Json::array({Json::object({{"field", "/entity/manager"}, {"text", "样例甲的号码不对"}})});
    ASSERT_TRUE(store_.apply(tx, clock_.now(), "A", Event::review_needs_changes,
                             {Actor::reviewer, "r", "", Json::object({{"findings", finding}})}));
    store_.set_findings(tx, "A", finding);
  });
  std::string all;
  db_.database->read([&](db::Tx& tx) {
    for (const auto& row : tx.query("SELECT document, findings, locked FROM orders"))
      all += row.text("document") + row.text("findings") + row.text("locked");
    for (const auto& row : tx.query("SELECT details, reason FROM order_events"))
      all += row.text("details") + row.text("reason");
    for (const auto& row : tx.query("SELECT payload FROM jobs")) all += row.text("payload");
  });
  for (const auto* secret : {"样例甲", "13800000", "44010619000101", "91440106", "@"})
    EXPECT_EQ(all.find(secret), std::string::npos) << secret;
  EXPECT_EQ(load("A").document, sample_document());
  EXPECT_EQ(load("A").findings.at(0)["text"].as_string(), "样例甲的号码不对");
}

TEST_P(OrdersStore, ARowMovedToAnotherOrderDoesNotOpen) {
  insert(State::draft, "A");
  insert(State::draft, "B", sample_document(2));
  db_.database->write([&](db::Tx& tx) {
    tx.exec(
        "UPDATE orders SET document = (SELECT document FROM orders WHERE id = 'A') "
        "WHERE id = 'B'");
  });
  EXPECT_ANY_THROW(db_.database->read([&](db::Tx& tx) { store_.load(tx, "B"); }));
}

TEST_P(OrdersStore, TheQueueKeepsItsOrder) {
  const auto queue = [&] {
    std::vector<std::string> ids;
    db_.database->read([&](db::Tx& tx) {
      for (const auto& order : store_.ready_to_report(tx, "guangdong", 10)) ids.push_back(order.id);
    });
    return ids;
  };
  for (const auto* id : {"C", "A", "B"}) {
    insert(State::in_review, id);
    db_.database->write([&](db::Tx& tx) { store_.set_authority(tx, id, "guangdong"); });
  }
  insert(State::in_review, "D");
  for (const auto* id : {"B", "C", "A", "D"}) {
    clock_.advance(Millis{1000});
    ASSERT_TRUE(apply(id, Event::review_pass, Actor::reviewer));
  }
  EXPECT_EQ(queue(), (std::vector<std::string>{"B", "C", "A"}));  // D has no link yet
  // A refused file gives its orders back to their old places.
  ASSERT_TRUE(apply("B", Event::report, Actor::system));
  EXPECT_EQ(queue(), (std::vector<std::string>{"C", "A"}));
  clock_.advance(Millis{1000});
  ASSERT_TRUE(apply("B", Event::unreport, Actor::system));
  EXPECT_EQ(queue(), (std::vector<std::string>{"B", "C", "A"}));
  db_.database->read([&](db::Tx& tx) {
    EXPECT_EQ(store_.ready_to_report(tx, "guangdong", 2).size(), 2u);
    EXPECT_TRUE(store_.ready_to_report(tx, "elsewhere", 2).empty());
  });
}

TEST_P(OrdersStore, ResubmitOnlyAfterSmsAndUnchanged) {
  const auto failed_by = [&](const std::string& id, Event event) {
    insert(State::reporting, id);
    if (event == Event::sms_failed) {
      ASSERT_TRUE(apply(id, Event::accept_with_sms, Actor::authority));
      ASSERT_TRUE(apply(id, event, Actor::person));
    } else {
      ASSERT_TRUE(apply(id, event, Actor::authority));
    }
  };
  failed_by("A", Event::refuse);
  EXPECT_EQ(code(apply("A", Event::resubmit, Actor::applicant)), ProblemCode::resubmit_not_sms);

  failed_by("B", Event::sms_failed);
  db_.database->write([&](db::Tx& tx) {
    ASSERT_TRUE(store_.note(tx, clock_.now(), "B", {Actor::authority, "", "备注不影响", {}}));
  });
  EXPECT_TRUE(apply("B", Event::resubmit, Actor::applicant));

  failed_by("C", Event::sms_failed);
  db_.database->write([&](db::Tx& tx) {
    const auto order = store_.load(tx, "C");
    ASSERT_TRUE(store_.save_document(tx, clock_.now(), *order, sample_document(3)));
  });
  EXPECT_EQ(code(apply("C", Event::resubmit, Actor::applicant)), ProblemCode::resubmit_changed);
  EXPECT_TRUE(apply("C", Event::submit, Actor::applicant));

  failed_by("D", Event::sms_failed);
  db_.database->write([&](db::Tx& tx) { store_.count_edit(tx, clock_.now(), "D"); });
  EXPECT_EQ(code(apply("D", Event::resubmit, Actor::applicant)), ProblemCode::resubmit_changed);
}

TEST_P(OrdersStore, ClaimsEndWithTheOrder) {
  const std::string first = submitted("a1", sample_document());
  EXPECT_EQ(count("SELECT COUNT(*) FROM order_claims"), 2);  // the entity and its domain
  ASSERT_TRUE(apply(first, Event::withdraw, Actor::applicant));
  EXPECT_EQ(count("SELECT COUNT(*) FROM order_claims"), 0);
  const std::string second = submitted("a2", sample_document());
  const auto again = submit(context(), "a1", first, {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().size(), 2u);
  EXPECT_EQ(again.error()[0].code, ProblemCode::open_order_exists);
  EXPECT_EQ(again.error()[1].code, ProblemCode::domain_in_open_order);
  EXPECT_EQ(again.error()[1].field, "/services/0/domains/0");
  ASSERT_TRUE(apply(second, Event::review_reject, Actor::reviewer));
  EXPECT_FALSE(submit(context(), "a1", first, {}));  // rejected, but still open
  ASSERT_TRUE(apply(second, Event::abandon, Actor::applicant));
  EXPECT_TRUE(submit(context(), "a1", first, {}));
}

// Both at the same moment: runs the two works on two threads and gives what each said.
template <class Work>
auto race(Work work) {
  std::barrier start(2);
  decltype(work(0)) results[2] = {decltype(work(0)){}, decltype(work(0)){}};
  std::thread threads[2];
  for (int i = 0; i < 2; ++i)
    threads[i] = std::thread([&, i] {
      start.arrive_and_wait();
      results[i] = work(i);
    });
  for (auto& thread : threads) thread.join();
  return std::pair(std::move(results[0]), std::move(results[1]));
}

TEST_P(OrdersStore, TwoOrdersOfOneEntityRacing) {
  for (int round = 0; round < 5; ++round) {
    const Json document = sample_document(10 + round);
    const std::string ids[2] = {complete_draft("a1", document), complete_draft("a2", document)};
    const auto [one, two] = race([&](int i) -> Result<State> {
      const auto done = submit(context(), i == 0 ? "a1" : "a2", ids[i], {});
      if (!done) return fail(done);
      return done->state;
    });
    ASSERT_NE(one.has_value(), two.has_value());
    EXPECT_EQ(code(one ? two : one), ProblemCode::open_order_exists);
    EXPECT_EQ(load(one ? ids[0] : ids[1]).state, State::in_review);
    EXPECT_EQ(load(one ? ids[1] : ids[0]).state, State::draft);
  }
}

TEST_P(OrdersStore, TwoReviewersRacing) {
  for (int round = 0; round < 5; ++round) {
    const std::string id = submitted("a1", sample_document(20 + round));
    const Json pass = Json::object({{"verdict", "pass"}, {"version", version(id)}});
    Json reject = Json::object({{"verdict", "reject"}, {"version", version(id)}});
    reject.set("findings",
               Json::array({Json::object(
                   {{"field", "/entity"}, {"verdict", "reject"}, {"text", "样例：资料不实"}})}));
    const auto [one, two] = race([&](int i) -> Result<State> {
      const auto done = review(context(), i == 0 ? "r1" : "r2", id, i == 0 ? pass : reject);
      if (!done) return fail(done);
      return done->state;
    });
    ASSERT_NE(one.has_value(), two.has_value());
    EXPECT_EQ(code(one ? two : one), ProblemCode::stale_version);
    const Order after = load(id);
    EXPECT_EQ(after.state, one ? State::ready_to_report : State::review_rejected);
    EXPECT_EQ(after.findings.size(), one ? 0u : 1u);
    EXPECT_EQ(after.authority, one ? "guangdong" : "");
    ASSERT_TRUE(apply(id, one ? Event::withdraw : Event::abandon, Actor::applicant));
  }
}

// Without an expected version both are meant, and both happen, one after the other.
TEST_P(OrdersStore, TwoEventsWithoutVersionRacing) {
  insert(State::draft, "A");
  const auto [one, two] = race([&](int i) -> Result<State> {
    return db_.database->write_result([&](db::Tx& tx) -> Result<State> {
      const Status noted = store_.note(tx, clock_.now(), "A",
                                       {Actor::system, "", "第 " + std::to_string(i) + " 条", {}});
      if (!noted) return fail(noted);
      return State::draft;
    });
  });
  EXPECT_TRUE(one && two);
  EXPECT_EQ(load("A").version, 3);
  EXPECT_EQ(count("SELECT COUNT(*) FROM order_events WHERE order_id = 'A'"), 3);
}

// A blob store during whose work something else happens.
class InterruptedBlobs : public blob::Store {
 public:
  InterruptedBlobs(blob::Store& inner, std::function<void()> meanwhile)
      : inner_(inner), meanwhile_(std::move(meanwhile)) {}
  std::string put(std::string_view bytes) override {
    if (meanwhile_) std::exchange(meanwhile_, {})();
    return inner_.put(bytes);
  }
  Result<std::string> get(std::string_view reference) override { return inner_.get(reference); }
  std::unique_ptr<blob::Writer> writer() override { return inner_.writer(); }
  Result<std::unique_ptr<blob::Reader>> reader(std::string_view reference) override {
    return inner_.reader(reference);
  }
  bool exists(std::string_view reference) override { return inner_.exists(reference); }
  void remove(std::string_view reference) override { inner_.remove(reference); }

 private:
  blob::Store& inner_;
  std::function<void()> meanwhile_;
};

TEST_P(OrdersStore, APictureThatArrivesAfterTheSubmissionStaysOut) {
  const std::string id = complete_draft("a1", sample_document());
  InterruptedBlobs blobs(*blobs_, [&] { EXPECT_TRUE(submit(context(), "a1", id, {})); });
  const Context slow{db_.database, blobs,      clock_,          cipher_, status_,
                     passwords_,   directory_, many_entities(), {}};
  const auto ids = [&] {
    std::vector<std::string> out;
    db_.database->read([&](db::Tx& tx) {
      for (const auto& material : materials::of_order(tx, id)) out.push_back(material.id);
    });
    return out;
  };
  const auto before = ids();
  const auto late = attach(slow, "a1", id, {2, "/entity", "", sample_picture()});
  ASSERT_FALSE(late);
  EXPECT_EQ(code(late), ProblemCode::event_not_allowed);
  EXPECT_EQ(ids(), before);
  EXPECT_EQ(load(id).state, State::in_review);
}

TEST_P(OrdersStore, UntouchedOrdersExpire) {
  insert(State::draft, "old");
  insert(State::in_review, "waiting");
  insert(State::authority_rejected, "refused");
  clock_.advance(Millis{44LL * 24 * 3600 * 1000});
  insert(State::draft, "young");
  EXPECT_EQ(expire_untouched(context()), 0u);
  clock_.advance(Millis{24LL * 3600 * 1000});
  EXPECT_EQ(expire_untouched(context(), 1), 1u);
  EXPECT_EQ(expire_untouched(context()), 1u);
  EXPECT_EQ(expire_untouched(context()), 0u);
  EXPECT_EQ(load("old").state, State::abandoned);
  EXPECT_EQ(load("refused").state, State::abandoned);
  EXPECT_EQ(load("waiting").state, State::in_review);
  EXPECT_EQ(load("young").state, State::draft);
}

TEST_P(OrdersStore, ATouchKeepsAnOrderAlive) {
  insert(State::draft, "A");
  clock_.advance(Millis{44LL * 24 * 3600 * 1000});
  db_.database->write([&](db::Tx& tx) { store_.count_edit(tx, clock_.now(), "A"); });
  clock_.advance(Millis{2LL * 24 * 3600 * 1000});
  EXPECT_EQ(expire_untouched(context()), 0u);
}

TEST_P(OrdersStore, ExpiryRunsAsAJobAgainAndAgain) {
  jobs::Worker worker(db_.database, clock_);
  api_.on_jobs(worker);
  api_.schedule();
  api_.schedule();
  EXPECT_EQ(count("SELECT COUNT(*) FROM jobs WHERE kind = 'orders.expire'"), 1);
  insert(State::draft, "A");
  worker.run_due();
  EXPECT_EQ(load("A").state, State::draft);
  clock_.advance(Millis{46LL * 24 * 3600 * 1000});
  worker.run_due();
  EXPECT_EQ(load("A").state, State::abandoned);
  EXPECT_EQ(count("SELECT COUNT(*) FROM jobs WHERE kind = 'orders.expire'"), 1);
}

TEST_P(OrdersStore, RequestKeysAreForgottenAfterAWeek) {
  const auto create = [&](const std::string& key) {
    return send("POST", "/api/v1/orders", "a1", "{}", {{"Idempotency-Key", key}}).status;
  };
  EXPECT_EQ(create("old"), 201);
  clock_.advance(Millis{6LL * 24 * 3600 * 1000});
  EXPECT_EQ(create("young"), 201);
  EXPECT_EQ(forget_requests(context()), 0);
  clock_.advance(Millis{2LL * 24 * 3600 * 1000});
  EXPECT_EQ(forget_requests(context()), 1);
  EXPECT_EQ(create("young"), 200);
  EXPECT_EQ(create("old"), 201);
}

TEST_P(OrdersStore, TheGaugeOfOpenOrders) {
  insert(State::draft, "A");
  insert(State::in_review, "B");
  insert(State::in_review, "C");
  insert(State::completed, "D");
  count_open(context());
  const std::string page = metrics::scrape();
  EXPECT_NE(page.find("beian_orders_open{state=\"in_review\"} 2"), std::string::npos);
  EXPECT_NE(page.find("beian_orders_open{state=\"draft\"} 1"), std::string::npos);
  EXPECT_NE(page.find("beian_orders_open{state=\"reporting\"} 0"), std::string::npos);
  EXPECT_EQ(page.find("beian_orders_open{state=\"completed\"}"), std::string::npos);
}

TEST_P(OrdersStore, PagesOfAQueue) {
  for (const auto* id : {"A", "B", "C"}) {
    clock_.advance(Millis{10});
    insert(State::in_review, id);
  }
  db_.database->read([&](db::Tx& tx) {
    const auto first = store_.in_state(tx, {}, "", 2);
    ASSERT_EQ(first.size(), 2u);
    EXPECT_EQ(first[0].id, "A");
    const auto second = store_.in_state(tx, {}, first[1].id, 2);
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(second[0].id, "C");
    EXPECT_EQ(store_.of_account(tx, "applicant", {}, "", 10).front().id, "C");
    EXPECT_EQ(store_.of_account(tx, "applicant", {}, "B", 10).size(), 1u);
    EXPECT_TRUE(store_.of_account(tx, "applicant", State::draft, "", 10).empty());
    EXPECT_TRUE(store_.of_account(tx, "other", {}, "", 10).empty());
  });
}

INSTANTIATE_TEST_SUITE_P(Backends, OrdersStore, ::testing::ValuesIn(testing::backends()));

}  // namespace
}  // namespace beian::orders
