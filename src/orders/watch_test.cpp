// News of orders as server-sent events, on every database.
#include "orders/watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orders/world_for_test.hpp"
#include "testing/poll.hpp"

namespace beian::orders {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Watch : public OrdersWorld {
 protected:
  http::Response events(const std::string& id, const std::string& account = "a1",
                        http::Headers headers = {}, const std::string& role = "applicant") {
    return send("GET", "/api/v1/orders/" + id + "/events", account, "", std::move(headers), role);
  }
  Watchers& watchers() { return *api_.watchers(); }
  static std::string taken(const http::Response& response) {
    return response.stream ? response.stream->take().bytes : "no stream";
  }
  std::string event_of(const std::string& id) {
    const Order order = load(id);
    return event_text(id, order.version, order.state);
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Watch, ::testing::ValuesIn(testing::backends()));

TEST_P(Watch, TellsWhereTheOrderStandsAndEachMove) {
  const std::string id = complete_draft("a1", sample_document());
  const auto response = events(id);
  ASSERT_EQ(response.status, 200);
  EXPECT_THAT(std::string(http::header_of(response.headers, "content-type")),
              StartsWith("text/event-stream"));
  EXPECT_EQ(taken(response), "retry: 3000\n\n" + event_of(id));
  EXPECT_THAT(event_of(id), HasSubstr("\nevent: order\n"));
  EXPECT_EQ(watchers().look(), 0u);
  EXPECT_EQ(taken(response), "");
  ASSERT_EQ(send("POST", "/api/v1/orders/" + id + "/submit", "a1").status, 200);
  EXPECT_EQ(watchers().look(), 1u);
  EXPECT_EQ(taken(response), event_of(id));
  EXPECT_EQ(watchers().look(), 0u);
  EXPECT_FALSE(response.stream->closed());
}

TEST_P(Watch, WhoComesAgainHearsOnlyWhatHeMissed) {
  const std::string id = complete_draft("a1", sample_document());
  const std::string seen = std::to_string(version(id));
  EXPECT_EQ(taken(events(id, "a1", {{"Last-Event-ID", seen}})), "retry: 3000\n\n");
  EXPECT_EQ(taken(send("GET", "/api/v1/orders/" + id + "/events?seen=" + seen, "a1")),
            "retry: 3000\n\n");
  send("POST", "/api/v1/orders/" + id + "/submit", "a1");
  EXPECT_EQ(taken(events(id, "a1", {{"Last-Event-ID", seen}})), "retry: 3000\n\n" + event_of(id));
  EXPECT_EQ(taken(events(id, "a1", {{"Last-Event-ID", "x"}})), "retry: 3000\n\n" + event_of(id));
}

TEST_P(Watch, TheEndIsTheLastThatIsTold) {
  const std::string id = complete_draft("a1", sample_document());
  const auto response = events(id);
  taken(response);
  send("POST", "/api/v1/orders/" + id + "/abandon", "a1");
  watchers().look();
  EXPECT_EQ(taken(response), event_of(id));
  EXPECT_THAT(event_of(id), HasSubstr("\"final\":true"));
  EXPECT_TRUE(response.stream->closed());
  EXPECT_EQ(watchers().watching(), 0u);
  // A browser comes again by itself; then there is nothing more.
  const auto again = events(id, "a1", {{"Last-Event-ID", std::to_string(version(id))}});
  EXPECT_EQ(again.status, 204);
  EXPECT_FALSE(again.stream);
  const auto late = events(id);
  EXPECT_EQ(taken(late), "retry: 3000\n\n" + event_of(id));
  EXPECT_TRUE(late.stream->closed());
}

TEST_P(Watch, NobodyWatchesAnothersOrder) {
  const std::string id = complete_draft("a1", sample_document());
  EXPECT_EQ(events(id, "a2").status, 404);
  EXPECT_EQ(events("nothing").status, 404);
  EXPECT_EQ(events(id, "r1", {}, "reviewer").status, 200);
  const auto response = events(id);
  db_.database->write([&](db::Tx& tx) {
    tx.exec("UPDATE orders SET account_id = 'a2', version = version + 1 WHERE id = :id",
            {{"id", id}});
  });
  taken(response);
  watchers().look();
  EXPECT_TRUE(response.stream->closed());
  EXPECT_EQ(taken(response), "");
}

TEST_P(Watch, HasLimitsAndForgetsWhoIsGone) {
  const std::string id = complete_draft("a1", sample_document());
  const WatchLimits limits;
  std::vector<http::Response> open;
  for (size_t i = 0; i < limits.of_one; ++i) open.push_back(events(id));
  EXPECT_EQ(errors(events(id)), std::vector<std::string>{"too_many@"});
  EXPECT_EQ(events(id, "a1/member").status, 200);
  open.front().stream->close();
  EXPECT_EQ(events(id).status, 200);
  Watchers few(db_.database, {.all = 1});
  ASSERT_TRUE(few.watch(load(id), "a1", 0));
  const auto over = few.watch(load(id), "a2", 0);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().front().code, ProblemCode::unavailable);
  Watchers brief(db_.database, {.life = std::chrono::milliseconds(0)});
  const auto ends = brief.watch(load(id), "a1", 0);
  brief.look();
  EXPECT_TRUE((*ends)->closed());
}

TEST_P(Watch, TheThreadHearsTheSignalAndFindsWhatOthersDid) {
  const std::string id = complete_draft("a1", sample_document());
  const auto moves = [&](Watchers& thread) {
    clock_.advance(Millis{1});
    db_.database->write([&](db::Tx& tx) {
      store_.note(tx, clock_.now(), id, {Actor::system, "", "样例", {}});
    });
    thread.changed();
  };
  // Without the signal nothing would be looked at for an hour.
  Watchers signalled(db_.database, {.pause = std::chrono::hours(1)});
  signalled.start();
  const auto first = signalled.watch(load(id), "a1", 0).value();
  first->take();
  std::string heard;
  moves(signalled);
  EXPECT_TRUE(testing::eventually([&] {
    heard += first->take().bytes;
    return heard.find(event_of(id)) != std::string::npos;
  }));
  signalled.stop();
  EXPECT_TRUE(first->closed());
  EXPECT_FALSE(signalled.watch(load(id), "a1", 0));
  signalled.stop();
  // Another process gives no signal.
  Watchers slow(db_.database, {.pause = std::chrono::milliseconds(20)});
  slow.start();
  const auto second = slow.watch(load(id), "a1", 0).value();
  heard = second->take().bytes;
  Watchers elsewhere(db_.database);
  moves(elsewhere);
  EXPECT_TRUE(testing::eventually([&] {
    heard += second->take().bytes;
    return heard.find(event_of(id)) != std::string::npos;
  }));
}

TEST_P(Watch, ManyOrdersAreOneLook) {
  Watchers all(db_.database, {.of_one = 1000});
  std::vector<std::shared_ptr<http::Stream>> streams;
  const Order order = load(complete_draft("a1", sample_document()));
  for (int i = 0; i < 250; ++i) {
    Order one = order;
    one.id += "-" + std::to_string(i);
    db_.database->write([&](db::Tx& tx) {
      store_.insert(tx, one, {Actor::applicant, "a1", "样例", {}});
    });
    streams.push_back(all.watch(one, "a1", one.version).value());
    streams.back()->take();
  }
  EXPECT_EQ(all.look(), 0u);
  db_.database->write([&](db::Tx& tx) {
    tx.exec("UPDATE orders SET version = version + 1 WHERE id LIKE :all",
            {{"all", order.id + "-%"}});
  });
  EXPECT_EQ(all.look(), 250u);
  for (const auto& stream : streams) EXPECT_THAT(stream->take().bytes, HasSubstr("event: order"));
}

}  // namespace
}  // namespace beian::orders
