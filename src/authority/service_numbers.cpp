#include "authority/service_numbers.hpp"

#include <algorithm>

#include "orders/document.hpp"

namespace beian::authority {
namespace {

Json ids_of(const ledger::UploadRecord& record) {
  auto ids = parse_json(record.ids);
  return ids ? std::move((*ids)["services"]) : Json();
}

bool shares_a_domain(const Json& filed, const Json& service) {
  return std::ranges::any_of(filed["domains"].items(), [&](const Json& there) {
    const std::string name = orders::normal_domain(there["name"].as_string());
    return std::ranges::any_of(service["domains"].items(), [&](const Json& domain) {
      return orders::normal_domain(domain.as_string()) == name;
    });
  });
}

}  // namespace

Json service_numbers(const ledger::UploadRecord& record, const orders::Order& order,
                     const Json& filed) {
  const Json ids = ids_of(record);
  const auto& services = order.document["services"].items();
  Json out = order.service_numbers.is_array() ? order.service_numbers : Json::array();
  out.items().resize(services.size());
  for (size_t i = 0; i < services.size(); ++i)
    for (const auto& there : filed["services"].items()) {
      const Json& id = there["provider_service_id"];
      const bool same = i < ids.size() && id.is_int() && ids.at(i)["id"].is_int() &&
                        id.as_int() == ids.at(i)["id"].as_int();
      if (same || shares_a_domain(there, services[i]))
        out.items()[i] = there["filing_number"].as_string();
    }
  return out;
}

size_t count_told(const Json& numbers) {
  return static_cast<size_t>(
      std::ranges::count_if(numbers.items(), [](const Json& number) { return !number.is_null(); }));
}

std::string service_reported_as(const ledger::UploadRecord& record, int64_t id) {
  const Json ids = ids_of(record);
  for (size_t i = 0; i < ids.size(); ++i)
    if (ids.at(i)["id"].is_int() && ids.at(i)["id"].as_int() == id)
      return "/services/" + std::to_string(i);
  return {};
}

}  // namespace beian::authority
