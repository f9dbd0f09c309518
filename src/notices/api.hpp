// An account's own notices over HTTP, and the jobs that write them.
#pragma once

#include <memory>
#include <vector>

#include "notices/tell.hpp"
#include "platform/http/router.hpp"
#include "platform/jobs/jobs.hpp"

namespace beian::notices {

// GET /api/v1/notices?unread=true&before=&limit=, GET /api/v1/notices/unread,
// POST /api/v1/notices/{id}/read, POST /api/v1/notices/read {"up_to": id}.
std::vector<http::Route> routes(const std::shared_ptr<const Context>& context);

// Registers "notices.tell"; before Worker::start(). "orders.changed" has more hearers: whoever
// handles it calls on_order_changed.
void on_jobs(jobs::Worker& worker, const std::shared_ptr<const Context>& context);

}  // namespace beian::notices
