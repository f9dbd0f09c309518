// What the use cases of this room stand on. One of these lives in OrdersApi.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

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

// Settings accounts.*; the defaults are the ones of the real systems.
struct AccountQuestions {
  int64_t entities_per_account = 1;
  int64_t accounts_per_entity = 1;
  bool identity_is_entity = false;  // the account's verified identity must be the entity
  enum class DomainHolder {
    anyone,
    entity,    // nobody but the entity
    province,  // the entity, or whom the province's rule admits
  } domain_holder = DomainHolder::province;
  bool tell_other_account = true;  // the masked name of the account that holds the entity
  bool one_open_order = false;     // of the account; of an entity there is never more than one
  Millis transfer_life{7LL * 24 * 3600 * 1000};  // until a transfer must be confirmed
};

struct Options {
  Millis untouched_life{45LL * 24 * 3600 * 1000};  // in the applicant's hands, then it expires
  std::vector<int> reminder_days{30, 40, 44};      // untouched for so long: he is reminded
  Millis detection_life{24LL * 3600 * 1000};       // how long a type detection may be used
  Millis expiry_interval{3600 * 1000};             // how often expired orders are looked for
  Millis count_interval{15'000};                   // how often the gauge of open orders is set
  Millis rejudge_interval{3600 * 1000};  // how often drafts under old rules are looked for
  std::string program;                   // its version: it judges by the rules
  AccountQuestions accounts;
  std::shared_ptr<const domains::Context> domains;  // empty: nothing is known of any domain
  int64_t services_per_order = 10;                  // of an individual one
  int64_t services_per_individual = 5;              // filed in all
  // What services stand on; empty: there are no resources.
  std::shared_ptr<const resources::Context> resources;
  bool resource_required = true;  // must each new service name one, once any is known?
  // Whether the texts of pictures are read; broken: they should be, and the program cannot be used.
  enum class Reading { off, on, broken } reading = Reading::off;
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

// Who acts for an account: itself, or one of its members.
struct Applicant {
  Applicant(const char* account) : account_id(account), actor_id(account) {}
  Applicant(const std::string& account) : account_id(account), actor_id(account) {}
  Applicant(const http::Caller& caller) : account_id(caller.account_id), actor_id(caller.actor()) {}

  std::string account_id;
  std::string actor_id;  // whom the history names
};

// Who reads: the owner and reviewers everything, officers too, auditors without personal data.
enum class View { none, masked, full };
View view_of(const http::Caller& caller, const Order& order);

// Its own order, for changing it; another account's order is not_found, as if it did not exist.
Result<Order> own_order(const Context& context, db::Tx& tx, const std::string& account_id,
                        const std::string& order_id);

}  // namespace beian::orders
