// What waits to be reported through a link (ready orders, submissions), what of it goes next, and
// as which record. One operation a file: that of the oldest thing that waits.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "authority/link_config.hpp"
#include "authority/operation.hpp"
#include "authority/submission.hpp"
#include "materials/materials.hpp"
#include "orders/order.hpp"
#include "platform/blob/blob.hpp"

namespace beian::authority {

struct Candidate {
  // One of both.
  std::optional<orders::Order> order;
  std::optional<Submission> submission;
  std::vector<materials::Material> materials;  // of the order
  Json order_body;                             // orders::report_body

  const Json& body() const { return order ? order_body : submission->body; }
  TimePoint ready() const { return order ? order->ready : submission->ready; }
  const std::string& account_id() const {
    return order ? order->account_id : submission->account_id;
  }
};

struct NextFile {
  const Operation* operation = nullptr;  // nothing waits
  std::vector<Candidate> candidates;     // the oldest first, at most as many as asked for
  std::vector<Candidate> without;        // orders of a kind that has no operation
};
NextFile next_file(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& link,
                   TimePoint now, size_t max_records);

// The candidate's record. Problems with pointers into its body when it has none: those of the
// mapping, and of its attachments (see attached_of_body); material_missing when bytes are gone.
Result<MappedRecord> record_of(const Operation& operation, const Candidate& candidate,
                               const RecordIds& ids, blob::Store& blobs, int64_t provider_id);

// The attachments that a body names. Problems under /attachments: required, code_unknown,
// wrong_type, too_long, picture_too_large, material_owner (no such place in the body),
// material_missing (no such blob).
Result<std::vector<Attached>> attached_of_body(const Json& body, blob::Store& blobs);

// Of a migration that begins: could its second upload be written? What is cancelled first must not
// stay without what follows only because that has no form. Everything else passes.
Status check_next_part(const std::shared_ptr<const wire::Profile>& profile,
                       const Candidate& candidate, blob::Store& blobs, int64_t provider_id);

// Could the body be written as a record? Everything that cannot, at once.
Status check_body(const std::shared_ptr<const wire::Profile>& profile, const Operation& operation,
                  const Json& body, blob::Store& blobs, int64_t provider_id);

}  // namespace beian::authority
