// Records from draft to deletion, on both databases.
#include <algorithm>

#include "addresses/world_for_test.hpp"

namespace beian::addresses {
namespace {

using namespace test;
using Lines = std::vector<std::string>;

class Addresses : public AddressWorld {};
INSTANTIATE_TEST_SUITE_P(Backends, Addresses, ::testing::ValuesIn(testing::backends()));

TEST_P(Addresses, ARecordIsKeptWholeAndSealed) {
  const auto record = made(Block::assignment, assignment());
  const auto read = load(record.id);
  EXPECT_EQ(read.document, normalized(assignment()));
  EXPECT_EQ(read.standing, (Standing{State::draft, Operation::add}));
  EXPECT_EQ(read.ends, *ends_of(assignment()));
  EXPECT_TRUE(read.filed.is_null());
  std::string dump;
  db.database->read([&](db::Tx& tx) {
    for (const auto& row :
         tx.query("SELECT document, filed, findings, name_index FROM address_records"))
      dump +=
          row.text("document") + row.text("filed") + row.text("findings") + row.text("name_index");
  });
  for (const auto* personal : {"样例丁", "13800000007", "contact@", "样例数据科技"})
    EXPECT_EQ(dump.find(personal), std::string::npos) << personal;
}

TEST_P(Addresses, ProblemsHavePointersIntoTheBody) {
  const auto bad = create(context, "officer-1", "", Block::source, range("203.0.113.9", "x"));
  ASSERT_FALSE(bad);
  EXPECT_EQ(codes(bad.error()),
            (Lines{"bad_ip_address@/document/to", "required@/document/source_unit"}));
  EXPECT_EQ(codes(create(context, "o", "hunan", Block::source, source()).error()),
            Lines{"code_unknown@/authority"});
  EXPECT_EQ(count(), 0u);
}

TEST_P(Addresses, ReportAcceptChangeDelete) {
  const auto record = filed(Block::source, source(), 501);
  EXPECT_EQ(record.standing.state, State::filed);
  EXPECT_EQ(record.authority_id, 501);
  EXPECT_EQ(record.provider_record_id, 601);
  EXPECT_EQ(record.filed, record.document);

  Json shorter = record.document;
  shorter.set("to", "203.0.113.127");
  const auto changing = change(context, "officer-1", record.id, record.version, shorter);
  ASSERT_TRUE(changing);
  EXPECT_EQ(changing->standing, (Standing{State::changing, Operation::change}));
  EXPECT_EQ(changing->filed, record.filed);
  EXPECT_EQ(codes(change(context, "officer-1", record.id, record.version, shorter).error()),
            Lines{"stale_version@/version"});
  ASSERT_EQ(report(context, "officer-1", "", {})->queued, 1);
  ASSERT_EQ(hand_over(), 1u);
  EXPECT_EQ(codes(change(context, "officer-1", record.id, {}, source()).error()),
            Lines{"event_not_allowed@"});
  EXPECT_EQ(accept(record.id, Operation::change, 501), "applied");
  EXPECT_EQ(load(record.id).filed, normalized(shorter));

  ASSERT_TRUE(act(context, "officer-1", record.id, {}, Event::remove));
  ASSERT_EQ(report(context, "officer-1", "", {})->queued, 1);
  ASSERT_EQ(hand_over(), 1u);
  EXPECT_EQ(accept(record.id, Operation::remove, 501), "applied");
  EXPECT_EQ(state(record.id), State::deleted);
  EXPECT_EQ(accept(record.id, Operation::remove, 501), "late");
  EXPECT_EQ(count(), 0u);

  Lines events;
  db.database->read([&](db::Tx& tx) {
    for (const auto& entry : store.history(tx, record.id))
      events.push_back(entry.event + ">" + entry.state);
  });
  EXPECT_EQ(events,
            (Lines{"create>draft", "queue>queued", "report>reporting", "accept>filed",
                   "edit>changing", "queue>queued", "report>reporting", "accept>filed",
                   "remove>deleting", "queue>queued", "report>reporting", "accept>deleted"}));
}

TEST_P(Addresses, ARefusalIsShownAndMended) {
  const auto record = made(Block::source, source());
  ASSERT_EQ(report(context, "o", "", {record.id})->queued, 1);
  hand_over();
  const Json findings = Json::array({Json::object({{"field", "/source_unit"}, {"code", 2029}})});
  EXPECT_EQ(answer(record.id, {.operation = Operation::add, .findings = findings, .words = "样例"}),
            "applied");
  EXPECT_EQ(state(record.id), State::refused);
  EXPECT_EQ(load(record.id).findings, findings);
  const auto mended =
      change(context, "o", record.id, {}, with(source(), Json::object({{"source_unit", 1005}})));
  ASSERT_TRUE(mended);
  EXPECT_EQ(mended->standing.state, State::draft);
  EXPECT_EQ(mended->findings.size(), 0u);
}

TEST_P(Addresses, AChangeCanBeGivenUp) {
  const auto record = filed(Block::source, source(), 1);
  ASSERT_TRUE(change(context, "o", record.id, {}, source("203.0.113.0", "203.0.113.63")));
  const auto back = act(context, "o", record.id, {}, Event::discard);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->document, record.document);
  EXPECT_EQ(back->ends, record.ends);
  EXPECT_EQ(back->standing.state, State::filed);
  // Writing the filed document again is the same.
  ASSERT_TRUE(change(context, "o", record.id, {}, source("203.0.113.0", "203.0.113.63")));
  EXPECT_EQ(change(context, "o", record.id, {}, record.document)->standing.state, State::filed);
  EXPECT_EQ(codes(act(context, "o", record.id, {}, Event::withdraw).error()),
            Lines{"event_not_allowed@"});
}

TEST_P(Addresses, ErrorsStopTheReportOfTheirRecordsOnly) {
  const auto one = made(Block::source, source("203.0.113.0", "203.0.113.63"));
  const auto two = made(Block::source, source("203.0.113.32", "203.0.113.127"));
  const auto good = made(Block::source, source("198.51.100.0", "198.51.100.255"));
  const auto done = report(context, "o", "", {});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->queued, 1);
  EXPECT_EQ(done->refused_count, 2);
  EXPECT_EQ(codes(done->refused[0].problems), Lines{"address_overlap@/from"});
  EXPECT_EQ(state(good.id), State::queued);
  EXPECT_EQ(state(one.id), State::draft);
  EXPECT_EQ(state(two.id), State::draft);
  EXPECT_EQ(codes(report(context, "o", "", {"nobody"})->refused[0].problems), Lines{"not_found@"});
  EXPECT_EQ(codes(report(context, "o", "", {good.id})->refused[0].problems),
            Lines{"event_not_allowed@"});
  // Out of the queue again, as long as it is there.
  ASSERT_TRUE(act(context, "o", good.id, {}, Event::withdraw));
  EXPECT_EQ(state(good.id), State::draft);
}

TEST_P(Addresses, SourcesGoFirstAndLeaveLast) {
  const auto src = made(Block::source, source());
  const auto part = made(Block::assignment, assignment());
  ASSERT_EQ(report(context, "o", "", {})->queued, 2);
  auto now_ready = ready_now();
  ASSERT_EQ(now_ready.size(), 1u);
  EXPECT_EQ(now_ready[0].id, src.id);
  EXPECT_EQ(load(part.id).held, "来源 203.0.113.0-203.0.113.15 尚未备案");
  ASSERT_EQ(hand_over(), 1u);
  EXPECT_EQ(hand_over(), 0u);  // taken, but not filed yet
  accept(src.id, Operation::add, 1);
  ASSERT_EQ(hand_over(), 1u);
  EXPECT_EQ(load(part.id).held, "");
  accept(part.id, Operation::add, 2);

  // Both shall leave: the source waits for what stands on it.
  ASSERT_TRUE(act(context, "o", src.id, {}, Event::remove));
  EXPECT_EQ(codes(report(context, "o", "", {src.id})->refused[0].problems),
            Lines{"address_in_use@/from"});
  ASSERT_TRUE(act(context, "o", part.id, {}, Event::remove));
  ASSERT_EQ(report(context, "o", "", {})->queued, 2);
  now_ready = ready_now();
  ASSERT_EQ(now_ready.size(), 1u);
  EXPECT_EQ(now_ready[0].id, part.id);
  EXPECT_EQ(load(src.id).held, "其中 203.0.113.0-203.0.113.15 的分配尚未删除");
  ASSERT_EQ(hand_over(), 1u);
  accept(part.id, Operation::remove, 2);
  EXPECT_EQ(hand_over(), 1u);
}

TEST_P(Addresses, ListsFilterAndPage) {
  const auto a = made(Block::source, source("203.0.113.0", "203.0.113.63"));
  const auto b = made(Block::source, source("203.0.113.64", "203.0.113.127"));
  const auto c = made(Block::assignment, assignment(kUsed, "203.0.113.60", "203.0.113.70"));
  const auto ids = [&](const Filter& filter, const Place& after = {}, size_t limit = 100) {
    Lines out;
    db.database->read([&](db::Tx& tx) {
      for (const auto& r : store.list(tx, filter, after, limit)) out.push_back(r.id);
    });
    return out;
  };
  EXPECT_EQ(ids({}), (Lines{c.id, a.id, b.id}));
  EXPECT_EQ(ids({.block = Block::source}), (Lines{a.id, b.id}));
  EXPECT_EQ(ids({.link = "hunan"}), Lines{});
  EXPECT_EQ(ids({.touching = Ends{3405803776 + 63, 3405803776 + 63}}), (Lines{c.id, a.id}));
  EXPECT_EQ(ids({.name = "样例数据科技有限公司"}), Lines{c.id});
  EXPECT_EQ(ids({.name = "样例"}), Lines{});
  EXPECT_EQ(ids({.state = State::filed}), Lines{});
  EXPECT_EQ(ids({}, {"guangdong", "assignment", c.id, c.ends.first}, 1), Lines{a.id});
}

TEST_P(Addresses, TheAuthoritysLibraryIsTakenIn) {
  const auto sync = [&](int64_t id, int64_t provider, const Json& document) {
    Synced effect{};
    db.database->write([&](db::Tx& tx) {
      effect =
          synchronise(tx, clock.now(), store, {"guangdong", Block::source, id, provider, document});
    });
    return effect;
  };
  // Unknown here: it is filed.
  EXPECT_EQ(sync(900, 5, source()), Synced::added);
  EXPECT_EQ(sync(900, 5, source()), Synced::unchanged);
  EXPECT_EQ(count(), 1u);
  // A draft that turns out to be there already.
  const auto draft = made(Block::source, source("198.51.100.0", "198.51.100.255"));
  EXPECT_EQ(sync(901, 6, source("198.51.100.0", "198.51.100.255")), Synced::changed);
  EXPECT_EQ(state(draft.id), State::filed);
  EXPECT_EQ(load(draft.id).authority_id, 901);
  // What a person is changing stays; what is filed follows.
  ASSERT_TRUE(change(context, "o", draft.id, {}, source("198.51.100.0", "198.51.100.127")));
  EXPECT_EQ(sync(901, 6, source("198.51.100.0", "198.51.100.191")), Synced::changed);
  EXPECT_EQ(load(draft.id).document["to"].as_string(), "198.51.100.127");
  EXPECT_EQ(load(draft.id).filed["to"].as_string(), "198.51.100.191");
  EXPECT_EQ(state(draft.id), State::changing);
  EXPECT_EQ(sync(902, 7, Json::object()), Synced::faulty);
}

TEST_P(Addresses, FindingsOfTheAuthorityAreKeptOnce) {
  const auto record = made(Block::source, source());
  CheckFinding finding;
  finding.link = "guangdong";
  finding.kind = "overlap";
  finding.record_id = record.id;
  finding.ends = record.ends;
  finding.document = Json::object({{"other_unit", 9}});
  const auto note = [&] {
    clock.advance(Millis(10));
    db.database->write([&](db::Tx& tx) { store.note_finding(tx, clock.now(), finding); });
  };
  const auto open = [&] {
    return db.database->read_value(
        [&](db::Tx& tx) { return store.findings(tx, "guangdong", record.id, true, 0, 10); });
  };
  note();
  note();
  ASSERT_EQ(open().size(), 1u);
  EXPECT_LT(open()[0].first_seen, open()[0].last_seen);
  EXPECT_EQ(open()[0].document, finding.document);
  const int64_t number = open()[0].number;
  db.database->write([&](db::Tx& tx) {
    EXPECT_TRUE(store.close_finding(tx, clock.now(), number));
    EXPECT_FALSE(store.close_finding(tx, clock.now(), 999));
  });
  EXPECT_TRUE(open().empty());
  note();
  EXPECT_EQ(open().size(), 1u);  // found again
}

TEST_P(Addresses, CodesArePlacedOnTheirFields) {
  EXPECT_EQ(field_of_code(Block::assignment, 2012), "/contact_phone");
  EXPECT_EQ(field_of_code(Block::source, 2012), "");
  EXPECT_EQ(field_of_code(Block::own, 2029), "/source_id");
  EXPECT_EQ(field_of_code(Block::source, 2029), "/source_unit");
  EXPECT_EQ(field_of_code(Block::source, 2999), "");
}

}  // namespace
}  // namespace beian::addresses
