// SMS verification as the ministry's since 2020: each person in charge gets a code on the phone and
// enters phone number, the last six characters of the identity card, and the code on a page; 24
// hours, at most 5 wrong inputs. Told to the provider by profile openbeian-3.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sandbox/context.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

struct Person {
  std::string role;                            // entity_manager, service_manager
  std::optional<int64_t> provider_service_id;  // a service manager's, when the provider has one
  std::string mobile, number;                  // the certificate's, whose last six are asked
};

// Codes to these persons of a record that just became sms_pending.
void start_verification(db::Tx& tx, const Context& context, const Record& record,
                        const std::vector<Person>& persons, const Settings& settings);

// What a person entered. sms_not_verified with the reason in Chinese.
Status verify_person(const Context& context, std::string_view mobile, std::string_view last_six,
                     std::string_view code);

// Verifications of that record whose time is over (job).
void expire_verifications(const Context& context, int64_t record_id);
// Every person of the record at once (job; settings.auto_sms).
void verify_all(const Context& context, int64_t record_id);

// The record has all it needs: an officer decides, or the set time does.
void await_decision(db::Tx& tx, const Context& context, int64_t record_id,
                    const Settings& settings);

}  // namespace beian::sandbox
