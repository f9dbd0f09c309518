// The SMS verification of an order's persons, as far as the authority tells it (openbeian-3.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "authority/ledger.hpp"
#include "authority/link_config.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "orders/order.hpp"

namespace beian::authority {

// Wrong inputs that end a person's verification; the ministry's rule, see README of the sandbox.
inline constexpr int64_t kSmsInputs = 5;
// Between two reminders of one order.
inline constexpr Millis kSmsReminderPause = std::chrono::hours{1};

struct SmsPerson {
  std::string role;                // entity_manager, service_manager
  std::string field;               // pointer of the person in the document; "" when not known
  std::string name;                // masked; "" when the order does not have it
  std::string mobile_tail;         // last four digits
  std::string state;               // waiting, done, wrong_inputs, expired
  int64_t wrong_inputs = 0;        // of kSmsInputs
  std::optional<TimePoint> since;  // when it came into this state
  std::optional<TimePoint> until;  // the authority's deadline
};

struct OrderSms {
  // not_needed (this kind has none), not_started, waiting, done, missed (wrong_inputs or expired),
  // unknown (the interface of this authority does not tell)
  std::string state;
  std::vector<SmsPerson> persons;
  std::optional<TimePoint> reminded;  // when the applicant last asked for a reminder
};

OrderSms order_sms(db::Tx& tx, const std::vector<LinkConfig>& links, const orders::Order& order);
// {"state","state_title","known","reason"?,"persons": [{"role","role_title","field","name",
// "mobile_tail","state","state_title","wrong_inputs","of","since","until","seconds_left"}],
// "resubmit","reminder": {"allowed","after"}}
Json order_sms_json(const OrderSms& sms, const orders::Order& order, TimePoint now,
                    Language language);

// The applicant wants the persons reminded. The interface cannot ask the authority to send the
// message again, so this tells the account and nobody else. How many persons are waiting.
// event_not_allowed unless the order waits for them; reminder_too_soon.
Result<int64_t> remind_persons(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                               const std::vector<LinkConfig>& links, const orders::Order& order,
                               const std::string& account_id);

// Where the person of a task stands in the order's document: "/services/0/manager"; "" nowhere.
// `ids`: of the record, the numbers of its parts.
std::string sms_person_field(const ledger::SmsTask& task, const Json& ids, const Json& document);

}  // namespace beian::authority
