// A snapshot and the changes after it answer as a snapshot of the changed entries does.
#include "gate/live.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>

#include "gate/allocations_for_test.hpp"
#include "gate/world_for_test.hpp"

namespace beian::gate {
namespace {

// A snapshot, an overlay over it, and both in force.
struct World {
  explicit World(Snapshot from)
      : snapshot(std::make_shared<const Snapshot>(std::move(from))),
        changes(std::make_shared<Overlay>(*snapshot)),
        live(snapshot) {
    View view;
    view.snapshot = snapshot;
    view.changes = changes;
    view.sequence = sequence = snapshot->sequence();
    live.publish(std::make_shared<const View>(view));
  }
  HostKind set(const Entry& e) {
    return changes->apply({.sequence = ++sequence, .entry = e}, snapshot->suffixes());
  }
  HostKind remove(std::string_view name) {
    Change change{.sequence = ++sequence, .gone = true};
    change.entry.name = name;
    return changes->apply(change, snapshot->suffixes());
  }

  std::shared_ptr<const Snapshot> snapshot;
  std::shared_ptr<Overlay> changes;
  Live live;
  uint64_t sequence = 0;
};

TEST(Live, AChangeIsInForceAtOnce) {
  const Folder folder;
  World world(snapshot_of(folder, {entry("a.cn"), entry("b.a.cn", "", Standing::blocked)}));
  Live::Reader reader(world.live);
  EXPECT_EQ(reader.view().sequence, 9u);
  EXPECT_EQ(told(reader.lookup("b.a.cn", 1)), "deny blocked by b.a.cn");
  EXPECT_EQ(world.remove("b.a.cn"), HostKind::name);
  EXPECT_EQ(told(reader.lookup("b.a.cn", 1)), "allow filed by a.cn");
  EXPECT_EQ(world.set(entry("new.org.cn", "粤ICP备2026000001号")), HostKind::name);
  EXPECT_EQ(number_text(reader.lookup("WWW.new.org.cn:80", 1).number), "粤ICP备2026000001号");
  world.set(entry("c.b.a.cn", "", Standing::closed));
  EXPECT_EQ(told(reader.lookup("x.c.b.a.cn", 1)), "deny closed by c.b.a.cn");
  EXPECT_EQ(told(reader.lookup("b.a.cn", 1)), "allow filed by a.cn");
  world.set(entry("a.cn", "", Standing::blacklisted));
  EXPECT_EQ(told(reader.lookup("x.c.b.a.cn", 1)), "deny blacklisted by a.cn");
  EXPECT_EQ(world.set(entry("com.cn")), HostKind::suffix);
  EXPECT_EQ(told(reader.lookup("203.0.113.1", 1)), "deny no_name");
  EXPECT_EQ(reader.view().sequence, 14u);
  EXPECT_EQ(world.live.view()->sequence, 14u);
  EXPECT_EQ(world.changes->names(), 4u);
  const size_t before = allocations();
  reader.lookup("x.c.b.a.cn", 1);
  reader.lookup("untouched.cn", 1);
  EXPECT_EQ(allocations(), before);
}

RC_GTEST_PROP(Live, AnswersAsANaiveModelDoes, ()) {
  const Folder folder;
  const size_t range = *rc::gen::element<size_t>(3, 40, 400);
  Dice dice;
  Model model;
  std::vector<std::string> names;
  std::vector<Entry> entries;
  for (size_t n = range; n > 0; --n) names.push_back(random_name(dice, range));
  for (const std::string& name : names) {
    entries.push_back(random_entry(dice, name, entries.size()));
    model.set(name, entries.back());
  }
  World world(snapshot_of(folder, entries, &few_suffixes()));
  Live::Reader reader(world.live);
  for (size_t n = range; n > 0; --n) names.push_back(random_name(dice, range));
  std::vector<std::string> hosts = names;
  for (size_t n = 0; n < 100; ++n) hosts.push_back(random_name(dice, range));
  for (int round = 0; round < 3; ++round) {
    for (size_t n = 1 + dice(range + 1); n > 0; --n) {
      const std::string& name = names[dice(names.size())];
      if (dice(3) == 0) {
        RC_ASSERT(world.remove(name) == HostKind::name);
        model.entries.erase(name);
      } else {
        const Entry e = random_entry(dice, name, n);
        RC_ASSERT(world.set(e) == HostKind::name);
        model.set(name, e);
      }
    }
    const std::vector<std::string_view> raw(hosts.begin(), hosts.end());
    std::vector<Answer> all(raw.size());
    for (const Seconds now : {2, 7}) {
      reader.lookup(raw, now, all);
      for (size_t i = 0; i < hosts.size(); ++i) {
        const std::string right = model.answer(hosts[i], now);
        const Answer a = reader.lookup(hosts[i], now);
        RC_ASSERT(told(a) == right);
        RC_ASSERT(told(all[i]) == right);
        if (!a.entry.empty()) RC_ASSERT(a.number == model.entries.at(std::string(a.entry)).number);
      }
    }
  }
  if (range > 40) return;
  // And so does the snapshot that takes the changes over.
  Builder builder(folder.file("merged"), {.suffixes = &few_suffixes()});
  RC_ASSERT(world.snapshot->each([&](const Entry& e) { return builder.add(e) == HostKind::name; })
                .has_value());
  for (const Overlay::Node* node : world.changes->all()) {
    const auto known = model.entries.find(std::string(node->name()));
    RC_ASSERT(node->record.is_entry() == (known != model.entries.end()));
    if (known == model.entries.end())
      builder.remove(node->name());
    else
      builder.add(known->second);
  }
  builder.finish();
  const auto merged = Snapshot::open(folder.file("merged"));
  RC_ASSERT(merged->entries() == model.entries.size());
  for (const std::string& host : hosts)
    RC_ASSERT(told(merged->lookup(host, 5)) == model.answer(host, 5));
}

// In every state of the names exactly one of the two is filed: whoever sees none, or the old answer
// after a new one, has looked at two states at once.
TEST(Live, ReadersNeverSeeTwoStatesAtOnce) {
  const Folder folder;
  World world(snapshot_of(folder, {entry("a.cn")}));
  std::atomic<bool> over = false;
  std::atomic<uint64_t> wrong = 0, seen_child = 0, seen_parent = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      Live::Reader reader(world.live);
      while (!over) {
        const Answer a = reader.lookup("x.a.cn", 1);
        wrong += a.allow ? 0 : 1;
        (a.entry.size() > 4 ? seen_child : seen_parent) += 1;
      }
    });
  }
  for (int i = 0; i < 20'000; ++i) {
    world.set(entry("x.a.cn"));
    world.remove("a.cn");
    world.set(entry("a.cn"));
    world.remove("x.a.cn");
    world.set(entry("other" + std::to_string(i) + ".cn"));
  }
  over = true;
  for (std::thread& one : readers) one.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_GT(seen_child, 0u);
  EXPECT_GT(seen_parent, 0u);
}

}  // namespace
}  // namespace beian::gate
