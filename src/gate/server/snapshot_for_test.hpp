// A snapshot of a few names, for tests.
#pragma once

#include <unistd.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "gate/builder.hpp"
#include "gate/snapshot.hpp"

namespace beian::gate::server {

inline constexpr Seconds kCreated = 1'800'000'000;

inline void write_snapshot(const std::string& path, uint64_t sequence = 7,
                           Standing shop = Standing::blocked) {
  Builder builder(path, {.created = kCreated, .sequence = sequence, .seed = 42});
  const auto add = [&](std::string_view name, std::string_view number, Standing standing,
                       Seconds until = 0) {
    Entry entry;
    entry.name = name;
    entry.number = pack_number(number).value();
    entry.standing = standing;
    entry.until = until;
    if (builder.add(entry) != HostKind::name) throw std::runtime_error(std::string(name));
  };
  add("example.cn", "粤ICP备2026000001号-1", Standing::filed);
  add("shop.example.cn", "", shop);
  add("gone.cn", "京ICP证030173号", Standing::cancelled);
  add("closed.cn", "", Standing::closed);
  add("new.cn", "", Standing::grace, kCreated + 86'400);
  builder.finish();
}

inline std::string scratch_path(const std::string& name) {
  return "/tmp/gate-server-test-" + std::to_string(getpid()) + "-" + name;
}

inline std::shared_ptr<const Snapshot> sample_snapshot() {
  const std::string path = scratch_path("sample");
  write_snapshot(path);
  auto snapshot = Snapshot::open(path);
  unlink(path.c_str());
  return std::make_shared<const Snapshot>(std::move(*snapshot));
}

}  // namespace beian::gate::server
