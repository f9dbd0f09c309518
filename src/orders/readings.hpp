// What the pictures of an order say, for those who review it (ADR 0040).
#pragma once

#include "base/json.hpp"
#include "orders/context.hpp"
#include "platform/jobs/jobs.hpp"

namespace beian::orders {

// Asks for the reading of what has something to compare and was not read yet, when the order is
// under review and pictures are read at all. As often as one likes: an applicant may hand the order
// in with other pictures.
void ask_readings(const Context& context, const std::string& order_id);
// The job "orders.readings": all orders under review, whatever was handed in while nothing was
// read.
void on_reading_jobs(jobs::Worker& worker, const std::shared_ptr<const Context>& context);
void schedule_readings(const Context& context);

// {"program": "off", "on" or "broken", "materials": [{"material","purpose","owner","state":
// "waiting", "read", "unreadable" or "failed", "program", "read_at", "fields": [{"field",
// "expected","found","verdict"}]}]}: those with something to compare, in the order of the
// materials. "fields" is empty unless "read".
Json readings_json(const Context& context, db::Tx& tx, const Order& order);

}  // namespace beian::orders
