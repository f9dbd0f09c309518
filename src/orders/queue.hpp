// The reviewers' queue: what waits in a state, the longest first, by what a reviewer asks for.
#pragma once

#include <string>

#include "orders/context.hpp"
#include "platform/http/router.hpp"

namespace beian::orders {

struct QueueWish {
  QueueFilter filter;
  std::string text;   // part of the entity's name, a domain, the filing number or the id
  std::string after;  // id of the last order of the page before
  size_t limit = 20;
};

// {"orders", "next", "late"}. Text and, of orders older than its column, the province stand in the
// sealed document: at most 2,000 orders are opened for a page, which may be shorter than its limit
// and still have a `next`. late: all of the state that are past the promise; null in states that
// nobody reviews. The looks are written down.
Json review_queue(const Context& context, const http::Caller& caller, const QueueWish& wish);

}  // namespace beian::orders
