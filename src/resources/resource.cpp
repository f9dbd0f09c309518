#include "resources/resource.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "china/ip.hpp"

namespace beian::resources {
namespace {

struct StateWord {
  CodeState state;
  std::string_view name, chinese;
};
constexpr std::array<StateWord, 5> kStates{{{CodeState::unused, "unused", "未使用"},
                                            {CodeState::granted, "granted", "已授权"},
                                            {CodeState::in_filing, "in_filing", "备案中"},
                                            {CodeState::used, "used", "已使用"},
                                            {CodeState::voided, "void", "已作废"}}};

const StateWord& word(CodeState state) {
  return *std::ranges::find(kStates, state, &StateWord::state);
}

std::map<std::string, Product, std::less<>> read_products() {
  const auto json = parse_json(embedded::file("data/resources/products.json"));
  if (!json) throw std::logic_error("data/resources/products.json is not JSON");
  std::map<std::string, Product, std::less<>> out;
  for (const Json& p : (*json)["products"].items()) {
    Product product{p["id"].as_string(), p["title"]["zh"].as_string(), p["title"]["en"].as_string(),
                    p["entitles"].as_bool(), p["quota"].as_int()};
    out.emplace(product.id, product);
  }
  return out;
}

// Days since the epoch of a date that is known to be one.
std::chrono::sys_days day(std::string_view date) {
  int64_t y = 0, m = 0, d = 0;
  text::parse_i64(date.substr(0, 4), y);
  text::parse_i64(date.substr(5, 2), m);
  text::parse_i64(date.substr(8, 2), d);
  return std::chrono::year(static_cast<int>(y)) / static_cast<int>(m) / static_cast<int>(d);
}

bool has_public_address(const Resource& resource) {
  return std::ranges::any_of(resource.addresses, [](const std::string& range) {
    const auto parsed = china::parse_ip_range(range);
    return parsed && china::is_servable(*parsed);
  });
}

}  // namespace

std::string_view name_of(Billing billing) {
  return billing == Billing::subscription ? "subscription" : "pay_as_you_go";
}
std::optional<Billing> billing_named(std::string_view name) {
  for (const Billing billing : {Billing::subscription, Billing::pay_as_you_go})
    if (name_of(billing) == name) return billing;
  return std::nullopt;
}

std::string_view name_of(CodeState state) {
  return word(state).name;
}
std::string_view chinese_of(CodeState state) {
  return word(state).chinese;
}
std::optional<CodeState> code_state_named(std::string_view name) {
  const auto found = std::ranges::find(kStates, name, &StateWord::name);
  if (found == kStates.end()) return std::nullopt;
  return found->state;
}

const Product* product(std::string_view id) {
  static const auto kProducts = read_products();
  const auto found = kProducts.find(id);
  return found == kProducts.end() ? nullptr : &found->second;
}

std::vector<std::string> unfit(const Resource& r, const Limits& limits, std::string_view today) {
  std::vector<std::string> out;
  if (r.released) out.emplace_back("资源已释放");
  if (const Product* p = product(r.product); !p || !p->entitles)
    out.push_back((p ? p->title_zh : r.product) + "不能作为备案资源");
  if (!r.mainland) out.emplace_back("资源不在中国内地");
  if (r.billing == Billing::pay_as_you_go && !limits.pay_as_you_go)
    out.emplace_back("按量付费的资源不能用于备案，需包年包月");
  if (r.billing == Billing::subscription && !r.until_day.empty() &&
      (day(r.until_day) - day(r.from_day)).count() + 1 < limits.shortest_days)
    out.push_back("购买时长不足 " + std::to_string(limits.shortest_days) + " 天");
  if (r.from_day > today) out.push_back("资源自 " + r.from_day + " 起生效");
  if (!r.until_day.empty() && r.until_day < today)
    out.push_back("资源已于 " + r.until_day + " 到期");
  if (!has_public_address(r)) out.emplace_back("资源没有公网地址");
  return out;
}

}  // namespace beian::resources
