// Authorization codes, for the owner of the resource.
#pragma once

#include "base/personal.hpp"
#include "platform/http/http.hpp"
#include "resources/context.hpp"

namespace beian::resources {

// Takes `count` (1 to 100) of the resource's quota. not_found; resource_unfit (one for each
// reason); quota_exhausted.
Result<std::vector<Code>> create_codes(const Context& context, const http::Caller& caller,
                                       const std::string& source_id, int64_t count);

// Of a code that stands in no order; its place in the quota is free again. not_found (also for
// everybody but the resource's owner); filing_code_taken, filing_code_used, filing_code_void.
Result<Code> revoke(const Context& context, const http::Caller& caller, const std::string& id);

// From now on only that account can use it (and see it). The owner confirms with his password,
// unless the account is on his list (allow): see docs/adr/0014-resources.md. As for revoke, and:
// not_found at /account; required, wrong_credentials at /password; too_many_attempts.
Result<Code> grant(const Context& context, const http::Caller& caller, const std::string& id,
                   const std::string& account_name, const std::optional<Secret>& password);
// Takes an unused grant back.
Result<Code> take_back(const Context& context, const http::Caller& caller, const std::string& id);

// Accounts to which this one grants without confirming. Putting one on the list needs the password
// as well; not_found at /account. Removing one leaves what was granted.
Status allow(const Context& context, const http::Caller& caller, const std::string& account_name,
             const std::optional<Secret>& password);
Status disallow(const Context& context, const std::string& account_id,
                const std::string& account_name);

}  // namespace beian::resources
