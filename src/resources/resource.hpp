// Resources (备案资源): servers and other instances on the mainland that entitle to filings, and
// authorization codes (备案授权码): the right to file one service on somebody else's resource.
//
// `taken` counts what a resource's quota has given away: each service of an order that stands on it
// and each code that is not void. It grows before the thing it counts exists and by
// compare-and-set, so no race can exceed the quota. A filed service keeps its place for good, even
// when it is cancelled later; an abandoned order gives it back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::resources {

enum class Billing { subscription, pay_as_you_go };
std::string_view name_of(Billing billing);
std::optional<Billing> billing_named(std::string_view name);

struct Product {
  std::string id, title_zh, title_en;
  bool entitles = false;
  int64_t quota = 0;  // 0: the usual one (Limits)
};
// data/resources/products.json; nullptr: no such product.
const Product* product(std::string_view id);

struct Resource {
  std::string id;
  std::string account_id;
  std::string source_id;  // the provider's own name of the instance, e.g. i-bp1example
  std::string product;
  std::string region;
  bool mainland = true;
  Billing billing = Billing::subscription;
  std::string from_day, until_day;     // Beijing dates, both included; until_day empty: open
  std::vector<std::string> addresses;  // ranges as china::IpRange::text
  int64_t quota = 0, taken = 0;
  bool released = false;
  int64_t version = 1;
  TimePoint created, changed;
};

enum class CodeState { unused, granted, in_filing, used, voided };
std::string_view name_of(CodeState state);     // "void" for voided
std::string_view chinese_of(CodeState state);  // 未使用, 已授权, 备案中, 已使用, 已作废
std::optional<CodeState> code_state_named(std::string_view name);

struct Code {
  std::string id, resource_id;
  std::string code;  // eight groups of four characters, e.g. 7Q2M-…
  CodeState state = CodeState::unused;
  std::string grantee;   // account; empty: nobody
  std::string order_id;  // that it stands in, or was used by
  TimePoint created, changed;
};

struct Limits {
  int64_t shortest_days = 90;  // of a subscription, from its first to its last day
  bool pay_as_you_go = false;  // may such a resource entitle?
  int64_t quota = 5;           // services that one resource entitles to
};

// Why the resource entitles to no filing on that day, in Chinese; empty: it does. The quota is not
// looked at.
std::vector<std::string> unfit(const Resource& resource, const Limits& limits,
                               std::string_view today);

}  // namespace beian::resources
