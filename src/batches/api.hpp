// Batches over HTTP.
#pragma once

#include <memory>
#include <vector>

#include "batches/batch.hpp"
#include "platform/http/router.hpp"
#include "platform/jobs/jobs.hpp"

namespace beian::batches {

// A file is sent as the body itself. POST takes Idempotency-Key. All of the caller's own account;
// another's batch is not_found.
class BatchesApi {
 public:
  explicit BatchesApi(std::shared_ptr<const orders::Context> orders, Limits limits = {});
  std::vector<http::Route> routes() const;
  void on_jobs(jobs::Worker& worker) const;  // before Worker::start()
  void schedule() const;                     // at every start, after migrating

 private:
  std::shared_ptr<const Context> context_;
};

}  // namespace beian::batches
