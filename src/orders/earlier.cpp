#include "orders/earlier.hpp"

#include <algorithm>
#include <set>

#include "orders/document.hpp"
#include "orders/view.hpp"

namespace beian::orders {
namespace {

constexpr size_t kLooked = 200, kShown = 20;

struct Marks {
  std::string entity;
  std::set<std::string> domains, persons;
};

Marks marks_of(const Order& order) {
  const Json subject = subject_of(order);
  Marks out;
  out.entity = normal_certificate(subject["entity"]["certificate"]["number"].as_string());
  for (const auto& field : domains_of(subject)) out.domains.insert(field.domain);
  const auto add = [&](const Json& person) {
    for (const auto* name : {"certificate_number", "mobile"})
      if (const std::string& value = person[name].as_string(); !value.empty())
        out.persons.insert(normal_certificate(value));
  };
  add(subject["entity"]["manager"]);
  for (const auto& service : subject["services"].items()) add(service["manager"]);
  return out;
}

bool meet(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::ranges::any_of(a, [&](const std::string& one) { return b.contains(one); });
}

Json same_json(const Marks& a, const Marks& b) {
  Json out = Json::array();
  if (!a.entity.empty() && a.entity == b.entity) out.push("entity");
  if (meet(a.domains, b.domains)) out.push("domain");
  if (meet(a.persons, b.persons)) out.push("person");
  return out;
}

}  // namespace

Json earlier_orders(const Context& context, db::Tx& tx, const Order& order,
                    const http::Caller& caller) {
  const Marks wanted = marks_of(order);
  Json out = Json::array();
  for (const auto& other :
       context.store.of_account(tx, order.account_id, std::nullopt, order.id, kLooked)) {
    if (other.state == State::draft) continue;
    Json same = same_json(wanted, marks_of(other));
    if (same.size() == 0) continue;
    Json line = summary_json(other, caller);
    line.set("same", std::move(same));
    line.set("findings", other.findings.is_array() ? other.findings : Json::array());
    out.push(std::move(line));
    if (out.size() == kShown) break;
  }
  return out;
}

}  // namespace beian::orders
