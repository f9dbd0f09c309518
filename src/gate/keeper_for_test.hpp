// A keeper that is told changes of which is known what must be answered after each.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gate/keeper.hpp"
#include "gate/world_for_test.hpp"

namespace beian::gate {

// The n-th change, each time the same: what a state at `sequence` must answer follows from it.
inline constexpr size_t kNames = 97;
struct Made {
  std::string name;
  Change change;
};
inline Made made(uint64_t n) {
  Made out;
  const uint64_t r = n * 0x9E3779B97F4A7C15ULL >> 20;
  out.name = (r % 5 == 0 ? "x.d" : "d") + std::to_string(r % kNames) + ".cn";
  out.change.sequence = n;
  out.change.chain = n * 1000 + 1;
  out.change.gone = (r >> 32) % 4 == 0;
  out.change.entry.number = n;
  return out;
}
inline void apply(Keeper& keeper, uint64_t n) {
  Made one = made(n);
  one.change.entry.name = one.name;
  keeper.apply({&one.change, 1});
}

// Empty when what is in force is the state of that sequence, else what is wrong.
inline std::string judge(const Live& live, uint64_t sequence) {
  static Model model;  // knows what covers what, once for all
  model.entries.clear();
  for (uint64_t n = 1; n <= sequence; ++n) {
    const Made one = made(n);
    if (one.change.gone) {
      model.entries.erase(one.name);
    } else {
      model.set(one.name, one.change.entry);
    }
  }
  Live::Reader reader(live);
  if (reader.view().sequence != sequence) return "the view stands elsewhere";
  for (size_t d = 0; d < kNames; ++d) {
    for (const std::string& host :
         {"d" + std::to_string(d) + ".cn", "y.x.d" + std::to_string(d) + ".cn"}) {
      const Answer a = reader.lookup(host, 1);
      if (told(a) != model.answer(host, 1)) return host + ": " + told(a);
      if (!a.entry.empty() && a.number != model.entries.at(std::string(a.entry)).number)
        return host + ": number";
    }
  }
  return {};
}
inline std::string judge(const Keeper& keeper) {
  if (keeper.chain() != keeper.sequence() * 1000 + 1) return "the chain is another";
  return judge(*keeper.live(), keeper.sequence());
}

inline void begin(Keeper& keeper) {
  ASSERT_TRUE(keeper
                  .replace([](Builder& builder) {
                    builder.stands_at(0, 1);
                    return Status();
                  })
                  .has_value());
}

struct Told {
  std::vector<std::string> events;
  KeeperOptions options(const Folder& folder, size_t merge_after = 1'000'000) {
    KeeperOptions out;
    out.path = folder.file("gate");
    out.merge_after = merge_after;
    out.suffixes = &few_suffixes();
    out.tell = [this](std::string_view event, std::string_view) { events.emplace_back(event); };
    return out;
  }
};

}  // namespace beian::gate
