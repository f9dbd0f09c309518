// What waits (ready orders, submissions) becomes one upload file: bytes in the blob store, then, in
// one transaction, the ledger's row with the next number, the records with their marks, and the
// orders' `report` events or the submissions' new states.
#pragma once

#include <memory>
#include <optional>

#include "authority/ledger.hpp"
#include "authority/link_config.hpp"
#include "orders/order.hpp"
#include "platform/blob/blob.hpp"
#include "platform/crypto/crypto.hpp"
#include "wire/profile.hpp"

namespace beian::authority {

struct ReportDeps {
  db::Database& database;
  blob::Store& blobs;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
  const LinkConfig& link;
  const std::string& node;
  std::shared_ptr<const wire::Profile> profile;
};

// The oldest that wait for the operation whose turn it is (queue.hpp), at most `max_records` and
// the link's size limit. Nothing: nothing waits. What has no form on the wire is held for the
// officer and stops nobody else; what was withdrawn meanwhile is left out. Throws db::Unavailable,
// std::system_error (disk).
std::optional<ledger::Upload> build_upload(const ReportDeps& deps, size_t max_records);

// The authority took the file: its orders and submissions wait for its desk (with `sms` the orders
// for the news of the persons' verification).
void accept_upload(const ReportDeps& deps, const ledger::Upload& upload, int code,
                   const std::string& text, bool sms);
// The authority refused the file as a whole and did not take it: what was in it queues again, its
// number is free for the next file.
void refuse_upload(const ReportDeps& deps, const ledger::Upload& upload, int code,
                   const std::string& text);
// The same inside a transaction; also by an officer's word (api.cpp).
void give_up_upload(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                    const ledger::Upload& upload, int code, const std::string& text);

}  // namespace beian::authority
