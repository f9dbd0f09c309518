// An order as it is stored, and the only way to move it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "orders/machine.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::orders {

// The document (what the applicant fills in; which part of it, by kind: kind.hpp) in the words of
// the wire model (data/wire/miit-3.0.json), as far as both have them:
//   {"entity": {"name", "nature", "investor"?, "location": {"province","city","county"?,"address"},
//               "certificate": {"type","number","address","until"?},
//               "manager": PERSON, "legal_representative"?, "business_scope"?, "remark"?},
//    "services": [{"kind": "website", "name", "domains": ["example.cn"], "home_url"?,
//                  "contents": [1], "languages": [1],
//                  "pre_approvals"?: [{"content_type","number"}],
//                  "accesses": [{"locations": [..], "methods": [..],
//                                "addresses": [{"from": "203.0.113.1", "to": "203.0.113.1"}]}],
//                  "manager": PERSON,
//                  "resource"?: {"source_id"} or {"code"}, "remark"?}]}
// A service of kind "app", "mini_program" or "quick_app" (what must be there: validate_app.hpp) has
//   "app": {"contents": [33], "platforms": [{"platform": "android"|"ios"|"harmonyos"|"other",
//           "package_id", "fingerprint","public_key" (but for other), "launch_scheme"?,
//           "domains"?: names below the service's own}], "provides_sdk": true, "uses_sdk": false,
//           "sdks"?: [{"name","provider","type","platforms"?,"remark"?}],
//           "stores"?: [{"store","url"?}]}, an app with its "domains"? and "accesses";
//   "app": {"contents", "applet_id", "host_platform"}, the others, without domains and accesses;
// none of them has "contents" or "home_url" of its own.
//   PERSON = {"name","office_phone"?,"mobile","emergency_mobile"?,"email","certificate_type",
//             "certificate_number","certificate_until"?}
// What a certificate holds until is a day or "long_term". That, the legal representative's name and
// the business scope go to no authority: the provinces' rules ask for them (document.hpp).
// Where the entity is filed elsewhere: "entity_number", "filing_password", of "entity" only what
// names it; a new access also "service_number". A claim has "entity_number", of "entity" name,
// nature and certificate, "filing_password"? and "remark"?. A migration may have
// "old_filing_password". Cancellations have nothing but "reason" (a code), "remark"? and
// "filing_password"?.
// "resource" is what a new service or access stands on: the account's own resource by the
// provider's name of it, or an authorization code. A filed service has none. Region codes are
// six-digit numbers, other codes those of data/codes/*.json. Materials stand beside the document;
// findings about them use the pointer of their owner:
// "/entity/materials/2", "/services/0/materials/5" (the last part is the purpose).
struct Order {
  std::string id;
  std::string account_id;
  std::string kind;  // of order_kinds(): "first"
  State state = State::draft;
  int64_t version = 1;  // grows with every save and every event
  Json document;
  Json locked;    // facts that the type detection verified (see detect.hpp), or null
  Json filed;     // what is filed here and the order is about (see prefill.hpp), or null
  Json findings;  // of the review or the authority: [{"field","verdict","text","code"?}]
  TimePoint created, updated;
  TimePoint ready;            // when it joined the queue of the authority link
  std::string authority;      // which authority link reports it ("" until ready_to_report)
  std::string filing_number;  // entity number, once completed
  // The state of the rules that judged it last (overrides.hpp), and what they said (rejudge.hpp);
  // empty: not judged yet.
  std::string rules_hash, rules_said;
  // Of each new service of the document its number, null while the authority has not told of it;
  // null as a whole before the first.
  Json service_numbers;
  int64_t parts = 0;  // of a migration's two uploads those that are done (migrate.hpp)
  Json code_names;    // names of its codes when it was handed in last (code_names.hpp), or null
};

struct Cause {
  Actor actor;
  std::string actor_id;  // account, or "" for system and authority
  std::string reason;    // Chinese, shown in the history
  Json details;          // findings, codes; shown to the applicant as far as it concerns him
};

// One line of the history (审核历史). `event` is an event's name, or "create", "save" or "note".
struct HistoryEntry {
  int64_t seq = 0;  // the order's version after it
  TimePoint at;
  std::string event, from, to;  // names; from is "" for "create"
  Actor actor = Actor::system;
  std::string actor_id, reason;
  Json details;
};

// Which orders of a state.
struct QueueFilter {
  enum class Taken { any, mine, free, others };  // of the reviewer's, of nobody's, of another's
  State state = State::in_review;
  std::string kind;                        // empty: every kind
  int64_t province = 0;                    // six digits; 0: every one
  std::optional<TimePoint> since, before;  // Order::updated in [since, before)
  Taken taken = Taken::any;
  std::string reviewer_id;
};

// Does what is written count as a touch of the applicant's, from which the days until the order
// expires run?
enum class Touch { yes, no };

// The rows of orders. Document, findings and the details of events hold personal data: they are
// sealed by the cipher, bound to their order. The cipher must outlive the store; the store is cheap
// to copy and thread-safe.
class OrderStore {
 public:
  explicit OrderStore(const crypto::ColumnCipher& cipher) : cipher_(&cipher) {}

  // Moves an order: compare-and-set on (id, state, version), one order_events row, one outbox job
  // ("orders.changed", {"order","state","event"}) in the caller's transaction.
  // not_found, event_not_allowed, stale_version (when `expected_version` is given and differs, or
  // another writer came between).
  // The guard of `resubmit` (only after sms_failed, and unchanged: resubmit_not_sms,
  // resubmit_changed) is here too, so that no caller can forget it.
  Result<State> apply(db::Tx& tx, TimePoint now, const std::string& order_id, Event event,
                      const Cause& cause, std::optional<int64_t> expected_version = {}) const;
  // Leaves a trace in the history without moving the order (event "note"). not_found.
  Status note(db::Tx& tx, TimePoint now, const std::string& order_id, const Cause& cause,
              Touch touch = Touch::yes) const;
  // In the transaction that judged it.
  void set_judged(db::Tx& tx, const std::string& order_id, const std::string& hash,
                  const std::string& said) const;

  std::optional<Order> load(db::Tx& tx, const std::string& order_id) const;

  // For the authority link: the oldest orders ready to report to that authority, in the order in
  // which they became ready (an order put back by `unreport` keeps its place).
  std::vector<Order> ready_to_report(db::Tx& tx, const std::string& authority, size_t limit) const;

  // How many of them wait.
  int64_t count_ready(db::Tx& tx, const std::string& authority) const;

  // Sets what the authority told about an order (findings of a refusal, the number of an approval).
  // In the transaction of the event that it belongs to: the version is the event's.
  void set_findings(db::Tx& tx, const std::string& order_id, const Json& findings) const;
  void set_filing_number(db::Tx& tx, const std::string& order_id, const std::string& number) const;
  void set_service_numbers(db::Tx& tx, const std::string& order_id, const Json& numbers) const;
  // The old filing is cancelled although the order is where no event takes it further.
  void set_parts(db::Tx& tx, const std::string& order_id, int64_t parts) const;
  // What a claim is about, as it is filed at that moment.
  void set_filed(db::Tx& tx, const std::string& order_id, const Json& filed) const;

  // In the transaction of the submission.
  void set_code_names(db::Tx& tx, const std::string& order_id, const Json& names) const;

  std::vector<HistoryEntry> history(db::Tx& tx, const std::string& order_id) const;
  // When it came into its state, and by which event ("create").
  struct Entered {
    TimePoint at;
    std::string event;
  };
  Entered entered(db::Tx& tx, const std::string& order_id) const;

  // For the use cases of this room (create, save, submit, review, list).
  void insert(db::Tx& tx, const Order& order, const Cause& cause) const;
  // Compare-and-set on (id, state, version), and a line of the history (event "save"); the new
  // version. stale_version.
  Result<int64_t> save_document(db::Tx& tx, TimePoint now, const Order& before,
                                const Json& document,
                                const Cause& cause = {Actor::applicant, {}, {}, {}}) const;
  // Keeps other writers of this order waiting until the transaction ends; false: no such order.
  bool lock(db::Tx& tx, const std::string& order_id) const;
  // A material came or went. Not a new version: pictures are uploaded side by side, and none may
  // make another, or an open form, stale. The caller holds the lock.
  void count_edit(db::Tx& tx, TimePoint now, const std::string& order_id) const;
  void set_authority(db::Tx& tx, const std::string& order_id, const std::string& authority) const;
  // Newest first; `before`: only older ones than that order id.
  std::vector<Order> of_account(db::Tx& tx, const std::string& account_id,
                                std::optional<State> state, const std::string& before,
                                size_t limit) const;
  // Longest waiting first; `after`: the last order of the page before. Orders that were kept before
  // their province stood beside the document come for every province.
  std::vector<Order> in_state(db::Tx& tx, const QueueFilter& filter, const std::string& after,
                              size_t limit) const;
  // Moved last before that.
  int64_t count_waiting(db::Tx& tx, State state, TimePoint before) const;
  // What an open order holds alone, instead of what it held. One problem for each thing that
  // another order holds: open_order_exists (/entity/certificate/number), domain_in_open_order,
  // app_filed.
  Status claim(db::Tx& tx, const Order& order) const;
  // Does another order hold the entity of this one, or the one that a migration takes from?
  bool is_claimed(db::Tx& tx, const Order& order) const;

 private:
  static std::string select(std::string_view rest);
  Order order_of(const db::Row& row) const;
  void append_event(db::Tx& tx, TimePoint now, const std::string& order_id, int64_t seq,
                    std::string_view event, std::string_view from, std::string_view to,
                    const Cause& cause) const;

  const crypto::ColumnCipher* cipher_;
};

}  // namespace beian::orders
