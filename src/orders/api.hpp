// Orders over HTTP: the applicant's routes, the reviewer's, and the jobs of this room.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "orders/context.hpp"
#include "orders/ports.hpp"
#include "platform/http/router.hpp"
#include "platform/jobs/jobs.hpp"

namespace beian::orders {

// POST /api/v1/orders takes Idempotency-Key. Changes of a document name the version they start
// from, by If-Match or "version"; answers carry it as ETag. Pictures are raw bodies of at most 4
// MB.
class Watchers;

class OrdersApi {
 public:
  // All but `nudge` must outlive this. `nudge` is called after a commit that put something into the
  // outbox (jobs::Worker::nudge); may be empty.
  OrdersApi(std::shared_ptr<db::Database> database, blob::Store& blobs, const Clock& clock,
            const crypto::ColumnCipher& cipher, FilingStatusSource& status,
            FilingPasswordSource& passwords, AuthorityDirectory& directory, Options options,
            std::function<void()> nudge);
  std::vector<http::Route> routes();
  // For rooms that make orders by the same use cases.
  const std::shared_ptr<const Context>& context() const { return context_; }
  // To be started and stopped by whoever serves the routes; `changed` wherever an order may have
  // been moved.
  const std::shared_ptr<Watchers>& watchers() const { return watchers_; }
  // Registers "orders.expire" (untouched orders, old request keys), "orders.count" (the gauge of
  // open orders) and "orders.rejudge" (drafts under rules that changed); before Worker::start().
  void on_jobs(jobs::Worker& worker);
  // Makes sure that they run; at every start, after migrating. Throws db::Unavailable.
  void schedule();

 private:
  std::shared_ptr<const Context> context_;
  std::shared_ptr<Watchers> watchers_;
};

// Parts of routes(), one for each file.
std::vector<http::Route> order_routes(const std::shared_ptr<const Context>& context);
std::vector<http::Route> material_routes(const std::shared_ptr<const Context>& context);
std::vector<http::Route> review_routes(const std::shared_ptr<const Context>& context);
std::vector<http::Route> reason_routes(const std::shared_ptr<const Context>& context);
std::vector<http::Route> override_routes(const std::shared_ptr<const Context>& context);
std::vector<http::Route> transfer_routes(const std::shared_ptr<const Context>& context);
std::vector<http::Route> access_log_routes(const std::shared_ptr<const Context>& context);
std::vector<http::Route> event_routes(const std::shared_ptr<const Context>& context,
                                      const std::shared_ptr<Watchers>& watchers);
std::vector<http::Route> consent_routes(const std::shared_ptr<const Context>& context);
std::vector<http::Route> progress_routes(const std::shared_ptr<const Context>& context);

// An order that the caller may read, and how much of it. not_found otherwise.
Result<Order> readable_order(const Context& context, db::Tx& tx, const http::Request& request);
// The query's limit: 1 to 100, 20 by default; out_of_range.
Result<size_t> page_limit(const http::Request& request);
http::Response order_response(const http::Request& request, const Result<Order>& order,
                              int status = 200);

}  // namespace beian::orders
