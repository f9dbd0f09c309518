// Taking batches in and working them off, stage by stage, in a job with a lease.
#pragma once

#include <string>

#include "batches/batch.hpp"
#include "batches/store.hpp"
#include "platform/jobs/jobs.hpp"

namespace beian::batches {

inline constexpr std::string_view kRunJob = "batches.run";  // {"batch"}
inline constexpr std::string_view kDoneJob =
    "batches.done";  // outbox: {"batch", "account", "stage", "rows"}
inline constexpr std::string_view kForgetJob = "batches.forget";

struct Taken {
  Batch batch;
  bool repeated = false;  // the request came before: this is what it made then
};
// A batch of rows that are read already; its job is enqueued. `request_key` as in orders::create:
// idempotency_key_reused, too_long; too_many when the account has that many unfinished ones.
Result<Taken> take(const Context& context, const orders::Applicant& who, Batch wish,
                   const std::vector<Row>& rows, const std::string& request_key,
                   const std::string& body);

// A finished batch goes on to a further stage; submitting again takes those rows, too, that could
// not be submitted before. conflict while it still runs; not_found.
Result<Batch> go_on(const Context& context, const orders::Applicant& who, const std::string& id,
                    Stage goal);

// Works for at most the slice of the limits; true: there is more to do. Safe to run twice at once
// and to be killed anywhere: what a row became is written in the transaction that makes it.
bool work(const Context& context, const std::string& id);

Result<Batch> own_batch(const Context& context, db::Tx& tx, const std::string& account_id,
                        const std::string& id);

void on_jobs(const Context& context, jobs::Worker& worker);
// At every start, after migrating.
void schedule(const Context& context);

}  // namespace beian::batches
