// Which of an order's new services a filed record has.
#pragma once

#include "authority/ledger.hpp"
#include "base/json.hpp"
#include "orders/order.hpp"

namespace beian::authority {

// For each service of the order's document its number ("" when the record does not tell it), null
// where the record has no such service: found by the number that it was reported under, or by one
// of its domains. What earlier records told stays.
Json service_numbers(const ledger::UploadRecord& record, const orders::Order& order,
                     const Json& filed);

// How many of them are there.
size_t count_told(const Json& numbers);

// The service ("/services/1") that was reported under that number; "" for none.
std::string service_reported_as(const ledger::UploadRecord& record, int64_t id);

}  // namespace beian::authority
