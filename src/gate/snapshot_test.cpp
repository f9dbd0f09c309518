#include "gate/snapshot.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "gate/allocations_for_test.hpp"
#include "gate/diff.hpp"
#include "gate/slots.hpp"
#include "gate/world_for_test.hpp"

namespace beian::gate {
namespace {

TEST(Snapshots, AnswerByTheNarrowestName) {
  const Folder folder;
  Entry timed = entry("soon.cn", "", Standing::grace);
  timed.from = 100;
  timed.until = 200;
  Entry gap = entry("gap.example.cn", "", Standing::blocked);
  gap.until = 100;
  Entry exact = entry("only.org.cn");
  exact.exact = true;
  const Snapshot gate = snapshot_of(
      folder,
      {entry("Example.CN.", "粤ICP备2026000001号-1"), entry("gone.cn", "", Standing::cancelled),
       entry("bad.example.cn", "", Standing::blocked), gap,
       entry("gone.example.cn", "", Standing::cancelled),
       entry("listed.org.cn", "", Standing::blacklisted), entry("a.listed.org.cn"),
       entry("a.b.deep.com.cn", "京ICP证030173号-2A"), timed, exact, entry("beijing.gov.cn"),
       entry("www.beijing.gov.cn"), entry("例子.中国")});
  EXPECT_EQ(gate.entries(), 13u);
  EXPECT_EQ(gate.created(), 7u);
  EXPECT_EQ(gate.sequence(), 9u);
  const std::tuple<const char*, Seconds, const char*> cases[] = {
      {"example.cn", 1, "allow filed by example.cn"},
      {"WWW.example.cn:443", 1, "allow filed by example.cn"},
      {"a.b.c.example.cn.", 1, "allow filed by example.cn"},
      {"bad.example.cn", 1, "deny blocked by bad.example.cn"},
      {"very.bad.example.cn", 1, "deny blocked by bad.example.cn"},
      {"notbad.example.cn", 1, "allow filed by example.cn"},
      {"gap.example.cn", 99, "deny blocked by gap.example.cn"},
      {"gap.example.cn", 100, "allow filed by example.cn"},
      {"gone.cn", 1, "deny cancelled by gone.cn"},
      {"gone.example.cn", 1, "allow filed by example.cn"},
      {"listed.org.cn", 1, "deny blacklisted by listed.org.cn"},
      {"a.listed.org.cn", 1, "deny blacklisted by listed.org.cn"},
      {"deep.com.cn", 1, "deny not_filed"},
      {"b.deep.com.cn", 1, "deny not_filed"},
      {"a.b.deep.com.cn", 1, "allow filed by a.b.deep.com.cn"},
      {"x.y.a.b.deep.com.cn", 1, "allow filed by a.b.deep.com.cn"},
      {"c.b.deep.com.cn", 1, "deny not_filed"},
      {"soon.cn", 99, "deny not_yet by soon.cn"},
      {"soon.cn", 100, "allow grace by soon.cn"},
      {"www.soon.cn", 199, "allow grace by soon.cn"},
      {"soon.cn", 200, "deny expired by soon.cn"},
      {"only.org.cn", 1, "allow filed by only.org.cn"},
      {"www.only.org.cn", 1, "deny not_filed"},
      {"beijing.gov.cn", 1, "allow filed by beijing.gov.cn"},
      {"www.beijing.gov.cn", 1, "allow filed by www.beijing.gov.cn"},
      {"api.beijing.gov.cn", 1, "deny not_filed"},
      {"a.www.beijing.gov.cn", 1, "deny not_filed"},
      {"www.xn--fsqu00a.xn--fiqs8s", 1, "allow filed by xn--fsqu00a.xn--fiqs8s"},
      {"例子.中国", 1, "allow filed by xn--fsqu00a.xn--fiqs8s"},
      {"example.com", 1, "deny not_filed"},
      {"com.cn", 1, "deny no_name"},
      {"203.0.113.1", 1, "deny no_name"},
      {"", 1, "deny no_name"},
  };
  std::vector<std::string_view> raw;
  for (const auto& [host, now, want] : cases) {
    EXPECT_EQ(told(gate.lookup(host, now)), want) << host << ' ' << now;
    raw.emplace_back(host);
  }
  EXPECT_EQ(number_text(gate.lookup("example.cn", 1).number), "粤ICP备2026000001号-1");
  EXPECT_EQ(number_text(gate.lookup("a.b.deep.com.cn", 1).number), "京ICP证030173号-2A");
  EXPECT_EQ(gate.lookup("soon.cn", 150).until, 200u);
  EXPECT_EQ(gate.lookup("203.0.113.1", 1).host, HostKind::ip_address);
  // All at once the same, and without asking for memory.
  std::vector<Answer> answers(raw.size());
  gate.lookup(raw, 150, answers);
  for (size_t i = 0; i < raw.size(); ++i)
    EXPECT_EQ(told(answers[i]), told(gate.lookup(raw[i], 150)));
  raw.assign(100, "a.b.c.bad.example.cn");
  answers.resize(raw.size());
  const size_t before = allocations();
  gate.lookup(raw, 150, answers);
  gate.lookup("x.y.a.b.deep.com.cn", 1);
  EXPECT_EQ(allocations(), before);
}

TEST(Snapshots, TheLastOfOneNameCounts) {
  const Folder folder;
  Builder builder(folder.file("gate"));
  builder.add(entry("a.example.cn"));
  builder.add(entry("example.cn", "", Standing::blocked));
  builder.add(entry("EXAMPLE.cn", "", Standing::filed));
  EXPECT_EQ(builder.add(entry("com.cn")), HostKind::suffix);
  EXPECT_EQ(builder.add(entry("a b")), HostKind::bad_character);
  for (const char* name : {"taken.cn", "back.cn", "a.deep.org.cn"}) {
    builder.add(entry(name));
    builder.remove(name);
  }
  builder.add(entry("back.cn"));
  builder.stands_at(11, 12);
  const BuildReport report = builder.finish();
  EXPECT_EQ(report.entries, 3u);
  EXPECT_EQ(report.replaced, 4u);
  const auto gate = Snapshot::open(folder.file("gate"));
  EXPECT_EQ(told(gate->lookup("x.example.cn", 1)), "allow filed by example.cn");
  EXPECT_EQ(told(gate->lookup("a.example.cn", 1)), "allow filed by a.example.cn");
  EXPECT_EQ(gate->entry_of("example.cn").value()->standing, Standing::filed);
  EXPECT_EQ(gate->entry_of("b.example.cn").value(), std::nullopt);
  EXPECT_EQ(told(gate->lookup("taken.cn", 1)), "deny not_filed");
  EXPECT_EQ(told(gate->lookup("back.cn", 1)), "allow filed by back.cn");
  EXPECT_EQ(told(gate->lookup("a.deep.org.cn", 1)), "deny not_filed");
  EXPECT_EQ(gate->sequence(), 11u);
  EXPECT_EQ(gate->chain(), 12u);
  EXPECT_TRUE(gate->verify().has_value());
}

TEST(Snapshots, NoneAtAll) {
  const Folder folder;
  const Snapshot gate = snapshot_of(folder, {});
  EXPECT_EQ(told(gate.lookup("example.cn", 1)), "deny not_filed");
  EXPECT_EQ(folder.files(), 1u);
}

// A byte of the name decides, one before it does not, whatever the size.
TEST(Snapshots, TailsAgreeWithThePlainOnes) {
  std::string room(2 * Tail::kBytes, '\0');
  for (char& c : room) c = static_cast<char>('a' + rand() % 26);
  const char* const end = room.data() + room.size();
  for (size_t size = 1; size <= Tail::kBytes; ++size) {
    const Tail tail = tail_of(end, size);
    EXPECT_TRUE(has_tail(end, size, tail) && has_tail_plain(end, size, tail)) << size;
    for (size_t from_end = 1; from_end <= Tail::kBytes; ++from_end) {
      char& byte = room[room.size() - from_end];
      byte ^= 1;
      EXPECT_EQ(has_tail(end, size, tail), from_end > size) << size << ' ' << from_end;
      EXPECT_EQ(has_tail_plain(end, size, tail), from_end > size) << size << ' ' << from_end;
      byte ^= 1;
    }
  }
}

TEST(Snapshots, MatchesAndSizesAgreeWithThePlainOnes) {
  char line[format::kLineBytes];
  for (int run = 0; run < 200; ++run) {
    for (char& c : line) c = static_cast<char>(rand() % (run % 2 == 0 ? 4 : 256));
    for (size_t i = 0; i <= format::kSlots; ++i)
      ASSERT_EQ(format::sizes(line, i), format::sizes_plain(line, i));
    for (int tag = 0; tag < 256; ++tag) {
      const auto byte = static_cast<uint8_t>(tag);
      for (const size_t size : {0, 1, 3, 8, 200, 252, 253})
        ASSERT_EQ(format::matches(line, byte, size), format::matches_plain(line, byte, size));
    }
  }
}

// ---- against a naive model

RC_GTEST_PROP(Snapshots, AnswerAsANaiveModelDoes, ()) {
  const Folder folder;
  const size_t range = *rc::gen::element<size_t>(3, 40, 400);
  Dice dice;
  Model model;
  std::vector<Entry> entries;
  std::vector<std::string> names;
  for (size_t n = range; n > 0; --n) names.push_back(random_name(dice, range));
  for (const std::string& name : names) {
    const Entry e = random_entry(dice, name, entries.size());
    entries.push_back(e);
    model.set(name, e);
  }
  const Snapshot gate = snapshot_of(folder, entries, &few_suffixes());
  RC_ASSERT(gate.entries() == model.entries.size());
  std::vector<std::string> hosts = names;
  for (size_t n = 0; n < 300; ++n) hosts.push_back(random_name(dice, range));
  std::vector<std::string_view> raw(hosts.begin(), hosts.end());
  std::vector<Answer> all(raw.size());
  for (Seconds now = 0; now < 10; now += 3) {
    gate.lookup(raw, now, all);
    for (size_t i = 0; i < hosts.size(); ++i) {
      const std::string right = model.answer(hosts[i], now);
      RC_ASSERT(told(gate.lookup(hosts[i], now)) == right);
      RC_ASSERT(told(all[i]) == right);
    }
  }
  size_t seen = 0;
  const auto same = [&](const Entry& e) {
    const auto found = model.entries.find(std::string(e.name));
    seen += found != model.entries.end() && found->second == e ? 1 : 0;
    return true;
  };
  RC_ASSERT(gate.each(same).has_value());
  RC_ASSERT(seen == model.entries.size());
}

// So many that some lines of the index have more names than slots.
TEST(Snapshots, ManyNamesEachFound) {
  const Folder folder;
  constexpr size_t kNames = 200'000;
  const auto name = [](size_t n) { return "name-" + std::to_string(n * 7919) + ".com.cn"; };
  Builder builder(folder.file("gate"), {.seed = 42});
  for (size_t n = 0; n < kNames; ++n) {
    Entry e;
    const std::string text = name(n);
    e.name = text;
    e.number = n;
    ASSERT_EQ(builder.add(e), HostKind::name);
  }
  const BuildReport report = builder.finish();
  EXPECT_LE(report.file_bytes - report.name_bytes, 24 * kNames);
  const auto gate = Snapshot::open(folder.file("gate"));
  ASSERT_TRUE(gate && gate->verify());
  const std::string bytes = bytes_of(folder.file("gate"));
  size_t crowded = 0;
  for (uint64_t n = 0; n < gate->header().lines; ++n) {
    const char* line = bytes.data() + gate->header().index.offset + n * format::kLineBytes;
    crowded += format::load16(line + format::kCountAt) > format::kSlots ? 1 : 0;
  }
  EXPECT_GT(crowded, 10u) << "lines that are full";
  for (size_t n = 0; n < kNames; ++n) {
    const Answer a = gate->lookup(name(n), 1);
    ASSERT_TRUE(a.allow && a.number == n) << n;
    ASSERT_FALSE(gate->lookup("x" + name(n), 1).allow) << n;
  }
}

// ---- damage

TEST(Snapshots, DamageIsRefusedOrTold) {
  const Folder folder;
  const std::string path = folder.file("gate");
  std::vector<std::string> names;
  Builder builder(path, {.seed = 42});
  for (int i = 0; i < 3000; ++i) names.push_back("d" + std::to_string(i) + ".cn");
  for (const std::string& name : names) builder.add(entry(name, "粤ICP备2026000001号"));
  builder.finish();
  const std::string whole = bytes_of(path);
  ASSERT_TRUE(Snapshot::over(whole).has_value());
  for (const size_t size : {size_t{0}, size_t{7}, size_t{4095}, size_t{4096}, whole.size() - 1})
    EXPECT_FALSE(Snapshot::over(std::string_view(whole).substr(0, size)).has_value()) << size;
  EXPECT_FALSE(Snapshot::over(whole + "x").has_value());
  const uint64_t records = Snapshot::over(whole)->header().records.offset;
  size_t told_damaged = 0;
  for (size_t at = 0; at < whole.size(); at += at < records ? 1997 : 401) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
    const auto gate = Snapshot::over(bytes);
    if (at < records) {
      EXPECT_FALSE(gate.has_value() && at != records - 1) << at;
      continue;
    }
    ASSERT_TRUE(gate.has_value());
    EXPECT_FALSE(gate->verify().has_value()) << at;
    // Nobody is told what was not written.
    size_t damaged = 0;
    for (size_t n = at % 7; n < names.size(); n += 7) {
      const Answer a = gate->lookup(names[n], 1);
      damaged += a.reason == Reason::damaged ? 1 : 0;
      ASSERT_TRUE(a.reason == Reason::damaged ||
                  (a.allow && number_text(a.number) == "粤ICP备2026000001号"))
          << at << ' ' << names[n];
    }
    told_damaged += damaged;
    EXPECT_FALSE(gate->lookup("other" + std::to_string(at) + ".cn", 1).allow);
  }
  EXPECT_GT(told_damaged, 10u);
}

// What lies between the parts says nothing, but a file where it was written to is no longer whole.
TEST(Snapshots, VerifyLooksBetweenTheParts) {
  const Folder folder;
  const std::string path = folder.file("gate");
  const auto suffixes = Suffixes::from_rules("cn\ncom.cn\n");
  Builder builder(path, {.suffixes = &*suffixes});
  builder.add(entry("a.cn", "粤ICP备2026000001号"));
  builder.finish();
  std::string bytes = bytes_of(path);
  const auto whole = Snapshot::over(bytes);
  ASSERT_TRUE(whole && whole->verify());
  const uint64_t last = whole->header().index.offset - 1;
  ASSERT_GE(last, whole->header().suffixes.offset + whole->header().suffixes.size);
  bytes[last] = 'x';
  const auto written = Snapshot::over(bytes);
  ASSERT_TRUE(written.has_value());
  EXPECT_TRUE(written->lookup("a.cn", 1).allow);
  EXPECT_FALSE(written->verify().has_value());
}

TEST(Snapshots, OpenTellsWhatIsWrong) {
  const Folder folder;
  const auto reason = [](const Result<Snapshot>& r) {
    return r ? "none" : r.error().front().args.back().second;
  };
  EXPECT_EQ(reason(Snapshot::open(folder.file("none"))), "No such file or directory");
  EXPECT_EQ(reason(Snapshot::open("/tmp")), "not a snapshot");
  std::ofstream(folder.file("empty")).close();
  EXPECT_EQ(reason(Snapshot::open(folder.file("empty"))), "not a snapshot");
  std::ofstream(folder.file("text")) << std::string(9000, 'x');
  const auto text = Snapshot::open(folder.file("text"));
  EXPECT_EQ(reason(text), "not a snapshot");
  EXPECT_EQ(text.error().front().args.front().second, folder.file("text"));
}

// ---- the file's life

TEST(Snapshots, ABuildThatEndsEarlyLeavesTheOldFile) {
  const Folder folder;
  const std::string path = folder.file("gate");
  snapshot_of(folder, {entry("old.cn")});
  const auto opened = Snapshot::open(path);
  {
    Builder builder(path);
    builder.add(entry("new.cn"));
    EXPECT_THROW(Builder second(path), std::runtime_error);
  }
  EXPECT_EQ(folder.files(), 1u);
  EXPECT_TRUE(Snapshot::open(path)->lookup("old.cn", 1).allow);
  // What a killed build left behind is taken over.
  std::ofstream(path + ".part") << std::string(100'000, 'x');
  snapshot_of(folder, {entry("new.cn")});
  EXPECT_EQ(folder.files(), 1u);
  EXPECT_TRUE(Snapshot::open(path)->lookup("new.cn", 1).allow);
  EXPECT_TRUE(opened->lookup("old.cn", 1).allow) << "whoever has the old one open keeps it";
}

TEST(Snapshots, LoadedItAnswersAsMapped) {
  const Folder folder;
  const std::string path = folder.file("gate");
  snapshot_of(folder, {entry("a.cn"), entry("b.a.cn", "", Standing::blocked)}, &few_suffixes());
  Pace pace;
  const auto gate = Snapshot::load(path, &pace);
  ASSERT_TRUE(gate);
  // Nothing of the file is needed any more, be it cut short in its place.
  fs::resize_file(path, 0);
  EXPECT_EQ(told(gate->lookup("www.a.cn", 1)), "allow filed by a.cn");
  EXPECT_EQ(told(gate->lookup("b.a.cn", 1)), "deny blocked by b.a.cn");
  EXPECT_EQ(told(gate->lookup("c.cn", 1)), "deny not_filed");
  EXPECT_TRUE(gate->verify().has_value());
}

// Whatever is cut off or changed: refused with the same words as when mapped, or taken by both.
TEST(Snapshots, LoadedItIsRefusedAsMapped) {
  const Folder folder;
  const std::string path = folder.file("gate");
  snapshot_of(folder, {entry("a.cn"), entry("b.a.cn", "", Standing::blocked)}, &few_suffixes());
  const std::string whole = bytes_of(path);
  size_t refused = 0;
  for (size_t at = 0; at < whole.size(); at += at < 160 ? 3 : 97) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    for (const std::string& bytes : {changed, whole.substr(0, at)}) {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
      const auto mapped = Snapshot::open(path), loaded = Snapshot::load(path);
      ASSERT_EQ(mapped.has_value(), loaded.has_value()) << at;
      if (loaded) continue;
      ++refused;
      EXPECT_EQ(mapped.error().front().args, loaded.error().front().args) << at;
    }
  }
  EXPECT_GT(refused, 50u);
  EXPECT_FALSE(Snapshot::load(folder.file("none")));
  EXPECT_FALSE(Snapshot::load("/dev/null"));
}

TEST(Snapshots, Differences) {
  const Folder one, two;
  const Snapshot before =
      snapshot_of(one, {entry("same.cn"), entry("gone.cn"), entry("other.cn"), entry("a.deep.cn")});
  const Snapshot after = snapshot_of(two, {entry("new.cn"), entry("same.cn"), entry("deep.cn"),
                                           entry("other.cn", "", Standing::closed)});
  std::vector<std::string> told;
  const auto report = diff(before, after, [&](const Entry* old, const Entry* now) {
    told.push_back((old != nullptr ? "-" + std::string(old->name) : "") +
                   (now != nullptr ? "+" + std::string(now->name) : ""));
  });
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->added, 2u);
  EXPECT_EQ(report->removed, 2u);
  EXPECT_EQ(report->changed, 1u);
  std::sort(told.begin(), told.end());
  EXPECT_EQ(told, (std::vector<std::string>{"+deep.cn", "+new.cn", "-a.deep.cn", "-gone.cn",
                                            "-other.cn+other.cn"}));
}

TEST(Numbers, PackedAndBack) {
  for (const char* text :
       {"粤ICP备2026000001号", "粤ICP备2026000001号-1", "京ICP备05000001号", "京ICP证030173号",
        "京ICP证030173号-12A", "粤B2-20090059", "粤B1-20090059-1", "蜀ICP备05000001号-131071K",
        "川B2-20090059-3X", "新ICP备2099999999号"})
    EXPECT_EQ(number_text(pack_number(text).value()), text);
  EXPECT_EQ(pack_number("").value(), 0u);
  EXPECT_EQ(number_text(0), "");
  EXPECT_EQ(number_text(~uint64_t{0}), "");
  EXPECT_EQ(number_text(pack_number("粤icp备2026000001").value()), "粤ICP备2026000001号");
  for (const char* text :
       {"x", "粤ICP备2026000001号-0", "粤ICP备1026000001号", "粤ICP备2026000001号-",
        "外ICP备2026000001号", "蜀ICP备05000001号-131072"})
    EXPECT_FALSE(pack_number(text).has_value()) << text;
}

}  // namespace
}  // namespace beian::gate
