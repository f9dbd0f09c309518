// What the registry has of many records, asked with few questions; for record_many().
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "platform/db/db.hpp"
#include "registry/prepared.hpp"

namespace beian::registry {

// The authority's id of something, in its province.
struct RowId {
  int64_t province = 0, id = 0;
  bool operator==(const RowId&) const = default;
};
struct HashRowId {
  size_t operator()(const RowId& row) const {
    return std::hash<int64_t>()(row.id * 1'000'003 + row.province);
  }
};
template <class T>
using ById = std::unordered_map<RowId, T, HashRowId>;
using RowIds = std::unordered_set<RowId, HashRowId>;

struct KnownRows {
  struct Entity {
    std::string print, account;
  };
  ById<Entity> entities;
  ById<std::string> services;             // their fingerprints
  ById<int64_t> domains, accesses;        // the service that has them
  std::unordered_set<std::string> names;  // of domains, and blacklisted ones
};
KnownRows find_known(db::Tx& tx, const std::vector<Prepared>& records);

}  // namespace beian::registry
