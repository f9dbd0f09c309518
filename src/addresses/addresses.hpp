// The provider's IP addresses as it reports them to an authority: one record a range.
//
// Contacts and users are personal data: documents are sealed with the installation's ColumnCipher;
// a user is found again by the blind index of its name.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "addresses/block.hpp"
#include "addresses/machine.hpp"
#include "addresses/validate.hpp"
#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::addresses {

// An authority that the provider reports to, and its number there as a reporting unit (Qqdwid).
struct Link {
  std::string id;
  int64_t unit = 0;
};

// What the use cases stand on. One of these lives in AddressesApi.
struct Context {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
  std::vector<Link> links;
  std::function<void()> nudge;  // the outbox has something new (job "addresses.changed")

  void told() const {
    if (nudge) nudge();
  }
};
// By id; the only one when there is one and none is named. code_unknown, required at /authority.
Result<Link> link_named(const Context& context, const std::string& id);

struct Record {
  std::string id, link;
  Block block = Block::source;
  std::optional<int64_t> provider_record_id;  // IspId of its newest report
  std::optional<int64_t> authority_id;        // Id: what changes and deletions name
  Standing standing;
  Ends ends;                      // of the document
  Json document;                  // as it is now, or shall become
  Json filed;                     // as the authority holds it; null: not at all
  Json findings = Json::array();  // of the last refusal: [{"field", "code", "text", …}]
  std::string held;               // Chinese: why it is queued and not handed over yet
  std::optional<int64_t> submission;
  int64_t version = 1;
  TimePoint created, changed;
};

}  // namespace beian::addresses
