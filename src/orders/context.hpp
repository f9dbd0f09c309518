// What the use cases of this room stand on. One of these lives in OrdersApi.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "orders/order.hpp"
#include "orders/ports.hpp"
#include "platform/blob/blob.hpp"
#include "platform/http/http.hpp"

namespace beian::domains {
struct Context;
}
namespace beian::resources {
struct Context;
}

namespace beian::orders {

struct Options {
  Millis untouched_life{45LL * 24 * 3600 * 1000};  // in the applicant's hands, then it expires
  Millis detection_life{24LL * 3600 * 1000};       // how long a type detection may be used
  Millis expiry_interval{3600 * 1000};             // how often expired orders are looked for
  Millis count_interval{15'000};                   // how often the gauge of open orders is set
  Millis rejudge_interval{3600 * 1000};  // how often drafts under old rules are looked for
  std::string program;                   // its version: it judges by the rules
  std::shared_ptr<const domains::Context> domains;  // empty: nothing is known of any domain
  int64_t services_per_order = 10;                  // of an individual one
  int64_t services_per_individual = 5;              // filed in all
  // What services stand on; empty: there are no resources.
  std::shared_ptr<const resources::Context> resources;
  bool resource_required = true;  // must each new service name one, once any is known?
};

struct Context {
  std::shared_ptr<db::Database> database;
  blob::Store& blobs;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
  FilingStatusSource& status;
  FilingPasswordSource& passwords;
  AuthorityDirectory& directory;
  Options options;
  std::function<void()> nudge;  // the outbox has something new
  OrderStore store{cipher};

  void told() const {
    if (nudge) nudge();
  }
};

// Who reads: the owner and reviewers everything, officers too, auditors without personal data.
enum class View { none, masked, full };
View view_of(const http::Caller& caller, const Order& order);

// Its own order, for changing it; another account's order is not_found, as if it did not exist.
Result<Order> own_order(const Context& context, db::Tx& tx, const std::string& account_id,
                        const std::string& order_id);

}  // namespace beian::orders
