// The operations of an upload file, one row each: what is reported under which element, and how the
// authority answers. A file holds records of one operation.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "authority/mapping.hpp"
#include "orders/order.hpp"

namespace beian::authority {

struct Operation {
  // Field of the block and path of the records below it, as wire::UploadBuilder takes them:
  // "icp/new_services", "ip/new_filings/sources".
  std::string_view name;
  std::string_view title;  // Chinese
  Result<MappedRecord> (*map)(const MapInput& in) = nullptr;
  // Goes first when both wait (interface: sources before assignments).
  std::string_view before = {};
  // The authority tells nothing about its records: the file's acceptance is the last word.
  bool last_word = false;
  bool orders_only = false;  // reported for orders, never as a submission

  std::string_view block() const { return name.substr(0, name.find('/')); }
  std::string_view path() const { return name.substr(name.find('/') + 1); }
};

std::span<const Operation> operations();
const Operation* find_operation(std::string_view name);
// That reports orders of a kind (design of orders: first, add_service, …); nullptr for others.
const Operation* operation_of_kind(std::string_view order_kind);
// That reports this order next: of a migration the cancellation, then the new filing or service.
const Operation* operation_of(const orders::Order& order);

}  // namespace beian::authority
